package source

import (
	_ "embed"
	"strings"
	"sync"

	"vigie/territory"
)

//go:embed nuts.csv
var nutsTable string

// nuts gives the territory of each code of Eurostat's nomenclature: level 1 and
// 3 of 2016 and 2021, level 2 of 2010, 2013, 2016 and 2021, whose regions are
// those of France before 2016.
var nuts = sync.OnceValue(func() map[string]territory.Code {
	all := map[string]territory.Code{}
	for _, line := range strings.Split(strings.TrimSpace(nutsTable), "\n")[1:] {
		from, to, _ := strings.Cut(line, ",")
		all[from] = territory.Code(to)
	}
	return all
})

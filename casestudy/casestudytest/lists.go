// Package casestudytest makes the base of cases that tests need: synthetic
// records in any number, and the names of the lists and places that come with
// the program. Nothing it makes is a real practice.
//
// Start with Synthetic and Names.
package casestudytest

import (
	"io/fs"
	"sync"

	"vigie/casestudy"
	"vigie/data"
	"vigie/taxonomy"
	"vigie/territory"
)

// Lists returns the reference lists that come with the program.
var Lists = sync.OnceValue(func() *taxonomy.Set {
	names, err := fs.Glob(data.FS, "taxonomy/*.csv")
	must(err)
	var versions []taxonomy.Version
	for _, name := range names {
		v, err := taxonomy.ParseVersion(name, read(name))
		must(err)
		versions = append(versions, v)
	}
	s, err := taxonomy.NewSet(versions...)
	must(err)
	return s
})

// Places returns the geographic code that comes with the program.
var Places = sync.OnceValue(func() *territory.Vintage {
	const in = "starter/territories/"
	v, err := territory.ParseVintage(2026, territory.Files{National: read(in + "national.csv"), Regions: read(in + "regions.csv"),
		Departements: read(in + "departements.csv"), EPCI: read(in + "epci.csv"), Communes: read(in + "communes.csv.gz")})
	must(err)
	return v
})

// Names returns the names of Lists and Places.
func Names() casestudy.Names { return casestudy.NewNames(Lists(), Places()) }

func read(name string) []byte {
	b, err := data.Read(name)
	must(err)
	return b
}

// must stops the test: what is embedded is checked by its own package.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

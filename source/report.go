package source

import (
	"cmp"
	"slices"

	"vigie/dataset"
)

// Report says what became of each row of a file.
type Report struct {
	File        string        `json:"file"`
	Rows        int           `json:"rows"` // observations in the file
	Kept        int           `json:"kept"`
	LeftOut     []LeftOut     `json:"leftOut,omitempty"` // by reason
	ByStatus    []StatusCount `json:"byStatus"`          // of the kept rows, in the order A P E S M
	Indicators  int           `json:"indicators"`        // distinct, kept
	Territories int           `json:"territories"`       // distinct, kept
	Periods     []string      `json:"periods"`           // distinct, kept, oldest first
}

// LeftOut counts the rows that one reason kept out of the table.
type LeftOut struct {
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
}

// StatusCount counts the kept rows of one status, "A" to "M".
type StatusCount struct {
	Status string `json:"status"`
	Rows   int    `json:"rows"`
}

// fill completes the report from the finished table.
func (p *Report) fill(t *dataset.Table, counts *[256]int, left map[string]int) {
	for _, s := range []dataset.Status{dataset.Normal, dataset.Provisional, dataset.Estimated, dataset.Secret, dataset.Missing} {
		if n := counts[s]; n > 0 {
			p.ByStatus = append(p.ByStatus, StatusCount{string(rune(s)), n})
		}
	}
	for reason, n := range left {
		p.LeftOut = append(p.LeftOut, LeftOut{reason, n})
	}
	slices.SortFunc(p.LeftOut, func(a, b LeftOut) int { return cmp.Compare(a.Reason, b.Reason) })
	for i := range t.Columns {
		c := &t.Columns[i]
		p.Kept += len(c.X)
		if i == 0 || t.Columns[i-1].Indicator != c.Indicator {
			p.Indicators++
		}
		p.Periods = append(p.Periods, c.Period)
	}
	slices.Sort(p.Periods)
	p.Periods = slices.Compact(p.Periods)
}

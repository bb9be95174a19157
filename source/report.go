package source

import (
	"cmp"
	"slices"

	"vigie/dataset"
	"vigie/territory"
)

// Report says what became of each possible observation of a file: kept,
// gathered with others into one, left out for a reason, or of no known
// territory. Rows = Kept + Gathered + the sum of LeftOut + Join.Ambiguous +
// Join.Unmatched.
type Report struct {
	File        string        `json:"file"`
	Format      string        `json:"format,omitempty"`
	Rows        int           `json:"rows"` // possible observations in the file
	Kept        int           `json:"kept"`
	Gathered    int           `json:"gathered,omitempty"` // rows that a count or a sum took in beyond its first
	LeftOut     []LeftOut     `json:"leftOut,omitempty"`  // by reason
	ByStatus    []StatusCount `json:"byStatus"`           // of the kept rows, in the order A P E S M
	Indicators  int           `json:"indicators"`         // distinct, kept
	Territories int           `json:"territories"`        // distinct, kept
	Periods     []string      `json:"periods"`            // distinct, kept, oldest first
	Sheets      []SheetReport `json:"sheets,omitempty"`
	Join        Join          `json:"join"`
	Notes       []string      `json:"notes,omitempty"`   // what opening the file set aside
	Unended     []Unended     `json:"unended,omitempty"` // last lines without an end

	Zonings []ZoningReport `json:"zonings,omitempty"` // of a file of zonings, whose Kept are communes
}

// Unended is a last line that has no end: it may have been cut within its last
// cell.
type Unended struct {
	Line int32  `json:"line"` // of the observations
	Last string `json:"last"` // its last cell
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

// SheetReport is one sheet of the file. First is the line of the observations
// that its first line is; Unread are the columns that nothing reads.
type SheetReport struct {
	Member string   `json:"member,omitempty"`
	Name   string   `json:"name,omitempty"`
	Read   bool     `json:"read"`
	First  int      `json:"first,omitempty"`
	Header int      `json:"header,omitempty"`
	Unread []string `json:"unread,omitempty"`
}

// Join says how the territories of a file met the geography. Each text of the
// file is in exactly one part.
type Join struct {
	Matched   int      `json:"matched"`             // texts
	Converted []Joined `json:"converted,omitempty"` // codes of another geography, kept as they are
	Ambiguous []Joined `json:"ambiguous,omitempty"`
	Unmatched []Joined `json:"unmatched,omitempty"`
	LeftOut   []Joined `json:"leftOut,omitempty"` // by a rule of the description
}

// Joined is one territory text of the file.
type Joined struct {
	Text string         `json:"text"`
	Code territory.Code `json:"code,omitempty"`
	Said string         `json:"said,omitempty"` // what is known of it
	Rows int            `json:"rows"`           // possible observations
	Line int            `json:"line"`           // of the first
}

// rowsOf returns the possible observations of a list.
func rowsOf(list []Joined) int {
	n := 0
	for _, j := range list {
		n += j.Rows
	}
	return n
}

// Lost returns the possible observations whose territory is not known.
func (j *Join) Lost() int { return rowsOf(j.Ambiguous) + rowsOf(j.Unmatched) }

// add files the places of a file; two tables may have met the same ones.
func (j *Join) add(all []*place) {
	type met struct {
		text string
		code territory.Code
		join join
	}
	seen := map[met]*place{}
	var once []*place
	for _, p := range all {
		switch first := seen[met{p.text, p.code, p.join}]; {
		case p.rows == 0: // every row of it was left out before the join
		case first == nil:
			seen[met{p.text, p.code, p.join}] = p
			once = append(once, p)
		default:
			first.rows += p.rows
			first.line = min(first.line, p.line)
		}
	}
	j.file(once)
}

func (j *Join) file(all []*place) {
	for _, p := range all {
		said := Joined{p.text, p.code, p.said, p.rows, p.line}
		switch p.join {
		case matched:
			j.Matched++
		case converted:
			j.Converted = append(j.Converted, said)
		case ambiguous:
			j.Ambiguous = append(j.Ambiguous, said)
		case unmatched:
			j.Unmatched = append(j.Unmatched, said)
		case left:
			j.LeftOut = append(j.LeftOut, said)
		}
	}
}

func (j *Join) sort() {
	for _, list := range [][]Joined{j.Converted, j.Ambiguous, j.Unmatched, j.LeftOut} {
		slices.SortStableFunc(list, func(a, b Joined) int { return cmp.Compare(a.Line, b.Line) })
	}
}

// fill completes the report from the finished table.
func (p *Report) fill(t *dataset.Table, left map[string]int) {
	var counts [256]int
	places := map[territory.Code]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		p.Kept += len(c.X)
		if i == 0 || t.Columns[i-1].Indicator != c.Indicator {
			p.Indicators++
		}
		p.Periods = append(p.Periods, c.Period)
		for _, s := range c.Status {
			counts[s]++
		}
		if i == 0 || !slices.Equal(t.Columns[i-1].Territory, c.Territory) {
			for _, code := range c.Territory {
				places[code] = true
			}
		}
	}
	p.Territories = len(places)
	for _, s := range []dataset.Status{dataset.Normal, dataset.Provisional, dataset.Estimated, dataset.Secret, dataset.Missing} {
		if n := counts[s]; n > 0 {
			p.ByStatus = append(p.ByStatus, StatusCount{string(rune(s)), n})
		}
	}
	p.leftOut(left)
	slices.Sort(p.Periods)
	p.Periods = slices.Compact(p.Periods)
}

// leftOut lists what was left out, by reason.
func (p *Report) leftOut(left map[string]int) {
	for reason, n := range left {
		p.LeftOut = append(p.LeftOut, LeftOut{reason, n})
	}
	slices.SortFunc(p.LeftOut, func(a, b LeftOut) int { return cmp.Compare(a.Reason, b.Reason) })
}

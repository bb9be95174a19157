package microdata

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"vigie/stat/survey"
)

// answers gathers the cells of one variable: numbers as long as all are, then
// texts.
type answers struct {
	name   string
	number []float64
	code   []int32 // rank in texts, -1 missing; used once texts is not nil
	texts  map[string]int32
	levels []string
	last   int32 // code of the cell before
	from   int   // rows before were read as numbers: their texts are to be read again
}

// add takes the cell of the next row; n rows were taken before.
func (a *answers) add(cell []byte, n int, comma bool) {
	if a.texts == nil {
		if x, ok := number(cell, comma); ok {
			a.number = append(a.number, x)
			return
		}
		cell = bytes.TrimSpace(cell)
		if len(cell) == 0 {
			a.number = append(a.number, math.NaN())
			return
		}
		if x, ok := number(cell, comma); ok {
			a.number = append(a.number, x)
			return
		}
		a.become(n)
	}
	a.code = append(a.code, a.level(cell))
}

// become makes a variable of texts of one that was numbers for n rows.
func (a *answers) become(n int) {
	a.texts, a.last = map[string]int32{}, -1
	a.code = make([]int32, n, max(cap(a.number), n+1))
	for i, x := range a.number {
		a.code[i] = -1
		if !math.IsNaN(x) {
			a.from = n
		}
	}
	a.number = nil
}

// level returns the code of a cell, -1 when it is empty or blank.
func (a *answers) level(cell []byte) int32 {
	if a.last >= 0 && a.levels[a.last] == string(cell) {
		return a.last
	}
	k, ok := a.texts[string(cell)]
	if !ok {
		k = -1
		if len(bytes.TrimSpace(cell)) > 0 {
			k = int32(len(a.levels))
			a.levels = append(a.levels, string(cell))
		}
		a.texts[string(cell)] = k
	}
	a.last = k
	return k
}

// column returns the variable, its levels in byte order.
func (a *answers) column() *survey.Column {
	if a.texts == nil {
		return &survey.Column{Name: a.name, Number: a.number}
	}
	order := make([]int, len(a.levels))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(a.levels[i], a.levels[j]) })
	levels, rank := make([]string, len(order)), make([]int32, len(order))
	for to, from := range order {
		levels[to], rank[from] = a.levels[from], int32(to)
	}
	for i, k := range a.code {
		if k >= 0 {
			a.code[i] = rank[k]
		}
	}
	return &survey.Column{Name: a.name, Code: a.code, Levels: levels}
}

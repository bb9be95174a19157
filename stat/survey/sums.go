package survey

import (
	"math"
	"runtime"
	"sync"
)

// sums computes weighted sums of fixed columns under many weights. Columns of
// few distinct values are crossed into tables of cells, so that a record
// costs one addition a table instead of one product a column.
type sums struct {
	size   int
	tables []table
	cells  [][][width]uint16 // of each record, width tables at a time
	dense  []int             // columns of many values
	data   [][]float64
}

// width is how many tables a pass over the records fills.
const width = 4

// table is a set of columns seen through the cells of their joint values.
type table struct {
	columns []int
	cell    []uint16    // of each record, while columns are added
	value   [][]float64 // by column, of each cell
}

// mostCells bounds a table so that its sums stay in the nearest cache.
const mostCells = 1024

// newSums prepares columns of equal length.
func newSums(columns [][]float64) *sums {
	s := &sums{size: len(columns), data: columns}
	codes, distinct := make([][]uint8, len(columns)), make([][]float64, len(columns))
	workers := min(runtime.GOMAXPROCS(0), len(columns))
	var group sync.WaitGroup
	for k := range workers {
		group.Go(func() {
			for j := k; j < len(columns); j += workers {
				codes[j], distinct[j] = few(columns[j])
			}
		})
	}
	group.Wait()
	for j, values := range distinct {
		code := codes[j]
		if values == nil {
			s.dense = append(s.dense, j)
			continue
		}
		if len(s.tables) == 0 || !s.tables[len(s.tables)-1].cross(j, code, values) {
			cell := make([]uint16, len(code))
			for i, c := range code {
				cell[i] = uint16(c)
			}
			s.tables = append(s.tables, table{columns: []int{j}, cell: cell, value: [][]float64{values}})
		}
	}
	for k, t := range s.tables {
		if k%width == 0 {
			s.cells = append(s.cells, make([][width]uint16, len(t.cell)))
		}
		for i, c := range t.cell {
			s.cells[k/width][i][k%width] = c
		}
		s.tables[k].cell = nil
	}
	return s
}

// few numbers the values of a column when they are at most 32, else nil.
func few(column []float64) ([]uint8, []float64) {
	var values []float64
	code := make([]uint8, len(column))
	last := uint8(0)
	for i, v := range column {
		if len(values) > 0 && values[last] == v {
			code[i] = last
			continue
		}
		k := 0
		for k < len(values) && values[k] != v {
			k++
		}
		if k == len(values) {
			if k == 32 || math.IsNaN(v) {
				return nil, nil
			}
			values = append(values, v)
		}
		last = uint8(k)
		code[i] = last
	}
	return code, values
}

// cross adds a column to the table unless its cells become too many.
func (t *table) cross(j int, code []uint8, values []float64) bool {
	k := len(values)
	rank := make([]uint16, len(t.value[0])*k) // 1 + cell
	var origin []int
	cell := make([]uint16, len(code))
	for i, c := range code {
		at := int(t.cell[i])*k + int(c)
		if rank[at] == 0 {
			if len(origin) == mostCells {
				return false
			}
			origin = append(origin, at)
			rank[at] = uint16(len(origin))
		}
		cell[i] = rank[at] - 1
	}
	for l, old := range t.value {
		next := make([]float64, len(origin))
		for c, at := range origin {
			next[c] = old[at/k]
		}
		t.value[l] = next
	}
	own := make([]float64, len(origin))
	for c, at := range origin {
		own[c] = values[at%k]
	}
	t.cell, t.columns, t.value = cell, append(t.columns, j), append(t.value, own)
	return true
}

// of returns Σ w·column for each column.
func (s *sums) of(w []float64) []float64 {
	out := make([]float64, s.size)
	for pass, cells := range s.cells {
		var at [width][mostCells]float64
		for i, c := range cells {
			v := w[i]
			at[0][c[0]%mostCells] += v
			at[1][c[1]%mostCells] += v
			at[2][c[2]%mostCells] += v
			at[3][c[3]%mostCells] += v
		}
		for k := pass * width; k < min(len(s.tables), (pass+1)*width); k++ {
			t := &s.tables[k]
			for l, j := range t.columns {
				out[j] = dot(at[k%width][:len(t.value[l])], t.value[l])
			}
		}
	}
	for _, j := range s.dense {
		out[j] = dot(w, s.data[j])
	}
	return out
}

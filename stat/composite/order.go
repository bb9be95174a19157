package composite

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// key maps numbers to integers in the same order.
func key(v float64) uint64 {
	b := math.Float64bits(v + 0) // −0 is 0
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

func unkey(k uint64) float64 {
	if k>>63 == 1 {
		return math.Float64frombits(k &^ (1 << 63))
	}
	return math.Float64frombits(^k)
}

// sorter orders columns with memory that it keeps.
type sorter struct{ keys, spare []uint64 }

func (s *sorter) room(n int) {
	if cap(s.keys) < n {
		s.keys, s.spare = make([]uint64, n), make([]uint64, n)
	}
	s.keys, s.spare = s.keys[:n], s.spare[:n]
}

// values sorts x, which holds no NaN, in place.
func (s *sorter) values(x []float64) {
	s.room(len(x))
	for i, v := range x {
		s.keys[i] = key(v)
	}
	s.sort(0)
	for i, k := range s.keys {
		x[i] = unkey(k)
	}
}

const digit = 11 // bits sorted in one pass

// sort orders keys by their bits from low up: by digits, the least first, or
// by comparison when they are few.
func (s *sorter) sort(low uint) {
	n := len(s.keys)
	if n < 512 {
		slices.Sort(s.keys)
		return
	}
	var count [6][1 << digit]uint32
	passes := int(64-low+digit-1) / digit
	for _, k := range s.keys {
		k >>= low
		for p := range passes {
			count[p][k&(1<<digit-1)]++
			k >>= digit
		}
	}
	for p := range passes {
		c := &count[p]
		shift := low + uint(p)*digit
		if c[s.keys[0]>>shift&(1<<digit-1)] == uint32(n) {
			continue
		}
		at := uint32(0)
		for d, m := range c {
			c[d] = at
			at += m
		}
		for _, k := range s.keys {
			d := k >> shift & (1<<digit - 1)
			s.spare[c[d]] = k
			c[d]++
		}
		s.keys, s.spare = s.spare, s.keys
	}
}

// descending calls each with the positions of the values of x that are
// present, largest first; rows lists those to read, nil all. Equal values come
// in the order of positions.
func (s *sorter) descending(x []float64, rows []int32) []uint64 {
	n := len(rows)
	if rows == nil {
		n = len(x)
	}
	s.room(n)
	width := uint(bits.Len(uint(n)))
	mask := uint64(1)<<width - 1
	kept := s.keys[:0]
	for i := range n {
		at := i
		if rows != nil {
			at = int(rows[i])
		}
		if v := x[at]; v == v {
			kept = append(kept, ^key(v)&^mask|uint64(i))
		}
	}
	s.keys, s.spare = kept, s.spare[:len(kept)]
	s.sort(width)
	row := func(k uint64) int {
		if i := int(k & mask); rows != nil {
			return int(rows[i])
		} else {
			return i
		}
	}
	// Keys hold the leading bits of values: those alike are put in order by the
	// values themselves.
	for a := 0; a < len(s.keys); {
		b := a + 1
		for b < len(s.keys) && s.keys[b]&^mask == s.keys[a]&^mask {
			b++
		}
		if b > a+1 {
			run := s.keys[a:b]
			slices.SortStableFunc(run, func(p, q uint64) int { return cmp.Compare(x[row(q)], x[row(p)]) })
		}
		a = b
	}
	for i, k := range s.keys {
		s.keys[i] = uint64(row(k))
	}
	return s.keys
}

// rounding bounds what sums in another order may change of a value, beside the
// largest.
const rounding = 1e-12

// level makes values that differ by rounding alone the same, so that equal
// rows tie whatever the order in which their parts were added up: list holds
// the positions of the values of x, largest first. In a space of powers a value
// is rounded by its own size, elsewhere by the size of the largest.
func level(x []float64, list []uint64, at space) {
	if len(list) == 0 {
		return
	}
	slack := 0.0
	if at.power == Arithmetic || at.power == Geometric {
		slack = rounding * max(math.Abs(x[list[0]]), math.Abs(x[list[len(list)-1]]))
	}
	head, last := x[list[0]], x[list[0]]
	for _, i := range list {
		v := x[i]
		if last-v > max(slack, rounding*math.Abs(v)) {
			head = v
		}
		x[i], last = head, v
	}
}

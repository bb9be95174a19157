package text

// Distance returns the number of insertions, deletions, substitutions and
// exchanges of neighbours between two folded words, most+1 when it is larger
// than most. It counts bytes, which are letters once folded; most is at most
// 8, and words of more than 62 bytes are only equal or too far.
//
// Source: Damerau (1964), CACM 7(3), 171-176, in its restricted form (optimal
// string alignment): no letter is changed twice.
func Distance(a, b string, most int) int {
	if a == b {
		return 0
	}
	if len(a)-len(b) > most || len(b)-len(a) > most || max(len(a), len(b)) > 62 {
		return most + 1
	}
	var band [3][64]int
	for j := range min(len(b), most) + 1 {
		band[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, before := &band[i%3], &band[(i+2)%3], &band[(i+1)%3]
		lo, hi := max(1, i-most), min(len(b), i+most)
		row[lo-1] = most + 1
		best := most + 1
		if lo == 1 {
			row[0] = i
			best = min(best, i)
		}
		for j := lo; j <= hi; j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := above[j-1] + cost
			if j < i+most {
				d = min(d, above[j]+1)
			}
			d = min(d, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			best = min(best, d)
		}
		if best > most {
			return most + 1
		}
	}
	return min(band[len(a)%3][len(b)], most+1)
}

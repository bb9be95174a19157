package casestudy

import (
	"cmp"
	"slices"
)

// phrase returns the clause of words in quotes, which results never lack.
func (r *wanting) phrase(words []typedWord) searchClause {
	c := searchClause{typed: words, required: true, phrase: r.x.withPhrase(words)}
	for _, w := range words {
		if terms := r.x.stemTerms(w.word); len(terms) > 0 {
			c.marked = append(c.marked, terms...)
		}
	}
	if len(c.phrase) == 0 {
		r.unknown = append(r.unknown, r.text[words[0].start:words[len(words)-1].end])
	}
	return c
}

// withPhrase returns the cases that have words one after the other, stop words
// and endings aside.
func (x *searchIndex) withPhrase(words []typedWord) []posting {
	stems := make([]int32, len(words))
	terms := make([][]int32, len(words))
	for i, w := range words {
		plain, ok := x.plain[w.plain]
		if !ok {
			return nil
		}
		stems[i], terms[i] = plain, x.termsOf("~"+w.plain)
	}
	found := x.together(terms)
	if len(words) == 1 {
		return found
	}
	return slices.DeleteFunc(found, func(p posting) bool { return !x.hasPhrase(p, stems) })
}

// hasPhrase looks from the first place of the first word on.
func (x *searchIndex) hasPhrase(p posting, stems []int32) bool {
	roots := x.roots[p.at][p.first:]
	for i, root := range roots {
		if root == stems[0] && follows(roots[i+1:], stems[1:]) {
			return true
		}
	}
	return false
}

// together returns the cases that have a term of every list, with the mean of
// their weights and the place of the first list's.
func (x *searchIndex) together(lists [][]int32) []posting {
	var found []posting
	for k, terms := range lists {
		next := x.either(terms)
		if k == 0 {
			found = next
			continue
		}
		kept := found[:0]
		for i, j := 0, 0; i < len(found) && j < len(next); {
			switch {
			case found[i].at < next[j].at:
				i++
			case found[i].at > next[j].at:
				j++
			default:
				kept = append(kept, posting{found[i].at, found[i].weight + next[j].weight, found[i].first})
				i, j = i+1, j+1
			}
		}
		found = kept
	}
	for i := range found {
		found[i].weight /= float32(len(lists))
	}
	return found
}

// either returns the cases that have any of the terms, each with its largest
// weight, in order: a copy.
func (x *searchIndex) either(terms []int32) []posting {
	var all []posting
	for _, t := range terms {
		all = append(all, x.postings[t]...)
	}
	if len(terms) > 1 {
		slices.SortFunc(all, func(a, b posting) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.weight, a.weight))
		})
		all = slices.CompactFunc(all, func(a, b posting) bool { return a.at == b.at })
	}
	return all
}

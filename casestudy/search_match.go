package casestudy

import (
	"math"

	"vigie/lang"
)

// match is what the words of a query find, whatever its facets.
type match struct {
	set, whole bitset
	scores     []float32 // nil when the query has no words
	suggestion string
	corrected  bool
	unknown    []string
	expanded   []string
	terms      map[int32]bool // that were looked for, for excerpts
}

// enough is how many cases must have all the words for those that lack some to
// be left out; leastCover is the share of the best cover that others need.
const (
	enough     = 5
	leastCover = 0.5
)

// match finds the cases that have the words of a query.
func (x *searchIndex) match(query string, l lang.Lang) *match {
	t := parseText(query, l)
	r := &reading{x: x, language: l, text: query}
	r.read(t.words)
	for _, p := range t.phrases {
		r.clauses = append(r.clauses, r.phrase(p))
	}
	m := &match{set: newBitset(x.n), whole: newBitset(x.n), unknown: r.unknown, suggestion: r.suggestion(), terms: map[int32]bool{}}
	m.corrected = m.suggestion != ""
	if len(r.clauses) == 0 {
		m.set.fill(x.n)
		m.whole.fill(x.n)
	} else {
		x.score(r.strengthen(), m)
	}
	for _, words := range t.excluded {
		for _, p := range x.withPhrase(words) {
			m.set.remove(p.at)
			m.whole.remove(p.at)
		}
	}
	return m
}

func (s bitset) remove(i int32) { s[i>>6] &^= 1 << (i & 63) }

// strengthen returns the clauses; when all are weak, none is.
func (r *reading) strengthen() []searchClause {
	for _, c := range r.clauses {
		if !c.weak {
			return r.clauses
		}
	}
	for i := range r.clauses {
		r.clauses[i].weak = false
	}
	return r.clauses
}

// scoring gathers the scores of cases clause by clause.
type scoring struct {
	x       *searchIndex
	value   []float32 // of the clause in hand
	touched []int32
	scores  []float32
	cover   []float32 // weights of the clauses that a case meets
	met     []uint8   // strong clauses that it meets
	missed  bitset    // cases that lack a required clause
}

// score gives every case its score and chooses those that are results.
func (x *searchIndex) score(clauses []searchClause, m *match) {
	s := &scoring{x: x, value: make([]float32, x.n), scores: make([]float32, x.n),
		cover: make([]float32, x.n), met: make([]uint8, x.n), missed: newBitset(x.n)}
	strong, all := uint8(0), float32(0)
	for _, c := range clauses {
		if !c.weak {
			strong++
		}
		all += s.clause(c, m)
	}
	var best float32
	for i := range s.cover {
		s.cover[i] /= all
		if s.met[i] > 0 && !s.missed.has(int32(i)) {
			best = max(best, s.cover[i])
		}
	}
	for i, n := range s.met {
		if n == 0 || s.missed.has(int32(i)) {
			continue
		}
		s.scores[i] *= float32(math.Pow(float64(s.cover[i]), x.weights.cover))
		if n == strong {
			m.whole.add(int32(i))
		}
		if n == strong || s.cover[i] >= leastCover*best {
			m.set.add(int32(i))
		}
	}
	if m.whole.count() >= enough {
		copy(m.set, m.whole)
	}
	m.scores = s.scores
}

// clause adds one clause to the scores and returns its weight.
func (s *scoring) clause(c searchClause, m *match) float32 {
	s.touched = s.touched[:0]
	for _, p := range c.phrase {
		s.raise(p.at, p.weight)
	}
	for _, t := range c.marked {
		m.terms[t] = true
	}
	for _, a := range c.alternatives {
		s.alternative(a)
		for _, terms := range a.terms {
			for _, t := range terms {
				m.terms[t] = true
			}
		}
		if a.shown != "" && len(m.expanded) < mostExpanded {
			m.expanded = append(m.expanded, a.shown)
		}
	}
	weight := float32(math.Log(1 + (float64(s.x.n)-float64(len(s.touched))+0.5)/(float64(len(s.touched))+0.5)))
	if c.weak {
		weight *= float32(s.x.weights.weak)
	}
	if c.required {
		had := newBitset(s.x.n)
		for _, i := range s.touched {
			had.add(i)
		}
		for i := range had {
			s.missed[i] |= ^had[i]
		}
	}
	for _, i := range s.touched {
		s.scores[i] += weight * s.value[i]
		s.cover[i] += weight
		s.value[i] = 0
		if !c.weak {
			s.met[i]++
		}
	}
	return weight
}

// mostExpanded bounds what the reader is told of synonyms.
const mostExpanded = 12

func (s *scoring) raise(i int32, v float32) {
	if s.value[i] == 0 {
		s.touched = append(s.touched, i)
	}
	s.value[i] = max(s.value[i], v)
}

// alternative raises the cases that meet an alternative.
func (s *scoring) alternative(a alternative) {
	w := float32(a.weight)
	if len(a.terms) == 1 {
		for _, t := range a.terms[0] {
			for _, p := range s.x.postings[t] {
				s.raise(p.at, w*p.weight)
			}
		}
		return
	}
	for _, p := range s.x.together(a.terms) {
		s.raise(p.at, w*p.weight)
	}
}

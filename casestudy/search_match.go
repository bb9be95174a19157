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
	terms      bitset // that were looked for, for excerpts
	clauses    int
}

// enough is how many cases must have all the words for those that lack some to
// need leastScore of the best score; otherwise they need half of the words that
// the best cover.
const (
	enough     = 5
	leastScore = 0.5
)

// mostClauses bounds the work of a query, whoever asks: what comes after is left
// out.
const mostClauses = 40

// match finds the cases that have the words of a query.
func (x *searchIndex) match(query string, l lang.Lang) *match {
	t := parseText(query, l)
	r := &wanting{x: x, language: l, text: query}
	r.read(t.words[:min(len(t.words), mostClauses)])
	for _, p := range t.phrases[:min(len(t.phrases), mostClauses)] {
		r.clauses = append(r.clauses, r.phrase(p))
	}
	m := &match{set: newBitset(x.n), whole: newBitset(x.n), unknown: r.unknown, suggestion: r.suggestion(), terms: newBitset(len(x.postings)), clauses: len(r.clauses)}
	m.corrected = m.suggestion != ""
	if len(r.clauses) == 0 {
		m.set.fill(x.n)
		m.whole.fill(x.n)
	} else {
		x.score(r.strengthen(), m)
	}
	for _, words := range t.excluded[:min(len(t.excluded), mostClauses)] {
		for _, p := range x.withPhrase(words) {
			m.set.remove(p.at)
			m.whole.remove(p.at)
		}
	}
	return m
}

func (s bitset) remove(i int32) { s[i>>6] &^= 1 << (i & 63) }

// strengthen returns the clauses; when all are weak, none is.
func (r *wanting) strengthen() []searchClause {
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
	met     []float32 // clauses that it meets, weak ones left out, half for related words
	whole   []uint8   // clauses that it meets otherwise than by related words
	missed  bitset    // cases that lack a required clause
	strong  bitset    // cases that meet the clause in hand otherwise than by related words
}

// score gives every case its score and chooses those that are results.
func (x *searchIndex) score(clauses []searchClause, m *match) {
	s := &scoring{x: x, value: make([]float32, x.n), scores: make([]float32, x.n),
		cover: make([]float32, x.n), met: make([]float32, x.n), whole: make([]uint8, x.n), missed: newBitset(x.n), strong: newBitset(x.n)}
	strong, all := uint8(0), float32(0)
	for _, c := range clauses {
		if !c.weak {
			strong++
		}
		all += s.clause(c, m)
	}
	var best float32
	var most float32
	for i, n := range s.met {
		if n == 0 || s.missed.has(int32(i)) {
			s.scores[i] = 0
			continue
		}
		s.scores[i] *= float32(math.Pow(float64(s.cover[i]/all), x.weights.cover))
		best, most = max(best, s.scores[i]), max(most, n)
		if s.whole[i] == strong {
			m.whole.add(int32(i))
		}
	}
	many := m.whole.count() >= enough
	for i, n := range s.met {
		if s.scores[i] > 0 && (s.whole[i] == strong || many && s.scores[i] >= leastScore*best || !many && 2*n >= most) {
			m.set.add(int32(i))
		}
	}
	m.scores = s.scores
}

// clause adds one clause to the scores and returns its weight.
func (s *scoring) clause(c searchClause, m *match) float32 {
	s.touched = s.touched[:0]
	for _, p := range c.phrase {
		s.raise(p.at, p.weight, true)
	}
	for _, t := range c.marked {
		m.terms.add(t)
	}
	for _, a := range c.alternatives {
		s.alternative(a)
		for _, terms := range a.terms {
			for _, t := range terms {
				m.terms.add(t)
			}
		}
		if a.shown != "" && len(m.expanded) < mostExpanded {
			m.expanded = append(m.expanded, a.shown)
		}
	}
	weight := s.rarity()
	if c.weak {
		weight *= float32(s.x.weights.weak)
	}
	if c.required {
		s.require()
	}
	for _, i := range s.touched {
		s.scores[i] += weight * s.value[i]
		s.value[i] = 0
		share := float32(1)
		if !s.strong.has(i) {
			share = halfMet
		}
		s.strong.remove(i)
		s.cover[i] += share * weight
		if !c.weak {
			s.met[i] += share
			s.whole[i] += uint8(share)
		}
	}
	return weight
}

// halfMet is how much of a clause a case meets by related words only.
const halfMet = 0.5

// rarity returns the weight of a clause: the fewer cases meet it, the larger.
// When none meets it otherwise than by related words, these are enough.
func (s *scoring) rarity() float32 {
	n := s.strong.count()
	if n == 0 {
		n = len(s.touched)
		for _, i := range s.touched {
			s.strong.add(i)
		}
	}
	return float32(math.Log(1 + (float64(s.x.n)-float64(n)+0.5)/(float64(n)+0.5)))
}

// require notes the cases that lack the clause in hand.
func (s *scoring) require() {
	had := newBitset(s.x.n)
	for _, i := range s.touched {
		had.add(i)
	}
	for i := range had {
		s.missed[i] |= ^had[i]
	}
}

// mostExpanded bounds what the reader is told of synonyms.
const mostExpanded = 12

func (s *scoring) raise(i int32, v float32, strong bool) {
	if s.value[i] == 0 {
		s.touched = append(s.touched, i)
	}
	if strong {
		s.strong.add(i)
	}
	s.value[i] = s.x.weights.combine(s.value[i], v)
}

// alternative raises the cases that meet an alternative.
func (s *scoring) alternative(a alternative) {
	w, strong := float32(a.weight), a.weight > s.x.weights.related
	if len(a.terms) == 1 {
		for _, t := range a.terms[0] {
			for _, p := range s.x.postings[t] {
				s.raise(p.at, w*p.weight, strong)
			}
		}
		return
	}
	for _, p := range s.x.together(a.terms) {
		s.raise(p.at, w*p.weight, strong)
	}
}

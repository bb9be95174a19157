package casestudy

import (
	"cmp"
	"slices"

	"vigie/territory"
)

// Need is what a reader looks for: an answer to the fragility of a territory in
// a domain. Without Territory, or for a country, resemblance counts the same
// for all, as without Resemblance. Members are the communes of a territory that
// the reader has composed.
type Need struct {
	Domain      string
	Territory   territory.Code
	Members     []territory.Code
	Resemblance func(place territory.Code, year int) (Resemblance, bool) // year 0: today
	Limit       int                                                      // of each list; 0 for all
	Weights     *Weights                                                 // nil: those stated
}

// Resemblance is how much the place of a case resembled, in a year, the territory
// that asks. Of and With are the territories compared: those asked about, or
// what holds them at a tier that both have.
type Resemblance struct {
	Share  float64        `json:"share"` // of the pairs of the tier that are less alike, in [0, 1]
	Of     territory.Code `json:"of"`    // of the case
	With   territory.Code `json:"with"`  // of the reader
	From   string         `json:"from"`  // oldest and newest period read
	To     string         `json:"to"`
	Series int            `json:"series"`          // read, each as near to the year as it is known
	After  int            `json:"after,omitempty"` // of them, those that are known only after the year
}

// Matches are the cases that answer a need, the best first: those of elsewhere,
// and apart from them those of the territory itself.
type Matches struct {
	Elsewhere []Matched
	Own       []Matched
	Total     int // before Limit
}

// Matched is one case, its score, the product of its parts, and why it is there.
type Matched struct {
	Entry   *Entry
	Score   float64
	Factors Factors
	Own     bool
	Why     []Reason
}

// Factors are the factors of a score, each in [0, 1].
type Factors struct {
	Domain   float64 `json:"domain"`
	Place    float64 `json:"place"`
	Evidence float64 `json:"evidence"`
}

// Reason is one thing to say of a match, in any language: a message, and the
// codes that it names.
type Reason struct {
	Key         string         `json:"key"`
	Domain      string         `json:"domain,omitempty"`
	Place       territory.Code `json:"place,omitempty"`
	Level       string         `json:"level,omitempty"`
	Year        int            `json:"year,omitempty"`
	Resemblance *Resemblance   `json:"resemblance,omitempty"`
}

// The messages of reasons.
const (
	WhyMain       = "main"       // Domain is the case's main one
	WhySecondary  = "secondary"  // Domain is one of its others
	WhyDimension  = "dimension"  // Domain, its main one, is of the same dimension
	WhyOwn        = "own"        // Place is the territory, lies in it or holds it
	WhyAlike      = "alike"      // Resemblance, in Year (0: not known, so today)
	WhyUnplaced   = "unplaced"   // it is national, or has no place
	WhyUnknown    = "unknown"    // nothing tells how Place resembles
	WhyEvidence   = "evidence"   // Level is the best of its evidence
	WhyUnproved   = "unproved"   // no level is established
	WhyUnreviewed = "unreviewed" // no editor has read it yet
)

// Match ranks the cases of a base by what they answer: same domain × resemblance of their main
// place, when they began, × level of evidence. Ties go to a case that an editor
// has read, then to the latest begun, then by name.
func (b *Base) Match(in Need) Matches {
	m := matching{Need: in, names: b.names, weights: Stated(), known: map[asked]told{}, kin: map[string]bool{}}
	if in.Weights != nil {
		m.weights = *in.Weights
	}
	var out Matches
	for i := range b.entries {
		e := &b.entries[i]
		parts := Factors{Domain: m.domain(&e.Record)}
		if parts.Domain == 0 {
			continue
		}
		one := Matched{Entry: e, Own: m.own(&e.Record) != ""}
		parts.Place = m.placed(&e.Record, one.Own)
		_, parts.Evidence = m.weights.proof(&e.Record)
		one.Factors, one.Score = parts, parts.Domain*parts.Place*parts.Evidence
		list := &out.Elsewhere
		if out.Total++; one.Own {
			list = &out.Own
		}
		*list = m.keep(*list, one)
	}
	m.settle(out.Elsewhere)
	m.settle(out.Own)
	return out
}

// matching is one need at work; places are asked about once.
type matching struct {
	Need
	names   Names
	weights Weights
	known   map[asked]told
	kin     map[string]bool // domains, by whether they are of the dimension of the one asked
}

type asked struct {
	place territory.Code
	year  int
}

type told struct {
	Resemblance
	ok bool
}

// keep adds a match, or leaves it out when as many as are asked for are better.
func (m *matching) keep(list []Matched, one Matched) []Matched {
	n := len(list)
	if m.Limit == 0 || n < m.Limit {
		list = append(list, one)
	} else if compareMatches(&one, &list[n-1]) < 0 {
		list[n-1] = one
	} else {
		return list
	}
	if m.Limit > 0 {
		for i := len(list) - 1; i > 0 && compareMatches(&list[i], &list[i-1]) < 0; i-- {
			list[i], list[i-1] = list[i-1], list[i]
		}
	}
	return list
}

// settle orders and explains.
func (m *matching) settle(list []Matched) {
	slices.SortFunc(list, func(a, b Matched) int { return compareMatches(&a, &b) })
	for i := range list {
		list[i].Why = m.why(&list[i])
	}
}

// compareMatches puts the better one first.
func compareMatches(a, b *Matched) int {
	if a.Score != b.Score {
		return cmp.Compare(b.Score, a.Score)
	}
	return precedes(a.Entry, b.Entry)
}

// precedes orders two cases that are worth the same.
func precedes(a, b *Entry) int {
	if a.Reviewed() != b.Reviewed() {
		if a.Reviewed() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.Record.StartYear, a.Record.StartYear), cmp.Compare(a.Slug, b.Slug), cmp.Compare(a.ID, b.ID))
}

// domain is what a case counts for the domain asked, 0 when it answers another.
func (m *matching) domain(r *Record) float64 {
	switch at := slices.Index(r.Domains, m.Domain); {
	case at == 0:
		return m.weights.Main
	case at > 0:
		return m.weights.Secondary
	case len(r.Domains) > 0 && m.related(r.Domains[0]):
		return m.weights.Dimension
	}
	return 0
}

// related reports whether a domain is of the dimension of the one asked.
func (m *matching) related(domain string) bool {
	kin, ok := m.kin[domain]
	if !ok {
		kin = m.names.Dimension(domain) != "" && m.names.Dimension(domain) == m.names.Dimension(m.Domain)
		m.kin[domain] = kin
	}
	return kin
}

// somewhere reports whether the reader asks for a place smaller than a country.
func (m *matching) somewhere() bool {
	return m.Territory != "" && m.Territory.Level() != territory.National
}

// own is the place of a case that is the territory asking, lies in it, or is the
// EPCI or the département that holds it; "" when the case is from elsewhere.
func (m *matching) own(r *Record) territory.Code {
	if !m.somewhere() {
		return ""
	}
	self := append([]territory.Code{m.Territory}, m.Members...)
	for _, p := range r.Territories {
		holds := func(own territory.Code) bool { return slices.Contains(m.names.Ancestors(own), p) }
		switch {
		case m.names.in([]territory.Code{p}, self...):
			return p
		case (p.Level() == territory.EPCI || p.Level() == territory.Departement) && slices.ContainsFunc(self, holds):
			return p
		}
	}
	return ""
}

// mainPlace is the first place of a case, "" when it is national or has none.
func mainPlace(r *Record) territory.Code {
	if len(r.Territories) == 0 || r.Territories[0].Level() == territory.National {
		return ""
	}
	return r.Territories[0]
}

// placed is what the place of a case counts.
func (m *matching) placed(r *Record, own bool) float64 {
	if own {
		return 1
	}
	if l, ok := m.likeness(r); ok {
		return m.weights.place(l.Share)
	}
	return m.weights.place(m.weights.Neutral)
}

// likeness asks how the main place of a case resembled, false when nothing tells.
func (m *matching) likeness(r *Record) (Resemblance, bool) {
	place := mainPlace(r)
	if place == "" || m.Resemblance == nil || !m.somewhere() {
		return Resemblance{}, false
	}
	key := asked{place, r.StartYear}
	t, ok := m.known[key]
	if !ok {
		t.Resemblance, t.ok = m.Resemblance(place, r.StartYear)
		m.known[key] = t
	}
	return t.Resemblance, t.ok
}

// why tells what each factor of a score rests on.
func (m *matching) why(a *Matched) []Reason {
	r := &a.Entry.Record
	out := []Reason{m.whyDomain(r)}
	switch l, ok := m.likeness(r); {
	case a.Own:
		out = append(out, Reason{Key: WhyOwn, Place: m.own(r)})
	case !m.somewhere():
	case mainPlace(r) == "":
		out = append(out, Reason{Key: WhyUnplaced})
	case !ok:
		out = append(out, Reason{Key: WhyUnknown, Place: mainPlace(r)})
	default:
		out = append(out, Reason{Key: WhyAlike, Place: mainPlace(r), Year: r.StartYear, Resemblance: &l})
	}
	if level, _ := m.weights.proof(r); level != "" {
		out = append(out, Reason{Key: WhyEvidence, Level: level})
	} else {
		out = append(out, Reason{Key: WhyUnproved})
	}
	if !a.Entry.Reviewed() {
		out = append(out, Reason{Key: WhyUnreviewed})
	}
	return out
}

func (m *matching) whyDomain(r *Record) Reason {
	switch at := slices.Index(r.Domains, m.Domain); {
	case at == 0:
		return Reason{Key: WhyMain, Domain: m.Domain}
	case at > 0:
		return Reason{Key: WhySecondary, Domain: m.Domain}
	}
	return Reason{Key: WhyDimension, Domain: r.Domains[0]}
}

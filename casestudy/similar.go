package casestudy

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	lexis "vigie/stat/text"
	"vigie/territory"
)

// Akin is a case that resembles another one: by how much, in [0, 1], and by what.
type Akin struct {
	Entry *Entry
	Score float64
	Bonds []Bond // what both have, the strongest first
}

// Bond is one thing that two cases have in common: what kind of thing, how much
// it counts in the score, and the codes or the words that both have.
type Bond struct {
	Kind   string
	Weight float64
	Codes  []string
}

// The kinds of bonds. The words of a text are the rarest in the base.
const (
	BondDomain   = "domain"
	BondRelation = "relation"
	BondProfile  = "profile"
	BondForm     = "form"
	BondText     = "text"
	BondPlace    = "place" // the main places of both, which resemble each other
)

// What each kind of bond counts, of 1: see doc/methods/match.md.
const (
	akinDomain   = 0.30
	akinText     = 0.30
	akinPlace    = 0.15
	akinRelation = 0.10
	akinProfile  = 0.10
	akinForm     = 0.05

	leastAkin  = 0.10 // a case that counts less is not shown
	sameText   = 0.20 // cosine from which two texts are as alike as can be: no two tell the same story
	leastText  = 0.05 // cosine from which words in common are named
	leastPlace = 0.75 // share of pairs less alike, for two places to be a bond
	mostWords  = 3
)

// Likely tells how much two places resemble each other, in [0, 1], false when it
// is not known.
type Likely func(a, b territory.Code) (float64, bool)

// Similar returns the n cases most akin to one, the strongest first, ties by
// name; none for a case that is not public. like may be nil.
func (b *Base) Similar(idOrSlug string, like Likely, n int) []Akin {
	own, ok := b.Entry(idOrSlug)
	if !ok || !own.State.Public() {
		return nil
	}
	k := b.akin()
	cosines := k.corpus.Cosines(k.terms[k.at[own.Slug]])
	var out []Akin
	for i := range b.entries {
		e := &b.entries[i]
		if e.Slug == own.Slug {
			continue
		}
		a := Akin{Entry: e}
		a.bind(BondDomain, akinDomain, own.Record.Domains, e.Record.Domains)
		a.bind(BondRelation, akinRelation, own.Record.Relations, e.Record.Relations)
		a.bind(BondProfile, akinProfile, profiles(&own.Record), profiles(&e.Record))
		a.bind(BondForm, akinForm, own.Record.Forms, e.Record.Forms)
		if cosines[i] >= leastText {
			a.add(Bond{BondText, akinText * min(1, cosines[i]/sameText), nil})
		}
		a.place(own, like)
		if a.Score >= leastAkin {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(x, y Akin) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), strings.Compare(x.Entry.Slug, y.Entry.Slug))
	})
	out = out[:min(n, len(out))]
	for i := range out {
		k.words(&out[i], own)
	}
	return out
}

// kinship is what the texts of a base are compared by.
type kinship struct {
	corpus *lexis.Corpus
	terms  [][]string // of each entry
	at     map[string]int
}

// newKinship reads the texts of entries.
func newKinship(entries []Entry) func() *kinship {
	return sync.OnceValue(func() *kinship {
		k := &kinship{at: map[string]int{}, terms: make([][]string, len(entries))}
		for i := range entries {
			k.at[entries[i].Slug], k.terms[i] = i, lexis.Analyze(narrative(&entries[i].Record))
		}
		k.corpus = lexis.NewCorpus(k.terms)
		return k
	})
}

// narrative is what a record tells: its title, its summary and its sections.
func narrative(r *Record) string {
	parts := []string{r.Title, r.Summary}
	for _, code := range sortedSections(r) {
		parts = append(parts, r.Sections[code])
	}
	return strings.Join(parts, "\n")
}

func sortedSections(r *Record) []string {
	out := make([]string, 0, len(r.Sections))
	for code := range r.Sections {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}

// spelt gives stems back as the words of a case that have them.
func spelt(stems []string, e *Entry) []string {
	word := map[string]string{}
	for _, t := range lexis.Tokens(narrative(&e.Record)) {
		if stem := lexis.Stem(t.Word); word[stem] == "" {
			word[stem] = t.Word
		}
	}
	out := make([]string, len(stems))
	for i, s := range stems {
		out[i] = word[s]
	}
	return out
}

// words names the rarest words of both, and puts the strongest bond first.
func (k *kinship) words(a *Akin, own *Entry) {
	for i := range a.Bonds {
		if t := &a.Bonds[i]; t.Kind == BondText {
			both := k.corpus.Rarest(k.terms[k.at[own.Slug]], k.terms[k.at[a.Entry.Slug]])
			t.Codes = spelt(both[:min(mostWords, len(both))], own)
		}
	}
	slices.SortStableFunc(a.Bonds, func(x, y Bond) int { return cmp.Compare(y.Weight, x.Weight) })
}

// bind adds what two lists share: their Jaccard index.
func (a *Akin) bind(kind string, weight float64, x, y []string) {
	var both []string
	for _, code := range x {
		if slices.Contains(y, code) && !slices.Contains(both, code) {
			both = append(both, code)
		}
	}
	if len(both) > 0 {
		a.add(Bond{kind, weight * lexis.Jaccard(distinct(x), distinct(y)), both})
	}
}

// place adds the resemblance of the main places.
func (a *Akin) place(own *Entry, like Likely) {
	x, y := mainPlace(&own.Record), mainPlace(&a.Entry.Record)
	if x == "" || y == "" || like == nil {
		return
	}
	share, ok := like(x, y)
	if x == y {
		share, ok = 1, true
	}
	if ok && share >= leastPlace {
		a.add(Bond{BondPlace, akinPlace * share, []string{string(x), string(y)}})
	}
}

func (a *Akin) add(t Bond) {
	if t.Weight > 0 {
		a.Score += t.Weight
		a.Bonds = append(a.Bonds, t)
	}
}

// profiles are those of the actors of a record, each once.
func profiles(r *Record) []string {
	var out []string
	for _, a := range r.Actors {
		if a.Profile != "" && !slices.Contains(out, a.Profile) {
			out = append(out, a.Profile)
		}
	}
	return out
}

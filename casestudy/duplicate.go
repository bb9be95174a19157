package casestudy

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"vigie/lang"
	lexis "vigie/stat/text"
	"vigie/territory"
)

// Alike is a case of the base that a record may be again. Why names what they
// share, the heaviest first: title, text, sources, actors, places.
type Alike struct {
	ID, Slug, Title string
	Score           float64 // in [0, 1]; AlikeEnough and more is worth asking
	Why             []string
}

// AlikeEnough is the score from which an author is asked whether a record is
// there already. On the 65 cases to begin with, two different ones stay below;
// of copies written otherwise more than 95 % are above (a test).
const AlikeEnough = 0.5

// What each likeness proves alone when it is whole: one minus the product of
// what they leave in doubt is the score.
const (
	titleProves   = 0.75
	textProves    = 0.80
	sourcesProve  = 0.60
	actorsProve   = 0.45
	elsewhere     = 0.80 // kept of the score when all places differ
	mostAlike     = 5    // answers
	fewestWritten = 8    // terms below which a text says little
)

// Likeness finds which cases a record may be again. It is built once, never
// modified and safe for concurrent use.
type Likeness struct {
	entries []Entry
	titles  *lexis.Corpus
	texts   *lexis.Corpus
	words   map[string]bool // that the texts hold
	sources holding
	actors  holding
}

// holding says which entries have a key, and how many keys each entry has.
type holding struct {
	by   map[string][]int
	size []int
}

func (h *holding) add(keys []string) {
	for _, key := range keys {
		h.by[key] = append(h.by[key], len(h.size))
	}
	h.size = append(h.size, len(keys))
}

// NewLikeness reads entries: those that have a record, whatever their state.
func NewLikeness(entries []Entry) *Likeness {
	k := &Likeness{words: map[string]bool{}, sources: holding{by: map[string][]int{}}, actors: holding{by: map[string][]int{}}}
	var titles, texts [][]string
	for _, e := range entries {
		if e.Record.Title == "" {
			continue
		}
		k.entries = append(k.entries, e)
		title, text := lexis.Analyze(e.Record.Title), lexis.Analyze(wholeText(e.Record))
		titles, texts = append(titles, title), append(texts, text)
		for _, w := range text {
			k.words[w] = true
		}
		k.sources.add(sourceKeys(e.Record))
		k.actors.add(actorKeys(e.Record))
	}
	k.titles, k.texts = lexis.NewCorpus(titles), lexis.NewCorpus(texts)
	return k
}

// Duplicates is NewLikeness of the public cases of a base, asked once.
func Duplicates(b *Base, r Record, except string) []Alike {
	return NewLikeness(b.Entries()).Alike(r, except)
}

// Alike returns the cases that a record may be again, the likeliest first, from
// AlikeEnough up; except is the id of the record's own case, or "".
func (k *Likeness) Alike(r Record, except string) []Alike {
	return k.above(r, except, AlikeEnough)
}

func (k *Likeness) above(r Record, except string, least float64) []Alike {
	title, text := lexis.Analyze(r.Title), lexis.Analyze(wholeText(r))
	titles, texts := k.titles.Cosines(title), k.texts.Cosines(text)
	inTitle, inText := k.known(title), k.known(text)*math.Min(1, float64(len(text))/fewestWritten)
	sources, actors := k.sources.share(sourceKeys(r)), k.actors.share(actorKeys(r))
	var out []Alike
	for n := range k.entries {
		e := &k.entries[n]
		inText := textProves * math.Pow(texts[n]*inText, 1.5)
		proofs := [...]proof{{"title", titleProves * math.Pow(titles[n]*inTitle, 2)}, {"text", inText}, {"sources", sourcesProve * sources[n]}, {"actors", actorsProve * actors[n]}}
		score := 1.0
		for _, p := range proofs {
			score *= 1 - p.share
		}
		if score = 1 - score; score < least || except != "" && e.ID == except {
			continue
		}
		same, apart := placesOf(r, e.Record)
		if apart {
			score *= elsewhere
		}
		if score >= least {
			out = append(out, Alike{ID: e.ID, Slug: e.Slug, Title: e.Record.Title, Score: score, Why: reasons(proofs[:], same)})
		}
	}
	slices.SortStableFunc(out, func(a, b Alike) int { return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Slug, b.Slug)) })
	return out[:min(mostAlike, len(out))]
}

// proof is how far one likeness goes alone.
type proof struct {
	name  string
	share float64
}

// reasons names what counts, the heaviest first.
func reasons(proofs []proof, place bool) []string {
	slices.SortStableFunc(proofs, func(a, b proof) int { return cmp.Compare(b.share, a.share) })
	var why []string
	for _, p := range proofs {
		if p.share >= 0.1 {
			why = append(why, p.name)
		}
	}
	if place {
		why = append(why, "places")
	}
	return why
}

// wholeText is what a record says of itself, in its language.
func wholeText(r Record) string {
	var b strings.Builder
	for _, l := range textLeaves("", r.Text) {
		b.WriteString(l.Value)
		b.WriteByte('\n')
	}
	return b.String()
}

// known returns the share of terms that the base holds somewhere.
func (k *Likeness) known(terms []string) float64 {
	if len(terms) == 0 {
		return 0
	}
	n := 0
	for _, t := range terms {
		if k.words[t] {
			n++
		}
	}
	return float64(n) / float64(len(terms))
}

func sourceKeys(r Record) []string {
	var keys []string
	for _, s := range r.Sources {
		if s.Address != "" {
			keys = append(keys, sameAddress(s.Address))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func actorKeys(r Record) []string {
	var keys []string
	for _, a := range r.Actors {
		if key := lang.Fold(a.Name); key != "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// share returns for each entry how much of the shorter of two lists both hold.
// A name that many cases have proves less: it counts for one over the square
// root of the cases that have it.
func (h *holding) share(keys []string) []float64 {
	out := make([]float64, len(h.size))
	for _, key := range keys {
		for _, e := range h.by[key] {
			out[e] += 1 / math.Sqrt(float64(len(h.by[key])))
		}
	}
	for e := range out {
		if out[e] > 0 {
			out[e] = math.Min(1, out[e]/float64(min(len(keys), h.size[e])))
		}
	}
	return out
}

// placesOf reports whether two records have a place in common below the region,
// and whether all their places differ, regions too.
func placesOf(a, b Record) (same, apart bool) {
	both := false
	for _, c := range a.Territories {
		if slices.Contains(b.Territories, c) {
			both = true
			same = same || c.Level() != territory.Region && c.Level() != territory.National
		}
	}
	return same, !both && len(a.Territories) > 0 && len(b.Territories) > 0
}

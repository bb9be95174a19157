package study

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/stat/disclosure"
	"vigie/stat/survey"
)

// The table of passage of crosses: counts move by at most crossReach, with the
// variance crossVariance.
const (
	crossReach    = 5
	crossVariance = 2
)

// CrossQuery is a question put to a survey: an item by up to two breakdowns of its
// plan. There is nothing else to choose, so that all that can be asked of a
// survey is known beforehand.
type CrossQuery struct {
	Item string
	By   []string
}

// Crossed is the answer to a CrossQuery: a table a level of the first breakdown, its
// columns the levels of the second; with fewer breakdowns one table, that of
// the tabulation. Moved is true when its counts were moved. Withheld counts the
// columns of too few answers, of all Columns.
type Crossed struct {
	Item              Item
	By                []Breakdown
	Blocks            []CrossBlock
	Moved             bool
	Columns, Withheld int
}

// CrossBlock is the table of one level of the first of two breakdowns.
type CrossBlock struct {
	Level string
	Table Table
}

// Explorer answers the crosses of one survey. It holds the answers, in memory
// and as small as they get, and lets out only what Ask returns. It never
// changes and serves any number of readers at once.
//
// The secrecy of a cross of two breakdowns is that of counts moved by the keys
// of their records: doc/methods/explorer.md.
type Explorer struct {
	tab      *Tabulation
	passage  *disclosure.Transition
	weights  []float64
	keys     []disclosure.Key
	by       [][]int16 // level of each record, -1 for none, by breakdown
	items    []explored
	sectors  *survey.Sectors
	df       float64
	minBase  int
	limit    Imprecision
	exposing []string // breakdowns whose levels one person may hold alone
}

// Explore keeps a reading for crosses, beside the tabulation that was made of
// it. secret is that of the observatory: it must stay the same as long as the
// survey is published.
//
// Error: Invalid for a secret that is too short; Conflict for a tabulation of
// other answers; the refusals of stat.
func (r *Reading) Explore(t *Tabulation, secret []byte) (*Explorer, error) {
	if len(secret) < 16 {
		return nil, fault.Invalidf("donnez un secret d’au moins 16 octets", "le secret des croisements est trop court")
	}
	if t.Plan != r.plan.Hash || t.Wave != r.plan.Wave || len(t.Items) != len(r.items) {
		return nil, &fault.Error{Kind: fault.Conflict, What: "les tableaux de « " + t.Wave + " » ne sont pas ceux de ce plan", Do: "tabulez l’enquête à nouveau"}
	}
	e := Published(t)
	e.weights, e.df, e.limit = r.design.Weights(), r.design.DF(), r.plan.Imprecise
	var err error
	if e.passage, err = disclosure.MaxEntropy(crossReach, crossVariance, 0); err != nil {
		return nil, err
	}
	if e.sectors, err = r.design.Sectors(); err != nil {
		return nil, r.plan.told("design", err)
	}
	e.keys = r.keys(secret)
	for _, c := range r.by {
		codes := make([]int16, len(c.Code))
		for k, code := range c.Code {
			codes[k] = int16(code)
		}
		e.by = append(e.by, codes)
	}
	for _, a := range r.items {
		e.items = append(e.items, explore(a, e.weights))
	}
	return e, nil
}

// Published answers the crosses that a tabulation holds, those of none or one
// breakdown, without the answers.
func Published(t *Tabulation) *Explorer {
	e := &Explorer{tab: t, minBase: max(t.Secrecy.MinBase, leastBase)}
	for i := range t.Breakdowns {
		if soleHolder(t.Audience, &t.Breakdowns[i]) {
			e.exposing = append(e.exposing, t.Breakdowns[i].Code)
		}
	}
	return e
}

// soleHolder tells whether one person may be known to be alone at a level: the
// mayor of a commune.
func soleHolder(audience string, b *Breakdown) bool {
	return b.Territory && audience == "local_elected" && slices.ContainsFunc(b.Levels, func(l Option) bool { return strings.HasPrefix(l.Code, "COM-") })
}

// keys derives the key of each record from what names it: the variable that
// joins the weights, or its rank in the file.
func (r *Reading) keys(secret []byte) []disclosure.Key {
	name := func(i int) string { return strconv.Itoa(i) }
	if w := r.plan.Weights; w != nil {
		if c := r.frame.Column(w.By); c != nil {
			levels := c.Categorical()
			name = func(i int) string { return levels.Levels[levels.Code[i]] }
		}
	}
	out := make([]disclosure.Key, r.frame.Rows)
	for i, w := range r.design.Weights() {
		if w > 0 {
			out[i] = disclosure.RecordKey(secret, r.plan.Wave+"\x00"+r.plan.Audience+"\x00"+name(i))
		}
	}
	return out
}

// Ask answers a cross. The same one has the same answer, whatever was asked
// before.
//
// Error: NotFound for an item or a breakdown that the plan has not; Invalid for
// one that cannot be crossed so; Denied when every column would isolate too few.
func (e *Explorer) Ask(q CrossQuery) (*Crossed, error) {
	k := slices.IndexFunc(e.tab.Items, func(it ItemTable) bool { return it.Code == q.Item })
	if k < 0 {
		return nil, fault.NotFoundf("choisissez une question dans la liste", "cette enquête n’a pas de question « %s »", q.Item)
	}
	by, err := e.breakdowns(q.By)
	if err != nil {
		return nil, err
	}
	out := &Crossed{Item: e.tab.Items[k].Item}
	for _, b := range by {
		out.By = append(out.By, e.tab.Breakdowns[b])
	}
	if len(by) < 2 {
		return out, e.published(out, &e.tab.Items[k])
	}
	if e.items == nil {
		return nil, &fault.Error{Kind: fault.Unavailable, What: "les réponses de cette enquête ne sont pas ouvertes", Do: "croisez cette question par une seule variable"}
	}
	return out, e.two(out, k, by[0], by[1])
}

// breakdowns finds the breakdowns of a cross and refuses those that may not meet.
func (e *Explorer) breakdowns(codes []string) ([]int, error) {
	if len(codes) > 2 {
		return nil, fault.Invalidf("gardez-en deux", "une question se croise par deux variables au plus")
	}
	var out []int
	territories := 0
	for _, code := range codes {
		b := slices.IndexFunc(e.tab.Breakdowns, func(b Breakdown) bool { return b.Code == code })
		switch {
		case b < 0:
			return nil, fault.NotFoundf("choisissez une variable dans la liste", "cette enquête ne se croise pas par « %s »", code)
		case slices.Contains(out, b):
			return nil, fault.Invalidf("choisissez deux variables différentes", "une variable ne se croise pas avec elle-même")
		case slices.Contains(e.exposing, code):
			return nil, tooFew("un maire est seul dans sa commune", "croisez par région, département ou taille de commune")
		}
		if e.tab.Breakdowns[b].Territory {
			territories++
		}
		out = append(out, b)
	}
	if territories > 1 {
		return nil, tooFew("deux découpages du territoire qui se recoupent désignent un lieu", "gardez le plus large des deux")
	}
	return out, nil
}

func tooFew(why, do string) *fault.Error {
	return &fault.Error{Kind: fault.Denied, What: "ce croisement isolerait trop peu de personnes : " + why, Do: do}
}

// published is the answer that the tabulation holds already: the same figures
// here as on the page of the study.
func (e *Explorer) published(out *Crossed, it *ItemTable) error {
	by := ""
	if len(out.By) > 0 {
		by = out.By[0].Code
	}
	t, ok := it.By(by)
	if !ok {
		return fault.NotFoundf("choisissez une autre variable", "cette question n’est pas croisée par « %s »", by)
	}
	out.Blocks = []CrossBlock{{Table: *t}}
	for _, c := range t.Columns {
		if out.Columns++; c.Secret {
			out.Withheld++
		}
	}
	return e.shown(out)
}

// shown refuses an answer with nothing to show.
func (e *Explorer) shown(out *Crossed) error {
	if out.Withheld < out.Columns {
		return nil
	}
	return tooFew(fmt.Sprintf("aucune des %d colonnes n’a %d réponses qui puissent se publier", out.Columns, e.minBase),
		"croisez par une seule variable, ou par une qui a moins de niveaux")
}

// Bytes is the memory that the answers take.
func (e *Explorer) Bytes() int {
	n := len(e.weights) * (8 + 8 + 2*len(e.by))
	for i := range e.items {
		n += len(e.items[i].base) / 8
		for _, p := range e.items[i].parts {
			n += len(p.code)
		}
	}
	return n
}

// Tabulation is what of the survey is published without any cross.
func (e *Explorer) Tabulation() *Tabulation { return e.tab }

// explored is one item in memory.
type explored struct {
	base  []uint64 // who answered, a bit a record
	parts []partition
	why   string // in French, why the item has no cross of two
}

// partition divides those who answered into few answers, so that all figures of
// an item are sums over counts of people.
type partition struct {
	code  []uint8 // of each record, outside for those out of it
	size  int
	lines []ratioLine
}

const (
	outside  = 255
	mostCode = 254 // answers of one partition
)

// ratioLine is a figure as Σ num W / Σ den W over the answers of a partition.
type ratioLine struct {
	at       int // rank among the lines of the item
	name     string
	percent  bool
	num, den []float64 // by answer
	scale    float64   // how far figures may stand apart, 0 when nothing bounds them
}

func (x *explored) answered(i int) bool { return x.base[i/64]>>(i%64)&1 == 1 }

// explore packs the answers of an item.
func explore(a *asked, weights []float64) explored {
	out := explored{base: make([]uint64, (len(a.base)+63)/64)}
	for i, in := range a.base {
		if in && weights[i] > 0 {
			out.base[i/64] |= 1 << (i % 64)
		}
	}
	x := &crossing{asked: a}
	switch {
	case a.category != nil:
		out.parts = []partition{a.options(x, &out)}
	case a.item.Kind == string(survey.RankedQuestion):
		out.parts = a.rankings(x, &out)
	case a.item.Kind == string(survey.MultipleQuestion):
		for l := range a.lines {
			p := a.values(&out, l, []float64{0, 1})
			p.line(x, l, []float64{0, 1}, []float64{1, 1})
			out.parts = append(out.parts, p)
		}
	case a.item.Range != nil && a.item.Range[1]-a.item.Range[0] < mostCode:
		var scale []float64
		for v := a.item.Range[0]; v <= a.item.Range[1]; v++ {
			scale = append(scale, v)
		}
		for l := range a.lines {
			p := a.values(&out, l, scale)
			p.line(x, l, scale, ones(len(scale)))
			out.parts = append(out.parts, p)
		}
	default:
		out.why = "une moyenne de nombres sans échelle dépend de quelques grandes valeurs"
	}
	return out
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

func (p *partition) line(x *crossing, l int, num, den []float64) {
	p.lines = append(p.lines, ratioLine{at: l, name: x.names[l], percent: x.lines[l].Percent, num: num, den: den, scale: x.scale(l)})
}

// options is the partition of a question with one answer among several.
func (a *asked) options(x *crossing, in *explored) partition {
	n := len(a.item.Options)
	p := partition{code: make([]uint8, len(a.base)), size: n}
	for i, k := range a.category.Code {
		if p.code[i] = outside; in.answered(i) && k >= 0 {
			p.code[i] = uint8(k)
		}
	}
	for o := range n {
		only := make([]float64, n)
		only[o] = 1
		p.line(x, o, only, ones(n))
	}
	if len(a.lines) > n { // the mean rank of the answer
		ranks := make([]float64, n)
		for o := range ranks {
			ranks[o] = float64(o + 1)
		}
		p.line(x, n, ranks, ones(n))
	}
	return p
}

// rankings is a partition an option of a ranking: not cited, or its rank.
func (a *asked) rankings(x *crossing, in *explored) []partition {
	var out []partition
	n, ranks := len(a.item.Options), len(a.item.X)
	for o := range n {
		p := partition{code: make([]uint8, len(a.base)), size: ranks + 1}
		cited, rank := &a.lines[o], &a.lines[n+o]
		for i := range p.code {
			switch p.code[i] = outside; {
			case !in.answered(i):
			case cited.Num[i] > 0 && rank.Den[i] != 0:
				p.code[i] = uint8(rank.Num[i])
			default:
				p.code[i] = 0
			}
		}
		who, value := ones(ranks+1), make([]float64, ranks+1)
		who[0] = 0
		for r := range value {
			value[r] = float64(r)
		}
		p.line(x, o, who, ones(ranks+1))
		p.line(x, n+o, value, who)
		out = append(out, p)
	}
	return out
}

// values is the partition of one line by the values that it takes.
func (a *asked) values(in *explored, l int, scale []float64) partition {
	p := partition{code: make([]uint8, len(a.base)), size: len(scale)}
	line := &a.lines[l]
	for i := range p.code {
		if p.code[i] = outside; in.answered(i) && line.Den[i] != 0 {
			p.code[i] = uint8(math.Round(line.Num[i] - scale[0]))
		}
	}
	return p
}

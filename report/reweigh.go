package report

import (
	"cmp"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/edition"
	"vigie/fragility"
	"vigie/lang"
	"vigie/territory"
)

// ReweighPath is the address of the page where the reader moves the weights.
// Its query holds « niveau », « t » and one weight a domain, under its code.
const ReweighPath = "/ponderation"

// weighing is the state of that page: what was asked and what it comes to.
type weighing struct {
	level   territory.Level
	levels  []territory.Level // that have an overall index
	focus   territory.Code
	asked   map[string]float64 // weights that are not the edition's
	refused []string           // why there is no answer
	found   *fragility.Reweighed
	shifts  []shift // in the order of the tier
}

// shift is one territory under both weightings.
type shift struct {
	code   territory.Code
	before edition.Standing
	after  fragility.Cell
}

// both reports whether the territory has a score under both.
func (s shift) both() bool { return s.before.OK && s.after.OK() }

// up is by how many places a territory moves towards the most fragile.
func (s shift) up() int { return s.before.Position - s.after.Place }

// within reports whether the new place lies in the published interval.
func (s shift) within() bool {
	return s.before.HasInterval && s.before.Lo <= s.after.Place && s.after.Place <= s.before.Hi
}

// Reweigh composes the overall index under the weights of the address: how
// many territories change class, which move most, and whether they leave the
// published interval of ranks. What it shows is the reader's, not published.
func Reweigh(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	s := w.weighing()
	d := w.document("reweigh", "ponderation", w.t("reweigh.title"))
	d.Crumbs = []Link{{w.t("reweigh.crumb"), "/methodes#poids"}}
	if len(s.levels) == 0 {
		d.Answer = []Text{plain(w.t("answer.regions_nothing", "least", c.Spec.Missing.Least))}
		d.Summary = w.t("reweigh.summary")
		return d, nil
	}
	state := "published"
	if s.own() {
		state = "own"
	}
	if d.Refused = len(s.refused) > 0; d.Refused {
		state = "refused"
	} else {
		d.State = s.state(s.asked)
	}
	d.Kicker = w.t("reweigh.kicker", "state", state, "tier", w.level(s.level, "many"))
	d.Answer, d.Summary = w.reweighAnswer(s), w.t("reweigh.summary")
	d.Sections = w.reweighSections(s)
	return d, nil
}

// own reports whether the weights are the reader's.
func (s *weighing) own() bool { return len(s.asked) > 0 }

// domainCode is how the codes of domains are written: a name of the query that
// looks like one is meant as one.
var domainCode = regexp.MustCompile(`^[A-Z]{2,4}$`)

// weighingAt is the page at a tier, or at the smallest that has an overall
// index, with the weights of the edition.
func (w *composer) weighingAt(level territory.Level) *weighing {
	s := &weighing{asked: map[string]float64{}}
	for _, l := range measuredTiers {
		if r := w.c.Fragility[l]; r != nil && r.Part(fragility.Overall) != nil && r.Part(fragility.Overall).Ranked > 1 {
			s.levels = append(s.levels, l)
			s.level = l
		}
	}
	if slices.Contains(s.levels, level) {
		s.level = level
	}
	return s
}

// weighing reads the query and computes.
func (w *composer) weighing() *weighing {
	asked := territory.Level(w.r.First("niveau"))
	s := w.weighingAt(asked)
	if len(s.levels) == 0 {
		return s
	}
	if s.level != asked && slices.Contains(measuredTiers, asked) {
		s.refused = append(s.refused, w.t("reweigh.refused.level", "tier", w.level(asked, "many"), "least", w.c.Spec.Missing.Least,
			"measured", w.c.Fragility[asked].Covered(), "of", len(w.c.Domains())))
	}
	s.focus = w.focus(s.level)
	w.readWeights(s)
	if len(s.refused) > 0 {
		return s
	}
	found, err := w.c.Reweigh(s.level, s.asked)
	if err != nil { // each weight is right by itself
		s.refused = append(s.refused, w.t("reweigh.refused.zero"))
		return s
	}
	s.found = found
	for t := range each(w.c.Territory.ByLevel(s.level)) {
		if i, ok := w.c.Fragility[s.level].Unit(t.Code); ok {
			s.shifts = append(s.shifts, shift{t.Code, w.c.Standing(t.Code, ""), found.Index.Cells[i]})
		}
	}
	return s
}

// readWeights reads the weights of the query; one that is the edition's, or
// left empty, is none.
func (w *composer) readWeights(s *weighing) {
	for _, name := range slices.Sorted(maps.Keys(w.r.Query)) {
		text := strings.ReplaceAll(strings.TrimSpace(w.r.First(name)), ",", ".")
		p := w.c.Fragility[s.level].Part(name)
		switch known := p != nil && p.Kind == fragility.OfDomain; {
		case !known && domainCode.MatchString(name):
			s.refused = append(s.refused, w.t("reweigh.refused.domain", "code", name))
		case known && text != "":
			x, err := strconv.ParseFloat(text, 64)
			if err != nil && !math.IsInf(x, 0) || math.IsNaN(x) {
				s.refused = append(s.refused, w.t("reweigh.refused.number", "domain", w.domain(name).Short(w.l), "text", clip(w.r.First(name))))
			} else if x < 0 || x > fragility.MostWeight {
				s.refused = append(s.refused, w.t("reweigh.refused.range", "domain", w.domain(name).Short(w.l), "most", fragility.MostWeight))
			} else if x != p.Weight {
				s.asked[name] = x + 0 // no negative zero
			}
		}
	}
}

// state is the shortest query of weights at the level shown.
func (s *weighing) state(weights map[string]float64) map[string][]string {
	q := map[string][]string{}
	if s.level != s.levels[len(s.levels)-1] {
		q["niveau"] = []string{string(s.level)}
	}
	if s.focus != "" {
		q["t"] = []string{string(s.focus)}
	}
	for code, x := range weights {
		q[code] = []string{weightText(x)}
	}
	return q
}

// weightText writes a weight as an address and a field hold it.
func weightText(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// reweighHref is the address of the page in a state.
func reweighHref(state map[string][]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(state)) {
		parts = append(parts, name+"="+state[name][0])
	}
	if len(parts) == 0 {
		return ReweighPath
	}
	return ReweighPath + "?" + strings.Join(parts, "&")
}

// reweighAt is the address of the page with a territory in front.
func (w *composer) reweighAt(t *territory.Territory) string {
	s := w.weighingAt(t.Level)
	s.focus = t.Code
	return reweighHref(s.state(nil))
}

// tally counts, among the ranked territories, what the weights change.
type tally struct {
	of, classes, unsure, inside, outside int
	up, down                             *shift // the largest moves towards and away from the most fragile
}

func (s *weighing) tally() tally {
	var n tally
	for i := range s.shifts {
		m := &s.shifts[i]
		if !m.both() || m.before.Outside {
			continue
		}
		n.of++
		if m.after.Step != m.before.Step {
			n.classes++
			if m.before.Unsure {
				n.unsure++
			}
		}
		if m.within() {
			n.inside++
		} else if m.before.HasInterval {
			n.outside++
		}
		if n.up == nil || m.up() > n.up.up() {
			n.up = m
		}
		if n.down == nil || m.up() < n.down.up() {
			n.down = m
		}
	}
	return n
}

// share is the share of the ranked territories whose class changes.
func (w *composer) shareMoved(n tally) string {
	return lang.Percent(w.l, 100*float64(n.classes)/float64(max(1, n.of)), 0)
}

// reweighAnswer answers in two or three sentences, or says why it cannot.
func (w *composer) reweighAnswer(s *weighing) []Text {
	if len(s.refused) > 0 {
		return []Text{{{Text: s.refused[0], Strong: true}}, plain(w.t("reweigh.refused.do"))}
	}
	n := s.tally()
	tier := w.level(s.level, "many_metro")
	if !s.own() {
		return []Text{plain(w.t("reweigh.published", "tier", w.level(s.level, "many"))), plain(w.t("reweigh.invite"))}
	}
	out := []Text{w.text("reweigh.changed", "n", n.classes, "of", n.of, "tier", tier, "unsure", n.unsure,
		"share", Span{Text: w.shareMoved(n), Strong: true})}
	if said := w.reweighMoves(s, n); said != "" {
		out = append(out, plain(said))
	}
	return append(out, plain(w.t("reweigh.inside", "inside", n.inside, "outside", n.outside)))
}

// reweighMoves tells the territory in front, else the largest moves.
func (w *composer) reweighMoves(s *weighing, n tally) string {
	for _, m := range s.shifts {
		if m.code == s.focus && m.both() {
			return w.t("reweigh.focus", "move", lang.Sentence(w.move(m)), "outside", m.before.Outside)
		}
	}
	if n.up == nil || n.up.up() <= 0 || n.down.up() >= 0 {
		return ""
	}
	return w.t("reweigh.moves", "up", w.move(*n.up), "down", w.move(*n.down))
}

// move says one territory's two places, the second against the published
// interval.
func (w *composer) move(m shift) string {
	return w.t("reweigh.move", "name", w.place(m.code).Name, "moved", m.up() != 0, "from", lang.Ordinal(w.l, m.before.Position), "to", lang.Ordinal(w.l, m.after.Place),
		"interval", m.before.HasInterval, "inside", m.within(), "lo", lang.Ordinal(w.l, m.before.Lo), "hi", lang.Ordinal(w.l, m.before.Hi))
}

// reweighSections are the weights beside the map, the largest moves, the
// weights as a table, and what the page does not say.
func (w *composer) reweighSections(s *weighing) []Section {
	first := Section{ID: "peser", Layout: "pair", Blocks: []Block{{Form: w.reweighForm(s)}}}
	if s.found == nil {
		return []Section{first, w.reweighLimits(s)}
	}
	first.Blocks = append(first.Blocks, Block{Figure: w.reweighMap(s)})
	sections := []Section{first}
	if t := w.moveTable(s); len(t.Rows) > 0 {
		sections = append(sections, Section{ID: "bouge", Title: w.t("reweigh.moved"), Blocks: []Block{{Table: t}}})
	}
	return append(sections, Section{ID: "poids", Title: w.t("reweigh.weights"), Blocks: []Block{{Table: w.weightTable(s)}}}, w.reweighLimits(s))
}

// presets are weightings ready made, as addresses.
func (w *composer) presets(s *weighing) Text {
	out := Text{{Text: w.t("reweigh.presets") + " "}}
	add := func(label string, weights map[string]float64) {
		if len(out) > 1 {
			out = append(out, Span{Text: " · "})
		}
		if maps.Equal(weights, s.asked) && len(s.refused) == 0 {
			out = append(out, Span{Text: label, Strong: true})
		} else {
			out = append(out, Span{Text: label, Href: reweighHref(s.state(weights))})
		}
	}
	add(w.t("reweigh.edition"), map[string]float64{})
	if even := w.evenDimensions(s.level); len(even) > 0 {
		add(w.t("reweigh.even"), even)
	}
	for _, dim := range w.c.Dimensions() {
		alone := map[string]float64{}
		for _, d := range w.c.Domains() {
			if d.Parent != dim.Code {
				alone[d.Code] = 0
			}
		}
		add(w.t("reweigh.alone", "dimension", dim.InSentence(w.l)), alone)
	}
	return out
}

// evenDimensions gives each dimension measured at a tier the same weight in
// all, four; nil when the edition does so.
func (w *composer) evenDimensions(level territory.Level) map[string]float64 {
	r, sum := w.c.Fragility[level], map[string]float64{}
	for _, d := range w.c.Domains() {
		if p := r.Part(d.Code); p.Below > 0 {
			sum[d.Parent] += p.Weight
		}
	}
	even := map[string]float64{}
	for _, d := range w.c.Domains() {
		if p := r.Part(d.Code); p.Below > 0 && sum[d.Parent] > 0 {
			if x := lang.Round(4*p.Weight/sum[d.Parent], 3); x != p.Weight {
				even[d.Code] = x
			}
		}
	}
	return even
}

// reweighForm holds the tier, the territory in front and a weight a domain.
func (w *composer) reweighForm(s *weighing) *Form {
	f := &Form{Action: ReweighPath, Intro: w.presets(s), Submit: w.t("reweigh.submit"), Live: true, Status: w.reweighStatus(s)}
	field := Field{Name: "niveau", Label: w.t("domain.tier")}
	for _, l := range s.levels {
		field.Options = append(field.Options, Option{Value: string(l), Label: lang.Sentence(w.level(l, "many")), Selected: l == s.level})
	}
	f.Fields = append(f.Fields, field, w.focusField(s.focus))
	for _, d := range w.c.Domains() {
		p := w.c.Fragility[s.level].Part(d.Code)
		if p == nil || p.Below == 0 {
			continue
		}
		dim, _ := w.c.Term("dimension", d.Parent)
		x, own := s.asked[d.Code]
		if !own {
			x = p.Weight
		}
		weight := Field{Name: d.Code, Kind: NumberField, Label: d.Short(w.l), Value: weightText(x), Group: dim.Label(w.l), Most: fragility.MostWeight, Reach: 4}
		if s.found != nil {
			for _, k := range s.found.Weights {
				if k.Domain == d.Code {
					weight.Beside = lang.Percent(w.l, 100*k.Share, 1)
				}
			}
		}
		f.Fields = append(f.Fields, weight)
	}
	return f
}

// reweighStatus is the answer in a few words.
func (w *composer) reweighStatus(s *weighing) string {
	switch {
	case len(s.refused) > 0:
		return s.refused[0]
	case !s.own():
		return w.t("reweigh.status_edition")
	}
	n := s.tally()
	return w.t("reweigh.status", "n", n.classes, "of", n.of, "share", w.shareMoved(n), "outside", n.outside)
}

// reweighLimits says what the page does and what it does not.
func (w *composer) reweighLimits(s *weighing) Section {
	var absent []string
	for _, d := range w.c.Domains() {
		if p := w.c.Fragility[s.level].Part(d.Code); p == nil || p.Below == 0 {
			absent = append(absent, d.InSentence(w.l))
		}
	}
	list := []Text{plain(w.t("reweigh.limit.same", "least", w.c.Spec.Missing.Least)), plain(w.t("reweigh.limit.interval", "share",
		lang.Percent(w.l, 100*w.c.Spec.Uncertainty.Interval, 0))), plain(w.t("reweigh.limit.own"))}
	if len(absent) > 0 {
		list = append(list, plain(w.t("reweigh.limit.absent", "n", len(absent), "domains", lang.List(w.l, absent), "tier", w.level(s.level, "many"))))
	}
	for _, l := range measuredTiers {
		if r := w.c.Fragility[l]; r != nil && !slices.Contains(s.levels, l) {
			list = append(list, plain(w.t("reweigh.limit.level", "tier", w.level(l, "many"), "measured", r.Covered(), "of", len(w.c.Domains()),
				"least", w.c.Spec.Missing.Least)))
		}
	}
	if groups := w.perceptions(territory.France); len(groups) > 0 {
		list = append(list, plain(w.t("reweigh.limit.citizens", "n", len(groups[0].figures), "of", len(w.c.Domains()))))
	}
	list = append(list, w.text("reweigh.limit.method", "link", Span{Text: w.t("reweigh.limit.method_link"), Href: "/methodes#poids"}))
	return Section{ID: "limites", Title: w.t("reweigh.limits"), Blocks: []Block{{List: list}}}
}

// byMove orders shifts from the largest move to the smallest.
func byMove(a, b shift) int {
	size := func(s shift) int { return max(s.up(), -s.up()) }
	return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a.after.Place, b.after.Place), cmp.Compare(a.code, b.code))
}

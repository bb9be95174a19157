package web

import (
	"cmp"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/fragility"
	"vigie/job"
	"vigie/lang"
	"vigie/observatory"
	"vigie/report"
	"vigie/store"
	"vigie/territory"
)

// effectBody is what a specification would change in the public edition.
type effectBody struct {
	*workView
	Specification observatory.Specification `json:"specification"`
	Kept          *store.EffectRow          `json:"kept,omitempty"` // nil: nobody has asked
	Tiers         []effectTier              `json:"tiers,omitempty"`
	Domains       []string                  `json:"domains,omitempty"` // whose pages change
	Part          *effectPart               `json:"part,omitempty"`    // the tier and the part asked for
}

// effectTier sums a tier up. Moved, Beyond, Classes and Largest are those of
// its overall index, or where it has none of its domain that moves most.
type effectTier struct {
	Level   territory.Level        `json:"level"`
	Part    string                 `json:"part"`
	Sum     *fragility.ShiftedPart `json:"-"`
	Of      int                    `json:"of"`
	Moved   int                    `json:"moved"`
	Beyond  int                    `json:"beyond"`
	Classes int                    `json:"classes"`
	Largest int                    `json:"largest"`
	Pages   int                    `json:"pages"` // of territories that change
	Units   int                    `json:"units"`
}

// effectPart is one part of a tier, unit by unit.
type effectPart struct {
	Level   territory.Level  `json:"level"`
	Code    string           `json:"code"`
	Units   []effectUnit     `json:"units"`
	Changed []territory.Code `json:"changed"`
}

// effectUnit is a territory's place before and after; 0 is none.
type effectUnit struct {
	Code     territory.Code `json:"code"`
	Name     string         `json:"name"`
	OldPlace int            `json:"old_place"`
	NewPlace int            `json:"new_place"`
	Lo       int            `json:"lo"`
	Hi       int            `json:"hi"`
	Outside  bool           `json:"outside"`
	OldClass int            `json:"old_class"`
	NewClass int            `json:"new_class"`
	Ranked   bool           `json:"ranked"`
}

// by is the number of places of the move, whatever its direction.
func (u effectUnit) by() int {
	if u.OldPlace == 0 || u.NewPlace == 0 {
		return 0
	}
	return max(u.NewPlace-u.OldPlace, u.OldPlace-u.NewPlace)
}

// effectMore is what the page shows beside.
type effectMore struct {
	Ask       *deskForm
	Said      []string
	Tiers     *deskTable
	Parts     []link
	Heading   string
	Summary   string
	Map       template.HTML
	MapTitle  string
	Units     *deskTable
	Pages     []link
	PagesSaid string
	Domains   []link
}

// effectAsk asks for the effect of a specification.
func (s *Server) effectAsk(w http.ResponseWriter, r *http.Request, v *visitor) error {
	one, text, err := s.specAt(r, v)
	if err != nil {
		return err
	}
	if err := s.computable(r, v, text); err != nil {
		return s.specAgain(w, r, v, formOfText, err)
	}
	ground := r.PostFormValue("donnees")
	if ground != observatory.OnToday {
		ground = ""
	}
	id, err := s.Office.DB.Enqueue(r.Context(), store.RunInput{Kind: observatory.EffectRun, What: specName(v, &one),
		Args: observatory.EffectArgs{Spec: string(text), Ground: ground}, By: v.actor()}, s.Now())
	if err != nil {
		return err
	}
	return s.done(w, r, v, specPath+"/"+one.ID+"/effet?travail="+id, "")
}

// effectShow shows what a specification would change: the run asked for, else
// the last effect of this very text.
func (s *Server) effectShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	one, _, err := s.specAt(r, v)
	if err != nil {
		return err
	}
	run, work, wrong, err := s.workAsked(r, v, observatory.EffectRun)
	if err != nil {
		return err
	}
	p := deskPage{Template: "spec_effect", Title: v.T("effect.title"), Kicker: specName(v, &one), Lead: v.T("effect.lead"), Crumbs: specCrumbs(v, &one), Err: wrong, Status: http.StatusOK}
	body, more := effectBody{workView: work, Specification: one}, effectMore{}
	if work != nil {
		p.Refresh, p.Body, p.More = 3, body, more
		return s.show(w, r, v, p)
	}
	body.workView = &workView{Ended: true}
	kept, effect, err := s.effectOf(r, &one, run)
	if err != nil {
		return err
	}
	if effect != nil {
		body.Kept = &kept
		if err := s.effectParts(r, v, &body, &more, effect); err != nil {
			return err
		}
	}
	if v.may(account.Compute, account.Object{}) {
		more.Ask = effectForm(v, &one, effect != nil).ready(v, nil)
	}
	p.Body, p.More = body, more
	return s.show(w, r, v, p)
}

func effectForm(v *visitor, one *observatory.Specification, again bool) *deskForm {
	submit := v.T("effect.ask")
	if again {
		submit = v.T("effect.ask_again")
	}
	return &deskForm{Action: specPath + "/" + one.ID + "/effet", Submit: submit, Fields: []deskField{
		{Kind: "select", Name: "donnees", Label: v.T("effect.ground"), Hint: v.T("effect.ground_hint"), Options: []deskOption{
			{Value: observatory.OnEdition, Label: v.T("effect.on_edition"), Selected: true}, {Value: observatory.OnToday, Label: v.T("effect.on_today")}}},
	}}
}

// effectOf is the effect that a run left, else the last one of the text; nil
// when there is none.
func (s *Server) effectOf(r *http.Request, one *observatory.Specification, run store.RunRow) (store.EffectRow, *observatory.Effect, error) {
	id := ""
	if run.State == job.Done {
		var left observatory.EffectResult
		if err := json.Unmarshal(run.Result, &left); err == nil {
			id = left.Effect
		}
	}
	rows, err := s.Office.DB.Effects(r.Context(), one.File)
	if err != nil || len(rows) == 0 {
		return store.EffectRow{}, nil, err
	}
	at := max(0, slices.IndexFunc(rows, func(e store.EffectRow) bool { return e.ID == id }))
	return observatory.KeptEffect(r.Context(), s.Office.DB, rows[at].ID)
}

// effectParts makes the tiers, the part asked for and the pages.
func (s *Server) effectParts(r *http.Request, v *visitor, body *effectBody, more *effectMore, e *observatory.Effect) error {
	c, err := s.Edition(r.Context(), e.Edition, s.Now())
	if fault.KindOf(err) == fault.NotFound {
		more.Said = []string{v.T("effect.edition_gone", "edition", e.Edition)}
		return nil
	}
	if err != nil {
		return err
	}
	asked := r.URL.Query().Get("niveau")
	var shown *fragility.Shift
	for _, shift := range e.Tiers {
		t := effectTierOf(shift)
		body.Tiers = append(body.Tiers, t)
		overall := shift.Part(fragility.Overall) != nil && shift.Part(fragility.Overall).Of > 0
		if string(shift.Level) == asked || asked == "" && (shown == nil || overall) {
			shown = shift
		}
	}
	body.Domains = changedDomains(e)
	more.Said = effectSaid(v, body, e)
	more.Tiers = effectTable(r, v, c, body.Tiers)
	for _, code := range body.Domains {
		more.Domains = append(more.Domains, link{Label: partName(v, c, code), Href: v.at.link("/domaines/" + code)})
	}
	if shown == nil {
		return nil
	}
	return s.effectPart(r, v, body, more, shown, c)
}

// effectTierOf sums a tier up.
func effectTierOf(shift *fragility.Shift) effectTier {
	p := shift.Part(fragility.Overall)
	if p == nil || p.Of == 0 {
		for k := range shift.Parts {
			if q := &shift.Parts[k]; q.Kind == fragility.OfDomain && (p == nil || q.Of > 0 && (p.Of == 0 || q.Moved > p.Moved)) {
				p = q
			}
		}
	}
	t := effectTier{Level: shift.Level, Pages: len(shift.Changed()), Units: len(shift.Units)}
	if p != nil {
		t.Part, t.Sum, t.Of, t.Moved, t.Beyond, t.Classes, t.Largest = p.Code, p, p.Of, p.Moved, p.Beyond, p.Classes, p.Largest
	}
	return t
}

// changedDomains are the domains whose pages say something else.
func changedDomains(e *observatory.Effect) []string {
	var out []string
	for _, shift := range e.Tiers {
		for k := range shift.Parts {
			p := &shift.Parts[k]
			if p.Kind != fragility.OfDomain || slices.Contains(out, p.Code) {
				continue
			}
			for i := range shift.Units {
				if p.Differs(i) {
					out = append(out, p.Code)
					break
				}
			}
		}
	}
	return out
}

// effectSaid says the whole in a few sentences.
func effectSaid(v *visitor, body *effectBody, e *observatory.Effect) []string {
	said := []string{v.T("effect.said_"+e.Ground, "edition", e.Edition, "when", v.When(body.Kept.CreatedAt))}
	if e.Spec == e.Was && e.Ground == observatory.OnEdition {
		said = append(said, v.T("effect.same"))
	}
	pages, units := 0, 0
	for _, t := range body.Tiers {
		pages, units = pages+t.Pages, units+t.Units
	}
	share := lang.Percent(v.l, 100*float64(pages)/float64(max(1, units)), 0)
	return append(said, v.T("effect.pages", "n", pages, "of", v.Count(units), "share", share, "domains", len(body.Domains)))
}

// partName names the overall index, a dimension or a domain.
func partName(v *visitor, c *edition.Content, code string) string {
	if code == fragility.Overall {
		return v.T("effect.overall")
	}
	for _, list := range []string{"domain", "dimension"} {
		if t, ok := c.Term(list, code); ok {
			return t.Short(v.l)
		}
	}
	return code
}

func effectTable(r *http.Request, v *visitor, content *edition.Content, rows []effectTier) *deskTable {
	number := func(label string, of func(t effectTier) int) deskColumn[effectTier] {
		return deskColumn[effectTier]{Label: label, Numeric: true, Cell: func(t effectTier) deskCell { return deskCell{Text: v.Count(of(t))} }}
	}
	here := v.at.path
	return tableFor(r, v, v.T("effect.tiers"), "", rows, []deskColumn[effectTier]{
		{Label: v.T("computation.level"), Cell: func(t effectTier) deskCell {
			c := deskCell{Text: lang.Sentence(v.T("report.level." + string(t.Level) + ".many")), Href: here + "?niveau=" + string(t.Level)}
			if t.Part != fragility.Overall {
				c.Small = v.T("effect.no_overall", "domain", partName(v, content, t.Part))
			}
			return c
		}},
		number(v.T("effect.of"), func(t effectTier) int { return t.Of }),
		number(v.T("effect.moved"), func(t effectTier) int { return t.Moved }),
		number(v.T("effect.largest"), func(t effectTier) int { return t.Largest }),
		number(v.T("effect.beyond"), func(t effectTier) int { return t.Beyond }),
		number(v.T("effect.classes"), func(t effectTier) int { return t.Classes }),
		number(v.T("effect.page_count"), func(t effectTier) int { return t.Pages }),
	})
}

// effectPart shows one part of a tier: the overall index, or the one asked for.
func (s *Server) effectPart(r *http.Request, v *visitor, body *effectBody, more *effectMore, shift *fragility.Shift, c *edition.Content) error {
	sum := effectTierOf(shift)
	p := shift.Part(r.URL.Query().Get("partie"))
	if p == nil {
		p = sum.Sum
	}
	if p == nil {
		return nil
	}
	level := string(shift.Level)
	for k := range shift.Parts {
		if q := &shift.Parts[k]; q.Of+q.Lost+q.Gained > 0 {
			more.Parts = append(more.Parts, link{Label: v.T("effect.part", "name", partName(v, c, q.Code), "moved", q.Moved),
				Href: v.at.String() + "?niveau=" + level + "&partie=" + q.Code, Current: q.Code == p.Code})
		}
	}
	part := &effectPart{Level: shift.Level, Code: p.Code, Changed: shift.Changed()}
	for i, code := range shift.Units {
		u := effectUnit{Code: code, Name: string(code), OldPlace: p.OldPlace[i], NewPlace: p.NewPlace[i], Lo: p.Lo[i], Hi: p.Hi[i], Outside: p.Outside(i),
			OldClass: p.OldClass[i], NewClass: p.NewClass[i], Ranked: shift.Reference[i] == 1}
		if t, ok := c.Territory.Get(code); ok {
			u.Name = t.Label
		}
		part.Units = append(part.Units, u)
	}
	body.Part = part
	many := v.T("report.level." + level + ".many")
	more.Heading = v.T("effect.part_heading", "name", partName(v, c, p.Code), "tier", many)
	more.Summary = v.T("effect.part_said", "moved", p.Moved, "of", v.Count(p.Of), "largest", p.Largest, "beyond", p.Beyond, "classes", p.Classes, "unsure", p.Unsure,
		"lost", p.Lost, "gained", p.Gained)
	more.Units = effectUnits(r, v, part)
	more.PagesSaid = v.T("effect.pages_tier", "n", len(part.Changed), "of", v.Count(len(part.Units)), "tier", many)
	for _, code := range part.Changed {
		name := string(code)
		if t, ok := c.Territory.Get(code); ok {
			name = t.Label
		}
		more.Pages = append(more.Pages, link{Label: name, Href: v.at.link("/territoires/" + string(code))})
	}
	f := effectMap(v, part, v.T("effect.map", "n", p.Classes, "of", v.Count(p.Of)))
	more.MapTitle = f.Title
	drawing, err := s.drawPage(c, f, v.l)
	if err != nil {
		s.Log.Error("map of an effect not drawn", "error", err) // the table says the same
		return nil
	}
	more.Map = drawing
	return nil
}

// effectMap is the map of the new classes, those that change marked.
func effectMap(v *visitor, part *effectPart, title string) *report.Figure {
	m := &report.Map{Tier: string(part.Level), NoData: v.T("report.legend.nodata"), More: v.T("report.reweigh.more"), Less: v.T("report.reweigh.less")}
	for step := 1; step <= report.Steps; step++ {
		m.Legend = append(m.Legend, classWord(v, step))
	}
	for _, u := range part.Units {
		a := report.Area{Code: string(u.Code), Label: u.Name, Step: u.NewClass, Text: v.T("effect.area_none")}
		if u.NewClass > 0 {
			a.Text = classWord(v, u.NewClass)
		}
		if u.OldClass > 0 && u.NewClass > 0 {
			a.Change = cmp.Compare(u.NewClass, u.OldClass)
			a.Text = v.T("effect.area", "was", classWord(v, u.OldClass), "is", classWord(v, u.NewClass), "same", a.Change == 0)
		}
		m.Areas = append(m.Areas, a)
	}
	return &report.Figure{ID: "carte", Title: title, Alt: title, Chart: m}
}

func classWord(v *visitor, step int) string {
	return v.T("report.step." + string(rune('0'+step)))
}

// effectUnits lists the territories of a part, the largest move first.
func effectUnits(r *http.Request, v *visitor, part *effectPart) *deskTable {
	rows := slices.Clone(part.Units)
	slices.SortStableFunc(rows, func(a, b effectUnit) int {
		return cmp.Or(cmp.Compare(b.by(), a.by()), cmp.Compare(a.NewPlace, b.NewPlace))
	})
	place := func(n int) string {
		if n == 0 {
			return v.T("effect.none")
		}
		return lang.Ordinal(v.l, n)
	}
	column := func(key, label string, of func(u effectUnit) int) deskColumn[effectUnit] {
		return deskColumn[effectUnit]{Key: key, Label: label, Numeric: true, Order: func(a, b effectUnit) int { return cmp.Compare(of(a), of(b)) },
			Cell: func(u effectUnit) deskCell { return deskCell{Text: place(of(u))} }}
	}
	return tableFor(r, v, v.T("effect.units"), v.T("effect.units_none"), rows, []deskColumn[effectUnit]{
		{Key: "nom", Label: v.T("effect.territory"), Order: func(a, b effectUnit) int { return cmp.Compare(a.Name, b.Name) },
			Cell: func(u effectUnit) deskCell {
				c := deskCell{Text: u.Name, Href: "/territoires/" + string(u.Code)}
				if !u.Ranked {
					c.Small = v.T("effect.unranked")
				}
				return c
			}},
		column("avant", v.T("effect.before"), func(u effectUnit) int { return u.OldPlace }),
		{Label: v.T("effect.interval"), Numeric: true, Cell: func(u effectUnit) deskCell {
			if u.Lo == 0 {
				return deskCell{Text: v.T("effect.none")}
			}
			return deskCell{Text: v.T("effect.range", "lo", u.Lo, "hi", u.Hi)}
		}},
		column("apres", v.T("effect.after"), func(u effectUnit) int { return u.NewPlace }),
		{Key: "ecart", Label: v.T("effect.by"), Numeric: true, Order: func(a, b effectUnit) int { return cmp.Compare(a.by(), b.by()) },
			Cell: func(u effectUnit) deskCell {
				c := deskCell{Text: v.Count(u.by())}
				if u.Outside {
					c.Badge = &badge{v.T("effect.outside"), "wait"}
				}
				return c
			}},
		{Key: "classe", Label: v.T("effect.class"), Order: func(a, b effectUnit) int { return cmp.Compare(a.NewClass-a.OldClass, b.NewClass-b.OldClass) },
			Cell: func(u effectUnit) deskCell {
				switch {
				case u.NewClass == 0 && u.OldClass == 0:
					return deskCell{Text: v.T("effect.none")}
				case u.OldClass == u.NewClass:
					return deskCell{Text: classWord(v, u.NewClass)}
				case u.NewClass == 0:
					return deskCell{Text: v.T("effect.lost")}
				case u.OldClass == 0:
					return deskCell{Text: classWord(v, u.NewClass), Badge: &badge{v.T("effect.gained"), "plain"}}
				}
				return deskCell{Text: classWord(v, u.NewClass), Small: v.T("effect.was", "class", classWord(v, u.OldClass))}
			}},
	})
}

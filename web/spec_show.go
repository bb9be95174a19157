package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/index"
	"vigie/indicator"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
)

// The two forms of the page of a specification: which one was refused.
const (
	formOfText = iota
	formOfChoices
)

// specBody is one specification.
type specBody struct {
	observatory.Specification
	Text   string                  `json:"text"`
	Faults []observatory.SpecFault `json:"faults"`
}

// specMore is what its page shows beside.
type specMore struct {
	Badge         *badge
	Facts         []specFact
	Lines         []specLine // of the text, nil when nothing is wrong
	Elsewhere     []observatory.SpecFault
	Choices, Edit *deskForm
	Keys          []index.Key
	Acts          []deskButton
	Try, Effect   string // addresses
	Fixed         bool   // cannot be changed
}

type specFact struct{ Name, Value string }

// specLine is a line of a text with what is wrong in it.
type specLine struct {
	Number int
	Text   string
	Faults []observatory.SpecFault
}

// author names who did something: a person, or the machine's user.
func (s *Server) author(r *http.Request, a journal.Actor) string {
	id := a.Person()
	if id == "" {
		_, name, _ := strings.Cut(string(a), ":")
		return name
	}
	row, err := s.Office.DB.Person(r.Context(), id)
	if err != nil {
		return "" // erased, or not to be read: no name
	}
	return row.Name
}

func (s *Server) specShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.specPage(w, r, v, formOfText, nil)
}

// specPage shows a specification; wrong is why one of its forms is refused.
func (s *Server) specPage(w http.ResponseWriter, r *http.Request, v *visitor, of int, wrong error) error {
	body, read, err := s.specState(r, v)
	if err != nil {
		return err
	}
	one := body.Specification
	more := specMore{Badge: specBadge(v, &one), Facts: s.specFacts(r, v, &one), Keys: index.Keys(), Fixed: one.State() != account.Draft}
	more.Lines, more.Elsewhere = faultyLines(v.l, body.Text, body.Faults)
	here := specPath + "/" + one.ID
	if len(read.Faults) == 0 {
		more.Try, more.Effect = v.at.link(here+"/essai"), v.at.link(here+"/effet")
	}
	if !more.Fixed && v.may(account.WriteSpec, account.Object{State: account.Draft}) {
		more.Edit = specForm(v, &one, body.Text)
		if read.Spec != nil {
			more.Choices = choiceForm(v, &one, body.Text, read)
		}
		refill(r, v, &more, of, wrong)
	}
	more.Acts = specActs(v, &one, len(read.Faults) == 0)
	return s.show(w, r, v, deskPage{Template: "spec_show", Title: specName(v, &one), Kicker: v.T("spec.kicker"), Crumbs: specCrumbs(v, nil),
		Body: body, More: more, Err: wrong})
}

// specState reads the specification of a request, and what is wrong in it.
func (s *Server) specState(r *http.Request, v *visitor) (b specBody, read *observatory.SpecReading, err error) {
	one, text, err := s.specAt(r, v)
	if err != nil {
		return b, nil, err
	}
	current, _, err := s.walkOf(v).CurrentSpec(r.Context())
	if err != nil {
		return b, nil, err
	}
	one.Current = current.ID == one.ID
	if read, err = s.walkOf(v).ReadSpec(r.Context(), text); err != nil {
		return b, nil, err
	}
	return specBody{one, string(text), read.Faults}, read, nil
}

// refill puts what was sent back into the form that is refused, and makes both
// ready.
func refill(r *http.Request, v *visitor, more *specMore, of int, wrong error) {
	faults := deskFaults(v.l, wrong)
	if wrong != nil && of == formOfText {
		more.Edit.fill(r)
	}
	if wrong != nil && of == formOfChoices && more.Choices != nil {
		more.Choices.fill(r)
	}
	more.Edit = more.Edit.ready(v, faults)
	if more.Choices != nil {
		more.Choices = more.Choices.ready(v, faults)
	}
}

func specCrumbs(v *visitor, one *observatory.Specification) []link {
	crumbs := []link{{Label: v.T("spec.title"), Href: specPath}}
	if one != nil {
		crumbs = append(crumbs, link{Label: specName(v, one), Href: specPath + "/" + one.ID})
	}
	return crumbs
}

// specFacts says who made a specification, and when.
func (s *Server) specFacts(r *http.Request, v *visitor, one *observatory.Specification) []specFact {
	facts := []specFact{{v.T("spec.version"), one.Version}}
	if one.Version == "" {
		facts[0].Value = v.T("spec.unread")
	}
	if row := one.Row; row != nil {
		facts = append(facts, specFact{v.T("spec.changed"), joined(", ", v.When(row.ChangedAt), s.author(r, row.ChangedBy))})
		if !row.KeptAt.IsZero() {
			facts = append(facts, specFact{v.T("spec.kept_at"), v.When(row.KeptAt)})
		}
		if row.Note != "" {
			facts = append(facts, specFact{v.T("spec.note"), row.Note})
		}
	}
	return append(facts, specFact{v.T("spec.file"), one.File})
}

// specActs are the buttons of the page, in the order of the work.
func specActs(v *visitor, one *observatory.Specification, good bool) []deskButton {
	d, here := deskView{v: v}, specPath+"/"+one.ID
	version := "0"
	if one.Row != nil {
		version = strconv.Itoa(one.Row.Version)
	}
	var acts []deskButton
	writes := v.may(account.WriteSpec, account.Object{State: one.State()})
	if good && writes && !one.Current {
		acts = append(acts, d.Button(here+"/retenir", v.T("spec.keep"), "version", version))
	}
	if good && v.may(account.Compute, account.Object{}) {
		compute := d.Button(here+"/calculer", v.T("spec.compute"))
		if len(acts) > 0 {
			compute = d.Quiet(here+"/calculer", v.T("spec.compute"))
		}
		acts = append(acts, compute)
	}
	if writes {
		acts = append(acts, d.Quiet(specPath, v.T("spec.start"), "depuis", one.ID))
		if one.State() == account.Draft {
			acts = append(acts, d.Quiet(here+"/supprimer", v.T("spec.drop"), "version", version))
		}
	}
	return acts
}

// specForm is the form of the text.
func specForm(v *visitor, one *observatory.Specification, text string) *deskForm {
	return &deskForm{Action: specPath + "/" + one.ID, Submit: v.T("spec.save"), Version: strconv.Itoa(one.Row.Version), Fields: []deskField{
		{Name: "nom", Label: v.T("spec.name"), Value: one.Row.Name, Most: 120, Required: true, Wide: true},
		{Kind: "area", Name: "note", Label: v.T("spec.note"), Hint: v.T("spec.note_hint"), Value: one.Row.Note, Most: 2000, Rows: 3, Wide: true},
		{Kind: "code", Name: "texte", Label: v.T("spec.text_label"), Hint: v.T("spec.text_hint"), Value: text, Rows: 30, Wide: true, Required: true},
	}}
}

// choiceForm is what most change, as a form.
func choiceForm(v *visitor, one *observatory.Specification, text string, read *observatory.SpecReading) *deskForm {
	spec := read.Spec
	f := &deskForm{Action: specPath + "/" + one.ID + "/choix", Submit: v.T("spec.amend"), Version: strconv.Itoa(one.Row.Version), Intro: v.T("spec.choices_intro")}
	group := v.T("spec.methods")
	f.Fields = append(f.Fields,
		deskField{Name: "version_texte", Label: v.T("spec.version"), Hint: v.T("spec.version_hint"), Value: spec.Version, Most: 60, Group: group},
		methodField(v, "normalisation", v.T("spec.normalisation"), spec.Normalisation.Method, group, "minmax", "zscore", "percentile"),
		methodField(v, "agregation", v.T("spec.aggregation"), spec.Aggregation.Method, group, "arithmetic", "geometric"))
	weights := v.T("spec.weights")
	for _, d := range read.Domains {
		f.Fields = append(f.Fields, deskField{Kind: "number", Name: "poids-" + d.Code, Label: d.Short(v.l), Group: weights,
			Value: weightText(v.l, elementWeight(spec, d.Code))})
	}
	group = v.T("spec.indicators")
	for _, d := range read.Domains {
		field := deskField{Kind: "checks", Name: "indicateur", Label: d.Short(v.l), Group: group}
		for _, one := range offered(spec, text, read.Catalogue, d.Code) {
			o := deskOption{Value: string(one.Code), Label: one.LabelFR, Hint: string(one.Code), Selected: inSpec(spec, string(one.Code))}
			if v.l == lang.EN && one.LabelEN != "" {
				o.Label = one.LabelEN
			}
			field.Options = append(field.Options, o)
		}
		if field.Options != nil {
			f.Fields = append(f.Fields, field)
		}
	}
	return f
}

func methodField(v *visitor, name, label, now, group string, words ...string) deskField {
	f := deskField{Kind: "select", Name: name, Label: label, Group: group}
	if !slices.Contains(words, now) {
		words = append(words, now)
	}
	for _, word := range words {
		o := deskOption{Value: word, Label: word, Selected: word == now}
		if key := "spec.method." + word; lang.Has(v.l, key) {
			o.Label = v.T(key)
		}
		f.Options = append(f.Options, o)
	}
	return f
}

func elementWeight(spec *index.Spec, code string) float64 {
	for _, e := range spec.Elements {
		if e.Code == code && e.Weight != nil {
			return *e.Weight
		}
	}
	return 1
}

// weightText writes a weight as a person does: 2, 0,5.
func weightText(l lang.Lang, x float64) string {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if l == lang.FR {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

func inSpec(spec *index.Spec, code string) bool {
	return slices.ContainsFunc(spec.Indicators, func(d index.Indicator) bool { return d.Code == code })
}

// offered are the indicators of a domain that a specification uses, names in a
// comment, or could use: states of the territory that have a direction.
func offered(spec *index.Spec, text string, catalogue []indicator.Indicator, domain string) []indicator.Indicator {
	var out []indicator.Indicator
	for _, one := range catalogue {
		at := slices.IndexFunc(spec.Indicators, func(d index.Indicator) bool { return d.Code == string(one.Code) })
		switch {
		case at >= 0 && spec.Indicators[at].Parent == domain,
			at < 0 && one.Domain == domain && strings.Contains(text, `"`+string(one.Code)+`"`),
			at < 0 && one.Domain == domain && one.Direction != 0 && (one.Nature != indicator.Response || spec.AllowResponse):
			out = append(out, one)
		}
	}
	return out
}

// amendment reads the form of the choices: what differs from the text.
func (s *Server) amendment(r *http.Request, v *visitor, read *observatory.SpecReading) (index.Amendment, error) {
	var wrong formFaults
	if read.Spec == nil {
		return index.Amendment{}, &fault.Error{Kind: fault.Invalid, What: v.T("spec.unread_form"), Do: v.T("spec.unread_form_do")}
	}
	a := index.Amendment{Version: strings.TrimSpace(r.PostFormValue("version_texte")), Normalisation: r.PostFormValue("normalisation"),
		Aggregation: r.PostFormValue("agregation"), Weights: map[string]float64{}}
	if strings.ContainsAny(a.Version, "\r\n\t\x00") || len(a.Version) > 60 {
		wrong.add("version_texte", v.T("spec.version_wrong"), v.T("spec.version_wrong_do"))
	}
	sent := r.PostForm["indicateur"]
	for _, d := range read.Domains {
		field := "poids-" + d.Code
		if r.PostForm.Has(field) {
			x, err := strconv.ParseFloat(strings.NewReplacer(",", ".", " ", "", "\u202f", "", "\u00a0", "").Replace(strings.TrimSpace(r.PostFormValue(field))), 64)
			if err != nil || !(x >= 0 && x <= 1000) {
				wrong.add(field, v.T("spec.weight_wrong", "domain", d.Short(v.l)), v.T("spec.weight_wrong_do"))
				continue
			}
			if x != elementWeight(read.Spec, d.Code) {
				a.Weights[d.Code] = x
			}
		}
	}
	for _, one := range read.Catalogue {
		code := string(one.Code)
		switch asked, has := slices.Contains(sent, code), inSpec(read.Spec, code); {
		case has && !asked:
			a.Without = append(a.Without, code)
		case !has && asked:
			a.With = append(a.With, index.Indicator{Code: code, Parent: one.Domain})
		}
	}
	return a, wrong.err()
}

// faultyLines are the lines of a text with what is wrong in each, and the
// faults that name no line. Nil when nothing is wrong.
func faultyLines(l lang.Lang, text string, faults []observatory.SpecFault) (lines []specLine, elsewhere []observatory.SpecFault) {
	if len(faults) == 0 {
		return nil, nil
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		lines = append(lines, specLine{Number: i + 1, Text: line})
	}
	for _, f := range faults {
		f.What, f.Do = sentence(l, f.What), sentence(l, f.Do)
		if f.Line < 1 || f.Line > len(lines) {
			elsewhere = append(elsewhere, f)
			continue
		}
		lines[f.Line-1].Faults = append(lines[f.Line-1].Faults, f)
	}
	return nearFaults(lines), elsewhere
}

// aroundFault is how many lines are shown on each side of one with a fault.
const aroundFault = 3

// nearFaults keeps the lines near a fault; a line of number 0 stands for those
// left out.
func nearFaults(lines []specLine) []specLine {
	var out []specLine
	for i, l := range lines {
		near := false
		for k := max(0, i-aroundFault); k <= min(len(lines)-1, i+aroundFault); k++ {
			near = near || len(lines[k].Faults) > 0
		}
		switch {
		case near:
			out = append(out, l)
		case len(out) == 0 || out[len(out)-1].Number > 0:
			out = append(out, specLine{})
		}
	}
	return out
}

// tryBody is what a specification finds in today's data.
type tryBody struct {
	Specification observatory.Specification `json:"specification"`
	Tiers         []observatory.TierReading `json:"tiers"`
}

// specTry meets a specification with today's data.
func (s *Server) specTry(w http.ResponseWriter, r *http.Request, v *visitor) error {
	one, text, err := s.specAt(r, v)
	if err != nil {
		return err
	}
	tiers, err := s.walkOf(v).TrySpec(r.Context(), text)
	if err != nil && !refused(err) {
		return err
	}
	p := deskPage{Template: "spec_try", Title: v.T("spec.try_title"), Kicker: specName(v, &one), Lead: v.T("spec.try_lead"), Crumbs: specCrumbs(v, &one),
		Body: tryBody{one, tiers}, Err: err}
	var tables []*deskTable
	for _, t := range tiers {
		caption := v.T("spec.try_tier", "tier", lang.Sentence(v.T("report.level."+string(t.Level)+".many")), "used", t.Used, "absent", len(t.Absent))
		rows := slices.Clone(t.Absent)
		tables = append(tables, absentTable(r, v, caption, rows))
	}
	p.More = tables
	return s.show(w, r, v, p)
}

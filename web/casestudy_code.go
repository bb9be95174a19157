package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/store"
)

// codedCase is the version of a case that is coded, the one that readers see,
// with the marks made on it; those of older versions go with their sentences.
// read are the texts of every version that was marked.
func (s *Server) codedCase(r *http.Request, row *store.CaseRow, all []store.PassageRow) (coded casestudy.Coded, read map[int]casestudy.Text, lost int, err error) {
	now, err := s.Office.DB.CaseVersion(r.Context(), row.ID, row.Published)
	if err != nil {
		return coded, nil, 0, err
	}
	coded, read = casestudy.Coded{Case: row.ID, Text: now.Record.Text}, map[int]casestudy.Text{row.Published: now.Record.Text}
	byVersion := map[int][]casestudy.Passage{}
	for _, p := range all {
		byVersion[p.Number] = append(byVersion[p.Number], casestudy.Passage{Section: p.Section, Start: p.Begins, End: p.Ends, List: p.List, Code: p.Code, Coder: string(p.Coder)})
	}
	for _, n := range slices.Sorted(maps.Keys(byVersion)) {
		kept := byVersion[n]
		if n != row.Published {
			then, err := s.Office.DB.CaseVersion(r.Context(), row.ID, n)
			if err != nil {
				return coded, nil, 0, err
			}
			read[n] = then.Record.Text
			var gone []casestudy.Passage
			kept, gone = casestudy.Carry(then.Record.Text, coded.Text, kept)
			lost += len(gone)
		}
		coded.Passages = append(coded.Passages, kept...)
	}
	return coded, read, lost, nil
}

// codeLists are the lists whose terms mark passages.
var codeLists = []string{"domain", "relation", "co_construction", "objective", "impact", "actor_profile"}

// codeLine is a sentence to mark, with its marks.
type codeLine struct {
	ID, Value, Text, Section string
	Marks                    []string
}

// codeMore is what the page of the coding of a case shows.
type codeMore struct {
	Lines   []codeLine
	Term    deskField
	Action  string
	Version string
	Own     *deskTable
	Said    []string
	Apart   []string
	Terms   *deskTable
}

// codeBody is the coding of a case for programs.
type codeBody struct {
	Passages []store.PassageRow `json:"passages"`
}

func (s *Server) caseCodeShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.caseCodePage(w, r, v, nil)
}

func (s *Server) caseCodePage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	passages, err := s.Office.DB.Passages(r.Context(), row.ID)
	if err != nil {
		return err
	}
	coded, read, lost, err := s.codedCase(r, &row, passages)
	if err != nil {
		return err
	}
	more := codeMore{Action: v.at.link(caseOf(row.ID, "/codage")), Version: decimal(row.Published), Term: s.codeTerms(v, lists, r.PostFormValue("terme"))}
	for _, u := range casestudy.Units(coded.Text) {
		line := codeLine{ID: fieldID("phrase-" + u.Section + decimal(u.Number)), Value: u.Section + ":" + decimal(u.Start) + ":" + decimal(u.End), Text: u.Text}
		if u.Number == 1 {
			line.Section = casestudy.Label(v.l, "sections."+u.Section)
		}
		for _, p := range coded.Passages {
			if p.Coder == string(v.actor()) && p.Section == u.Section && p.Start < u.End && u.Start < p.End {
				line.Marks = append(line.Marks, codeLabel(lists, p.List, p.Code))
			}
		}
		more.Lines = append(more.Lines, line)
	}
	own := slices.DeleteFunc(slices.Clone(passages), func(p store.PassageRow) bool { return p.Coder != v.actor() })
	view := deskView{v: v, words: v.words}
	more.Own = tableFor(r, v, v.T("case.code_own"), v.T("case.code_none"), own, []deskColumn[store.PassageRow]{
		{Label: v.T("case.code_term"), Cell: func(p store.PassageRow) deskCell { return deskCell{Text: codeLabel(lists, p.List, p.Code)} }},
		{Label: v.T("case.code_passage"), Wide: true, Cell: func(p store.PassageRow) deskCell {
			c := deskCell{Text: short120(cutRunes(read[p.Number].Sections[p.Section], p.Begins, p.Ends)), Small: casestudy.Label(v.l, "sections."+p.Section)}
			if p.Number != row.Published {
				c.Small = joined(" · ", c.Small, v.T("case.version_no", "n", p.Number))
			}
			return c
		}},
		{Label: "", Cell: func(p store.PassageRow) deskCell {
			return deskCell{Buttons: []deskButton{view.Quiet(caseOf(row.ID, "/codage/retirer"), v.T("case.code_drop"), "passage", p.ID)}}
		}},
	})
	if lost > 0 {
		more.Said = append(more.Said, v.T("case.code_lost", "n", lost))
	}
	s.codeAgreement(r, v, lists, coded, &more)
	return s.show(w, r, v, deskPage{Template: "case_code", Title: v.T("case.code"), Kicker: row.Title, Lead: v.T("case.code_lead"), Crumbs: caseCrumbs(v, &row), Body: codeBody{passages}, More: more, Err: wrong})
}

func cutRunes(text string, from, to int) string {
	all := []rune(text)
	return string(all[min(from, len(all)):min(to, len(all))])
}

// codeTerms is the choice of a term, list by list.
func (s *Server) codeTerms(v *visitor, lists *caseLists, chosen string) deskField {
	f := deskField{Kind: "select", Name: "terme", Label: v.T("case.code_term"), ID: fieldID("terme"), Wide: true}
	for _, list := range codeLists {
		for _, t := range lists.terms(list) {
			value := list + ":" + t.Code
			f.Options = append(f.Options, deskOption{Value: value, Label: v.T("case.code_of", "list", taxonomyTitle(v, list), "term", t.Label(v.l)), Selected: value == chosen})
		}
	}
	return f
}

func codeLabel(lists *caseLists, list, code string) string {
	if lists.set != nil {
		if t, ok := lists.set.Term(list, code); ok {
			return t.Label(lists.l)
		}
	}
	return code
}

// codeAgreement says how far the coders of a case agree.
func (s *Server) codeAgreement(r *http.Request, v *visitor, lists *caseLists, coded casestudy.Coded, m *codeMore) {
	var coders []string
	for _, p := range coded.Passages {
		coders = append(coders, p.Coder)
	}
	slices.Sort(coders)
	coders = slices.Compact(coders)
	if len(coders) < 2 {
		m.Said = append(m.Said, v.T("case.code_one", "n", len(coders)))
		return
	}
	c := casestudy.Compare([]casestudy.Coded{coded}, coders)
	names := make([]string, len(coders))
	for i, id := range coders {
		names[i] = s.caseWriter(r, v, journal.Actor(id))
	}
	m.Said = append(m.Said, v.T("case.code_units", "n", c.Units, "who", strings.Join(names, ", ")), v.T("case.code_overall", "kappa", kappaWord(v, c.Overall), "alpha", alphaWord(v, c.Overall)), v.T("case.code_scale"))
	m.Terms = tableFor(r, v, v.T("case.code_agreement"), "", c.Terms, []deskColumn[casestudy.Agreed]{
		{Label: v.T("case.code_term"), Cell: func(a casestudy.Agreed) deskCell { return deskCell{Text: codeLabel(lists, a.List, a.Code)} }},
		{Label: v.T("case.code_both"), Numeric: true, Cell: func(a casestudy.Agreed) deskCell {
			return deskCell{Text: v.T("case.link_of", "used", a.All, "quota", a.Any)}
		}},
		{Label: "κ", Numeric: true, Cell: func(a casestudy.Agreed) deskCell { return deskCell{Text: kappaWord(v, a)} }},
		{Label: "α", Numeric: true, Cell: func(a casestudy.Agreed) deskCell { return deskCell{Text: alphaWord(v, a)} }},
	})
	for _, one := range c.Apart {
		if len(m.Apart) < 50 {
			m.Apart = append(m.Apart, v.T("case.code_where", "term", codeLabel(lists, one.List, one.Code), "text", short120(one.Unit.Text)))
		}
	}
}

func kappaWord(v *visitor, a casestudy.Agreed) string {
	if a.Kappa == nil {
		return v.T("case.code_undefined")
	}
	return lang.Number(v.l, a.Kappa.Value, 2)
}

func alphaWord(v *visitor, a casestudy.Agreed) string {
	if a.Alpha == nil {
		return v.T("case.code_undefined")
	}
	return lang.Number(v.l, a.Alpha.Value, 2)
}

// caseCode marks the sentences that were chosen with a term.
func (s *Server) caseCode(w http.ResponseWriter, r *http.Request, v *visitor) error {
	list, code, _ := strings.Cut(r.PostFormValue("terme"), ":")
	chosen := r.PostForm["phrase"]
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	known := slices.Contains(codeLists, list) && slices.ContainsFunc(lists.options(v.words, list, nil, ""), func(o deskOption) bool { return o.Value == code })
	if !known || len(chosen) == 0 {
		return s.caseCodePage(w, r, v, fault.Invalidf(v.T("case.fault.code_do"), "%s", v.T("case.fault.code")))
	}
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if atoi(r.PostFormValue("version")) != row.Published {
		return s.caseCodePage(w, r, v, &fault.Error{Kind: fault.Conflict, What: v.T("case.fault.code_moved"), Do: v.T("case.fault.code_moved_do")})
	}
	for _, one := range chosen {
		part := strings.SplitN(one, ":", 3)
		if len(part) != 3 {
			continue
		}
		p := store.PassageRow{Case: row.ID, Number: row.Published, Coder: v.actor(), Section: part[0], Begins: atoi(part[1]), Ends: atoi(part[2]), List: list, Code: code}
		if err := s.Office.DB.PutPassage(r.Context(), p, s.Now()); err != nil {
			if refused(err) {
				return s.caseCodePage(w, r, v, err)
			}
			return err
		}
	}
	return s.done(w, r, v, caseOf(row.ID, "/codage"), v.T("case.coded", "n", len(chosen)))
}

func (s *Server) caseCodeDrop(w http.ResponseWriter, r *http.Request, v *visitor) error {
	err := s.Office.DB.DropPassage(r.Context(), v.actor(), r.PathValue("id"), r.PostFormValue("passage"), s.Now())
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return errForeign(v.words)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, caseOf(r.PathValue("id"), "/codage"), v.T("case.code_dropped"))
}

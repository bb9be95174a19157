package report

import (
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/territory"
)

// paragraphs are the paragraphs of a text of a record.
func (w *practices) paragraphs(text, tongue string) []Block {
	var out []Block
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, Block{Text: plain(w.typeset(line)), Lang: tongue})
		}
	}
	return out
}

// briefSection is the summary, and a word on a case that nobody has reviewed.
func (w *practices) briefSection(e *casestudy.Entry) Section {
	r := &e.Record
	s := Section{ID: "bref", Title: w.p("section.brief")}
	if own := r.Language; own != "" && own != string(w.l) {
		key := "translation.none"
		if _, ok := r.Translations[string(w.l)]; ok {
			key = "translation.partial"
		}
		if key == "translation.none" || w.partial(r) {
			s.Blocks = append(s.Blocks, Block{Note: plain(w.p(key, "language", w.language(own)))})
		}
	}
	if !e.Reviewed() {
		s.Blocks = append(s.Blocks, Block{Note: plain(w.p("review.note"))})
	}
	summary := w.paragraphs(w.said(r).Summary, w.tongue(r, func(t casestudy.Text) string { return t.Summary }))
	s.Blocks = append(s.Blocks, summary...)
	return s
}

// partial reports whether a part of a record was not translated.
func (w *practices) partial(r *casestudy.Record) bool {
	t := r.Translations[string(w.l)]
	if t.Title == "" || t.Summary == "" && r.Summary != "" {
		return true
	}
	for code, s := range r.Sections {
		if s != "" && t.Sections[code] == "" {
			return true
		}
	}
	return false
}

// sectionCodes are the sections of a record in the order of their list.
func (w *practices) sectionCodes(text casestudy.Text) []string {
	order := []string{"context", "genesis", "solution", "governance", "resources", "results", "keys", "transferability", "perspectives"}
	var out, others []string
	for code := range text.Sections {
		if !slices.Contains(order, code) {
			others = append(others, code)
		}
	}
	slices.Sort(others)
	for _, code := range append(order, others...) {
		if strings.TrimSpace(text.Sections[code]) != "" {
			out = append(out, code)
		}
	}
	return out
}

// storySection is what the record tells, part by part.
func (w *practices) storySection(e *casestudy.Entry) Section {
	r, s := &e.Record, Section{ID: "recit", Title: w.p("section.story")}
	text := w.said(r)
	for _, code := range w.sectionCodes(text) {
		s.Blocks = append(s.Blocks, Block{Heading: w.term("case_section", code)})
		s.Blocks = append(s.Blocks, w.paragraphs(text.Sections[code], w.tongue(r, func(t casestudy.Text) string { return t.Sections[code] }))...)
	}
	return s
}

// evidenceSection is the table of what supports the record.
func (w *practices) evidenceSection(e *casestudy.Entry) Section {
	r := &e.Record
	s := Section{ID: "preuves", Title: w.p("section.evidence")}
	if len(r.Evidence) == 0 {
		s.Blocks = []Block{paragraph(plain(w.p("evidence.none")))}
		return s
	}
	t := &Table{ID: "preuves-" + e.Slug, Open: true, Caption: w.p("evidence.caption"), Head: []Head{
		{Key: "claim", Label: w.p("evidence.claim")}, {Key: "value", Label: w.p("evidence.value")}, {Key: "period", Label: w.p("evidence.period")},
		{Key: "source", Label: w.p("evidence.source")}, {Key: "level", Label: w.p("evidence.level")}}}
	attached := 0
	for _, v := range r.Evidence {
		source := word(w.p("evidence.unattached"))
		if v.Source >= 1 && v.Source <= len(r.Sources) {
			attached++
			source = linked(w.p("evidence.numbered", "n", strconv.Itoa(v.Source)), "#sources")
		}
		level := w.p("evidence.unstated")
		if v.Level != "" {
			level = w.term("evidence_level", v.Level)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(w.typeset(v.Claim)), word(w.quantity(v)), word(w.typeset(v.Period)), source, word(level)}})
	}
	if attached == 0 {
		t.Notes = append(t.Notes, w.p("evidence.note_sources"))
	}
	if w.bestLevel(r) == "" {
		t.Notes = append(t.Notes, w.p("evidence.note_level"))
	}
	s.Blocks = []Block{paragraph(plain(w.p("evidence.lead"))), {Table: t}}
	return s
}

// impactSection says what is claimed on each axis, by whom, and the axes on
// which nothing is.
func (w *practices) impactSection(e *casestudy.Entry) Section {
	r := &e.Record
	s := Section{ID: "impacts", Title: w.p("section.impacts")}
	var silent []string
	for _, axis := range []string{"innovation", "performance", "trust"} {
		said := false
		for _, i := range r.Impacts {
			if i.Axis != axis || strings.TrimSpace(i.Text) == "" {
				continue
			}
			if !said {
				s.Blocks = append(s.Blocks, Block{Heading: w.term("impact", axis)})
			}
			said = true
			by := w.p("impact.sources")
			if i.ClaimedBy != "" {
				by = w.p("impact.by", "who", w.typeset(i.ClaimedBy))
			}
			s.Blocks = append(s.Blocks, Block{Text: Text{{Text: w.typeset(i.Text) + " "}, {Text: by, Strong: true}}})
		}
		if !said {
			silent = append(silent, strings.ToLower(w.term("impact", axis)))
		}
	}
	if len(silent) > 0 {
		s.Blocks = append(s.Blocks, paragraph(plain(w.p("impact.none", "axes", lang.Either(w.l, silent)))))
	}
	return s
}

// allianceOf says who takes part and how the case is described.
func (w *practices) allianceOf(e *casestudy.Entry) Section {
	r := &e.Record
	s := Section{ID: "alliance", Title: w.p("section.alliance")}
	if len(r.Actors) > 0 {
		t := &Table{ID: "acteurs-" + e.Slug, Open: true, Caption: w.p("actor.caption"), Head: []Head{{Key: "name", Label: w.p("actor.name")},
			{Key: "profile", Label: w.p("actor.profile")}, {Key: "role", Label: w.p("actor.role")}}}
		for _, a := range r.Actors {
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(w.typeset(a.Name)), word(w.term("actor_profile", a.Profile)), word(w.term("actor_role", a.Role))}})
		}
		s.Blocks = append(s.Blocks, Block{Table: t})
	}
	if list := w.codedList(r); len(list) > 0 {
		s.Blocks = append(s.Blocks, Block{List: list})
	}
	return s
}

// codedList says, line by line, how a record is coded; each word leads to the
// cases that have it.
func (w *practices) codedList(r *casestudy.Record) []Text {
	var out []Text
	add := func(label string, facet casestudy.Facet, list string, codes []string) {
		if len(codes) == 0 {
			return
		}
		line := Text{{Text: w.p("coded.label", "label", w.p("facet."+label)), Strong: true}, {Text: " "}}
		for i, c := range codes {
			if i > 0 {
				line = append(line, Span{Text: ", "})
			}
			span := Span{Text: w.term(list, c)}
			if list == "" {
				span.Text = w.placed(territory.Code(c))
				span.Href = href(territory.Code(c))
				if _, ok := w.c.Territory.Get(territory.Code(c)); !ok {
					span.Href = ""
				}
			} else {
				span.Href = w.facetHref(facet, c)
			}
			line = append(line, span)
		}
		out = append(out, line)
	}
	places := make([]string, len(r.Territories))
	for i, t := range r.Territories {
		places[i] = string(t)
	}
	add("place", "", "", places)
	add("domain", casestudy.Domain, "domain", r.Domains)
	var goals []string
	for _, g := range r.SDGs {
		goals = append(goals, strconv.Itoa(g))
	}
	add("sdg", casestudy.SDG, "sdg", goals)
	add("relation", casestudy.Relation, "relation", r.Relations)
	add("form", casestudy.Form, "co_construction", r.Forms)
	add("objective", casestudy.Objective, "objective", r.Objectives)
	add("phase", casestudy.Phase, "evaluation_phase", nonEmpty(r.Phase))
	add("scope", casestudy.Scope, "partnership_scope", nonEmpty(r.Scope))
	return out
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// pictureSection shows the pictures of a record.
func (w *practices) pictureSection(e *casestudy.Entry) Section {
	s := Section{ID: "images", Title: w.p("section.pictures")}
	for _, m := range e.Record.Media {
		p := &Picture{Artifact: m.Artifact, Href: PicturePath + m.Artifact, Width: m.Width, Height: m.Height, Alt: w.typeset(m.Alt)}
		if m.Credit != "" {
			p.Credit = w.p("picture.credit", "credit", w.typeset(m.Credit))
		}
		s.Blocks = append(s.Blocks, Block{Picture: p})
	}
	return s
}

// caseSources lists the sources, numbered.
func (w *practices) caseSources(e *casestudy.Entry) Section {
	s := Section{ID: "sources", Title: w.p("section.sources")}
	if len(e.Record.Sources) == 0 {
		s.Blocks = []Block{paragraph(plain(w.p("source.none")))}
		return s
	}
	var list []Text
	for i, v := range e.Record.Sources {
		line := Text{{Text: w.p("source.one", "n", strconv.Itoa(i+1), "title", strings.TrimRight(w.typeset(v.Title), ". "))}}
		if strings.HasPrefix(v.Address, "http://") || strings.HasPrefix(v.Address, "https://") {
			_, bare, _ := strings.Cut(v.Address, "://")
			line = append(line, Span{Text: ", "}, Span{Text: strings.TrimPrefix(strings.TrimSuffix(bare, "/"), "www."), Href: v.Address})
		}
		if v.Date != "" {
			line = append(line, Span{Text: ", " + w.isoDate(v.Date)})
		}
		list = append(list, line)
	}
	s.Blocks = []Block{{List: list}}
	return s
}

// isoDate writes a date that may be a day, a month or a year.
func (w *practices) isoDate(iso string) string {
	if len(iso) == len("2026-01-01") {
		return lang.Date(w.l, iso)
	}
	return iso
}

package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/territory"
)

// said is the text of a record in the language of the page, each part in its
// own language where it was not translated.
func (w *practices) said(r *casestudy.Record) casestudy.Text {
	other, ok := r.Translations[string(w.l)]
	if !ok || r.Language == string(w.l) {
		return r.Text
	}
	out := casestudy.Text{Title: cmp.Or(other.Title, r.Title), Summary: cmp.Or(other.Summary, r.Summary), Sections: map[string]string{}}
	for code, s := range r.Sections {
		out.Sections[code] = s
	}
	for code, s := range other.Sections {
		if s != "" {
			out.Sections[code] = s
		}
	}
	return out
}

// tongue is the language of a part of a record as it is shown, "" when it is
// the page's.
func (w *practices) tongue(r *casestudy.Record, part func(casestudy.Text) string) string {
	own := cmp.Or(r.Language, string(lang.FR))
	if own == string(w.l) {
		return ""
	}
	if other, ok := r.Translations[string(w.l)]; ok && part(other) != "" {
		return ""
	}
	return own
}

// typeset sets a text of a record: French as a printer would.
func (w *practices) typeset(s string) string { return lang.Typeset(lang.FR, s) }

// term labels a code of a reference list.
func (w *practices) term(list, code string) string {
	if t, ok := w.c.Term(list, code); ok {
		return lang.Typeset(w.l, t.Label(w.l))
	}
	if label := w.base.Names().Term(list, code, w.l); label != "" {
		return lang.Typeset(w.l, label)
	}
	return code
}

// terms labels codes.
func (w *practices) terms(list string, codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = w.term(list, c)
	}
	return out
}

// placed names a place with its département: « Vittel (Vosges) ».
func (w *practices) placed(code territory.Code) string {
	name := w.label(code)
	if t, ok := w.c.Territory.Get(code); ok && t.Departement != "" && t.Departement != code && t.Level == territory.Commune {
		name += " (" + w.label(t.Departement) + ")"
	}
	return name
}

// where names the main place of a record, or its scope.
func (w *practices) where(r *casestudy.Record) string {
	if at := mainPlace(r); at != "" {
		return w.placed(at)
	}
	if r.Scope != "" {
		return w.p("scope." + r.Scope)
	}
	return ""
}

// years says when a case began and ended.
func (w *practices) years(r *casestudy.Record) string {
	switch {
	case r.StartYear == 0:
		return ""
	case r.EndYear == r.StartYear:
		return year(r.StartYear)
	case r.EndYear > 0:
		return year(r.StartYear) + "–" + year(r.EndYear)
	}
	return w.p("since", "year", year(r.StartYear))
}

// caseDetail says where, on what and since when.
func (w *practices) caseDetail(e *casestudy.Entry) string {
	domain := ""
	if len(e.Record.Domains) > 0 {
		domain = w.term("domain", e.Record.Domains[0])
	}
	return joined(" · ", w.where(&e.Record), domain, w.years(&e.Record))
}

func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), sep)
}

// identity says in a sentence who does it, where and since when.
func (w *practices) identity(e *casestudy.Entry) string {
	r := &e.Record
	var leads []string
	others := 0
	for _, a := range r.Actors {
		if a.Role == "lead" && len(leads) < 2 {
			leads = append(leads, w.typeset(a.Name))
		} else {
			others++
		}
	}
	domains := make([]string, len(r.Domains))
	for i, d := range r.Domains {
		domains[i] = w.domain(d).InSentence(w.l)
	}
	who, subjects := w.p("identity.unnamed", "n", others), others
	if len(leads) > 0 {
		who, subjects = w.p("identity.who", "who", lang.List(w.l, leads), "others", others), len(leads)
	}
	act := w.p("identity.act", "n", max(1, subjects), "ended", r.EndYear > 0, "domains", lang.Typeset(w.l, lang.List(w.l, domains)), "known", len(domains) > 0)
	sentence := joined(", ", w.placeSaid(r), w.yearsSaid(r), who) + " " + act
	return lang.Sentence(sentence) + "."
}

// placeSaid is where a case is, for the beginning of a sentence.
func (w *practices) placeSaid(r *casestudy.Record) string {
	at := mainPlace(r)
	t, ok := w.c.Territory.Get(at)
	if !ok {
		return w.p("identity.scope", "scope", cmp.Or(r.Scope, "none"))
	}
	in := w.place(at).In
	if t.Level == territory.Commune && t.Departement != "" {
		in += " (" + w.label(t.Departement) + ")"
	}
	return in
}

// yearsSaid is when a case took place.
func (w *practices) yearsSaid(r *casestudy.Record) string {
	if r.StartYear == 0 {
		return ""
	}
	return w.p("identity.when", "start", year(r.StartYear), "end", year(r.EndYear), "same", r.EndYear == r.StartYear, "ended", r.EndYear > 0)
}

// reviewed says who has read the case, and when.
func (w *practices) reviewed(e *casestudy.Entry) string {
	switch {
	case !e.Reviewed():
		return w.p("review.none")
	case e.State == casestudy.ToUpdate:
		return w.p("review.old", "date", w.day(e.ReviewedAt))
	}
	return w.p("review.done", "date", w.day(e.ReviewedAt))
}

// badge is the short word beside a case that is to be read or brought up to
// date.
func (w *practices) badge(e *casestudy.Entry) string {
	switch {
	case !e.Reviewed():
		return w.p("badge.unreviewed")
	case e.State == casestudy.ToUpdate:
		return w.p("badge.old")
	}
	return ""
}

// bestLevel is the highest level of evidence of a record, "" when none has one.
func (w *practices) bestLevel(r *casestudy.Record) string {
	best := ""
	for _, v := range r.Evidence {
		if levelRank(v.Level) > levelRank(best) {
			best = v.Level
		}
	}
	return best
}

func levelRank(code string) int {
	return slices.Index([]string{"", "announced", "reported", "measured", "compared", "evaluated"}, code)
}

// evidenceWord says how well a record is supported.
func (w *practices) evidenceWord(r *casestudy.Record) string {
	if best := w.bestLevel(r); best != "" {
		return w.p("evidence.best", "level", strings.ToLower(w.term("evidence_level", best)), "n", len(r.Evidence))
	}
	return w.p("evidence.unknown", "n", len(r.Evidence))
}

// quantity writes a figure of a record with its unit.
func (w *practices) quantity(v casestudy.Evidence) string {
	if v.Value == nil {
		return ""
	}
	s := strconv.FormatFloat(*v.Value, 'f', -1, 64)
	_, after, _ := strings.Cut(s, ".")
	return strings.TrimSpace(lang.Number(w.l, *v.Value, len(after)) + lang.NBSP + w.typeset(v.Unit))
}

// day writes the day of an instant.
func (w *practices) day(t time.Time) string {
	return lang.Date(w.l, t.In(lang.Paris).Format(time.DateOnly))
}

// caseCard shows a case in a list of cases.
func (w *practices) caseCard(e *casestudy.Entry) Card {
	return Card{Title: w.typeset(w.said(&e.Record).Title), Href: w.withCollected(practiceHref(e.Slug)), Detail: w.caseDetail(e), Tag: w.badge(e)}
}

package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/territory"
)

// recordOf makes a record of a tidy sheet. What cannot be written in a record, a
// year in letters, is a fault; before is the record that the form was made of,
// whose order of codes is kept, as no form shows it.
func recordOf(s caseSheet, before casestudy.Record, w words) (casestudy.Record, formFaults) {
	var faults formFaults
	r := casestudy.Record{Text: textOfSheet(s, ""), Language: cmp.Or(s.get("language"), "fr")}
	for name := range s {
		if rest, ok := strings.CutPrefix(name, "translations."); ok {
			if r.Translations == nil {
				r.Translations = map[string]casestudy.Text{}
			}
			l, _, _ := strings.Cut(rest, ".")
			r.Translations[l] = textOfSheet(s, "translations."+l+".")
		}
	}
	rows := func(list string, put func(part func(string) string, path func(string) string)) {
		for n := range rowsOf(map[string][]string(s), list) {
			path := func(part string) string { return rowPart(list, n+1, part) }
			put(func(part string) string { return s.get(path(part)) }, path)
		}
	}
	rows("territories", func(part, _ func(string) string) { r.Territories = append(r.Territories, territory.Code(part(""))) })
	r.Territories = once(r.Territories)
	rows("actors", func(part, _ func(string) string) {
		r.Actors = append(r.Actors, casestudy.Actor{Name: part("name"), Profile: part("profile"), Role: part("role")})
	})
	rows("impacts", func(part, _ func(string) string) {
		r.Impacts = append(r.Impacts, casestudy.Impact{Axis: part("axis"), Text: part("text"), ClaimedBy: part("claimed_by")})
	})
	rows("evidence", func(part, path func(string) string) {
		e := casestudy.Evidence{Claim: part("claim"), Unit: part("unit"), Period: part("period"), Level: part("level")}
		e.Source, _ = strconv.Atoi(part("source")) // tidy has seen to it
		if v := part("value"); v != "" {
			x, ok := typedNumber(v)
			if e.Value = &x; !ok {
				e.Value = nil
				faults.add(path("value"), w.T("case.fault.number", "text", v), w.T("case.fault.number_do"))
			}
		}
		r.Evidence = append(r.Evidence, e)
	})
	rows("media", func(part, _ func(string) string) {
		m := casestudy.Media{Artifact: part("artifact"), Type: part("type"), Alt: part("alt"), Credit: part("credit")}
		m.Width, _ = strconv.Atoi(part("width")) // 0: checked with the picture
		m.Height, _ = strconv.Atoi(part("height"))
		r.Media = append(r.Media, m)
	})
	rows("contacts", func(part, _ func(string) string) {
		r.Contacts = append(r.Contacts, casestudy.Contact{Organisation: part("organisation"), Address: part("address")})
	})
	rows("sources", func(part, _ func(string) string) {
		r.Sources = append(r.Sources, casestudy.Source{Title: part("title"), Address: part("address"), Date: part("date")})
	})
	codesOfSheet(&r, s, before)
	r.Scope, r.Phase, r.Licence, r.Parent = s.get("scope"), s.get("phase"), s.get("licence"), s.get("parent")
	r.Consent = casestudy.Consent{By: s.get("consent.by"), On: s.get("consent.on")}
	year := func(name string) int {
		text := s.get(name)
		n, err := strconv.Atoi(text)
		if text != "" && (err != nil || n < 1 || n > 9999) {
			faults.add(name, w.T("case.fault.year", "text", text), w.T("case.fault.year_do"))
			return 0
		}
		return n
	}
	r.StartYear, r.EndYear = year("start_year"), year("end_year")
	return r, faults
}

// textOfSheet is what a sheet says in one language.
func textOfSheet(s caseSheet, prefix string) casestudy.Text {
	t := casestudy.Text{Title: s.get(prefix + "title"), Summary: s.get(prefix + "summary")}
	for name := range s {
		if code, ok := strings.CutPrefix(name, prefix+"sections."); ok {
			if t.Sections == nil {
				t.Sections = map[string]string{}
			}
			t.Sections[code] = s.get(name)
		}
	}
	return t
}

// codesOfSheet reads the lists of codes.
func codesOfSheet(r *casestudy.Record, s caseSheet, before casestudy.Record) {
	r.Relations = steady(s["relationship_types"], before.Relations)
	r.Forms = steady(s["co_construction_forms"], before.Forms)
	r.Objectives = steady(s["objectives"], before.Objectives)
	r.Domains = steady(s["domains"], before.Domains)
	if head := s.get(mainDomain); head != "" {
		r.Domains = append([]string{head}, slices.DeleteFunc(r.Domains, func(d string) bool { return d == head })...)
	}
	for _, text := range s["sdgs"] {
		if n, err := strconv.Atoi(text); err == nil {
			r.SDGs = append(r.SDGs, n)
		}
	}
	slices.Sort(r.SDGs)
	r.SDGs = slices.Compact(r.SDGs)
}

// steady puts codes in the order that they had, new ones after.
func steady(now, before []string) []string {
	var out []string
	for _, c := range before {
		if slices.Contains(now, c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, c := range now {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// once keeps the first of each.
func once[T comparable](all []T) []T {
	var out []T
	for _, one := range all {
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// typedNumber reads a number as people write it: « 1 250,5 ».
func typedNumber(text string) (float64, bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2009", "", ",", ".", "\u2212", "-").Replace(text)
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil && x-x == 0 && !strings.ContainsAny(text, "xXpP_") // neither infinite nor none
}

package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/lang"
)

var french = words{lang.FR}

// browsed is what a browser sends of a sheet: ticked codes come in the order of
// the page, whatever the one that they have in the record.
func browsed(s caseSheet) url.Values {
	out := url.Values{}
	for name, values := range s {
		out[name] = slices.Clone(values)
		if slices.Contains(caseCodes, name) {
			slices.Sort(out[name])
		}
	}
	return out
}

// TestSheetKeepsRecords: a record that goes through the form unchanged is the
// record that it was, whatever it holds.
func TestSheetKeepsRecords(t *testing.T) {
	half := 0.5
	all := []casestudy.Record{{Text: casestudy.Text{Title: "Titre"}, Language: "fr", Parent: "abc",
		Translations: map[string]casestudy.Text{"en": {Title: "Title", Sections: map[string]string{"context": "One.\n\nTwo."}}},
		Evidence:     []casestudy.Evidence{{Claim: "moitié", Value: &half, Source: 1}, {Claim: "sans chiffre"}},
		Sources:      []casestudy.Source{{Title: "Une source"}},
		Media:        []casestudy.Media{{Artifact: "a1", Type: "image/png", Width: 3, Height: 2, Alt: "deux", Credit: "trois"}},
		Contacts:     []casestudy.Contact{{Organisation: "Une", Address: "mailto:a@exemple.test"}},
		Consent:      casestudy.Consent{By: "Une", On: "2026-01-02"}}}
	for _, e := range casestudytest.Synthetic(60, 7) {
		all = append(all, e.Record)
	}
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		for _, want := range all {
			got, faults := recordOf(tidy(browsed(sheetOf(want, l))), want, words{l})
			if len(faults) > 0 {
				t.Fatalf("%s: %v", want.Title, faults)
			}
			if d := casestudy.Diff(want, got); len(d) > 0 {
				t.Fatalf("%s: the form changed %+v", want.Title, d)
			}
			if a, b := must(json.Marshal(want)), must(json.Marshal(got)); string(a) != string(b) {
				t.Fatalf("%s:\n%s", want.Title, cmp.Diff(string(a), string(b)))
			}
		}
	}
}

// TestSheetRows: rows that say nothing go, the others are numbered from 1, and
// evidence follows its source.
func TestSheetRows(t *testing.T) {
	s := tidy(formOfPairs("title", "  T\r\n", "sources.2.title", "Deux", "sources.5.title", "Cinq", "sources.7.date", " ", "evidence.3.claim", "x", "evidence.3.source", "5",
		"evidence.4.claim", "y", "evidence.4.source", "7", "evidence.9.source", "2", "actors.01.name", "zéro", "actors.1.autre", "z", "actors.-1.name", "n", "sections.x y", "z"))
	r, faults := recordOf(s, casestudy.Record{}, french)
	want := casestudy.Record{Text: casestudy.Text{Title: "T"}, Language: "fr", Sources: []casestudy.Source{{Title: "Deux"}, {Title: "Cinq"}},
		Evidence: []casestudy.Evidence{{Claim: "x", Source: 2}, {Claim: "y"}}}
	if d := cmp.Diff(want, r); d != "" || len(faults) > 0 {
		t.Errorf("%v\n%s", faults, d)
	}
}

// TestSheetFaults: what no record can hold is said beside its field, and stays
// as it was typed.
func TestSheetFaults(t *testing.T) {
	s := tidy(formOfPairs("start_year", "l’an dernier", "evidence.1.claim", "x", "evidence.1.value", "beaucoup", "evidence.2.value", "1 250,5"))
	r, faults := recordOf(s, casestudy.Record{}, french)
	if len(faults) != 2 || faults[0].Field != "evidence.1.value" || faults[1].Field != "start_year" || faults[0].Do == "" {
		t.Errorf("faults %+v", faults)
	}
	if r.Evidence[1].Value == nil || *r.Evidence[1].Value != 1250.5 || s.get("start_year") != "l’an dernier" {
		t.Errorf("record %+v, sheet %v", r, s)
	}
}

func TestTypedNumber(t *testing.T) {
	for text, want := range map[string]float64{"12": 12, "1\u202f250,5": 1250.5, "-3.5": -3.5, "−2": -2, "1e3": 1000} {
		if got, ok := typedNumber(text); !ok || got != want {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "douze", "NaN", "Inf", "0x10", "1_000", "1,250.5", "12 %"} {
		if got, ok := typedNumber(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// TestSettled: each kind of conflict is settled on the side that was chosen.
func TestSettled(t *testing.T) {
	record := casestudy.Record{Text: casestudy.Text{Title: "Le mien", Sections: map[string]string{"context": "mien"}}, Language: "fr", Domains: []string{"EMP", "LOG"},
		Actors:   []casestudy.Actor{{Name: "A", Role: "lead"}, {Name: "B"}, {Name: "C"}},
		Sources:  []casestudy.Source{{Title: "Un"}, {Title: "Deux"}},
		Evidence: []casestudy.Evidence{{Claim: "x", Source: 1}}}
	clashes := []casestudy.Conflict{{Field: "title", Mine: "Le mien", Theirs: "Le sien"}, {Field: "sections.context", Mine: "mien", Theirs: ""}, {Field: "domains", Mine: "EMP\nLOG", Theirs: "LOG\nEMP"},
		{Field: "actors.1.role", Mine: "lead", Theirs: "partner"}, {Field: "actors.2", Mine: "B", Theirs: ""}, {Field: "sources", Mine: "Un\nDeux", Theirs: "Deux\nUn"}}
	got, faults := recordOf(settled(sheetOf(record, lang.FR), clashes, func(string) bool { return true }), casestudy.Record{Domains: []string{"LOG", "EMP"}}, french)
	want := casestudy.Record{Text: casestudy.Text{Title: "Le sien"}, Language: "fr", Domains: []string{"LOG", "EMP"},
		Actors:   []casestudy.Actor{{Name: "A", Role: "partner"}, {Name: "C"}},
		Sources:  []casestudy.Source{{Title: "Deux"}, {Title: "Un"}},
		Evidence: []casestudy.Evidence{{Claim: "x", Source: 2}}}
	if d := cmp.Diff(want, got); d != "" || len(faults) > 0 {
		t.Errorf("theirs: %v\n%s", faults, d)
	}
	got, _ = recordOf(settled(sheetOf(record, lang.FR), clashes, func(string) bool { return false }), record, french)
	if d := cmp.Diff(record, got); d != "" {
		t.Errorf("mine:\n%s", d)
	}
}

// TestSettledSource: a proof keeps the source that it is decided to keep, though
// somebody has taken it off meanwhile.
func TestSettledSource(t *testing.T) {
	base := casestudy.Record{Text: casestudy.Text{Title: "T"}, Language: "fr", Sources: []casestudy.Source{{Title: "Un"}, {Title: "Deux", Address: "https://exemple.org/", Date: "2024"}},
		Evidence: []casestudy.Evidence{{Claim: "x", Source: 2}}}
	mine, theirs := base, base
	mine.Evidence = []casestudy.Evidence{{Claim: "x", Source: 2}, {Claim: "y", Source: 2}}
	theirs.Sources, theirs.Evidence = base.Sources[:1], []casestudy.Evidence{{Claim: "x"}}
	merged, clashes := casestudy.Merge(base, mine, theirs)
	if len(clashes) != 1 || clashes[0].Field != "evidence.2.source" {
		t.Fatalf("%+v", clashes)
	}
	for side, want := range map[bool]casestudy.Record{
		true:  {Text: base.Text, Language: "fr", Sources: theirs.Sources, Evidence: []casestudy.Evidence{{Claim: "x"}, {Claim: "y"}}},
		false: {Text: base.Text, Language: "fr", Sources: base.Sources, Evidence: []casestudy.Evidence{{Claim: "x"}, {Claim: "y", Source: 2}}},
	} {
		got, faults := recordOf(settled(sheetOf(merged, lang.FR), clashes, func(string) bool { return side }), merged, french)
		if d := cmp.Diff(want, got); d != "" || len(faults) > 0 {
			t.Errorf("theirs %v: %v\n%s", side, faults, d)
		}
	}
}

// FuzzSheet: whatever is sent, a record is made of it without panic, and what
// the form then shows makes the same record.
func FuzzSheet(f *testing.F) {
	f.Add("title=T&actors.1.name=A&actors.3.name=B&sources.2.title=S&evidence.1.claim=c&evidence.1.source=2&evidence.1.value=1,5&domains=EMP&domains=LOG&domains.main=LOG&sdgs=17&start_year=2019")
	f.Add("territories.1=COM-38185&territories.1=x&translations.en.sections.context=a%0d%0ab&sections.=1&media.1.artifact=a&media.1.width=x")
	f.Add(strings.Repeat("actors.1.name=A&", 40) + "%ff=%00&title=%ff%00")
	f.Fuzz(func(t *testing.T, query string) {
		sent, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s := tidy(sent)
		if again := tidy(browsed(s)); !reflect.DeepEqual(sorted(again), sorted(s)) {
			t.Fatalf("tidy again: %v, then %v", s, again)
		}
		r, faults := recordOf(s, casestudy.Record{}, french)
		if len(faults) > 0 {
			return
		}
		shown := tidy(browsed(sheetOf(r, lang.FR)))
		again, faults := recordOf(shown, r, french)
		if d := casestudy.Diff(r, again); len(faults) > 0 || len(d) > 0 {
			t.Fatalf("%v, %+v\nof %v", faults, d, s)
		}
	})
}

func sorted(s caseSheet) map[string]string {
	out := map[string]string{}
	for name, values := range s {
		v := slices.Clone(values)
		slices.Sort(v)
		out[name] = fmt.Sprint(v)
	}
	return out
}

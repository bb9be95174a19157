package casestudy

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/data"
	"vigie/lang"
)

// seeds are the cases that Vigie is born with.
func seeds(t testing.TB) (slugs []string, records []Record) {
	t.Helper()
	raw, err := data.Read("casestudy/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	slugs, records, err = Seeds(raw)
	if err != nil {
		t.Fatal(err)
	}
	return slugs, records
}

func TestSeeds(t *testing.T) {
	slugs, records := seeds(t)
	if len(slugs) != 65 {
		t.Fatalf("%d seeds; want 65", len(slugs))
	}
	in := lists(t)
	figures, share, least := 0, 0.0, 1.0
	for i, r := range records {
		for _, f := range Check(r, in) {
			t.Errorf("%s: %+v", slugs[i], f)
		}
		clean, said := Clean(r)
		if d := cmp.Diff(r, clean); d != "" || len(said) > 0 {
			t.Errorf("%s is not clean: %v\n%s", slugs[i], said, d)
		}
		for _, e := range r.Evidence {
			figures++
			if e.Level != "" {
				t.Errorf("%s: a level of evidence was invented", slugs[i])
			}
		}
		c := Completeness(r).Share
		share, least = share+c/65, min(least, c)
	}
	if figures != 165 {
		t.Errorf("%d figures; want 165", figures)
	}
	t.Logf("seeds are complete to %.3f on average, %.3f at least", share, least)
	if math.Abs(share-0.87) > 0.02 || least < 0.70 {
		t.Errorf("seeds are complete to %.3f on average, %.3f at least; want 0.87 and 0.70", share, least)
	}
}

func TestParseSeed(t *testing.T) {
	slug, r, err := ParseSeed([]byte(`{"slug":"x","title":"T","language":"fr","status":"published_seed","keys_to_success":"clé","impacts":{"trust":"oui","innovation":""},
		"sdgs":[11,3],"end_year":null,"evidence":[{"claim":"c","value":1.5,"unit":"u","period":"2021"}]}`))
	if err != nil || slug != "x" {
		t.Fatal(slug, err)
	}
	v := 1.5
	want := Record{Text: Text{Title: "T", Sections: map[string]string{"keys": "clé"}}, Language: "fr", SDGs: []int{3, 11}, Licence: "CC BY 4.0",
		Impacts: []Impact{{Axis: "trust", Text: "oui"}}, Evidence: []Evidence{{Claim: "c", Value: &v, Unit: "u", Period: "2021"}}}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{
		``, `[]`, `{"slug":"x","status":"draft"}`, `{"status":"published_seed"}`, `{"slug":"x","status":"published_seed","colour":"red"}`,
		`{"slug":"x","status":"published_seed"} {}`, `{"slug":"x","status":"published_seed","impacts":{"joy":"x"}}`,
	} {
		if _, _, err := ParseSeed([]byte(bad)); err == nil {
			t.Errorf("ParseSeed(%s) accepts", bad)
		}
	}
	line := `{"slug":"x","status":"published_seed"}`
	if _, _, err := Seeds([]byte(line + "\n\n" + line)); err == nil || !strings.Contains(err.Error(), "ligne 3") {
		t.Errorf("a slug twice: %v", err)
	}
}

func TestCompleteness(t *testing.T) {
	weights := 0.0
	for _, e := range expectations {
		weights += e.weight
		if Label(lang.FR, strings.Replace(e.path, "evidence.", "evidence.1.", 1)) == e.path {
			t.Errorf("%s has no label", e.path)
		}
	}
	if weights != 100 {
		t.Errorf("weights add up to %v", weights)
	}
	r := right()
	for _, code := range []string{"solution", "results", "governance", "resources", "transferability", "genesis"} {
		r.set("sections."+code, "x")
	}
	if c := Completeness(r); c.Share != 1 || len(c.Missing) > 0 {
		t.Errorf("a whole record: %+v", c)
	}
	draft := Completeness(Record{Text: Text{Title: "x"}})
	if draft.Share != 0.05 || draft.Missing[0] != "summary" || draft.Missing[1] != "domains" || draft.Parts[0].Missing[0] != "summary" {
		t.Errorf("a draft: %+v", draft)
	}
	r.Actors = r.Actors[:1]
	r.Evidence = append(r.Evidence, Evidence{Claim: "y"})
	c := Completeness(r)
	if d := cmp.Diff([]string{"actors", "evidence.level", "evidence.source"}, c.Missing); d != "" || math.Abs(c.Share-(1-0.04-0.02-0.015)) > 1e-12 {
		t.Errorf("%v %s", c.Share, d)
	}
	for _, p := range c.Parts {
		if !lang.Has(lang.FR, "record.complete."+p.Key) {
			t.Errorf("part %s has no label", p.Key)
		}
	}
}

package casestudy_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/territory"
)

// Ten thousand synthetic records are read from a table and from JSON, and each
// compared with a base of as many, in a minute at most.
func TestBulkOfTenThousand(t *testing.T) {
	n := 60
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	entries := casestudytest.Synthetic(n, 1)
	places := casestudytest.Places()
	search := territory.NewSearch(places, nil, nil)
	in := casestudy.Lists{Terms: casestudytest.Lists(), On: "2026-11-23", Place: func(c territory.Code) bool { _, ok := places.Get(c); return ok }}
	named := func(name string) (out []casestudy.PlaceMatch) {
		for _, h := range search.Find(name, 5) {
			out = append(out, casestudy.PlaceMatch{Code: h.Code, Label: h.LabelFR, Exact: h.Match == territory.Exact})
		}
		return out
	}
	var lines bytes.Buffer
	for _, e := range entries {
		raw, err := json.Marshal(struct {
			ID string `json:"external_id"`
			casestudy.Record
		}{e.Slug, e.Record})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(raw, '\n'))
	}
	start := time.Now()
	b, _ := casestudy.NewBulk(nil, in, named)
	rows, err := b.JSON(lines.Bytes())
	if err != nil || len(rows) != n {
		t.Fatal(len(rows), err)
	}
	for _, r := range rows {
		if casestudy.Severe(r.Faults) {
			t.Fatalf("%s: %+v", r.ExternalID, r.Faults)
		}
	}
	t.Logf("%d rows of JSON: %v", n, time.Since(start))
	start = time.Now()
	b, _ = casestudy.NewBulk([]string{"Identifiant", "Titre", "Résumé", "Territoires", "Domaines", "Acteurs", "Année de début"}, in, named)
	for i, e := range entries {
		label := ""
		if c := e.Record.Territories; len(c) > 0 {
			if p, ok := places.Get(c[0]); ok {
				label = p.Label
			}
		}
		b.Row(i+2, []string{e.Slug, e.Record.Title, e.Record.Summary, label, strings.Join(e.Record.Domains, " ; "), "Régie (Entreprises, Porteur) | Mairye (colectivité)", "2019"})
	}
	t.Logf("%d rows of a table: %v", n, time.Since(start))
	start = time.Now()
	k := casestudy.NewLikeness(entries)
	built := time.Since(start)
	start = time.Now()
	found := 0
	for i := 0; i < n; i += max(1, n/500) {
		if got := k.Alike(entries[i].Record, ""); len(got) > 0 && got[0].Score > 0.9 {
			found++
		}
	}
	t.Logf("likeness of %d built in %v; %d asked in %v", n, built, min(n, 500), time.Since(start))
	if found < min(n, 500)*95/100 {
		t.Errorf("%d records found as themselves", found)
	}
}

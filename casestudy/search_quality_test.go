package casestudy_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/lang"
	"vigie/territory"
)

// judged is a query with the cases that are hoped for.
type judged struct {
	Kind   string         `json:"kind"`
	Query  string         `json:"query"`
	Grades map[string]int `json:"grades"`
}

func lines[T any](t testing.TB, name string) []T {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" || strings.HasPrefix(name, "testdata") {
			t.Fatal(err)
		}
		t.Skipf("left out: %v (set VIGIE_SHARED)", err)
	}
	var out []T
	scan := bufio.NewScanner(bytes.NewReader(raw))
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var v T
		if err := json.Unmarshal(scan.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, v)
	}
	return out
}

// seeded returns the real records of the seed.
func seeded(t testing.TB) []casestudy.Entry {
	t.Helper()
	type line struct {
		Slug, Title, Summary                                  string
		Territories                                           []territory.Code
		Domains                                               []string
		SDGs                                                  []int
		Actors                                                []casestudy.Actor
		Context, Solution, Governance, Results, KeysToSuccess string
		Keys                                                  string `json:"keys_to_success"`
		Impacts                                               map[string]string
		Evidence                                              []casestudy.Evidence
		Sources                                               []casestudy.Source
		Start                                                 int `json:"start_year"`
	}
	dir := cmp.Or(os.Getenv("VIGIE_SHARED"), filepath.Join("..", "..", "shared"))
	var entries []casestudy.Entry
	for _, l := range lines[line](t, filepath.Join(dir, "starter", "cases.jsonl")) {
		r := casestudy.Record{Language: "fr", Territories: l.Territories, Domains: l.Domains, SDGs: l.SDGs, Actors: l.Actors,
			Evidence: l.Evidence, Sources: l.Sources, StartYear: l.Start}
		r.Text = casestudy.Text{Title: l.Title, Summary: l.Summary, Sections: map[string]string{"context": l.Context,
			"solution": l.Solution, "governance": l.Governance, "results": l.Results, "keys": l.Keys}}
		for _, axis := range []string{"performance", "innovation", "trust"} {
			if l.Impacts[axis] != "" {
				r.Impacts = append(r.Impacts, casestudy.Impact{Axis: axis, Text: l.Impacts[axis]})
			}
		}
		entries = append(entries, casestudy.Entry{ID: l.Slug, Slug: l.Slug, State: casestudy.Published, Version: 1, Record: r})
	}
	return entries
}

// ndcg is the normalised discounted cumulative gain of the first n results.
func ndcg(found []casestudy.Hit, grades map[string]int, n int) float64 {
	gain := func(grade, place int) float64 {
		return (math.Pow(2, float64(grade)) - 1) / math.Log2(float64(place)+2)
	}
	var got, best float64
	for i, h := range found[:min(n, len(found))] {
		got += gain(grades[h.Entry.Slug], i)
	}
	var ideal []int
	for _, g := range grades {
		ideal = append(ideal, g)
	}
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	for i, g := range ideal[:min(n, len(ideal))] {
		best += gain(g, i)
	}
	return got / best
}

// TestSearchQuality holds the mean nDCG@5 of the judged queries above the bar,
// and asks that a query with nothing to find claims nothing.
func TestSearchQuality(t *testing.T) {
	t.Run("written first", func(t *testing.T) { testQuality(t, "testdata/search_quality.jsonl", 60) })
	t.Run("written later", func(t *testing.T) { testQuality(t, "testdata/search_quality_fresh.jsonl", 40) })
	t.Run("not tuned for", func(t *testing.T) { testQuality(t, "testdata/search_quality_unseen.jsonl", 40) })
}

func testQuality(t *testing.T, name string, least int) {
	base := casestudy.NewBase(seeded(t), casestudytest.Names())
	sums, counts, total, n := map[string]float64{}, map[string]float64{}, 0.0, 0
	for _, q := range lines[judged](t, name) {
		query := casestudy.Query{Text: q.Query, Language: lang.FR, Limit: 5}
		if q.Kind == "english" {
			query.Language = lang.EN
		}
		found := base.Search(query)
		if q.Kind == "negative" {
			if found.Whole > 0 && !found.Corrected {
				t.Errorf("%q claims %d cases, first %s", q.Query, found.Whole, found.Hits[0].Entry.Slug)
			}
			continue
		}
		v := ndcg(found.Hits, q.Grades, 5)
		if v < 0.75 && testing.Verbose() {
			t.Logf("%.2f %s %q: %d of %d whole; %s; suggestion %q", v, q.Kind, q.Query, found.Whole, found.Total, slugs(found.Hits, q.Grades), found.Suggestion)
		}
		sums[q.Kind] += v
		counts[q.Kind]++
		total += v
		n++
	}
	for _, kind := range sorted(sums) {
		t.Logf("%-10s %2.0f queries: nDCG@5 = %.3f", kind, counts[kind], sums[kind]/counts[kind])
	}
	mean := total / float64(n)
	t.Logf("%d queries: nDCG@5 = %.3f", n, mean)
	if n < least || mean < 0.85 {
		t.Errorf("nDCG@5 = %.3f on %d queries; at least 0.85 on %d is wanted", mean, n, least)
	}
}

func slugs(hits []casestudy.Hit, grades map[string]int) string {
	var all []string
	for _, h := range hits {
		all = append(all, h.Entry.Slug+"="+string(rune('0'+grades[h.Entry.Slug])))
	}
	return strings.Join(all, " ")
}

func sorted(m map[string]float64) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

package casestudy_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/data"
	"vigie/lang"
)

// judged is a query with the cases that are hoped for.
type judged struct {
	Kind   string         `json:"kind"`
	Query  string         `json:"query"`
	Grades map[string]int `json:"grades"`
}

// lines reads a file of a JSON object a line.
func lines[T any](t testing.TB, name string) []T {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
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
	file, err := data.Read("casestudy/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	slugs, records, err := casestudy.Seeds(file)
	if err != nil {
		t.Fatal(err)
	}
	entries := make([]casestudy.Entry, len(slugs))
	for i, slug := range slugs {
		entries[i] = casestudy.Entry{ID: slug, Slug: slug, State: casestudy.Published, Version: 1, Record: records[i]}
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

package casestudy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seedEntries are the cases to begin with as readers see them.
func seedEntries(t testing.TB) []Entry {
	slugs, records := seeds(t)
	var out []Entry
	for i, r := range records {
		out = append(out, Entry{ID: "k-" + slugs[i], Slug: slugs[i], State: Published, Version: 1, Record: r})
	}
	return out
}

// No two of the cases to begin with are taken for one.
func TestSeedsAreNotAlike(t *testing.T) {
	entries := seedEntries(t)
	k := NewLikeness(entries)
	most := 0.0
	for _, e := range entries {
		for _, a := range k.above(e.Record, e.ID, 0.2) {
			most = max(most, a.Score)
			if a.Score >= AlikeEnough {
				t.Errorf("%s and %s: %.2f %v", e.Slug, a.Slug, a.Score, a.Why)
			}
		}
	}
	t.Logf("the two most alike: %.2f", most)
}

// every keeps of each run of n words those whose place is in keep.
func every(s string, n int, keep ...int) string {
	var out []string
	for i, w := range strings.Fields(s) {
		if slices.Contains(keep, i%n) {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// mistyped exchanges two letters of one long word in three.
func mistyped(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if r := []rune(w); i%3 == 0 && len(r) > 4 {
			r[2], r[3] = r[3], r[2]
			words[i] = string(r)
		}
	}
	return strings.Join(words, " ")
}

// rewritten are ways in which somebody else would write the same case.
var rewritten = []struct {
	name  string
	write func(Record) Record
}{
	{"typing errors, no sources", func(r Record) Record {
		return Record{Text: Text{Title: mistyped(r.Title), Summary: mistyped(r.Summary)}, Territories: r.Territories, Actors: r.Actors}
	}},
	{"half the words of the summary, another title, first actor", func(r Record) Record {
		return Record{Text: Text{Title: "Une initiative à découvrir", Summary: every(r.Summary, 2, 0)}, Territories: r.Territories, Actors: r.Actors[:1]}
	}},
	{"a form of a few lines: part of the title, two actors, a source", func(r Record) Record {
		return Record{Text: Text{Title: every(r.Title, 3, 0, 1)}, Actors: r.Actors[:min(2, len(r.Actors))], Sources: r.Sources[:1]}
	}},
	{"title, place and actors alone", func(r Record) Record {
		return Record{Text: Text{Title: strings.ToUpper(r.Title)}, Territories: r.Territories[:min(1, len(r.Territories))], Actors: r.Actors}
	}},
	{"written anew from the same pages, by sections", func(r Record) Record {
		return Record{Text: Text{Title: "Fiche du réseau", Sections: map[string]string{"context": r.Sections["context"], "solution": every(r.Summary, 3, 0, 2)}}, Sources: r.Sources}
	}},
	{"the same, in another region by mistake", func(r Record) Record {
		r.Territories = nil
		r.Territories = append(r.Territories, "REG-01")
		r.Title, r.Actors = every(r.Title, 4, 0, 1, 2), nil
		return r
	}},
}

// Of copies written otherwise 95 in 100 are found, first of the list.
func TestRewrittenCopiesAreFound(t *testing.T) {
	entries := seedEntries(t)
	k := NewLikeness(entries)
	found, all := 0, 0
	for _, w := range rewritten {
		here := 0
		for _, e := range entries {
			copied, _ := Merge(Record{}, e.Record, Record{})
			got := k.Alike(w.write(copied), "")
			all++
			if len(got) > 0 && got[0].ID == e.ID {
				found, here = found+1, here+1
			}
		}
		t.Logf("%s: %d of %d", w.name, here, len(entries))
		if here < 58 { // nine in ten of each way
			t.Errorf("%s: %d of %d", w.name, here, len(entries))
		}
	}
	t.Logf("%d of %d", found, all)
	if 100*found < 95*all {
		t.Errorf("%d of %d found", found, all)
	}
}

func TestAlike(t *testing.T) {
	entries := seedEntries(t)
	k := NewLikeness(append(entries, Entry{ID: "gone", Slug: "gone", State: Archived}))
	first := entries[0]
	got := k.Alike(first.Record, "")
	if len(got) != 1 || got[0].ID != first.ID || got[0].Score < 0.95 || got[0].Title != first.Record.Title {
		t.Fatalf("itself: %+v", got)
	}
	if d := cmp.Diff([]string{"text", "title", "sources", "actors", "places"}, got[0].Why); d != "" {
		t.Error(d)
	}
	if got := k.Alike(first.Record, first.ID); len(got) > 0 {
		t.Errorf("itself left out: %+v", got)
	}
	for _, r := range []Record{{}, {Text: Text{Title: "Projet"}}, {Text: Text{Title: "Une maison"}}, {Text: Text{Title: "x"}, Actors: []Actor{{Name: "État"}}}} {
		if got := k.Alike(r, ""); len(got) > 0 {
			t.Errorf("%+v is like %+v", r, got)
		}
	}
	if got := NewLikeness(nil).Alike(first.Record, ""); len(got) > 0 {
		t.Errorf("in an empty base: %v", got)
	}
	b := NewBase(entries, Names{})
	if d := cmp.Diff(k.Alike(entries[3].Record, ""), Duplicates(b, entries[3].Record, "")); d != "" {
		t.Error(d)
	}
}

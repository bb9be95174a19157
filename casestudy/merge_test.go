package casestudy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/territory"
)

func some[T any](r *rapid.T, name string, of *rapid.Generator[T]) []T {
	list := rapid.SliceOfN(of, 0, 4).Draw(r, name)
	if len(list) == 0 {
		return nil
	}
	return list
}

var (
	word  = rapid.SampledFrom([]string{"", "a", "b", "c", "a b", "a b c", "été"})
	words = rapid.SampledFrom([]string{"a", "b", "c", "a b", "a b c", "été"})
)

// record draws any record whose lists repeat themselves often.
func record(r *rapid.T, name string) Record {
	draw := func(of string) string { return word.Draw(r, name+of) }
	out := Record{
		Text: Text{Title: draw("title"), Summary: draw("summary")}, Language: draw("language"), Scope: draw("scope"), Phase: draw("phase"),
		Licence: draw("licence"), Parent: draw("parent"), Consent: Consent{draw("by"), draw("on")},
		StartYear: rapid.IntRange(0, 2).Draw(r, "start"), EndYear: rapid.IntRange(0, 2).Draw(r, "end"),
		Domains: some(r, "domains", words), Relations: some(r, "relations", words), Forms: some(r, "forms", words), Objectives: some(r, "objectives", words),
		SDGs: some(r, "sdgs", rapid.IntRange(1, 4)),
	}
	for _, c := range some(r, "territories", words) {
		out.Territories = append(out.Territories, territory.Code(c))
	}
	for _, code := range []string{"context", "other"} {
		if v := draw(code); v != "" {
			out.Text.set("sections."+code, v)
		}
	}
	if v := draw("translated"); v != "" {
		setText(&out, "translations.en.title", v)
	}
	out.Actors = some(r, "actors", rapid.Custom(func(r *rapid.T) Actor {
		return Actor{word.Draw(r, "name"), word.Draw(r, "profile"), word.Draw(r, "role")}
	}))
	out.Impacts = some(r, "impacts", rapid.Custom(func(r *rapid.T) Impact {
		return Impact{word.Draw(r, "axis"), word.Draw(r, "text"), word.Draw(r, "claimed")}
	}))
	out.Sources = some(r, "sources", rapid.Custom(func(r *rapid.T) Source {
		return Source{word.Draw(r, "title"), word.Draw(r, "address"), ""}
	}))
	out.Evidence = some(r, "evidence", rapid.Custom(func(r *rapid.T) Evidence {
		e := Evidence{Claim: word.Draw(r, "claim"), Source: rapid.IntRange(0, 5).Draw(r, "source"), Level: word.Draw(r, "level")}
		if rapid.Bool().Draw(r, "figure") {
			v := rapid.Float64().Draw(r, "value")
			e.Value = &v
		}
		return e
	}))
	out.Contacts = some(r, "contacts", rapid.Custom(func(r *rapid.T) Contact { return Contact{word.Draw(r, "who"), word.Draw(r, "address")} }))
	out.Media = some(r, "media", rapid.Custom(func(r *rapid.T) Media {
		return Media{Artifact: word.Draw(r, "artifact"), Alt: word.Draw(r, "alt"), Width: rapid.IntRange(0, 3).Draw(r, "width")}
	}))
	return out
}

// edited draws a record near another one: some items moved, removed or added.
func edited(r *rapid.T, base Record) Record {
	other := record(r, "other")
	out, _ := Merge(Record{}, base, Record{}) // a copy
	for i := range fields {
		f := &fields[i]
		switch rapid.IntRange(0, 5).Draw(r, f.path) {
		case 0: // replaced
			if f.items == nil {
				f.give(&out, f.value(&other))
			} else {
				f.put(&out, f.items(&other))
			}
		case 1:
			if f.items != nil {
				list := f.items(&out)
				slices.Reverse(list)
				f.put(&out, append(list, f.items(&other)...))
			}
		case 2:
			if f.items != nil && len(f.items(&out)) > 0 {
				f.put(&out, f.items(&out)[1:])
			}
		}
	}
	if rapid.Bool().Draw(r, "retitled") {
		out.Title = other.Title
	}
	return out
}

func TestMergeWithOneSideUnchanged(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		base := record(r, "base")
		mine := edited(r, base)
		for _, c := range []struct {
			what            string
			b, m, t, wanted Record
		}{{"mine alone", base, mine, base, mine}, {"theirs alone", base, base, mine, mine}, {"both alike", base, mine, mine, mine}} {
			got, conflicts := Merge(c.b, c.m, c.t)
			if d := cmp.Diff(c.wanted, got); d != "" || len(conflicts) > 0 {
				r.Fatalf("%s: %v\n%s", c.what, conflicts, d)
			}
		}
	})
}

// Who is "mine" changes only what conflicts hold.
func TestMergeIsSymmetrical(t *testing.T) {
	mirrored := 0
	rapid.Check(t, func(r *rapid.T) {
		base := record(r, "base")
		mine, theirs := edited(r, base), edited(r, base)
		ab, one := Merge(base, mine, theirs)
		ba, two := Merge(base, theirs, mine)
		if len(one) == 0 != (len(two) == 0) {
			r.Fatalf("conflicts %v and %v", one, two)
		}
		if len(one) == 0 {
			mirrored++
			if d := cmp.Diff(ab, ba); d != "" {
				r.Fatal(d)
			}
		}
		again, more := Merge(base, mine, theirs)
		if d := cmp.Diff(ab, again) + cmp.Diff(one, more); d != "" {
			r.Fatal(d)
		}
	})
	if mirrored == 0 {
		t.Error("every draw had a conflict")
	}
}

// Each value that a side brought is in the merged record, or in a conflict.
func TestMergeLosesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		base := record(r, "base")
		mine, theirs := edited(r, base), edited(r, base)
		merged, conflicts := Merge(base, mine, theirs)
		for i := range fields {
			f := &fields[i]
			if f.items == nil || f.path == "evidence" {
				continue // sources have other numbers there
			}
			for _, side := range []Record{mine, theirs} {
				for k, at := range f.align(f.items(&base), f.items(&side), true) {
					it := f.items(&side)[k]
					if at >= 0 {
						continue
					}
					if !slices.ContainsFunc(f.items(&merged), func(m item) bool { return covers(m, it) }) && !inConflict(conflicts, f.path, it) {
						r.Fatalf("%s: %q is lost\nmerged %q\nconflicts %v", f.path, it, f.items(&merged), conflicts)
					}
				}
			}
		}
	})
}

// covers reports whether an item says all that another says.
func covers(m, it item) bool {
	for k := range it {
		if it[k] != "" && it[k] != "0" && it[k] != m[k] {
			return false
		}
	}
	return true
}

func inConflict(conflicts []Conflict, path string, it item) bool {
	return slices.ContainsFunc(conflicts, func(c Conflict) bool { return strings.HasPrefix(c.Field, path) })
}

// A field is in conflict if and only if both changed it, differently.
func TestConflictIfAndOnlyIf(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		base, mine, theirs := Record{}, Record{}, Record{}
		want := map[string]bool{}
		for i := range fields {
			f := &fields[i]
			if f.items != nil {
				continue
			}
			value := rapid.SampledFrom([]string{"", "1", "2"})
			b, m, x := value.Draw(r, "base"), value.Draw(r, "mine"), value.Draw(r, "theirs")
			f.give(&base, b)
			f.give(&mine, m)
			f.give(&theirs, x)
			if b != m && b != x && m != x {
				want[f.path] = true
			}
		}
		for n, name := range []string{"Mairie", "Régie", "Fondation"} {
			role := rapid.SampledFrom([]string{"", "lead", "funder"})
			b, m, x := role.Draw(r, "base"), role.Draw(r, "mine"), role.Draw(r, "theirs")
			base.Actors = append(base.Actors, Actor{Name: name, Role: b})
			mine.Actors = append(mine.Actors, Actor{Name: name, Role: m})
			theirs.Actors = append(theirs.Actors, Actor{Name: name, Role: x})
			if b != m && b != x && m != x {
				want["actors."+itoa(n+1)+".role"] = true
			}
		}
		_, conflicts := Merge(base, mine, theirs)
		got := map[string]bool{}
		for _, c := range conflicts {
			got[c.Field] = true
		}
		if d := cmp.Diff(want, got); d != "" {
			r.Fatal(d)
		}
	})
}

func TestMergeLists(t *testing.T) {
	base := Record{
		Domains: []string{"ALI", "EMP", "LIE"},
		Actors:  []Actor{{"Ville de Romans", "local_authority", "partner"}, {"Groupe Archer", "company", ""}},
		Sources: []Source{{Title: "Un", Address: "https://un.fr/"}, {Title: "Deux", Address: "https://deux.fr"}},
		Evidence: []Evidence{
			{Claim: "Emplois créés", Unit: "emplois", Source: 2},
			{Claim: "Surface", Source: 1},
		},
	}
	cases := []struct {
		what         string
		mine, theirs func(*Record)
		want         func(*Record)
		conflicts    []Conflict
	}{
		{"both add an actor, at the same place",
			func(r *Record) { r.Actors = append(r.Actors, Actor{Name: "Zèbre"}) },
			func(r *Record) { r.Actors = append(r.Actors, Actor{Name: "Abeille"}) },
			func(r *Record) { r.Actors = append(r.Actors, Actor{Name: "Abeille"}, Actor{Name: "Zèbre"}) }, nil},
		{"both add the same actor, each knowing a part",
			func(r *Record) { r.Actors = append(r.Actors, Actor{"Ademe", "state", ""}) },
			func(r *Record) { r.Actors = slices.Insert(r.Actors, 0, Actor{"ADEME", "", "funder"}) },
			func(r *Record) { r.Actors = slices.Insert(r.Actors, 0, Actor{"Ademe", "state", "funder"}) },
			[]Conflict{{"actors.1.name", "", "Ademe", "ADEME"}}},
		{"one renames the actor whose role the other gives",
			func(r *Record) { r.Actors[1].Name = "Groupe Archer SAS" },
			func(r *Record) { r.Actors[1].Role = "lead" },
			func(r *Record) { r.Actors[1] = Actor{"Groupe Archer SAS", "company", "lead"} }, nil},
		{"one removes the actor that the other changes",
			func(r *Record) { r.Actors = r.Actors[:1] },
			func(r *Record) { r.Actors[1].Role = "lead" },
			func(r *Record) { r.Actors[1].Role = "lead" },
			[]Conflict{{"actors.2", "Groupe Archer · company", "", "Groupe Archer · company · lead"}}},
		{"one puts another domain first, the other adds one",
			func(r *Record) { r.Domains = []string{"LIE", "ALI", "EMP"} },
			func(r *Record) { r.Domains = []string{"ALI", "MOB", "EMP", "LIE"} },
			func(r *Record) { r.Domains = []string{"LIE", "ALI", "MOB", "EMP"} }, nil},
		{"each puts another domain first",
			func(r *Record) { r.Domains = []string{"LIE", "ALI", "EMP"} },
			func(r *Record) { r.Domains = []string{"EMP", "ALI", "LIE"} },
			func(r *Record) { r.Domains = []string{"LIE", "ALI", "EMP"} },
			[]Conflict{{"domains", "ALI\nEMP\nLIE", "LIE\nALI\nEMP", "EMP\nALI\nLIE"}}},
		{"sources take other places, evidence follows",
			func(r *Record) {
				r.Sources = slices.Insert(r.Sources, 0, Source{Title: "Zéro", Address: "https://zero.fr"})
				r.Evidence[0].Source, r.Evidence[1].Source = 3, 2
			},
			func(r *Record) { r.Evidence = append(r.Evidence, Evidence{Claim: "Prix", Source: 2}) },
			func(r *Record) {
				r.Sources = slices.Insert(r.Sources, 0, Source{Title: "Zéro", Address: "https://zero.fr"})
				r.Evidence[0].Source, r.Evidence[1].Source = 3, 2
				r.Evidence = append(r.Evidence, Evidence{Claim: "Prix", Source: 3})
			}, nil},
		{"one removes the source that new evidence of the other rests on",
			func(r *Record) { r.Evidence = append(r.Evidence, Evidence{Claim: "Prix", Source: 2}) },
			func(r *Record) { r.Sources, r.Evidence[0].Source = r.Sources[:1], 0 },
			func(r *Record) {
				r.Sources, r.Evidence[0].Source = r.Sources[:1], 0
				r.Evidence = append(r.Evidence, Evidence{Claim: "Prix"})
			},
			[]Conflict{{"evidence.3.source", "Deux · https://deux.fr", "Deux · https://deux.fr", ""}}},
	}
	for _, c := range cases {
		copied := func(change func(*Record)) Record {
			r, _ := Merge(Record{}, base, Record{})
			change(&r)
			return r
		}
		got, conflicts := Merge(base, copied(c.mine), copied(c.theirs))
		if d := cmp.Diff(copied(c.want), got) + cmp.Diff(c.conflicts, conflicts); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, d)
		}
	}
}

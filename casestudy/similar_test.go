package casestudy

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/territory"
)

func akinSlugs(list []Akin) []string {
	out := []string{}
	for _, a := range list {
		out = append(out, a.Entry.Slug)
	}
	return out
}

// workshop are made-up cases: the first one and others that share less and less
// with it.
func workshop() []Entry {
	one := func(slug, title string, domains, relations, forms []string, profile string, place territory.Code) Entry {
		return Entry{ID: "id-" + slug, Slug: slug, State: Published, Record: Record{Text: Text{Title: title}, Domains: domains, Relations: relations,
			Forms: forms, Actors: []Actor{{Name: "n", Profile: profile}}, Territories: []territory.Code{place}}}
	}
	return []Entry{
		one("own", "Une ressourcerie coopérative répare des vélos", []string{"EMP", "ENV"}, []string{"patronage"}, []string{"partnership"}, "company", "DEP-01"),
		one("twin", "La ressourcerie coopérative des vélos réparés", []string{"EMP", "ENV"}, []string{"patronage"}, []string{"partnership"}, "company", "DEP-01"),
		one("domains", "Un verger partagé", []string{"EMP", "ENV"}, nil, nil, "state", "DEP-05"),
		one("words", "Une ressourcerie de vélos", []string{"CUL"}, nil, nil, "state", "DEP-05"),
		one("nothing", "Un concert au village", []string{"CUL"}, nil, nil, "state", "DEP-05"),
	}
}

func TestSimilarFromTheMostAkin(t *testing.T) {
	like := func(a, b territory.Code) (float64, bool) { return 0.2, true }
	b := NewBase(workshop(), Names{})
	got := b.Similar("own", like, 9)
	if diff := cmp.Diff([]string{"twin", "domains", "words"}, akinSlugs(got)); diff != "" {
		t.Fatal(diff)
	}
	if got[0].Score <= 0.9 || got[0].Score > 1 {
		t.Errorf("the twin counts %v", got[0].Score)
	}
	ties := map[string][]string{}
	for i, tie := range got[0].Bonds {
		if ties[tie.Kind] = tie.Codes; i > 0 && tie.Weight > got[0].Bonds[i-1].Weight {
			t.Error("a weaker bond is said first")
		}
	}
	want := map[string][]string{BondDomain: {"EMP", "ENV"}, BondRelation: {"patronage"}, BondForm: {"partnership"}, BondProfile: {"company"}, BondPlace: {"DEP-01", "DEP-01"}}
	for kind, codes := range want {
		if diff := cmp.Diff(codes, ties[kind]); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
	if len(ties[BondText]) == 0 {
		t.Error("no word says why the texts are alike")
	}
	if i := slices.IndexFunc(got[1].Bonds, func(t Bond) bool { return t.Kind == BondPlace }); i >= 0 {
		t.Error("places that resemble little are no bond")
	}
}

func TestSimilarKnowsItsLimits(t *testing.T) {
	b := NewBase(workshop(), Names{})
	if got := b.Similar("own", nil, 1); len(got) != 1 || got[0].Entry.Slug != "twin" {
		t.Errorf("one is asked for: %v", akinSlugs(got))
	}
	if got := b.Similar("id-own", nil, 1); len(got) != 1 {
		t.Error("a case is known by its id too")
	}
	for _, id := range []string{"", "absent"} {
		if got := b.Similar(id, nil, 3); got != nil {
			t.Errorf("%q has similar cases", id)
		}
	}
	gone := workshop()
	gone[0].State = Archived
	if got := NewBase(gone, Names{}).Similar("own", nil, 3); got != nil {
		t.Error("a withdrawn case has similar cases")
	}
}

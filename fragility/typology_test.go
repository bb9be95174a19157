package fragility

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/territory"
)

// planted is a made-up result of 36 territories in three groups over eight
// domains: the first is more fragile in the first two, the second less fragile
// in the last two, the third stands in between. Three more are not of the
// reference set, or lack domains.
func planted() *Result {
	random := rand.New(rand.NewPCG(7, 7))
	r := &Result{Provenance: Provenance{Seed: 1, Draws: 200}}
	for i := range 39 {
		r.Units = append(r.Units, Unit{territory.Code(fmt.Sprintf("DEP-%02d", i)), i != 36})
	}
	for d := range 8 {
		p := Part{Code: string(rune('A' + d)), Kind: OfDomain, Ranked: 38}
		for i := range 39 {
			x := 50 + random.NormFloat64()
			switch {
			case i%3 == 0 && d < 2:
				x += 20
			case i%3 == 1 && d > 5:
				x -= 20
			}
			if i == 37 && d == 4 || i == 38 && d > 3 {
				x = math.NaN()
			}
			p.Cells = append(p.Cells, Cell{Score: x})
		}
		r.Parts = append(r.Parts, p)
	}
	r.Parts = append(r.Parts, Part{Code: "thin", Kind: OfDomain, Ranked: 30, Cells: slices.Clone(r.Parts[0].Cells)})
	return r.index()
}

func TestTypologyPlanted(t *testing.T) {
	r := planted()
	y := typology(r, 1.0/3)
	if y == nil {
		t.Fatal("no typology")
	}
	if d := cmp.Diff([]string{"thin"}, y.Left); d != "" || len(y.Domains) != 8 || len(y.Types) != 3 || !y.Sound {
		t.Fatalf("domains %v, left %v, %d types, sound %v, tried %+v", y.Domains, y.Left, len(y.Types), y.Sound, y.Choices)
	}
	for i, m := range y.Members[:36] {
		if want := []int{0, 2, 1}[i%3]; m.Type != want || m.Unsure || m.Placed || m.Silhouette < 0.15 || m.Next == m.Type {
			t.Errorf("territory %d: %+v; want type %d", i, m, want)
		}
	}
	for i, want := range map[int]Member{36: {Type: 0, Placed: true}, 37: {Type: 2, Placed: true}, 38: {Type: -1}} {
		if m := y.Members[i]; m.Type != want.Type || m.Placed != want.Placed || m.Unsure {
			t.Errorf("territory %d: %+v; want %+v", i, m, want)
		}
	}
	apart := []bool{true, true, false, false, false, false}
	if o := y.Types[0]; o.Size != 12 || o.Resampled < 0.99 || o.Varied != 0 || !slices.Equal(o.Apart[:6], apart) || o.Difference[0] < 1 || math.Abs(o.Mean[0]-70) > 1 {
		t.Errorf("the most fragile type: %+v", o)
	}
	if o := y.Types[2]; !o.Apart[6] || o.Difference[6] > -1 || o.Stability() != o.Resampled {
		t.Errorf("the least fragile type: %+v", o)
	}
}

// Neither the order of territories nor the seed makes other types.
func TestTypologyOrder(t *testing.T) {
	r := planted()
	want := typology(r, 1.0/3)
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(r.Units))
	mixed := &Result{Provenance: Provenance{Seed: 99, Draws: 200}}
	for _, i := range order {
		mixed.Units = append(mixed.Units, r.Units[i])
	}
	for _, p := range r.Parts {
		cells := make([]Cell, len(order))
		for at, i := range order {
			cells[at] = p.Cells[i]
		}
		p.Cells = cells
		mixed.Parts = append(mixed.Parts, p)
	}
	got := typology(mixed.index(), 1.0/3)
	for at, i := range order {
		if a, b := got.Members[at], want.Members[i]; a.Type != b.Type || a.Next != b.Next || math.Abs(a.Silhouette-b.Silhouette) > 1e-9 {
			t.Errorf("%s: %+v in another order, %+v before", r.Units[i].Code, a, b)
		}
	}
}

func TestTypologyTooFew(t *testing.T) {
	few := planted()
	for i := range few.Units[:20] {
		few.Units[i].Reference = false
	}
	narrow := planted()
	narrow.Parts = narrow.Parts[1:]
	for name, r := range map[string]*Result{"territories": few, "domains": narrow} {
		if y := typology(r, 1.0/3); y != nil {
			t.Errorf("too few %s: %+v", name, y)
		}
	}
}

// On real figures the seed changes no type, a result keeps its typology, and a
// text whose typology speaks of others is refused.
func TestTypologyReal(t *testing.T) {
	shared := realResult(t, territory.Departement)
	copied := *shared
	r, want := copied.index(), shared.Typology
	if want == nil || want.Methods == 0 {
		t.Fatalf("typology %+v", want)
	}
	for _, seed := range []uint64{5, 77} {
		r.Provenance.Seed = seed
		got := typology(r, 1.0/3)
		for i, m := range got.Members {
			if m.Type != want.Members[i].Type {
				t.Errorf("seed %d: %s in type %d, not %d", seed, r.Units[i].Code, m.Type, want.Members[i].Type)
			}
		}
	}
	raw, err := Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(raw)
	if err != nil || cmp.Diff(want, back.Typology) != "" {
		t.Errorf("decoded (%v): %s", err, cmp.Diff(want, back.Typology))
	}
	wrong := *want
	wrong.Members = slices.Clone(want.Members)
	wrong.Members[0].Type = len(wrong.Types)
	r.Typology = &wrong
	if raw, err = Encode(r); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(raw); err == nil {
		t.Error("a type that does not exist passes")
	}
	if y := realResult(t, territory.Region).Typology; y != nil {
		t.Errorf("thirteen regions have %d types", len(y.Types))
	}
}

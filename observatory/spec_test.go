package observatory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/fragility"
	"vigie/index"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/territory"
)

// doubled is the embedded specification with employment counting twice.
func doubled(t testing.TB) []byte {
	t.Helper()
	text, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	text, err = index.Amend("fragility.toml", text, index.Amendment{Version: "double", Weights: map[string]float64{"EMP": 2}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestEffect doubles the weight of a domain: the effect is what the published
// results give under these weights, and what Compute gives.
func TestEffect(t *testing.T) {
	w := observatorytest.Copy(t)
	before := time.Now()
	row, err := w.Effect(t.Context(), doubled(t), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("effect in %v", time.Since(before))
	if row.Ground != observatory.OnEdition || row.Edition != "2026-1" {
		t.Errorf("effect on %s of %s", row.Ground, row.Edition)
	}
	_, effect, err := observatory.KeptEffect(t.Context(), w.DB, row.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(effect.Tiers) != 3 {
		t.Fatalf("%d tiers", len(effect.Tiers))
	}
	content := observatorytest.Content(t)
	for _, tier := range effect.Tiers {
		sameAsReweighed(t, tier, content.Fragility[tier.Level], func() (*fragility.Reweighed, error) {
			return content.Reweigh(tier.Level, map[string]float64{"EMP": 2})
		})
		for _, p := range tier.Parts {
			if p.Kind == fragility.OfDomain && (p.Moved > 0 || p.Classes > 0) {
				t.Errorf("%s: %s moves", tier.Level, p.Code)
			}
		}
	}
	again, err := w.Effect(t.Context(), doubled(t), observatory.OnToday)
	if err != nil || again.Ground != observatory.OnToday {
		t.Fatalf("the effect on the data of today: %+v, %v", again, err)
	}
	_, today, err := observatory.KeptEffect(t.Context(), w.DB, again.ID)
	if err != nil || len(today.Tiers) != 3 || !slices.Equal(today.Tiers[0].Parts[0].NewPlace, effect.Tiers[0].Parts[0].NewPlace) {
		t.Errorf("the data are the same: the effect is not (%v)", err)
	}
	if twice, err := w.Effect(t.Context(), doubled(t), ""); err != nil || twice.ID != row.ID || twice.Artifact != row.Artifact {
		t.Errorf("the same effect has other bytes: %v", err)
	}
	if rows, err := w.DB.Editions(t.Context()); err != nil || len(rows) != 1 {
		t.Errorf("%d editions, %v", len(rows), err)
	}
}

// sameAsReweighed compares the overall index of a tier.
func sameAsReweighed(t *testing.T, tier *fragility.Shift, was *fragility.Result, reweigh func() (*fragility.Reweighed, error)) {
	t.Helper()
	p := tier.Part(fragility.Overall)
	want, err := reweigh()
	if fault.KindOf(err) == fault.NotFound {
		if p.Of > 0 {
			t.Errorf("%s: an overall index that the edition has not", tier.Level)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	moved, classes, beyond, of := 0, 0, 0, 0
	for i, u := range was.Units {
		a, b := was.Part(fragility.Overall).Cells[i], want.Index.Cells[i]
		if tier.Units[i] != u.Code || p.OldPlace[i] != a.Place || p.NewPlace[i] != b.Place || p.NewClass[i] != b.Step || p.Lo[i] != a.Lo {
			t.Errorf("%s %s: from %d to %d, class %d; want from %d to %d, class %d", tier.Level, u.Code, p.OldPlace[i], p.NewPlace[i], p.NewClass[i], a.Place, b.Place, b.Step)
		}
		if !u.Reference || !a.OK() || !b.OK() {
			continue
		}
		of += 1
		if a.Place != b.Place {
			moved++
		}
		if a.Step != b.Step {
			classes++
		}
		if b.Place < a.Lo || b.Place > a.Hi {
			beyond++
		}
	}
	if p.Of != of || p.Moved != moved || p.Classes != classes || p.Beyond != beyond || moved == 0 {
		t.Errorf("%s: of %d, moved %d, classes %d, beyond %d; want %d, %d, %d, %d", tier.Level, p.Of, p.Moved, p.Classes, p.Beyond, of, moved, classes, beyond)
	}
	t.Logf("%s: %d of %d move, %d classes, %d beyond the interval, %d pages", tier.Level, moved, of, classes, beyond, len(tier.Changed()))
}

// TestEffectAsComputed computes a specification that changes scales, means and
// indicators, with few draws, and finds the places of its effect.
func TestEffectAsComputed(t *testing.T) {
	w := observatorytest.Copy(t)
	text, err := index.Amend("fragility.toml", doubled(t), index.Amendment{Normalisation: "zscore", Aggregation: "geometric", Without: []string{"emp_activity_rate"}})
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.NewReplacer("draws = 1000", "draws = 20", "sobol_rows = 1024", "sobol_rows = 0").Replace(string(text)))
	row, err := w.Effect(t.Context(), text, "")
	if err != nil {
		t.Fatal(err)
	}
	_, effect, err := observatory.KeptEffect(t.Context(), w.DB, row.ID)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := w.Compute(t.Context(), text)
	if err != nil || len(rows) != len(effect.Tiers) {
		t.Fatalf("%d tiers, %v", len(rows), err)
	}
	for k, tier := range effect.Tiers {
		b, err := w.DB.Artifact(t.Context(), rows[k].Result)
		if err != nil {
			t.Fatal(err)
		}
		r, err := fragility.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Parts {
			q := tier.Part(p.Code)
			for i, c := range p.Cells {
				if q.NewPlace[i] != c.Place || q.NewClass[i] != c.Step || c.OK() && float64(q.NewScore[i]) != c.Score {
					t.Fatalf("%s %s %s: %d, %d; want %d, %d", tier.Level, p.Code, tier.Units[i], q.NewPlace[i], q.NewClass[i], c.Place, c.Step)
				}
			}
		}
	}
	all, err := w.KeptComputations(t.Context())
	if err != nil || len(all) != 6 {
		t.Fatalf("%d computations, %v", len(all), err)
	}
	for i, c := range all {
		if want := []string{observatory.StaleSpec}; c.Newest != (i < 3) || c.Newest && !slices.Equal(c.Why, want) || !c.Newest && c.Stale() {
			t.Errorf("computation %d: %+v", i, c)
		}
	}
}

func TestKeepSpec(t *testing.T) {
	w := observatorytest.Copy(t)
	if s, _, err := w.CurrentSpec(t.Context()); err != nil || s.ID != observatory.EmbeddedSpec || s.Version != "2026.1" {
		t.Errorf("CurrentSpec = %+v, %v", s, err)
	}
	if all, err := w.KeptComputations(t.Context()); err != nil || len(all) != 3 || all[0].Stale() || all[2].Stale() || all[0].SpecIDs[0] != observatory.EmbeddedSpec {
		t.Errorf("computations = %+v, %v", all, err)
	}
	wrong, err := w.DB.PutSpec(t.Context(), store.SpecInput{Name: "Fautive", Text: []byte("version = \"1\"\nwieght = 2\n"), By: w.By}, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.KeepSpec(t.Context(), wrong.ID, 1, ""); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a specification with a fault is kept: %v", err)
	}
	good, err := w.DB.PutSpec(t.Context(), store.SpecInput{Name: "Emploi deux fois", Text: doubled(t), By: w.By}, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.KeepSpec(t.Context(), good.ID, 1, ""); err != nil {
		t.Fatal(err)
	}
	if s, text, err := w.CurrentSpec(t.Context()); err != nil || s.ID != good.ID || string(text) != string(doubled(t)) || !s.Current {
		t.Errorf("CurrentSpec = %+v, %v", s, err)
	}
	if all, err := w.KeptComputations(t.Context()); err != nil || !slices.Equal(all[0].Why, []string{observatory.StaleSpec}) {
		t.Errorf("computations = %+v, %v", all, err)
	}
	if row, err := w.KeepSpec(t.Context(), observatory.EmbeddedSpec, 0, "Spécification embarquée"); err != nil || row.Turn != 2 {
		t.Errorf("back to the embedded specification: %+v, %v", row, err)
	}
	all, err := w.Specifications(t.Context())
	if err != nil || len(all) != 5 || all[1].Edition != "2026-1" || all[0].Current || all[1].File != all[0].File {
		t.Errorf("Specifications = %+v, %v", all, err)
	}
}

func TestReadSpec(t *testing.T) {
	w := observatorytest.New(observatorytest.DB(t))
	text, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	good, err := w.ReadSpec(t.Context(), text)
	if err != nil || good.Faults != nil || len(good.Domains) != 16 || len(good.Spec.Indicators) != 38 || len(good.Catalogue) < 38 {
		t.Errorf("ReadSpec = %+v, %v", good.Faults, err)
	}
	for name, c := range map[string]struct {
		old, new string
		line     int
		said     string
	}{
		"bad TOML":          {"allow_response = false", "allow_response = ", 11, "illisible"},
		"unknown key":       {"allow_response = false", "alow = false", 11, "alow"},
		"unknown indicator": {"emp_activity_rate", "emp_inconnu", 20, "emp_inconnu"},
		"unknown domain":    {`"emp_activity_rate", parent = "EMP"`, `"emp_activity_rate", parent = "XYZ"`, 20, "XYZ"},
		"unknown method":    {`method = "minmax"`, `method = "cube"`, 104, "cube"},
		"a parent above":    {"[output]", "[[element]]\ncode = \"EMP\"\nparent = \"EMP\"\n\n[output]", 149, "EMP"},
		"not for a place":   {`code = "emp_activity_rate",`, `code = "emp_activity_rate", column = "x",`, 20, "catalogue"},
	} {
		r, err := w.ReadSpec(t.Context(), []byte(strings.Replace(string(text), c.old, c.new, 1)))
		if err != nil || len(r.Faults) == 0 {
			t.Errorf("%s: no fault (%v)", name, err)
			continue
		}
		if f := r.Faults[0]; f.Line != c.line || !strings.Contains(f.What+f.Do, c.said) {
			t.Errorf("%s: %+v; want line %d", name, f, c.line)
		}
	}
	tiers, err := w.TrySpec(t.Context(), text)
	if err != nil || len(tiers) != 3 || tiers[0].Level != territory.Region || tiers[0].Used+len(tiers[0].Absent) != 38 {
		t.Errorf("TrySpec = %+v, %v", tiers, err)
	}
}

package observatory_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/data"
	"vigie/edition"
	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// numbers lists the public editions at an instant.
func numbers(t *testing.T, lib *observatory.Library, now time.Time) []string {
	t.Helper()
	rows, err := lib.Public(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Number)
	}
	return out
}

// TestEmbargo: before its instant an edition answers like one that does not
// exist and its predecessor does not name it; at its instant it is there. The
// clock jumps both ways, over a night that has an hour twice.
func TestEmbargo(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	paris := time.FixedZone("", 3600)
	embargo := time.Date(2026, 10, 25, 2, 30, 0, 0, paris) // the second 2:30 of that night
	if _, err := w.Publish(t.Context(), observatory.Publishing{Date: "2026-10-25", Embargo: embargo}); err != nil {
		t.Fatal(err)
	}
	lib := observatory.NewLibrary(w.DB)
	_, missing := lib.Edition(t.Context(), "2026-9", embargo)
	for _, now := range []time.Time{observatorytest.Now, embargo.Add(-24 * time.Hour), embargo.Add(-time.Hour), embargo.Add(-time.Nanosecond)} {
		if got := numbers(t, lib, now); !slices.Equal(got, []string{"2026-1"}) {
			t.Errorf("at %v: %v is public", now, got)
		}
		c, err := lib.Edition(t.Context(), "", now)
		if err != nil {
			t.Fatal(err)
		}
		if c.Manifest.Number != "2026-1" || c.Superseded != "" {
			t.Errorf("at %v: edition %s, superseded by %q", now, c.Manifest.Number, c.Superseded)
		}
		_, err = lib.Edition(t.Context(), "2026-2", now)
		refused(t, err, fault.NotFound)
		if strings.ReplaceAll(err.Error(), "2026-2", "2026-9") != missing.Error() {
			t.Errorf("under embargo: %q; missing: %q", err, missing)
		}
	}
	for _, now := range []time.Time{embargo, embargo.Add(time.Nanosecond), embargo.Add(400 * 24 * time.Hour)} {
		if got := numbers(t, lib, now); !slices.Equal(got, []string{"2026-2", "2026-1"}) {
			t.Errorf("at %v: %v is public", now, got)
		}
		c, err := lib.Edition(t.Context(), "", now)
		if err != nil || c.Manifest.Number != "2026-2" || c.Manifest.Supersedes != "2026-1" {
			t.Errorf("at %v: %v, %v", now, c.Manifest, err)
		}
		if c, err = lib.Edition(t.Context(), "2026-1", now); err != nil || c.Superseded != "2026-2" {
			t.Errorf("at %v: 2026-1 is superseded by %q, %v", now, c.Superseded, err)
		}
	}
	if got := numbers(t, lib, embargo.Add(-time.Second)); !slices.Equal(got, []string{"2026-1"}) {
		t.Errorf("the clock set back: %v is public", got)
	}
}

// TestEmbargoOrder: an edition cannot be public before the one it replaces,
// whose existence it would tell.
func TestEmbargoOrder(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	embargo := observatorytest.Now.Add(48*time.Hour + 300*time.Millisecond)
	row, err := w.Publish(t.Context(), observatory.Publishing{Date: "2026-03-14", Embargo: embargo})
	if err != nil {
		t.Fatal(err)
	}
	if row.EmbargoAt.Before(embargo) {
		t.Errorf("kept until %v although asked until %v", row.EmbargoAt, embargo)
	}
	_, err = w.Publish(t.Context(), observatory.Publishing{Date: "2026-03-13", Embargo: embargo.Add(-24 * time.Hour)})
	refused(t, err, fault.Conflict, "2026-2", "embargo")
	if _, err := w.Publish(t.Context(), observatory.Publishing{Date: "2026-03-14", Embargo: row.EmbargoAt}); err != nil {
		t.Errorf("at the same instant: %v", err)
	}
}

// TestNumbers: a number is used once, the next one is found, a bad one or a bad
// day is refused; a refusal leaves no edition.
func TestNumbers(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	cases := []struct {
		in   observatory.Publishing
		kind fault.Kind
		word string
	}{
		{observatory.Publishing{Number: "2026-1", Date: observatorytest.Day}, fault.Conflict, "2026-2"},
		{observatory.Publishing{Number: "première", Date: observatorytest.Day}, fault.Invalid, "2026-1"},
		{observatory.Publishing{Number: "2026-2", Date: "12 mars"}, fault.Invalid, "jour"},
		{observatory.Publishing{Date: ""}, fault.Invalid, ""},
	}
	for _, k := range cases {
		k.in.Embargo = observatorytest.Now
		_, err := w.Publish(t.Context(), k.in)
		refused(t, err, k.kind, k.word)
	}
	all, err := w.DB.Editions(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%d editions, %v; want the first one only", len(all), err)
	}
	for i, day := range []string{"2026-12-31", "2027-01-01", "2027-01-02"} {
		row, err := w.Publish(t.Context(), observatory.Publishing{Date: day, Embargo: observatorytest.Now})
		if want := []string{"2026-2", "2027-1", "2027-2"}[i]; err != nil || row.Number != want {
			t.Errorf("published on %s: %s, %v; want %s", day, row.Number, err, want)
		}
	}
}

// changedRegions is the regional table with another unemployment rate for one
// region at one quarter.
func changedRegions(t testing.TB) []byte {
	t.Helper()
	text, err := data.Read("starter/observations_region.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	const was = "emp_unemployment_rate,REG-44,"
	at := bytes.LastIndex(text, []byte(was))
	if at < 0 {
		t.Fatal("the starter has no such line")
	}
	end := at + bytes.IndexByte(text[at:], '\n')
	fields := strings.Split(string(text[at:end]), ",")
	fields[3] = "19.9"
	return slices.Concat(text[:at], []byte(strings.Join(fields, ",")), text[end:])
}

// importRegions imports a regional table.
func importRegions(t testing.TB, w *observatory.Walk, fileName string, file []byte) store.DatasetRow {
	t.Helper()
	row, _, err := w.Import(t.Context(), observatory.Importing{Description: embedded(t, "source/vigie_starter_region.toml"), FileName: fileName, File: bytes.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func compute(ctx context.Context, w *observatory.Walk) error {
	spec, err := observatory.StarterSpec(false)
	if err == nil {
		_, err = w.Compute(ctx, spec)
	}
	return err
}

// TestSupersede: data and a list change, an edition replaces the first and says
// what changed; the first stays as it was, byte for byte and figure for figure.
func TestSupersede(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	first := observatorytest.Content(t)
	importRegions(t, w, "observations_region.csv", changedRegions(t))
	_, err := w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now})
	refused(t, err, fault.Conflict, "vigie compute")

	list := bytes.Replace(embedded(t, "taxonomy/domain.csv"), []byte("Niveau de vie & pouvoir d'achat"), []byte("Revenus & pouvoir d'achat"), 1)
	if _, fresh, err := w.ImportTaxonomy(t.Context(), "domain.csv", list); err != nil || !fresh {
		t.Fatalf("%v, %v", fresh, err)
	}
	if err := compute(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	row, err := w.Publish(t.Context(), observatory.Publishing{Date: "2026-04-01", Embargo: observatorytest.Now})
	if err != nil {
		t.Fatal(err)
	}
	if row.Number != "2026-2" || row.Supersedes != "2026-1" {
		t.Errorf("%s supersedes %q", row.Number, row.Supersedes)
	}
	said := ""
	for _, c := range row.Changes {
		said += c.Kind + " : " + c.WhatFR + "\n"
		if c.WhatEN == "" || c.WhatFR == c.WhatEN {
			t.Errorf("in English: %q", c.WhatEN)
		}
	}
	for _, want := range []string{"Jeu de départ de Vigie : régions", "Domaines", "changent de classe"} {
		if !strings.Contains(said, want) {
			t.Errorf("the changes do not say %q:\n%s", want, said)
		}
	}
	for _, other := range []string{"vigie_starter_commune", "première", "EPCI", "indicators"} {
		if strings.Contains(said, other) {
			t.Errorf("the changes speak of %q:\n%s", other, said)
		}
	}
	lib := observatory.NewLibrary(w.DB)
	now, err := lib.Edition(t.Context(), "", observatorytest.Now)
	if err != nil {
		t.Fatal(err)
	}
	before, err := lib.Edition(t.Context(), "2026-1", observatorytest.Now)
	if err != nil {
		t.Fatal(err)
	}
	if before.ID != first.ID || before.Superseded != "2026-2" {
		t.Errorf("the first edition is %s, superseded by %q; it was %s", before.ID, before.Superseded, first.ID)
	}
	checkSuperseded(t, before, now)
}

// checkSuperseded compares what the two editions publish.
func checkSuperseded(t *testing.T, before, now *edition.Content) {
	t.Helper()
	a, _ := before.Latest("emp_unemployment_rate", "REG-44")
	b, _ := now.Latest("emp_unemployment_rate", "REG-44")
	if a.X == b.X || b.X != 19.9 {
		t.Errorf("REG-44: %v before, %v now", a.X, b.X)
	}
	if d, _ := before.Term("domain", "NIV"); !strings.Contains(d.LabelFR, "Niveau de vie") {
		t.Errorf("before: %q", d.LabelFR)
	}
	if d, _ := now.Term("domain", "NIV"); d.LabelFR != "Revenus & pouvoir d'achat" {
		t.Errorf("now: %q", d.LabelFR)
	}
	if a, b := before.Standing("REG-44", "EMP"), now.Standing("REG-44", "EMP"); a.Score >= b.Score {
		t.Errorf("REG-44, employment: %v before, %v now; want more", a.Score, b.Score)
	}
	if a, b := before.Standing("DEP-08", "EMP"), now.Standing("DEP-08", "EMP"); a != b {
		t.Errorf("DEP-08 moved: %+v before, %+v now", a, b)
	}
}

// TestNewest: the last one imported, the last one computed is what an edition
// publishes, within one second too, and also when it was there before.
func TestNewest(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	part := func(role, name string) edition.Part {
		t.Helper()
		row, err := w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now})
		if err != nil {
			t.Fatal(err)
		}
		b, err := w.DB.Artifact(t.Context(), row.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		m, err := edition.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := m.Part(role, name)
		return p
	}
	first, _ := observatorytest.Content(t).Manifest.Part(edition.RoleObservation, "vigie_starter_region")
	other := importRegions(t, w, "observations_region.csv", changedRegions(t))
	if err := compute(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if p := part(edition.RoleObservation, "vigie_starter_region"); p.Dataset != other.ID {
		t.Errorf("imported %s within the second; published %s", other.ID, p.Dataset)
	}
	if back := importRegions(t, w, "observations_region.csv.gz", embedded(t, "starter/observations_region.csv.gz")); back.ID != first.Dataset {
		t.Fatalf("the same bytes are another dataset: %s; want %s", back.ID, first.Dataset)
	}
	if err := compute(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if p := part(edition.RoleObservation, "vigie_starter_region"); p.Dataset != first.Dataset {
		t.Errorf("imported %s again; published %s", first.Dataset, p.Dataset)
	}

	spec, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	mine := bytes.Replace(spec, []byte(`version = "2026.1"`), []byte(`version = "mine"`), 1)
	mine = bytes.Replace(mine, []byte("draws = 1000"), []byte("draws = 50"), 1)
	for _, s := range [][]byte{mine, spec} {
		if _, err := w.Compute(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if p := part(edition.RoleSpec, "fragility"); p.Artifact != store.ArtifactID(s) {
			t.Errorf("the edition publishes another specification than the last one computed")
		}
	}
}

// TestNothingToCompute says what to do on an empty observatory.
func TestNothingToCompute(t *testing.T) {
	db, err := store.Init(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := observatorytest.New(db)
	refused(t, compute(t.Context(), w), fault.Conflict, "vigie import")
	_, err = w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now})
	refused(t, err, fault.Conflict, "vigie compute")
	_, err = observatory.NewLibrary(db).Edition(t.Context(), "", observatorytest.Now)
	refused(t, err, fault.NotFound, "vigie publish")
}

// TestLibrary: an edition is loaded once, however many ask at the same time.
func TestLibrary(t *testing.T) {
	lib := observatory.NewLibrary(observatorytest.DB(t))
	var all sync.WaitGroup
	got := make([]*edition.Content, 16)
	for i := range got {
		all.Go(func() {
			var err error
			if got[i], err = lib.Edition(t.Context(), "", observatorytest.Now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, c := range got {
		if c != got[0] {
			t.Error("loaded more than once")
		}
	}
}

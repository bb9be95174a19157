package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

func syntheticTaxonomy() store.TaxonomyInput {
	return store.TaxonomyInput{
		Name: "domain", LabelFR: "Domaines", LabelEN: "Domains", Source: "[SEED]", File: []byte("v1"), CreatedAt: at, By: actor,
		Terms: []store.TermRow{
			{Code: "SAN", LabelFR: "Santé", LabelEN: "Health", Status: "ours", Parent: "social", Attributes: []byte(`{"odd": "3"}`)},
			{Code: "OLD", LabelFR: "Ancien", LabelEN: "Old", Status: "ours", ValidTo: "2026-01-01", Attributes: []byte(`{}`)},
			{Code: "EMP", LabelFR: "Emploi", LabelEN: "Work", Status: "pub", Source: "[PC1]", ValidFrom: "2026-01-01", Attributes: []byte(`{}`)},
		},
	}
}

func TestTaxonomy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		in := syntheticTaxonomy()
		for i, want := range []bool{true, false} {
			if fresh, err := db.PutTaxonomy(t.Context(), in); err != nil || fresh != want {
				t.Fatalf("PutTaxonomy #%d = %v, %v; want %v", i, fresh, err, want)
			}
		}
		terms, err := db.Terms(t.Context(), "domain", at)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]store.TermRow{in.Terms[0], in.Terms[2]}, terms); d != "" {
			t.Errorf("Terms in 2026: %s", d)
		}
		terms, err = db.Terms(t.Context(), "domain", at.AddDate(-1, 0, 0))
		if err != nil || len(terms) != 2 || terms[1].Code != "OLD" {
			t.Errorf("Terms in 2025 = %v, %v; want SAN and OLD", terms, err)
		}
		in.File, in.Terms, in.LabelFR = []byte("v2"), in.Terms[:1], "Domaines d’action"
		if fresh, err := db.PutTaxonomy(t.Context(), in); err != nil || !fresh {
			t.Fatalf("PutTaxonomy of other bytes = %v, %v; want fresh", fresh, err)
		}
		all, err := db.Taxonomies(t.Context())
		want := []store.TaxonomyRow{{"domain", "Domaines d’action", "Domains", 2, "[SEED]", store.ArtifactID(in.File), kept}}
		if d := cmp.Diff(want, all); err != nil || d != "" {
			t.Errorf("Taxonomies: %v %s", err, d)
		}
		if terms, err := db.Terms(t.Context(), "domain", at); err != nil || len(terms) != 1 {
			t.Errorf("Terms of version 2 = %d, %v; want 1", len(terms), err)
		}
	})
}

func TestPutTaxonomyRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for name, spoil := range map[string]func(*store.TaxonomyInput){
			"no term":    func(in *store.TaxonomyInput) { in.Terms = nil },
			"duplicate":  func(in *store.TaxonomyInput) { in.Terms[1].Code = "SAN" },
			"attributes": func(in *store.TaxonomyInput) { in.Terms[1].Attributes = []byte("{") },
		} {
			in := syntheticTaxonomy()
			spoil(&in)
			if _, err := db.PutTaxonomy(t.Context(), in); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: PutTaxonomy = %v; want Invalid", name, err)
			}
		}
		if all, err := db.Taxonomies(t.Context()); err != nil || len(all) > 0 {
			t.Errorf("Taxonomies after refusals = %v, %v; want none", all, err)
		}
	})
}

func TestComputation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var ids []string
		for n := range 2 {
			row, _, err := db.PutDataset(t.Context(), synthetic(n))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, row.ID)
		}
		in := store.ComputationInput{
			Level: "region", Spec: []byte("spec"), Datasets: ids, Seed: 1<<64 - 1, CodeVersion: "0.1.0",
			Result: []byte("{}"), CreatedAt: at, By: actor,
		}
		row, fresh, err := db.PutComputation(t.Context(), in)
		if err != nil || !fresh {
			t.Fatalf("PutComputation = %v, %v; want fresh", fresh, err)
		}
		if row.ID != in.ID() || row.Seed != in.Seed || row.CreatedAt != kept || row.Result != store.ArtifactID(in.Result) {
			t.Errorf("PutComputation = %+v; want the fields of %+v", row, in)
		}
		in.Datasets = []string{ids[1], ids[0]}
		again, fresh, err := db.PutComputation(t.Context(), in)
		if d := cmp.Diff(row, again); err != nil || fresh || d != "" {
			t.Errorf("PutComputation in another order = %v, %v; want the same: %s", fresh, err, d)
		}
		in.Seed, in.CreatedAt = 7, at.Add(time.Hour)
		newer, _, err := db.PutComputation(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		all, err := db.Computations(t.Context(), "region")
		if d := cmp.Diff([]store.ComputationRow{newer, row}, all); err != nil || d != "" {
			t.Errorf("Computations: %v %s", err, d)
		}
		in.Datasets = []string{ids[0], store.ArtifactID(nil)}
		if _, _, err := db.PutComputation(t.Context(), in); fault.KindOf(err) != fault.NotFound {
			t.Errorf("PutComputation on an unknown dataset = %v; want NotFound", err)
		}
		in.Datasets = nil
		if _, _, err := db.PutComputation(t.Context(), in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("PutComputation on nothing = %v; want Invalid", err)
		}
		if _, err := db.Computation(t.Context(), in.ID()); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Computation(unknown) = %v; want NotFound", err)
		}
	})
}

func syntheticEdition(number, supersedes string, embargo time.Time) store.EditionInput {
	return store.EditionInput{
		Number: number, Title: "Édition " + number, PublishedAt: "2026-03-12", EmbargoAt: embargo,
		Manifest: []byte(`{"number": "` + number + `"}`), Supersedes: supersedes, CreatedAt: at, By: actor,
		Changes: []store.EditionChange{{"first", "première", "first"}, {"series", "une série", "one series"}, {"score", "", ""}},
	}
}

func TestEdition(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		first, err := db.PutEdition(t.Context(), syntheticEdition("2026-9", "", at))
		if err != nil {
			t.Fatal(err)
		}
		want := store.EditionRow{
			Number: "2026-9", Title: "Édition 2026-9", PublishedAt: "2026-03-12", EmbargoAt: kept,
			Manifest: store.ArtifactID([]byte(`{"number": "2026-9"}`)), CreatedAt: kept,
			Changes: syntheticEdition("", "", at).Changes,
		}
		if d := cmp.Diff(want, first); d != "" {
			t.Error(d)
		}
		in := syntheticEdition("2026-10", "2026-9", at)
		in.Changes = nil
		second, err := db.PutEdition(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		third, err := db.PutEdition(t.Context(), syntheticEdition("2026-2", "", at.Add(time.Second)))
		if err != nil {
			t.Fatal(err)
		}
		first.SupersededBy = "2026-10"
		all, err := db.Editions(t.Context())
		if d := cmp.Diff([]store.EditionRow{third, second, first}, all); err != nil || d != "" {
			t.Errorf("Editions: %v %s", err, d)
		}
		if _, err := db.Edition(t.Context(), "1999-1"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Edition(unknown) = %v; want NotFound", err)
		}
	})
}

func TestPutEditionRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, in := range []store.EditionInput{syntheticEdition("2026-1", "", at), syntheticEdition("2026-2", "2026-1", at)} {
			if _, err := db.PutEdition(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		before, err := db.Editions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		day := syntheticEdition("2026-3", "", at)
		day.PublishedAt = "12 mars 2026"
		cases := []struct {
			name string
			in   store.EditionInput
			kind fault.Kind
			do   string
		}{
			{"existing number", syntheticEdition("2026-1", "", at), fault.Conflict, "choisissez le numéro suivant, 2026-2"},
			{"already superseded", syntheticEdition("2026-3", "2026-1", at), fault.Conflict, "2026-2"},
			{"supersedes nothing", syntheticEdition("2026-3", "2025-1", at), fault.NotFound, "donnez"},
			{"supersedes itself", syntheticEdition("2026-3", "2026-3", at), fault.NotFound, "donnez"},
			{"no number", syntheticEdition("", "", at), fault.Invalid, "2026-1"},
			{"day", day, fault.Invalid, "2026-03-12"},
		}
		for _, c := range cases {
			_, err := db.PutEdition(t.Context(), c.in)
			if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(fault.Do(err), c.do) {
				t.Errorf("%s: PutEdition = %v, do %q; want kind %d, do %q", c.name, err, fault.Do(err), c.kind, c.do)
			}
		}
		after, err := db.Editions(t.Context())
		if d := cmp.Diff(before, after); err != nil || d != "" {
			t.Errorf("Editions after refusals: %v %s", err, d)
		}
	})
}

func TestReport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		in := store.ReportInput{
			Edition: "2026-1", Territory: "REG-84", Kind: "report", Lang: "fr", Document: "d1", PDF: []byte("%PDF-1"), CreatedAt: at,
		}
		if err := db.PutReport(t.Context(), in); fault.KindOf(err) != fault.NotFound {
			t.Errorf("PutReport without an edition = %v; want NotFound", err)
		}
		if _, err := db.PutEdition(t.Context(), syntheticEdition("2026-1", "", at)); err != nil {
			t.Fatal(err)
		}
		for _, document := range []string{"d1", "d2"} {
			in.Document, in.PDF = document, []byte("%PDF-"+document)
			if err := db.PutReport(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		row, err := db.Report(t.Context(), "2026-1", "REG-84", "report", "fr")
		want := store.ReportRow{"2026-1", "REG-84", "report", "fr", "d2", store.ArtifactID(in.PDF), len(in.PDF), kept}
		if d := cmp.Diff(want, row); err != nil || d != "" {
			t.Errorf("Report: %v %s", err, d)
		}
		in.Territory = "DEP-2A"
		if err := db.PutReport(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		all, err := db.Reports(t.Context(), "2026-1")
		if err != nil || len(all) != 2 || all[0].Territory != "DEP-2A" {
			t.Errorf("Reports = %v, %v; want DEP-2A then REG-84", all, err)
		}
		if _, err := db.Report(t.Context(), "2026-1", "REG-84", "note", "fr"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Report(absent) = %v; want NotFound", err)
		}
	})
}

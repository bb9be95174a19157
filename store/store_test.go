package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/dataset"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

// at is the instant of every write of these tests, with a zone and a fraction
// that the store must not keep.
var at = time.Date(2026, 3, 12, 9, 30, 0, 987654321, time.FixedZone("", 3600))

const actor = journal.Actor("local:essai")

var kept = time.Date(2026, 3, 12, 8, 30, 0, 0, time.UTC)

// synthetic returns an import of made-up values; n makes it another one.
func synthetic(n int) store.DatasetInput {
	return store.DatasetInput{
		Name: "synthetic", Kind: store.Observation, Source: "Source synthétique", Description: []byte("name = \"synthetic\"\n"),
		FileName: "été.csv", File: bytes.NewReader(fileText(n)),
		Table: dataset.NewTable([]dataset.Observation{
			{Indicator: "synthetic", Territory: "REG-84", Period: "2022", X: float64(n), Status: dataset.Normal, Line: 2},
			{Indicator: "synthetic", Territory: "REG-11", Period: "2021", X: math.NaN(), Status: dataset.Secret, Line: 3},
		}),
		Note: []byte(`{"unknown": []}`), ImportedAt: at, By: actor,
	}
}

// fileText is the raw file of the n-th synthetic import.
func fileText(n int) []byte {
	return fmt.Appendf(nil, "indicator;territory;value\nsynthetic;REG-84;%d\n", n)
}

func TestPutDataset(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		in := synthetic(1)
		row, fresh, err := db.PutDataset(t.Context(), in)
		if err != nil || !fresh {
			t.Fatalf("PutDataset = fresh %v, %v; want fresh", fresh, err)
		}
		want := store.DatasetRow{
			ID: row.ID, Name: "synthetic", Kind: store.Observation, Source: store.ArtifactID(in.Description),
			SourceName: "Source synthétique", FileName: "été.csv", File: store.ArtifactID(fileText(1)), Observations: row.Observations,
			Rows: 2, PeriodFirst: "2021", PeriodLast: "2022", Note: in.Note, ImportedAt: kept,
		}
		if d := cmp.Diff(want, row); d != "" {
			t.Error(d)
		}
		table, err := db.Table(t.Context(), row)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(in.Table, table, cmpopts.EquateNaNs()); d != "" {
			t.Error(d)
		}
		for id, want := range map[string][]byte{row.File: fileText(1), row.Source: in.Description} {
			if b, err := db.Artifact(t.Context(), id); err != nil || !bytes.Equal(b, want) {
				t.Errorf("Artifact(%s) = %q, %v; want %q", id, b, err, want)
			}
		}
	})
}

func TestPutDatasetTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		first, _, err := db.PutDataset(t.Context(), synthetic(1))
		if err != nil {
			t.Fatal(err)
		}
		in := synthetic(1)
		in.FileName, in.ImportedAt = "copie.csv", at.Add(time.Hour)
		again, fresh, err := db.PutDataset(t.Context(), in)
		if err != nil || fresh {
			t.Errorf("PutDataset again = fresh %v, %v; want an old one", fresh, err)
		}
		if d := cmp.Diff(first, again); d != "" {
			t.Error(d)
		}
		in = synthetic(1)
		in.Description = []byte("name = \"other\"\n")
		other, fresh, err := db.PutDataset(t.Context(), in)
		if err != nil || !fresh || other.ID == first.ID {
			t.Errorf("PutDataset under another description = fresh %v, %v; want another dataset", fresh, err)
		}
	})
}

func TestDatasets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		put := func(name string, kind store.DatasetKind, hours int) string {
			in := synthetic(hours)
			in.Name, in.Kind, in.ImportedAt = name, kind, at.Add(time.Duration(hours)*time.Hour)
			if kind != store.Observation {
				in.Table, in.Rows, in.Note = nil, 7, nil
			}
			row, _, err := db.PutDataset(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			return row.ID
		}
		// Upper case before lower case before accents, on both engines.
		oldB, e, b, c, f := put("b", store.Observation, 1), put("é", store.Observation, 1), put("b", store.Observation, 2),
			put("C", store.Observation, 1), put("communes", store.Territory, 1)
		for _, g := range []struct {
			kind store.DatasetKind
			want []string
		}{{store.Observation, []string{c, b, oldB, e}}, {store.Territory, []string{f}}, {store.Boundary, nil}, {"", []string{c, b, oldB, f, e}}} {
			rows, err := db.Datasets(t.Context(), g.kind)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rows {
				got = append(got, r.ID)
			}
			if d := cmp.Diff(g.want, got); d != "" {
				t.Errorf("Datasets(%q): %s", g.kind, d)
			}
		}
		row, err := db.Dataset(t.Context(), f)
		if err != nil || row.Rows != 7 || string(row.Note) != "{}" || row.Observations != "" {
			t.Errorf("Dataset = %+v, %v; want 7 rows and an empty note", row, err)
		}
		if _, err := db.Table(t.Context(), row); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Table of a territory file = %v; want NotFound", err)
		}
	})
}

func TestPutDatasetRefuses(t *testing.T) {
	cases := []struct {
		name  string
		spoil func(*store.DatasetInput)
	}{
		{"no name", func(in *store.DatasetInput) { in.Name = "" }},
		{"kind", func(in *store.DatasetInput) { in.Kind = "other" }},
		{"no table", func(in *store.DatasetInput) { in.Table = nil }},
		{"table of a boundary", func(in *store.DatasetInput) { in.Kind = store.Boundary }},
		{"zonings of observations", func(in *store.DatasetInput) { in.Zonings = []byte("[]") }},
		{"no zonings", func(in *store.DatasetInput) { in.Kind, in.Table = store.Zoning, nil }},
		{"note", func(in *store.DatasetInput) { in.Note = []byte("{") }},
		{"status", func(in *store.DatasetInput) { in.Table.Columns[0].Status[0] = 'Z' }},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, c := range cases {
			in := synthetic(1)
			c.spoil(&in)
			if _, _, err := db.PutDataset(t.Context(), in); fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
				t.Errorf("%s: PutDataset = %v; want an Invalid fault with a remedy", c.name, err)
			}
		}
		if rows, err := db.Datasets(t.Context(), ""); err != nil || len(rows) > 0 {
			t.Errorf("Datasets after refusals = %d, %v; want none", len(rows), err)
		}
	})
}

func TestArtifact(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		id, err := db.PutArtifact(t.Context(), "licence", []byte("Licence Ouverte"), at)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := db.PutArtifact(t.Context(), "licence", []byte("Licence Ouverte"), at.Add(time.Hour)); err != nil || again != id {
			t.Errorf("PutArtifact again = %s, %v; want %s", again, err, id)
		}
		r, err := db.OpenArtifact(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if _, err := db.Artifact(t.Context(), store.ArtifactID([]byte("absent"))); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Artifact(absent) = %v; want NotFound", err)
		}
	})
}

func TestReopen(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "été #1 ?100% &x=y")
		db, err := store.Init(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := db.PutDataset(t.Context(), synthetic(1))
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		db, err = store.Open(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Dataset(t.Context(), want.ID)
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if _, err := store.Init(t.Context(), dir, opts); fault.KindOf(err) != fault.Conflict || fault.Do(err) == "" {
			t.Errorf("Init of an observatory = %v; want a Conflict", err)
		}
	})
}

func TestInitRefusesFolder(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "lettre.txt"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.Init(t.Context(), dir, opts)
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "lettre.txt") {
			t.Errorf("Init(non-empty folder) = %v; want a Conflict that names the file", err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("Init left %d entries, %v; want the one that was there", len(entries), err)
		}
		if _, err := store.Init(t.Context(), filepath.Join(dir, "lettre.txt"), opts); fault.KindOf(err) != fault.Invalid {
			t.Errorf("Init(file) = %v; want Invalid", err)
		}
	})
}

func TestOpenRefusesFolder(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		absent := filepath.Join(t.TempDir(), "absent")
		for _, dir := range []string{absent, t.TempDir()} {
			_, err := store.Open(t.Context(), dir, opts)
			if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "n’est pas un observatoire") || fault.Do(err) == "" {
				t.Errorf("Open(%s) = %v; want NotFound", dir, err)
			}
		}
		if _, err := os.Stat(absent); err == nil {
			t.Error("Open made the folder")
		}
	})
}

func TestOpenDamagedFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "vigie.db"), bytes.Repeat([]byte("pas une base "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), dir, store.Options{})
	if fault.KindOf(err) != fault.Internal || !strings.Contains(err.Error(), "endommagé") || fault.Do(err) == "" {
		t.Errorf("Open(damaged) = %v; want a fault that says so", err)
	}
}

func TestOpenBadAddress(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "artifact"), 0o755); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		address string
		kind    fault.Kind
	}{
		{"mysql://host/base", fault.Invalid},
		{"postgres://user:hunter2@host:port/base", fault.Invalid},
		{"postgres://user:hunter2@127.0.0.1:1/base?connect_timeout=2", fault.Unavailable},
	}
	for _, c := range cases {
		_, err := store.Open(t.Context(), dir, store.Options{DatabaseURL: c.address})
		if err == nil || fault.KindOf(err) != c.kind || fault.Do(err) == "" {
			t.Errorf("Open(%s) = %v; want kind %d and a remedy", c.address, err, c.kind)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%s) tells the password: %v", c.address, err)
		}
	}
}

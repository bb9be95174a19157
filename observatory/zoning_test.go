package observatory_test

import (
	"bytes"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/territory"
)

// pays is a description of a plain table commune → zone of 2021.
const pays = `
name = "pays"
title = "Pays inventés"
producer = "Personne"
licence = "Aucune"
vintage = 2021
levels = ["commune"]
[[table]]
[table.territory]
column = "insee"
level = "commune"
[[table.zoning]]
code = "pays"
label = "pays"
label_en = "district"
column = "pays"
name = "nom"
`

func importZoning(t *testing.T, w *observatory.Walk, description, text string) (store.DatasetRow, error) {
	t.Helper()
	row, _, err := w.Import(t.Context(), observatory.Importing{Description: []byte(description), FileName: "pays.csv", File: bytes.NewReader([]byte(text))})
	return row, err
}

// TestZoningImported: a table commune → zone is a dataset, part of the next
// edition in its geography, replaced by the next delivery, and never twice.
func TestZoningImported(t *testing.T) {
	w := observatorytest.Copy(t)
	row, err := importZoning(t, w, pays, "insee,pays,nom\n01039,B,Bugey\n01138,B,Bugey\n60054,C,Oise\n")
	if err != nil || row.Kind != store.Zoning || row.Rows != 3 {
		t.Fatal(row, err)
	}
	if _, err := w.DB.Table(t.Context(), row); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a zoning read as observations: %v", err)
	}
	again, err := importZoning(t, w, pays, "insee,pays,nom\n01039,B,Bugey\n01138,B,Bugey\n60054,C,Oise\n")
	if err != nil || again.ID != row.ID {
		t.Errorf("the same bytes: %s, %v; want %s", again.ID, err, row.ID)
	}
	other := strings.Replace(pays, `name = "pays"`, `name = "autre"`, 1)
	if _, err := importZoning(t, w, other, "insee,pays,nom\n01001,B,Bresse\n"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a zoning of two datasets: %v", err)
	}
	edition, err := w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now})
	if err != nil {
		t.Fatal(err)
	}
	c, err := observatory.Load(t.Context(), w.DB, edition.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	z, ok := c.Zoning("pays")
	if !ok || z.Year != c.Territory.Year || z.Part.File != row.File || z.Producer != "Personne" || z.Vintage != 2021 {
		t.Fatalf("%+v, %v", z, ok)
	}
	zone, _ := z.Zone("C")
	made, err := territory.Compose(z.Name(zone), z.Year, zone.Communes())
	if err != nil {
		t.Fatal(err)
	}
	c = c.With(made)
	e, _ := c.Territory.Composition(made.Code)
	if same := c.SameZones(e); len(same) != 1 || same[0].Zone.Label != "Oise" || len(e.Members) != 2 {
		t.Errorf("the zone is not known again: %v, %d communes", same, len(e.Members))
	}
	if _, err := importZoning(t, w, pays, "insee,pays,nom\n01001,B,Bresse\n"); err != nil {
		t.Fatal(err)
	}
	all, now, err := w.Zonings(t.Context())
	if err != nil || len(all) != 1 || len(all[0].Zones) != 1 || all[0].Zones[0].Label != "Bresse" || all[0].Year != now.Year {
		t.Errorf("the next delivery: %v, %v", all, err)
	}
}

package observatory_test

import (
	"bytes"
	"strings"
	"testing"

	"vigie/data"
	"vigie/edition"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/territory"
)

// replaced publishes an edition under a specification, and returns it.
func replaced(t *testing.T, w *observatory.Walk, spec []byte) *edition.Content {
	t.Helper()
	if _, err := w.Compute(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	row, err := w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now})
	if err != nil {
		t.Fatal(err)
	}
	c, err := observatory.Load(t.Context(), w.DB, row.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// quick is the starter specification with few draws: places do not depend on
// them.
func quick(t *testing.T, edits ...string) []byte {
	t.Helper()
	spec, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(append([]string{"draws = 1000", "draws = 20", "sobol_rows = 1024", "sobol_rows = 0"}, edits...)...).Replace(string(spec))
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(string(spec), edits[i]) {
			t.Fatalf("the specification has no %q", edits[i])
		}
	}
	return []byte(text)
}

// causes sums, over the places of a tier, how far each cause moves them; the
// causes of each known move add up to it, and an unknown one is counted.
func causes(t *testing.T, before, now *edition.Content, level territory.Level) (boundary, method, values, unknown int) {
	t.Helper()
	codes := []string{""}
	for _, d := range now.Domains() {
		codes = append(codes, d.Code)
	}
	for _, code := range codes {
		for _, u := range now.Territory.ByLevel(level) {
			x, ok := now.Move(u.Code, code)
			if !ok {
				continue
			}
			if is := now.Standing(u.Code, code); is.Position != x.New {
				t.Fatalf("%s, %s: moved to %d, published at %d", u.Code, code, x.New, is.Position)
			}
			if was := before.Standing(u.Code, code); was.Position != x.Old {
				t.Fatalf("%s, %s: moved from %d, published at %d", u.Code, code, x.Old, was.Position)
			}
			if !x.Known {
				unknown++
				continue
			}
			if x.Old+x.Boundary+x.Method+x.Data != x.New {
				t.Fatalf("%s, %s: %+v do not add up", u.Code, code, x)
			}
			boundary, method, values = boundary+abs(x.Boundary), method+abs(x.Method), values+abs(x.Data)
		}
	}
	return boundary, method, values, unknown
}

func abs(x int) int { return max(x, -x) }

// TestMovesByCause: one cause at a time moves places for that cause alone; all
// at once, the three add up to the change of each place.
func TestMovesByCause(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	first := observatorytest.Content(t)
	if len(first.Moves) != 0 {
		t.Errorf("a first edition tells moves: %v", first.Moves)
	}

	importRegions(t, w, "observations_region.csv", changedRegions(t))
	second := replaced(t, w, quick(t))
	if second.Moves[territory.Region].Since != "2026-1" {
		t.Errorf("since %q", second.Moves[territory.Region].Since)
	}
	boundary, method, values, unknown := causes(t, first, second, territory.Region)
	if boundary != 0 || method != 0 || values == 0 || unknown != 0 {
		t.Errorf("a file changed: boundaries %d, method %d, data %d, unknown %d", boundary, method, values, unknown)
	}
	said(t, second, "Rangs (régions)", "méthode, 0,0", "contours, 0,0")
	if b, m, d, _ := causes(t, first, second, territory.Departement); b != 0 || m != 0 || d != 0 {
		t.Errorf("départements, whose files did not change: %d, %d, %d", b, m, d)
	}

	third := replaced(t, w, quick(t, `method = "minmax"`, `method = "percentile"`))
	for _, level := range []territory.Level{territory.Region, territory.Departement, territory.EPCI} {
		boundary, method, values, unknown = causes(t, second, third, level)
		if boundary != 0 || method == 0 || values != 0 || unknown != 0 {
			t.Errorf("the method changed, %s: boundaries %d, method %d, data %d, unknown %d", level, boundary, method, values, unknown)
		}
	}

	gone, into := merger(t, third)
	importVintage(t, w, gone, into)
	fourth := replaced(t, w, quick(t, `method = "minmax"`, `method = "percentile"`))
	if _, ok := fourth.Territory.Get(gone); ok || fourth.Territory.Year != 2027 {
		t.Fatalf("%s is still there in %d", gone, fourth.Territory.Year)
	}
	boundary, method, _, unknown = causes(t, third, fourth, territory.EPCI)
	if boundary == 0 || method != 0 || unknown != 0 {
		t.Errorf("an EPCI joined another: boundaries %d, method %d, unknown %d", boundary, method, unknown)
	}
	if b, m, d, _ := causes(t, third, fourth, territory.Region); b != 0 || m != 0 || d != 0 {
		t.Errorf("regions, whose boundaries did not change: %d, %d, %d", b, m, d)
	}
}

// TestMovesAllAtOnce: data and method at once, and a series that the new
// specification no longer asks for.
func TestMovesAllAtOnce(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	importRegions(t, w, "observations_region.csv", changedRegions(t))
	now := replaced(t, w, quick(t, `method = "minmax"`, `method = "zscore"`, `  { code = "lie_volunteers_per_100", parent = "LIE" },`, ""))
	boundary, method, values, unknown := causes(t, observatorytest.Content(t), now, territory.Region)
	if boundary != 0 || method == 0 || values == 0 || unknown != 0 {
		t.Errorf("boundaries %d, method %d, data %d, unknown %d", boundary, method, values, unknown)
	}
	if _, ok := now.Move("REG-44", "LIE"); ok {
		t.Error("a domain without series has moved")
	}
	again := replaced(t, w, quick(t, `method = "minmax"`, `method = "zscore"`))
	x, ok := again.Move("REG-44", "LIE")
	if !ok || x.Old != 0 || x.Known {
		t.Errorf("a domain that had no place: %+v, %v", x, ok)
	}
	_, method, values, _ = causes(t, now, again, territory.Region)
	if method == 0 || values != 0 {
		t.Errorf("a series asked for again: method %d, data %d; want method alone", method, values)
	}
}

// said checks what an edition says of its changes.
func said(t *testing.T, c *edition.Content, words ...string) {
	t.Helper()
	text := ""
	for _, change := range c.Manifest.Changes {
		text += change.FR + "\n"
		if change.Kind == "move" && (change.EN == "" || change.EN == change.FR) {
			t.Errorf("in English: %q", change.EN)
		}
	}
	text = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
	for _, want := range words {
		if !strings.Contains(text, want) {
			t.Errorf("the changes do not say %q:\n%s", want, text)
		}
	}
}

// merger picks two intermunicipalities of one département that have a place
// and do not have the same one.
func merger(t *testing.T, c *edition.Content) (gone, into territory.Code) {
	t.Helper()
	for _, a := range c.Territory.ByLevel(territory.EPCI) {
		for _, b := range c.Territory.ByLevel(territory.EPCI) {
			x, y := c.Standing(a.Code, "DEV"), c.Standing(b.Code, "DEV")
			if a.Departement == b.Departement && x.OK && y.OK && x.Position > y.Position+300 && !x.Outside && !y.Outside {
				return a.Code, b.Code
			}
		}
	}
	t.Fatal("no two intermunicipalities to merge")
	return "", ""
}

// importVintage imports a made-up geography of 2027, in which one
// intermunicipality has joined another.
func importVintage(t *testing.T, w *observatory.Walk, gone, into territory.Code) {
	t.Helper()
	text, err := data.Read("starter/territories/communes.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	communes := bytes.ReplaceAll(text, []byte(","+string(gone)+","), []byte(","+string(into)+","))
	var epci []byte
	for line := range bytes.Lines(embedded(t, "starter/territories/epci.csv")) {
		if !bytes.HasPrefix(line, []byte(gone)) {
			epci = append(epci, line...)
		}
	}
	for _, f := range []struct {
		kind store.DatasetKind
		name string
		file []byte
	}{
		{store.Territory, "national-2027", embedded(t, "starter/territories/national.csv")},
		{store.Territory, "regions-2027", embedded(t, "starter/territories/regions.csv")},
		{store.Territory, "departements-2027", embedded(t, "starter/territories/departements.csv")},
		{store.Territory, "epci-2027", epci}, {store.Territory, "communes-2027", communes},
		{store.Change, "changes", []byte("change,code_2026,label_2026,code_2027,label_2027,evidence\n")},
	} {
		if _, _, err := w.Import(t.Context(), observatory.Importing{Kind: f.kind, Name: f.name, FileName: f.name + ".csv", File: bytes.NewReader(f.file)}); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
	}
}

package observatory_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"vigie/data"
	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// state is all that the observatory holds, by address.
func state(t testing.TB, db *store.DB) []string {
	t.Helper()
	var out []string
	rows, err := db.Datasets(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, "dataset "+r.ID)
	}
	lists, err := db.Taxonomies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		out = append(out, "list "+l.Name+" "+l.File)
	}
	results, err := db.Computations(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		out = append(out, "result "+r.ID)
	}
	editions, err := db.Editions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range editions {
		out = append(out, "edition "+e.Manifest)
	}
	slices.Sort(out)
	return out
}

// edit returns a text with its first occurrence of old replaced.
func edit(t testing.TB, text []byte, old, now string) []byte {
	t.Helper()
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("the starter does not hold %q", old)
	}
	return bytes.Replace(text, []byte(old), []byte(now), 1)
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := data.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestImportRefuses: a bad file of any kind is refused in words that name it
// and say what to do, and leaves everything as it was.
func TestImportRefuses(t *testing.T) {
	w := observatorytest.Copy(t)
	regions := read(t, "starter/observations_region.csv.gz")
	line, _, _ := strings.Cut(string(regions[bytes.IndexByte(regions, '\n')+1:]), "\n")
	communes26 := read(t, "starter/territories/communes.csv.gz")
	of := func(kind store.DatasetKind, name, file string, b []byte) observatory.Importing {
		return observatory.Importing{Kind: kind, Name: name, FileName: file, File: bytes.NewReader(b)}
	}
	table := func(b []byte) observatory.Importing {
		return observatory.Importing{Description: embedded(t, "source/vigie_starter_region.toml"), FileName: "observations_region.csv", File: bytes.NewReader(b)}
	}
	cases := []struct {
		name  string
		in    observatory.Importing
		kind  fault.Kind
		words []string
	}{
		{"wrong column", table(edit(t, regions, "indicator,territory,period,value,status", "indicator,territory,year,value,status")), fault.Invalid, []string{"observations_region.csv", "period"}},
		{"unknown territory", table(edit(t, regions, "REG-44", "REG-45")), fault.Invalid, []string{"REG-45", "ligne"}},
		{"unknown indicator", table(slices.Concat(regions, []byte("nothing_rate,REG-44,2020,1,A\n"))), fault.Invalid, []string{"nothing_rate", "ligne"}},
		{"duplicate key", table(slices.Concat(regions, []byte(line+"\n"))), fault.Invalid, []string{"ligne"}},
		{"not a number", table(slices.Concat(regions, []byte("emp_unemployment_rate,REG-44,1999,beaucoup,A\n"))), fault.Invalid, []string{"beaucoup", "ligne"}},
		{"empty", table(nil), fault.Invalid, []string{"observations_region.csv"}},
		{"truncated gzip", observatory.Importing{Description: embedded(t, "source/vigie_starter_region.toml"), FileName: "observations_region.csv.gz",
			File: bytes.NewReader(embedded(t, "starter/observations_region.csv.gz")[:5000])}, fault.Invalid, []string{"observations_region.csv.gz"}},
		{"bad description", observatory.Importing{Description: []byte("name = "), FileName: "x.csv", File: bytes.NewReader(regions)}, fault.Invalid, nil},
		{"catalogue, wrong column", of(store.Catalogue, "indicators", "indicators.csv", edit(t, read(t, "starter/indicators.csv"), "code,domain", "kode,domain")), fault.Invalid, []string{"code"}},
		{"catalogue, duplicate", of(store.Catalogue, "indicators", "indicators.csv", twice(read(t, "starter/indicators.csv"))), fault.Invalid, []string{"emp_activity_rate"}},
		{"licences", of(store.Catalogue, "licences", "licence.toml", []byte("[[")), fault.Invalid, []string{"licence.toml"}},
		{"communes, wrong column", of(store.Territory, "communes-2026", "communes.csv", edit(t, communes26, "departement", "dpt")), fault.Invalid, []string{"departement"}},
		{"communes, duplicate", of(store.Territory, "communes-2026", "communes.csv", twice(communes26)), fault.Invalid, []string{"COM-01001"}},
		{"communes, unknown parent", of(store.Territory, "communes-2026", "communes.csv", edit(t, communes26, "DEP-01", "DEP-99")), fault.Invalid, []string{"DEP-99"}},
		{"territories, no year", of(store.Territory, "communes", "communes.csv", communes26), fault.Invalid, []string{"communes-2026"}},
		{"territories, no such file", of(store.Territory, "villes-2026", "communes.csv", communes26), fault.Invalid, []string{"communes-2026"}},
		{"changes, wrong column", of(store.Change, "changes", "changes.csv", []byte("a,b\n1,2\n")), fault.Invalid, []string{"change"}},
		{"changes, unknown commune", of(store.Change, "changes", "changes.csv", edit(t, read(t, "starter/territories/changes_2021_2026.csv"), "COM-01039", "COM-01999")), fault.Invalid, []string{"COM-01999"}},
		{"boundary", of(store.Boundary, "region", "regions.topojson", []byte("{}")), fault.Invalid, nil},
		{"boundary, no tier", of(store.Boundary, "canton", "regions.topojson.gz", embedded(t, "starter/boundaries/regions.topojson.gz")), fault.Invalid, []string{"canton"}},
		{"postcodes", of(store.Postcode, "postcodes", "postcodes.csv", []byte("x\n")), fault.Invalid, nil},
		{"published", of(store.Published, "published-figures", "published-figures.csv", []byte("x\n")), fault.Invalid, nil},
		{"published items", of(store.Published, "published-items", "item.csv", []byte("x\n")), fault.Invalid, nil},
		{"published, no such name", of(store.Published, "figures", "figures.csv", embedded(t, "published/published-figures.csv")), fault.Invalid, []string{"published-figures"}},
		{"publications", of(store.Publication, "publications", "publications.csv", []byte("x\n")), fault.Invalid, nil},
		{"publications, French", of(store.Publication, "publications-fr", "publication_fr.csv", []byte("x\n")), fault.Invalid, nil},
		{"studies", of(store.Register, "studies", "studies.csv", edit(t, embedded(t, "published/studies.csv"), ",phone,", ",fax,")), fault.Invalid, []string{"studies.csv", "colonne « mode »"}},
		{"studies that events name", of(store.Register, "studies", "studies.csv", edit(t, embedded(t, "published/studies.csv"), "IMPACT-Synthese-2023,", "IMPACT-Synthese,")), fault.Invalid, []string{"events.csv", "IMPACT-Synthese-2023"}},
		{"events", of(store.Register, "events", "events.csv", []byte("x\n")), fault.Invalid, nil},
		{"partners, no such name", of(store.Register, "partenaires", "partners.csv", embedded(t, "published/partners.csv")), fault.Invalid, []string{"partners"}},
		{"no such kind", of("carte", "x", "x.csv", nil), fault.Invalid, []string{"carte"}},
	}
	before := state(t, w.DB)
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			_, _, err := w.Import(t.Context(), k.in)
			refused(t, err, k.kind, k.words...)
			if after := state(t, w.DB); !slices.Equal(before, after) {
				t.Errorf("the refusal left something: %d before, %d after", len(before), len(after))
				before = after
			}
		})
	}
}

// twice repeats the first row of a table at its end.
func twice(b []byte) []byte {
	lines := bytes.SplitAfter(b, []byte("\n"))
	return slices.Concat(b, lines[1])
}

// TestListRefuses: a bad reference list never gets in.
func TestListRefuses(t *testing.T) {
	w := observatorytest.Copy(t)
	domain := embedded(t, "taxonomy/domain.csv")
	cases := []struct {
		name string
		file []byte
		word string
	}{
		{"wrong column", edit(t, domain, "taxonomy,code", "taxonomy,kode"), "code"},
		{"duplicate", twice(domain), "EMP"},
		{"unknown parent", edit(t, domain, "dimension/economic", "dimension/magic"), "magic"},
		{"empty", nil, "domain.csv"},
	}
	before := state(t, w.DB)
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			_, _, err := w.ImportTaxonomy(t.Context(), "domain.csv", k.file)
			refused(t, err, fault.Invalid, k.word)
			if after := state(t, w.DB); !slices.Equal(before, after) {
				t.Error("the refusal left something")
				before = after
			}
		})
	}
}

// TestSpecRefuses: a specification that names an unknown indicator or weighs to
// zero computes nothing.
func TestSpecRefuses(t *testing.T) {
	w := observatorytest.Copy(t)
	spec := embedded(t, "spec/fragility.toml")
	start, end := bytes.Index(spec, []byte("indicator = [")), bytes.Index(spec, []byte("\n]\n"))
	cases := []struct {
		name string
		spec []byte
		word string
	}{
		{"unknown indicator", edit(t, spec, `"emp_unemployment_rate"`, `"emp_happiness_rate"`), "emp_happiness_rate"},
		{"zero weights", slices.Concat(spec[:start], []byte("indicator = [\n{ code = \"emp_unemployment_rate\", parent = \"EMP\", weight = 0.0 },"), spec[end:]), "EMP"},
		{"unknown domain", edit(t, spec, `parent = "EMP"`, `parent = "ZZZ"`), "ZZZ"},
		{"response", edit(t, spec, `"emp_unemployment_rate"`, `"num_digital_helpers_per_100000"`), "num_digital_helpers_per_100000"},
		{"unknown key", edit(t, spec, "[reference]", "[references]"), "references"},
		{"not TOML", []byte("= ="), ""},
	}
	before := state(t, w.DB)
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			_, err := w.Compute(t.Context(), k.spec)
			refused(t, err, fault.Invalid, k.word)
			if after := state(t, w.DB); !slices.Equal(before, after) {
				t.Error("the refusal left something")
				before = after
			}
		})
	}
}

// TestImportReport: what is kept is counted, what is left out is said, the same
// bytes are the same dataset.
func TestImportReport(t *testing.T) {
	w := observatorytest.Copy(t)
	file := embedded(t, "starter/observations_region.csv.gz")
	in := observatory.Importing{Description: embedded(t, "source/vigie_starter_region.toml"), FileName: "observations_region.csv.gz", File: bytes.NewReader(file)}
	before := state(t, w.DB)
	row, _, err := w.Import(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if after := state(t, w.DB); !slices.Equal(before, after) {
		t.Error("the same bytes made something new")
	}
	want := bytes.Count(read(t, "starter/observations_region.csv.gz"), []byte("\n")) - 1
	if row.Rows != want || row.File != store.ArtifactID(file) {
		t.Errorf("%d rows of file %s; want %d of %s", row.Rows, row.File, want, store.ArtifactID(file))
	}
	in.FileName, in.File = "observations_region.csv", bytes.NewReader(read(t, "starter/observations_region.csv.gz"))
	plain, _, err := w.Import(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if plain.ID == row.ID || plain.Observations != row.Observations {
		t.Errorf("decompressed: dataset %s, table %s; want another dataset than %s with the same table %s", plain.ID, plain.Observations, row.ID, row.Observations)
	}
}

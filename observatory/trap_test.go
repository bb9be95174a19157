package observatory_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/dataset"
	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
)

// sharedFile is a real file, read where it is and never copied.
func sharedFile(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	b, err := os.ReadFile(filepath.Join(dir, "data", name))
	if err == nil {
		return b
	}
	if os.Getenv("VIGIE_STRICT") == "1" {
		t.Fatal(err)
	}
	t.Skipf("left out: the shared files are not there (set VIGIE_SHARED): %v", err)
	return nil
}

// TestTrapsOfRealFiles: a description that forgets a trap of its file does not
// get it in.
func TestTrapsOfRealFiles(t *testing.T) {
	whole(t)
	cases := []struct {
		name, source, file string
		forget, instead    string // in the description
		words              []string
	}{
		{
			"a France row that is an average", "derive_departement", "derive-tiers/agg_dep.json.gz",
			"leave = [{ column = \"code\", in = [\"00FR\"], reason = \"moyenne des départements, pas un total\" }]\n[table.territory]",
			"[table.territory]\nrewrite = { \"00FR\" = \"FR\" }",
			[]string{"agg_dep.json.gz, contrôle déclaré : derive_population, 2023, FR", "une moyenne, ou un autre champ", "96 départements"},
		},
		{
			"Paris, Lyon and Marseille with their arrondissements", "insee_comparateur", "insee-comparateur/base_cc_comparateur_csv.zip",
			"match = '^(751\\d\\d|132\\d\\d|6938\\d)$'", "match = '^$'",
			[]string{"ligne 34967", "« 13201 » inconnu"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := sharedFile(t, c.file)
			w := observatorytest.Copy(t)
			before := state(t, w.DB)
			text := string(embedded(t, "source/"+c.source+".toml"))
			if !strings.Contains(text, c.forget) {
				t.Fatalf("%s does not hold %q", c.source, c.forget)
			}
			_, _, err := w.Import(t.Context(), observatory.Importing{
				Description: []byte(strings.ReplaceAll(text, c.forget, c.instead)), FileName: filepath.Base(c.file), File: bytes.NewReader(b)})
			if fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
				t.Fatalf("Import = %v; want a refusal with a remedy", err)
			}
			for _, word := range c.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%v; want %q", err, word)
				}
			}
			if after := state(t, w.DB); !slices.Equal(before, after) {
				t.Error("a refused file left something")
			}
		})
	}
}

// TestTrapOfStarter: the starter calls « France » the recipients of overseas
// alone, in two years.
func TestTrapOfStarter(t *testing.T) {
	w := observatorytest.Copy(t)
	r, err := w.Read(t.Context(), observatory.Importing{Description: embedded(t, "source/vigie_starter_region.toml"),
		FileName: "observations_region.csv.gz", File: bytes.NewReader(embedded(t, "starter/observations_region.csv.gz"))})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Report.Findings, func(f dataset.Finding) bool {
		return f.Rule == dataset.RuleAverage && f.Indicator == "pau_rsa_recipients" && f.Territory == "FR" && f.Period == "2010" && f.Times == 2
	}) {
		t.Errorf("not found among %v", r.Report.Findings)
	}
	if r.Report.Revision != nil {
		t.Error("the same file under the same description is no revision")
	}
}

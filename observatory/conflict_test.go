package observatory_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"vigie/data"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
)

// TestDeliveriesThatDiffer: two files of one day that contradict each other stop
// the index with what each says and what to do; the day of one of them, written
// in its description, settles it.
func TestDeliveriesThatDiffer(t *testing.T) {
	description := func(name, published string) string {
		return fmt.Sprintf("name = %q\ntitle = \"Essai\"\nproducer = \"Personne\"\nlicence = \"Aucune\"\nvintage = 2026\nlevels = [\"departement\"]\n%s"+
			"[[table]]\n[table.territory]\ncolumn = \"dep\"\nlevel = \"departement\"\n[table.period]\nfixed = \"2019\"\n"+
			"[[table.series]]\ncode = \"niv_median_income\"\ncolumn = \"a\"\n[[table.series]]\ncode = \"niv_d9d1\"\ncolumn = \"b\"\n", name, published)
	}
	take := func(w *observatory.Walk, description, text string) {
		t.Helper()
		if _, _, err := w.Import(t.Context(), observatory.Importing{Description: []byte(description), FileName: "essai.csv", File: bytes.NewReader([]byte(text))}); err != nil {
			t.Fatal(err)
		}
	}
	spec, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ published, day string }{
		{"", "dont les descriptions ne disent pas le jour de livraison"},
		{"published = \"2021-12-31\"\n", "livrés le même jour (2021-12-31)"},
	} {
		w := observatorytest.Copy(t)
		take(w, description("long", c.published), "dep,a,b\n01,21500.5,3.1\n02,20000,3\n")
		take(w, description("court", c.published), "dep,a,b\n01,21500,\n02,20000,3.2\n")
		_, err = w.Compute(t.Context(), spec)
		if fault.KindOf(err) != fault.Conflict {
			t.Fatalf("two files that differ: %v", err)
		}
		said := strings.ReplaceAll(err.Error(), lang.NBSP, " ") + "\n" + fault.Do(err)
		for _, part := range []string{"observations en double et différentes : 3, séries : 2", c.day, "niv_d9d1, DEP-01, 2019 : manquant dans « court » et 3,1 dans « long »",
			"vigie dataset diff court long", "published = \"AAAA-MM-JJ\"", "[keep] series"} {
			if !strings.Contains(said, part) {
				t.Errorf("the conflict does not say %q:\n%s", part, said)
			}
		}
		take(w, description("long", "published = \"2024-01-31\"\n"), "dep,a,b\n01,21500.5,3.1\n02,20000,3\n")
		if _, err := w.Compute(t.Context(), spec); err != nil {
			t.Errorf("a later delivery does not settle it: %v", err)
		}
	}
}

// TestDreesFilesTogether: the two real deliveries of the DREES on social aid
// contradict each other. As described the later one prevails; were they of one
// day, the message would say what each gives and how to choose.
func TestDreesFilesTogether(t *testing.T) {
	whole(t)
	spec, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	const late, early = "drees_aide_sociale_longues", "drees_aide_sociale"
	files := map[string]string{late: "ASDEPslbenef.csv.gz", early: "beneficiaires-aide-sociale-series-longues-1996-2020.xlsx"}
	w := observatorytest.Copy(t)
	take := func(name, from, to string) {
		t.Helper()
		text, err := data.Read("source/" + name + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		described := strings.Replace(string(text), from, to, 1)
		if _, _, err := w.Import(t.Context(), observatory.Importing{Description: []byte(described), FileName: files[name],
			File: bytes.NewReader(sharedFile(t, "drees-aide-sociale/"+files[name]))}); err != nil {
			t.Fatal(err)
		}
	}
	take(late, "", "")
	take(early, "", "")
	if _, err := w.Compute(t.Context(), spec); err != nil {
		t.Fatalf("deliveries of two days: %v", err)
	}
	take(early, `published = "2021-12-31"`, `published = "2024-01-31"`)
	_, err = w.Compute(t.Context(), spec)
	if fault.KindOf(err) != fault.Conflict {
		t.Fatalf("deliveries of one day that differ: %v", err)
	}
	said := strings.ReplaceAll(err.Error(), lang.NBSP, " ")
	for _, part := range []string{"observations en double et différentes : 887", "livrés le même jour (2024-01-31)", "aut_apa_recipients, DEP-92, 2018 : ", "dans « " + early + " » et ", "dans « " + late + " »"} {
		if !strings.Contains(said, part) {
			t.Errorf("the conflict does not say %q: %s", part, said)
		}
	}
}

package source

import (
	"strings"
	"testing"

	"vigie/fault"
)

func TestParseDescriptionFaults(t *testing.T) {
	replace := func(old, with string) string { return strings.Replace(small, old, with, 1) }
	const series = "[[table.series]]\ncode = \"x\"\n"
	cases := []struct{ name, text, want string }{
		{"not TOML", "name = ", "ligne 1"},
		{"unknown key", small + "colour = \"red\"\n", "clé « table.value.colour » inconnue"},
		{"type", replace("vintage = 2026", "vintage = \"2026\""), "illisible"},
		{"name", replace(`"small"`, `"Très petit"`), "« name »"},
		{"no title", replace(`title = "Essai"`, ""), "« title » : absent"},
		{"no licence", replace(`licence = "Aucune"`, ""), "« licence » : absent"},
		{"published", "published = \"2024\"\n" + small, "« published » : date"},
		{"level", replace(`["departement"]`, `["canton"]`), "niveau \"canton\" inconnu"},
		{"no level", replace(`["departement"]`, `[]`), "« levels » : absent"},
		{"vintage", replace("2026", "26"), "année 26 refusée"},
		{"no table", small[:strings.Index(small, "[[table]]")], "« table » : absent"},
		{"no value", replace(`column = "value"`, ""), "« table.value.column » : absent"},
		{"no period", replace(`column = "period"`, ""), "« table.period.column » : absent"},
		{"period twice", replace(`column = "period"`, "column = \"period\"\nfixed = \"2022\""), "période dite de 2 façons"},
		{"fixed period", replace(`column = "period"`, "fixed = \"22\""), "période \"22\" refusée"},
		{"period group", replace(`column = "period"`, "header = \"^P\""), "sans groupe « period »"},
		{"column twice", replace(`status = "status"`, `status = "value"`), "colonne « value » nommée deux fois"},
		{"no territory", replace(`column = "territory"`, ""), "« table.territory.column » : absent"},
		{"territory twice", replace(`column = "territory"`, "column = \"territory\"\nfixed = \"FR\""), "dit de 2 façons"},
		{"no tier", replace(`form = "vigie"`, ""), "« table.territory.level » : absent"},
		{"tier not said", replace(`form = "vigie"`, `level = "commune"`), "niveau « commune » absent de levels"},
		{"auto", strings.Replace(replace(`form = "vigie"`, `level = "auto"`), `["departement"]`, `["departement", "region"]`, 1), "la région 84 du département 84"},
		{"rewrite", replace(`form = "vigie"`, "level = \"departement\"\nrewrite = { \"20\" = \"D-2A\" }"), "n'est pas un code"},
		{"join", replace(`form = "vigie"`, "form = \"vigie\"\njoin = \"feel\""), "« table.territory.join »"},
		{"form", replace(`form = "vigie"`, "form = \"other\""), "« table.territory.form »"},
		{"expression", replace(`form = "vigie"`, "form = \"vigie\"\nstrip = \"(\""), "mal formée"},
		{"encoding", small + "[file]\nencoding=\"ebcdic\"\n", "« file.encoding »"},
		{"format", small + "[file]\nformat=\"dbf\"\n", "« file.format »"},
		{"delimiter", small + "[file]\ndelimiter=\"||\"\n", "« file.delimiter »"},
		{"decimal", small + "[file]\ndecimal=\"'\"\n", "« file.decimal »"},
		{"status", small + "[status]\nz=\"Z\"\n", "marque \"z\" → \"Z\" inconnue"},
		{"marks", small + "[marks]\nz=\"A\"\n", "marque \"z\" → \"A\" refusée"},
		{"flags", small + "[flags]\n'x$'=\"S\"\n", "« flags »"},
		{"pattern", "files = [\"[\"]\n" + small, "« files »"},
		{"keep", small + "[keep]\nseries=[\"[\"]\n", "« keep.series »"},
		{"unmatched", small + "[keep]\nunmatched=\"drop\"\n", "« keep.unmatched »"},
		{"series and indicator", small + series, "série absente, ou dite deux fois"},
		{"series without unit", replace(`indicator = "indicator"`, "") + series + "label = \"X\"\n", "label ou unit absent"},
		{"measure", replace(`indicator = "indicator"`, "") + series + "label = \"X\"\nunit = \"count\"\nmeasure = \"guess\"\n", "measure"},
		{"rule", small + "[[table.leave]]\ncolumn=\"x\"\nreason=\"y\"\n", "sans critère"},
		{"no reason", small + "[[table.leave]]\nmatch=\"x\"\n", "raison absente"},
		{"header twice", replace("[[table]]", "[[table]]\nheader = 1\nheader_find = \"x\""), "donné avec header_find"},
		{"check", small + "[[check]]\nkind=\"sum\"\nof=\"canton\"\nis=\"FR\"\n", "« check.of »"},
	}
	for _, c := range cases {
		_, err := ParseDescription([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: %v, want %q with a remedy", c.name, err, c.want)
		}
	}
}

func TestMatches(t *testing.T) {
	d := description(t, "vigie_starter_commune")
	for name, want := range map[string]bool{
		"observations_commune.csv.gz": true, "/data/observations_commune.csv": true, `C:\data\observations_commune.csv`: true,
		"observations_region.csv": false, "observations_commune.csv.zip": false,
	} {
		if d.Matches(name) != want {
			t.Errorf("Matches(%q) = %v", name, !want)
		}
	}
}

func FuzzParseDescription(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("[file]\ndelimiter = \"\\t\""))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ParseDescription(raw)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%v is no fault of the input", err)
			}
			return
		}
		if len(d.Levels) == 0 || len(d.Tables) == 0 {
			t.Errorf("%+v", d)
		}
	})
}

package source

import (
	"strings"
	"testing"

	"vigie/fault"
)

func TestParseDescriptionFaults(t *testing.T) {
	replace := func(old, with string) string { return strings.Replace(small, old, with, 1) }
	cases := []struct{ name, text, want string }{
		{"not TOML", "name = ", "ligne 1"},
		{"unknown key", small + "colour = \"red\"\n", "clé « column.colour » inconnue"},
		{"type", replace("vintage = 2026", "vintage = \"2026\""), "illisible"},
		{"name", replace(`"small"`, `"Très petit"`), "« name »"},
		{"no title", replace(`title = "Essai"`, ""), "« title » : absent"},
		{"no licence", replace(`licence = "Aucune"`, ""), "« licence » : absent"},
		{"level", replace(`["departement"]`, `["canton"]`), "niveau \"canton\" inconnu"},
		{"no level", replace(`["departement"]`, `[]`), "« territory.levels » : absent"},
		{"vintage", replace("2026", "26"), "année 26 refusée"},
		{"no value", replace(`value = "value"`, ""), "« column.value » : absent"},
		{"no period", replace(`period = "period"`, ""), "« column.period » : absent"},
		{"period twice", small + "[fixed]\nperiod=\"2022\"\n", "donné aussi dans [fixed]"},
		{"fixed period", replace(`period = "period"`, "") + "[fixed]\nperiod=\"22\"\n", "période \"22\" refusée"},
		{"column twice", replace(`status = "status"`, `status = "value"`), "colonne « value » nommée deux fois"},
		{"format", small + "[file]\nformat=\"dbf\"\n", "« file.format »"},
		{"encoding", small + "[file]\nencoding=\"ebcdic\"\n", "« file.encoding »"},
		{"compression", small + "[file]\ncompression=\"rar\"\n", "« file.compression »"},
		{"delimiter", small + "[file]\ndelimiter=\"||\"\n", "« file.delimiter »"},
		{"decimal", small + "[file]\ndecimal=\"'\"\n", "« file.decimal »"},
		{"layout", small + "[layout]\nkind=\"spiral\"\n", "« layout.kind »"},
		{"status", small + "[status]\nz=\"Z\"\n", "marque \"z\" → \"Z\" inconnue"},
		{"missing", small + "[missing]\nz=\"A\"\n", "marque \"z\" → \"A\" refusée"},
		{"pattern", "files = [\"[\"]\n" + small, "« files »"},
		{"keep", small + "[keep]\nindicators=[\"[\"]\n", "« keep.indicators »"},
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
		if len(d.File.Delimiter) != 1 || len(d.Territory.Levels) == 0 || d.Column.Value == "" {
			t.Errorf("%+v", d)
		}
	})
}

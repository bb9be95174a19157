package detect

import (
	"fmt"
	"strings"
	"testing"

	"vigie/source"
)

// TestProposeZonings proposes zonings for tables commune → zone and reads them as
// proposed; a table of values keeps its columns of zones unread.
func TestProposeZonings(t *testing.T) {
	list := vintages(t)
	known := New(list)
	codes := []string{"01001", "01002", "01004", "01005", "01006", "01007", "01008", "01009"}
	table := func(head, format string, zones ...any) string {
		text := head + "\n"
		for i, c := range codes {
			text += c + fmt.Sprintf(format, zones[i%len(zones)], zones[i%len(zones)]) + "\n"
		}
		return text
	}
	cases := []struct {
		name, text string
		want       string // zonings read: code, zones, the first zone's name
	}{
		{"names beside codes", table("CODGEO;ZE2020;LIBZE2020", ";%s;Zone de %s", "8405", "8410"), "ze2020 2 Zone de 8405"},
		{"names alone", table("insee;pays", ";%[1]s", "Bresse", "Bugey", "Dombes"), "pays 3 Bresse"},
		{"short codes with names", table("code_commune,secteur,nom_secteur", ",%s,Secteur %s", "A", "B"), "secteur 2 Secteur A"},
		{"numbers of zones", table("code_insee,bassin", ",%[1]d", 1, 2), "bassin 2 1"},
		{"two zonings", table("code_insee;canton;epci", ";0%[1]d;20000017%[2]d", 1, 2), "canton 2 01 | epci 2 200000171"},
		{"values beside zones", table("CODGEO;ZE2020;P20_POP", ";%s;%s00", "8405", "8410"), ""},
		{"a class of communes", table("CODGEO;NATURE", ";%[1]s", "CC", "CA"), ""},
		{"départements and regions", table("CODGEO;DEP;REG", ";%[1]s;84", "01", "01"), ""},
	}
	for _, c := range cases {
		p, err := known.Propose(t.Context(), "pays.csv", strings.NewReader(c.text), int64(len(c.text)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		d, err := source.ParseDescription(p.TOML)
		if err != nil {
			t.Errorf("%s: %v in\n%s", c.name, err, p.TOML)
			continue
		}
		var got []string
		if d.HasZonings() {
			all, _, err := source.ReadZonings(t.Context(), d, "pays.csv", strings.NewReader(c.text), int64(len(c.text)), source.Env{Vintage: list[1]})
			if err != nil {
				t.Errorf("%s: %v in\n%s", c.name, err, p.TOML)
			}
			for _, z := range all {
				got = append(got, fmt.Sprintf("%s %d %s", z.Code, len(z.Zones), z.Zones[0].Label))
			}
		}
		if said := strings.Join(got, " | "); said != c.want {
			t.Errorf("%s: %q; want %q in\n%s", c.name, said, c.want, p.TOML)
		}
	}
}

package chart

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/report"
)

// TestSheet writes every chart on real boundaries, wide and narrow, as pages
// and as files; go test -artifacts -outputdir DIR keeps them for a person to
// look at.
func TestSheet(t *testing.T) {
	reg, dep, epci := realTopology(t, "regions"), realTopology(t, "departements"), realTopology(t, "epci")
	geo := NewGeography(reg, dep, epci)
	focus := func(m *report.Map, code string) *report.Map { m.Focus = code; return m }
	within := func(m *report.Map, codes string) *report.Map { m.Within = codes; return m }
	small := syntheticMap(dep, "departement")
	small.Small = true
	grandEst := "DEP-08 DEP-10 DEP-51 DEP-52 DEP-54 DEP-55 DEP-57 DEP-67 DEP-68 DEP-88"
	figures := []*report.Figure{
		syntheticFigure("regions", focus(syntheticMap(reg, "region"), "REG-44")),
		syntheticFigure("departements", focus(syntheticMap(dep, "departement"), "DEP-08")),
		syntheticFigure("epci", focus(syntheticMap(epci, "epci"), "DEP-08")),
		syntheticFigure("zoom-departement", focus(within(syntheticMap(dep, "departement"), grandEst), "DEP-08")),
		syntheticFigure("zoom-epci", focus(within(syntheticMap(epci, "epci"), "DEP-08"), "DEP-08")),
		syntheticFigure("zoom-reunion", within(syntheticMap(dep, "departement"), "DEP-974")),
		syntheticFigure("small", small),
		syntheticFigure("ranking", syntheticRanking(13)),
		syntheticFigure("heat", syntheticHeat(13)),
		syntheticFigure("profile", syntheticProfile()),
		syntheticFigure("series", syntheticSeries()),
		syntheticFigure("scatter", syntheticScatter()),
		syntheticFigure("bars", syntheticBars()),
		syntheticFigure("bars-single", syntheticShifts()),
		syntheticFigure("voices", syntheticVoices(1)),
		syntheticFigure("voices-many", syntheticVoices(9)),
		syntheticFigure("quarters", syntheticQuarters()),
		syntheticFigure("waves", syntheticWaves()),
		syntheticFigure("ranking-long", syntheticRanking(99)),
	}
	var page strings.Builder
	fmt.Fprintf(&page, `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Graphiques</title>
<style>body{margin:16px;font:15px 'Source Sans 3',sans-serif;background:var(--vg-paper);color:var(--vg-ink)} figure{margin:0 0 40px;max-inline-size:720px}
%s</style><link rel="stylesheet" href="font.css"><main><h1>Graphiques d'essai</h1>`, CSS)
	for _, f := range figures {
		html, err := Fragment(f, Options{Geography: geo})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&page, "<figure id=%q>%s</figure>\n", f.ID, html)
		for name, theme := range map[string]Theme{"print": Print, "file": Standalone} {
			b, err := Bytes(f, Options{Geography: geo, Theme: theme})
			if err != nil {
				t.Fatal(err)
			}
			write(t, f.ID+"."+name+".svg", b)
		}
		t.Logf("%s: %d bytes", f.ID, len(html))
	}
	write(t, "index.html", []byte(page.String()+"</main></html>"))
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

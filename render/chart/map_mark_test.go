package chart

import (
	"strings"
	"testing"
)

// Each area whose class changes bears one triangle; the legend says both, in
// every theme.
func TestChangeMarks(t *testing.T) {
	m := syntheticMap(syntheticTopology(t), "departement")
	f := syntheticFigure("marques", m)
	drawn := func(theme Theme) string {
		b, err := Bytes(f, Options{Theme: theme, Geography: syntheticGeography(t)})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if strings.Contains(drawn(Web), "vg-fx") {
		t.Error("triangles where nothing is compared")
	}
	m.More, m.Less = "plus fragile, synthétique", "moins fragile, synthétique"
	m.Areas[0].Change, m.Areas[1].Change, m.Areas[2].Change = 1, -1, -1
	if n := strings.Count(drawn(Web), `class="vg-fx"`); n != 5 {
		t.Errorf("%d triangles; want 3 on the map and 2 in the legend", n)
	}
	for _, theme := range []Theme{Web, Print, Standalone} {
		if svg := drawn(theme); !strings.Contains(svg, m.More) || !strings.Contains(svg, m.Less) {
			t.Errorf("theme %v: the legend does not say the triangles", theme)
		}
	}
}

package chart

import (
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"vigie/report"
)

// tokenBlocks returns the token sets of chart.css: light, dark.
func tokenBlocks(t *testing.T) []map[string]string {
	t.Helper()
	var blocks []map[string]string
	for _, b := range regexp.MustCompile(`\{([^{}]*--vg-paper:[^{}]*)\}`).FindAllStringSubmatch(CSS, -1) {
		m := map[string]string{}
		for _, p := range regexp.MustCompile(`--(vg-[a-z0-9-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(b[1], -1) {
			m[p[1]] = p[2]
		}
		blocks = append(blocks, m)
	}
	if len(blocks) != 2 {
		t.Fatalf("chart.css has %d token sets; want 2", len(blocks))
	}
	return blocks
}

// luminance and contrast follow WCAG 2.2.
func luminance(hex string) float64 {
	n, _ := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32) // the pattern above lets only digits through
	lin := func(v uint64) float64 {
		x := float64(v&255) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(n>>16) + 0.7152*lin(n>>8) + 0.0722*lin(n)
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrast(t *testing.T) {
	for set, m := range tokenBlocks(t) {
		check := func(fore, back string, least float64) {
			if c := contrast(m[fore], m[back]); !(c >= least) {
				t.Errorf("set %d: %s %s on %s %s: contrast %.2f; want %.1f", set, fore, m[fore], back, m[back], c, least)
			}
		}
		for _, fore := range []string{"vg-ink", "vg-muted", "vg-accent", "vg-cat-2", "vg-cat-3", "vg-cat-4"} {
			check(fore, "vg-paper", 4.5)
			check(fore, "vg-band", 4.5)
		}
		check("vg-muted", "vg-nodata", 4.5)
		for _, fore := range []string{"vg-axis", "vg-range", "vg-sign"} {
			check(fore, "vg-paper", 3)
		}
		check("vg-range", "vg-band", 3)
		check("vg-sign", "vg-nodata", 3)
		for i := 1; i <= report.MostKinds; i++ { // one set for both
			for fore, least := range map[string]float64{colLetter: 4.5, colKindHatch: 3} {
				if c := contrast(fore, kindColour[i]); c < least {
					t.Errorf("%s on kind %d: contrast %.2f; want %.1f", fore, i, c, least)
				}
			}
		}
		last := luminance(m["vg-paper"])
		falling := last > luminance(m["vg-step-1"])
		for i := 1; i <= report.Steps; i++ {
			n := strconv.Itoa(i)
			check("vg-on-"+n, "vg-step-"+n, 4.5)
			check("vg-hatch-"+n, "vg-step-"+n, 3)
			check("vg-ink", "vg-paper", 3)
			here := luminance(m["vg-step-"+n])
			if (last > here) != falling {
				t.Errorf("set %d: step %d breaks the order of lightness", set, i)
			}
			last = here
		}
	}
}

// TestTokens checks that paper, the light page and the files of their own have
// the same colours.
func TestTokens(t *testing.T) {
	b := tokenBlocks(t)
	literal := map[string]string{
		"vg-paper": colPaper, "vg-ink": colInk, "vg-muted": colMuted, "vg-rule": colRule, "vg-axis": colAxis, "vg-range": colRange,
		"vg-band": colBand, "vg-accent": colAccent, "vg-context": colContext, "vg-edge": colEdge, "vg-nodata": colNoData, "vg-sign": colSign,
		"vg-cat-2": colRust, "vg-cat-3": colPlum, "vg-cat-4": colOlive,
	}
	for i := 1; i <= report.Steps; i++ {
		n := strconv.Itoa(i)
		literal["vg-step-"+n], literal["vg-on-"+n], literal["vg-hatch-"+n] = stepColour[i], onColour[i], hatchColour[i]
	}
	kinds := map[string]string{"vg-letter": colLetter, "vg-letter-edge": colLetterEdge, "vg-kind-hatch": colKindHatch}
	for i := 1; i <= report.MostKinds; i++ {
		kinds["vg-kind-"+strconv.Itoa(i)] = kindColour[i]
	}
	maps.Copy(literal, kinds)
	for token, colour := range literal {
		if b[0][token] != colour {
			t.Errorf("%s: light %s; the palette says %s", token, b[0][token], colour)
		}
	}
	if len(b[0]) != len(literal) || len(b[1]) != len(literal)-len(kinds) {
		t.Errorf("%d light tokens, %d dark; want %d, and those of kinds once", len(b[0]), len(b[1]), len(literal))
	}
}

// TestClasses checks that chart.css styles every class that drawings use.
func TestClasses(t *testing.T) {
	geo := syntheticGeography(t)
	seen := map[string]bool{}
	for _, f := range syntheticFigures(t) {
		b, err := Fragment(f, Options{Geography: geo})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(` class="([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
			for _, class := range strings.Fields(m[1]) {
				seen[class] = true
			}
		}
	}
	for _, kind := range []string{"map", "ranking", "heat", "series", "profile", "scatter", "bars", "voices", "a"} {
		delete(seen, "vg-"+kind) // hooks for the page, not styled here
	}
	for class := range seen {
		if !regexp.MustCompile(`\.` + class + `\b`).MatchString(CSS) {
			t.Errorf("chart.css has no rule for .%s", class)
		}
	}
}

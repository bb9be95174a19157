package pdf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Plain texts leave a drawing; those that are turned, haloed or under a group
// with a style of its own stay, and nothing else is touched.
func TestLettered(t *testing.T) {
	const kept = `<svg viewBox="0 0 10 20" font-size="13"><g><rect x="1"/></g><g transform="rotate(9)"><text x="1" y="2">turned</text></g>` +
		`<text x="1" y="2" stroke="#ffffff">halo</text><g fill="#000000"><g><text x="1" y="2">in a style</text></g></g>`
	svg := strings.Replace(kept, `<rect x="1"/>`, `<rect x="1"/><text x="1.5" y="2" fill="#1c2326">a &amp; b</text>`, 1) +
		`<text x="3" y="4" font-size="12" text-anchor="middle" fill="#545f66" font-weight="600">é</text><text x="9" y="4" text-anchor="end"> 7 </text></svg>`
	rest, texts := lettered([]byte(svg))
	if d := cmp.Diff(kept+"</svg>", string(rest)); d != "" {
		t.Errorf("what is left (-want +got):\n%s", d)
	}
	want := []lettering{
		{1.5, 2, 13, "left", "#1c2326", false, "a & b"},
		{3, 4, 12, "center", "#545f66", true, "é"},
		{9, 4, 13, "right", "#000000", false, " 7 "},
	}
	if d := cmp.Diff(want, texts, cmp.AllowUnexported(lettering{})); d != "" {
		t.Errorf("texts (-want +got):\n%s", d)
	}
	if got, want := letters(texts[1:], 10, 100), `((center, -20.00mm, 40.00mm, 340.16pt, "#545f66", 600, "é"), (right, -10.00mm, 40.00mm, 368.50pt, "#000000", 400, "7"))`; got != want {
		t.Errorf("letters = %s; want %s", got, want)
	}
	for _, foreign := range []string{`<svg><text x="1" y="2">a<tspan>b</tspan></text></svg>`, `<svg><text x="1" y="2"/></svg>`, `<svg><text x="1`} {
		if rest, texts := lettered([]byte(foreign)); string(rest) != foreign || len(texts) != 0 {
			t.Errorf("%s became %s, %v", foreign, rest, texts)
		}
	}
}

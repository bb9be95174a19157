package chart

import (
	"slices"
	"strconv"
	"strings"

	"vigie/report"
)

// A map of kinds has no order: its colours tell kinds apart with any colour
// vision (Tol's light scheme, made for dark letters on it), are the same on
// light and dark pages, and never stand alone: an area carries its letter. Kinds
// are kept among the fills after the steps of the scale.
//
// Source: Tol (2021), Colour Schemes, SRON/EPS/TN/09-002.
const (
	colLetter     = "#1c2326" // --vg-letter
	colLetterEdge = "#ffffff" // --vg-letter-edge
	colKindHatch  = "#3c4649" // --vg-kind-hatch
)

// kindColour is --vg-kind-N, from 1.
var kindColour = [report.MostKinds + 1]string{"", "#ee8866", "#77aadd", "#eedd88", "#44bb99", "#ffaabb", "#bbcc33", "#99ddff", "#aaaa00"}

var (
	textLetter = style{"vg-tk", `fill="` + colLetter + `" stroke="` + colLetterEdge + `" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke" font-weight="600"`}
	kindHatch  = style{"vg-hk", `stroke="` + colKindHatch + `"`}
	kindFill   = kindStyles()
)

func kindStyles() (s [report.MostKinds + 1]style) {
	s[0] = fillContext
	for i := 1; i <= report.MostKinds; i++ {
		s[i] = fillOf("vg-k"+strconv.Itoa(i), kindColour[i])
	}
	return s
}

// ground is the fill of a step or, after them, of a kind; the first kind is the
// ordinary one, without a colour of its own.
func ground(step int) style {
	if step > report.Steps {
		return kindFill[step-report.Steps-1]
	}
	return stepFill[step]
}

// hatching is the lines over it.
func hatching(step int) style {
	if step > report.Steps {
		return kindHatch
	}
	return stepHatch[step]
}

// lastFill is the number of the last fill.
const lastFill = report.Steps + 1 + report.MostKinds

// fillStep is the fill of an area: its step, or its kind on a map of kinds.
func (m *choropleth) fillStep(a *report.Area) int {
	if len(m.d.Kinds) == 0 {
		return clampStep(a.Step)
	}
	return m.kindStep(a.Kind)
}

// kindStep is the fill of a kind by its code, that of no data when it has none.
func (m *choropleth) kindStep(code string) int {
	k := slices.IndexFunc(m.d.Kinds, func(k report.MapKind) bool { return k.Code == code })
	switch {
	case k < 0:
		return 0
	case m.d.Kinds[k].Colour == 0:
		return report.Steps + 1
	}
	return report.Steps + 1 + min(m.d.Kinds[k].Colour, report.MostKinds)
}

// letters writes on each area the letter of its kind, where it fits.
func (m *choropleth) letters(layout mapLayout) {
	if len(m.d.Kinds) == 0 || m.d.Small {
		return
	}
	const size = 11.5
	m.onAreas(layout, func(a *report.Area, x, y, width float64) {
		if a.Letter != "" && width > textWidth(a.Letter, size, true) {
			m.textIn(x, y+4, middleAnchor, size, textLetter, a.Letter)
		}
	})
}

// kindLegend explains the kinds and the signs, one line a kind.
func (m *choropleth) kindLegend(y float64, others []legendItem) float64 {
	var items []legendItem
	for _, k := range m.d.Kinds {
		items = append(items, legendItem{strings.TrimSpace(k.Letter + " " + k.Label), m.swatch(m.kindStep(k.Code), false, false)})
	}
	return m.legendRow(0, y, m.width, append(items, others...))
}

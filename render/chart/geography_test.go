package chart

import (
	"math"
	"testing"

	"vigie/territory"
)

// TestLambert93 checks the projection where its parameters fix the answer, and
// at two places of known coordinates.
func TestLambert93(t *testing.T) {
	p := lambert93()
	cases := []struct {
		name      string
		at        territory.LonLat
		x, y, tol float64
	}{
		{"origin", territory.LonLat{Lon: 3, Lat: 46.5}, 700000, 6600000, 1e-6},
		// published in Lambert-93 for the Eiffel tower, rounded to the metre
		{"Eiffel tower", territory.LonLat{Lon: 2.294481, Lat: 48.858370}, 648237, 6862272, 20},
	}
	for _, c := range cases {
		got := p.project(c.at)
		if math.Abs(got.x-c.x) > c.tol || math.Abs(got.y-c.y) > c.tol {
			t.Errorf("%s: (%.1f, %.1f); want (%.1f, %.1f)", c.name, got.x, got.y, c.x, c.y)
		}
	}
}

// TestLambertScale checks that lengths are true on the two standard parallels
// and that the projection is conformal.
func TestLambertScale(t *testing.T) {
	p := lambert93()
	const d = 1e-5
	for _, lat := range []float64{lambertLat1, lambertLat2} {
		for _, lon := range []float64{-4, 3, 8} {
			o := p.project(territory.LonLat{Lon: lon, Lat: lat})
			e := p.project(territory.LonLat{Lon: lon + d, Lat: lat})
			n := p.project(territory.LonLat{Lon: lon, Lat: lat + d})
			s := math.Sin(lat * math.Pi / 180)
			e2 := grsF * (2 - grsF)
			parallel := grsA / math.Sqrt(1-e2*s*s) * math.Cos(lat*math.Pi/180) * d * math.Pi / 180
			meridian := grsA * (1 - e2) / math.Pow(1-e2*s*s, 1.5) * d * math.Pi / 180
			kx := math.Hypot(e.x-o.x, e.y-o.y) / parallel
			ky := math.Hypot(n.x-o.x, n.y-o.y) / meridian
			if math.Abs(kx-1) > 1e-6 || math.Abs(ky-1) > 1e-6 {
				t.Errorf("scale at (%v, %v): %.7f, %.7f; want 1", lon, lat, kx, ky)
			}
		}
	}
}

func TestFrameOf(t *testing.T) {
	cases := []struct {
		at   territory.LonLat
		want int
	}{
		{territory.LonLat{Lon: 4.7, Lat: 49.7}, metropolis},
		{territory.LonLat{Lon: 9.1, Lat: 42.2}, metropolis},
		{territory.LonLat{Lon: -61.4, Lat: 15.95}, guadeloupe},
		{territory.LonLat{Lon: -61.0, Lat: 14.4}, martinique},
		{territory.LonLat{Lon: -54.5, Lat: 2.2}, guyane},
		{territory.LonLat{Lon: 55.5, Lat: -21.1}, reunion},
		{territory.LonLat{Lon: 45.2, Lat: -12.9}, mayotte},
	}
	for _, c := range cases {
		if got := frameOf(c.at); got != c.want {
			t.Errorf("frameOf(%v) = %d; want %d", c.at, got, c.want)
		}
	}
}

// TestPointWeights checks a line whose middle bump is worth more than its
// ripple, and that ends are kept whatever the detail.
func TestPointWeights(t *testing.T) {
	w := pointWeights([]metres{{0, 0}, {1, 0.1}, {2, 0}, {3, 5}, {4, 0}})
	if !math.IsInf(w[0], 1) || !math.IsInf(w[4], 1) {
		t.Errorf("ends weigh %v and %v; want infinity", w[0], w[4])
	}
	if !(w[1] < w[2] && w[2] <= w[3]) {
		t.Errorf("weights %v; want the ripple first, the bump last", w)
	}
	if w := pointWeights([]metres{{0, 0}, {1, 1}}); len(w) != 2 {
		t.Errorf("two positions give %v", w)
	}
}

// TestSharedBorder checks that two neighbours draw their common border through
// the same grid positions.
func TestSharedBorder(t *testing.T) {
	topo := realTopology(t, "departements")
	l := newLayer("departement", topo)
	v := l.views(layoutOf(wideForm, l, 720, true))[metropolis]
	for i := range l.arcs {
		a, b := l.gridArc(nil, i, v), l.gridArc(nil, ^i, v)
		if len(a) != len(b) || a[0] != b[len(b)-1] || a[len(a)/2] != b[len(b)-1-len(a)/2] {
			t.Fatalf("arc %d: %v one way, %v the other", i, a, b)
		}
	}
}

func TestMeasure(t *testing.T) {
	if a, b := textWidth("Île", 10, false), textWidth("Ile", 10, false); a != b {
		t.Errorf("Île is %v wide, Ile %v", a, b)
	}
	if got := shorten("Provence-Alpes-Côte d’Azur", 90, 13, false); textWidth(got, 13, false) > 90 || got == "…" {
		t.Errorf("shorten gives %q, %v wide", got, textWidth(got, 13, false))
	}
	for _, line := range wrap("un texte assez long pour tenir sur plusieurs lignes", 80, 12, false) {
		if textWidth(line, 12, false) > 80 {
			t.Errorf("line %q is %v wide; want at most 80", line, textWidth(line, 12, false))
		}
	}
}

func TestSpread(t *testing.T) {
	labels := []endLabel{{at: 10, lines: []string{"a"}}, {at: 11, lines: []string{"b", "b"}}, {at: 98, lines: []string{"c"}}, {at: 99, lines: []string{"d"}}}
	spread(labels, 14, 0, 100)
	for i := 1; i < len(labels); i++ {
		gap := 14 * float64(len(labels[i].lines)+len(labels[i-1].lines)) / 2
		if labels[i].y-labels[i-1].y < gap-1e-9 {
			t.Errorf("labels %d and %d are %v apart; want %v", i-1, i, labels[i].y-labels[i-1].y, gap)
		}
	}
	if y := labels[3].y; y > 106 {
		t.Errorf("the last label is at %v; want at most 106", y)
	}
}

package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/lang"
	"vigie/report"
	"vigie/territory"
)

var update = flag.Bool("update", false, "rewrite the golden drawings")

// syntheticTopology is two départements side by side, an island far from them
// and one overseas: made-up squares.
func syntheticTopology(t testing.TB) *territory.Topology {
	t.Helper()
	topo, err := territory.ParseBoundary(territory.Departement, []byte(`{"type":"Topology","arcs":[
	 [[2,45],[2,49]],[[2,49],[-1,48.5],[-1,45],[2,45]],[[2,49],[6,49],[7,47],[6,45],[2,45]],
	 [[8,42],[9,42],[9,43],[8,43],[8,42]],[[55.2,-21.3],[55.8,-21.3],[55.8,-20.9],[55.2,-20.9],[55.2,-21.3]]],
	 "objects":{"essai":{"type":"GeometryCollection","geometries":[
	 {"type":"Polygon","arcs":[[0,1]],"properties":{"code":"DEP-01","label":"Essai ouest","region":"REG-01"}},
	 {"type":"MultiPolygon","arcs":[[[0,2]],[[3]]],"properties":{"code":"DEP-02","label":"Essai est","region":"REG-02"}},
	 {"type":"Polygon","arcs":[[4]],"properties":{"code":"DEP-974","label":"Essai outre-mer","region":"REG-04"}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return topo
}

func syntheticGeography(t testing.TB) *Geography {
	return NewGeography(nil, syntheticTopology(t), nil)
}

func syntheticFigures(t testing.TB) []*report.Figure {
	m := syntheticMap(syntheticTopology(t), "departement")
	m.Focus = "DEP-02"
	m.Areas[0].Unsure = true
	m.Areas[2].Step, m.Areas[2].Secret = 0, true
	zoom := *m
	zoom.Within = "DEP-01"
	small := *m
	small.Small = true
	kinds := syntheticKinds(m)
	return []*report.Figure{
		syntheticFigure("map", m), syntheticFigure("map_zoom", &zoom), syntheticFigure("map_small", &small), syntheticFigure("map_kinds", kinds),
		syntheticFigure("ranking", syntheticRanking(6)), syntheticFigure("heat", syntheticHeat(3)),
		syntheticFigure("series", syntheticSeries()), syntheticFigure("profile", syntheticProfile()),
		syntheticFigure("scatter", syntheticScatter()), syntheticFigure("bars", syntheticBars()), syntheticFigure("bars_single", syntheticShifts()),
		syntheticFigure("voices", syntheticVoices(1)), syntheticFigure("voices_many", syntheticVoices(9)),
		syntheticFigure("quarters", syntheticQuarters()), syntheticFigure("waves", syntheticWaves()), syntheticFigure("record", syntheticRecord()),
	}
}

// variants are the options under which every chart is tried.
func variants(geo *Geography) map[string]Options {
	return map[string]Options{
		"web":    {Geography: geo},
		"narrow": {Geography: geo, Narrow: true, Lang: lang.EN},
		"print":  {Geography: geo, Theme: Print},
		"file":   {Geography: geo, Theme: Standalone},
	}
}

func TestGolden(t *testing.T) {
	geo := syntheticGeography(t)
	for _, f := range syntheticFigures(t) {
		for name, opt := range variants(geo) {
			got, err := Bytes(f, opt)
			if err != nil {
				t.Fatalf("%s, %s: %v", f.ID, name, err)
			}
			wellFormed(t, f.ID+", "+name, got)
			again, _ := Bytes(f, opt) // the error was nil a moment ago
			if !bytes.Equal(got, again) {
				t.Errorf("%s, %s: two drawings differ", f.ID, name)
			}
			if name == "print" && f.ID != "map" || name == "narrow" && f.ID == "map_small" {
				continue // drawn as the file, or as the web
			}
			golden(t, "synthetic_"+f.ID+"_"+name+".svg", got)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s changed: run with -update, then look at the difference", name)
	}
}

func wellFormed(t *testing.T, name string, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	ids := map[string]bool{}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: not well-formed: %v", name, err)
			return
		}
		if e, ok := tok.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if a.Name.Local == "id" && ids[a.Value] {
					t.Errorf("%s: id %q twice", name, a.Value)
				} else if a.Name.Local == "id" {
					ids[a.Value] = true
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s: %s has %s=%q", name, e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
}

// canary breaks out of text and attributes unless it is escaped, and holds a
// character that XML forbids and a byte that is not UTF-8.
const canary = "\"'><script>x</script>&amp;\x01\xff"

func TestCanary(t *testing.T) {
	geo := syntheticGeography(t)
	m := syntheticMap(syntheticTopology(t), "departement")
	m.Areas[0] = report.Area{Code: "DEP-01", Label: canary, Text: canary, Href: canary, Step: 9}
	m.NoData, m.Legend = canary, []string{canary, canary}
	ax := report.Axis{Title: canary, Max: 1, Ticks: []report.Tick{{At: .5, Label: canary}}}
	charts := []report.Chart{
		m,
		&report.Ranking{Axis: ax, Rows: []report.RankRow{{Label: canary, Text: canary, Href: canary, Step: -1}}},
		&report.Heat{
			Columns: []report.HeatHead{{Short: canary, Label: canary, Href: canary}}, Groups: []report.HeatGroup{{Label: canary, Span: 1}},
			Rows: []report.HeatRow{{Label: canary, Href: canary, Cells: []report.HeatCell{{Step: 7, Text: canary, Title: canary}, {}}}}, NoData: canary,
		},
		&report.Series{X: ax, Y: ax, Lines: []report.Line{{Label: canary, Focus: true, Points: []report.Point{{OK: true, Text: canary}}}}, Marks: []report.TimeMark{{Label: canary}}},
		&report.Profile{Axis: ax, Rows: []report.ProfileRow{{Label: canary, Group: canary, Text: canary, Href: canary}}, Reference: canary},
		&report.Scatter{X: ax, Y: ax, Points: []report.Dot{{Label: canary, Text: canary, Href: canary}}, Diagonal: canary, Above: canary, Below: canary},
		&report.Bars{Axis: ax, Rows: []report.BarRow{{Group: canary, Label: canary, Own: report.Bar{X: .5, Text: canary}, Whole: report.Bar{Text: canary}}}, Own: canary, Whole: canary, Interval: canary},
		&report.Voices{Axis: ax, Speakers: []string{canary}, Interval: canary, Hollow: canary, Rows: []report.VoiceRow{{Group: canary, Label: canary, Marks: []report.VoiceMark{{X: .5, Text: canary}}}}},
	}
	for _, ch := range charts {
		for name, opt := range variants(geo) {
			f := syntheticFigure(canary, ch)
			f.Title, f.Alt, f.Source, f.Reading, f.Notes = canary, canary, canary, canary, []string{canary}
			got, err := Bytes(f, opt)
			if err != nil {
				t.Fatalf("%s, %s: %v", ch.Kind(), name, err)
			}
			wellFormed(t, ch.Kind()+", "+name, got)
			if bytes.Contains(got, []byte("<script")) {
				t.Errorf("%s, %s: the canary is not escaped", ch.Kind(), name)
			}
		}
	}
}

func TestEmptyCharts(t *testing.T) {
	geo := syntheticGeography(t)
	charts := []report.Chart{
		&report.Map{Tier: "departement"}, &report.Ranking{}, &report.Heat{}, &report.Series{}, &report.Profile{}, &report.Scatter{},
		&report.Series{Lines: []report.Line{{Points: []report.Point{{}, {}}}}},
	}
	for _, ch := range charts {
		for name, opt := range variants(geo) {
			got, err := Bytes(syntheticFigure("empty", ch), opt)
			if err != nil {
				t.Fatalf("%s, %s: %v", ch.Kind(), name, err)
			}
			wellFormed(t, ch.Kind()+", "+name, got)
		}
	}
}

func TestFaults(t *testing.T) {
	geo := syntheticGeography(t)
	cases := []struct {
		name string
		ch   report.Chart
		opt  Options
		want string
	}{
		{"no chart", nil, Options{}, "figure sans dessin"},
		{"no geography", &report.Map{Tier: "region"}, Options{}, "« region »"},
		{"no such tier", &report.Map{Tier: "epci"}, Options{Geography: geo}, "« epci »"},
		{"within nowhere", &report.Map{Tier: "departement", Within: "DEP-99"}, Options{Geography: geo}, "DEP-99"},
	}
	for _, c := range cases {
		_, err := Bytes(&report.Figure{Chart: c.ch}, c.opt)
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: error %v; want %q", c.name, err, c.want)
		}
	}
}

// TestNames checks what a screen reader is told.
func TestNames(t *testing.T) {
	geo := syntheticGeography(t)
	m := syntheticMap(syntheticTopology(t), "departement")
	m.Areas[0] = report.Area{Code: "DEP-01", Label: "Essai ouest", Text: "62 sur 100, 3e rang", Step: 4, Unsure: true, Href: "/territoires/DEP-01"}
	m.Areas[1].Href = ""
	got, err := Bytes(syntheticFigure("names", m), Options{Geography: geo})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`role="group" aria-labelledby="vg-names-t" aria-describedby="vg-names-d"`,
		`<a href="/territoires/DEP-01"><path fill="url(#vg-names-h4m)"`,
		"<title>Essai ouest\u00a0: 62 sur 100, 3e rang, incertain</title></path></a>",
	} {
		if !bytes.Contains(got, []byte(want)) {
			t.Errorf("the drawing lacks %s", want)
		}
	}
	for _, theme := range []Theme{Print, Standalone} {
		got, err := Bytes(syntheticFigure("names", m), Options{Geography: geo, Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(got, []byte(`role="img"`)) || bytes.Contains(got, []byte("<a ")) || bytes.Contains(got, []byte("class=")) {
			t.Errorf("theme %d: want an image without links or classes", theme)
		}
	}
}

func TestFragment(t *testing.T) {
	geo := syntheticGeography(t)
	for _, f := range syntheticFigures(t) {
		b, err := Fragment(f, Options{Geography: geo})
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, f.ID, []byte("<div>"+string(b)+"</div>"))
		want := 2
		if f.ID == "map_small" {
			want = 1
		}
		if n := bytes.Count(b, []byte("<svg ")); n != want {
			t.Errorf("%s: %d drawings; want %d", f.ID, n, want)
		}
	}
}

func TestRealMaps(t *testing.T) {
	geo := NewGeography(realTopology(t, "regions"), realTopology(t, "departements"), realTopology(t, "epci"))
	most := map[string]int{"regions": 60_000, "departements": 110_000, "epci": 350_000}
	for file, tier := range map[string]string{"regions": "region", "departements": "departement", "epci": "epci"} {
		m := syntheticMap(realTopology(t, file), tier)
		b, err := Bytes(syntheticFigure(file, m), Options{Geography: geo})
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, file, b)
		if len(b) > most[file] {
			t.Errorf("%s: %d bytes; want at most %d", file, len(b), most[file])
		}
		if n := bytes.Count(b, []byte("<a href")); n != len(m.Areas) {
			t.Errorf("%s: %d links; want one for each of %d areas", file, n, len(m.Areas))
		}
	}
}

func BenchmarkChart(b *testing.B) {
	reg, dep, epci := realTopology(b, "regions"), realTopology(b, "departements"), realTopology(b, "epci")
	geo := NewGeography(reg, dep, epci)
	geo.Warm()
	zoom := syntheticMap(epci, "epci")
	zoom.Within = "REG-44"
	charts := []struct {
		name string
		ch   report.Chart
	}{
		{"regions", syntheticMap(reg, "region")}, {"departements", syntheticMap(dep, "departement")}, {"epci", syntheticMap(epci, "epci")},
		{"epci_region", zoom}, {"ranking101", syntheticRanking(101)}, {"heat", syntheticHeat(13)}, {"profile", syntheticProfile()},
		{"series", syntheticSeries()}, {"scatter", syntheticScatter()},
	}
	for _, c := range charts {
		f := syntheticFigure("bench", c.ch)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := SVG(io.Discard, f, Options{Geography: geo}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			NewGeography(reg, dep, epci).Warm()
		}
	})
}

// TestVoicesOnRanks: on an axis that runs backwards intervals keep their width.
func TestVoicesOnRanks(t *testing.T) {
	v := syntheticVoices(1)
	v.Axis.Reverse = true
	b, err := Bytes(syntheticFigure("ranks", v), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte(`width="-`)) {
		t.Error("an interval of negative width")
	}
}

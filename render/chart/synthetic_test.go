package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"vigie/report"
	"vigie/territory"
)

// All values here are made up; only names and boundaries are real.

var syntheticLegend = []string{"0 à 20", "20 à 40", "40 à 60", "60 à 80", "80 à 100"}

func syntheticRand() *rand.Rand { return rand.New(rand.NewPCG(7, 11)) }

func syntheticFigure(id string, ch report.Chart) *report.Figure {
	return &report.Figure{
		ID: id, Title: "Valeurs d'essai : une figure qui dit sa conclusion", Unit: "score de 0 à 100",
		Field: "territoires d'essai", Date: "2026", Source: "données synthétiques", Licence: "aucune",
		Reading: "valeurs fabriquées pour l'essai, sans rapport avec les territoires nommés.",
		Alt:     "Résumé de la figure en une phrase.", Chart: ch,
	}
}

func syntheticStep(x float64) int { return min(report.Steps, 1+int(x/20)) }

func syntheticMap(topo *territory.Topology, tier string) *report.Map {
	m := &report.Map{Tier: tier, Legend: syntheticLegend, NoData: "pas de donnée", Secret: "secret", Unsure: "classe incertaine"}
	rng := syntheticRand()
	for i, a := range topo.Areas {
		x := 100 * math.Sqrt(rng.Float64()*rng.Float64())
		area := report.Area{
			Code: string(a.Code), Label: a.Label, Step: syntheticStep(x), Text: fmt.Sprintf("%.0f sur 100, %de rang", x, i+1),
			Href: "/territoires/" + string(a.Code), Unsure: i%5 == 3,
		}
		switch i % 17 {
		case 4:
			area.Step, area.Text, area.Unsure = 0, "pas de donnée", false
		case 9:
			area.Step, area.Text, area.Secret, area.Unsure = 0, "secret", true, false
		}
		m.Areas = append(m.Areas, area)
	}
	return m
}

// syntheticKinds is a map of two kinds and of the ordinary one.
func syntheticKinds(m *report.Map) *report.Map {
	out := *m
	out.Legend, out.Areas = nil, slices.Clone(m.Areas)
	out.Kinds = []report.MapKind{{Code: "a", Letter: "A", Label: "genre d’essai", Colour: 1}, {Code: "b", Letter: "B", Label: "autre genre", Colour: 8}, {Code: "c", Label: "ordinaire"}}
	for i := range out.Areas {
		a := &out.Areas[i]
		a.Step, a.Secret = 0, false
		a.Kind, a.Letter = out.Kinds[i%3].Code, out.Kinds[i%3].Letter
	}
	out.Secret = ""
	return &out
}

var syntheticRegions = []string{
	"Hauts-de-France", "Grand Est", "Provence-Alpes-Côte d’Azur", "Occitanie", "Centre-Val de Loire", "Normandie",
	"Bourgogne-Franche-Comté", "Corse", "Nouvelle-Aquitaine", "Île-de-France", "Auvergne-Rhône-Alpes", "Bretagne", "Pays de la Loire",
}

func syntheticAxis(title string) report.Axis {
	ax := report.Axis{Title: title, Min: 0, Max: 100}
	for v := 0; v <= 100; v += 20 {
		ax.Ticks = append(ax.Ticks, report.Tick{At: float64(v), Label: fmt.Sprint(v)})
	}
	return ax
}

func syntheticRanking(n int) *report.Ranking {
	r := &report.Ranking{Axis: syntheticAxis("Score de fragilité (0 à 100, 100 = le plus fragile)")}
	rng := syntheticRand()
	for i := range n {
		x := 92 - 80*float64(i)/float64(n)
		row := report.RankRow{
			Code: fmt.Sprint("T", i), Label: syntheticRegions[i%len(syntheticRegions)], X: x, Lo: x - 3 - 14*rng.Float64(), Hi: x + 3 + 9*rng.Float64(),
			HasInterval: true, Step: syntheticStep(x), Text: fmt.Sprintf("%de [%d–%d]", i+1, max(1, i-1), i+4), Href: fmt.Sprintf("/territoires/T%d", i),
			Focus: i == 1, Same: i == 0 || i == 2 || i == 3,
		}
		r.Rows = append(r.Rows, row)
	}
	for _, name := range []string{"Guadeloupe", "La Réunion"} {
		r.Rows = append(r.Rows, report.RankRow{Label: name, X: 88, Step: 5, Text: "hors rang", Outside: true})
	}
	return r
}

var syntheticDomains = []struct{ code, label, group string }{
	{"EMP", "Emploi", "Économie"},
	{"NIV", "Niveau de vie", "Économie"},
	{"DEV", "Développement économique", "Économie"},
	{"NUM", "Numérique", "Économie"},
	{"PAU", "Pauvreté", "Solidarités"},
	{"SAN", "Santé", "Solidarités"},
	{"LOG", "Logement", "Solidarités"},
	{"AUT", "Autonomie", "Solidarités"},
	{"ENV", "Environnement", "Transition écologique"},
	{"ENE", "Énergie", "Transition écologique"},
	{"MOB", "Mobilités", "Transition écologique"},
	{"ALI", "Alimentation", "Transition écologique"},
	{"EDU", "Éducation", "Vie collective"},
	{"LIE", "Lien social", "Vie collective"},
	{"SEC", "Sécurité", "Vie collective"},
	{"CUL", "Culture et citoyenneté", "Vie collective"},
}

func syntheticHeat(rows int) *report.Heat {
	h := &report.Heat{Legend: syntheticLegend, NoData: "pas de donnée", Unsure: "classe incertaine"}
	for i, d := range syntheticDomains {
		h.Columns = append(h.Columns, report.HeatHead{Code: d.code, Short: d.code, Label: d.label, Href: "/domaines/" + d.code})
		if i%4 == 0 {
			h.Groups = append(h.Groups, report.HeatGroup{Label: d.group, Span: 4})
		}
	}
	rng := syntheticRand()
	for i, name := range syntheticRegions[:rows] {
		row := report.HeatRow{Code: name, Label: name, Href: "/territoires/x", Focus: i == 1}
		for k := range h.Columns {
			x := 100 * rng.Float64()
			c := report.HeatCell{Step: syntheticStep(x), Text: fmt.Sprintf("%de", 1+int((100-x)/8)), Unsure: rng.Float64() < 0.2}
			if (i+k)%23 == 7 {
				c = report.HeatCell{Text: "nd"}
			}
			row.Cells = append(row.Cells, c)
		}
		h.Rows = append(h.Rows, row)
	}
	return h
}

func syntheticProfile() *report.Profile {
	p := &report.Profile{
		Axis:      syntheticAxis("Score de fragilité (100 = le plus fragile)"),
		Reference: "médiane des 13 régions", Interval: "sensibilité aux choix de méthode",
	}
	rng := syntheticRand()
	for i, d := range syntheticDomains {
		x := 10 + 80*rng.Float64()
		p.Rows = append(p.Rows, report.ProfileRow{
			Code: d.code, Label: d.label, Group: d.group, OK: i != 8, X: x, Lo: x - 8*rng.Float64(), Hi: x + 10*rng.Float64(),
			HasInterval: i%6 != 5, Reference: 40 + 15*rng.Float64(), Step: syntheticStep(x), Text: fmt.Sprintf("%.0f · %de [%d–%d]", x, i+1, i+1, i+4),
			Href: "/domaines/" + d.code,
		})
	}
	p.Rows[8].Text = "pas de donnée"
	return p
}

func syntheticSeries() *report.Series {
	s := &report.Series{
		X: report.Axis{Min: 2012, Max: 2024}, Y: report.Axis{Title: "Taux d'essai, en %", Min: 6, Max: 16},
	}
	for y := 2012; y <= 2024; y += 2 {
		s.X.Ticks = append(s.X.Ticks, report.Tick{At: float64(y), Label: fmt.Sprint(y)})
	}
	for v := 6; v <= 16; v += 2 {
		s.Y.Ticks = append(s.Y.Ticks, report.Tick{At: float64(v), Label: fmt.Sprint(v)})
	}
	s.Marks = []report.TimeMark{{X: 2015, Label: "début d'essai"}, {X: 2015.2, Label: "nom trop près"}, {X: 2023.8, Label: "rupture d'essai"}}
	rng := syntheticRand()
	for i, name := range []string{"Ardennes d'essai", "Grand Est d'essai", "France d'essai", "Marne d'essai", "Aube d'essai"} {
		l := report.Line{Label: name, Focus: i == 0, Reference: i == 1 || i == 2}
		v := 12.5 - float64(i)*0.8
		for k := range 13 {
			v += rng.Float64() - 0.55
			l.Points = append(l.Points, report.Point{
				X: float64(2012 + k), Y: v, OK: !(i == 0 && k == 5), Provisional: k == 12, Text: fmt.Sprintf("%d : %.1f %%", 2012+k, v),
			})
		}
		s.Lines = append(s.Lines, l)
	}
	return s
}

func syntheticScatter() *report.Scatter {
	s := &report.Scatter{
		X: report.Axis{Title: "rang objectif", Min: 1, Max: 16, Reverse: true}, Y: report.Axis{Title: "rang perçu", Min: 1, Max: 16, Reverse: true},
		Diagonal: "même rang", Above: "perçu plus fragile que mesuré", Below: "mesuré plus fragile que perçu",
	}
	for _, v := range []int{1, 4, 8, 12, 16} {
		t := report.Tick{At: float64(v), Label: fmt.Sprint(v)}
		s.X.Ticks, s.Y.Ticks = append(s.X.Ticks, t), append(s.Y.Ticks, t)
	}
	rng := syntheticRand()
	for i, k := range rng.Perm(16) {
		d := syntheticDomains[i]
		s.Points = append(s.Points, report.Dot{
			Label: d.label, X: float64(i + 1), Y: float64((i+k/2)%16 + 1), Text: fmt.Sprintf("%de mesuré, %de perçu", i+1, (i+k/2)%16+1), Href: "/domaines/" + d.code,
		})
	}
	return s
}

// realTopology reads the starter boundaries, which stand outside the tree.
func realTopology(t testing.TB, name string) *territory.Topology {
	t.Helper()
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	b, err := os.ReadFile(filepath.Join(root, "starter", "boundaries", name+".topojson"))
	if err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skipf("starter boundaries not found (set VIGIE_SHARED): %v", err)
	}
	topo, err := territory.ParseBoundary(map[string]territory.Level{"regions": territory.Region, "departements": territory.Departement, "epci": territory.EPCI}[name], b)
	if err != nil {
		t.Fatal(err)
	}
	return topo
}

func syntheticBars() *report.Bars {
	bar := func(x, half float64) report.Bar {
		return report.Bar{X: x, Lo: x - half, Hi: x + half, HasInterval: true, Text: fmt.Sprintf("%.0f %% [%.0f–%.0f]", x, x-half, x+half)}
	}
	b := &report.Bars{
		Axis: syntheticAxis("Part de la variance des rangs, en %"),
		Own:  "à lui seul", Whole: "seul ou avec d'autres", Interval: "intervalle",
	}
	for i, name := range []string{"Un indicateur laissé de côté", "Poids", "Normalisation", "Moyenne", "Valeurs extrêmes"} {
		x := 41 - 10*float64(i)
		b.Rows = append(b.Rows, report.BarRow{Label: name, Own: bar(x, 4), Whole: bar(x+15, 5)})
	}
	return b
}

func syntheticShifts() *report.Bars {
	b := &report.Bars{Axis: report.Axis{Title: "Places de déplacement, en moyenne", Max: 8}}
	for v := 0; v <= 8; v += 2 {
		b.Axis.Ticks = append(b.Axis.Ticks, report.Tick{At: float64(v), Label: fmt.Sprint(v)})
	}
	for i, name := range []string{"Écarts à la moyenne", "Rangs en centièmes", "Chaque indicateur autant", "Chaque dimension autant", "Moyenne géométrique"} {
		group := []string{"Normalisation", "Normalisation", "Poids", "Poids", "Moyenne"}[i]
		b.Rows = append(b.Rows, report.BarRow{Group: group, Label: name, Own: report.Bar{X: 7 - 1.4*float64(i), Text: fmt.Sprintf("%.1f places · %d %%", 7-1.4*float64(i), 40-7*i)}})
	}
	return b
}

// syntheticVoices is a few figures that bear their names, or many that share a
// legend: four audiences, one withheld figure, a rival value.
func syntheticVoices(rows int) *report.Voices {
	v := &report.Voices{Axis: syntheticAxis("Part d'essai, en %"), Interval: "intervalle à 95 %", Hollow: "valeur concurrente",
		Speakers: []string{"Citoyens d'essai", "Maires et élus locaux d'essai", "Dirigeants d'essai", "Associations d'essai"}}
	rng := syntheticRand()
	for i := range rows {
		r := report.VoiceRow{}
		if rows > 1 {
			r.Label = fmt.Sprintf("Domaine d'essai %d", i+1)
		}
		for k := range v.Speakers {
			x := 20 + 60*rng.Float64()
			r.Marks = append(r.Marks, report.VoiceMark{Speaker: k, X: x, Lo: x - 4, Hi: x + 4, HasInterval: true, Text: fmt.Sprintf("%.0f %% [%.0f–%.0f]", x, x-4, x+4)})
		}
		if i == 0 {
			r.Marks[2] = report.VoiceMark{Speaker: 2, Sign: "s", Text: "secret"}
			r.Marks = append(r.Marks, report.VoiceMark{Speaker: 3, X: 31, Hollow: true, Text: "31 %"})
		}
		v.Rows = append(v.Rows, r)
	}
	return v
}

// syntheticQuarters is a scatter in four parts, with whiskers.
func syntheticQuarters() *report.Scatter {
	s := syntheticScatter()
	s.Diagonal, s.Above, s.Below = "", "", ""
	s.Quarters = &report.Quarters{X: 8.5, Y: 8.5, TopRight: "fragile et ressenti", TopLeft: "ressenti, non mesuré", BottomRight: "fragile, non ressenti", BottomLeft: "ni l'un ni l'autre"}
	s.Interval, s.Hollow = "intervalle d'essai", "estimé d'essai"
	for i := range s.Points {
		p := &s.Points[i]
		p.SpanY = &report.Reach{Low: max(1, p.Y-2), High: min(16, p.Y+2)}
		if i%3 == 0 {
			p.Hollow = true
			p.SpanX = &report.Reach{Low: max(1, p.X-1), High: min(16, p.X+1)}
		}
	}
	return s
}

// syntheticWaves is a series of a few waves with their intervals and a break.
func syntheticWaves() *report.Series {
	s := &report.Series{X: report.Axis{Min: 2014, Max: 2025}, Y: report.Axis{Title: "Part d'essai, en %", Min: 40, Max: 100},
		Marks: []report.TimeMark{{X: 2022, Label: "autre mode"}}}
	for _, y := range []float64{2015, 2019, 2024} {
		s.X.Ticks = append(s.X.Ticks, report.Tick{At: y, Label: fmt.Sprint(y)})
	}
	for v := 40.0; v <= 100; v += 20 {
		s.Y.Ticks = append(s.Y.Ticks, report.Tick{At: v, Label: fmt.Sprint(v)})
	}
	for k, name := range []string{"Oui d'essai", "Non d'essai"} {
		l := report.Line{Label: name}
		for n, y := range []float64{2015, 2019, 2024} {
			v := 80 - 25*float64(k) + 3*float64(n)
			l.Points = append(l.Points, report.Point{X: y, Y: v, OK: true, Low: v - 3, High: v + 3, HasInterval: true, Apart: n == 2, Text: fmt.Sprintf("%.0f %%", v)})
		}
		s.Lines = append(s.Lines, l)
	}
	return s
}

// syntheticRecord is a series of a few points as published: known and unknown
// margins, a broken step, two values of one measure.
func syntheticRecord() *report.Series {
	s := syntheticWaves()
	s.Marks, s.Interval, s.Hollow, s.Rival, s.Broken = nil, "marge d'essai", "marge inconnue d'essai", "valeur concurrente d'essai", "rupture d'essai"
	for k := range s.Lines {
		p := s.Lines[k].Points
		p[1].Broken, p[2].Apart = true, false
		p[2].HasInterval, p[2].Hollow = false, true
		p[2].Rivals = []report.Rival{{Y: p[2].Y - 9, Text: "valeur d'essai"}}
	}
	return s
}

package pdf

import (
	"fmt"
	"math"
	"strings"

	"vigie/report"
)

// The documents of the tests are synthetic: places, figures and sources are
// invented, and say so.

const syntheticSource = "Données synthétiques pour essai"

var syntheticDomains = []string{
	"Emploi", "Santé", "Éducation", "Logement", "Pauvreté et exclusion", "Vieillissement et dépendance",
	"Mobilité", "Climat et biodiversité", "Énergie", "Numérique", "Culture", "Sport", "Égalité femmes-hommes",
	"Sécurité", "Lien social", "Alimentation",
}

func synthetic(i, j int) float64 { return math.Round(50 + 42*math.Sin(float64(7*i+3*j*j+1))) }

func plain(s string) report.Text { return report.Text{{Text: s}} }

func syntheticTable(rows, columns int) report.Table {
	t := report.Table{Caption: fmt.Sprintf("Scores synthétiques, %d territoires", rows), Source: syntheticSource, Licence: "Licence Ouverte 2.0",
		Head: []report.Head{{Key: "territory", Label: "Territoire"}}}
	for j := range columns {
		t.Head = append(t.Head, report.Head{Key: fmt.Sprint("d", j), Label: syntheticDomains[j%16], Numeric: true})
	}
	for i := range rows {
		r := report.Row{Cells: []report.Cell{{Text: fmt.Sprintf("Territoire d'essai n° %d", i+1), Href: fmt.Sprint("/territoires/ESSAI-", i)}}, Mark: i == 2}
		for j := range columns {
			v := synthetic(i, j)
			c := report.Cell{Text: fmt.Sprintf("%.0f,%d", v, (i+j)%10), Value: &v, Step: 1 + int(v)/21}
			switch (i*columns + j) % 23 {
			case 4:
				c = report.Cell{Sign: "nd"}
			case 9:
				c.Sign = "p"
			case 15:
				c.Level = "dép."
			}
			r.Cells = append(r.Cells, c)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

var syntheticSteps = [report.Steps]string{"#e6eef0", "#b5d3d6", "#74abb2", "#2f7a86", "#0b4f5c"}

// syntheticSVG draws n intervals as render/chart draws a ranking.
func syntheticSVG(width, n int) []byte {
	var b strings.Builder
	height := 22*n + 40
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="Source Sans 3" font-size="13" role="img"><title>Essai</title>`, width, height, width, height)
	for i := range n {
		y, x := 22*i+20, 170+synthetic(i, n)*float64(width-260)/100
		fmt.Fprintf(&b, `<text x="0" y="%d" fill="#1c1b1a">Territoire d'essai %d</text>`, y+4, i+1)
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#74abb2" stroke-width="3"/>`, x-30, x+40, y, y)
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%d" r="5" fill="%s"/>`, x, y, syntheticSteps[i%5])
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="#5c5854">%de [%d–%d]</text>`, width, y+4, i+1, max(1, i-1), i+4)
	}
	b.WriteString("</svg>")
	return []byte(b.String())
}

// syntheticMap draws n polygons of forty points, about the weight of the
// boundaries of French départements.
func syntheticMap(width, n int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">`, width, width)
	side := math.Ceil(math.Sqrt(float64(n)))
	cell := float64(width) / side
	for i := range n {
		cx, cy := (math.Mod(float64(i), side)+.5)*cell, (math.Floor(float64(i)/side)+.5)*cell
		b.WriteString(`<path stroke="#fff" d="M`)
		for k := range 40 {
			a, r := 2*math.Pi*float64(k)/40, cell*(.45+.06*math.Sin(float64(k*k+i)))
			fmt.Fprintf(&b, "%.1f %.1fL", cx+r*math.Cos(a), cy+r*math.Sin(a))
		}
		fmt.Fprintf(&b, `%.1f %.1fZ" fill="%s"/>`, cx, cy, syntheticSteps[i%5])
	}
	b.WriteString("</svg>")
	return []byte(b.String())
}

func syntheticFigure(id string, rows, columns int) *report.Figure {
	return &report.Figure{ID: id, Title: "Le territoire d'essai n° 3 ne se distingue pas de ses deux voisins pour l'emploi",
		Unit: "score de 0 à 100", Field: "Territoires d'essai", Date: "2022", Source: syntheticSource, Licence: "Licence Ouverte 2.0",
		Reading: "le territoire d'essai n° 3 obtient 62 sur 100 ; selon les choix de méthode, son rang va de 1 à 5.",
		Notes:   []string{"un trait marque la sensibilité aux choix de méthode."},
		Alt:     "Classement synthétique " + id + " : le territoire d'essai n° 3 est troisième.",
		Chart:   &report.Ranking{}, Table: syntheticTable(rows, columns)}
}

func syntheticChart(f *report.Figure) []byte {
	if strings.HasPrefix(f.ID, "map") {
		return syntheticMap(420, 96)
	}
	return syntheticSVG(720, len(f.Table.Rows))
}

func syntheticNarrow(f *report.Figure) []byte {
	if strings.HasPrefix(f.ID, "map") {
		return syntheticMap(360, 96)
	}
	return syntheticSVG(360, len(f.Table.Rows))
}

func syntheticOptions() Options {
	return Options{SVG: syntheticChart, Narrow: syntheticNarrow, BaseURL: "https://exemple.test", Imprint: "Observatoire d'essai", Steps: syntheticSteps}
}

// syntheticReport is about as long as the report of a region.
func syntheticReport() report.Document {
	long := plain("Ce paragraphe synthétique tient la place d'une analyse. Il dit ce que les figures montrent, avec quelle certitude, et ce qu'elles ne permettent pas de dire ; il évite de classer ce qui ne peut pas l'être. Les écarts plus petits que la sensibilité aux choix de méthode ne sont pas commentés.")
	d := report.Document{
		ID: "rapport/ESSAI-3", Kind: "report", Lang: "fr", Path: "/rapports/ESSAI-3", Title: "Territoire d'essai n° 3", Kicker: "Rapport régional · données synthétiques",
		Summary: "Rapport d'essai, données synthétiques.",
		Answer: []report.Text{{{Text: "Dans le territoire d'essai n° 3, l'"}, {Text: "emploi", Strong: true}, {Text: " et la "}, {Text: "santé", Strong: true},
			{Text: " sont les fragilités les plus marquées ; pour le logement, il ne se distingue pas de la médiane des treize territoires d'essai."}}},
		Edition: report.Edition{Number: "2026-1", Date: "2026-11-22", Permanent: "/editions/2026-1/rapports/ESSAI-3"},
	}
	facts := []report.Fact{
		{Label: "Population", Value: "5 562 651", Detail: "habitants au 1er janvier 2022"},
		{Label: "Taux de pauvreté", Value: "14,9 %", Detail: "des habitants, 2021, région"},
		{Label: "Domaines couverts", Value: "14 sur 16", Detail: "au niveau régional"},
		{Label: "Rang d'ensemble", Value: "3e [1–5]", Detail: "sur 13, sensibilité aux choix de méthode"},
	}
	profile := report.Section{ID: "profil", Title: "Profil du territoire", Blocks: []report.Block{
		{Facts: facts}, {Text: long}, {Figure: syntheticFigure("rank-a", 13, 3)},
		{Note: plain("Une valeur marquée « dép. » est celle du département : le chiffre communal n'est pas publié.")},
	}}
	priority := report.Section{ID: "fragilites", Title: "Fragilités prioritaires", Blocks: []report.Block{
		{Heading: "Ce que disent les mesures objectives"}, {Text: long}, {Figure: syntheticFigure("map-a", 13, 16)},
		{List: []report.Text{plain("L'emploi : 3e rang sur 13, entre le 1er et le 5e."), plain("La santé : un seul indicateur, sans intervalle de rang."), plain("Le logement : pas de donnée à ce niveau.")}},
		{Heading: "Ce que disent les habitants et les maires"}, {Text: long}, {Figure: syntheticFigure("rank-b", 18, 2)}, {Table: ptr(syntheticTable(13, 4))},
	}}
	where := report.Section{ID: "territoires", Title: "Départements et intercommunalités", Layout: "pair", Blocks: []report.Block{
		{Text: long}, {Figure: syntheticFigure("map-b", 13, 2)}, {Figure: syntheticFigure("map-c", 13, 2)}, {Text: long}, {Figure: syntheticFigure("rank-c", 24, 3)},
	}}
	method := report.Section{ID: "methode", Title: "Méthode et sources", Blocks: []report.Block{
		{Text: long}, {Text: long}, {Cards: []report.Card{{Title: "Méthode de l'indice", Href: "/methodes/indice", Detail: "choix, poids, incertitude"}}},
		{Code: &report.Code{Caption: "Lire ces données avec R", Language: "r", Text: "d <- read.csv(\"https://exemple.test/x.csv\")\nsummary(d)"}},
		{Form: &report.Form{Action: "/x", Submit: "JAMAIS-IMPRIMÉ"}},
	}}
	d.Sections = []report.Section{profile, priority, where, method}
	return d
}

// syntheticNote has so many figures.
func syntheticNote(figures int) report.Document {
	d := syntheticReport()
	d.Kind, d.ID, d.Kicker = "note", "note/ESSAI-3", "Note de synthèse · données synthétiques"
	blocks := []report.Block{d.Sections[0].Blocks[1]}
	for i := range figures {
		blocks = append(blocks, report.Block{Figure: syntheticFigure([]string{"rank-", "map-"}[i%2]+fmt.Sprint(i), 13, 3)})
	}
	d.Sections = []report.Section{
		{ID: "chiffres", Blocks: []report.Block{d.Sections[0].Blocks[0]}},
		{ID: "fragilites", Title: "Fragilités prioritaires", Blocks: append(blocks, d.Sections[1].Blocks[3])},
		{ID: "methode", Title: "Ce qui n'est pas certain", Blocks: []report.Block{d.Sections[0].Blocks[3], d.Sections[3].Blocks[0]}},
	}
	return d
}

func ptr[T any](v T) *T { return &v }

// salted returns the report with other figures and other words, so that no
// two documents of a benchmark share what the compiler could remember.
func salted(n int) report.Document {
	d := syntheticReport()
	d.Title = fmt.Sprintf("Territoire d'essai n° 3.%d", n)
	table := func(t *report.Table) {
		for i := range t.Rows {
			for j := range t.Rows[i].Cells {
				if c := &t.Rows[i].Cells[j]; c.Value != nil {
					c.Text = fmt.Sprintf("%.0f,%d", *c.Value, (n+i*j)%10)
				}
			}
		}
	}
	for _, s := range d.Sections {
		for i := range s.Blocks {
			switch b := &s.Blocks[i]; {
			case b.Text != nil:
				b.Text = plain(fmt.Sprintf("Variante %d. %s", n, b.Text.Plain()))
			case b.Figure != nil:
				b.Figure.Reading += fmt.Sprint(" Variante ", n, ".")
				table(&b.Figure.Table)
			case b.Table != nil:
				table(b.Table)
			}
		}
	}
	return d
}

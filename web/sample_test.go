package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/report"
	"vigie/study"
	"vigie/taxonomy"
	"vigie/territory"
)

// Everything here is synthetic: made-up places, made-up values, named so.

var sampleDay = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func sampleServer(t testing.TB) *Server {
	t.Helper()
	s, err := New(sampleConfig())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sampleConfig() Config {
	page := func(kind string) Compose {
		return func(_ context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			if id == "ABSENT" {
				return report.Document{}, fault.NotFoundf("cherchez-le par son nom", "aucun territoire « %s »", id)
			}
			return sampleDocument(kind, e, q), nil
		}
	}
	return Config{
		Pages: Pages{
			Home: page("home"), Search: page("search"), TerritoryList: page("territories"), Territory: page("territory"),
			Report: page("report"), Note: page("note"), Compare: page("compare"), DomainList: page("domains"),
			Domain: page("domain"), IndicatorList: page("indicators"), Indicator: page("indicator"),
			PublicationList: page("publications"), MethodList: page("methods"), DataList: page("data"),
			Trace: page("trace"), EditionList: page("editions"), Accessibility: page("accessibility"), Imprint: page("imprint"),
		},
		Edition: sampleEdition,
		PDF: func(context.Context, report.Document) ([]byte, error) {
			return []byte("%PDF-1.7 synthetic"), nil
		},
		Now: func() time.Time { return sampleDay },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "synthetic",
	}
}

func sampleEdition(_ context.Context, number string, _ time.Time) (*edition.Content, error) {
	c := &edition.Content{Manifest: &edition.Manifest{Number: "2026-2", Date: "2026-11-22"}, ID: "synthetic-2",
		Territory: &territory.Vintage{}, Catalogue: &indicator.Catalogue{}, Taxonomy: &taxonomy.Set{}, Register: &study.Register{}, Published: &study.Figures{}}
	switch number {
	case "", "2026-2":
		return c, nil
	case "2026-1":
		c.Manifest.Number, c.ID, c.Superseded = "2026-1", "synthetic-1", "2026-2"
		return c, nil
	}
	return nil, fault.NotFoundf("voyez la liste des éditions", "l’édition %s n’existe pas", number)
}

func number(v float64) *float64 { return &v }

func plain(s string) report.Text { return report.Text{{Text: s}} }

// sampleDocument holds every kind of block.
func sampleDocument(kind string, e *edition.Content, q report.Request) report.Document {
	d := report.Document{
		ID: "synthetique/" + kind, Kind: kind, Lang: string(q.Lang), Path: q.Path,
		Title: "Territoire synthétique", Kicker: "Département · Région synthétique",
		Summary: "Une page faite de valeurs synthétiques, pour voir toutes les sortes de blocs.",
		Answer: []report.Text{
			{{Text: "Dans le territoire synthétique, "}, {Text: "l’emploi", Href: "/domaines/EMP", Strong: true},
				{Text: " et "}, {Text: "la santé", Href: "/domaines/SAN", Strong: true},
				{Text: " sont les fragilités les plus marquées parmi 14 domaines mesurés\u202f; le logement ne se distingue pas de la médiane."}},
			plain("Ces rangs tiennent dans 95 % des 1 000 variantes de calcul. Toutes les valeurs de cette page sont synthétiques."),
		},
		Crumbs:  []report.Link{{Label: "Territoires", Href: "/territoires"}, {Label: "Région synthétique", Href: "/territoires/REG-SY"}},
		Links:   []report.Link{{Label: "Rapport complet", Href: "/territoires/DEP-SY/rapport"}, {Label: "Note de synthèse", Href: "/territoires/DEP-SY/synthese"}},
		Edition: report.Edition{Number: e.Manifest.Number, Date: e.Manifest.Date, Superseded: e.Superseded, Permanent: "/editions/" + e.Manifest.Number + q.Path},
	}
	d.Sections = []report.Section{
		{ID: "reperes", Title: "Repères", Blocks: []report.Block{{Facts: sampleFacts()}}},
		{ID: "fragilites", Title: "Fragilités prioritaires", Blocks: []report.Block{
			{Text: report.Text{{Text: "Un paragraphe de texte courant, à la mesure d’une page imprimée, avec "},
				{Text: "un lien", Href: "/methodes"}, {Text: " et "}, {Text: "un passage fort", Strong: true},
				{Text: ". Il dit ce que la figure montre et ce qu’elle ne montre pas, sans rien ajouter aux valeurs synthétiques qui suivent."}}},
			{Figure: sampleProfile()},
			{Figure: sampleRanking()},
			{Note: plain("Un domaine qui ne tient qu’à une série n’a pas d’intervalle de rang : la place est donnée sans incertitude mesurée.")},
		}},
		{ID: "vue", Title: "Vue d’ensemble", Blocks: []report.Block{{Figure: sampleHeat()}}},
		{ID: "evolution", Title: "Évolution", Layout: "pair", Blocks: []report.Block{{Figure: sampleSeries("serie-a")}, {Figure: sampleSeries("serie-b")}}},
		{ID: "detail", Title: "En détail", Blocks: []report.Block{
			{Heading: "Les séries"}, {Text: plain("Chaque valeur mène à sa source.")},
			{Table: sampleTable()},
			{List: []report.Text{plain("un premier point synthétique ;"), {{Text: "un second, avec "}, {Text: "un lien", Href: "https://exemple.test/"}, {Text: "."}}}},
		}},
		{ID: "autour", Title: "Autour", Blocks: []report.Block{{Cards: sampleCards()}}},
		{ID: "composer", Title: "Composer", Blocks: []report.Block{{Form: sampleForm()},
			{Code: &report.Code{Caption: "Extrait du fichier source, ligne 12", Language: "csv", Text: "territoire;valeur\nDEP-SY;12,5"}}}},
	}
	return d
}

func sampleFacts() []report.Fact {
	return []report.Fact{
		{Label: "Population municipale", Value: "268\u202f400", Detail: "habitants, 2023 (synthétique)", Trace: "/provenance/pop/DEP-SY/2023"},
		{Label: "Taux de chômage localisé", Value: "9,1\u00a0%", Detail: "4e trimestre 2024 · chiffre du département", Trace: "/provenance/chom/DEP-SY/2024", Href: "/indicateurs/chom"},
		{Label: "Rang d’ensemble", Value: "7e", Detail: "du 4e au 15e selon les choix de méthode", Trace: "/provenance/score/DEP-SY"},
		{Label: "Communes", Value: "449", Detail: "code officiel géographique 2026", Href: "#autour"},
	}
}

var sampleLegend = []string{"moins fragile", "plutôt moins", "médian", "plutôt plus", "plus fragile"}

func sampleDomains() []string {
	return []string{"Emploi", "Niveau de vie", "Économie", "Numérique", "Pauvreté", "Santé", "Logement", "Autonomie",
		"Environnement", "Énergie", "Mobilité", "Alimentation", "Éducation", "Lien social", "Sécurité", "Culture"}
}

func about(f report.Figure) *report.Figure {
	f.Field, f.Date = "Départements synthétiques", "2021-2024"
	f.Source, f.Licence = "valeurs synthétiques, faites pour les essais", "Licence Ouverte 2.0"
	if f.Alt == "" {
		f.Alt = "Description synthétique de la figure."
	}
	if len(f.Table.Head) == 0 {
		f.Table = *sampleTable()
		f.Table.ID = ""
	}
	return &f
}

func sampleProfile() *report.Figure {
	p := &report.Profile{Axis: sampleAxis(), Reference: "médiane des départements", Interval: "sensibilité aux choix de méthode"}
	for i, label := range sampleDomains() {
		x := float64(20 + (i*37)%70)
		p.Rows = append(p.Rows, report.ProfileRow{Code: fmt.Sprint("D", i), Label: label, Group: []string{"Économique", "Social", "Environnemental", "Sociétal"}[i/4],
			OK: i != 8 && i != 9, X: x, Lo: x - 8, Hi: x + 6, HasInterval: i != 11, Reference: 50, Step: 1 + int(x)/20, Text: fmt.Sprintf("%de", 1+i), Href: "/domaines/EMP"})
	}
	return about(report.Figure{ID: "profil", Title: "Deux domaines dépassent nettement la médiane : l’emploi et la santé",
		Unit: "Score de fragilité, de 0 à 100", Reading: "à 72 sur 100, l’emploi est plus fragile ici que dans la plupart des départements ; le trait dit où ce score se place quand on change la méthode.",
		Notes: []string{"Deux domaines sont sans donnée à ce niveau."}, Chart: p})
}

func sampleAxis() report.Axis {
	a := report.Axis{Title: "Score de fragilité", Min: 0, Max: 100}
	for v := 0; v <= 100; v += 25 {
		a.Ticks = append(a.Ticks, report.Tick{At: float64(v), Label: fmt.Sprint(v)})
	}
	return a
}

func sampleRanking() *report.Figure {
	r := &report.Ranking{Axis: sampleAxis()}
	for i := range 18 {
		x := 80 - 3.4*float64(i)
		r.Rows = append(r.Rows, report.RankRow{Code: fmt.Sprintf("DEP-S%d", i), Label: fmt.Sprintf("Département synthétique %d", i+1), X: x, Lo: x - 5, Hi: x + 4,
			HasInterval: true, Step: 1 + int(x)/20, Text: fmt.Sprintf("%de [%d–%d]", i+1, max(1, i-2), i+4), Focus: i == 6, Same: i == 5 || i == 7, Href: "/territoires/DEP-SY"})
	}
	return about(report.Figure{ID: "rang", Title: "Septième, sans se distinguer du sixième ni du huitième",
		Unit: "Score de fragilité, de 0 à 100", Reading: "le septième rang pourrait être le quatrième ou le onzième.", Chart: r})
}

func sampleHeat() *report.Figure {
	h := &report.Heat{Legend: sampleLegend, NoData: "pas de donnée", Unsure: "peu sûr"}
	for i, label := range sampleDomains() {
		h.Columns = append(h.Columns, report.HeatHead{Code: fmt.Sprint("D", i), Short: string([]rune(label)[:3]), Label: label, Href: "/domaines/EMP"})
	}
	for _, g := range []string{"Économique", "Social", "Environnemental", "Sociétal"} {
		h.Groups = append(h.Groups, report.HeatGroup{Label: g, Span: 4})
	}
	for i := range 13 {
		row := report.HeatRow{Code: fmt.Sprintf("REG-S%d", i), Label: fmt.Sprintf("Région synthétique %d", i+1), Href: "/territoires/REG-SY", Focus: i == 4}
		for k := range h.Columns {
			step := (i*7 + k*5) % 6
			row.Cells = append(row.Cells, report.HeatCell{Step: step, Text: fmt.Sprint((i*5+k*3)%13 + 1), Title: "synthétique", Unsure: (i+k)%7 == 0})
		}
		h.Rows = append(h.Rows, row)
	}
	return about(report.Figure{ID: "chaleur", Title: "Aucune région n’est fragile partout", Unit: "Rang, 1 le plus fragile",
		Reading: "la région synthétique 5 est au 3e rang pour l’emploi.", Chart: h})
}

func sampleSeries(id string) *report.Figure {
	s := &report.Series{X: report.Axis{Title: "Année", Min: 2014, Max: 2024}, Y: report.Axis{Title: "%", Min: 0, Max: 12}}
	for v := 2014; v <= 2024; v += 5 {
		s.X.Ticks = append(s.X.Ticks, report.Tick{At: float64(v), Label: fmt.Sprint(v)})
	}
	for v := 0; v <= 12; v += 4 {
		s.Y.Ticks = append(s.Y.Ticks, report.Tick{At: float64(v), Label: fmt.Sprint(v)})
	}
	for k, label := range []string{"Synthétique", "Région", "France"} {
		line := report.Line{Label: label, Focus: k == 0, Reference: k == 2}
		for y := 2014; y <= 2024; y++ {
			line.Points = append(line.Points, report.Point{X: float64(y), Y: float64(9-k) + float64((y*3+k)%5)/2, OK: y != 2019 || k != 0, Text: "9,1 %"})
		}
		s.Lines = append(s.Lines, line)
	}
	return about(report.Figure{ID: id, Title: "Le chômage synthétique recule moins vite qu’ailleurs", Unit: "% de la population active",
		Reading: "en 2024, 9,1 % des actifs synthétiques sont au chômage.", Chart: s})
}

func sampleTable() *report.Table {
	t := &report.Table{ID: "series", Caption: "Les séries synthétiques du territoire",
		Head: []report.Head{{Key: "territory", Label: "Territoire"}, {Key: "period", Label: "Période"}, {Key: "value", Label: "Valeur", Numeric: true},
			{Key: "rank", Label: "Rang", Numeric: true}, {Key: "score", Label: "Score", Numeric: true}},
		Notes: []string{"Toutes les valeurs sont synthétiques."}, Source: "valeurs synthétiques", Licence: "Licence Ouverte 2.0"}
	for i := range 6 {
		t.Rows = append(t.Rows, report.Row{Mark: i == 2, Cells: []report.Cell{
			{Text: fmt.Sprintf("Synthétique %d", i+1), Href: "/territoires/DEP-SY"}, {Text: "2024"},
			{Text: fmt.Sprintf("%d,5", 9+i), Value: number(9.5 + float64(i)), Trace: "/provenance/chom/DEP-SY/2024"},
			{Text: fmt.Sprintf("%de", i+1), Value: number(float64(i + 1))},
			{Text: fmt.Sprint(80 - 12*i), Value: number(float64(80 - 12*i)), Step: max(1, 5-i)}}})
	}
	t.Rows = append(t.Rows,
		report.Row{Cells: []report.Cell{{Text: "Secret"}, {Text: "2024"}, {Sign: "s"}, {Sign: "nd"}, {Sign: "///"}}},
		report.Row{Cells: []report.Cell{{Text: "Provisoire"}, {Text: "2024"}, {Text: "8,2", Value: number(8.2), Sign: "p", Level: "chiffre du département", Trace: "/provenance/x"}, {Text: "4e", Value: number(4)}, {Sign: "nd"}}})
	return t
}

func sampleCards() []report.Card {
	return []report.Card{
		{Title: "Département voisin", Href: "/territoires/DEP-SZ", Detail: "profil le plus proche", Tag: "Semblable"},
		{Title: "Autre département", Href: "/territoires/DEP-SX", Detail: "même région, domaines de fragilité différents"},
		{Title: "Publication synthétique", Detail: "rapport imprimé, 2021"},
	}
}

func sampleForm() *report.Form {
	return &report.Form{Action: "/comparer", Submit: "Comparer", Fields: []report.Field{
		{Name: "t", Label: "Territoires", Multiple: true, Hint: "Plusieurs à la fois", Options: []report.Option{
			{Value: "REG-SY", Label: "Région synthétique", Group: "Régions", Selected: true}, {Value: "DEP-SY", Label: "Département synthétique", Group: "Départements"}}},
		{Name: "d", Label: "Domaine", Options: []report.Option{{Value: "EMP", Label: "Emploi"}, {Value: "SAN", Label: "Santé", Selected: true}}},
		{Name: "liste", Label: "Vos communes", Value: "01001", Hint: "Codes séparés par des espaces"},
	}}
}

// get asks the server for one address; headers are name, value pairs.
func get(t testing.TB, s *Server, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

package report_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/fragility"
	"vigie/index"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// withEffects is the content with made-up effects of choices: on the overall
// index of the départements, and on one domain of the intermunicipalities.
func withEffects(t *testing.T) *edition.Content {
	t.Helper()
	c := withoutEffects(t)
	made := []fragility.Effect{
		{Choice: "normalisation", First: fragility.Share{Value: .11, Lo: .08, Hi: .15}, Total: fragility.Share{Value: .2, Lo: .17, Hi: .24},
			Alternatives: []fragility.Alternative{{Name: "zscore", Shift: 1.4, Moved: .08}, {Name: "percentile", Shift: 4.25, Moved: .31}}},
		{Choice: "weighting", First: fragility.Share{Value: .3, Lo: .26, Hi: .35}, Total: fragility.Share{Value: .44, Lo: .4, Hi: .5},
			Alternatives: []fragility.Alternative{{Name: "equal_indicator", Shift: 3.1, Moved: .22}}},
		{Choice: "leave_one_out", First: fragility.Share{Value: -.01, Lo: -.03, Hi: .02}, Total: fragility.Share{Value: .4, Lo: .36, Hi: .45},
			Alternatives: []fragility.Alternative{{Name: "leave_one_out", Shift: 2, Moved: .15}}},
	}
	for level, code := range map[territory.Level]string{territory.Departement: fragility.Overall, territory.EPCI: "DEV"} {
		r := c.Fragility[level]
		i := slices.IndexFunc(r.Parts, func(p fragility.Part) bool { return p.Code == code })
		r.Parts[i].Effects = made
		r.Provenance.Failed = []index.Failure{{Reason: "moyenne géométrique d’un nombre négatif", Draws: 3}}
	}
	return c
}

// withoutEffects is the content as if none had been studied.
func withoutEffects(t *testing.T) *edition.Content {
	t.Helper()
	c := *observatorytest.Content(t)
	c.Fragility = maps.Clone(c.Fragility)
	for level, r := range c.Fragility {
		bare := *r
		bare.Parts = slices.Clone(r.Parts)
		for i := range bare.Parts {
			bare.Parts[i].Effects = nil
		}
		c.Fragility[level] = &bare
	}
	return &c
}

func methods(t *testing.T, c *edition.Content, l lang.Lang) report.Document {
	t.Helper()
	d, err := report.Methods(c, report.Request{Lang: l, Path: "/methodes"})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestMethodsTellEffects: figures, their tables and the choices themselves say
// what was measured, no more.
func TestMethodsTellEffects(t *testing.T) {
	c := withEffects(t)
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		newChecker(c).document(t, methods(t, c, l))
	}
	d := methods(t, c, lang.FR)
	figures := map[string]*report.Figure{}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Figure != nil {
				figures[b.Figure.ID] = b.Figure
			}
		}
	}
	dep := figures["sensibilite-departement"]
	if dep == nil || figures["sensibilite-epci"] == nil || figures["effet-departement"] == nil || figures["sensibilite-region"] != nil {
		t.Fatalf("figures: %v", slices.Sorted(maps.Keys(figures)))
	}
	// The second is not set apart from the first (36–45 and 40–50), the third is.
	if want := "Ce qui fait bouger les rangs (départements) : poids et une série laissée de côté"; plainly(dep.Title) != plainly(want) {
		t.Errorf("title %q; want %q", dep.Title, want)
	}
	rows := dep.Chart.(*report.Bars).Rows
	if len(rows) != 3 || rows[0].Own.X != 30 || rows[0].Whole.Hi != 50 || rows[2].Label != "Mise à l’échelle" {
		t.Errorf("rows: %+v", rows)
	}
	if got := *dep.Table.Rows[1].Cells[1].Value; got != -.01 {
		t.Errorf("first order of what is left out: %v in the table", got)
	}
	if title := plainly(figures["effet-departement"].Title); !strings.Contains(title, "rangs en centièmes") || !strings.Contains(title, "4,3 places") {
		t.Errorf("title %q", title)
	}
	if g := figures["sensibilite-epci"].Chart.(*report.Bars).Rows[0].Group; g == "" {
		t.Error("the effects on a domain do not say which")
	}
	text := plainly(listed(d, "echelle"))
	if !strings.Contains(text, "Effet") || !strings.Contains(text, "31 % changent de classe") {
		t.Errorf("the scaling does not tell its effect: %s", text)
	}
	if text := plainly(listed(d, "sensibilite")); !strings.Contains(text, "3 variantes") || !strings.Contains(text, "moyenne géométrique d’un nombre négatif") {
		t.Errorf("failed variants are not told: %s", text)
	}
}

// plainly makes the spaces of typography ordinary ones.
func plainly(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

// listed joins the items of the lists of a section.
func listed(d report.Document, id string) string {
	var out []string
	for _, s := range d.Sections {
		if s.ID == id {
			for _, b := range s.Blocks {
				for _, item := range b.List {
					out = append(out, item.Plain())
				}
			}
		}
	}
	return strings.Join(out, "\n")
}

// TestMethodsWithoutEffects: an edition that measured none says so.
func TestMethodsWithoutEffects(t *testing.T) {
	d := methods(t, withoutEffects(t), lang.FR)
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Figure != nil {
				t.Errorf("%s: a figure without data", b.Figure.ID)
			}
			if s.ID == "sensibilite" && strings.Contains(b.Text.Plain(), "n’est pas mesuré dans cette édition") {
				return
			}
		}
	}
	t.Error("nothing says that effects are not measured")
}

// TestMethodsTellEveryChoice: each key of the specification that holds a
// choice is told by an item of the page.
func TestMethodsTellEveryChoice(t *testing.T) {
	d := methods(t, observatorytest.Content(t), lang.FR)
	said := ""
	for _, s := range d.Sections {
		said += listed(d, s.ID) + "\n"
	}
	for _, name := range []string{"L’ensemble de référence", "La structure", "Les mesures d’une action publique", "Les séries, leur sens et leur domaine", "La période",
		"Les valeurs manquantes", "Quand il y a un score", "Les valeurs extrêmes", "La mise à l’échelle", "Les poids", "La moyenne",
		"La marge de la moyenne géométrique", "Les variantes", "Ce que l’on fait varier", "Une série laissée de côté", "Les poids tirés au sort",
		"L’intervalle d’un rang", "« Ne se distingue pas »", "Une classe incertaine", "Les classes"} {
		if n := strings.Count(plainly(said), plainly(name)+" : "); n != 1 {
			t.Errorf("%q is told %d times", name, n)
		}
	}
}

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vigie/index"
	"vigie/lang"
)

// part is one table of an index, asked for by its name.
type part struct {
	name  string // of --only, and of its sheet
	about string // its title on a terminal
	lay   func(x *indexed) *printed
}

// parts lists the tables of an index in the order of the workbook.
var parts = []part{
	{"rangs", "Classement", (*indexed).ranks},
	{"scores", "Scores et indicateurs normalisés", (*indexed).scores},
	{"poids", "Poids effectifs", (*indexed).weights},
	{"explication", "Points que chaque élément apporte à l’indice", (*indexed).explanation},
	{"profils", "Forces et faiblesses", (*indexed).profiles},
	{"sans", "L’indice sans chacun de ses éléments", (*indexed).withouts},
	{"évolutions", "Ce qui a changé d’une période à l’autre", (*indexed).changes},
	{"audit", "Ce qui a été fait aux données", (*indexed).audit},
	{"indicateurs", "Indicateurs, avant et après", (*indexed).summaries},
	{"corrélations", "Corrélations", (*indexed).correlations},
	{"cohérence", "Ce que les enfants d’un élément ont de commun", (*indexed).coherence},
	{"lissage", "Taux lissés", (*indexed).rates},
	{"carte", "Les voisins se ressemblent-ils ?", (*indexed).mapTests},
	{"foyers", "Où les voisins se ressemblent", (*indexed).clusters},
	{"régions", "Régions d’un seul tenant", (*indexed).regions},
	{"tirages", "Choix entre lesquels les tirages ont été faits", (*indexed).draws},
	{"sensibilité", "Part de chaque choix dans le déplacement des rangs", (*indexed).sensitivity},
	{"alternatives", "Ce qu’un autre choix, seul, déplace", (*indexed).effects},
	{"depuis", "Ce qui a changé depuis l’ancienne spécification", (*indexed).causes},
}

// column is one column of a table being laid out.
type column struct {
	name, head string
	form       func(x float64) string
}

// lay begins a table.
func lay(columns ...column) *printed {
	p := &printed{}
	for _, c := range columns {
		p.Names, p.Head, p.Form = append(p.Names, c.name), append(p.Head, c.head), append(p.Form, c.form)
	}
	return p
}

func (p *printed) add(row ...any) { p.Rows = append(p.Rows, row) }

// num is a number of an index, nil where it is missing.
func num(n index.Number) any {
	if !n.OK() {
		return nil
	}
	return float64(n)
}

// at is entry i of a list that may be absent.
func at(list []index.Number, i int) any {
	if list == nil {
		return nil
	}
	return num(list[i])
}

// place is a rank, nil where there is none.
func place(list []int, i int) any {
	if list == nil || list[i] == 0 {
		return nil
	}
	return float64(list[i])
}

// fixed writes a number with so many decimals.
func fixed(decimals int) func(float64) string {
	return func(x float64) string { return lang.Number(lang.FR, x, decimals) }
}

// percent writes a share.
func percent(x float64) string { return percentage(0)(x) }

// named is the name of an element, or its code.
func named(e *index.Scores) string { return cmp.Or(e.NameFR, e.Code) }

// top is the overall index.
func (x *indexed) top() *index.Scores { return &x.Elements[len(x.Elements)-1] }

// tree lists the elements from the top down, each followed by its children.
func (x *indexed) tree() []*index.Scores {
	var out []*index.Scores
	var descend func(parent string)
	descend = func(parent string) {
		for i := range x.Elements {
			if e := &x.Elements[i]; e.Parent == parent {
				out = append(out, e)
				if e.Level > 0 {
					descend(e.Code)
				}
			}
		}
	}
	descend("")
	return out
}

// kept lists those that are in the index.
func (x *indexed) kept() []*index.Scores {
	return slices.DeleteFunc(x.tree(), func(e *index.Scores) bool { return e.LeftOut })
}

// identity lists the columns that say of which unit a row speaks.
func (x *indexed) identity() []column {
	columns := []column{{"unit", "code", nil}}
	if x.hasNames() {
		columns = append(columns, column{"name", "nom", nil})
	}
	if len(x.Periods) > 0 {
		columns = append(columns, column{"period", "période", nil})
	}
	return columns
}

func (x *indexed) hasNames() bool {
	return slices.ContainsFunc(x.Units, func(u index.Unit) bool { return u.Name != "" })
}

// who fills the columns of identity.
func (x *indexed) who(u index.Unit) []any {
	row := []any{u.Code}
	if x.hasNames() {
		row = append(row, u.Name)
	}
	if len(x.Periods) > 0 {
		row = append(row, u.Period)
	}
	return row
}

// ordered lists the units by period, the last first, then by rank; those
// without a rank stand at the end of their period, by decreasing score.
func (x *indexed) ordered() []int {
	top := x.top()
	order := make([]int, len(x.Units))
	for i := range order {
		order[i] = i
	}
	last := func(i int) int { return slices.Index(x.Periods, x.Units[i].Period) }
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(last(b), last(a)), unranked(top, a)-unranked(top, b),
			cmp.Compare(top.Rank[a], top.Rank[b]), cmp.Compare(top.Place[a], top.Place[b]))
	})
	return order
}

func unranked(top *index.Scores, i int) int {
	switch {
	case top.Rank[i] > 0:
		return 0
	case top.Score[i].OK():
		return 1
	}
	return 2
}

// ranks lays out the overall index: each unit, its rank and how far it can be
// trusted.
func (x *indexed) ranks() *printed {
	top := x.top()
	points := fixed(x.decimals)
	columns := append([]column{{"rank", "rang", nil}}, x.identity()...)
	columns = append(columns, column{"score", "score", points}, column{"class", "classe", nil})
	if s := top.Spread; s != nil {
		columns = append(columns,
			column{"rank_low", "rang, de", nil}, column{"rank_high", "rang, à", nil}, column{"rank_median", "médian", nil},
			column{"worst", x.worstHead(), percent}, column{"class_changes", "autre classe", percent},
			column{"alike", "unités indistinctes", nil}, column{"alike_ranks", "ne se distingue pas des rangs", nil})
		if s.SetLo != nil {
			columns = append(columns, column{"set_low", "confiance, de", nil}, column{"set_high", "confiance, à", nil})
		}
	}
	for _, g := range x.Groups {
		columns = append(columns, column{"group_" + g, g, nil}, column{"rank_" + g, "rang dans " + g, nil})
	}
	p := lay(columns...)
	for _, i := range x.ordered() {
		u := x.Units[i]
		row := append([]any{place(top.Rank, i)}, x.who(u)...)
		row = append(row, at(top.Score, i), place(top.Class, i))
		if s := top.Spread; s != nil {
			row = append(row, place(s.Lo, i), place(s.Hi, i), place(s.Median, i), at(s.Worst, i), at(s.Moved, i))
			row = append(row, alike(top, i)...)
			if s.SetLo != nil {
				row = append(row, place(s.SetLo, i), place(s.SetHi, i))
			}
		}
		for k := range x.Groups {
			row = append(row, u.Groups[k], place(top.GroupRank[k], i))
		}
		p.add(row...)
	}
	return p
}

func (x *indexed) worstHead() string {
	return fmt.Sprintf("parmi les %d %s", x.Uncertainty.Worst, map[string]string{"high": "plus hauts", "low": "plus bas"}[x.Worst])
}

// alike says from how many units one cannot be told apart, and their ranks.
func alike(top *index.Scores, i int) []any {
	if top.Spread.Same == nil {
		return []any{nil, nil}
	}
	same := top.Spread.Same[i]
	ranks := make([]int, len(same))
	for k, j := range same {
		ranks[k] = top.Place[j]
	}
	slices.Sort(ranks)
	return []any{float64(len(same)), runs(slices.Compact(ranks))}
}

// runs writes increasing numbers, those that follow each other as one: 2–5, 8.
func runs(list []int) string {
	var out []string
	for k := 0; k < len(list); k++ {
		text, first := strconv.Itoa(list[k]), list[k]
		for k+1 < len(list) && list[k+1] == list[k]+1 {
			k++
		}
		if list[k] > first {
			text += "–" + strconv.Itoa(list[k])
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// scores lays out every score: a row a unit, a column an element.
func (x *indexed) scores() *printed {
	return x.wide(x.kept(), func(e *index.Scores) []index.Number { return e.Score })
}

// explanation lays out what each element and each indicator brings to the
// index of each unit, in points.
func (x *indexed) explanation() *printed {
	return x.wide(x.kept(), func(e *index.Scores) []index.Number {
		if e == x.top() {
			return e.Score
		}
		return e.Top
	})
}

// wide lays out a row a unit and a column an element.
func (x *indexed) wide(elements []*index.Scores, values func(e *index.Scores) []index.Number) *printed {
	columns := x.identity()
	for _, e := range elements {
		columns = append(columns, column{e.Code, named(e), fixed(x.decimals)})
	}
	p := lay(columns...)
	for i, u := range x.Units {
		row := x.who(u)
		for _, e := range elements {
			row = append(row, at(values(e), i))
		}
		p.add(row...)
	}
	return p
}

// weights lays out the tree from the top with the weights that count.
func (x *indexed) weights() *printed {
	columns := []column{{"element", "élément", nil}, {"name", "nom", nil}, {"level", "niveau", nil}, {"direction", "sens", sign},
		{"weight", "poids", short}, {"effective_weight", "poids effectif", percentage(1)}, {"correlation", "corrélation avec l’indice", fixed(2)}, {"aggregation", "agrégation", nil}}
	if x.Weights != nil {
		columns = append(columns, column{"weight_sd", "écart type entre répondants", percentage(1)}, column{"weight_se", "erreur type du poids", percentage(1)})
	}
	p := lay(columns...)
	depth := map[string]int{}
	for _, e := range x.tree() {
		depth[e.Code] = depth[e.Parent] + 1
		var weight, effective, direction any
		if !e.LeftOut {
			effective = e.Effective
		}
		if !e.LeftOut && e.Parent != "" {
			weight = e.Weight
		}
		if e.Level == 0 {
			direction = float64(e.Direction)
		}
		method := spoken(e.Method)
		if e.LeftOut {
			method = spoken("left_out")
		}
		row := []any{e.Code, strings.Repeat("  ", depth[e.Code]-1) + named(e), float64(e.Level), direction, weight, effective, x.inTop(e.Code), method}
		if x.Weights != nil {
			sd, se := x.doubt(e.Code)
			row = append(row, sd, se)
		}
		p.add(row...)
	}
	return p
}

// short writes a weight, without the zeros that end it.
func short(x float64) string {
	text := strconv.FormatFloat(x, 'f', 3, 64)
	_, after, _ := strings.Cut(strings.TrimRight(text, "0"), ".")
	return lang.Number(lang.FR, x, len(after))
}

// sign writes a direction.
func sign(x float64) string {
	if x < 0 {
		return "−"
	}
	return "+"
}

// percentage writes a share with so many decimals.
func percentage(decimals int) func(float64) string {
	return func(x float64) string { return lang.Number(lang.FR, 100*x, decimals) + " %" }
}

// audit lays out what was left out, then each value that a step changed.
func (x *indexed) audit() *printed {
	p := lay(column{"step", "étape", nil}, column{"rule", "règle", nil}, column{"indicator", "indicateur", nil}, column{"unit", "unité", nil},
		column{"period", "période", nil}, column{"before", "avant", nil}, column{"after", "après", nil})
	for _, l := range x.LeftOut {
		indicator, unit := l.Code, ""
		if l.Kind == "unit" {
			indicator, unit = "", l.Code
		}
		rule := spoken("left." + l.Why)
		if l.Share != nil && l.Share.OK() {
			rule += " : " + percent(float64(*l.Share))
		}
		p.add(spoken("left_out"), rule, indicator, unit, l.Period, nil, nil)
	}
	for _, s := range x.Audit {
		p.add(spoken("step."+s.Step), spoken(s.Rule), s.Indicator, s.Unit, s.Period, num(s.Before), num(s.After))
	}
	return p
}

// summaries lays out each indicator before and after imputation and
// treatment.
func (x *indexed) summaries() *printed {
	columns := []column{{"indicator", "indicateur", nil}, {"period", "période", nil}, {"n", "valeurs", nil}, {"missing", "manquantes", nil}, {"imputed", "imputées", nil},
		{"treatment", "traitement", nil}, {"drawn", "ramenées", nil}}
	for _, side := range [][2]string{{"before", "avant"}, {"after", "après"}} {
		for _, c := range [][2]string{{"min", "plus petit"}, {"max", "plus grand"}, {"mean", "moyenne"}, {"median", "médiane"}, {"sd", "écart type"}, {"skewness", "asymétrie"}, {"kurtosis", "aplatissement"}} {
			columns = append(columns, column{side[0] + "_" + c[0], c[1] + ", " + side[1], nil})
		}
	}
	columns = append(columns, column{"flags", "à voir", nil})
	p := lay(columns...)
	for _, s := range x.Summaries {
		row := []any{s.Code, s.Period, float64(s.Before.N), float64(s.Before.Missing), float64(s.Imputed), spoken(s.Treatment), float64(s.Drawn)}
		for _, m := range []index.Moments{s.Before, s.After} {
			row = append(row, num(m.Min), num(m.Max), num(m.Mean), num(m.Median), num(m.SD), num(m.Skewness), num(m.Kurtosis))
		}
		flags := make([]string, len(s.Flags))
		for k, f := range s.Flags {
			flags[k] = spoken("flag." + f)
		}
		p.add(append(row, strings.Join(flags, ", "))...)
	}
	return p
}

// draws lays out what was varied, and the draws that failed.
func (x *indexed) draws() *printed {
	p := lay(column{"choice", "choix", nil}, column{"draws", "tirages", nil}, column{"alternatives", "entre", nil})
	u := x.Uncertainty
	if u == nil {
		return p
	}
	for _, c := range u.Choices {
		names := make([]string, len(c.Alternatives))
		for k, a := range c.Alternatives {
			names[k] = spoken(a)
		}
		p.add(spoken("choice."+c.Choice), float64(u.Draws), strings.Join(names, ", "))
	}
	if u.Sampling {
		p.add(spoken("choice.sampling"), float64(u.Draws), spoken("sampling"))
	}
	if u.LeaveOut > 0 {
		p.add(spoken("choice.leave_one_out"), float64(u.Draws), "aucun, ou l’un d’eux ("+percent(u.LeaveOut)+" des tirages)")
	}
	for _, f := range u.Failed {
		p.add("sans indice, hors de tous les chiffres", float64(f.Draws), f.Reason)
	}
	return p
}

// sensitivity lays out what each choice explains of the shift of ranks.
func (x *indexed) sensitivity() *printed {
	p := lay(column{"choice", "choix", nil}, column{"total", "part totale", percent}, column{"total_low", "totale, de", percent}, column{"total_high", "totale, à", percent},
		column{"first", "part seul", percent}, column{"first_low", "seul, de", percent}, column{"first_high", "seul, à", percent})
	for _, s := range x.Sensitivity {
		p.add(spoken("choice."+s.Choice), num(s.Total), num(s.TotalLo), num(s.TotalHi), num(s.First), num(s.FirstLo), num(s.FirstHi))
	}
	return p
}

// effects lays out what each other choice alone does to the ranks.
func (x *indexed) effects() *printed {
	p := lay(column{"choice", "choix", nil}, column{"alternative", "autre choix", nil}, column{"shift", "places, en moyenne", fixed(2)})
	for _, s := range x.Sensitivity {
		for _, a := range s.Alternatives {
			p.add(spoken("choice."+s.Choice), spoken(a.Name), num(a.Shift))
		}
	}
	return p
}

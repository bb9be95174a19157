package main

import (
	"strings"

	"vigie/index"
	"vigie/lang"
)

// profiles lays out the strengths and weaknesses of each unit, the best and
// the worst first.
func (x *indexed) profiles() *printed {
	columns := append(x.identity(), column{"side", "côté", nil}, column{"indicator", "indicateur", nil}, column{"label", "nom de l’indicateur", nil},
		column{"place", "place depuis le mieux", nil}, column{"of", "sur", nil}, column{"value", "valeur", nil})
	p := lay(columns...)
	for _, one := range x.Profiles {
		for side, list := range [][]index.Placed{one.Strengths, one.Weaknesses} {
			for _, l := range list {
				p.add(append(x.who(x.Units[one.Unit]), []string{"force", "faiblesse"}[side], l.Code, x.called(l.Code), float64(l.Place), float64(l.Of), num(l.Value))...)
			}
		}
	}
	return p
}

// called is the name of an element by its code; "" when that is no element.
func (x *indexed) called(code string) string {
	for i := range x.Elements {
		if e := &x.Elements[i]; e.Code == code {
			return named(e)
		}
	}
	return ""
}

// withouts lays out what happens to the ranks without each element.
func (x *indexed) withouts() *printed {
	p := lay(column{"element", "sans", nil}, column{"name", "nom", nil}, column{"shift", "places, en moyenne", fixed(2)}, column{"largest", "places, au plus", nil})
	for _, w := range x.WhatIf {
		p.add(w.Code, x.called(w.Code), num(w.Shift), num(w.Largest))
	}
	return p
}

// correlations lays out those of the indicators and elements, then those with
// outside variables.
func (x *indexed) correlations() *printed {
	p := lay(column{"kind", "lien", nil}, column{"a", "de", nil}, column{"b", "avec", nil}, column{"r", "corrélation", fixed(2)},
		column{"n", "unités", nil}, column{"p", "p", fixed(3)}, column{"flag", "à voir", nil})
	add := func(list []index.Correlation) {
		for _, c := range list {
			flag := ""
			if c.Flag != "" {
				flag = spoken("flag." + c.Flag)
			}
			p.add(spoken("kind."+c.Kind), c.A, c.B, num(c.R), float64(c.N), num(c.P), flag)
		}
	}
	if x.Analysis != nil {
		add(x.Analysis.Correlations)
	}
	for _, l := range x.Links {
		add(l.Correlations)
	}
	return p
}

// coherence lays out how far the children of an element measure one thing:
// alpha, then the part of each child in the first principal component.
func (x *indexed) coherence() *printed {
	p := lay(column{"element", "élément", nil}, column{"alpha", "alpha de Cronbach", fixed(2)}, column{"rows", "unités", nil},
		column{"first", "part de la 1re composante", percent}, column{"loadings", "poids dans la 1re composante", nil}, column{"against", "à contre-sens", nil})
	if x.Analysis == nil {
		return p
	}
	for _, c := range x.Analysis.Parents {
		var first any
		if len(c.Components) > 0 {
			first = num(c.Components[0])
		}
		loadings := make([]string, len(c.Loadings))
		for k, v := range c.Loadings {
			loadings[k] = c.Children[k] + " " + fixed(2)(float64(v))
		}
		p.add(c.Code, num(c.Alpha), float64(c.Rows), first, strings.Join(loadings, ", "), strings.Join(c.Against, ", "))
	}
	return p
}

// inTop is the correlation of an indicator or an element with the index, nil
// when it is not told.
func (x *indexed) inTop(code string) any {
	if x.Analysis != nil {
		for _, c := range x.Analysis.Correlations {
			if c.A == code && c.B == x.top().Code {
				return num(c.R)
			}
		}
	}
	return nil
}

// doubt says what the answers behind a weight leave unknown: the standard
// deviation between respondents, or the standard error of a poll.
func (x *indexed) doubt(code string) (sd, se any) {
	if x.Weights == nil {
		return nil, nil
	}
	for _, w := range x.Weights.Elements {
		if w.Code != code {
			continue
		}
		if w.SD != nil {
			sd = num(*w.SD)
		}
		if w.SE != nil {
			se = num(*w.SE)
		}
	}
	return sd, se
}

// signed writes a change with so many decimals.
func signed(decimals int) func(float64) string {
	return func(v float64) string {
		text := lang.Number(lang.FR, v, decimals)
		if v > 0 {
			text = "+" + text
		}
		return text
	}
}

// changes lays out what changed from one period to the next.
func (x *indexed) changes() *printed {
	points := signed(x.decimals)
	p := lay(column{"element", "élément", nil}, column{"from", "période, de", nil}, column{"to", "période, à", nil}, column{"unit", "code", nil},
		column{"score", "points", points}, column{"score_low", "points, de", points}, column{"score_high", "points, à", points},
		column{"places", "rangs", nil}, column{"places_low", "rangs, de", nil}, column{"places_high", "rangs, à", nil},
		column{"rise", "tirages en hausse", percent}, column{"told", "se distingue de rien", nil})
	for _, c := range x.Changes {
		for _, u := range c.Units {
			told := "non"
			if u.Told {
				told = "oui"
			}
			p.add(c.Code, c.From, c.To, u.Unit, num(u.Score), num(u.Lo), num(u.Hi), float64(u.Place), num(u.PlaceLo), num(u.PlaceHi), num(u.Rise), told)
		}
	}
	return p
}

// causes lays out what changed since an old specification, by cause.
func (x *indexed) causes() *printed {
	columns := []column{{"element", "élément", nil}, {"unit", "code", nil}, {"name", "nom", nil}}
	for _, of := range [][2]string{{"score", "score"}, {"place", "rang"}} {
		decimals := x.decimals
		if of[0] == "place" {
			decimals = 0
		}
		for _, c := range [][2]string{{"old", "avant"}, {"boundary", "par les limites"}, {"method", "par la méthode"}, {"period", "par les données"}, {"new", "après"}} {
			form := signed(decimals)
			if c[0] == "old" || c[0] == "new" {
				form = fixed(decimals)
			}
			columns = append(columns, column{of[0] + "_" + c[0], of[1] + " " + c[1], form})
		}
	}
	p := lay(columns...)
	if x.Since == nil {
		return p
	}
	for k := len(x.Since.Elements) - 1; k >= 0; k-- {
		e := x.Since.Elements[k]
		for i, u := range x.Since.Units {
			row := []any{e.Code, u.Code, u.Name}
			for _, c := range []index.Causes{e.Score, e.Place} {
				row = append(row, num(c.Old[i]), num(c.Boundary[i]), num(c.Method[i]), num(c.Period[i]), num(c.New[i]))
			}
			p.add(row...)
		}
	}
	return p
}

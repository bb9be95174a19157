package main

import (
	"fmt"
	"strings"

	"vigie/lang"
)

// neighbourhood says who are neighbours on the map of an index, and what was
// done with the islands.
func (x *indexed) neighbourhood() string {
	m := x.Map
	text := fmt.Sprintf("%s, %s unités, %s paires de voisins", spoken(m.Neighbours), lang.Number(lang.FR, float64(m.Units), 0), lang.Number(lang.FR, float64(m.Links), 0))
	for _, b := range m.Linked {
		text += fmt.Sprintf(", %s relié à %s (%s)", b.From, b.To, lang.Number(lang.FR, float64(b.Distance), 1))
	}
	return text
}

// chance writes a probability.
func chance(p float64) string {
	if p < 0.0001 {
		return "< 0,0001"
	}
	return fixed(4)(p)
}

// mapTests lays out what is said of the whole map.
func (x *indexed) mapTests() *printed {
	p := lay(column{"element", "élément", nil}, column{"test", "test", nil}, column{"statistic", "valeur", fixed(3)}, column{"expected", "sans ordre", fixed(3)},
		column{"z", "écart réduit", fixed(2)}, column{"p", "p", chance}, column{"p_drawn", "p par permutation", chance}, column{"tested", "unités", nil})
	if x.Map == nil {
		return p
	}
	for _, t := range x.Map.Tests {
		p.add(t.Code, spoken(t.Test), num(t.Statistic), num(t.Expected), num(t.Z), num(t.P), num(t.Drawn), float64(t.Tested))
	}
	return p
}

// clusters lays out each unit among its neighbours, column by column.
func (x *indexed) clusters() *printed {
	p := lay(column{"element", "élément", nil}, column{"unit", "code", nil}, column{"name", "nom", nil}, column{"value", "valeur", fixed(x.decimals)}, column{"around", "voisins", fixed(x.decimals)},
		column{"cluster", "foyer", nil}, column{"i", "I local", fixed(2)}, column{"p", "p", chance}, column{"q", "p ajusté", chance},
		column{"spot", "point", nil}, column{"g_star", "G*", fixed(2)}, column{"g_star_q", "p ajusté de G*", chance})
	if x.Map == nil {
		return p
	}
	name := x.namesOf()
	for _, l := range x.Map.Local {
		for k, code := range l.Unit {
			p.add(l.Code, code, name[code], num(l.Value[k]), num(l.Around[k]), said(l.Cluster, k), at(l.I, k), at(l.P, k), at(l.Q, k), said(l.Spot, k), at(l.Star, k), at(l.StarQ, k))
		}
		for _, code := range l.Untested {
			p.add(l.Code, code, name[code], nil, nil, "non testé", nil, nil, nil, nil, nil, nil)
		}
	}
	return p
}

// said is a word of a list that may be absent; none is not said.
func said(list []string, k int) any {
	if list == nil || list[k] == "none" {
		return nil
	}
	return spoken(list[k])
}

// namesOf are the names of units by code.
func (x *indexed) namesOf() map[string]string {
	out := map[string]string{}
	for _, u := range x.Units {
		out[u.Code] = u.Name
	}
	return out
}

// regions lays out each region with its members.
func (x *indexed) regions() *printed {
	p := lay(column{"region", "région", nil}, column{"size", "unités", nil}, column{"members", "membres", nil})
	if x.Map == nil || x.Map.Regions == nil {
		return p
	}
	r := x.Map.Regions
	var members [][]string
	for k, g := range r.Region {
		for len(members) < g {
			members = append(members, nil)
		}
		members[g-1] = append(members[g-1], r.Unit[k])
	}
	for g, list := range members {
		p.add(float64(g+1), float64(len(list)), strings.Join(list, " "))
	}
	if len(r.LeftOut) > 0 {
		p.add(nil, float64(len(r.LeftOut)), "hors des régions : "+strings.Join(r.LeftOut, " "))
	}
	p.Aside = [][2]any{{"d’après", strings.Join(r.Columns, ", ")}, {"part de la variance entre régions", percent(float64(r.Kept))}, {"entre autant de groupes libres", percent(float64(r.Free))}}
	return p
}

// rates lays out the rates that were smoothed.
func (x *indexed) rates() *printed {
	p := lay(column{"indicator", "indicateur", nil}, column{"unit", "code", nil}, column{"name", "nom", nil}, column{"period", "période", nil},
		column{"events", "événements", nil}, column{"population", "population", nil}, column{"crude", "taux brut", fixed(2)}, column{"global", "vers tous", fixed(2)},
		column{"local", "vers les voisins", fixed(2)}, column{"chance", "p, au taux de tous", chance}, column{"taken", "retenu", nil})
	name := x.namesOf()
	for _, s := range x.Smoothed {
		for k, code := range s.Unit {
			p.add(s.Code, code, name[code], s.Period, num(s.Events[k]), num(s.Population[k]), num(s.Crude[k]), num(s.Global[k]), at(s.Local, k), num(s.Chance[k]), spoken(s.Method))
		}
	}
	return p
}

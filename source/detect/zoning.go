package detect

import (
	"regexp"
	"slices"

	"vigie/territory"
)

// zoned is a column that puts communes in zones, with the column of their
// names, nil when there is none, and the role it had.
type zoned struct {
	code, name *column
	was        Role
}

var (
	zoneNameWord = regexp.MustCompile(`(?i)lib|nom|name|label|intitul`)
	zoneWord     = regexp.MustCompile(`(?i)zone|bassin|secteur|canton|arrondissement|epci|unit[ée][ _]?urbaine|^(code[ _]?)?(ze|uu|aav|bv|arr|cv)(\d{2,4})?$`)
	aboveCommune = regexp.MustCompile(`(?i)^(code[ _]?)?(insee[ _]?)?(lib\w*[ _]?)?(dep\w*|d[ée]partement|reg\w*|r[ée]gion)$`)
)

// findZonings finds the columns that put communes in zones: the table has a
// commune a row, no value, and texts that come back.
func (t *table) findZonings() {
	p := t.place.column
	if slices.ContainsFunc(t.values, func(c *column) bool { return !c.numbersZones() }) || p == nil || t.place.join != "code" || !slices.Equal(t.place.levels, []territory.Level{territory.Commune}) ||
		p.many || len(p.values)*50 < p.filled*49 {
		return
	}
	var all []*column
	for _, c := range t.columns {
		if (c.role == Ignored || c.role == Dimension || c.role == Measure) && !c.many && c.filled*10 >= len(t.body)*9 && len(c.values) >= 2 && len(c.values)*2 <= c.filled && !aboveCommune.MatchString(c.name) {
			all = append(all, c)
		}
	}
	named := map[*column]bool{}
	for _, c := range all {
		if named[c] || zoneNameWord.MatchString(c.name) && slices.ContainsFunc(all, func(o *column) bool { return o != c && t.names(o, c) }) {
			continue
		}
		z := zoned{code: c, was: c.role}
		for _, o := range all {
			if z.name == nil && !named[o] && t.names(c, o) {
				z.name, named[o] = o, true
			}
		}
		if z.name == nil && c.longest <= 2 && !zoneWord.MatchString(c.name) {
			continue // a class of communes, not a zone
		}
		c.role = Zone
		if z.name != nil {
			z.name.role = ZoneName
		}
		t.zonings = append(t.zonings, z)
	}
}

// numbersZones reports whether the numbers of a column are those of zones, by
// its name.
func (c *column) numbersZones() bool {
	return zoneWord.MatchString(c.name) && c.whole == c.filled && len(c.values)*2 <= c.filled
}

// names reports whether a column holds the names of the codes of another: one
// for each, and longer.
func (t *table) names(code, name *column) bool {
	if code == name || name.longest <= code.longest || name.numbers*2 > name.filled || len(name.values) != len(code.values) || !zoneNameWord.MatchString(name.name) && name.index != code.index+1 {
		return false
	}
	of := map[string]string{}
	for _, l := range t.body {
		c, n := l.cell(code.index), l.cell(name.index)
		if was, ok := of[c]; ok && was != n {
			return false
		}
		of[c] = n
	}
	return true
}

// onlyZonings keeps the zonings found when all the tables of the file are of
// zonings: a description is of these or of observations.
func (d *detection) onlyZonings() {
	if !slices.ContainsFunc(d.tables, func(t *table) bool { return len(t.zonings) == 0 }) {
		return
	}
	for _, t := range d.tables {
		for _, z := range t.zonings {
			z.code.role = z.was
			if z.name != nil {
				z.name.role = Ignored
			}
		}
		t.zonings = nil
	}
}

// zonings writes the zonings of a table.
func (w *writer) zonings(g *group) {
	for _, z := range g.table.zonings {
		code := slug(z.code.name, 40)
		if code == "" || code[0] < 'a' || code[0] > 'z' {
			code = "zone_" + code
		}
		w.line("[[table.zoning]]\ncode = %s\nlabel = %s # à vérifier : le nom d'une zone, « bassin de vie 2012 »\nlabel_en = %s # à vérifier",
			quoted(code), quoted(z.code.name), quoted(z.code.name))
		w.line("column = %s", quoted(z.code.ref))
		if z.name != nil {
			w.line("name = %s", quoted(z.name.ref))
		}
	}
}

package report

import (
	"net/url"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// The names of the query of ComposerPath that start from a zoning.
const (
	ZoningInput = "zonage"
	ZoneInput   = "zone"
	ZoneSearch  = "cherche"
)

// zoningLabel names one zone of a zoning in the request's language.
func (w *composer) zoningLabel(z *edition.Zoning) string {
	if w.l == lang.EN {
		return lang.Typeset(w.l, z.LabelEN)
	}
	return lang.Typeset(w.l, z.LabelFR)
}

// zoneHref is the form with the communes of a zone, or what a zoning has for
// some words.
func zoneHref(z *edition.Zoning, name, value string) string {
	return ComposerPath + "?" + url.Values{ZoningInput: {z.Code}, name: {value}}.Encode()
}

// fromZone fills the form with the communes of the zone that the query names,
// and says so.
func (w *composer) fromZone(s *Composing) []Text {
	z, ok := w.c.Zoning(w.r.First(ZoningInput))
	if !ok {
		return nil
	}
	zone, ok := z.Zone(w.r.First(ZoneInput))
	if !ok {
		return nil
	}
	var members []*territory.Territory
	for _, m := range zone.Members {
		if t, ok := w.c.Territory.Get(m.Commune); ok {
			members = append(members, t)
		}
	}
	s.Name = z.Name(zone)
	s.Draft.Text = w.listText(members)
	return []Text{plain(w.t("zoning.taken", "n", len(members), "zone", lang.Typeset(lang.FR, zone.Label), "zoning", w.zoningLabel(z)))}
}

// zoningSection chooses a zone among those of a zoning: a form, and what it
// finds. It is empty when the edition has no zoning.
func (w *composer) zoningSection() Section {
	s := Section{ID: "zonage", Title: w.t("zoning.title")}
	if len(w.c.Zonings) == 0 {
		return s
	}
	chosen, ok := w.c.Zoning(w.r.First(ZoningInput))
	var options []Option
	for i := range w.c.Zonings {
		z := &w.c.Zonings[i]
		options = append(options, Option{Value: z.Code, Label: w.t("zoning.option", "name", w.zoningLabel(z), "n", len(z.Zones)), Selected: ok && z.Code == chosen.Code})
	}
	s.Blocks = append(s.Blocks, Block{Form: &Form{Action: ComposerPath, Submit: w.t("zoning.submit"), Fields: []Field{
		{Name: ZoningInput, Label: w.t("zoning.zoning"), Options: options},
		{Name: ZoneSearch, Label: w.t("zoning.search"), Hint: w.t("zoning.search_hint"), Value: w.r.First(ZoneSearch)}}}})
	if ok && w.r.First(ZoneInput) == "" {
		s.Blocks = append(s.Blocks, w.zoneBlocks(chosen)...)
	}
	return s
}

// zoneBlocks list the zones that the query looks for, all without words.
func (w *composer) zoneBlocks(z *edition.Zoning) []Block {
	q := lang.Fold(w.r.First(ZoneSearch))
	t := &Table{ID: "zones", Open: true, Caption: w.t("zoning.caption", "name", w.zoningLabel(z)), Head: []Head{
		{Key: "name", Label: w.t("zoning.zone")}, {Key: "code", Label: w.t("head.code")}, {Key: "communes", Label: w.t("zoning.communes"), Numeric: true},
		{Key: "population", Label: w.t("zoning.population"), Numeric: true}},
		Source:  w.t("zoning.source", "producer", lang.Typeset(w.l, z.Producer), "title", lang.Typeset(w.l, z.Title)),
		Licence: lang.Typeset(w.l, z.Licence),
		Notes:   []string{w.t("zoning.file", "file", z.Part.FileName, "hash", z.Part.File), w.zoningAge(z)}}
	for i := range z.Zones {
		zone := &z.Zones[i]
		if q == "" || w.isZone(zone, q) {
			people := 0
			for _, m := range zone.Members {
				if t, ok := w.c.Territory.Get(m.Commune); ok {
					people += t.Population
				}
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{linked(lang.Typeset(lang.FR, zone.Label), zoneHref(z, ZoneInput, zone.Code)), word(zone.Code),
				w.count(len(zone.Members)), w.count(people)}})
		}
	}
	if len(t.Rows) == 0 {
		return []Block{{Note: plain(w.t("zoning.none", "q", w.r.First(ZoneSearch)))}}
	}
	return []Block{paragraph(plain(w.t("zoning.found", "n", len(t.Rows), "of", len(z.Zones)))), {Table: t}}
}

// isZone reports whether folded words are the code of a zone, a part of its
// name or the name of one of its communes.
func (w *composer) isZone(zone *territory.Zone, q string) bool {
	return lang.Fold(zone.Code) == q || strings.Contains(lang.Fold(zone.Label), q) ||
		slices.ContainsFunc(zone.Members, func(m territory.Member) bool { return lang.Fold(w.c.Territory.Label(m.Commune)) == q })
}

// zoningAge says of which geography the file is and how many communes of today
// are in no zone of it.
func (w *composer) zoningAge(z *edition.Zoning) string {
	in := 0
	for i := range z.Zones {
		in += len(z.Zones[i].Members)
	}
	return w.t("zoning.age", "vintage", year(z.Vintage), "year", year(z.Year), "out", len(w.c.Territory.ByLevel(territory.Commune))-in)
}

// sameZoneBlocks say of which zones a composed territory is exactly made.
func (w *composer) sameZoneBlocks(e *territory.Ensemble) []Block {
	var out []Block
	for _, s := range w.c.SameZones(e) {
		out = append(out, Block{Note: w.text("zoning.same", "zone", Span{Text: lang.Typeset(lang.FR, s.Zone.Label), Href: zoneHref(s.Zoning, ZoneSearch, s.Zone.Code)},
			"zoning", w.zoningLabel(s.Zoning), "producer", lang.Typeset(w.l, s.Zoning.Producer), "file", s.Zoning.Part.FileName)})
	}
	return out
}

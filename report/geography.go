package report

import (
	"slices"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// fieldOf says which territories a figure of a tier covers; form "" speaks of
// the index, "plain." of any series.
func (w *composer) fieldOf(form string, level territory.Level) string {
	return w.t("field."+form+string(level), "years", w.years(level))
}

// years lists the geographies that the files of a tier are read in.
func (w *composer) years(level territory.Level) string {
	var out []string
	for _, y := range w.c.Geographies(level) {
		out = append(out, year(y))
	}
	return lang.List(w.l, out)
}

// groundNotes say which ground the figures of a commune, an EPCI or a territory
// composed of communes speak of: that of the former geography, and how many
// values were brought to today's.
func (w *composer) groundNotes(t *territory.Territory) []Block {
	level := t.Level
	if level == territory.Composed {
		level = territory.Commune
	}
	if level != territory.Commune && level != territory.EPCI {
		return nil
	}
	var out []Block
	years := []any{"old", year(w.c.Former.Year), "new", year(w.c.Territory.Year)}
	switch {
	case !w.c.FromFormer(level):
	case level == territory.Commune:
		key := "method.vintage"
		if today := w.filesOfToday(level); today != "" {
			key, years = "method.vintage_mixed", append(years, "names", today)
		}
		out = append(out, Block{Note: plain(w.t(key, years...))})
	case w.c.Passage.SameGround(t.Code):
		out = append(out, Block{Note: plain(w.t("method.same_ground", years...))})
	default:
		out = append(out, Block{Note: plain(w.t("method.other_ground", years...))})
	}
	for _, f := range w.c.Files(level) {
		if said := w.broughtSaid(f); said != nil {
			out = append(out, Block{Note: said})
		}
	}
	return out
}

// filesOfToday names the files of a tier that are in today's geography.
func (w *composer) filesOfToday(level territory.Level) string {
	var out []string
	for _, f := range w.c.Files(level) {
		if f.Today {
			out = append(out, w.titled(f))
		}
	}
	return lang.List(w.l, out)
}

// broughtSaid says in which geography a file is read when it is not its own, or
// what a conversion made of it; nil when there is nothing to say.
func (w *composer) broughtSaid(f edition.Observed) Text {
	switch d := f.Part.Derivation; {
	case d != nil && d.Conversion:
		return plain(w.t("geography.converted", "file", w.titled(f), "from", year(d.From), "to", year(d.To),
			"matched", d.Matched, "converted", d.Converted, "estimated", d.Estimated, "refused", d.Refused))
	case f.Said != f.Read:
		return plain(w.t("geography.closest", "file", w.titled(f), "said", year(f.Said), "read", year(f.Read)))
	}
	return nil
}

// geographyFacts list the geographies that the files are read in, then the files
// that are not in their own.
func (w *composer) geographyFacts() []Text {
	var out []Text
	all := w.c.Files(territory.Commune, territory.EPCI)
	for _, y := range yearsRead(all) {
		var names []string
		for _, f := range all {
			if f.Read == y {
				names = append(names, w.titled(f))
			}
		}
		out = append(out, plain(w.t("geography.read", "n", len(names), "names", lang.List(w.l, names), "year", year(y))))
	}
	for _, f := range all {
		if said := w.broughtSaid(f); said != nil {
			out = append(out, said)
		}
	}
	return out
}

// titled is the title of a file, between guillemets.
func (w *composer) titled(f edition.Observed) string {
	return lang.Typeset(w.l, w.t("geography.title", "title", f.Part.Title))
}

func yearsRead(all []edition.Observed) []int {
	var out []int
	for _, f := range all {
		out = append(out, f.Read)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// geographyCell says, in the list of datasets, the geography of a file.
func (w *composer) geographyCell(f edition.Observed) Cell {
	switch d := f.Part.Derivation; {
	case d != nil && d.Conversion:
		return word(w.t("geography.cell_converted", "from", year(d.From), "to", year(d.To)))
	case f.Said != f.Read:
		return word(w.t("geography.cell_closest", "said", year(f.Said), "read", year(f.Read)))
	}
	return word(year(f.Read))
}

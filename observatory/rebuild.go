package observatory

import (
	"bytes"
	"context"
	"io/fs"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/source"
	"vigie/store"
	"vigie/territory"
)

// Rebuilt says what a rebuilding found and made.
type Rebuilt struct {
	Imported []store.DatasetRow
	Refused  map[string]error // by source: the file is there and does not pass
	Missing  []string         // sources without a file
	Derived  []store.DatasetRow
	Short    []dataset.Shortfall // sums that lack a part
}

// Rebuild fills an empty observatory from the original files of a folder: the
// embedded reference files, each source of the starter figures as its shipped
// description reads it, then the sums and ratios that the starter set holds,
// computed from what was imported and kept as derived datasets.
//
// A file that does not pass is told in Refused; the others go on. Error:
// NotFound when the folder holds no file of any source.
func (w *Walk) Rebuild(ctx context.Context, folder fs.FS) (*Rebuilt, error) {
	found, missing, err := Originals(folder)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.NotFoundf("donnez le dossier qui les tient : --from DOSSIER (doc/methods/rebuild.md dit lesquels)", "aucun fichier d’origine reconnu")
	}
	if err := w.starterReferences(ctx); err != nil {
		return nil, err
	}
	if _, err := w.starterCatalogue(ctx, false); err != nil {
		return nil, err
	}
	out := &Rebuilt{Refused: map[string]error{}, Missing: missing}
	for _, d := range found {
		row, err := w.importOriginal(ctx, folder, d)
		if err != nil && ctx.Err() != nil {
			return nil, err
		}
		if err != nil {
			out.Refused[d.Name] = err
			continue
		}
		out.Imported = append(out.Imported, row)
	}
	return out, w.derive(ctx, out)
}

func (w *Walk) importOriginal(ctx context.Context, folder fs.FS, d Original) (store.DatasetRow, error) {
	w.step("import : " + d.Name)
	file, closer, err := d.open(folder)
	if err != nil {
		return store.DatasetRow{}, err
	}
	defer closer.Close() // it was read
	row, _, err := w.Import(ctx, Importing{Description: d.Description, FileName: d.FileName, File: file})
	return row, err
}

// derivedNames are the derived datasets by tier; the regional one holds the
// country too.
var derivedNames = []struct {
	name, title string
	levels      []territory.Level
}{
	{"vigie_rebuilt_region", "Sommes et rapports : régions et France", []territory.Level{territory.National, territory.Region}},
	{"vigie_rebuilt_departement", "Sommes et rapports : départements", []territory.Level{territory.Departement}},
	{"vigie_rebuilt_epci", "Sommes et rapports : intercommunalités", []territory.Level{territory.EPCI}},
}

// derive computes the sums and ratios of the catalogue from the datasets
// imported and keeps them, one dataset a tier.
func (w *Walk) derive(ctx context.Context, out *Rebuilt) error {
	w.step("sommes et rapports")
	refs, err := w.references(ctx)
	if err != nil {
		return err
	}
	cat, err := refs.catalogue()
	if err != nil {
		return err
	}
	v, err := refs.vintage(refs.former())
	if err != nil {
		return err
	}
	s := newSummary(cat, v)
	var names []string
	how := source.Derivation{Kind: source.DerivedBySum, To: v.Year}
	for _, row := range out.Imported {
		t, err := w.DB.Table(ctx, row)
		if err != nil {
			return err
		}
		s.take(t)
		names = append(names, "« "+row.Name+" » "+row.ID[:12])
		how.Origins = append(how.Origins, originOf(row))
	}
	s.sums()
	s.areas()
	s.ratios()
	out.Short = s.short
	for _, d := range derivedNames {
		table := s.made(d.levels)
		if table.Rows() == 0 {
			continue
		}
		row, err := w.keepSummary(ctx, d.name, d.title, names, how, table)
		if err != nil {
			return err
		}
		out.Derived = append(out.Derived, row)
	}
	return nil
}

// keepSummary imports a derived table by the same road as any file.
func (w *Walk) keepSummary(ctx context.Context, name, title string, from []string, how source.Derivation, table *dataset.Table) (store.DatasetRow, error) {
	d := &derived{Name: name, Title: title, Producer: "l’observatoire, d’après les producteurs nommés au catalogue", Licence: "Licence Ouverte",
		Origin: "sommes d’effectifs et rapports d’effectifs, calculés sur " + lang.List(lang.FR, from),
		Files:  []string{name + ".csv"}, Vintage: how.To, Levels: levelsOf(table), Derivation: how}
	d.File.Format, d.File.Encoding, d.File.Delimiter = "csv", "utf-8", ","
	var t derivedTable
	t.Territory.Column, t.Territory.Form, t.Period.Column = "territory", "vigie", "period"
	t.Value.Column, t.Value.Status, t.Value.Indicator = "value", "status", "indicator"
	d.Table = []derivedTable{t}
	text, err := toml.Marshal(d)
	if err != nil {
		return store.DatasetRow{}, err
	}
	row, _, err := w.Import(ctx, Importing{Description: text, FileName: d.Files[0], File: bytes.NewReader(table.Long())})
	return row, err
}

// summary gathers the imported observations of the catalogue's series, then
// what is computed from them.
type summary struct {
	cat   *indicator.Catalogue
	v     *territory.Vintage
	has   map[seriesKey]map[territory.Code]dataset.Observation
	keys  []seriesKey // in the order met
	fresh map[seriesKey][]dataset.Observation
	short []dataset.Shortfall
}

type seriesKey struct {
	code   indicator.Code
	period string
}

func newSummary(cat *indicator.Catalogue, v *territory.Vintage) *summary {
	return &summary{cat: cat, v: v, has: map[seriesKey]map[territory.Code]dataset.Observation{}, fresh: map[seriesKey][]dataset.Observation{}}
}

// take adds the series of the catalogue; an observation already there stays.
func (s *summary) take(t *dataset.Table) {
	for i := range t.Columns {
		c := &t.Columns[i]
		if _, ok := s.cat.Get(c.Indicator); !ok {
			continue
		}
		for k, at := range c.Territory {
			s.put(dataset.Observation{Indicator: c.Indicator, Territory: at, Period: c.Period, X: c.X[k], Status: c.Status[k]})
		}
	}
}

// put adds an observation unless its place is taken, and reports whether it
// was free.
func (s *summary) put(o dataset.Observation) bool {
	key := seriesKey{o.Indicator, o.Period}
	in := s.has[key]
	if in == nil {
		in = map[territory.Code]dataset.Observation{}
		s.has[key] = in
		s.keys = append(s.keys, key)
	}
	if _, taken := in[o.Territory]; taken {
		return false
	}
	in[o.Territory] = o
	return true
}

// compute adds an observation made here.
func (s *summary) compute(o dataset.Observation) {
	if s.put(o) {
		key := seriesKey{o.Indicator, o.Period}
		s.fresh[key] = append(s.fresh[key], o)
	}
}

// aside are the communes that a series of the comparateur leaves empty though
// they are there: they are outside the field of its sums, as in the starter
// set.
var aside = map[indicator.Code][]territory.Code{
	"dev_jobs_5y_before": {"COM-14666", "COM-76601"},
	"dev_jobs_change_5y": {"COM-14666", "COM-76601"},
	"dev_establishments": {"COM-14666"},
}

// sums adds up every count to the larger tiers, from the communes, then from
// the départements.
func (s *summary) sums() {
	for _, key := range slices.Clone(s.keys) {
		ind, ok := s.cat.Get(key.code)
		if !ok || ind.MeasureOf() != indicator.Additive {
			continue
		}
		for _, up := range ladder {
			s.up(ind, key, up.member, up.levels...)
		}
	}
}

// ladder says which tier each one is added up from.
var ladder = []struct {
	member territory.Level
	levels []territory.Level
}{
	{territory.Commune, []territory.Level{territory.EPCI, territory.Departement}},
	{territory.Departement, []territory.Level{territory.Region}},
	{territory.Departement, []territory.Level{territory.National}},
}

// up adds the territories of one tier up to larger ones. An overseas département
// without any value of the series is outside its national field.
func (s *summary) up(ind *indicator.Indicator, key seriesKey, member territory.Level, levels ...territory.Level) {
	var b dataset.Builder
	known := map[territory.Code]bool{} // with a value
	rows := 0
	for _, o := range s.has[key] {
		if o.Territory.Level() == member {
			b.Add(o)
			rows++
			known[o.Territory] = o.OK()
		}
	}
	if rows == 0 {
		return
	}
	table, _ := b.Table() // keys of a map: none comes twice
	field := summed(s.v, key.code, member, levels, known)
	sums, short := dataset.Aggregate(table, []indicator.Indicator{*ind}, field)
	s.short = append(s.short, short...)
	s.addTable(sums)
}

// summed is what the counts of a series are added up over: the communes set
// aside and, in the sums of the country, the overseas départements without any
// value are left out. known are the members that have a value.
func summed(v *territory.Vintage, code indicator.Code, member territory.Level, levels []territory.Level, known map[territory.Code]bool) dataset.Field {
	without := slices.Clone(aside[code])
	if levels[0] == territory.National {
		for _, d := range v.ByLevel(territory.Departement) {
			if d.Overseas && !known[d.Code] {
				without = append(without, d.Code)
			}
		}
	}
	return dataset.Field{Vintage: v, Member: member, Levels: levels, Without: without}
}

func (s *summary) addTable(t *dataset.Table) {
	for i := range t.Columns {
		c := &t.Columns[i]
		for k, at := range c.Territory {
			s.compute(dataset.Observation{Indicator: c.Indicator, Territory: at, Period: c.Period, X: c.X[k], Status: c.Status[k]})
		}
	}
}

// inHectares is the series that areas gives, and where it comes from.
var inHectares = struct {
	code, from indicator.Code
	period     string
	factor     float64
}{"env_area_ha", "ctx_area", "2018", 100}

// areas gives in hectares, at each period of the land consumed, the area that
// the comparateur gives in square kilometres.
func (s *summary) areas() {
	area := s.has[seriesKey{inHectares.from, inHectares.period}]
	for _, key := range slices.Clone(s.keys) {
		if key.code != "env_land_consumption" {
			continue
		}
		for at := range s.has[key] {
			if o, ok := area[at]; ok && o.OK() {
				s.compute(dataset.Observation{Indicator: inHectares.code, Territory: at, Period: key.period, X: o.X * inHectares.factor, Status: o.Status})
			}
		}
	}
}

// ratios divides the counts wherever both are there, communes apart: theirs are
// computed when asked for.
func (s *summary) ratios() {
	for _, ind := range s.cat.All() {
		if ind.MeasureOf() != indicator.Quotient {
			continue
		}
		for _, key := range slices.Clone(s.keys) {
			if key.code == ind.Numerator {
				s.divide(&ind, key)
			}
		}
	}
}

func (s *summary) divide(ind *indicator.Indicator, key seriesKey) {
	num := column(s.has[key])
	den := column(s.has[seriesKey{ind.Denominator, key.period}])
	if den == nil {
		return
	}
	for _, at := range num.Territory {
		if at.Level() == territory.Commune {
			continue
		}
		if t := dataset.Ratio(num, den, []territory.Code{at}, ind.Scale()); t.Covered > 0 {
			s.compute(dataset.Observation{Indicator: ind.Code, Territory: at, Period: key.period, X: t.X, Status: t.Status})
		}
	}
}

// column makes a column of the observations of one series and period, nil of
// none.
func column(all map[territory.Code]dataset.Observation) *dataset.Column {
	var b dataset.Builder
	for _, o := range all {
		b.Add(o)
	}
	t, _ := b.Table() // keys of a map: none comes twice
	if len(t.Columns) == 0 {
		return nil
	}
	return &t.Columns[0]
}

// made returns what was computed for some tiers.
func (s *summary) made(levels []territory.Level) *dataset.Table {
	var b dataset.Builder
	for _, key := range s.keys {
		for _, o := range s.fresh[key] {
			if slices.Contains(levels, o.Territory.Level()) {
				b.Add(o)
			}
		}
	}
	t, _ := b.Table() // an observation is computed once
	return t
}

package observatory

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/pelletier/go-toml/v2"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/source"
	"vigie/store"
	"vigie/territory"
)

// Converted is a dataset brought to another geography: the new dataset, the one
// it was made from and what became of every observation.
type Converted struct {
	Row, Origin store.DatasetRow
	Said        dataset.Conversion
}

// Convert makes, of the newest dataset of a name, the same in the geography of
// another year. The result is a dataset of that name: the next edition takes it,
// the origin stays readable. Its file is the converted table as CSV, so that a
// trace opens its lines; its description names the origin.
//
// Error: NotFound for an unknown name; Conflict when the dataset is already in
// that geography or nothing leads there.
func (w *Walk) Convert(ctx context.Context, name string, to int) (Converted, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return Converted{}, err
	}
	in, err := w.described(ctx, refs, name)
	if err != nil {
		return Converted{}, err
	}
	from := refs.geographyYear(in.d.Vintage, in.d.Levels)
	if from == to {
		return Converted{}, &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("le jeu « %s » est déjà dans la géographie %d", name, to), Do: "donnez une autre année : --to ANNÉE"}
	}
	with, err := w.converting(ctx, refs, in, from, to)
	if err != nil {
		return Converted{}, err
	}
	table, said := dataset.Convert(in.table, with)
	if table.Rows() == 0 {
		return Converted{}, &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("aucune observation de « %s » n’a de place dans la géographie %d", name, to), Do: "gardez le jeu dans sa géographie"}
	}
	d := in.derive(table, to)
	d.Derivation = source.Derivation{Kind: source.DerivedByConversion, From: from, To: to, Origins: []source.Origin{originOf(in.row)},
		Matched: said.Matched, Moved: said.Converted, Shared: said.Estimated, Refused: said.Rows() - said.Matched - said.Converted - said.Estimated}
	how := &d.Derivation
	d.Origin = in.said() + fmt.Sprintf(" ; conversion %d-%d : %d observations reprises, %d converties, %d estimées, %d refusées", from, to,
		how.Matched, how.Moved, how.Shared, how.Refused)
	communes, err := w.communalRows(ctx, refs, from)
	if err != nil {
		return Converted{}, err
	}
	for _, c := range communes {
		d.Derivation.Communes = append(d.Derivation.Communes, originOf(c.DatasetRow))
	}
	row, err := w.keepDerived(ctx, d, table, &said)
	return Converted{row, in.row, said}, err
}

// described is a dataset of observations with what it says of itself.
type described struct {
	row   store.DatasetRow
	d     *source.Description
	table *dataset.Table
	cat   map[indicator.Code]*indicator.Indicator
}

// described reads the newest dataset of observations of a name.
func (w *Walk) described(ctx context.Context, refs *references, name string) (*described, error) {
	row, ok := refs.file(store.Observation, name)
	if !ok {
		return nil, fault.NotFoundf("choisissez un jeu d’observations dans la liste : vigie dataset", "aucun jeu d’observations ne s’appelle « %s »", name)
	}
	out := &described{row: row, cat: map[indicator.Code]*indicator.Indicator{}}
	text, err := w.DB.Artifact(ctx, row.Source)
	if err != nil {
		return nil, err
	}
	if out.d, err = source.ParseDescription(text); err != nil {
		return nil, err
	}
	if out.table, err = w.DB.Table(ctx, row); err != nil {
		return nil, err
	}
	cat, err := refs.catalogue()
	if err != nil {
		return nil, err
	}
	for _, list := range [][]indicator.Indicator{out.d.Indicators(), cat.All()} {
		for i := range list {
			out.cat[list[i].Code] = &list[i]
		}
	}
	return out, nil
}

// said names a dataset, its file and its address, in French.
func (in *described) said() string {
	return fmt.Sprintf("jeu « %s » %s, fichier « %s » (sha256 %s)", in.row.Name, in.row.ID[:12], in.row.FileName, in.row.File)
}

// converting gathers what a conversion needs: the way between the geographies
// and the communal counts of the older one.
func (w *Walk) converting(ctx context.Context, refs *references, in *described, from, to int) (dataset.Converting, error) {
	with := dataset.Converting{Indicator: func(c indicator.Code) (*indicator.Indicator, bool) { i, ok := in.cat[c]; return i, ok }}
	communes, err := w.communal(ctx, refs, from)
	if err != nil {
		return with, err
	}
	if slices.ContainsFunc(in.d.Levels, func(l territory.Level) bool { return l != territory.Commune }) {
		with.Communes = communes
	}
	people, err := w.people(ctx, refs)
	if err != nil {
		return with, err
	}
	h, err := refs.history(people)
	if err != nil {
		return with, err
	}
	c, ok := h.Crossing(from, to)
	if !ok {
		return with, &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("rien ne mène de la géographie %d à %d", from, to),
			Do: "importez les communes de ces deux années et les événements entre elles : vigie import --kind change"}
	}
	with.Crossing = c
	return with, nil
}

// communal is the table of all communal datasets of a geography, nil when there
// are none.
func (w *Walk) communal(ctx context.Context, refs *references, year int) (*dataset.Table, error) {
	rows, err := w.communalRows(ctx, refs, year)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return w.merged(ctx, rows)
}

// communalRows lists the communal datasets of a geography; of several with the
// same observation the first one prevails.
func (w *Walk) communalRows(ctx context.Context, refs *references, year int) ([]tableRow, error) {
	tables, err := w.tableRows(ctx, refs)
	if err != nil {
		return nil, err
	}
	var rows []tableRow
	for _, t := range tables {
		if slices.Contains(t.levels, territory.Commune) && refs.geographyYear(t.vintage, t.levels) == year {
			rows = append(rows, t)
		}
	}
	slices.SortStableFunc(rows, func(a, b tableRow) int { return a.delivery().compare(b.delivery()) })
	return rows, nil
}

// peopleCodes are the series that count the persons of a commune, the best
// first.
var peopleCodes = []indicator.Code{"ctx_population_census", "ctx_population"}

// people returns the persons of a commune of the former geography: as its file
// says or, for want of it, at the latest period of a communal dataset.
func (w *Walk) people(ctx context.Context, refs *references) (func(territory.Code) float64, error) {
	before, err := refs.vintage(refs.former())
	if err != nil {
		return nil, err
	}
	communes, err := w.communal(ctx, refs, before.Year)
	if err != nil {
		return nil, err
	}
	var counted *dataset.Column
	for _, code := range peopleCodes {
		if communes == nil || counted != nil {
			break
		}
		if all := communes.Periods(code); len(all) > 0 {
			counted = &all[len(all)-1]
		}
	}
	return persons(before, counted), nil
}

// persons counts the persons of a commune of a vintage: as it says or, for want
// of it, as a column does, which may be nil; 0 when neither knows.
func persons(before *territory.Vintage, counted *dataset.Column) func(territory.Code) float64 {
	return func(c territory.Code) float64 {
		if t, ok := before.Get(c); ok && t.Population > 0 {
			return float64(t.Population)
		}
		if counted != nil {
			if o, ok := counted.At(c); ok && o.OK() {
				return o.X
			}
		}
		return 0
	}
}

// derived is the description of a dataset made by the observatory: its file is
// the table in the long layout. The keys are those of source.Description.
type derived struct {
	Name     string            `toml:"name"`
	Title    string            `toml:"title"`
	Producer string            `toml:"producer"`
	Licence  string            `toml:"licence"`
	Page     string            `toml:"page,omitempty"`
	Origin   string            `toml:"origin"`
	Files    []string          `toml:"files"`
	Levels   []territory.Level `toml:"levels"`
	Vintage  int               `toml:"vintage"`
	File     struct {
		Format    string `toml:"format"`
		Encoding  string `toml:"encoding"`
		Delimiter string `toml:"delimiter"`
	} `toml:"file"`
	Table      []derivedTable    `toml:"table"`
	Derivation source.Derivation `toml:"derivation"`
}

type derivedTable struct {
	Territory struct {
		Column string `toml:"column"`
		Form   string `toml:"form"`
	} `toml:"territory"`
	Period struct {
		Column string `toml:"column"`
	} `toml:"period"`
	Value struct {
		Column    string `toml:"column"`
		Status    string `toml:"status"`
		Indicator string `toml:"indicator,omitempty"`
	} `toml:"value"`
	Series []derivedSeries `toml:"series,omitempty"`
}

// derivedSeries is a series of the file; with a label it defines the indicator.
type derivedSeries struct {
	Code        string            `toml:"code"`
	When        map[string]string `toml:"when"`
	Label       string            `toml:"label,omitempty"`
	LabelEN     string            `toml:"label_en,omitempty"`
	Definition  string            `toml:"definition,omitempty"`
	Notes       string            `toml:"notes,omitempty"`
	Domain      string            `toml:"domain,omitempty"`
	Unit        string            `toml:"unit,omitempty"`
	Nature      string            `toml:"nature,omitempty"`
	Measure     string            `toml:"measure,omitempty"`
	Direction   int               `toml:"direction,omitempty"`
	Numerator   string            `toml:"numerator,omitempty"`
	Denominator string            `toml:"denominator,omitempty"`
	Decimals    int               `toml:"decimals,omitempty"`
}

// derive describes a table made from a dataset: its producer and licence, its
// series with the definitions that the dataset brought.
func (in *described) derive(table *dataset.Table, year int) *derived {
	d := &derived{Name: in.d.Name, Title: in.d.Title, Producer: in.d.Producer, Licence: in.d.Licence, Page: in.d.Page,
		Files: []string{in.d.Name + "-" + strconv.Itoa(year) + ".csv"}, Vintage: year, Levels: levelsOf(table)}
	d.File.Format, d.File.Encoding, d.File.Delimiter = "csv", "utf-8", ","
	var t derivedTable
	t.Territory.Column, t.Territory.Form, t.Period.Column = "territory", "vigie", "period"
	t.Value.Column, t.Value.Status = "value", "status"
	own := map[indicator.Code]*indicator.Indicator{}
	for _, i := range in.d.Indicators() {
		own[i.Code] = &i
	}
	if len(own) == 0 {
		t.Value.Indicator = "indicator" // all in the catalogue
	} else {
		t.Series = seriesOf(table, own)
	}
	d.Table = []derivedTable{t}
	return d
}

// seriesOf lists the series of a table, those that own defines with their
// definition.
func seriesOf(table *dataset.Table, own map[indicator.Code]*indicator.Indicator) []derivedSeries {
	var out []derivedSeries
	for i := range table.Columns {
		code := table.Columns[i].Indicator
		if i > 0 && table.Columns[i-1].Indicator == code {
			continue
		}
		s := derivedSeries{Code: string(code), When: map[string]string{"indicator": string(code)}}
		if d, ok := own[code]; ok {
			s.Label, s.LabelEN, s.Definition, s.Notes, s.Domain = d.LabelFR, d.LabelEN, d.DefinitionFR, d.Notes, d.Domain
			s.Unit, s.Nature, s.Measure, s.Direction = d.Unit, string(d.Nature), string(d.MeasureOf()), d.Direction
			s.Numerator, s.Denominator, s.Decimals = string(d.Numerator), string(d.Denominator), d.Decimals
		}
		out = append(out, s)
	}
	return out
}

// levelsOf lists the tiers of a table's territories, the largest first.
func levelsOf(table *dataset.Table) []territory.Level {
	has := map[territory.Level]bool{}
	for i := range table.Columns {
		for _, c := range table.Columns[i].Territory {
			has[c.Level()] = true
		}
	}
	var out []territory.Level
	for _, l := range territory.Levels {
		if has[l] {
			out = append(out, l)
		}
	}
	return out
}

// keepDerived imports a table made here by the same road as any file.
func (w *Walk) keepDerived(ctx context.Context, d *derived, table *dataset.Table, said *dataset.Conversion) (store.DatasetRow, error) {
	text, err := toml.Marshal(d)
	if err != nil {
		return store.DatasetRow{}, err
	}
	row, _, err := w.Import(ctx, Importing{Description: text, FileName: d.Files[0], File: bytes.NewReader(table.Long()), Conversion: said})
	return row, err
}

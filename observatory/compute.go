package observatory

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"vigie/dataset"
	"vigie/fault"
	"vigie/fragility"
	"vigie/index"
	"vigie/indicator"
	"vigie/lang"
	"vigie/source"
	"vigie/store"
	"vigie/taxonomy"
	"vigie/territory"
)

// indexed are the tiers for which an index is computed.
var indexed = []territory.Level{territory.Region, territory.Departement, territory.EPCI}

// tableRow is a dataset of observations with the tiers it speaks of and the
// year of its geography.
type tableRow struct {
	store.DatasetRow
	levels  []territory.Level
	vintage int
	defined []indicator.Indicator // series of its own

	published string // day of delivery, "" when it is not said
}

// tableRows returns the newest dataset of each source of observations, by
// name, with its tiers.
func (w *Walk) tableRows(ctx context.Context, refs *references) ([]tableRow, error) {
	var out []tableRow
	for _, row := range refs.rows {
		if row.Kind != store.Observation {
			continue
		}
		b, err := w.DB.Artifact(ctx, row.Source)
		if err != nil {
			return nil, err
		}
		d, err := source.ParseDescription(b)
		if err != nil {
			return nil, err
		}
		out = append(out, tableRow{row, d.Levels, d.Vintage, d.Indicators(), d.Published})
	}
	slices.SortFunc(out, func(a, b tableRow) int { return compareText(a.Name, b.Name) })
	return out, nil
}

func compareText(a, b string) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// ground is what an index is computed on: the catalogue, the reference lists,
// the territories of today and the tables of observations.
type ground struct {
	catalogue *indicator.Catalogue
	domains   []fragility.Domain
	vintage   *territory.Vintage
	tables    []tableRow
}

func (w *Walk) ground(ctx context.Context, refs *references) (*ground, error) {
	tables, err := w.tableRows(ctx, refs)
	if err != nil {
		return nil, err
	}
	if len(tables) == 0 {
		return nil, &fault.Error{Kind: fault.Conflict, What: "aucun jeu d’observations à calculer", Do: "importez d’abord des fichiers : vigie import"}
	}
	g := &ground{tables: tables}
	if g.catalogue, err = refs.catalogue(); err != nil {
		return nil, err
	}
	lists, err := w.lists(ctx)
	if err != nil {
		return nil, err
	}
	g.domains = domains(lists)
	g.vintage, err = refs.vintage(refs.year())
	return g, err
}

// Compute computes the index of every tier that has data and keeps the
// results; a result whose inputs are unchanged is not computed again.
func (w *Walk) Compute(ctx context.Context, specText []byte) ([]store.ComputationRow, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	spec, g, err := w.specified(ctx, refs, specText)
	if err != nil {
		return nil, err
	}
	var out []store.ComputationRow
	for _, level := range indexed {
		row, ok, err := w.computeLevel(ctx, g, spec, specText, level)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, row)
		}
	}
	return out, nil
}

// specified reads a specification and checks it against today's ground.
func (w *Walk) specified(ctx context.Context, refs *references, text []byte) (*index.Spec, *ground, error) {
	spec, err := fragility.ParseSpec(text)
	if err != nil {
		return nil, nil, err
	}
	g, err := w.ground(ctx, refs)
	if err != nil {
		return nil, nil, err
	}
	return spec, g, fragility.Check(spec, g.catalogue.All(), g.domains)
}

// domains are the domains of the reference list with their dimensions.
func domains(lists *taxonomy.Set) []fragility.Domain {
	var out []fragility.Domain
	for _, t := range lists.Terms("domain") {
		out = append(out, fragility.Domain{Code: t.Code, Dimension: t.Parent})
	}
	return out
}

// computeLevel computes one tier, false when no dataset speaks of it.
func (w *Walk) computeLevel(ctx context.Context, g *ground, spec *index.Spec, specText []byte, level territory.Level) (store.ComputationRow, bool, error) {
	in, input, err := w.reading(ctx, g, spec, specText, level)
	if err != nil || input == nil {
		return store.ComputationRow{}, false, err
	}
	w.step("indice : " + lang.T(lang.FR, "report.level."+string(level)+".many"))
	if row, err := w.DB.RecallComputation(ctx, in.ID(), w.By, w.Now); err == nil {
		return row, true, nil
	} else if fault.KindOf(err) != fault.NotFound {
		return row, false, err
	}
	result, err := fragility.Compute(ctx, spec, input, fragility.Run{Datasets: in.Datasets, Code: w.Version})
	if err != nil {
		return store.ComputationRow{}, false, err
	}
	if in.Result, err = fragility.Encode(result); err != nil {
		return store.ComputationRow{}, false, err
	}
	row, _, err := w.DB.PutComputation(ctx, in)
	return row, err == nil, err
}

// reading assembles what a tier's index is computed from, and all that its
// identity depends on; the input is nil when no dataset speaks of the tier.
func (w *Walk) reading(ctx context.Context, g *ground, spec *index.Spec, specText []byte, level territory.Level) (store.ComputationInput, *fragility.Input, error) {
	in := store.ComputationInput{Level: string(level), Spec: specText, Seed: spec.Uncertainty.Seed, CodeVersion: w.Version, CreatedAt: w.Now, By: w.By}
	rows := g.speaking(level)
	if len(rows) == 0 {
		return in, nil, nil
	}
	for _, t := range rows {
		in.Datasets = append(in.Datasets, t.ID)
	}
	table, err := w.merged(ctx, rows)
	if err != nil {
		return in, nil, err
	}
	input, err := g.assemble(spec, table, level)
	if err != nil {
		return in, nil, err
	}
	in.Reading, err = readAs(input)
	return in, input, err
}

// speaking lists the tables that speak of a tier.
func (g *ground) speaking(level territory.Level) []tableRow {
	var rows []tableRow
	for _, t := range g.tables {
		if slices.Contains(t.levels, level) {
			rows = append(rows, t)
		}
	}
	return rows
}

// assemble picks the columns of a tier in a table.
func (g *ground) assemble(spec *index.Spec, table *dataset.Table, level territory.Level) (*fragility.Input, error) {
	var units []fragility.Unit
	for _, t := range g.vintage.ByLevel(level) {
		units = append(units, fragility.Unit{Code: t.Code, Reference: !t.Overseas})
	}
	return fragility.Assemble(spec, g.domains, g.catalogue.All(), table, units)
}

// readAs says under which domains, territories and directions the observations
// are read: what the catalogue and the reference lists bring to an index.
func readAs(input *fragility.Input) (string, error) {
	columns := slices.Clone(input.Columns)
	for i := range columns {
		columns[i].X = nil // the datasets answer for the values
	}
	b, err := json.Marshal(struct {
		Domains []fragility.Domain
		Units   []fragility.Unit
		Columns []fragility.Column
	}{input.Domains, input.Units, columns})
	return string(b), err
}

// merged is one table of several datasets of a tier. What a file says prevails
// over the starter figures, a later delivery over an earlier one.
//
// Error: Conflict when two files of one day differ on an observation.
func (w *Walk) merged(ctx context.Context, rows []tableRow) (*dataset.Table, error) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b tableRow) int { return a.delivery().compare(b.delivery()) })
	out := &dataset.Table{}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].delivery().rank() == rows[0].delivery().rank() {
			n++
		}
		same, err := w.together(ctx, rows[:n])
		if err != nil {
			return nil, err
		}
		out, _ = dataset.Union(out, same) // the later delivery prevails
		rows = rows[n:]
	}
	return out, nil
}

// together is one table of the datasets delivered on one day.
func (w *Walk) together(ctx context.Context, rows []tableRow) (*dataset.Table, error) {
	tables := make([]*dataset.Table, len(rows))
	for i, row := range rows {
		t, err := w.DB.Table(ctx, row.DatasetRow)
		if err != nil {
			return nil, err
		}
		tables[i] = t
	}
	table, twice := dataset.Union(tables...)
	if len(twice) == 0 {
		return table, nil
	}
	return nil, errDiffer(rows, tables, twice)
}

// delivery is what the precedence of two files is judged by: the name of the
// dataset and the day of delivery, "" when the description does not say it.
type delivery struct{ name, published string }

func (t *tableRow) delivery() delivery { return delivery{t.Name, t.published} }

// rank is the precedence of a delivery, the larger the stronger.
func (d delivery) rank() string {
	if isStarter(d.name) {
		return ""
	}
	return "file " + d.published
}

// compare orders deliveries as their figures prevail, then by name.
func (d delivery) compare(other delivery) int {
	return cmp.Or(-cmp.Compare(d.rank(), other.rank()), cmp.Compare(d.name, other.name))
}

// isStarter reports whether a dataset is one of the figures Vigie is born with.
func isStarter(name string) bool { return strings.HasPrefix(name, "vigie_starter_") }

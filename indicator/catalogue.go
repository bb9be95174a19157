package indicator

import (
	"bytes"
	"io"

	"vigie/fault"
	"vigie/taxonomy"
)

// Units lists the units that a catalogue may use.
var Units = [...]string{
	"percent", "per_100", "per_1000", "per_10000", "per_100000", "euro", "euro_per_capita", "million_euro",
	"count", "ratio", "month", "tonne_per_capita", "g_per_km",
}

// Catalogue is the ordered list of indicators. It is never modified once read.
type Catalogue struct {
	list  []Indicator
	index map[Code]int
}

func newCatalogue(list []Indicator) *Catalogue {
	c := &Catalogue{list, make(map[Code]int, len(list))}
	for i := range list {
		c.index[list[i].Code] = i
	}
	return c
}

// Get returns one indicator, which the caller must not modify.
func (c *Catalogue) Get(code Code) (*Indicator, bool) {
	i, ok := c.index[code]
	if !ok {
		return nil, false
	}
	return &c.list[i], true
}

// All returns the indicators in the catalogue's order; not to be modified.
func (c *Catalogue) All() []Indicator { return c.list }

// ByDomain returns the indicators of one domain in the catalogue's order; the
// domain "" is the common context.
func (c *Catalogue) ByDomain(domain string) []Indicator {
	return c.filter(func(i *Indicator) bool { return i.Domain == domain })
}

func (c *Catalogue) filter(keep func(*Indicator) bool) []Indicator {
	var kept []Indicator
	for i := range c.list {
		if keep(&c.list[i]) {
			kept = append(kept, c.list[i])
		}
	}
	return kept
}

// WithoutSecondary returns the catalogue without the indicators read in a
// third party's copy, nor the ratios computed from one of them.
func (c *Catalogue) WithoutSecondary() *Catalogue {
	secondary := func(code Code) bool {
		i, ok := c.Get(code)
		return ok && i.Secondary
	}
	return newCatalogue(c.filter(func(i *Indicator) bool {
		return !i.Secondary && !secondary(i.Numerator) && !secondary(i.Denominator)
	}))
}

// With returns the catalogue with more entries after its own. A code that it
// has already keeps the entry that it has.
func (c *Catalogue) With(more []Indicator) *Catalogue {
	list := append([]Indicator{}, c.list...)
	seen := map[Code]bool{}
	for _, i := range more {
		if _, known := c.index[i.Code]; !known && !seen[i.Code] {
			seen[i.Code] = true
			list = append(list, i)
		}
	}
	return newCatalogue(list)
}

// columns of the catalogue's CSV; method may be absent.
var columns = []string{
	"code", "domain", "label_fr", "label_en", "definition_fr", "unit", "decimals", "direction", "numerator",
	"denominator", "aggregation", "producer", "source_title", "source_page", "licence", "vintage", "origin",
	"nature", "in_index", "notes",
}

// ParseCatalogue reads a catalogue from CSV, its header by name. Errors are
// faults naming line and column: a code twice, a unit, nature, direction or
// aggregation that is unknown, a numerator or denominator that is not in the
// list or is given alone, a response in the index, no label, producer, licence.
func ParseCatalogue(r io.Reader, name string) (*Catalogue, error) {
	var data bytes.Buffer
	if _, err := data.ReadFrom(r); err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: name + " : illisible", Do: "vérifiez que le fichier peut être lu", Err: err}
	}
	l, err := taxonomy.ReadList(name, data.Bytes(), columns...)
	if err != nil {
		return nil, err
	}
	c := newCatalogue(make([]Indicator, 0, len(l.Rows)))
	for _, row := range l.Rows {
		i := parseRow(row)
		if _, twice := c.index[i.Code]; twice {
			row.Refuse("code", "gardez une seule des deux lignes", "indicateur « %s » déjà donné", i.Code)
		}
		c.index[i.Code] = len(c.list)
		c.list = append(c.list, i)
	}
	for k, row := range l.Rows {
		checkRatio(c, &c.list[k], row)
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

func parseRow(row taxonomy.Row) Indicator {
	i := Indicator{
		Code: Code(row.Cell("code")), Domain: row.Cell("domain"),
		LabelFR: row.Cell("label_fr"), LabelEN: row.Cell("label_en"), DefinitionFR: row.Cell("definition_fr"),
		Unit: row.OneOf("unit", Units[:]...), Decimals: row.Int("decimals"), Direction: row.Int("direction"),
		Numerator: Code(row.Cell("numerator")), Denominator: Code(row.Cell("denominator")),
		Aggregation: row.OneOf("aggregation", "ratio", "sum", "none"),
		Producer:    row.Cell("producer"), SourceTitle: row.Cell("source_title"), SourcePage: row.Cell("source_page"),
		Licence: row.Cell("licence"), Vintage: row.Cell("vintage"),
		Secondary: row.OneOf("origin", "primary", "secondary") == "secondary",
		Nature:    Nature(row.OneOf("nature", string(State), string(Response), string(Count))),
		InIndex:   row.OneOf("in_index", "yes", "no") == "yes",
		Notes:     row.Cell("notes"), Method: row.Cell("method"),
	}
	for _, column := range []string{"code", "label_fr", "label_en", "producer", "source_title", "licence", "vintage"} {
		if row.Cell(column) == "" {
			row.Refuse(column, "remplissez-la : chaque page la montre", "cellule vide")
		}
	}
	if i.Direction < -1 || i.Direction > 1 {
		row.Refuse("direction", "écrivez 1 (plus = plus fragile), -1 ou 0", "sens %d refusé", i.Direction)
	}
	if i.Decimals < 0 || i.Decimals > 6 {
		row.Refuse("decimals", "écrivez un nombre de 0 à 6", "%d décimales refusées", i.Decimals)
	}
	if i.InIndex && (i.Nature != State || i.Direction == 0) {
		row.Refuse("in_index", "seul un état (state) de sens 1 ou -1 entre dans l'indice", "série de nature « %s », sens %d, dans l'indice", i.Nature, i.Direction)
	}
	return i
}

// checkRatio holds a ratio's two counts together.
func checkRatio(c *Catalogue, i *Indicator, row taxonomy.Row) {
	if (i.Numerator == "") != (i.Denominator == "") {
		row.Refuse("numerator", "donnez le numérateur et le dénominateur, ou aucun", "l'un va sans l'autre")
	}
	if (i.Aggregation == "ratio") != (i.Numerator != "") {
		row.Refuse("aggregation", "« ratio » demande un numérateur et un dénominateur", "agrégation « %s » avec numérateur « %s »", i.Aggregation, i.Numerator)
	}
	parts := []struct {
		column string
		code   Code
	}{{"numerator", i.Numerator}, {"denominator", i.Denominator}}
	for _, p := range parts {
		part, ok := c.Get(p.code)
		switch {
		case p.code == "":
		case !ok:
			row.Refuse(p.column, "ajoutez cette série au catalogue ou corrigez le code", "série « %s » inconnue", p.code)
		case part.Nature != Count:
			row.Refuse(p.column, "un rapport se calcule sur des effectifs (count)", "série « %s » de nature « %s »", p.code, part.Nature)
		}
	}
}

// Package study knows the studies of the observatory: what citizens, mayors,
// company leaders and associations answered.
//
// Here are the published results and publications: each with its source, its
// rivals when two sources give two values, its sample size when it was
// published. Nothing is estimated and nothing is filled in: what was not
// published is absent. Start with ParsePublishedFigures and Figures.
package study

import (
	"slices"
	"strconv"
	"strings"

	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// The units of published figures: a share of 100, a mean score from 0 to 10, a
// number of things.
const (
	Percent   = "percent"
	Score0_10 = "score_0_10"
	Count     = "count"
)

// Units lists them.
var Units = []string{Percent, Score0_10, Count}

// PublishedFigure is one value that a source published.
type PublishedFigure struct {
	ID              string
	Programme       string // as written: PHARE, transversal
	ProgrammeCode   string // term of the taxonomy programme, "" when it is none
	Study           string
	Date            Date
	Audience        string // term of the taxonomy audience
	SampleSize      int    // 0 when the source gives none
	SampleQualifier string // ">" when the source says more than
	Mode            string // how answers were gathered, "" when not published
	ItemFR          string
	ItemEN          string // the French item when no translation is known
	Value           float64
	Decimals        int    // digits after the mark, as published
	Qualifier       string // ">" when the source says more than
	Unit            string
	Domain          string // term of the taxonomy domain, ""
	Territories     []territory.Code
	Construct       string // the same question across studies, term of construct, ""
	RivalOf         string // ID of the figure whose value this one contradicts, ""
	Sources         []string
}

// Item returns what was asked or counted, in one language.
func (f *PublishedFigure) Item(l lang.Lang) string {
	if l == lang.EN {
		return f.ItemEN
	}
	return f.ItemFR
}

// Covers reports whether the figure speaks of exactly this territory, alone or
// with others.
func (f *PublishedFigure) Covers(code territory.Code) bool {
	return slices.Contains(f.Territories, code)
}

// Figures is the published figures in their file's order, never modified.
type Figures struct {
	list  []PublishedFigure
	index map[string]int
}

// All returns the figures; not to be modified.
func (f *Figures) All() []PublishedFigure { return f.list }

// Figure returns one figure by its ID.
func (f *Figures) Figure(id string) (*PublishedFigure, bool) {
	i, ok := f.index[id]
	if !ok {
		return nil, false
	}
	return &f.list[i], true
}

// Filter chooses figures; an empty field takes all.
type Filter struct {
	Construct string
	Territory territory.Code
	Domain    string
	Audience  string
	Unit      string
}

// Select returns the figures that fit f, rivals included, in order; none when
// nothing was published.
func (f *Figures) Select(by Filter) []PublishedFigure {
	fits := func(want, have string) bool { return want == "" || want == have }
	var out []PublishedFigure
	for _, p := range f.list {
		if fits(by.Construct, p.Construct) && fits(by.Domain, p.Domain) && fits(by.Audience, p.Audience) &&
			fits(by.Unit, p.Unit) && (by.Territory == "" || p.Covers(by.Territory)) {
			out = append(out, p)
		}
	}
	return out
}

// Rivals returns the other figures of the group that contradicts id or that id
// contradicts, in order; none when its value stands alone.
func (f *Figures) Rivals(id string) []PublishedFigure {
	var out []PublishedFigure
	for _, p := range f.list {
		if p.ID != id && f.index[id] < len(f.list) && f.root(p.ID) == f.root(id) {
			out = append(out, p)
		}
	}
	return out
}

// root follows rival_of to the first value of the group.
func (f *Figures) root(id string) string {
	for range f.list {
		p, ok := f.Figure(id)
		if !ok || p.RivalOf == "" {
			break
		}
		id = p.RivalOf
	}
	return id
}

var figureColumns = []string{
	"id", "programme", "study", "date", "audience", "sample_size", "mode", "item_fr", "value", "unit", "domain",
	"territory", "construct", "rival_of", "source",
}

// ParsePublishedFigures reads published figures from CSV. items, which may be
// nil, is a CSV of id, item_fr, item_en that puts items in both languages; its
// French replaces the file's where the source was read in English. Audiences,
// programmes and domains are checked against the reference lists.
//
// Errors are faults naming line and column: an ID twice, a value or sample that
// is no number, an unknown unit, audience, domain, territory form or rival, a
// share outside 0–100 or a score outside 0–10, no source.
func ParsePublishedFigures(name string, data, items []byte, lists *taxonomy.Set) (*Figures, error) {
	wording, err := parseItems(items)
	if err != nil {
		return nil, err
	}
	l, err := taxonomy.ReadList(name, data, figureColumns...)
	if err != nil {
		return nil, err
	}
	f := &Figures{index: map[string]int{}}
	for _, row := range l.Rows {
		p := parseFigure(row, lists)
		if w, ok := wording[p.ID]; ok {
			p.ItemFR, p.ItemEN = w.fr, w.en
		}
		if _, twice := f.index[p.ID]; twice || p.ID == "" {
			row.Refuse("id", "donnez à chaque ligne un identifiant à elle", "identifiant « %s » vide ou déjà donné", p.ID)
		}
		f.index[p.ID] = len(f.list)
		f.list = append(f.list, p)
	}
	for i, row := range l.Rows {
		if rival := f.list[i].RivalOf; rival != "" {
			if _, ok := f.index[rival]; !ok || rival == f.list[i].ID {
				row.Refuse("rival_of", "donnez l'identifiant d'une autre ligne", "« %s » inconnu", rival)
			}
		}
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

type itemWords struct{ fr, en string }

func parseItems(data []byte) (map[string]itemWords, error) {
	if data == nil {
		return nil, nil
	}
	l, err := taxonomy.ReadList("item.csv", data, "id", "item_fr", "item_en")
	if err != nil {
		return nil, err
	}
	words := map[string]itemWords{}
	for _, row := range l.Rows {
		w := itemWords{row.Cell("item_fr"), row.Cell("item_en")}
		if w.fr == "" || w.en == "" {
			row.Refuse("item_fr", "donnez l'intitulé dans les deux langues", "intitulé absent")
		}
		words[row.Cell("id")] = w
	}
	return words, l.Err()
}

func parseFigure(row taxonomy.Row, lists *taxonomy.Set) PublishedFigure {
	p := PublishedFigure{
		ID: row.Cell("id"), Programme: row.Cell("programme"), Study: row.Cell("study"), Date: parseDate(row, "date"),
		Mode: row.Cell("mode"), ItemFR: row.Cell("item_fr"), ItemEN: row.Cell("item_fr"),
		Unit: row.OneOf("unit", Units...), Domain: row.Cell("domain"),
		Construct: row.Cell("construct"), RivalOf: row.Cell("rival_of"), Sources: sources(row),
	}
	if t, ok := lists.Written("programme", p.Programme); ok {
		p.ProgrammeCode = t.Code
	}
	audience, ok := lists.Written("audience", row.Cell("audience"))
	if !ok {
		row.Refuse("audience", "ajoutez-la à la liste des publics (code ou alias)", "public « %s » inconnu", row.Cell("audience"))
	}
	p.Audience = audience.Code
	if _, ok := lists.Term("domain", p.Domain); !ok && p.Domain != "" {
		row.Refuse("domain", "donnez un code de la liste des domaines, ou rien", "domaine « %s » inconnu", p.Domain)
	}
	if p.Territories = codes(row, "territory"); len(p.Territories) == 0 {
		row.Refuse("territory", "écrivez FR, REG-84, DEP-2A… ou plusieurs codes joints par +", "territoire absent")
	}
	p.numbers(row)
	return p
}

// numbers reads value and sample size with their qualifiers.
func (p *PublishedFigure) numbers(row taxonomy.Row) {
	text, found := strings.CutPrefix(row.Cell("value"), ">")
	if found {
		p.Qualifier = ">"
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0 && x < 1e12) {
		row.Refuse("value", "écrivez un nombre à point décimal, précédé de > si la source dit « plus de »", "« %s » refusé", row.Cell("value"))
	}
	p.Value = x
	if _, after, ok := strings.Cut(text, "."); ok {
		p.Decimals = len(after)
	}
	if most := map[string]float64{Percent: 100, Score0_10: 10}[p.Unit]; most > 0 && x > most {
		row.Refuse("value", "vérifiez la valeur et l'unité", "%v hors de 0 à %v", x, most)
	}
	p.SampleSize, p.SampleQualifier = sample(row)
}

// sample reads a size of sample with its qualifier, 0 when the source gives none.
func sample(row taxonomy.Row) (n int, qualifier string) {
	if row.Cell("sample_size") == "" {
		return 0, ""
	}
	text, found := strings.CutPrefix(row.Cell("sample_size"), ">")
	if found {
		qualifier = ">"
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 || n > 1e9 {
		row.Refuse("sample_size", "écrivez un nombre entier, précédé de > si besoin, ou rien", "« %s » refusé", row.Cell("sample_size"))
	}
	return n, qualifier
}

// codes reads codes of territories joined by +.
func codes(row taxonomy.Row, column string) []territory.Code {
	var out []territory.Code
	for _, s := range parts(row.Cell(column), "+") {
		code := territory.Code(s)
		if code.Level() == "" {
			row.Refuse(column, "écrivez FR, REG-84, DEP-2A… ou plusieurs codes joints par +", "territoire « %s » refusé", s)
		}
		out = append(out, code)
	}
	return out
}

// sources reads where something was published, several joined by " ; ".
func sources(row taxonomy.Row) []string {
	all := parts(row.Cell("source"), " ; ")
	if len(all) == 0 {
		row.Refuse("source", "citez où cela a été publié", "ligne sans source")
	}
	return all
}

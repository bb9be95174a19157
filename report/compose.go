package report

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"vigie/dataset"
	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// Request is what a page is asked for. Query holds the state that stands in
// the address; unknown names are ignored by the compositions.
type Request struct {
	Lang  lang.Lang
	Path  string // without language or edition prefix, without form suffix
	Query map[string][]string
	Whole bool // every row of the longest lists, for a file or a terminal; a page shows the first ones
	Print bool // for paper, where nothing can be chosen
}

// First returns the first value of a query name, "" when absent.
func (r Request) First(name string) string {
	if v := r.Query[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// composer holds what every composition needs: the edition and the language.
type composer struct {
	c *edition.Content
	l lang.Lang
	r Request
}

func compose(c *edition.Content, r Request) *composer { return &composer{c: c, l: r.Lang, r: r} }

// t returns a message of the catalogue's report section.
func (w *composer) t(key string, args ...any) string {
	return oneStop(lang.T(w.l, "report."+key, args...))
}

// oneStop ends a sentence once when its last word is an abbreviation: « €/hab. ».
func oneStop(s string) string {
	if strings.Contains(s, "...") {
		return s
	}
	return strings.ReplaceAll(s, "..", ".")
}

// unitSaid names the unit of a figure, in words when it has no sign.
func (w *composer) unitSaid(unit string) string {
	return cmp.Or(lang.Unit(w.l, unit), lang.UnitLong(w.l, unit))
}

// text returns a message as spans. An argument that is a Span keeps its link
// and its weight; the others are formatted by the catalogue.
func (w *composer) text(key string, args ...any) Text {
	spans := map[string]Span{}
	plain := slices.Clone(args)
	for i := 0; i+1 < len(args); i += 2 {
		if s, ok := args[i+1].(Span); ok {
			spans[args[i].(string)] = s
			plain[i+1] = s.Text
		}
	}
	var out Text
	for _, p := range lang.Parts(w.l, "report."+key, plain...) {
		if s, ok := spans[p.Arg]; ok && p.Arg != "" {
			out = append(out, s)
			continue
		}
		if n := len(out); n > 0 && out[n-1].Href == "" && !out[n-1].Strong {
			out[n-1].Text = oneStop(out[n-1].Text + p.Text)
			continue
		}
		out = append(out, Span{Text: p.Text})
	}
	return out
}

// document begins a document of one kind for the request's address.
func (w *composer) document(kind, id, title string) Document {
	m := w.c.Manifest
	return Document{ID: id, Kind: kind, Lang: string(w.l), Path: w.r.Path, Title: title,
		Edition: Edition{Number: m.Number, Date: m.Date, Superseded: w.c.Superseded,
			Permanent: "/editions/" + m.Number + w.r.Path, Errata: Errata(w.l, w.c.Errata)}}
}

// Errata writes errata in a language.
func Errata(l lang.Lang, all []edition.Erratum) []Erratum {
	var out []Erratum
	for _, e := range all {
		text := e.FR
		if l == lang.EN {
			text = e.EN
		}
		out = append(out, Erratum{Date: e.Date, Text: lang.Typeset(l, text), CorrectedBy: e.CorrectedBy})
	}
	return out
}

// place returns the forms of a territory's name in the request's language.
func (w *composer) place(code territory.Code) territory.Place { return w.c.Territory.Place(code, w.l) }

// label returns the short name of a territory, as in a table or on a chart.
func (w *composer) label(code territory.Code) string { return w.place(code).Short }

// level names a tier: one, several, or in « chiffre du département ».
func (w *composer) level(l territory.Level, form string) string {
	return w.t("level." + string(l) + "." + form)
}

// domain returns a domain of the taxonomy, its code as label if unknown.
func (w *composer) domain(code string) taxonomy.Term {
	if t, ok := w.c.Term("domain", code); ok {
		return t
	}
	return taxonomy.Term{Code: code, LabelFR: code, LabelEN: code}
}

// name returns an indicator's label in the request's language.
func (w *composer) name(i *indicator.Indicator) string {
	if w.l == lang.EN && i.LabelEN != "" {
		return lang.Typeset(w.l, i.LabelEN)
	}
	return lang.Typeset(w.l, i.LabelFR)
}

// indicators walks the catalogue of a domain.
func (w *composer) indicators(domain string) iter.Seq[*indicator.Indicator] {
	list := w.c.Catalogue.ByDomain(domain)
	return func(yield func(*indicator.Indicator) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// licence names an indicator's licence.
func (w *composer) licence(i *indicator.Indicator) string {
	if c, ok := w.c.Licences.Of(i.Licence); ok {
		return lang.Typeset(w.l, c.Name(w.l))
	}
	return lang.Typeset(w.l, i.Licence)
}

// href returns the address of a territory's page.
func href(code territory.Code) string { return "/territoires/" + string(code) }

// hrefDomain returns the address of a domain's page.
func hrefDomain(code string) string { return "/domaines/" + code }

// hrefIndicator returns the address of an indicator's page.
func hrefIndicator(code indicator.Code) string { return "/indicateurs/" + string(code) }

// hrefValue returns the address of « d’où vient ce chiffre ? » for a value.
func hrefValue(v edition.Value) string {
	return "/provenance/" + string(v.Indicator.Code) + "/" + string(v.Territory) + "/" + v.Period
}

// number formats a value with its unit for a sentence or a key figure.
func (w *composer) number(v edition.Value) string {
	if !v.OK() {
		return w.t("sign." + sign(v) + ".short")
	}
	return lang.Value(w.l, v.X, v.Indicator.Unit, v.Indicator.Decimals)
}

// period formats a period: a year, or a quarter in words.
func (w *composer) period(p string) string { return lang.Period(w.l, p) }

// sign returns the statistical sign of a value: nd, s, p, e, or "".
func sign(v edition.Value) string {
	switch v.Status {
	case dataset.Secret:
		return "s"
	case dataset.Provisional:
		return "p"
	case dataset.Estimated:
		return "e"
	case dataset.Normal:
		if v.OK() {
			return ""
		}
	}
	return "nd"
}

// cell makes a table cell of a value; asked is the territory of the row, so
// that a figure of a larger one says which.
func (w *composer) cell(v edition.Value, asked territory.Code) Cell {
	cell := Cell{Sign: sign(v)}
	if v.Indicator == nil {
		cell.Sign = "nd"
		return cell
	}
	cell.Trace = hrefValue(v)
	if v.OK() {
		x := lang.Round(v.X, v.Indicator.Decimals)
		cell.Value = &x
		cell.Text = lang.Number(w.l, v.X, v.Indicator.Decimals)
	}
	if asked != v.Territory {
		cell.Level = w.level(v.Territory.Level(), "figure")
	}
	return cell
}

// word makes a plain text cell.
func word(s string) Cell { return Cell{Text: s} }

// when makes the cell of a period; machines read it as the file writes it.
func (w *composer) when(period string) Cell { return Cell{Text: w.period(period), Raw: period} }

// unit makes the cell of a unit; machines read its code.
func (w *composer) unit(code string) Cell { return Cell{Text: lang.Unit(w.l, code), Raw: code} }

// linked makes a text cell with a link.
func linked(s, href string) Cell { return Cell{Text: s, Href: href} }

// num makes a numeric cell with a text for readers.
func num(x float64, text string) Cell { return Cell{Text: text, Value: &x} }

// absent makes a cell that says there is no data.
func absent() Cell { return Cell{Sign: "nd"} }

// sources names the producers of indicators, each once, in order of first
// mention, and their licences likewise.
func (w *composer) sources(codes ...indicator.Code) (source, licence string) {
	var producers, licences []string
	for _, code := range codes {
		i, ok := w.c.Catalogue.Get(code)
		if !ok {
			continue
		}
		if p := lang.Typeset(w.l, i.Producer); !slices.Contains(producers, p) {
			producers = append(producers, p)
		}
		if t := w.licence(i); !slices.Contains(licences, t) {
			licences = append(licences, t)
		}
	}
	return strings.Join(producers, semicolon(w.l)), strings.Join(licences, semicolon(w.l))
}

// paragraph is a block of one paragraph.
func paragraph(t Text) Block { return Block{Text: t} }

// plain is a paragraph of unmarked text.
func plain(s string) Text { return Text{{Text: s}} }

// semicolon separates the items of a line of sources.
func semicolon(l lang.Lang) string {
	if l == lang.EN {
		return "; "
	}
	return lang.Narrow + "; "
}

func year(y int) string { return strconv.Itoa(y) }

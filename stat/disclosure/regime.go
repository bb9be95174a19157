package disclosure

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"
)

// Regime is the primary rule of a source over a period, with the protection its
// sensitive cells need.
type Regime struct {
	Code             string
	LabelFR, LabelEN string
	Rule             Rule
	Share, Minimum   float64   // of protection, as in Distance
	From, To         time.Time // from this day, before that one; zero when it still holds
	House            bool      // a choice of the observatory, not of the producer of the data
	Source           string
}

// Protection is how far from its value a sensitive cell must stay uncertain.
func (r *Regime) Protection(value float64) float64 { return Distance(value, r.Share, r.Minimum) }

// RegimeOf is the regime of a source on a day; false when there is none.
func RegimeOf(list []Regime, code string, day time.Time) (Regime, bool) {
	k := slices.IndexFunc(list, func(r Regime) bool {
		return r.Code == code && !day.Before(r.From) && (r.To.IsZero() || day.Before(r.To))
	})
	if k < 0 {
		return Regime{}, false
	}
	return list[k], true
}

// columns of a file of rules.
var columns = []string{"code", "label_fr", "label_en", "min_units", "weighted_units", "dominance_n", "dominance_k",
	"weighted_largest", "weighted_total", "p", "q", "empty", "protection_share", "protection_min", "valid_from", "valid_to", "origin", "source"}

// ParseRules reads a file of rules by source (CSV, its columns described beside
// data/disclosure/rule.csv).
//
// Refusals, each naming the line: not such a file, a value that is not of its
// kind, parameters without sense, two rules of one source on one day.
func ParseRules(r io.Reader) ([]Regime, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(columns)
	head, err := in.Read()
	if err != nil || !slices.Equal(head, columns) {
		return nil, refuse("donnez les colonnes décrites dans data/disclosure/README.md", "règles de secret, ligne 1 : ce n’en est pas l’en-tête")
	}
	var out []Regime
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			at, _ := errors.AsType[*csv.ParseError](err)
			if at == nil {
				return nil, err
			}
			return nil, refuse("vérifiez les guillemets et le nombre de colonnes", "règles de secret, ligne %d : %d colonnes attendues", at.Line, len(columns))
		}
		line, _ := in.FieldPos(0)
		one, err := parseRegime(row, line)
		if err != nil {
			return nil, err
		}
		for _, other := range out {
			if other.Code == one.Code && (other.To.IsZero() || one.From.Before(other.To)) && (one.To.IsZero() || other.From.Before(one.To)) {
				return nil, refuse("terminez l’une avant que l’autre ne commence", "règles de secret, ligne %d : deux règles « %s » valent le même jour", line, one.Code)
			}
		}
		out = append(out, one)
	}
}

// fields reads the values of a line; the first that is not of its kind is kept.
type fields struct {
	row  []string
	line int
	err  error
}

func (f *fields) text(column string) string { return f.row[slices.Index(columns, column)] }

func (f *fields) bad(column, kind string) {
	if f.err == nil {
		f.err = refuse("donnez "+kind, "règles de secret, ligne %d, %s : « %s »", f.line, column, f.text(column))
	}
}

func (f *fields) number(column string) float64 {
	if f.text(column) == "" {
		return 0
	}
	v, err := strconv.ParseFloat(f.text(column), 64)
	if err != nil || !(v >= 0 && v < 1e12) {
		f.bad(column, "un nombre positif")
	}
	return v
}

func (f *fields) flag(column string) bool {
	switch f.text(column) {
	case "true":
		return true
	case "":
	default:
		f.bad(column, "true, ou rien")
	}
	return false
}

func (f *fields) day(column string, due bool) time.Time {
	if f.text(column) == "" && !due {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, f.text(column))
	if err != nil {
		f.bad(column, "un jour, 2026-01-31")
	}
	return day
}

func parseRegime(row []string, line int) (Regime, error) {
	f := &fields{row: row, line: line}
	one := Regime{Code: f.text("code"), LabelFR: f.text("label_fr"), LabelEN: f.text("label_en"), Source: f.text("source"),
		Rule:  Rule{MinUnits: f.number("min_units"), Weighted: f.flag("weighted_units"), Empty: f.flag("empty")},
		Share: f.number("protection_share"), Minimum: f.number("protection_min"),
		From: f.day("valid_from", true), To: f.day("valid_to", false)}
	if f.text("dominance_n") != "" || f.text("dominance_k") != "" {
		n := f.number("dominance_n")
		one.Rule.Dominance = &Dominance{N: int(n), K: f.number("dominance_k"), WeightedLargest: f.flag("weighted_largest"), WeightedTotal: f.flag("weighted_total")}
		if n != float64(int(n)) {
			f.bad("dominance_n", "un entier")
		}
	}
	if f.text("p") != "" || f.text("q") != "" {
		one.Rule.Prior = &Prior{P: f.number("p"), Q: f.number("q"), WeightedTotal: f.flag("weighted_total")}
	}
	switch f.text("origin") {
	case "house":
		one.House = true
	case "producer":
	default:
		f.bad("origin", "producer ou house")
	}
	for _, column := range []string{"code", "label_fr", "label_en", "source"} {
		if f.text(column) == "" {
			f.bad(column, "un texte")
		}
	}
	if f.err == nil {
		f.err = one.Rule.Check()
	}
	return one, f.err
}

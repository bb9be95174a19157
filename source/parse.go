package source

import (
	"bytes"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
)

// ParseDescription reads and checks a description. Errors are Invalid faults,
// a fault.List when there are several.
func ParseDescription(data []byte) (*Description, error) {
	d := &Description{}
	if err := decode(data, d); err != nil {
		former := &formerDescription{}
		if decode(data, former) != nil || former.Column.Value == "" {
			return nil, err
		}
		d = former.today()
	}
	d.fillDefaults()
	if l := d.check(); len(l) > 0 {
		return nil, l
	}
	return d, nil
}

func decode(data []byte, to any) error {
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(to); err != nil {
		return tomlFaults(err)
	}
	return nil
}

// tomlFaults puts the decoder's errors in our words, keeping line and key.
func tomlFaults(err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		var l fault.List
		for _, e := range strict.Errors {
			line, _ := e.Position()
			l = append(l, fault.Invalidf("retirez cette clé ou corrigez son nom",
				"description, ligne %d : clé « %s » inconnue", line, strings.Join(e.Key(), ".")))
			if l.Full() {
				break
			}
		}
		return l.Err()
	}
	f := fault.Invalidf("corrigez la syntaxe TOML ou le type de la valeur", "description illisible")
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := e.Position()
		f = fault.Invalidf("corrigez la syntaxe TOML ou le type de la valeur",
			"description, ligne %d, caractère %d : illisible", line, column)
	}
	f.Err = err
	return f
}

func (d *Description) fillDefaults() {
	fill(&d.File.Format, "auto")
	fill(&d.File.Encoding, "auto")
	fill(&d.File.Delimiter, "auto")
	fill(&d.File.Decimal, ".")
	fill(&d.Keep.Unmatched, "refuse")
	fill(&d.Keep.Copies, "refuse")
	if len(d.Status) == 0 {
		d.Status = map[string]string{"A": "A", "P": "P", "E": "E", "S": "S", "M": "M"}
	}
	if d.Marks == nil {
		d.Marks = map[string]string{}
	}
	if _, said := d.Marks[""]; !said {
		d.Marks[""] = "M"
	}
	for i := range d.Tables {
		if t := &d.Tables[i]; len(t.Series) == 0 && t.Value.Indicator == "" {
			t.Series = slices.Clone(d.Series)
		}
		d.Tables[i].fillDefaults()
		marks := maps.Clone(d.Marks)
		maps.Copy(marks, d.Tables[i].Marks)
		d.Tables[i].Marks = marks
	}
}

func (t *Table) fillDefaults() {
	if t.Header == nil && t.HeaderFind == "" {
		first := 1
		t.Header = &first
	}
	if t.Headers == 0 {
		t.Headers = 1
	}
	fill(&t.Territory.Join, "code")
	fill(&t.Territory.Form, "official")
	for i := range t.Series {
		s := &t.Series[i]
		if s.Scale == 0 {
			s.Scale = 1
		}
		s.Unit = lang.UnitOf(s.Unit)
		if s.Decimals == nil {
			n := 1
			if slices.Contains([]string{"", "count", "euro", "million_euro"}, s.Unit) {
				n = 0
			}
			s.Decimals = &n
		}
		if s.Label == "" {
			continue
		}
		fill(&s.Measure, measureOf(s))
		if s.Measure == "count" {
			fill(&s.Nature, string(indicator.Count))
		}
		fill(&s.Nature, string(indicator.State))
	}
}

// measureOf is the measure that a series' other keys imply.
func measureOf(s *Series) string {
	switch {
	case s.Count, s.Nature == string(indicator.Count), s.Unit == "count":
		return "count"
	case s.Numerator != "":
		return "ratio"
	}
	return ""
}

func fill(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// refuser adds a fault about one key.
type refuser func(key, do, format string, args ...any)

// under returns a refuser whose keys are in a table of the document.
func (r refuser) under(table string) refuser {
	return func(key, do, format string, args ...any) { r(table+"."+key, do, format, args...) }
}

func (r refuser) oneOf(key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		r(key, "écrivez "+strings.Join(allowed, " ou "), "valeur %q inconnue", value)
	}
}

// regexp refuses a text that is no regexp, or has none of the groups asked for.
func (r refuser) regexp(key, text string, group string) {
	if text == "" {
		return
	}
	re, err := regexp.Compile(text)
	switch {
	case err != nil:
		r(key, "corrigez l’expression régulière (syntaxe RE2)", "expression %q mal formée : %v", text, err)
	case group != "" && re.SubexpIndex(group) < 0:
		r(key, "mettez entre (?P<"+group+"> et ) la partie qui la donne", "expression %q sans groupe « %s »", text, group)
	}
}

// Package source turns the bytes of a producer's file into a dataset.Table,
// or into faults that name file, line, column and what to do.
//
// What a file means is said by a Description (TOML), never by code: a new
// producer is a new description. Reading is all or nothing. The package knows
// no store and no clock. Start with ParseDescription, then Read; Lines reads
// given lines back for a trace.
package source

import (
	"bytes"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"vigie/dataset"
	"vigie/fault"
	"vigie/territory"
)

// Description says how to read one family of files. Each field is a key or a
// table of the TOML document; an unknown key is refused.
type Description struct {
	Name      string            `toml:"name"`     // lower case, digits and _
	Title     string            `toml:"title"`    // what the file is, in French
	Producer  string            `toml:"producer"` // who publishes it
	Licence   string            `toml:"licence"`
	Page      string            `toml:"page"`  // where to read about it
	Files     []string          `toml:"files"` // patterns of base names (path.Match)
	File      File              `toml:"file"`  // how bytes become cells
	Territory Place             `toml:"territory"`
	Layout    Layout            `toml:"layout"`
	Column    Columns           `toml:"column"`
	Fixed     Fixed             `toml:"fixed"`
	Status    map[string]string `toml:"status"`  // the file's mark → A, P, E, S or M; empty: the marks are these
	Missing   map[string]string `toml:"missing"` // text of a cell without number → S or M; empty: "" → M
	Keep      Keep              `toml:"keep"`
}

// File says how bytes become cells.
type File struct {
	Format      string `toml:"format"`      // csv
	Encoding    string `toml:"encoding"`    // utf-8 (default), windows-1252 or auto
	Compression string `toml:"compression"` // auto (default), none or gzip
	Delimiter   string `toml:"delimiter"`   // one character, comma by default
	Decimal     string `toml:"decimal"`     // "." (default) or ","
}

// Place says which territories a file speaks of.
type Place struct {
	Levels  []territory.Level `toml:"levels"`
	Vintage int               `toml:"vintage"` // year of the geography
}

// Layout says how observations lie in the rows; "long" is one per row.
type Layout struct {
	Kind string `toml:"kind"`
}

// Columns names the header cells; a part that Fixed gives has none here.
type Columns struct {
	Indicator string   `toml:"indicator"`
	Territory string   `toml:"territory"`
	Period    string   `toml:"period"`
	Value     string   `toml:"value"`
	Status    string   `toml:"status"` // "" : normal, or what Missing says
	Ignore    []string `toml:"ignore"` // columns that may be there and are not read
}

// Fixed gives what all rows of a file share and no column says.
type Fixed struct {
	Indicator string `toml:"indicator"`
	Period    string `toml:"period"`
}

// Keep chooses among the series of a file: patterns of indicator codes
// (path.Match); none keeps all.
type Keep struct {
	Indicators []string `toml:"indicators"`
}

// Matches reports whether the file's base name fits one of d's patterns.
func (d *Description) Matches(fileName string) bool {
	base := path.Base(strings.ReplaceAll(fileName, `\`, "/"))
	return slices.ContainsFunc(d.Files, func(p string) bool {
		ok, err := path.Match(p, base)
		return err == nil && ok
	})
}

// ParseDescription reads and checks a description. Errors are Invalid faults,
// a fault.List when there are several.
func ParseDescription(data []byte) (*Description, error) {
	d := &Description{}
	dec := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := dec.Decode(d); err != nil {
		return nil, tomlFaults(err)
	}
	d.fillDefaults()
	if err := d.check().Err(); err != nil {
		return nil, err
	}
	return d, nil
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
	fill := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	fill(&d.File.Format, "csv")
	fill(&d.File.Encoding, "utf-8")
	fill(&d.File.Compression, "auto")
	fill(&d.File.Delimiter, ",")
	fill(&d.File.Decimal, ".")
	fill(&d.Layout.Kind, "long")
	if len(d.Status) == 0 {
		d.Status = map[string]string{"A": "A", "P": "P", "E": "E", "S": "S", "M": "M"}
	}
	if len(d.Missing) == 0 {
		d.Missing = map[string]string{"": "M"}
	}
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// check lists what is wrong in d, in the order of its keys.
func (d *Description) check() fault.List {
	var l fault.List
	refuse := func(key, do, format string, args ...any) {
		if !l.Full() {
			f := fault.Invalidf(do, format, args...)
			f.What = "description, « " + key + " » : " + f.What
			l = append(l, f)
		}
	}
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			refuse(key, "écrivez "+strings.Join(allowed, " ou "), "valeur %q inconnue", value)
		}
	}
	if !nameForm.MatchString(d.Name) {
		refuse("name", "donnez un nom en minuscules, chiffres et _", "nom %q refusé", d.Name)
	}
	for _, must := range [][2]string{{"title", d.Title}, {"producer", d.Producer}, {"licence", d.Licence}} {
		if strings.TrimSpace(must[1]) == "" {
			refuse(must[0], "dites-le : chaque page le montre", "absent")
		}
	}
	for _, p := range d.Files {
		if _, err := path.Match(p, ""); err != nil {
			refuse("files", "corrigez les crochets du motif", "motif %q mal formé", p)
		}
	}
	oneOf("file.format", d.File.Format, "csv")
	oneOf("file.encoding", d.File.Encoding, "utf-8", "windows-1252", "auto")
	oneOf("file.compression", d.File.Compression, "auto", "none", "gzip")
	oneOf("file.decimal", d.File.Decimal, ".", ",")
	if len(d.File.Delimiter) != 1 || strings.ContainsAny(d.File.Delimiter, "\"\r\n") || d.File.Delimiter[0] >= 0x80 {
		refuse("file.delimiter", `écrivez "," ou ";" ou "\t"`, "un seul caractère simple attendu, %q lu", d.File.Delimiter)
	}
	oneOf("layout.kind", d.Layout.Kind, "long")
	d.checkTerritory(refuse)
	d.checkColumns(refuse)
	d.checkMarks(refuse)
	return l
}

type refuser func(key, do, format string, args ...any)

func (d *Description) checkTerritory(refuse refuser) {
	if len(d.Territory.Levels) == 0 {
		refuse("territory.levels", `écrivez par exemple levels = ["departement"]`, "absent")
	}
	for _, level := range d.Territory.Levels {
		if !slices.Contains(territory.Levels[:], level) {
			refuse("territory.levels", "écrivez national, region, departement, epci ou commune", "niveau %q inconnu", level)
		}
	}
	if d.Territory.Vintage < 1900 || d.Territory.Vintage > 2100 {
		refuse("territory.vintage", "donnez l'année de la géographie, par exemple 2026", "année %d refusée", d.Territory.Vintage)
	}
}

func (d *Description) checkColumns(refuse refuser) {
	c, f := d.Column, d.Fixed
	either := func(key, column, fixed string) {
		switch {
		case column == "" && fixed == "":
			refuse("column."+key, "nommez la colonne, ou donnez la valeur commune dans [fixed]", "absent")
		case column != "" && fixed != "":
			refuse("column."+key, "gardez l'un des deux", "donné aussi dans [fixed]")
		}
	}
	either("indicator", c.Indicator, f.Indicator)
	either("period", c.Period, f.Period)
	if f.Period != "" && !dataset.ValidPeriod(f.Period) {
		refuse("fixed.period", "écrivez 2022, 2022-Q3 ou 2022-07", "période %q refusée", f.Period)
	}
	if c.Territory == "" {
		refuse("column.territory", "nommez la colonne du territoire", "absent")
	}
	if c.Value == "" {
		refuse("column.value", "nommez la colonne de la valeur", "absent")
	}
	seen := map[string]bool{}
	for _, name := range append(d.columnNames(), c.Ignore...) {
		if seen[name] {
			refuse("column", "chaque colonne ne sert qu'une fois", "colonne « %s » nommée deux fois", name)
		}
		seen[name] = true
	}
	for _, p := range d.Keep.Indicators {
		if _, err := path.Match(p, ""); err != nil {
			refuse("keep.indicators", "corrigez les crochets du motif", "motif %q mal formé", p)
		}
	}
}

// columnNames returns the header cells that must be there.
func (d *Description) columnNames() []string {
	c := d.Column
	names := []string{c.Indicator, c.Territory, c.Period, c.Value, c.Status}
	return slices.DeleteFunc(names, func(s string) bool { return s == "" })
}

func (d *Description) checkMarks(refuse refuser) {
	for _, mark := range sortedKeys(d.Status) {
		if s := d.Status[mark]; len(s) != 1 || !dataset.Status(s[0]).Valid() {
			refuse("status", "écrivez A, P, E, S ou M", "marque %q → %q inconnue", mark, s)
		}
	}
	for _, mark := range sortedKeys(d.Missing) {
		if s := d.Missing[mark]; len(s) != 1 || !dataset.Status(s[0]).Valid() || dataset.Status(s[0]).HasValue() {
			refuse("missing", "écrivez S (secret) ou M (manquant)", "marque %q → %q refusée", mark, s)
		}
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

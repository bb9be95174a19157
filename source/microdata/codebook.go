package microdata

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/source/sheet"
	"vigie/stat/survey"
)

// Codebook says what the variables of a file mean, and their codes.
type Codebook struct {
	File      string
	Variables []Described
}

// Described is one variable of a codebook.
type Described struct {
	Name, Label string
	Text        bool   // its codes are texts: 01 is not 1
	Codes       []Code // in the order of the codebook; nil for a number
	Missing     []Span // numbers declared missing, beside the codes that are
}

// Code is a code with its label; an empty one is what an empty cell means.
type Code struct {
	Code, Label string
	Missing     bool // declared missing
}

// Span is a range of numbers, both ends in it.
type Span struct{ Low, High float64 }

// mostCodebook bounds a codebook once decompressed, in bytes.
const mostCodebook = 64 << 20

// ParseCodebook reads the description of a survey: a table of variables and
// codes (csv or workbook, such as the « Varmod » files of Insee), DDI-Codebook
// and DDI-Lifecycle (xml), or an XLSForm questionnaire (xls, xlsx). name gives
// the format by its ending, .gz aside.
func ParseCodebook(name string, data []byte) (*Codebook, error) {
	name = path.Base(name)
	plainName := strings.TrimSuffix(strings.ToLower(name), ".gz")
	var b *Codebook
	var err error
	switch path.Ext(plainName) {
	case ".xml":
		if data, err = unpacked(name, data); err == nil {
			b, err = parseDDI(name, data)
		}
	case ".csv", ".tsv", ".txt", ".xlsx", ".xls":
		b, err = parseTables(name, data)
	default:
		err = fault.Invalidf("donnez un dictionnaire en .csv, .xlsx, .xls (XLSForm) ou .xml (DDI)", "%s : format de dictionnaire inconnu", name)
	}
	if err != nil {
		return nil, err
	}
	if len(b.Variables) == 0 {
		return nil, fault.Invalidf("vérifiez que c'est le bon fichier", "%s : aucune variable décrite", name)
	}
	b.File = name
	return b, nil
}

// unpacked returns the content of a file that may be compressed by gzip.
func unpacked(name string, data []byte) ([]byte, error) {
	if len(data) < 2 || data[0] != 0x1f || data[1] != 0x8b {
		return data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(z, mostCodebook+1))
	}
	if err != nil || len(data) > mostCodebook {
		return nil, fault.Invalidf("téléchargez-le de nouveau", "%s : compression abîmée, ou contenu démesuré", name)
	}
	return data, nil
}

// parseTables reads the sheets of a codebook: those of a questionnaire, or one
// table of variables and codes.
func parseTables(name string, data []byte) (*Codebook, error) {
	f, err := sheet.Open(name, bytes.NewReader(data), int64(len(data)), sheet.Options{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tables := map[string][][]string{}
	var first [][]string
	for i, s := range f.Sheets() {
		var rows [][]string
		cells := 0
		err := f.Rows(context.Background(), i, func(r sheet.Row) error {
			row := make([]string, len(r.Cells))
			for j, cell := range r.Cells {
				row[j] = strings.TrimSpace(string(cell))
			}
			if cells += len(row); cells > mostCodebook/16 {
				return fault.Invalidf("vérifiez que c'est le bon fichier", "%s : trop de cellules pour un dictionnaire", name)
			}
			rows = append(rows, row)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = rows
		}
		tables[strings.ToLower(s.Name)] = rows
	}
	if tables["survey"] != nil {
		return questionnaire(name, tables)
	}
	return variableTable(name, first)
}

// headings says under which names a column of a codebook is known.
var headings = map[string][]string{
	"variable": {"cod_var", "variable", "nom_variable", "var", "name", "nom", "code_variable", "champ"},
	"label":    {"lib_var", "libelle_variable", "libellé_variable", "label", "libelle", "libellé", "variable_label", "description", "intitule"},
	"code":     {"cod_mod", "modalite", "modalité", "code_modalite", "code", "value", "valeur"},
	"meaning":  {"lib_mod", "libelle_modalite", "libellé_modalité", "value_label", "etiquette", "étiquette", "libelle_code"},
	"type":     {"type_var", "type"},
	"missing":  {"manquant", "missing", "manquante"},
}

// columnOf finds a column of a codebook by its heading, -1 when it is absent.
func columnOf(head []string, what string) int {
	for _, known := range headings[what] {
		if i := slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(h, known) }); i >= 0 {
			return i
		}
	}
	return -1
}

// variableTable reads a table with a row a code, or a row a variable.
func variableTable(name string, rows [][]string) (*Codebook, error) {
	if len(rows) == 0 {
		return &Codebook{}, nil
	}
	at := map[string]int{}
	for what := range headings {
		at[what] = columnOf(rows[0], what)
	}
	if at["variable"] < 0 || at["label"] < 0 && at["meaning"] < 0 {
		return nil, fault.Invalidf("nommez les colonnes variable, libelle_variable, code et libelle_modalite",
			"%s : dictionnaire sans colonne des variables, ou sans libellé", name)
	}
	b, seen := &Codebook{}, map[string]int{}
	for _, row := range rows[1:] {
		cell := func(what string) string {
			if i := at[what]; i >= 0 && i < len(row) {
				return row[i]
			}
			return ""
		}
		variable := cell("variable")
		if variable == "" {
			continue
		}
		k, ok := seen[variable]
		if !ok {
			k = len(b.Variables)
			seen[variable] = k
			kind := strings.ToLower(cell("type"))
			b.Variables = append(b.Variables, Described{Name: variable, Label: cell("label"),
				Text: strings.HasPrefix(kind, "char") || strings.HasPrefix(kind, "text") || strings.HasPrefix(kind, "string")})
		}
		if v := &b.Variables[k]; at["code"] >= 0 && (cell("code") != "" || cell("meaning") != "") {
			missing := strings.ToLower(cell("missing"))
			v.add(Code{cell("code"), cell("meaning"), missing != "" && missing != "0" && missing != "non" && missing != "no" && missing != "false"})
		}
	}
	return b, nil
}

// add keeps a code once; a code that is no plain number makes a text.
func (v *Described) add(c Code) {
	if slices.ContainsFunc(v.Codes, func(o Code) bool { return o.Code == c.Code }) {
		return
	}
	v.Codes = append(v.Codes, c)
	if x, err := strconv.ParseFloat(c.Code, 64); c.Code != "" && (err != nil || plain(x) != c.Code) {
		v.Text = true
	}
}

// texts lists the variables whose codes are texts.
func (b *Codebook) texts() []string {
	var list []string
	for _, v := range b.Variables {
		if v.Text {
			list = append(list, v.Name)
		}
	}
	return list
}

// apply gives the variables of a frame their labels, and their declared missing
// answers; a variable whose answers all have a label becomes categorical under
// the texts of the labels, unless codes are kept.
func (b *Codebook) apply(name string, f *survey.Frame, codes bool) error {
	found := 0
	for _, v := range b.Variables {
		c := f.Column(v.Name)
		if c == nil {
			continue
		}
		found++
		if v.Label != "" {
			c.Label = v.Label
		}
		v.declare(c)
		v.label(c, codes)
	}
	if found == 0 {
		return fault.Invalidf("vérifiez que le dictionnaire est celui de ce fichier", "%s : aucune variable du dictionnaire %s n'est dans les données", name, b.File)
	}
	return nil
}

// declare takes out the answers that the codebook declares missing.
func (v *Described) declare(c *survey.Column) {
	missing, none := map[string]string{}, ""
	for _, code := range v.Codes {
		if code.Code == "" {
			none = code.Label
		} else if code.Missing {
			missing[code.Code] = code.Label
		}
	}
	n := c.Rows()
	gone := func(i int, text, label string) {
		if declare(c, n, i, text, label); c.Number != nil {
			c.Number[i] = math.NaN()
		} else {
			c.Code[i] = -1
		}
	}
	for i := range n {
		if c.Missing(i) {
			if none != "" && (c.Why == nil || c.Why[i] < 0) {
				declare(c, n, i, "", none)
			}
			continue
		}
		if len(missing) == 0 && len(v.Missing) == 0 {
			continue
		}
		text := textOf(c, i)
		if label, ok := missing[text]; ok {
			gone(i, text, label)
		} else if c.Number != nil && v.spans(c.Number[i]) {
			gone(i, text, "")
		}
	}
	*c = *c.Present()
}

func (v *Described) spans(x float64) bool {
	return slices.ContainsFunc(v.Missing, func(s Span) bool { return x >= s.Low && x <= s.High })
}

// label gives the codes their labels.
func (v *Described) label(c *survey.Column, codes bool) {
	for _, code := range v.Codes {
		if code.Code != "" && code.Label != "" && !code.Missing {
			if c.Labels == nil {
				c.Labels = map[string]string{}
			}
			c.Labels[code.Code] = code.Label
		}
	}
	labelNumbers(c, codes, false)
}

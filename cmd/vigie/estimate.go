package main

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie"
	"vigie/estimate"
	"vigie/fault"
	"vigie/lang"
	"vigie/render/export"
	"vigie/source/microdata"
	"vigie/stat/survey"
)

// analysed is an analysis with all that its reproduction needs: the program,
// the specification and the bytes it was made on.
type analysed struct {
	Program string         `json:"program"`
	File    string         `json:"file"`
	Data    []analysedFile `json:"data"`
	*estimate.Result
}

// analysedFile is a file that an analysis read.
type analysedFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows,omitempty"` // 0: a codebook
}

func runEstimate(ctx context.Context, e *env, args []string) error {
	f := flags(e, "estimate", "SPEC | --keys [--only NOM] [--json] [--csv FICHIER] [--xlsx FICHIER] [--dir DOSSIER]")
	only := f.String("only", "", "ne garder que l’estimation de ce `nom`")
	asJSON := f.Bool("json", false, "écrire l’analyse en JSON")
	csvFile := f.String("csv", "", "écrire les résultats dans ce `fichier` : un chiffre par ligne ; avec --only, le tableau de l’estimation")
	xlsxFile := f.String("xlsx", "", "écrire les résultats dans ce `fichier`, une feuille par estimation")
	dir := f.String("dir", "", "`dossier` des fichiers que la spécification nomme ; vide : le sien")
	keys := f.Bool("keys", false, "lister les opérations et les préparations, avec leurs clés")
	at, err := e.parse(f, args, 0, 1)
	if err != nil {
		return err
	}
	if *keys {
		return tellKeys(e.stdout)
	}
	if len(at) == 0 {
		f.Usage()
		return errUsage
	}
	if *dir == "" {
		*dir = filepath.Dir(at[0])
	}
	a, err := analyse(ctx, at[0], *dir)
	if err != nil {
		return err
	}
	write := a.writeCSV
	if *only != "" {
		if err := a.keep(*only); err != nil {
			return err
		}
		write = a.writeTable
	}
	if *csvFile != "" {
		if err := writeFile(*csvFile, write); err != nil {
			return err
		}
	}
	if *xlsxFile != "" {
		if err := writeFile(*xlsxFile, a.writeXLSX); err != nil {
			return err
		}
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(a)
	}
	return a.tell(e.stdout)
}

// tellKeys lists what a specification may ask, a line an operation or a step.
func tellKeys(w io.Writer) error {
	keys := estimate.Keys()
	var lines [][]string
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		lines = append(lines, []string{name, strings.Join(keys[name], " ")})
	}
	align(w, lines, []bool{false, false})
	fmt.Fprintln(w, "\ntoute opération admet aussi where et na_rm")
	return nil
}

// analyse runs a specification on the files it names, which stand in dir.
func analyse(ctx context.Context, spec, dir string) (*analysed, error) {
	raw, err := readFile(spec)
	if err != nil {
		return nil, err
	}
	todo, err := estimate.Parse(filepath.Base(spec), raw)
	if err != nil {
		return nil, err
	}
	a := &analysed{Program: "vigie " + vigie.Version, File: filepath.Base(spec)}
	a.Result, err = estimate.Run(ctx, todo, func(file estimate.File) (*survey.Frame, error) {
		return a.load(dir, file)
	})
	return a, err
}

// load reads the answers of a file, and records its bytes and those of its
// codebook.
func (a *analysed) load(dir string, file estimate.File) (*survey.Frame, error) {
	o := microdata.Options{Encoding: file.Encoding, Delimiter: file.Delimiter, Sheet: file.Sheet, Text: file.Text, Codes: file.Codes}
	read := func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return readFile(name)
	}
	if file.Codebook != "" {
		data, err := read(file.Codebook)
		if err == nil {
			o.Codebook, err = microdata.ParseCodebook(file.Codebook, data)
		}
		if err != nil {
			return nil, err
		}
		a.note(file.Codebook, data, 0)
	}
	data, err := read(file.Path)
	if err != nil {
		return nil, err
	}
	frame, err := o.Parse(file.Path, data)
	if err == nil {
		a.note(file.Path, data, frame.Rows)
	}
	return frame, err
}

// note keeps the hash of a file that the analysis read.
func (a *analysed) note(path string, data []byte, rows int) {
	sum := sha256.Sum256(data)
	a.Data = append(a.Data, analysedFile{path, hex.EncodeToString(sum[:]), rows})
}

// keep leaves the estimate of a name alone.
func (a *analysed) keep(name string) error {
	var known []string
	for _, one := range a.Estimates {
		if one.Name == name {
			a.Estimates = []estimate.Answer{one}
			return nil
		}
		known = append(known, one.Name)
	}
	return fault.NotFoundf("choisissez parmi : "+strings.Join(known, " ; "), "aucune estimation ne s’appelle « %s »", name)
}

// tell writes the record of the analysis, then a table an estimate.
func (a *analysed) tell(w io.Writer) error {
	if a.Title != "" {
		fmt.Fprintf(w, "%s\n\n", a.Title)
	}
	for _, row := range a.record() {
		fmt.Fprintf(w, "%s : %s\n", row[0], row[1])
	}
	for _, one := range a.Estimates {
		t := one.Table()
		fmt.Fprintf(w, "\n%s\n", titleOf(one))
		lines := [][]string{headings(t.Head)}
		for _, row := range t.Rows {
			line := make([]string, len(row))
			for j, v := range row {
				line[j] = cell(v)
			}
			lines = append(lines, line)
		}
		if len(t.Rows) > 0 {
			align(w, lines, numeric(t))
		}
		for _, pair := range t.Aside {
			fmt.Fprintf(w, "%s : %s\n", heading(pair[0].(string)), cell(pair[1]))
		}
	}
	return nil
}

// record lists what a reader needs to make the same analysis again.
func (a *analysed) record() [][2]string {
	rows := [][2]string{{"spécification", a.File + ", sha256 " + a.Spec}}
	for _, d := range a.Data {
		if d.Rows == 0 {
			rows = append(rows, [2]string{"dictionnaire", d.Path + ", sha256 " + d.SHA256})
			continue
		}
		rows = append(rows, [2]string{"données", fmt.Sprintf("%s, %s lignes, sha256 %s", d.Path, lang.Number(lang.FR, float64(d.Rows), 0), d.SHA256)})
	}
	return append(rows,
		[2]string{"plan", fmt.Sprintf("%s enregistrements, %s degrés de liberté", lang.Number(lang.FR, float64(a.Records), 0), cell(a.DF))},
		[2]string{"programme", fmt.Sprintf("%s, graine %d", a.Program, a.Seed)})
}

func titleOf(one estimate.Answer) string {
	if one.Name == "" {
		return one.Op
	}
	return one.Name + " (" + one.Op + ")"
}

// french names the fields of answers.
var french = map[string]string{
	"names": "variable", "levels": "niveau", "strata": "strate", "domain": "domaine", "est": "estimation", "estimate": "estimation",
	"se": "erreur type", "cv": "coef. de variation", "df": "degrés de liberté", "ddf": "degrés de liberté du dénominateur",
	"deff": "effet de plan", "DEff": "effet de plan", "ci95": "IC à 95 %", "conf_int": "IC à 95 %", "ci95_normal": "IC à 95 %",
	"ci95_low": "IC 95 % bas", "ci95_high": "IC 95 % haut", "ci95_t_low": "IC 95 % bas", "ci95_t_high": "IC 95 % haut",
	"ci95_normal_low": "IC 95 % bas", "ci95_normal_high": "IC 95 % haut",
	"ci_low": "IC bas", "ci_high": "IC haut", "ci_l": "IC bas", "ci_u": "IC haut", "quantile": "quantile", "p_value": "p", "statistic": "statistique",
	"parameter": "paramètre", "coef": "coefficient", "neff": "effectif équivalent", "n": "répondants", "diff": "écart",
	"lower": "rapport le plus bas", "upper": "rapport le plus haut", "kish_deff": "effet de plan des poids", "sum": "somme", "sumsq": "somme des carrés", "min": "plus petit", "max": "plus grand", "var": "variance",
}

func heading(key string) string {
	if name, ok := french[key]; ok {
		return name
	}
	return key
}

func headings(keys []string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = heading(key)
	}
	return out
}

// cell writes a value with five significant digits.
func cell(v any) string {
	switch x := v.(type) {
	case nil:
		return "–"
	case float64:
		return lang.Number(lang.FR, x, decimals(x))
	case string:
		return x
	case bool:
		if x {
			return "oui"
		}
		return "non"
	}
	if all, ok := v.([]any); ok {
		parts := make([]string, len(all))
		for i, e := range all {
			parts[i] = cell(e)
		}
		return strings.Join(parts, " ; ")
	}
	return fmt.Sprint(v)
}

// decimals is the number of decimals that shows five significant digits, none
// for whole numbers.
func decimals(x float64) int {
	if x == math.Trunc(x) {
		return 0
	}
	return min(12, max(0, 4-int(math.Floor(math.Log10(math.Abs(x))))))
}

// numeric tells which columns hold numbers: they are set to the right.
func numeric(t estimate.Table) []bool {
	out := make([]bool, len(t.Head))
	for j := range out {
		out[j] = slices.ContainsFunc(t.Rows, func(row []any) bool {
			_, ok := row[j].(float64)
			return ok
		})
	}
	return out
}

// align writes lines in columns, two spaces apart.
func align(w io.Writer, lines [][]string, right []bool) {
	width := make([]int, len(right))
	for _, line := range lines {
		for j, s := range line {
			width[j] = max(width[j], utf8.RuneCountInString(s))
		}
	}
	for _, line := range lines {
		var b strings.Builder
		for j, s := range line {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(s))
			if right[j] {
				s = pad + s
			} else {
				s += pad
			}
			b.WriteString(s + "  ")
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// writeCSV writes a number a line: the estimate, its operation, the number of
// the row, what the row is about, the column, the value in full.
func (a *analysed) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write([]string{"estimate", "op", "row", "label", "column", "value"}) // Flush keeps the error
	for _, one := range a.Estimates {
		t := one.Table()
		right := numeric(t)
		for i, row := range t.Rows {
			var label []string
			for j, v := range row {
				if s, ok := v.(string); ok && !right[j] {
					label = append(label, s)
				}
			}
			for j, v := range row {
				if right[j] {
					c.Write([]string{one.Name, one.Op, strconv.Itoa(i + 1), strings.Join(label, " / "), t.Head[j], full(v)})
				}
			}
		}
		for _, pair := range t.Aside {
			c.Write([]string{one.Name, one.Op, "", "", pair[0].(string), full(pair[1])})
		}
	}
	c.Flush()
	return c.Error()
}

// writeTable writes the table of the only estimate, a column a field, under
// the technical names of the fields.
func (a *analysed) writeTable(w io.Writer) error {
	t := a.Estimates[0].Table()
	if len(t.Rows) == 0 { // an answer of lone figures
		return a.writeCSV(w)
	}
	c := csv.NewWriter(w)
	c.Write(t.Head) // Flush keeps the error
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for j, v := range row {
			line[j] = full(v)
		}
		c.Write(line)
	}
	c.Flush()
	return c.Error()
}

// full writes a number with all its digits, nothing for a missing one.
func full(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return cell(v)
}

// writeXLSX writes the record of the analysis, then a sheet an estimate.
func (a *analysed) writeXLSX(w io.Writer) error {
	record := [][]any{{"analyse", a.Title}}
	for _, row := range a.record() {
		record = append(record, []any{row[0], row[1]})
	}
	sheets := []export.Sheet{{Name: "analyse", Rows: record}}
	for _, one := range a.Estimates {
		t := one.Table()
		head := make([]any, len(t.Head))
		for j, key := range t.Head {
			head[j] = heading(key)
		}
		s := export.Sheet{Name: titleOf(one), Rows: append([][]any{head}, t.Rows...)}
		for _, pair := range t.Aside {
			s.Rows = append(s.Rows, []any{heading(pair[0].(string)), plainCell(pair[1])})
		}
		sheets = append(sheets, s)
	}
	out, err := export.XLSX(sheets)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// plainCell is a value that a workbook holds: a number, a text or nothing.
func plainCell(v any) any {
	switch v.(type) {
	case nil, float64, string:
		return v
	}
	return cell(v)
}

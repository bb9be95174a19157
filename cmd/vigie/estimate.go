package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"vigie/estimate"
	"vigie/fault"
	"vigie/lang"
	"vigie/render/export"
	"vigie/source/microdata"
	"vigie/stat/survey"
)

// analysed is an analysis with all that its reproduction needs.
type analysed struct {
	record
	*estimate.Result
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
	a := &analysed{record: newRecord(spec, dir)}
	a.Result, err = estimate.Run(ctx, todo, func(f estimate.File) (*survey.Frame, error) {
		return a.load(f.Path, f.Codebook, microdata.Options{Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet, Text: f.Text, Codes: f.Codes})
	})
	return a, err
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
	for _, row := range a.lines() {
		fmt.Fprintf(w, "%s : %s\n", row[0], row[1])
	}
	for _, table := range a.tables() {
		fmt.Fprintln(w)
		table.tell(w)
	}
	return nil
}

// lines lists what a reader needs to make the same analysis again.
func (a *analysed) lines() [][2]string {
	return append(a.record.lines(a.Spec),
		[2]string{"plan", fmt.Sprintf("%s enregistrements, %s degrés de liberté", lang.Number(lang.FR, float64(a.Records), 0), cell(a.DF))},
		[2]string{"programme", fmt.Sprintf("%s, graine %d", a.Program, a.Seed)})
}

// tables lays out one table an estimate.
func (a *analysed) tables() []printed {
	out := make([]printed, len(a.Estimates))
	for i, one := range a.Estimates {
		t, title := one.Table(), one.Op
		if one.Name != "" {
			title = one.Name + " (" + one.Op + ")"
		}
		head := make([]string, len(t.Head))
		for j, key := range t.Head {
			head[j] = heading(key)
		}
		out[i] = printed{Key: []string{one.Name, one.Op}, Title: title, Names: t.Head, Head: head, Rows: t.Rows, Aside: t.Aside, Aloud: heading}
	}
	return out
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

// writeCSV writes a figure a line, after the name and the operation of its
// estimate.
func (a *analysed) writeCSV(w io.Writer) error {
	return writeFigures(w, []string{"estimate", "op"}, slices.Values(a.tables()))
}

// writeTable writes the table of the only estimate.
func (a *analysed) writeTable(w io.Writer) error {
	t := a.tables()[0]
	if len(t.Rows) == 0 { // an answer of lone figures
		return a.writeCSV(w)
	}
	return t.writeTable(w)
}

// writeXLSX writes the record of the analysis, then a sheet an estimate.
func (a *analysed) writeXLSX(w io.Writer) error {
	first := export.Sheet{Name: "analyse", Rows: [][]any{{"analyse", a.Title}}}
	for _, row := range a.lines() {
		first.Rows = append(first.Rows, []any{row[0], row[1]})
	}
	return writeWorkbook(w, first, a.tables())
}

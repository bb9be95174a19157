package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"vigie/lang"
	"vigie/source/microdata"
	"vigie/stat/survey"
)

// variable is what a file says of one of its variables.
type variable struct {
	Name     string            `json:"name"`
	Label    string            `json:"label,omitempty"`
	Kind     string            `json:"kind"` // number or category
	Answers  int               `json:"answers"`
	Missing  int               `json:"missing"`
	Least    *float64          `json:"least,omitempty"`
	Most     *float64          `json:"most,omitempty"`
	Levels   []string          `json:"levels,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Declared []survey.Declared `json:"declared_missing,omitempty"`
}

func runAnswers(_ context.Context, e *env, args []string) error {
	f := flags(e, "answers", "FICHIER [--to FICHIER] [--json] [--codes] [--encoding ENCODAGE] [--delimiter SIGNE] [--sheet FEUILLE] [--text VARIABLE,…] [--codebook FICHIER]")
	to := f.String("to", "", "écrire les réponses dans ce `fichier` : .csv (.brut.csv : sans neutraliser les formules), .parquet, .sav ou .zsav")
	asJSON := f.Bool("json", false, "écrire la liste des variables en JSON")
	codebook := f.String("codebook", "", "`dictionnaire` des variables : table csv ou xlsx, DDI, XLSForm")
	codes := f.Bool("codes", false, "d’un fichier SPSS ou d’un dictionnaire, garder les codes plutôt que leurs libellés")
	encoding := f.String("encoding", "", "`encodage` d’un texte qui ne le dit pas : windows-1252")
	delimiter := f.String("delimiter", "", "`signe` qui sépare les colonnes d’un texte")
	sheet := f.String("sheet", "", "`feuille` d’un classeur")
	text := f.String("text", "", "`variables` dont les codes sont des textes, même s’ils sont faits de chiffres")
	at, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	raw, err := readFile(at[0])
	if err != nil {
		return err
	}
	o := microdata.Options{Encoding: *encoding, Delimiter: *delimiter, Sheet: *sheet, Codes: *codes}
	if *text != "" {
		o.Text = strings.Split(*text, ",")
	}
	if *codebook != "" {
		data, err := readFile(*codebook)
		if err != nil {
			return err
		}
		if o.Codebook, err = microdata.ParseCodebook(*codebook, data); err != nil {
			return err
		}
	}
	frame, err := o.Parse(at[0], raw)
	if err != nil {
		return err
	}
	if *to != "" {
		if err := writeFile(*to, func(w io.Writer) error { return microdata.Write(w, *to, frame) }); err != nil {
			return err
		}
	}
	list := make([]variable, len(frame.Columns))
	for j, c := range frame.Columns {
		list[j] = describeVariable(c)
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(map[string]any{"rows": frame.Rows, "variables": list})
	}
	fmt.Fprintf(e.stdout, "%s enregistrements, %d variables\n\n", lang.Number(lang.FR, float64(frame.Rows), 0), len(list))
	lines := [][]string{{"variable", "réponses", "manquantes", "valeurs", "libellé"}}
	for _, v := range list {
		lines = append(lines, []string{v.Name, cell(float64(v.Answers)), cell(float64(v.Missing)), v.values(), v.Label})
	}
	align(e.stdout, lines, []bool{false, true, true, false, false})
	return nil
}

func describeVariable(c *survey.Column) variable {
	v := variable{Name: c.Name, Label: c.Label, Kind: "category", Levels: c.Levels, Labels: c.Labels, Declared: c.Declared}
	least, most := math.Inf(1), math.Inf(-1)
	for i := range c.Rows() {
		if c.Missing(i) {
			v.Missing++
			continue
		}
		v.Answers++
		if c.Number != nil {
			least, most = min(least, c.Number[i]), max(most, c.Number[i])
		}
	}
	if c.Number != nil {
		v.Kind = "number"
		if v.Answers > 0 {
			v.Least, v.Most = &least, &most
		}
	}
	return v
}

// values says the range of a number, or the first levels of a category.
func (v *variable) values() string {
	const most = 6
	if v.Kind == "number" {
		if v.Least == nil {
			return "–"
		}
		return "de " + strconv.FormatFloat(*v.Least, 'f', -1, 64) + " à " + strconv.FormatFloat(*v.Most, 'f', -1, 64)
	}
	shown := make([]string, min(most, len(v.Levels)))
	for k := range shown {
		shown[k] = v.Levels[k]
		if label := cmp.Or(v.Labels[v.Levels[k]], v.Levels[k]); label != v.Levels[k] {
			shown[k] += " " + label
		}
	}
	text := strings.Join(shown, ", ")
	if more := len(v.Levels) - most; more > 0 {
		text += fmt.Sprintf("… (%d niveaux)", len(v.Levels))
	}
	return text
}

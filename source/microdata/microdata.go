// Package microdata turns a file of answers (csv of any dialect, a workbook,
// Parquet, SPSS .sav and .zsav, Stata .dta) into a survey.Frame, one row a respondent and
// one column a variable, with labels, value labels and declared missing values
// where the format has them.
//
// It knows no design and no estimate. What each format keeps and loses is in
// doc/methods/microdata-formats.md. Errors are fault.Error that name the file,
// the line and the variable. Start with Parse.
package microdata

import (
	"bytes"
	"context"
	"path"
	"strings"

	"vigie/fault"
	"vigie/stat/survey"
)

// Options say what the bytes do not; the zero value is the usual choice.
type Options struct {
	Encoding  string   // of a csv or of a system file that does not say it
	Delimiter string   // of a csv: one character
	Sheet     string   // of a workbook: its name; "" the first that has rows
	Text      []string // variables of a csv or a workbook whose codes are texts, even when all are numbers
	Codes     bool     // keep codes rather than the texts of their labels
	Codebook  *Codebook
}

// Parse reads a file of answers with the usual options. name gives the format
// by its ending (.csv, .tsv, .txt, .xlsx, .xls, .parquet, .sav, .zsav, .dta, each also
// with .gz for the texts) and stands in the messages; data is the whole file.
func Parse(name string, data []byte) (*survey.Frame, error) {
	return Options{}.Parse(name, data)
}

// Parse is the function Parse with options.
func (o Options) Parse(name string, data []byte) (*survey.Frame, error) {
	name = path.Base(name)
	if o.Codebook != nil {
		o.Text = append(o.Codebook.texts(), o.Text...)
	}
	f, err := o.read(name, data)
	if err == nil && o.Codebook != nil {
		err = o.Codebook.apply(name, f, o.Codes)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (o Options) read(name string, data []byte) (*survey.Frame, error) {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv", ".tsv", ".txt", ".gz", ".zip", ".xlsx", ".xlsm", ".xls":
		return o.table(context.Background(), name, bytes.NewReader(data), int64(len(data)))
	case ".sav", ".zsav":
		return o.spss(name, data)
	case ".dta":
		return o.stata(name, data)
	case ".parquet":
		return o.parquet(name, data)
	default:
		return nil, fault.Invalidf("donnez un fichier .csv, .xlsx, .parquet, .sav, .zsav ou .dta",
			"%s : format de microdonnées inconnu (« %s »)", name, ext)
	}
}

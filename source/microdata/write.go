package microdata

import (
	"bufio"
	"encoding/csv"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/source/sav"
	"vigie/source/sheet"
	"vigie/stat/survey"
)

// Write writes a frame in the format of the ending of name: .csv, .parquet,
// .sav or .zsav. In csv a text that a spreadsheet would take for a formula is
// preceded by an apostrophe, except in the raw variant, whose name says so:
// .brut.csv. The same frame gives the same bytes. What each format keeps is
// in doc/methods/microdata-formats.md.
func Write(w io.Writer, name string, f *survey.Frame) error {
	name = path.Base(name)
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv":
		if strings.HasSuffix(strings.ToLower(name), ".brut.csv") {
			return writeCSV(w, f, func(text string) string { return text })
		}
		return writeCSV(w, f, sheet.Harmless)
	case ".parquet":
		return writeParquet(w, f)
	case ".sav":
		return spssOf(f).Write(w, name, sav.Bytecode)
	case ".zsav":
		return spssOf(f).Write(w, name, sav.Blocks)
	default:
		return fault.Invalidf("donnez un nom en .csv, .parquet, .sav ou .zsav", "%s : format d'écriture inconnu (« %s »)", name, ext)
	}
}

// writeCSV writes UTF-8 with commas; a missing answer is an empty cell.
func writeCSV(w io.Writer, f *survey.Frame, cell func(text string) string) error {
	out := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
	row := make([]string, len(f.Columns))
	for j, c := range f.Columns {
		row[j] = cell(c.Name)
	}
	err := out.Write(row)
	for i := 0; i < f.Rows && err == nil; i++ {
		for j, c := range f.Columns {
			row[j] = cell(textOf(c, i))
		}
		if len(row) == 1 && row[0] == "" {
			row[0] = " " // an empty line would be no record
		}
		err = out.Write(row)
	}
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

// textOf returns the answer of a record as text, "" when it is missing.
func textOf(c *survey.Column, i int) string {
	switch {
	case c.Missing(i):
		return ""
	case c.Number != nil:
		return plain(c.Number[i])
	}
	return c.Levels[c.Code[i]]
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

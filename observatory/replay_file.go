package observatory

import (
	"archive/zip"
	"bytes"
	"context"

	"vigie/index"
	"vigie/source/microdata"
	"vigie/stat/survey"
	"vigie/territory"
)

// ReplayFiles are what vigie index computes the index of a tier again from.
type ReplayFiles struct {
	Table, Spec   []byte // csv, TOML
	Rows, Columns int
}

// ReplayFiles returns the table and the specification of Replay as files, the
// table to be called LEVEL.csv beside its specification.
//
// Error: those of Replay.
func (w *Walk) ReplayFiles(ctx context.Context, number string, level territory.Level, periods ...string) (f ReplayFiles, err error) {
	name := string(level) + ".csv"
	spec, table, err := w.Replay(ctx, number, level, name, periods...)
	if err != nil {
		return f, err
	}
	var out bytes.Buffer
	err = microdata.Write(&out, name, frameOf(table))
	return ReplayFiles{out.Bytes(), spec, table.Rows, len(table.Columns)}, err
}

// frameOf is the table of an index as the formats write it.
func frameOf(t *index.Table) *survey.Frame {
	f := &survey.Frame{Rows: t.Rows}
	for _, c := range t.Columns {
		column := &survey.Column{Name: c.Name, Number: c.Number}
		if c.Text != nil {
			column = survey.Category(c.Name, c.Text)
		}
		f.Columns = append(f.Columns, column)
	}
	return f
}

// Zip puts both files in an archive, named after a tier.
func (f *ReplayFiles) Zip(level territory.Level) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, file := range []struct {
		ext   string
		bytes []byte
	}{{".csv", f.Table}, {".toml", f.Spec}} {
		w, err := z.Create(string(level) + file.ext)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(file.bytes); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

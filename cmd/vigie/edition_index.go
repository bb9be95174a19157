package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/index"
	"vigie/source/microdata"
	"vigie/stat/survey"
	"vigie/territory"
)

// replayEdition writes the specification and the table of the index of a tier,
// for vigie index.
func replayEdition(ctx context.Context, e *env, args []string) error {
	f := flags(e, "edition index", "[--dir DOSSIER] [--out DOSSIER] [--periods 2019,2023] ÉDITION NIVEAU")
	c := configFlags(f)
	out := f.String("out", ".", "`dossier` où écrire la table et la spécification, que vigie index relit")
	list := f.String("periods", "", "plusieurs `périodes`, en panel : les domaines dont toutes les séries y sont mesurées")
	named, err := e.parse(f, args, 2, 2)
	if err != nil {
		return err
	}
	var periods []string
	if *list != "" {
		periods = slices.Compact(slices.Sorted(strings.SplitSeq(*list, ",")))
	}
	if len(periods) == 1 {
		return fault.Invalidf("donnez-en deux au moins : --periods 2019,2023", "une seule période ne se compare à rien")
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	name := named[1] + ".csv"
	spec, table, err := w.Replay(ctx, named[0], territory.Level(named[1]), name, periods...)
	e.done(w)
	if err != nil {
		return err
	}
	file := filepath.Join(*out, name)
	if err := writeFile(file, func(w io.Writer) error { return microdata.Write(w, name, frameOf(table)) }); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s : %d lignes, %d colonnes\n", file, table.Rows, len(table.Columns))
	file = filepath.Join(*out, named[1]+".toml")
	if err := writeFile(file, func(w io.Writer) error { _, err := w.Write(spec); return err }); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s : à lire par vigie index\n", file)
	return nil
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

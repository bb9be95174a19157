package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"vigie/fault"
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
	made, err := w.ReplayFiles(ctx, named[0], territory.Level(named[1]), periods...)
	e.done(w)
	if err != nil {
		return err
	}
	table, spec := filepath.Join(*out, named[1]+".csv"), filepath.Join(*out, named[1]+".toml")
	if err := errors.Join(writeBytes(table, made.Table), writeBytes(spec, made.Spec)); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s : %d lignes, %d colonnes\n%s : à lire par vigie index\n", table, made.Rows, made.Columns, spec)
	return nil
}

func writeBytes(path string, b []byte) error {
	return writeFile(path, func(w io.Writer) error { _, err := w.Write(b); return err })
}

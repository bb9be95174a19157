package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"vigie/fault"
	"vigie/observatory"
	"vigie/store"
)

func runRebuild(ctx context.Context, e *env, args []string) error {
	f := flags(e, "rebuild", "--from DOSSIER [--dir DOSSIER] [--no-publish] [--date JOUR]")
	c := configFlags(f)
	from := f.String("from", "", "`dossier` des fichiers d’origine des producteurs")
	noPublish := f.Bool("no-publish", false, "s’arrêter une fois les jeux faits, sans calculer ni publier")
	date := f.String("date", "", "`jour` de l’édition ; vide : aujourd’hui")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	if *from == "" {
		f.Usage()
		return errUsage
	}
	if err := c.fill(); err != nil {
		return err
	}
	if err := dates(&observatory.Publishing{Date: *date}, "", e.now()); err != nil {
		return err // before the work
	}
	db, err := store.Init(ctx, c.Dir, c.options())
	if err != nil {
		return err
	}
	defer db.Close()
	w := e.walk(db)
	defer e.done(w)
	made, err := w.Rebuild(ctx, os.DirFS(*from))
	if err != nil {
		return err
	}
	e.done(w)
	tellRebuilt(e, made)
	if *noPublish {
		return nil
	}
	row, err := publishFirst(ctx, e, w, false, *date)
	if err == nil {
		fmt.Fprintf(e.stdout, "édition %s publiée\n", row.Number)
	}
	return err
}

// tellRebuilt lists the datasets made, the files that did not pass and those
// that were not there.
func tellRebuilt(e *env, made *observatory.Rebuilt) {
	for _, row := range made.Imported {
		fmt.Fprintf(e.stdout, "importé\t%s\t%d lignes\t%s\n", row.Name, row.Rows, row.FileName)
	}
	for _, row := range made.Derived {
		fmt.Fprintf(e.stdout, "calculé\t%s\t%d lignes\n", row.Name, row.Rows)
	}
	if n := len(made.Short); n > 0 {
		fmt.Fprintf(e.stdout, "sommes auxquelles il manque une partie : %d\n", n)
	}
	for _, name := range slices.Sorted(maps.Keys(made.Refused)) {
		err := made.Refused[name]
		fmt.Fprintf(e.stdout, "refusé\t%s\t%v\n", name, err)
		if do := fault.Do(err); do != "" {
			fmt.Fprintf(e.stdout, "à faire : %s\n", do)
		}
	}
	for _, name := range made.Missing {
		fmt.Fprintf(e.stdout, "sans fichier\t%s\n", name)
	}
}

package main

import (
	"context"
	"fmt"

	"vigie/store"
)

func runInit(ctx context.Context, e *env, args []string) error {
	f := flags(e, "init", "[--dir DOSSIER] [--starter] [--without-secondary] [--made-up]")
	c := configFlags(f)
	starter := f.Bool("starter", false, "importer le contenu de départ embarqué")
	without := f.Bool("without-secondary", false, "laisser de côté les séries lues dans des copies tierces")
	madeUp := f.Bool("made-up", false, "observatoire d’essai : ses éditions peuvent contenir des enquêtes inventées")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	if err := c.fill(); err != nil {
		return err
	}
	db, err := store.Init(ctx, c.Dir, c.options())
	if err != nil {
		return err
	}
	defer db.Close()
	if *madeUp {
		if err := db.MarkMadeUp(); err != nil {
			return err
		}
	}
	if *starter {
		w := e.walk(db)
		if err := w.Starter(ctx, *without); err != nil {
			return err
		}
		if err := w.StarterCases(ctx); err != nil {
			return err
		}
		e.done(w)
	}
	fmt.Fprintf(e.stdout, "observatoire créé : %s\n", c.Dir)
	return nil
}

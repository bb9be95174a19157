package main

import (
	"context"
	"fmt"
	"net"

	"vigie/fault"
	"vigie/observatory"
	"vigie/store"
	"vigie/web"
)

func runDemo(ctx context.Context, e *env, args []string) error {
	f := flags(e, "demo", "[--dir DOSSIER] [--addr HÔTE:PORT] [--no-serve] [--without-secondary] [--date JOUR]")
	c := configFlags(f)
	f.StringVar(&c.Addr, "addr", "", "`adresse` où écouter (127.0.0.1:8080)")
	noServe := f.Bool("no-serve", false, "s’arrêter une fois l’édition publiée")
	without := f.Bool("without-secondary", false, "laisser de côté les séries lues dans des copies tierces")
	date := f.String("date", "", "`jour` de l’édition ; vide : aujourd’hui")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	if err := c.fill(); err != nil {
		return err
	}
	if err := dates(&observatory.Publishing{Date: *date}, "", e.now()); err != nil {
		return err // before the work
	}
	var l net.Listener
	if !*noServe {
		var err error
		if l, err = web.Listen(ctx, c.Addr); err != nil {
			return err
		}
		defer l.Close()
	}
	w, err := demoWalk(ctx, e, c, *without, *date)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	if *noServe {
		return nil
	}
	return serve(ctx, e, c, w, l, true)
}

// demoWalk opens the demonstration observatory; where there is none it makes
// it: import, compute, publish. An interrupted demonstration goes on.
func demoWalk(ctx context.Context, e *env, c *config, without bool, date string) (*observatory.Walk, error) {
	db, err := store.Open(ctx, c.Dir, c.options())
	if fault.KindOf(err) == fault.NotFound {
		db, err = store.Init(ctx, c.Dir, c.options())
	}
	if err != nil {
		return nil, err
	}
	w := e.walk(db)
	if err := fillDemo(ctx, e, w, without, date); err != nil {
		db.Close()
		return nil, err
	}
	return w, nil
}

// fillDemo publishes the first edition unless one is there.
func fillDemo(ctx context.Context, e *env, w *observatory.Walk, without bool, date string) error {
	all, err := w.DB.Editions(ctx)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		fmt.Fprintf(e.stderr, "observatoire déjà rempli, édition %s\n", all[0].Number)
		return nil
	}
	defer e.done(w)
	if err := w.Starter(ctx, without); err != nil {
		return err
	}
	if err := w.StarterCases(ctx); err != nil {
		return err
	}
	row, err := publishFirst(ctx, e, w, without, date)
	if err == nil {
		e.done(w)
		fmt.Fprintf(e.stderr, "édition %s publiée\n", row.Number)
	}
	return err
}

// publishFirst computes the default index and publishes the first edition.
func publishFirst(ctx context.Context, e *env, w *observatory.Walk, without bool, date string) (row store.EditionRow, err error) {
	spec, err := observatory.StarterSpec(without)
	if err != nil {
		return row, err
	}
	if _, err := w.Compute(ctx, spec); err != nil {
		return row, err
	}
	in := observatory.Publishing{Date: date}
	if err := dates(&in, "", e.now()); err != nil {
		return row, err
	}
	return w.Publish(ctx, in)
}

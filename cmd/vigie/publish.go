package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vigie/fault"
	"vigie/observatory"
)

// dayForm is an ISO day.
const dayForm = "2006-01-02"

func runPublish(ctx context.Context, e *env, args []string) error {
	f := flags(e, "publish", "[--dir DOSSIER] [--number 2026-1] [--date 2026-03-12] [--embargo 2026-03-12T08:00:00+01:00] [--json]")
	c := configFlags(f)
	in := observatory.Publishing{}
	f.StringVar(&in.Number, "number", "", "`numéro` de l’édition ; vide : le suivant de l’année")
	f.StringVar(&in.Date, "date", "", "`jour` de publication ; vide : aujourd’hui")
	embargo := f.String("embargo", "", "`instant` avant lequel personne ne la voit (RFC 3339) ; vide : tout de suite")
	asJSON := f.Bool("json", false, "écrire l’édition en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	if err := dates(&in, *embargo, e.now()); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	people, err := w.DB.CountPeople(ctx)
	if err != nil {
		return err
	}
	if people > 0 {
		return proposeNow(ctx, e, w, observatory.Proposing{Publishing: in}, *asJSON)
	}
	row, err := w.Publish(ctx, in)
	e.done(w)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(row)
	}
	fmt.Fprintf(e.stdout, "édition %s, manifeste %s\n", row.Number, row.Manifest)
	return nil
}

// dates reads the day and the embargo, today and now by default.
func dates(in *observatory.Publishing, embargo string, now time.Time) error {
	if in.Date == "" {
		in.Date = now.Format(dayForm)
	}
	if _, err := time.Parse(dayForm, in.Date); err != nil {
		return fault.Invalidf("écrivez le jour ainsi : 2026-03-12", "« %s » n’est pas un jour", in.Date)
	}
	in.Embargo = now.Truncate(time.Second)
	if embargo == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, embargo)
	if err != nil {
		return fault.Invalidf("écrivez l’instant ainsi : 2026-03-12T08:00:00+01:00", "« %s » n’est pas un instant", embargo)
	}
	in.Embargo = at
	return nil
}

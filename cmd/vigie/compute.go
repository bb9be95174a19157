package main

import (
	"context"
	"encoding/json"
	"fmt"

	"vigie/observatory"
)

func runCompute(ctx context.Context, e *env, args []string) error {
	f := flags(e, "compute", "[--dir DOSSIER] [--spec SPEC.toml] [--json]")
	c := configFlags(f)
	specFile := f.String("spec", "", "`spécification` de l’indice ; vide : celle qui est embarquée")
	asJSON := f.Bool("json", false, "écrire les calculs en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	spec, err := observatory.StarterSpec(false)
	if *specFile != "" {
		spec, err = readFile(*specFile)
	}
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	rows, err := w.Compute(ctx, spec)
	e.done(w)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(rows)
	}
	for _, r := range rows {
		fmt.Fprintf(e.stdout, "%s : calcul %s, graine %d\n", r.Level, r.ID[:12], r.Seed)
	}
	return nil
}

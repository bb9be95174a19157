package main

import (
	"context"
	"encoding/json"
	"fmt"

	"vigie/observatory"
	"vigie/store"
)

func runCompute(ctx context.Context, e *env, args []string) error {
	f := flags(e, "compute", "[--dir DOSSIER] [--spec SPEC.toml|IDENTIFIANT] [--json]")
	c := configFlags(f)
	specFile := f.String("spec", "", "`spécification` de l’indice, fichier ou identifiant ; vide : celle qui est retenue, sinon celle qui est embarquée")
	asJSON := f.Bool("json", false, "écrire les calculs en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	spec, called, err := specText(ctx, w, *specFile)
	if err != nil {
		return err
	}
	var rows []store.ComputationRow
	_, err = observatory.AsRun(ctx, w, observatory.ComputeRun, called, func(ctx context.Context) (result observatory.ComputeResult, err error) {
		rows, err = w.Compute(ctx, spec)
		return observatory.Computed(rows), err
	})
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

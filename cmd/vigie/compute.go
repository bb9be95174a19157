package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"vigie/observatory"
	"vigie/store"
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
	var rows []store.ComputationRow
	_, err = observatory.AsRun(ctx, w, observatory.ComputeRun, specName(*specFile), func(ctx context.Context) (result observatory.ComputeResult, err error) {
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

// specName is what people call a specification.
func specName(file string) string {
	if file == "" {
		return "spécification embarquée"
	}
	return filepath.Base(file)
}

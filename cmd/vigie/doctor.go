package main

import (
	"context"
	"encoding/json"
	"fmt"

	"vigie/fault"
)

func runDoctor(ctx context.Context, e *env, args []string) error {
	f := flags(e, "doctor", "[--dir DOSSIER] [--tidy] [--json]")
	c := configFlags(f)
	tidy := f.Bool("tidy", false, "d’abord effacer ce qui a passé sa durée de conservation")
	asJSON := f.Bool("json", false, "écrire l’examen en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	if *tidy {
		if _, err := w.DB.Tidy(ctx, w.Now); err != nil {
			return err
		}
	}
	parts, err := w.Doctor(ctx)
	e.done(w)
	if err != nil {
		return err
	}
	found := 0
	for _, p := range parts {
		found += len(p.Faults)
	}
	if *asJSON {
		if err := json.NewEncoder(e.stdout).Encode(map[string]any{"faults": found, "parts": parts}); err != nil {
			return err
		}
	} else {
		for _, p := range parts {
			fmt.Fprintf(e.stdout, "%s : %s\n", p.Part, p.Said)
			for _, a := range p.Faults {
				fmt.Fprintf(e.stdout, "  défaut : %s\n    à faire : %s\n", a.What, a.Do)
			}
		}
	}
	if found > 0 {
		return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("défauts trouvés : %d", found), Do: "suivez ce qui est dit sous chacun"}
	}
	return nil
}

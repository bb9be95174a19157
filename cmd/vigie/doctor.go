package main

import (
	"context"
	"fmt"

	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
)

// runDoctor examines the observatory. It is a run, as when a page asks for it.
func runDoctor(ctx context.Context, e *env, args []string) error {
	c := e.call("doctor", "[--tidy] [--sweep]")
	tidy := c.flags.Bool("tidy", false, "d’abord effacer ce qui a passé sa durée de conservation")
	sweep := c.flags.Bool("sweep", false, "d’abord effacer les fichiers que plus rien ne nomme : envois écartés depuis trente jours, restes d’interruptions")
	if err := c.open(ctx, args, 0, 0); err != nil {
		return err
	}
	defer c.DB.Close()
	if *tidy {
		if _, err := c.DB.Tidy(ctx, c.Now); err != nil {
			return err
		}
	}
	if *sweep {
		s, err := c.DB.Sweep(ctx, c.By, c.Now)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stderr, "effacés : %d artefacts, %d restes, %s Mo\n", s.Artifacts, s.Parts, lang.Number(lang.FR, float64(s.Bytes)/(1<<20), 1))
	}
	said, err := observatory.AsRun(ctx, c.Walk, observatory.DoctorRun, "observatoire", c.Examine)
	e.done(c.Walk)
	if err != nil {
		return err
	}
	var lines []string
	for _, p := range said.Parts {
		lines = append(lines, p.Part+" : "+p.Said)
		for _, a := range p.Faults {
			lines = append(lines, "  défaut : "+a.What, "    à faire : "+a.Do)
		}
	}
	if err := c.tell(said, lines...); err != nil {
		return err
	}
	if said.Faults > 0 {
		return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("défauts trouvés : %d", said.Faults), Do: "suivez ce qui est dit sous chacun"}
	}
	return nil
}

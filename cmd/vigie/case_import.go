package main

import (
	"context"
	"fmt"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/observatory"
)

// importCases looks at a file of cases and, with --apply, keeps them: all, or
// none.
func importCases(ctx context.Context, e *env, args []string) error {
	c := e.call("case import", "[--network RÉSEAU] [--apply] [--publish] FICHIER")
	network := c.flags.String("network", "", "`réseau` qui apporte ces fiches")
	apply := c.flags.Bool("apply", false, "les garder ; sans cela, rien n’est gardé")
	publish := c.flags.Bool("publish", false, "les montrer tout de suite, « à relire » : pour une base qui était publiée ailleurs")
	if err := c.open(ctx, args, 1, 1); err != nil {
		return err
	}
	defer c.DB.Close()
	file, err := openFile(c.args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	var plan *observatory.CasePlan
	_, err = observatory.AsRun(ctx, c.Walk, observatory.CaseImportRun, c.args[0], func(ctx context.Context) (any, error) {
		var err error
		if plan, err = c.PlanCases(ctx, *network, c.args[0], file, file.Size()); err == nil && *apply {
			err = c.ApplyCases(ctx, plan, *publish)
		}
		return nil, err
	})
	e.done(c.Walk)
	if err != nil {
		return err
	}
	return c.tell(plan, planLines(plan)...)
}

// planLines say what a file would do, or has done.
func planLines(p *observatory.CasePlan) []string {
	done := "rien n’est gardé : ajoutez --apply"
	if p.Applied {
		done = "gardé"
	}
	lines := []string{fmt.Sprintf("%d nouvelle(s), %d changée(s), %d inchangée(s), %d refusée(s) : %s", p.Added, p.Changed, p.Same, p.Refused, done)}
	tell := func(where string, f casestudy.Fault) {
		if f.Field != "" {
			where += ", " + casestudy.Label(lang.FR, f.Field)
		}
		lines = append(lines, fmt.Sprintf("%s : %s ; %s", where, f.What, f.Do))
	}
	for _, f := range p.Header {
		tell("première ligne", f)
	}
	for _, r := range p.Rows {
		where := fmt.Sprintf("ligne %d", r.Line)
		for _, f := range r.Faults {
			tell(where, f)
		}
		for _, k := range r.Conflicts {
			lines = append(lines, fmt.Sprintf("%s, %s : changé ici et par le réseau ; le nôtre reste, avec une remarque", where, casestudy.Label(lang.FR, k.Field)))
		}
	}
	return lines
}

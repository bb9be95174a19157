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
		plan, err = c.PlanCases(ctx, observatory.CaseFile{Network: *network, Name: c.args[0], Content: file})
		switch {
		case err != nil:
		case *apply:
			err = c.ApplyCases(ctx, plan, *publish)
		default:
			err = c.CompareCases(ctx, plan)
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
		for _, a := range r.Alike {
			lines = append(lines, fmt.Sprintf("%s : ressemble à « %s » (%s) ; si c’est la même action, complétez cette fiche", where, a.Title, a.Slug))
		}
		for _, f := range r.Faults {
			tell(where, f)
		}
		for _, k := range r.Conflicts {
			lines = append(lines, fmt.Sprintf("%s, %s : changé ici et par le réseau ; le nôtre reste, avec une remarque", where, casestudy.Label(lang.FR, k.Field)))
		}
	}
	if p.Unasked > 0 {
		lines = append(lines, fmt.Sprintf("%d nouvelle(s) n’ont pas été comparées à la base : elles sont trop nombreuses", p.Unasked))
	}
	return lines
}

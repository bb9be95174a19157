package main

import (
	"context"
	"fmt"
	"time"

	"vigie"
	"vigie/fault"
	"vigie/store"
)

func runEdition(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if run, known := editionVerbs[args[0]]; known {
			return run(ctx, e, args[1:])
		}
	}
	return list(ctx, e, "edition", args, func(db *store.DB) (any, []string, error) {
		rows, err := db.Editions(ctx)
		var lines []string
		for _, r := range rows {
			lines = append(lines, fmt.Sprintf("%s\t%s\tembargo %s\t%s", r.Number, r.PublishedAt, r.EmbargoAt.Format(time.RFC3339), r.Manifest))
		}
		return rows, lines, err
	})
}

func runTaxonomy(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 && args[0] == "add" {
		return addTaxonomy(ctx, e, args[1:])
	}
	if len(args) > 1 && args[0] == "show" {
		name := args[1]
		return list(ctx, e, "taxonomy show NOM", args[2:], func(db *store.DB) (any, []string, error) {
			rows, err := db.Terms(ctx, name, e.now().UTC())
			if err == nil && len(rows) == 0 {
				err = fault.NotFoundf("choisissez-en une dans la liste : vigie taxonomy", "aucune liste de référence ne s’appelle « %s »", name)
			}
			var lines []string
			for _, r := range rows {
				lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s", r.Code, r.LabelFR, r.Parent, r.Status, r.Source))
			}
			return rows, lines, err
		})
	}
	return list(ctx, e, "taxonomy", args, func(db *store.DB) (any, []string, error) {
		rows, err := db.Taxonomies(ctx)
		var lines []string
		for _, r := range rows {
			lines = append(lines, fmt.Sprintf("%s\tversion %d\t%s", r.Name, r.Version, r.Source))
		}
		return rows, lines, err
	})
}

// addTaxonomy replaces a reference list, which the next edition will freeze.
func addTaxonomy(ctx context.Context, e *env, args []string) error {
	f := flags(e, "taxonomy add", "[--dir DOSSIER] LISTE.csv")
	c := configFlags(f)
	files, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	b, err := readFile(files[0])
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	v, fresh, err := w.ImportTaxonomy(ctx, files[0], b)
	if err != nil {
		return err
	}
	said := "nouvelle version"
	if !fresh {
		said = "inchangée"
	}
	fmt.Fprintf(e.stdout, "liste %s : %d termes, %s\n", v.Taxonomy, len(v.Terms), said)
	return nil
}

// list prints rows as lines, or as JSON.
func list(ctx context.Context, e *env, name string, args []string, read func(*store.DB) (any, []string, error)) error {
	c := e.call(name, "[list]")
	return c.listed(ctx, args, func() (any, []string, error) { return read(c.DB) })
}

func runVersion(_ context.Context, e *env, args []string) error {
	f := flags(e, "version", "")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, vigie.Version)
	return nil
}

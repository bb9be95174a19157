package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/source"
	"vigie/store"
)

// sources returns the descriptions of an observatory, its own and those shipped;
// without an observatory in the folder, those shipped.
func sources(ctx context.Context, e *env, c *config) ([]observatory.Described, error) {
	w, err := c.walk(ctx, e)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return observatory.Shipped()
	}
	if err != nil {
		return nil, err
	}
	all, err := observatory.Descriptions(ctx, w.DB)
	return all, errors.Join(err, w.DB.Close())
}

// listSources lists the descriptions.
func listSources(ctx context.Context, e *env, args []string) error {
	f := flags(e, "source list", "[--dir DOSSIER] [--json]")
	c := configFlags(f)
	asJSON := f.Bool("json", false, "écrire en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	all, err := sources(ctx, e, c)
	if err != nil {
		return err
	}
	if *asJSON {
		var read []*source.Description
		for _, d := range all {
			if d.Description != nil {
				read = append(read, d.Description)
			}
		}
		return json.NewEncoder(e.stdout).Encode(read)
	}
	for _, d := range all {
		var levels []string
		for _, l := range d.Levels {
			levels = append(levels, lang.T(lang.FR, "report.level."+string(l)+".many"))
		}
		own := ""
		if d.Version > 0 {
			own = fmt.Sprintf("\tde l’observatoire, version %d", d.Version)
		}
		fmt.Fprintf(e.stdout, "%s\t%s\t%s\t%s\t%s%s\n", d.Name, d.Title, d.Producer, strings.Join(levels, ", "), strings.Join(d.Files, " "), own)
	}
	return nil
}

// showSource writes a description, to be copied and corrected.
func showSource(ctx context.Context, e *env, args []string) error {
	f := flags(e, "source show", "[--dir DOSSIER] NOM")
	c := configFlags(f)
	names, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	all, err := sources(ctx, e, c)
	if err != nil {
		return err
	}
	d, err := observatory.NamedDescription(all, names[0])
	if err != nil {
		return err
	}
	_, err = e.stdout.Write(d.Text)
	return err
}

// writeSource keeps a description as the next version of its name.
func writeSource(ctx context.Context, e *env, args []string) error {
	f := flags(e, "source write", "[--dir DOSSIER] DESCRIPTION.toml")
	c := configFlags(f)
	files, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	text, err := readFile(files[0])
	if err != nil {
		return err
	}
	d, err := observatory.ReadDescription(text)
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	version, err := ownVersion(ctx, w.DB, d.Name)
	if err != nil {
		return err
	}
	if d, err = observatory.WriteDescription(ctx, w.DB, w.By, text, version, w.Now); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "description « %s » gardée, version %d\n", d.Name, d.Version)
	return nil
}

// ownVersion is the last version of a description, 0 when there is none.
func ownVersion(ctx context.Context, db *store.DB, name string) (int, error) {
	all, err := db.DescriptionVersions(ctx, name)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0].Version, nil
}

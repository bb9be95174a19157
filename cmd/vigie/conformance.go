package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"vigie/conformance"
	"vigie/fault"
)

func runConformance(ctx context.Context, e *env, args []string) error {
	f := flags(e, "conformance", "FAMILLE DOSSIER [--json] [--group GROUPE] [--id ID] [--answers FICHIER]")
	asJSON := f.Bool("json", false, "écrire le rapport en JSON")
	group := f.String("group", "", "ne faire que les cas de ce `groupe`")
	id := f.String("id", "", "ne faire que le cas de cet `identifiant`")
	answers := f.String("answers", "", "écrire les réponses dans ce `fichier`, une ligne JSON par cas")
	at, err := e.parse(f, args, 2, 2)
	if err != nil {
		return err
	}
	began := e.now()
	r, err := conform(ctx, at[0], at[1], conformance.Options{Group: *group, ID: *id})
	if err != nil {
		complain(e.stderr, err)
		return errUsage
	}
	fmt.Fprintf(e.stderr, "seconds %.1f\n", e.now().Sub(began).Seconds())
	if *answers != "" {
		if err := writeFile(*answers, r.WriteAnswers); err != nil {
			return err
		}
	}
	if *asJSON {
		err = json.NewEncoder(e.stdout).Encode(r)
	} else {
		err = r.Print(e.stdout)
	}
	if err == nil && !r.OK() {
		return fault.Invalidf("relancez avec --id sur un cas, ou --json pour la liste entière", "%d cas sur %d ne s’accordent pas", r.Cases-r.Agreed-r.Unchecked, r.Cases)
	}
	return err
}

// conform runs the cases of a directory, outside which nothing is read.
func conform(ctx context.Context, family, dir string, o conformance.Options) (*conformance.Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &fault.Error{Kind: fault.NotFound, What: "le dossier « " + dir + " » ne s’ouvre pas", Do: "donnez le dossier qui contient les cas, l’un de ceux de : " + strings.Join(conformance.Families(), ", "), Err: errors.Unwrap(err)}
	}
	defer root.Close()
	r, err := conformance.Run(ctx, root.FS(), family, o)
	if err != nil {
		return nil, err
	}
	r.Dir = dir
	return r, nil
}

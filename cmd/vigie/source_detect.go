package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"vigie/data"
	"vigie/source/detect"
	"vigie/store"
	"vigie/territory"
)

// detectSource proposes a description for a file that nobody described.
func detectSource(ctx context.Context, e *env, args []string) error {
	f := flags(e, "source detect", "[--toml | --json] FICHIER…|DOSSIER")
	asTOML := f.Bool("toml", false, "n’écrire que la description proposée, à corriger dans un fichier")
	asJSON := f.Bool("json", false, "écrire la proposition en JSON")
	files, err := e.parse(f, args, 1, mostFiles)
	if err != nil {
		return err
	}
	file, fileName, err := (&config{Dir: "."}).delivery(ctx, files, func() (*store.Scratch, error) { return store.NewScratch("") })
	if err != nil {
		return err
	}
	defer file.Close()
	vintages, err := bornWith()
	if err != nil {
		return err
	}
	p, err := detect.New(vintages).Propose(ctx, fileName, file, file.Size())
	if err != nil {
		return err
	}
	switch {
	case *asTOML:
		_, err = e.stdout.Write(p.TOML)
		return err
	case *asJSON:
		return json.NewEncoder(e.stdout).Encode(map[string]any{"file": fileName, "tables": p.Tables, "unread": p.Unread, "toml": string(p.TOML)})
	}
	tellProposal(e.stdout, fileName, p)
	return nil
}

// bornWith returns the vintages of the geographic code that the program holds,
// newest first.
func bornWith() ([]*territory.Vintage, error) {
	var f territory.Files
	for name, into := range map[string]*[]byte{"national.csv": &f.National, "regions.csv": &f.Regions, "departements.csv": &f.Departements, "epci.csv": &f.EPCI, "communes.csv.gz": &f.Communes} {
		var err error
		if *into, err = data.Read("starter/territories/" + name); err != nil {
			return nil, err
		}
	}
	now, err := territory.ParseVintage(2026, f)
	if err != nil {
		return nil, err
	}
	if f.EPCI, err = data.Read("starter/territories/epci_2021.csv"); err != nil {
		return nil, err
	}
	if f.Communes, err = data.Read("starter/territories/communes_2021.csv.gz"); err != nil {
		return nil, err
	}
	before, err := territory.ParseVintage(2021, f)
	if err != nil {
		return nil, err
	}
	return []*territory.Vintage{now, before, territory.Before2016(now)}, nil
}

// roleNames says the roles of columns to a person.
var roleNames = map[detect.Role]string{
	detect.Ignored: "non lue", detect.Code: "territoire, par son code", detect.Label: "territoire, par son nom", detect.Tier: "niveau du territoire",
	detect.Time: "période", detect.Measure: "valeur", detect.Status: "marque de statut", detect.Dimension: "distingue les séries",
	detect.Zone: "zone de la commune", detect.ZoneName: "nom de la zone",
}

// mostColumnsTold bounds the columns of a table that are told.
const mostColumnsTold = 40

// tellProposal shows what was found, then the description.
func tellProposal(w io.Writer, fileName string, p *detect.Proposal) {
	for _, t := range p.Tables {
		place := t.Sheet.String()
		if place != "" {
			place = ", " + place
		}
		fmt.Fprintf(w, "%s%s : en-tête ligne %d", fileName, place, t.Header)
		if t.Headers > 1 {
			fmt.Fprintf(w, " (%d lignes)", t.Headers)
		}
		fmt.Fprintln(w)
		for i, c := range t.Columns {
			if i == mostColumnsTold {
				fmt.Fprintf(w, "  … %d colonnes de plus\n", len(t.Columns)-i)
				break
			}
			fmt.Fprintf(w, "  %s\t%s\n", c.Name, roleNames[c.Role])
		}
	}
	for _, s := range p.Unread {
		fmt.Fprintf(w, "%s, %s : aucune table reconnue\n", fileName, s)
	}
	fmt.Fprintf(w, "\nDescription proposée (--toml l’écrit seule ; corrigez-la, puis « vigie source preview --description ») :\n\n%s", p.TOML)
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vigie/observatory"
	"vigie/store"
)

// composeEdition says what an edition would be made of today; it keeps nothing.
func composeEdition(ctx context.Context, e *env, args []string) error {
	f := flags(e, "edition compose", "[--dir DOSSIER] [--json]")
	c := configFlags(f)
	asJSON := f.Bool("json", false, "écrire en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	made, err := w.Compose(ctx)
	e.done(w)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(made)
	}
	fmt.Fprintf(e.stdout, "édition %s\tremplace %s\n", made.Number, made.Supersedes)
	for _, p := range made.Parts {
		fmt.Fprintf(e.stdout, "%s\t%s\t%s\t%s\n", p.State, p.Role, p.Title.FR, p.FileName)
	}
	for _, change := range made.Changes {
		fmt.Fprintln(e.stdout, change.FR)
	}
	if made.What != "" {
		fmt.Fprintf(e.stderr, "elle ne peut pas être proposée : %s\nà faire : %s\n", made.What, made.Do)
	}
	return nil
}

// proposeEdition freezes an edition for somebody else to approve.
func proposeEdition(ctx context.Context, e *env, args []string) error {
	f := flags(e, "edition propose", "[--dir DOSSIER] [--number 2026-1] [--date 2026-03-12] [--embargo 2026-03-12T08:00:00+01:00] [--note TEXTE] [--fr TEXTE --en TEXTE] [--json]")
	c := configFlags(f)
	in := observatory.Proposing{}
	f.StringVar(&in.Number, "number", "", "`numéro` de l’édition ; vide : le suivant de l’année")
	f.StringVar(&in.Date, "date", "", "`jour` de publication ; vide : aujourd’hui")
	embargo := f.String("embargo", "", "`instant` avant lequel personne ne la voit (RFC 3339) ; vide : dès son approbation")
	f.StringVar(&in.Note, "note", "", "`texte` à qui l’approuvera")
	f.StringVar(&in.ErratumFR, "fr", "", "`texte` en français de l’erratum de l’édition remplacée, si celle-ci la corrige")
	f.StringVar(&in.ErratumEN, "en", "", "`texte` en anglais de cet erratum")
	asJSON := f.Bool("json", false, "écrire la proposition en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	if err := dates(&in.Publishing, *embargo, e.now()); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	return proposeNow(ctx, e, w, in, *asJSON)
}

// proposeNow proposes an edition before the eyes of who asks, as a run.
func proposeNow(ctx context.Context, e *env, w *observatory.Walk, in observatory.Proposing, asJSON bool) error {
	var row store.ProposalRow
	_, err := observatory.AsRun(ctx, w, observatory.ProposeRun, "édition "+in.Number, func(ctx context.Context) (observatory.ProposeResult, error) {
		var err error
		row, err = w.Propose(ctx, in)
		return observatory.ProposeResult{Proposal: row.ID, Number: row.Number}, err
	})
	e.done(w)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(e.stdout).Encode(row)
	}
	fmt.Fprintf(e.stdout, "édition %s proposée, manifeste %s\n", row.Number, row.Manifest)
	fmt.Fprintf(e.stderr, "une autre personne doit l’approuver dans l’atelier (/atelier/editions/%s)\n", row.ID)
	return nil
}

// showEdition says what is known of an edition or of a proposal: what it
// changes, what has changed since it was frozen, who has done what.
func showEdition(ctx context.Context, e *env, args []string) error {
	f := flags(e, "edition show", "PROPOSITION|NUMÉRO [--dir DOSSIER] [--json]")
	asJSON := f.Bool("json", false, "écrire en JSON")
	w, key, err := openFor(ctx, e, f, args)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	shown, err := w.Candidate(ctx, key)
	e.done(w)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(shown)
	}
	fmt.Fprintf(e.stdout, "%s\t%s\t%s\tembargo %s\t%s\n", shown.Key, shown.Number, shown.State, shown.Embargo.Format(time.RFC3339), shown.Manifest)
	for _, change := range shown.Changes {
		fmt.Fprintln(e.stdout, change.FR)
	}
	for _, change := range shown.Since {
		fmt.Fprintf(e.stdout, "depuis qu’elle est figée : %s\n", change.FR)
	}
	for _, n := range shown.Errata {
		fmt.Fprintf(e.stdout, "erratum du %s : %s\n", n.At.In(observatory.Paris).Format(time.DateOnly), n.FR)
	}
	for _, told := range []struct{ word, text string }{{"mot", shown.Note}, {"motif", shown.Reason}, {"erratum à paraître", shown.ErratumFR}} {
		if told.text != "" {
			fmt.Fprintf(e.stdout, "%s : %s\n", told.word, told.text)
		}
	}
	return nil
}

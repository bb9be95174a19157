package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vigie/store"
)

// runJournal lists the last acts, or verifies that none was touched.
func runJournal(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 && args[0] == "verify" {
		return verifyJournal(ctx, e, args[1:])
	}
	if len(args) > 0 && args[0] == "list" {
		args = args[1:]
	}
	f := flags(e, "journal", "[list | verify] [--dir DOSSIER] [--by QUI] [--action QUOI] [--object SUR] [--from JOUR] [--to JOUR] [--most N] [--json]")
	c := configFlags(f)
	in := store.JournalFilter{}
	f.StringVar(&in.Actor, "by", "", "`début` de qui a agi : local:, person:…")
	f.StringVar(&in.Action, "action", "", "`début` de l’acte : edition., dataset.import")
	f.StringVar(&in.Object, "object", "", "`début` de l’objet : edition:2026-1")
	f.Func("from", "`jour` du premier acte, 2026-03-12", dayFlag(&in.From, 0))
	f.Func("to", "`jour` du dernier acte, compris", dayFlag(&in.To, 24*time.Hour))
	f.IntVar(&in.Most, "most", 100, "`nombre` d’actes, les derniers")
	asJSON := f.Bool("json", false, "écrire en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	all, err := w.DB.Journal(ctx, in)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(all)
	}
	for _, a := range all {
		fmt.Fprintf(e.stdout, "%d\t%s\t%s\t%s\t%s\t%s\n", a.Seq, a.At.Format(time.RFC3339), a.Actor, a.Action, a.Object, a.After)
	}
	return nil
}

// dayFlag reads a day, UTC, and adds to it.
func dayFlag(at *time.Time, add time.Duration) func(string) error {
	return func(s string) error {
		day, err := time.Parse(dayForm, s)
		*at = day.Add(add)
		return err
	}
}

// verifyJournal reads the whole journal, and holds it against the head that
// somebody noted elsewhere.
func verifyJournal(ctx context.Context, e *env, args []string) error {
	f := flags(e, "journal verify", "[--dir DOSSIER] [--head NUMÉRO:EMPREINTE] [--json]")
	c := configFlags(f)
	noted := f.String("head", "", "`tête` notée ailleurs lors d’une vérification passée")
	asJSON := f.Bool("json", false, "écrire en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	said, err := w.Verify(ctx, *noted)
	e.done(w)
	if err != nil {
		return err
	}
	head := said.Head
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(head)
	}
	if head.Seq == 0 {
		fmt.Fprintln(e.stdout, "journal vide")
		return nil
	}
	fmt.Fprintf(e.stdout, "%d entrées, intactes\ntête à noter ailleurs : %s\n", head.Seq, head)
	return nil
}

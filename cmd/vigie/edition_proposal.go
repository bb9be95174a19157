package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"vigie/fault"
	"vigie/observatory"
	"vigie/store"
)

// editionVerbs are the second words of « vigie edition », without list.
var editionVerbs = map[string]func(context.Context, *env, []string) error{
	"index":     replayEdition,
	"compose":   composeEdition,
	"propose":   proposeEdition,
	"proposals": listProposals,
	"show":      showEdition,
	"approve":   approveEdition,
	"refuse": editionAct("refuse", true, func(ctx context.Context, w *observatory.Walk, c *observatory.Candidate, why string) (string, error) {
		return "proposition refusée", w.Refuse(ctx, c.Key, why)
	}),
	"withdraw": editionAct("withdraw", false, func(ctx context.Context, w *observatory.Walk, c *observatory.Candidate, _ string) (string, error) {
		return "proposition retirée", w.DB.Withdraw(ctx, w.By, c.Key, w.Now)
	}),
	"recall": editionAct("recall", true, func(ctx context.Context, w *observatory.Walk, c *observatory.Candidate, why string) (string, error) {
		return "édition " + c.Number + " rappelée : elle ne paraîtra pas", w.DB.Recall(ctx, w.By, c.Number, why, w.Now)
	}),
	"erratum": writeErratum,
}

// listProposals prints the proposals, the last one first.
func listProposals(ctx context.Context, e *env, args []string) error {
	return list(ctx, e, "edition proposals", args, func(db *store.DB) (any, []string, error) {
		rows, err := db.Proposals(ctx)
		var lines []string
		for _, r := range rows {
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\tembargo %s\t%s\t%s", r.ID, r.Number, r.State, r.EmbargoAt.Format(time.RFC3339), r.By, r.Manifest))
		}
		return rows, lines, err
	})
}

// approveEdition says why nobody approves at the command line: whoever holds
// the machine could be both persons.
func approveEdition(_ context.Context, e *env, args []string) error {
	f := flags(e, "edition approve", "PROPOSITION [--dir DOSSIER]")
	configFlags(f)
	if _, err := e.parse(f, args, 0, 1); err != nil {
		return err
	}
	return &fault.Error{Kind: fault.Denied, What: "une édition ne s’approuve pas à la ligne de commande : on n’y sait pas qui est devant le clavier",
		Do: "approuvez-la dans l’atelier, page Éditions, avec le compte d’un responsable de publication qui ne l’a pas proposée"}
}

// editionAct is a second word that acts on one edition or proposal.
func editionAct(name string, reason bool, do func(ctx context.Context, w *observatory.Walk, c *observatory.Candidate, why string) (string, error)) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		usage := "PROPOSITION|NUMÉRO [--dir DOSSIER]"
		if reason {
			usage = "PROPOSITION|NUMÉRO --reason MOTIF [--dir DOSSIER]"
		}
		f := flags(e, "edition "+name, usage)
		why := new(string)
		if reason {
			why = f.String("reason", "", "`motif`, gardé au journal")
		}
		w, named, err := openFor(ctx, e, f, args)
		if err != nil {
			return err
		}
		defer w.DB.Close()
		c, err := observatory.FindCandidate(ctx, w.DB, named, w.Now)
		if err != nil {
			return err
		}
		said, err := do(ctx, w, &c, *why)
		if err == nil {
			fmt.Fprintln(e.stdout, said)
		}
		return err
	}
}

// openFor reads the flags and one argument, and opens the observatory; the
// caller closes its DB.
func openFor(ctx context.Context, e *env, f *flag.FlagSet, args []string) (*observatory.Walk, string, error) {
	c := configFlags(f)
	named, err := e.parse(f, args, 1, 1)
	if err != nil {
		return nil, "", err
	}
	w, err := c.walk(ctx, e)
	return w, named[0], err
}

// writeErratum adds an erratum to a public edition.
func writeErratum(ctx context.Context, e *env, args []string) error {
	f := flags(e, "edition erratum", "NUMÉRO --fr TEXTE --en TEXTE [--dir DOSSIER]")
	fr := f.String("fr", "", "`texte` en français : ce qui était faux, ce qu’il faut lire")
	en := f.String("en", "", "`texte` en anglais")
	w, number, err := openFor(ctx, e, f, args)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	if _, err = w.DB.PutErratum(ctx, w.By, store.Erratum{Edition: number, FR: *fr, EN: *en}, w.Now); err == nil {
		fmt.Fprintf(e.stdout, "erratum publié sur l’édition %s\n", number)
	}
	return err
}

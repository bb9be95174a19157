package main

import (
	"context"
	"fmt"
	"time"

	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// runJournal lists the last acts, or verifies that none was touched.
func runJournal(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 && args[0] == "verify" {
		return verifyJournal(ctx, e, args[1:])
	}
	c := e.call("journal", "[list | verify] [--by QUI] [--action QUOI] [--object SUR] [--from JOUR] [--to JOUR] [--most N]")
	in := store.JournalFilter{}
	c.flags.StringVar(&in.Actor, "by", "", "`début` de qui a agi : local:, person:…")
	c.flags.StringVar(&in.Action, "action", "", "`début` de l’acte : edition., dataset.import")
	c.flags.StringVar(&in.Object, "object", "", "`début` de l’objet : edition:2026-1")
	c.flags.Func("from", "`jour` du premier acte, à Paris, 2026-03-12", dayFlag(&in.From, 0))
	c.flags.Func("to", "`jour` du dernier acte, compris", dayFlag(&in.To, 1))
	c.flags.IntVar(&in.Most, "most", 100, "`nombre` d’actes, les derniers")
	return c.listed(ctx, args, func() (any, []string, error) {
		all, err := c.DB.Journal(ctx, in)
		lines := make([]string, len(all))
		for i, a := range all {
			lines[i] = fmt.Sprintf("%d\t%s\t%s\t%s\t%s\t%s", a.Seq, a.At.Format(time.RFC3339), a.Actor, a.Action, a.Object, a.After)
		}
		return all, lines, err
	})
}

// dayFlag reads the beginning of a day in Paris, or of one after it.
func dayFlag(at *time.Time, after int) func(string) error {
	return func(s string) error {
		day, err := time.ParseInLocation(dayForm, s, lang.Paris)
		*at = day.AddDate(0, 0, after)
		return err
	}
}

// verifyJournal reads the whole journal, and holds it against the head that
// somebody noted elsewhere. It is a run, as when a page asks for it.
func verifyJournal(ctx context.Context, e *env, args []string) error {
	c := e.call("journal verify", "[--head NUMÉRO:EMPREINTE]")
	noted := c.flags.String("head", "", "`tête` notée ailleurs lors d’une vérification passée")
	if err := c.open(ctx, args, 0, 0); err != nil {
		return err
	}
	defer c.DB.Close()
	said, err := observatory.AsRun(ctx, c.Walk, observatory.VerifyRun, "journal", func(ctx context.Context) (observatory.VerifyResult, error) {
		return c.Verify(ctx, *noted)
	})
	e.done(c.Walk)
	if err != nil {
		return err
	}
	head := said.Head
	if head.Seq == 0 {
		return c.tell(head, "journal vide")
	}
	return c.tell(head, fmt.Sprintf("%d entrées, intactes", head.Seq), "tête à noter ailleurs : "+head.String())
}

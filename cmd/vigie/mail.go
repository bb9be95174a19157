package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vigie/journal"
	"vigie/store"
)

// runMail lists the letters, or sends one again.
func runMail(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if args[0] == "resend" {
			return turnOne(ctx, e, "mail resend", args[1:], "remis en file", (*store.DB).ResendMail)
		}
		if args[0] != "list" && !strings.HasPrefix(args[0], "-") {
			fmt.Fprintf(e.stderr, "vigie : « %s » ne suit pas « vigie mail »\nà faire : list ou resend\n", args[0])
			return errUsage
		}
	}
	return list(ctx, e, "mail", args, func(db *store.DB) (any, []string, error) {
		rows, err := db.Mail(ctx, 1000)
		var lines []string
		for _, r := range rows {
			state := map[bool]string{true: "peut-être parti"}[r.Perhaps]
			if state == "" {
				state = jobFrench[r.State]
			}
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", r.ID, r.CreatedAt.Format(time.RFC3339), state, r.To, r.Subject, r.FaultWhat))
		}
		return rows, lines, err
	})
}

// turnOne acts on the one run or letter that the arguments name.
func turnOne(ctx context.Context, e *env, name string, args []string, said string,
	turn func(*store.DB, context.Context, journal.Actor, string, time.Time) error) error {
	f := flags(e, name, "[--dir DOSSIER] IDENTIFIANT")
	c := configFlags(f)
	ids, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	if err := turn(w.DB, ctx, w.By, ids[0], w.Now); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, said)
	return nil
}

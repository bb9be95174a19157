package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vigie/journal"
	"vigie/observatory"
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
	c := e.call("mail", "[list]")
	return c.listed(ctx, args, func() (any, []string, error) {
		rows, err := observatory.ReadMail(ctx, c.DB, c.By, 1000, c.Now)
		var lines []string
		for _, r := range rows {
			state := jobFrench[r.State]
			if r.Perhaps {
				state = "peut-être parti"
			}
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", r.ID, r.CreatedAt.Format(time.RFC3339), state, r.To, r.Subject, r.FaultWhat))
		}
		return rows, lines, err
	})
}

// turnOne acts on the one run or letter that the arguments name.
func turnOne(ctx context.Context, e *env, name string, args []string, said string,
	turn func(*store.DB, context.Context, journal.Actor, string, time.Time) error) error {
	c := e.call(name, "IDENTIFIANT")
	if err := c.open(ctx, args, 1, 1); err != nil {
		return err
	}
	defer c.DB.Close()
	if err := turn(c.DB, ctx, c.By, c.args[0], c.Now); err != nil {
		return err
	}
	return c.tell(map[string]string{"id": c.args[0]}, said)
}

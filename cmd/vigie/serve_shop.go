package main

import (
	"context"
	"log/slog"
	"os"

	"vigie/edition"
	"vigie/journal"
	"vigie/mail"
	"vigie/observatory"
	"vigie/store"
	"vigie/web"
)

// newShop makes what works behind the pages of a server.
func newShop(e *env, c *config, db *store.DB, printer *web.Printer, log *slog.Logger) (*observatory.Shop, error) {
	sender, err := mail.Open(mail.Settings{SMTP: c.SMTP, From: c.MailFrom, Dir: c.MailDir,
		Password: os.Getenv("VIGIE_SMTP_PASSWORD"), PasswordFile: os.Getenv("VIGIE_SMTP_PASSWORD_FILE")})
	if err != nil {
		return nil, err
	}
	return &observatory.Shop{DB: db, Mail: sender, From: c.MailFrom, Fetch: c.fetcher(), Now: e.now, Log: log,
		Walk: func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
			return e.walkFor(db, c.BaseURL, by, tell)
		},
		Press: func(ctx context.Context, content *edition.Content) (*observatory.Press, error) {
			return printer.Press(ctx, content, 0)
		}}, nil
}

// walkFor makes a walk in the name of somebody, who is told of its progress.
func (e *env) walkFor(db *store.DB, site string, by journal.Actor, tell observatory.Teller) *observatory.Walk {
	w := e.walk(db)
	w.By, w.Tell, w.Site = by, tell, site
	return w
}

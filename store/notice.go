package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strings"
	"time"

	"vigie/lang"
)

// Notice is what a person is told by a letter when it changes, whoever changed
// it: the one way to learn that it was somebody else.
type Notice string

// The notices, each with its words in the catalogue: letter.notice.NOTICE.
const (
	MailNotice        Notice = "mail" // told to the old address
	PasswordNotice    Notice = "password"
	FactorNotice      Notice = "factor"
	FactorLessNotice  Notice = "factor_less"
	RecoveryNotice    Notice = "recovery"
	PasskeyNotice     Notice = "passkey"
	PasskeyLessNotice Notice = "passkey_less"
	CopiedNotice      Notice = "copied" // a passkey that seems to have been copied
	OutsideNotice     Notice = "outside"
	OutsideLessNotice Notice = "outside_less"
)

// notify posts a notice to a person as they were before the change, within the
// transaction that makes it.
func (d *DB) notify(ctx context.Context, tx *sql.Tx, row *PersonRow, n Notice, now time.Time) error {
	if n == "" || row.Mail == "" {
		return nil
	}
	l, _ := lang.Parse(row.Lang)
	day, at := lang.Instant(l, now)
	_, err := d.post(ctx, tx, Letter{
		Event: "notice:" + string(n) + ":" + strings.ToLower(rand.Text()), To: row.Mail,
		Subject: lang.T(l, "letter.notice.subject", "what", lang.T(l, "letter.notice."+string(n)+".subject")),
		Body: lang.T(l, "letter.hello", "name", row.Name) + "\n\n" +
			lang.T(l, "letter.notice.body", "what", lang.T(l, "letter.notice."+string(n)+".body"), "day", day, "time", at) + "\n\n" +
			lang.T(l, "letter.notice.after") + "\n",
	}, now)
	return err
}

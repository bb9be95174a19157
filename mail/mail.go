// Package mail turns short texts into messages and hands them to a mail
// server, or to a folder when there is none.
//
// It keeps no queue and tries once: what to do after a failure is its caller's
// to decide, by the kind of the fault. No fault names the person written to.
// Start with Message, then Open.
package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vigie/fault"
)

// Message is a letter in plain text to one person. Event identifies it: the
// same event gives the same Message-ID.
type Message struct {
	From    string // an address, with or without a name
	To      string // an address
	Subject string
	Text    string
	Event   string
	At      time.Time
}

// Sender sends a message once. It calls hand just before the moment from which
// nobody can tell whether the message has gone, and sends nothing more when
// hand fails.
//
// Error: Unavailable when another attempt may succeed; Invalid when the
// message or its recipient is refused for good; Internal when the message may
// have gone or not.
type Sender interface {
	Send(ctx context.Context, m Message, hand func() error) error
}

const (
	longestSubject = 200
	longestText    = 64 << 10
)

// Bytes returns the message as it travels, lines ended by CR LF.
//
// Error: Invalid for an address that is none, for a subject that would make
// another header, for a text too long.
func (m *Message) Bytes() ([]byte, error) {
	from, err := address(m.From, "expéditeur")
	if err != nil {
		return nil, err
	}
	to, err := address(m.To, "destinataire")
	if err != nil {
		return nil, err
	}
	switch {
	case strings.ContainsFunc(m.Subject, unicode.IsControl) || !utf8.ValidString(m.Subject):
		return nil, fault.Invalidf("écrivez l’objet sur une ligne", "objet du courriel sur plusieurs lignes ou illisible")
	case utf8.RuneCountInString(m.Subject) > longestSubject || len(m.Text) > longestText:
		return nil, fault.Invalidf("raccourcissez-le", "courriel trop long")
	}
	var b bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	header("From", from.String())
	header("To", (&mail.Address{Address: to.Address}).String())
	header("Subject", mime.QEncoding.Encode("utf-8", m.Subject))
	header("Date", m.At.UTC().Format(time.RFC1123Z))
	header("Message-ID", "<"+m.name()+"@"+from.Address[strings.LastIndexByte(from.Address, '@')+1:]+">")
	header("Auto-Submitted", "auto-generated")
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	text := strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(m.Text, "\uFFFD"), "\r\n", "\n"), "\r", "\n")
	// A bytes.Buffer refuses nothing.
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes(), nil
}

// name identifies the message by its event.
func (m *Message) name() string {
	sum := sha256.Sum256([]byte(m.Event))
	return hex.EncodeToString(sum[:16])
}

// address reads one address of plain ASCII.
func address(s, role string) (*mail.Address, error) {
	a, err := mail.ParseAddress(s)
	plain := func(r rune) bool { return r <= ' ' || r >= 0x7F }
	if err != nil || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsFunc(a.Address, plain) ||
		strings.ContainsFunc(a.Name, unicode.IsControl) || len(a.Address) > 254 {
		return nil, fault.Invalidf("écrivez-la ainsi : prenom.nom@exemple.fr", "adresse de courriel (%s) impossible", role)
	}
	return a, nil
}

// CheckAddress refuses what is no address of plain ASCII, without a name.
//
// Error: Invalid.
func CheckAddress(s string) error {
	a, err := address(s, "destinataire")
	if err == nil && a.Address != s {
		err = fault.Invalidf("écrivez l’adresse seule : prenom.nom@exemple.fr", "adresse de courriel avec autre chose")
	}
	return err
}

package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"vigie/fault"
)

// SMTP hands messages to a mail server. The connection is private, by TLS from
// its start or by STARTTLS, except to this very machine.
type SMTP struct {
	Host, Port string
	Implicit   bool // TLS from the start (port 465)
	User       string
	Password   string
	Timeout    time.Duration  // of a whole message; 0: two minutes
	Roots      *x509.CertPool // who may vouch for the server; nil: the system's
}

// Send hands the message to the server.
func (s *SMTP) Send(ctx context.Context, m Message, hand func() error) error {
	b, err := m.Bytes()
	if err != nil {
		return err
	}
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return err
	}
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return err
	}
	timeout := s.Timeout
	if timeout == 0 {
		timeout = 2 * time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		return s.later("ne répond pas", err)
	}
	defer c.Close()
	if err := s.greet(c, from.Address[strings.LastIndexByte(from.Address, '@')+1:]); err != nil {
		return err
	}
	if err := c.Mail(from.Address); err != nil {
		return s.later("refuse l’expéditeur", err)
	}
	if err := c.Rcpt(to.Address); err != nil {
		return s.refused("refuse le destinataire", err)
	}
	return s.data(c, b, hand)
}

// dial connects; the end of ctx cuts the connection.
func (s *SMTP) dial(ctx context.Context) (*smtp.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, s.Port))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() }) // whoever waits on it is told
	if s.Implicit {
		conn = tls.Client(conn, s.tls())
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// greet says who we are and makes the connection private.
func (s *SMTP) greet(c *smtp.Client, domain string) error {
	if err := c.Hello(domain); err != nil {
		return s.later("refuse la connexion", err)
	}
	private := s.Implicit
	if offered, _ := c.Extension("STARTTLS"); offered && !private {
		if err := c.StartTLS(s.tls()); err != nil {
			return s.later("n’a pas de certificat valable", err)
		}
		private = true
	}
	ip := net.ParseIP(s.Host)
	if !private && s.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return s.later("n’offre pas de connexion chiffrée", nil)
	}
	if s.User == "" {
		return nil
	}
	if err := c.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host)); err != nil {
		return s.later("refuse l’identifiant ou le mot de passe", err)
	}
	return nil
}

// data sends the message itself. Its last byte is the one after which only the
// server knows.
func (s *SMTP) data(c *smtp.Client, b []byte, hand func() error) error {
	w, err := c.Data()
	if err != nil {
		return s.refused("refuse le courriel", err)
	}
	if _, err := w.Write(b); err != nil {
		return s.later("a coupé la connexion", err)
	}
	if err := hand(); err != nil {
		return err // the connection is closed before the end of the message
	}
	if err := w.Close(); err != nil {
		if _, ok := errors.AsType[*textproto.Error](err); ok {
			return s.refused("refuse le courriel", err)
		}
		return &fault.Error{What: "le serveur de courrier s’est tu au dernier instant : le courriel est peut-être parti",
			Do: "demandez au destinataire, ou recommencez l’action qui l’envoie"}
	}
	_ = c.Quit() // the message is taken
	return nil
}

// later is a fault that another attempt, or a setting, may mend. What the
// server answered may quote an address: only its code is told.
func (s *SMTP) later(what string, err error) error {
	return &fault.Error{Kind: fault.Unavailable, What: "le serveur de courrier " + s.Host + " " + what + code(err),
		Do: "attendez, puis vérifiez VIGIE_SMTP et le mot de passe : le courriel reste en file"}
}

// refused is a fault for good when the server says so, 5xx.
func (s *SMTP) refused(what string, err error) error {
	if e, ok := errors.AsType[*textproto.Error](err); ok && e.Code >= 500 {
		return fault.Invalidf("vérifiez l’adresse du destinataire", "le serveur de courrier %s%s", what, code(err))
	}
	return s.later(what, err)
}

func code(err error) string {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return fmt.Sprintf(" (%d)", e.Code)
	}
	return ""
}

// Package mailtest is a mail server for tests: it keeps what it takes, and
// misbehaves as told. It speaks real SMTP on a real port, with STARTTLS.
//
// Start with New, then set Behave.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/mail"
)

// Behaviour is what a server does wrong.
type Behaviour int

// The behaviours.
const (
	Well      Behaviour = iota
	Silent              // says nothing at all
	Busy                // 451 to the recipient
	Unknown             // 550 to the recipient
	BusyLate            // 452 after the message
	Refuse              // 554 after the message
	Cut                 // closes before the message's end
	Mute                // takes the message, then closes without a word
	Plain               // offers no STARTTLS
	BadSecret           // refuses any password
)

// Server is a mail server on this machine.
type Server struct {
	Host, Port string
	Roots      *x509.CertPool

	listener net.Listener
	config   *tls.Config
	mu       sync.Mutex
	behave   Behaviour
	taken    []string
	private  int // messages that came over TLS
	tries    int
}

// New returns a server that behaves well, stopped when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{Host: "127.0.0.1"}
	s.certify(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.listener = l
	_, s.Port, _ = net.SplitHostPort(l.Addr().String())
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close() // the accept ends by it
		all.Wait()
	})
	return s
}

// certify makes a certificate for 127.0.0.1 and 0.0.0.0.
func (s *Server) certify(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "essai"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4zero}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(leaf)
	s.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// Behave says how the server behaves from now on.
func (s *Server) Behave(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave = b
}

// Taken returns the messages that the server has, each once for each time it
// took it.
func (s *Server) Taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.taken...)
}

// Private counts the messages that came over TLS; Tries the connections.
func (s *Server) Private() (messages, tries int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.private, s.tries
}

// SMTP returns a sender to the server.
func (s *Server) SMTP() *mail.SMTP {
	return &mail.SMTP{Host: s.Host, Port: s.Port, Roots: s.Roots, Timeout: 5 * time.Second}
}

func (s *Server) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	s.mu.Lock()
	b := s.behave
	s.tries++
	s.mu.Unlock()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if b == Silent {
		_, _ = conn.Read(make([]byte, 1)) // until the client gives up
		return
	}
	in, private := bufio.NewReader(conn), false
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("220 essai ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		switch verb {
		case "EHLO":
			say("250-essai")
			if b != Plain && !private {
				say("250-STARTTLS")
			}
			say("250-AUTH PLAIN")
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, s.config)
			in, private = bufio.NewReader(conn), true
		case "AUTH":
			if b == BadSecret {
				say("535 no")
				continue
			}
			say("235 ok")
		case "RCPT":
			switch b {
			case Busy:
				say("451 essai@exemple.fr later")
			case Unknown:
				say("550 essai@exemple.fr unknown")
			default:
				say("250 ok")
			}
		case "DATA":
			say("354 go")
			if !s.message(in, b, private, say) {
				return
			}
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// message reads one message, false when the connection ends there.
func (s *Server) message(in *bufio.Reader, b Behaviour, private bool, say func(string, ...any)) bool {
	if b == Cut {
		return false
	}
	var text strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(line)
	}
	switch b {
	case BusyLate:
		say("452 later")
		return true
	case Refuse:
		say("554 no")
		return true
	}
	s.mu.Lock()
	s.taken = append(s.taken, text.String())
	if private {
		s.private++
	}
	s.mu.Unlock()
	if b == Mute {
		return false
	}
	say("250 taken")
	return true
}

package mail_test

import (
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	stdmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/mail"
	"vigie/mail/mailtest"
)

func message() mail.Message {
	return mail.Message{From: "Observatoire <ne-pas-repondre@exemple.fr>", To: "essai@exemple.fr", Subject: "Invitation à l’atelier de l’observatoire",
		Text: "Bonjour,\n\nVoici un lien :\nhttps://exemple.fr/x?a=b&c=d\n.\nÀ bientôt.\n", Event: "invitation:1", At: time.Date(2026, 3, 12, 8, 0, 0, 0, time.UTC)}
}

func TestBytes(t *testing.T) {
	m := message()
	b, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\r\n"), "\r\n") {
		if strings.ContainsAny(line, "\r\n") || len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r >= 0x7F }) {
			t.Errorf("line %q", line)
		}
	}
	got, err := stdmail.ReadMessage(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("Subject = %q, %v", subject, err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(got.Body))
	if err != nil || strings.ReplaceAll(string(text), "\r\n", "\n") != m.Text {
		t.Errorf("text = %q, %v", text, err)
	}
	if id := got.Header.Get("Message-ID"); !strings.HasSuffix(id, "@exemple.fr>") {
		t.Errorf("Message-ID = %q", id)
	}
}

func TestBytesRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*mail.Message){
		"subject with a header": func(m *mail.Message) { m.Subject = "x\r\nBcc: other@exemple.fr" },
		"subject with LF":       func(m *mail.Message) { m.Subject = "x\nBcc: other@exemple.fr" },
		"subject with NUL":      func(m *mail.Message) { m.Subject = "x\x00" },
		"long subject":          func(m *mail.Message) { m.Subject = strings.Repeat("é", 201) },
		"to with a header":      func(m *mail.Message) { m.To = "essai@exemple.fr\r\nBcc: other@exemple.fr" },
		"to of two":             func(m *mail.Message) { m.To = "essai@exemple.fr, other@exemple.fr" },
		"to of none":            func(m *mail.Message) { m.To = "" },
		"to not ASCII":          func(m *mail.Message) { m.To = "é@exemple.fr" },
		"from":                  func(m *mail.Message) { m.From = "x" },
		"from with a header":    func(m *mail.Message) { m.From = "\"a\r\nBcc: b\" <a@exemple.fr>" },
		"long text":             func(m *mail.Message) { m.Text = strings.Repeat("x", 65<<10) },
	} {
		m := message()
		spoil(&m)
		if b, err := m.Bytes(); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: Bytes = %q, %v; want Invalid", name, b, err)
		}
	}
}

func FuzzBytes(f *testing.F) {
	f.Add("essai@exemple.fr", "Objet", "texte")
	f.Add("a@b\r\nBcc: c@d", "x\r\ny", "\r\n.\r\n")
	f.Fuzz(func(t *testing.T, to, subject, text string) {
		m := message()
		m.To, m.Subject, m.Text = to, subject, text
		b, err := m.Bytes()
		if err != nil {
			return
		}
		got, err := stdmail.ReadMessage(strings.NewReader(string(b)))
		if err != nil {
			t.Fatalf("Bytes cannot be read: %v\n%q", err, b)
		}
		if len(got.Header) != 9 {
			t.Fatalf("%d headers: %v", len(got.Header), got.Header)
		}
	})
}

func TestFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "courriel")
	f := &mail.File{Dir: dir}
	for range 2 { // an event is told once
		if err := f.Send(t.Context(), message(), nil); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 || filepath.Ext(files[0]) != ".eml" {
		t.Fatalf("files = %v, %v; want one message", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v; want 600", info.Mode(), err)
	}
	bad := &mail.File{Dir: filepath.Join(files[0], "under-a-file")}
	if err := bad.Send(t.Context(), message(), nil); fault.KindOf(err) != fault.Unavailable || err == nil {
		t.Errorf("Send to no folder = %v; want Unavailable", err)
	}
}

func TestSMTP(t *testing.T) {
	const none = fault.Kind(-1)
	cases := []struct {
		name   string
		behave mailtest.Behaviour
		change func(*mail.SMTP)
		want   fault.Kind // none: sent
		handed bool
		taken  int
	}{
		{"well", mailtest.Well, nil, none, true, 1},
		{"user", mailtest.Well, func(s *mail.SMTP) { s.User, s.Password = "u", "p" }, none, true, 1},
		{"plain on this machine", mailtest.Plain, nil, none, true, 1},
		{"plain elsewhere", mailtest.Plain, func(s *mail.SMTP) { s.Host = "0.0.0.0" }, fault.Unavailable, false, 0},
		{"stranger's certificate", mailtest.Well, func(s *mail.SMTP) { s.Roots = nil }, fault.Unavailable, false, 0},
		{"down", mailtest.Well, func(s *mail.SMTP) { s.Port = "1" }, fault.Unavailable, false, 0},
		{"silent", mailtest.Silent, func(s *mail.SMTP) { s.Timeout = 300 * time.Millisecond }, fault.Unavailable, false, 0},
		{"bad password", mailtest.BadSecret, func(s *mail.SMTP) { s.User, s.Password = "u", "p" }, fault.Unavailable, false, 0},
		{"4xx", mailtest.Busy, nil, fault.Unavailable, false, 0},
		{"5xx", mailtest.Unknown, nil, fault.Invalid, false, 0},
		{"4xx at the end", mailtest.BusyLate, nil, fault.Unavailable, true, 0},
		{"5xx at the end", mailtest.Refuse, nil, fault.Invalid, true, 0},
		{"cut in the message", mailtest.Cut, nil, fault.Internal, true, 0}, // the whole of a small one may be under way
		{"mute at the end", mailtest.Mute, nil, fault.Internal, true, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := mailtest.New(t)
			server.Behave(c.behave)
			s := server.SMTP()
			if c.change != nil {
				c.change(s)
			}
			handed := false
			err := s.Send(t.Context(), message(), func() error { handed = true; return nil })
			kind := none
			if err != nil {
				kind = fault.KindOf(err)
				if fault.Do(err) == "" || strings.Contains(err.Error(), "essai@") {
					t.Errorf("Send = %v, do %q; want a remedy and no address", err, fault.Do(err))
				}
			}
			if kind != c.want || handed != c.handed || len(server.Taken()) != c.taken {
				t.Errorf("Send = %v, handed %v, taken %d; want kind %d, %v, %d", err, handed, len(server.Taken()), c.want, c.handed, c.taken)
			}
			if private, _ := server.Private(); c.name == "well" && private != 1 {
				t.Error("the message did not come over TLS")
			}
		})
	}
}

func TestSMTPStopsBeforeTheEnd(t *testing.T) {
	server, want := mailtest.New(t), errors.New("another has it")
	if err := server.SMTP().Send(t.Context(), message(), func() error { return want }); err != want {
		t.Errorf("Send = %v; want what hand returned", err)
	}
	time.Sleep(50 * time.Millisecond)
	if n := len(server.Taken()); n != 0 {
		t.Errorf("%d messages taken; want none", n)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "secret")
	if err := os.WriteFile(file, []byte("p\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(dir, "open")
	if err := os.WriteFile(open, []byte("p\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	from := "ne-pas-repondre@exemple.fr"
	if s, err := mail.Open(mail.Settings{Dir: dir}); err != nil || s.(*mail.File).Dir != dir {
		t.Errorf("Open without a server = %v, %v", s, err)
	}
	s, err := mail.Open(mail.Settings{SMTP: "smtps://u@exemple.fr", From: from, PasswordFile: file})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.(*mail.SMTP); got.Port != "465" || !got.Implicit || got.User != "u" || got.Password != "p" || got.Host != "exemple.fr" {
		t.Errorf("Open = %+v", got)
	}
	for name, bad := range map[string]mail.Settings{
		"no from":           {SMTP: "smtp://exemple.fr"},
		"scheme":            {SMTP: "http://exemple.fr", From: from},
		"no host":           {SMTP: "smtp://", From: from},
		"password told":     {SMTP: "smtp://u:secret@exemple.fr", From: from},
		"no password":       {SMTP: "smtp://u@exemple.fr", From: from},
		"password for all":  {SMTP: "smtp://u@exemple.fr", From: from, PasswordFile: open},
		"password nowhere":  {SMTP: "smtp://u@exemple.fr", From: from, PasswordFile: file + "x"},
		"an address of two": {SMTP: "smtp://exemple.fr", From: from + ", " + from},
	} {
		if _, err := mail.Open(bad); err == nil || fault.Do(err) == "" || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: Open = %v, do %q", name, err, fault.Do(err))
		}
	}
}

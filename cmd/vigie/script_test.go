package main

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"vigie/data"
	"vigie/job"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/render/pdf"
	"vigie/store"
	"vigie/store/storetest"
)

// tests removes what observatorytest makes once the scripts have run.
type tests struct{ m *testing.M }

func (t tests) Run() int { return observatorytest.Main(t.m) }

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"vigie": main})
}

// TestScript runs one script per verb of testdata/script. Beside the usual
// commands, a script has:
//
//	demo DIR            a copy of an observatory with the starter, edition 2026-1
//	starter NAME FILE   an embedded file, decompressed
//	edit FILE OLD NEW   the first occurrence of a text replaced
//	append FILE TEXT    a line at the end
//	cut FILE N          the last N bytes left out
//	first FILE RE NAME  what the first match of RE has between brackets, in $NAME
//	newer DIR           the schema number of a later version
//	occupy              a port that is taken, in $TAKEN
//	site                a web server of this folder, in $SITE
//	postgres            an empty base, in $DATABASE
//	work DIR            a run that waits in $RUN, a letter that may have gone in $LETTER
//
// and the conditions [engine], the PDF engine is compiled for test programs,
// and [postgres], there is a server; both hold when VIGIE_STRICT is 1.
func TestScript(t *testing.T) {
	cache := engineCache()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("VIGIE_CACHE", cache)
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "engine" {
				return pdf.Ready(cache) || os.Getenv("VIGIE_STRICT") == "1", nil
			}
			if name == "postgres" {
				return os.Getenv("VIGIE_TEST_POSTGRES") != "" || os.Getenv("VIGIE_STRICT") == "1", nil
			}
			return false, os.ErrInvalid
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"demo": func(s *testscript.TestScript, _ bool, args []string) {
				s.Check(observatorytest.CopyTo(observatorytest.Dir(t), s.MkAbs(args[0])))
			},
			"starter": func(s *testscript.TestScript, _ bool, args []string) {
				b, err := data.Read(args[0])
				s.Check(err)
				s.Check(os.WriteFile(s.MkAbs(args[1]), b, 0o644))
			},
			"edit": func(s *testscript.TestScript, _ bool, args []string) {
				text := s.ReadFile(args[0])
				if !strings.Contains(text, args[1]) {
					s.Fatalf("%s does not hold %q", args[0], args[1])
				}
				s.Check(os.WriteFile(s.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o644))
			},
			"append": func(s *testscript.TestScript, _ bool, args []string) {
				s.Check(os.WriteFile(s.MkAbs(args[0]), []byte(s.ReadFile(args[0])+args[1]+"\n"), 0o644))
			},
			"first": firstMatch,
			"cut": func(s *testscript.TestScript, _ bool, args []string) {
				n, err := strconv.Atoi(args[1])
				s.Check(err)
				text := s.ReadFile(args[0])
				s.Check(os.WriteFile(s.MkAbs(args[0]), []byte(text[:len(text)-n]), 0o644))
			},
			"newer":  func(s *testscript.TestScript, _ bool, args []string) { s.Check(newer(s.MkAbs(args[0]))) },
			"occupy": occupy,
			"site":   site,
			"work":   work,
			"postgres": func(s *testscript.TestScript, _ bool, _ []string) {
				s.Setenv("DATABASE", storetest.Postgres(t))
			},
		},
	})
}

// engineCache is where the engine compiled for test programs is kept, the same
// as for the tests of render/pdf.
func engineCache() string {
	if dir := os.Getenv("VIGIE_PDF_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "vigie", "typst")
}

// newer makes an observatory look as if a later version had migrated it.
func newer(dir string) error {
	db, err := sql.Open("sqlite", filepath.Join(dir, "vigie.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), `INSERT INTO vigie_migration (version_id, is_applied) VALUES (9999, 1)`)
	return err
}

// work leaves a run in the queue, and a letter whose sender stopped when its
// last byte may have gone.
func work(s *testscript.TestScript, _ bool, args []string) {
	ctx, now := context.Background(), time.Now().UTC()
	db, err := store.Open(ctx, s.MkAbs(args[0]), store.Options{})
	s.Check(err)
	defer db.Close()
	run, err := db.Enqueue(ctx, store.RunInput{Kind: observatory.TidyRun, What: "essai", Args: struct{}{}, By: journal.System}, now)
	s.Check(err)
	_, err = db.PostMail(ctx, store.Letter{Event: "notice:essai", To: "eve@exemple.fr", Subject: "essai", Body: "essai"}, now)
	s.Check(err)
	table := db.MailTable()
	task, ok, err := table.Take(ctx, "essai", now, now.Add(job.Lease))
	s.Check(err)
	if !ok {
		s.Fatalf("no letter to take")
	}
	s.Check(table.Hand(ctx, task))
	s.Check(table.Settle(ctx, task, job.Outcome{State: job.Waiting, Back: true}, now))
	s.Setenv("RUN", run)
	s.Setenv("LETTER", task.ID)
}

// firstMatch finds a text in a file and names it.
func firstMatch(s *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(s.ReadFile(args[0]))
	if found == nil {
		s.Fatalf("%s does not match %q", args[0], args[1])
	}
	s.Setenv(args[2], found[1])
}

// site serves the script's folder on this machine until the script ends.
func site(s *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(http.FileServer(http.Dir(s.MkAbs("."))))
	s.Defer(server.Close)
	s.Setenv("SITE", server.URL)
}

// occupy takes a port until the script ends and names it in $TAKEN.
func occupy(s *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.Check(err)
	s.Defer(func() { _ = l.Close() }) // nothing was accepted on it
	s.Setenv("TAKEN", l.Addr().String())
}

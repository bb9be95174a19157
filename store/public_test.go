package store_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
	"vigie/territory"
)

// publicRole makes a role that can only sign in, and returns the address with
// which it reaches the schema of another.
func publicRole(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	role := fmt.Sprintf("vigie_public_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := admin.Exec(`CREATE ROLE ` + role + ` LOGIN PASSWORD 'essai'`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(`DROP OWNED BY ` + role + `; DROP ROLE ` + role); err != nil { //nolint:noctx // the test's context has ended
			t.Error(err)
		}
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
	})
	u.User = url.UserPassword(role, "essai")
	return u.String()
}

// The role of the public pages reads what is published and keeps a composed
// territory: of every table there is, or ever is, nothing else.
func TestPublicRole(t *testing.T) {
	opts := store.Options{DatabaseURL: storetest.Postgres(t)}
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "o")
	db, err := store.Init(ctx, dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, in := range []store.EditionInput{
		{Number: "2026-1", EmbargoAt: at},
		{Number: "2026-2", EmbargoAt: time.Now().Add(time.Hour), Supersedes: "2026-1"},
	} {
		in.Title, in.PublishedAt, in.Manifest, in.CreatedAt, in.By = in.Number, "2026-03-12", []byte(in.Number), at, local
		in.Changes = []store.EditionChange{{Kind: "new", WhatFR: in.Number, WhatEN: in.Number}}
		if _, err := db.PutEdition(ctx, in); err != nil {
			t.Fatal(err)
		}
		err := db.PutReport(ctx, store.ReportInput{Edition: in.Number, Territory: "FR", Kind: "note", Lang: "fr", Document: store.ArtifactID(nil), PDF: []byte("%PDF"), CreatedAt: at})
		if err != nil {
			t.Fatal(err)
		}
	}
	address := publicRole(t, opts.DatabaseURL)
	if p, err := db.Public(ctx, address); err != nil { // the second time changes nothing
		t.Fatal(err)
	} else if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := db.Public(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()

	all, err := p.Editions(ctx)
	if err != nil || len(all) != 1 || all[0].Number != "2026-1" || all[0].SupersededBy != "" || len(all[0].Changes) != 1 {
		t.Errorf("Editions = %+v, %v; want 2026-1, its successor unnamed", all, err)
	}
	if both, err := db.Editions(ctx); err != nil || len(both) != 2 {
		t.Errorf("the observatory itself sees %d editions, %v; want 2", len(both), err)
	}
	if _, err := p.Edition(ctx, "2026-2"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Edition under embargo = %v; want NotFound", err)
	}
	if _, err := p.Report(ctx, "2026-2", "FR", "note", "fr"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Report under embargo = %v; want NotFound", err)
	}
	if _, err := p.Report(ctx, "2026-1", "FR", "note", "fr"); err != nil {
		t.Errorf("Report = %v", err)
	}
	c := territory.Composition{Code: "T-abcdefghijkl", Name: "Essai", Year: 2026, Communes: []territory.Code{"COM-01001"}}
	if err := p.PutComposed(ctx, c, at); err != nil {
		t.Errorf("PutComposed = %v", err)
	}
	if _, err := p.People(ctx); fault.KindOf(err) != fault.Denied || fault.Do(err) == "" {
		t.Errorf("People = %v; want Denied", err)
	}

	row := publishedCase(t, db, "Publique")
	draftCase(t, db, "Brouillon")
	done(t)(db.SaveCase(ctx, turn(row, caseAuthor), syntheticCase("En attente"), nil, ""))
	if entries, stamp, err := p.Entries(ctx); err != nil || len(entries) != 1 || stamp == 0 {
		t.Errorf("Entries = %+v, %d, %v; want the public one", entries, stamp, err)
	}
	raw := storetest.Raw(t, dir, store.Options{DatabaseURL: address})
	if got := rowsOf(t, raw, `SELECT record FROM casestudy_version`); len(got) != 1 {
		t.Errorf("the public role reads %d versions; want the one that is shown", len(got))
	}
	if _, err := raw.ExecContext(ctx, `SELECT author FROM casestudy`); err == nil {
		t.Error("the public role reads who wrote a case")
	}
	if _, err := p.Cases(ctx, store.CaseFilter{}); fault.KindOf(err) != fault.Denied {
		t.Errorf("Cases = %v; want Denied", err)
	}
	var granted []string
	for _, table := range rowsOf(t, raw, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`) {
		for _, right := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"} {
			if rowsOf(t, raw, fmt.Sprintf(`SELECT has_table_privilege('%s', '%s')`, table, right))[0] == "true" {
				granted = append(granted, right+" "+table)
			}
		}
	}
	want := []string{"SELECT artifact", "SELECT casestudy_stamp", "SELECT composed", "INSERT composed", "SELECT edition", "SELECT edition_change", "SELECT erratum", "SELECT report"}
	if !slices.Equal(granted, want) {
		t.Errorf("the public role may %s; want %s", strings.Join(granted, ", "), strings.Join(want, ", "))
	}
	if _, err := raw.ExecContext(ctx, `CREATE TABLE mine (a int)`); err == nil {
		t.Error("the public role makes a table")
	}
}

func TestPublicRoleRefused(t *testing.T) {
	lite := storetest.Open(t)
	if p, err := lite.Public(t.Context(), ""); p != lite || err != nil {
		t.Errorf("Public on SQLite = %v, %v; want the observatory itself", p, err)
	}
	if _, err := lite.Public(t.Context(), "postgres://x@127.0.0.1/x"); fault.KindOf(err) != fault.Invalid || err == nil {
		t.Errorf("Public with an address on SQLite = %v; want Invalid", err)
	}
	opts := store.Options{DatabaseURL: storetest.Postgres(t)}
	db, err := store.Init(t.Context(), filepath.Join(t.TempDir(), "o"), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for name, address := range map[string]string{
		"the observatory's own": opts.DatabaseURL, "unknown": strings.Replace(opts.DatabaseURL, "vigie@", "nobody@", 1), "no address": "postgres://%",
	} {
		if _, err := db.Public(t.Context(), address); fault.KindOf(err) != fault.Invalid || err == nil || fault.Do(err) == "" {
			t.Errorf("%s: Public = %v; want Invalid", name, err)
		}
	}
}

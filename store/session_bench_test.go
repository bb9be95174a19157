package store_test

import (
	"testing"

	"vigie/account"
	"vigie/store/storetest"
)

// What the rights of a request cost: one query, on SQLite.
func BenchmarkSession(b *testing.B) {
	db := storetest.Open(b)
	p := invite(b, db, "eve@exemple.fr", admin, analyst)
	s := account.Session{ID: newID(b), Hash: secret(b), Person: p.Person}
	if err := db.OpenSession(b.Context(), s, at); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := db.Session(b.Context(), s.Hash, at); err != nil {
			b.Fatal(err)
		}
	}
}

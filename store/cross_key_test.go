package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"vigie/store"
)

// TestCrossKey checks that the key of crosses is made once, for its owner alone,
// and refused when others may read it or when it is cut short.
func TestCrossKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "observatoire")
	db, err := store.Init(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	one, err := db.CrossKey()
	if err != nil {
		t.Fatal(err)
	}
	again, err := db.CrossKey()
	if err != nil || !bytes.Equal(one, again) || len(one) < 32 {
		t.Fatalf("%d bytes, then others: %v", len(one), err)
	}
	path := filepath.Join(dir, "cross.key")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := db.CrossKey(); err == nil {
		t.Error("a key that others may read is used")
	}
	if err := os.WriteFile(path, []byte("court\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.CrossKey(); err == nil {
		t.Error("a key cut short is used")
	}
}

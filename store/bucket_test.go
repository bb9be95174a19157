package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vigie/fault"
)

// files lists what a bucket's folder holds, as relative paths.
func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path) // both are under dir
			all = append(all, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestBucket(t *testing.T) {
	k := &Bucket{t.TempDir()}
	b := []byte("des octets")
	for range 2 {
		id, err := k.Put(t.Context(), b)
		if err != nil || id != ArtifactID(b) {
			t.Fatalf("Put = %s, %v; want %s", id, err, ArtifactID(b))
		}
	}
	id := ArtifactID(b)
	if got := files(t, k.dir); len(got) != 1 || got[0] != filepath.Join(id[:2], id) {
		t.Errorf("the bucket holds %v; want one file named by its hash", got)
	}
	info, err := os.Stat(k.path(id))
	if err != nil || info.Mode().Perm() != 0o444 {
		t.Errorf("mode = %v, %v; want read-only", info.Mode(), err)
	}
	if got, err := k.Read(t.Context(), id); err != nil || !bytes.Equal(got, b) {
		t.Errorf("Read = %q, %v; want %q", got, err, b)
	}
	r, err := k.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, b) {
		t.Errorf("Open reads %q, %v; want %q", got, err, b)
	}
	for id, want := range map[string]bool{id: true, ArtifactID(nil): false, "": false, "../../etc/passwd": false} {
		if got, err := k.Has(t.Context(), id); err != nil || got != want {
			t.Errorf("Has(%q) = %v, %v; want %v", id, got, err, want)
		}
	}
}

func TestBucketRefusesKey(t *testing.T) {
	k := &Bucket{t.TempDir()}
	for _, id := range []string{"", "ab", "../../../etc/passwd", strings.Repeat("A", 64), ArtifactID(nil)} {
		if _, err := k.Read(t.Context(), id); fault.KindOf(err) != fault.NotFound || fault.Do(err) == "" {
			t.Errorf("Read(%q) = %v; want NotFound", id, err)
		}
	}
}

func TestBucketFlippedByte(t *testing.T) {
	k := &Bucket{t.TempDir()}
	b := bytes.Repeat([]byte("observation;"), 100)
	id, err := k.Put(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, len(b) / 2, len(b) - 1} {
		spoilt := bytes.Clone(b)
		spoilt[at] ^= 1
		if err := errors.Join(os.Chmod(k.path(id), 0o644), os.WriteFile(k.path(id), spoilt, 0o644)); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Read(t.Context(), id); fault.KindOf(err) != fault.Internal || err == nil || !strings.Contains(err.Error(), "altéré") {
			t.Errorf("Read with byte %d flipped = %v; want a fault that says so", at, err)
		}
	}
	if _, err := k.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Read(t.Context(), id); err != nil || !bytes.Equal(got, b) {
		t.Errorf("Read after Put of the same bytes = %v; want them mended", err)
	}
}

func TestBucketConcurrentPut(t *testing.T) {
	k := &Bucket{t.TempDir()}
	b := bytes.Repeat([]byte("x"), 1<<16)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := k.Put(t.Context(), b); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := files(t, k.dir); len(got) != 1 {
		t.Errorf("the bucket holds %v; want one file", got)
	}
}

func TestBucketCancelled(t *testing.T) {
	k := &Bucket{t.TempDir()}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Put(ctx, []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("Put(cancelled) = %v; want context.Canceled", err)
	}
	if got := files(t, k.dir); len(got) != 0 {
		t.Errorf("the bucket holds %v; want nothing", got)
	}
}

// moving is a file whose bytes change after its first reading.
type moving struct {
	*bytes.Reader
	reads int
}

func (m *moving) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.Reader.ReadAt(p, off)
	if m.reads++; m.reads > 1 && n > 0 {
		p[0] ^= 1
	}
	return n, err
}

func TestBucketCopy(t *testing.T) {
	k := &Bucket{t.TempDir()}
	b := bytes.Repeat([]byte("observation;"), 100_000)
	for _, want := range []string{"", ArtifactID(b), ""} {
		id, err := k.Copy(t.Context(), bytes.NewReader(b), want)
		if err != nil || id != ArtifactID(b) {
			t.Fatalf("Copy = %s, %v; want %s", id, err, ArtifactID(b))
		}
	}
	if got, err := k.Read(t.Context(), ArtifactID(b)); err != nil || !bytes.Equal(got, b) {
		t.Errorf("Read after Copy = %d bytes, %v; want the same", len(got), err)
	}
	if _, err := k.Copy(t.Context(), bytes.NewReader(b), ArtifactID(nil)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Copy of other bytes than those read = %v; want Conflict", err)
	}
	if _, err := k.Copy(t.Context(), &moving{Reader: bytes.NewReader([]byte("a;b"))}, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Copy of a file that changes = %v; want Conflict", err)
	}
	path := k.path(ArtifactID(b))
	if err := errors.Join(os.Chmod(path, 0o644), os.WriteFile(path, b[:10], 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Copy(t.Context(), bytes.NewReader(b), ""); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Read(t.Context(), ArtifactID(b)); err != nil || !bytes.Equal(got, b) {
		t.Errorf("Read after Copy of the same bytes = %v; want them mended", err)
	}
	if got := files(t, k.dir); len(got) != 1 {
		t.Errorf("the bucket holds %v; want one file", got)
	}
}

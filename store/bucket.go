package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"

	"vigie/fault"
)

// bucketFolder is where an observatory's folder keeps its artifacts.
const bucketFolder = "artifact"

// Bucket keeps artifacts: immutable bytes whose key is their SHA-256, in a
// folder, as artifact/ab/abcdef….
//
// Put, Open, Read and Has are all that the rest of the package asks of it: a
// bucket elsewhere (S3) is these four methods. A key is 64 lower-case
// hexadecimal digits. An artifact that no row points to is harmless.
type Bucket struct {
	dir string
}

var artifactID = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ArtifactID returns the key of bytes: their SHA-256 in hexadecimal.
func ArtifactID(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (k *Bucket) path(id string) string { return filepath.Join(k.dir, id[:2], id) }

// Put keeps b and returns its key. Bytes already there stay as they are, unless
// they are damaged: then Put mends them. When Put returns without error the
// artifact survives a power cut; when it is interrupted no key appears.
func (k *Bucket) Put(ctx context.Context, b []byte) (id string, err error) {
	id = ArtifactID(b)
	defer wrap(&err, "écriture de l’artefact %s", id)
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if old, err := os.ReadFile(k.path(id)); err == nil && bytes.Equal(old, b) {
		return id, nil
	}
	folder := filepath.Dir(k.path(id))
	if err := makeFolder(folder); err != nil {
		return "", err
	}
	if err := writeFile(k.path(id), b); err != nil {
		return "", err
	}
	return id, syncFolder(folder)
}

// Has reports whether the key is there, without reading its bytes.
func (k *Bucket) Has(ctx context.Context, id string) (bool, error) {
	if !artifactID.MatchString(id) {
		return false, nil
	}
	_, err := os.Stat(k.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Open returns a reader of the artifact's bytes, unverified; Close it.
//
// Error: NotFound.
func (k *Bucket) Open(ctx context.Context, id string) (io.ReadCloser, error) {
	if !artifactID.MatchString(id) {
		return nil, errNoArtifact(id)
	}
	f, err := os.Open(k.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoArtifact(id)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Read returns the artifact's bytes, verified against their key.
//
// Error: NotFound; Internal when a byte has changed.
func (k *Bucket) Read(ctx context.Context, id string) ([]byte, error) {
	f, err := k.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if ArtifactID(b) != id {
		return nil, &fault.Error{
			Kind: fault.Internal, What: "l’artefact " + id + " est altéré",
			Do: "réimportez le fichier d’origine ou restaurez le dossier artifact depuis une sauvegarde",
		}
	}
	return b, nil
}

func errNoArtifact(id string) error {
	return fault.NotFoundf("restaurez le dossier artifact depuis une sauvegarde", "l’artefact « %s » est absent", id)
}

// writeFile puts b at path so that a reader sees nothing or everything.
func writeFile(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".part-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error is the one to tell
		}
	}()
	_, err = f.Write(b)
	if err = errors.Join(err, f.Chmod(0o444), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// makeFolder makes one folder, durably.
func makeFolder(path string) error {
	err := os.Mkdir(path, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) {
		err = nil // a file system that cannot sync a folder
	}
	return errors.Join(err, f.Close())
}

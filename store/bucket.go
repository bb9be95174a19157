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
// Put, Copy, Open, Read and Has are all that the rest of the package asks of
// it: a bucket elsewhere (S3) is these five methods. A key is 64 lower-case
// hexadecimal digits. An artifact that no row points to is harmless.
type Bucket struct {
	dir string
}

// partName is that of what is not whole yet.
const partName = ".part-*"

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
	if old, err := os.ReadFile(k.path(id)); err == nil && bytes.Equal(old, b) && k.touch(id) {
		return id, nil
	}
	folder := filepath.Dir(k.path(id))
	if err := makeFolder(folder); err != nil {
		return "", err
	}
	if err := writeFile(k.path(id), func(f *os.File) error { _, err := f.Write(b); return err }); err != nil {
		return "", err
	}
	return id, syncFolder(folder)
}

// Copy keeps a file's bytes as Put does, without holding them: they are read
// once for the key, once for the copy. want is the key they had when someone
// read them, "" when nobody did.
//
// Error: Conflict when the bytes are not those of want, or change meanwhile.
func (k *Bucket) Copy(ctx context.Context, from RawFile, want string) (id string, err error) {
	defer wrap(&err, "copie d’un fichier")
	if id, err = Sum(ctx, from); err != nil {
		return "", err
	}
	if want != "" && id != want {
		return "", errMoved()
	}
	if old, err := k.Open(ctx, id); err == nil {
		sum, err := Sum(ctx, old)
		if err := errors.Join(err, old.Close()); err == nil && sum == id && k.touch(id) {
			return id, nil
		}
	}
	folder := filepath.Dir(k.path(id))
	if err := makeFolder(folder); err != nil {
		return "", err
	}
	err = writeFile(k.path(id), func(f *os.File) error {
		h := sha256.New()
		if err := stream(ctx, io.MultiWriter(f, h), from); err != nil {
			return err
		}
		if hex.EncodeToString(h.Sum(nil)) != id {
			return errMoved()
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return id, syncFolder(folder)
}

func errMoved() error {
	return &fault.Error{Kind: fault.Conflict, What: "le fichier a changé pendant son import", Do: "attendez qu’il soit écrit en entier, puis réimportez-le"}
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

// Open returns the artifact's bytes, unverified; Close it.
//
// Error: NotFound.
func (k *Bucket) Open(ctx context.Context, id string) (*OpenedFile, error) {
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
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &OpenedFile{io.NewSectionReader(f, 0, info.Size()), f}, nil
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
		return nil, errSpoilt(id)
	}
	return b, nil
}

func errSpoilt(id string) error {
	return &fault.Error{
		Kind: fault.Internal, What: "l’artefact " + id + " est altéré",
		Do: "réimportez le fichier d’origine ou restaurez le dossier artifact depuis une sauvegarde",
	}
}

func errNoArtifact(id string) error {
	return fault.NotFoundf("restaurez le dossier artifact depuis une sauvegarde", "l’artefact « %s » est absent", id)
}

// writeFile puts what write writes at path so that a reader sees nothing or
// everything.
func writeFile(path string, write func(*os.File) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), partName)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error is the one to tell
		}
	}()
	if err = errors.Join(write(f), f.Chmod(0o444), f.Sync(), f.Close()); err != nil {
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

package web

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// uploaded is the body of the form of a file, and its type.
func (b *browser) uploaded(name string, content []byte) (body []byte, kind string) {
	var out bytes.Buffer
	m := multipart.NewWriter(&out)
	_ = m.WriteField(tokenInput, formToken(b.jar[sessionCookie])) // a buffer
	_ = m.WriteField("etendue", "")
	_, _ = must(m.CreateFormFile(fileInput, name)).Write(content)
	_ = m.Close()
	return out.Bytes(), m.FormDataContentType()
}

// files counts the files under a folder.
func files(t *testing.T, dir string) (n int) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestUploadCut: an upload that stops at any byte of a small one, at some of a
// large one, leaves nothing and says so.
func TestUploadCut(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	before := files(t, o.db.Dir())
	cut := func(body []byte, kind string, n int) {
		t.Helper()
		o.limits = newLimits(o.Now)
		w := b.sendBody(sendPath, kind, body[:n])
		if w.Code < 400 || w.Code >= 500 {
			t.Fatalf("cut at %d of %d: %d %s", n, len(body), w.Code, w.Body)
		}
	}
	body, kind := b.uploaded("essai.csv", []byte("code,annee,valeur\n01,2024,12\n"))
	for n := range len(body) - 4 {
		cut(body, kind, n)
	}
	body, kind = b.uploaded("grand.csv", bytes.Repeat([]byte("01,2024,12\n"), 1<<20))
	rng := rand.New(rand.NewPCG(6, 31))
	for range 5 {
		cut(body, kind, rng.IntN(len(body)-4))
	}
	if rows := must(o.db.Deliveries(t.Context())); len(rows) != 0 {
		t.Errorf("%d deliveries are left", len(rows))
	}
	if n := files(t, o.db.Dir()); n != before {
		t.Errorf("%d files after %d", n, before)
	}
}

// TestUploadInOwnFolder: the system's folder for what is temporary may be full
// or closed: a large file does not pass through it.
func TestUploadInOwnFolder(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "absent"))
	body, kind := b.uploaded("grand.csv", bytes.Repeat([]byte("01,2024,12\n"), 1<<20))
	if w := b.sendBody(sendPath, kind, body); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if rows := must(o.db.Deliveries(t.Context())); len(rows) != 1 || rows[0].Size != 11<<20 {
		t.Errorf("%+v", rows)
	}
}

// TestUploadWhileConnectionDies: the browser goes away in the middle; nothing
// is left.
func TestUploadWhileConnectionDies(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	before := files(t, o.db.Dir())
	body, kind := b.uploaded("grand.csv", bytes.Repeat([]byte("01,2024,12\n"), 1<<18))
	r := httptest.NewRequest(http.MethodPost, sendPath, io.MultiReader(bytes.NewReader(body[:len(body)/2]), broken{}))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	b.reads(b.do(r), http.StatusBadRequest, "arrivé incomplet")
	if n := files(t, o.db.Dir()); n != before {
		t.Errorf("%d files after %d", n, before)
	}
}

// broken is a connection that ends in the middle.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestFormsWithoutEnd: too many fields, fields that are too large, too many
// files, parts without end are refused.
func TestFormsWithoutEnd(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	for name, fill := range map[string]func(m *multipart.Writer){
		"fields": func(m *multipart.Writer) {
			for n := range mostFields + 2 {
				_ = m.WriteField(fmt.Sprint(n), "")
			}
		},
		"large fields": func(m *multipart.Writer) {
			for range 3 {
				_ = m.WriteField("remarque", strings.Repeat("a", mostInMemory/2))
			}
		},
		"files": func(m *multipart.Writer) {
			for n := range mostFiles + 1 {
				_, _ = must(m.CreateFormFile(fileInput, fmt.Sprint(n))).Write([]byte("a"))
			}
		},
	} {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		_ = m.WriteField(tokenInput, formToken(b.jar[sessionCookie])) // a buffer
		fill(m)
		_ = m.Close()
		if w := b.sendBody(sendPath, m.FormDataContentType(), body.Bytes()); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if rows := must(o.db.Deliveries(t.Context())); len(rows) != 0 {
		t.Errorf("%d deliveries are left", len(rows))
	}
}

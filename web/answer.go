package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// answer is a complete response. ETag is without quotes and without encoding,
// "" for none. Encoded, when set, says how the body is compressed already.
type answer struct {
	status  int
	kind    string // media type
	body    []byte
	etag    string
	cache   string
	encoded string
}

// How an answer may be kept. A page is asked for again each time, and answered
// 304 while its edition stands; an asset never changes under its name.
const (
	revalidate = "public, no-cache"
	forever    = "public, max-age=31536000, immutable"
	never      = "no-store"
)

// Compression levels for what is made per request, and the size from which it
// pays.
const (
	brotliLevel = 4
	gzipLevel   = 5
	smallest    = 1 << 10
)

// encoding returns the compression that a client asks for: br, gzip or "".
func encoding(r *http.Request) string {
	best := ""
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if q := strings.TrimSpace(params); q == "q=0" || q == "q=0.0" {
			continue
		}
		switch name {
		case "br":
			return "br"
		case "gzip", "*":
			best = "gzip"
		}
	}
	return best
}

// Compressors are large; they are used again.
var (
	brotlis = sync.Pool{New: func() any {
		return brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: brotliLevel, LGWin: 18})
	}}
	gzips = sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(nil, gzipLevel) // fails for a bad level only
		return w
	}}
)

// compressor is what brotli and gzip have in common.
type compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

// compress returns body in the encoding, and the encoding that was kept.
func compress(body []byte, enc string) ([]byte, string) {
	pool := map[string]*sync.Pool{"br": &brotlis, "gzip": &gzips}[enc]
	if pool == nil || len(body) < smallest {
		return body, ""
	}
	w := pool.Get().(compressor)
	defer pool.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	if _, err := w.Write(body); err != nil || w.Close() != nil {
		return body, ""
	}
	return out.Bytes(), enc
}

// compressible says which media types are worth compressing.
func compressible(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") ||
		strings.HasPrefix(kind, "image/svg") || strings.HasPrefix(kind, "application/xml")
}

// tag is the quoted ETag of an answer in an encoding.
func tag(etag, enc string) string {
	if enc != "" {
		etag += "-" + enc
	}
	return `"` + etag + `"`
}

// fresh answers 304 when the client holds this very answer in any encoding.
func fresh(w http.ResponseWriter, r *http.Request, etag, cache string) bool {
	if etag == "" {
		return false
	}
	for _, part := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		held := strings.TrimPrefix(strings.TrimSpace(part), "W/")
		for _, enc := range []string{"", "br", "gzip"} {
			if held == tag(etag, enc) {
				w.Header().Set("ETag", held)
				w.Header().Set("Cache-Control", cache)
				w.Header().Add("Vary", "Accept-Encoding")
				w.WriteHeader(http.StatusNotModified)
				return true
			}
		}
	}
	return false
}

// send writes an answer, compressed when the client and the type allow.
func send(w http.ResponseWriter, r *http.Request, a answer) {
	enc := a.encoded
	h := w.Header()
	if compressible(a.kind) {
		h.Add("Vary", "Accept-Encoding")
		if enc == "" {
			a.body, enc = compress(a.body, encoding(r))
		}
	}
	if enc != "" {
		h.Set("Content-Encoding", enc)
	}
	if a.etag != "" {
		h.Set("ETag", tag(a.etag, enc))
	}
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", a.cache)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // the reader has left: nobody to tell
	}
}

// short is a short, stable mark of some text.
func short(parts ...string) string {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // cannot fail
		_, _ = h.Write([]byte{0})
	}
	return fmt.Sprintf("%x", h.Sum64())
}

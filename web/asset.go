package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"github.com/andybalholm/brotli"

	"vigie/fault"
)

//go:embed asset
var assetFiles embed.FS

// assets is what make build put in web/asset: files by the name that holds
// their hash, and that name by logical name. Missing is true on a clone that
// was not built.
type assets struct {
	named   map[string]string
	file    map[string]assetFile
	missing bool
}

// assetFile is one file, and the same compressed when that is shorter.
type assetFile struct {
	kind       string
	body, tiny []byte
}

// loadAssets reads the folder asset of a file system.
func loadAssets(files fs.FS) (*assets, error) {
	a := &assets{named: map[string]string{}, file: map[string]assetFile{}}
	manifest, err := fs.ReadFile(files, "asset/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		a.missing = true
		return a, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(manifest, &a.named); err != nil {
		return nil, &fault.Error{Kind: fault.Internal, Err: err,
			What: "la liste des fichiers de présentation est illisible", Do: "lancez make build"}
	}
	for _, name := range a.named {
		body, err := fs.ReadFile(files, "asset/"+name)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Internal, Err: err,
				What: "le fichier de présentation " + name + " manque", Do: "lancez make build"}
		}
		f := assetFile{kind: mediaType(name), body: body}
		if compressible(f.kind) {
			f.tiny = tiny(body)
		}
		a.file[name] = f
	}
	return a, nil
}

func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}

// tiny returns body in brotli, once per start: assets are few and small.
func tiny(body []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, 9)
	if _, err := w.Write(body); err != nil || w.Close() != nil || out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}

// href returns the address of an asset by logical name, "" when it is missing.
func (a *assets) href(logical string) string {
	if name, ok := a.named[logical]; ok {
		return "/asset/" + name
	}
	return ""
}

// asset sends one file under the name that holds its hash.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	f, ok := s.bundle.file[r.PathValue("name")]
	if !ok {
		s.fail(w, r, fault.NotFoundf("rechargez la page qui le demande ; sur une copie neuve, lancez make build",
			"ce fichier de présentation n’existe pas"))
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	etag := r.PathValue("name")
	if fresh(w, r, etag, forever) {
		return
	}
	out := answer{status: http.StatusOK, kind: f.kind, body: f.body, etag: etag, cache: forever}
	if f.tiny != nil && encoding(r) == "br" {
		out.body, out.encoded = f.tiny, "br"
	}
	send(w, r, out)
}

// fontsOfPage returns the fonts that the first screen of a page needs, to be
// asked for at once.
func (a *assets) fontsOfPage() []string {
	var hrefs []string
	for _, name := range []string{"source-sans-3-regular.woff2", "source-serif-4-semibold.woff2"} {
		if h := a.href(name); h != "" {
			hrefs = append(hrefs, h)
		}
	}
	return hrefs
}

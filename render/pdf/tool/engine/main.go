// Command engine prepares what render/pdf embeds: the Typst compiler, checked
// and compressed, and the fonts of the printed reports. It copies them from
// the npm packages of a node_modules folder; make build runs it.
//
//	go run ./render/pdf/tool/engine -from node_modules -to render/pdf
//
// With -cache, in a second run once the files are there to be embedded, it
// compiles the engine to machine code in that folder (a minute, about 560 MB
// of memory, once), so that no server has to.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"vigie/fault"
	"vigie/render/pdf"
)

func main() {
	from := flag.String("from", "node_modules", "dossier des paquets npm")
	to := flag.String("to", "render/pdf", "dossier du paquet Go qui embarque le moteur")
	cache := flag.String("cache", "", "compiler le moteur déjà embarqué dans ce dossier, sans rien copier")
	flag.Parse()
	var err error
	if *cache != "" {
		err = warm(*cache)
	} else {
		err = prepare(*from, *to)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "vigie : %v\n", err)
		if do := fault.Do(err); do != "" {
			fmt.Fprintf(os.Stderr, "à faire : %s\n", do)
		}
		os.Exit(1)
	}
}

// prepare writes the engine and the fonts under to; files that are already
// right are left alone, so that the build stays incremental.
func prepare(from, to string) error {
	raw, err := read(filepath.Join(from, "@myriaddreamin", "typst-ts-web-compiler", "pkg", "typst_ts_web_compiler_bg.wasm"))
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != pdf.EngineSHA256 {
		return fault.Invalidf("installez la version 0.7.0 de @myriaddreamin/typst-ts-web-compiler (npm ci)",
			"moteur PDF : empreinte %x, %s attendue", sum, pdf.EngineSHA256)
	}
	if err := put(filepath.Join(to, pdf.EngineFile), raw, compress); err != nil {
		return err
	}
	for _, name := range pdf.Fonts {
		family := "source-serif"
		if name[:10] == "SourceSans" {
			family = "source-sans"
		}
		raw, err := read(filepath.Join(from, family, "TTF", name))
		if err != nil {
			return err
		}
		same := func(b []byte) ([]byte, error) { return b, nil }
		if err := put(filepath.Join(to, "font", name), raw, same); err != nil {
			return err
		}
	}
	return nil
}

func read(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, What: "moteur PDF : fichier absent " + path,
			Do: "lancez npm ci, puis make build", Err: err}
	}
	return b, nil
}

// put writes change(raw) to path unless the file already holds it.
func put(path string, raw []byte, change func([]byte) ([]byte, error)) error {
	b, err := change(raw)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, b) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// compress gzips b with no name and no date: same input, same bytes.
func compress(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(b); err != nil {
		return nil, err
	}
	err = z.Close()
	return out.Bytes(), err
}

func warm(dir string) error {
	if pdf.Ready(dir) {
		return nil
	}
	fmt.Fprintln(os.Stderr, "moteur PDF : compilation (une minute environ, une seule fois)…")
	e, err := pdf.Open(context.Background(), dir)
	if err != nil {
		return err
	}
	return e.Close(context.Background())
}

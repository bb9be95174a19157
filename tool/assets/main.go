// Command assets makes web/asset: what browsers load beside a page.
//
// It bundles every style sheet and every script of web/ui into one file each,
// takes the fonts that font.mjs made, gives each file a name that holds the
// hash of its bytes, and writes manifest.json (logical name → file name) last.
// The same sources give the same bytes. It knows nothing of pages; web embeds
// the folder. Start with main.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const marker = "README.md" // the one committed file of the output folder

// faces lists the font files and the CSS that announces each.
var faces = []struct{ name, css string }{
	{"source-sans-3-regular.woff2", `font-family:"Source Sans 3";font-weight:400;font-style:normal`},
	{"source-sans-3-semibold.woff2", `font-family:"Source Sans 3";font-weight:600;font-style:normal`},
	{"source-sans-3-italic.woff2", `font-family:"Source Sans 3";font-weight:400;font-style:italic`},
	{"source-serif-4-semibold.woff2", `font-family:"Source Serif 4";font-weight:600;font-style:normal`},
}

func main() {
	ui := flag.String("ui", "web/ui", "folder of style sheets and scripts")
	font := flag.String("font", "build/font", "folder of the web fonts")
	out := flag.String("out", "web/asset", "folder to write")
	flag.Parse()
	if err := run(*ui, *font, *out); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(ui, font, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	b := bundle{out: out, file: map[string]string{}}
	faceCSS, err := b.fonts(font)
	if err != nil {
		return err
	}
	style, err := sources(ui, ".css")
	if err != nil {
		return err
	}
	script, err := sources(ui, ".ts")
	if err != nil {
		return err
	}
	if err := b.build(ui, "vigie.css", faceCSS+imports("@import %q;\n", style), api.LoaderCSS); err != nil {
		return err
	}
	if err := b.build(ui, "vigie.js", imports("import %q;\n", script), api.LoaderTS); err != nil {
		return err
	}
	return b.finish()
}

// sources returns the files of dir with the extension ext, as "./path": the
// tokens first, then what is shared, then the rest, each in order of name.
func sources(dir, ext string) ([]string, error) {
	var list []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(p) != ext || strings.HasSuffix(p, ".d.ts") {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		list = append(list, "./"+filepath.ToSlash(rel))
		return err
	})
	place := func(p string) string {
		switch {
		case p == "./shared/token.css":
			return "0"
		case strings.HasPrefix(p, "./shared/"):
			return "1" + p
		}
		return "2" + p
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(place(a), place(b)) })
	return list, err
}

func imports(format string, list []string) string {
	var s strings.Builder
	for _, p := range list {
		fmt.Fprintf(&s, format, p)
	}
	return s.String()
}

// bundle collects what was written: logical name → file name.
type bundle struct {
	out  string
	file map[string]string
}

// fonts copies the fonts with their licences and returns their @font-face rules.
func (b *bundle) fonts(dir string) (string, error) {
	var css strings.Builder
	for _, f := range faces {
		data, err := os.ReadFile(filepath.Join(dir, f.name))
		if err != nil {
			return "", err
		}
		if err := b.put(f.name, data); err != nil {
			return "", err
		}
		fmt.Fprintf(&css, "@font-face{%s;font-display:swap;src:url(./%s) format(\"woff2\")}\n", f.css, b.file[f.name])
	}
	for _, name := range []string{"source-sans-3.OFL.txt", "source-serif-4.OFL.txt"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		if err := b.put(name, data); err != nil {
			return "", err
		}
	}
	// @import must precede every other rule, so the faces are a module of their own.
	return "@import " + fmt.Sprintf("%q", "data:text/css,"+escape(css.String())) + ";\n", nil
}

func escape(css string) string {
	return strings.NewReplacer("%", "%25", "\n", "", `"`, "%22", "#", "%23").Replace(css)
}

// build bundles and minifies the entry text into the file with this name.
func (b *bundle) build(dir, name, entry string, loader api.Loader) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		Stdin:             &api.StdinOptions{Contents: entry, ResolveDir: abs, Sourcefile: name, Loader: loader},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Charset:           api.CharsetUTF8,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		External:          []string{"*.woff2"},
		LegalComments:     api.LegalCommentsEndOfFile,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "109"},
			{Name: api.EngineFirefox, Version: "115"},
			{Name: api.EngineSafari, Version: "16"},
		},
	})
	for _, m := range api.FormatMessages(result.Warnings, api.FormatMessagesOptions{Kind: api.WarningMessage}) {
		fmt.Fprint(os.Stderr, m)
	}
	if len(result.Errors) > 0 {
		return fmt.Errorf("%s\n%s", name, strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	return b.put(name, result.OutputFiles[0].Contents)
}

// put writes data under the logical name, with the hash of data in the file name.
func (b *bundle) put(name string, data []byte) error {
	ext := path.Ext(name)
	sum := sha256.Sum256(data)
	hashed := fmt.Sprintf("%s.%x%s", strings.TrimSuffix(name, ext), sum[:6], ext)
	b.file[name] = hashed
	return write(filepath.Join(b.out, hashed), data)
}

// finish writes the manifest, then removes the files it does not name.
func (b *bundle) finish() error {
	text, err := json.MarshalIndent(b.file, "", "  ")
	if err != nil {
		return err
	}
	if err := write(filepath.Join(b.out, "manifest.json"), append(text, '\n')); err != nil {
		return err
	}
	kept := append(slices.Collect(maps.Values(b.file)), marker, "manifest.json")
	entries, err := os.ReadDir(b.out)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.Contains(kept, e.Name()) {
			if err := os.Remove(filepath.Join(b.out, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// write replaces the file at once, so that a reader sees the old or the new one.
func write(to string, data []byte) error {
	if err := os.WriteFile(to+".part", data, 0o644); err != nil {
		return err
	}
	return os.Rename(to+".part", to)
}

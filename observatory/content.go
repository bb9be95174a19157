package observatory

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	"vigie/fault"
)

// The beginnings of bytes by which a file is known.
var (
	zipMark  = []byte("PK")
	oleMark  = []byte{0xd0, 0xcf, 0x11, 0xe0}
	gzipMark = []byte{0x1f, 0x8b}
)

// packed are the extensions whose bytes have a mark; texts those that are
// written as text.
var (
	packed = map[string][]byte{".xlsx": zipMark, ".xlsm": zipMark, ".zip": zipMark, ".xls": oleMark, ".gz": gzipMark}
	texts  = []string{".csv", ".tsv", ".txt", ".json", ".geojson", ".topojson", ".xml", ".toml"}
)

// CheckContent decides what a file sent is by its extension and its content
// together, and refuses what is neither a table nor a reference file, or is not
// what its name says.
//
// Error: Invalid.
func CheckContent(name string, f io.ReaderAt, size int64) error {
	ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))
	head := make([]byte, min(size, 1024))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	mark, known := packed[ext]
	switch {
	case size == 0:
		return fault.Invalidf("choisissez un fichier qui contient quelque chose", "le fichier est vide")
	case !known && !slices.Contains(texts, ext):
		return fault.Invalidf("envoyez un csv, un xlsx, un xls, un json, un xml, un toml, ou un zip ou un gz de l’un d’eux", "Vigie ne lit pas ce genre de fichier")
	case known && !bytes.HasPrefix(head, mark):
		return fault.Invalidf("ouvrez-le dans votre tableur et enregistrez-le de nouveau, ou redemandez-le au producteur", "le contenu du fichier n’est pas ce que dit son nom (%s)", ext)
	case !known && !written(head):
		return fault.Invalidf("donnez-lui l’extension de ce qu’il est (xlsx, zip…), ou redemandez-le au producteur", "le contenu du fichier n’est pas du texte, alors que son nom le dit (%s)", ext)
	case !known && page(head):
		return fault.Invalidf("l’adresse du téléchargement a sans doute changé : redemandez le fichier", "ce fichier est une page du web, pas des données")
	}
	return nil
}

// written reports whether bytes can be the beginning of a text in any encoding.
func written(head []byte) bool {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return true
	}
	for _, mark := range [][]byte{oleMark, gzipMark, []byte("PK\x03\x04"), []byte("%PDF"), []byte("\x7fELF"), []byte("MZ\x90")} {
		if bytes.HasPrefix(head, mark) {
			return false
		}
	}
	return bytes.IndexByte(head, 0) < 0 || bytes.Count(head, []byte{0})*3 > len(head) // utf-16 without a mark
}

// page reports whether a text is HTML or SVG.
func page(head []byte) bool {
	head = bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html")) || bytes.Contains(head, []byte("<svg"))
}

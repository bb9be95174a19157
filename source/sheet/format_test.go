package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/source/sheet"
)

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name string
		b    []byte
		o    sheet.Options
		want string
	}{
		{"f.csv.gz", gzipped(t, "a;b\n1;2\n"), sheet.Options{}, "1 a¦b\n2 1¦2\n"},
		{"f.zip", zipped(t, member{"d/a.csv", "a;b\n1;2\n"}, member{"lisez.pdf", "%PDF"}), sheet.Options{}, "membre « d/a.csv »\n1 a¦b\n2 1¦2\n"},
		{"f.zip", zipped(t, member{"a.csv", "a;b\n"}, member{"b.csv", "c;d\n"}), sheet.Options{Members: []string{"b*"}}, "membre « b.csv »\n1 c¦d\n"},
		{"f.xlsx", zipped(t, office(sheetRows)...), sheet.Options{}, officeWant},
		{"f.xlsm", zipped(t, append(office(sheetRows), member{"xl/vbaProject.bin", "x"})...), sheet.Options{}, officeWant},
		{"f.xls", binaryWorkbook(false), sheet.Options{}, "feuille « Valeurs »\n1 code¦taux\n3 01é€¦n:9.8¦d:2022-12-31¦n:12.5\n4 f:#N/A¦nd\n"},
		{"f.json", []byte(treeText), sheet.Options{}, treeWant},
		{"f.json", []byte(`{"a":[{"x":1}],"b":[{"y":[{"z":2},{"z":3}]}]}`), sheet.Options{Records: "b.y"}, "1 z\n2 n:2\n3 n:3\n"},
		{"f.jsonl", []byte("{\"x\":1}\n{\"x\":2}\n"), sheet.Options{}, "1 x\n2 n:1\n3 n:2\n"},
		{"f.json", []byte(`[["a","b"],[1,2]]`), sheet.Options{}, "1 a¦b\n2 n:1¦n:2\n"},
		{"f.geojson", []byte(`{"type":"FeatureCollection","features":[{"properties":{"code":"01"},"geometry":{"type":"Point","coordinates":[1,2]}}]}`), sheet.Options{}, "1 properties.code¦geometry.type\n2 01¦Point\n"},
		{"f.xml", []byte(genericMessage), sheet.Options{}, genericWant},
		{"f.xml", []byte(specificMessage), sheet.Options{}, "1 REF_AREA¦TIME_PERIOD¦OBS_VALUE¦OBS_STATUS\n2 D01¦2021¦3¦\n3 D01¦2022¦4¦E\n"},
		{"f.json", []byte(cubeMessage), sheet.Options{}, cubeWant},
	} {
		got, err := read(c.name, c.b, c.o)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
}

// through reads all rows and keeps nothing.
func through(name string, b []byte, o sheet.Options) error {
	f, err := sheet.Open(name, bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		return err
	}
	defer f.Close()
	for i := range f.Sheets() {
		if err := f.Rows(context.Background(), i, func(sheet.Row) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// zipBomb packs 40 MiB in a few kilobytes: a block that ends on a byte, again
// and again.
func zipBomb(t *testing.T) []byte {
	t.Helper()
	var block, out bytes.Buffer
	w, err := flate.NewWriter(&block, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(strings.Repeat("a;b;c\n", 1<<17))); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	raw := append(bytes.Repeat(block.Bytes(), 60), 3, 0)
	z := zip.NewWriter(&out)
	m, err := z.CreateRaw(&zip.FileHeader{Name: "a.csv", Method: zip.Deflate, CompressedSize64: uint64(len(raw)), UncompressedSize64: 60 * 6 << 17})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRefusals(t *testing.T) {
	wide := strings.Repeat("c;", 1_000_000) + "\n"
	for _, c := range []struct {
		name string
		b    []byte
		o    sheet.Options
		want string
	}{
		{"f.csv", nil, sheet.Options{}, "f.csv : fichier vide (0 octet)"},
		{"f.csv", []byte("  \n"), sheet.Options{}, "sans texte"},
		{"f.csv.gz", gzipped(t, ""), sheet.Options{}, "vide une fois décompressé"},
		{"f.csv", []byte(wide), sheet.Options{}, "enregistrement de plus de 1 Mio"},
		{"f.csv", []byte(strings.Repeat(";", 20_000) + "\n"), sheet.Options{}, "ligne 1 : 20001 colonnes"},
		{"f.csv", []byte("a;b;c\n1;2;3\n4;5"), sheet.Options{}, "ligne 3 : dernière ligne coupée, champs : 2 au lieu de 3"},
		{"f.csv", []byte("a;b\nOrl\xe9ans;1\n"), sheet.Options{Encoding: "utf-8"}, "ligne 2 : octets qui ne sont pas de l'UTF-8"},
		{"f.csv", []byte("a;b\né;1\n\xe9;2\n"), sheet.Options{}, "ligne 3 : octets qui ne sont pas de l'UTF-8"},
		{"f.csv", []byte("a;b\n\"x;1\n"), sheet.Options{}, "ligne 2 : guillemet ouvert"},
		{"f.csv", []byte("a;b\n"), sheet.Options{Delimiter: ";;"}, "séparateur"},
		{"f.csv", []byte("a;b\n"), sheet.Options{Encoding: "klingon"}, "encodage « klingon » inconnu"},
		{"f.csv", []byte("a;b\n"), sheet.Options{Format: "ods"}, "format « ods » inconnu"},
		{"f.csv", []byte("a;b\n"), sheet.Options{Format: "xlsx"}, "ce n'est pas un fichier xlsx, mais un texte"},
		{"f.bin", []byte("\x01\x00\x02\x00\x00"), sheet.Options{}, "octets binaires"},
		{"f.pdf", []byte("%PDF-1.4"), sheet.Options{}, "document PDF"},
		{"f.xlsx", []byte("<!DOCTYPE html><html><body>Erreur 404"), sheet.Options{}, "page HTML, et non un fichier .xlsx"},
		{"f.zip", zipped(t, member{"b.zip", string(zipped(t, member{"a.csv", "a;b\n"}))}), sheet.Options{}, "membre « b.zip » : zip dans un zip"},
		{"f.zip", zipped(t, member{"a.csv", ""}), sheet.Options{}, "membre « a.csv » : fichier vide"},
		{"f.zip", zipped(t, member{"a.csv", "a"}, member{"a.csv", "b"}), sheet.Options{}, "membre « a.csv » présent deux fois"},
		{"f.zip", zipped(t, member{"a.pdf", "%PDF"}), sheet.Options{}, "aucune table"},
		{"f.zip", zipped(t, member{"a.csv", "a;b\n"})[:40], sheet.Options{}, "zip illisible"},
		{"f.xlsx", zipped(t, member{"a.csv", "a;b\n"})[:40], sheet.Options{}, "classeur illisible"},
		{"f.zip", zipBomb(t), sheet.Options{}, "bombe"},
		{"f.csv.gz", bytes.Repeat(gzipped(t, strings.Repeat("a;b;c\n", 1<<17)), 60), sheet.Options{}, "bombe"},
		{"f.xlsx", zipped(t, office(strings.Repeat(" ", 5<<20))...), sheet.Options{}, "xl/worksheets/sheet1.xml : illisible"},
		{"f.xlsx", zipped(t, office(`<row r="1"><c r="BDWGN1"><v>1</v></c></row>`)...), sheet.Options{}, "plus de 16384 colonnes"},
		{"f.xlsx", zipped(t, office(`<row r="1"><c r="A1"><v>deux</v></c></row>`)...), sheet.Options{}, "feuille « Valeurs » : cellule A1 : « deux » n'est pas un nombre"},
		{"f.xlsx", zipped(t, office(`<row r="1"><c r="A1" t="s"><v>9</v></c></row>`)...), sheet.Options{}, "cellule A1 : texte n° \"9\" absent"},
		{"f.ods", zipped(t, member{"mimetype", "application/vnd.oasis"}), sheet.Options{}, "OpenDocument"},
		{"f.xls", binaryWorkbook(true), sheet.Options{}, "protégé par un mot de passe"},
		{"f.xlsx", container("EncryptedPackage", nil), sheet.Options{}, "protégé par un mot de passe"},
		{"f.xls", binaryWorkbook(false)[:1700], sheet.Options{}, "tronqué"},
		{"f.json", []byte("[{\"a\":1},\n{\"a\":}]"), sheet.Options{}, "ligne 2 : JSON mal formé"},
		{"f.json", []byte("[{\"a\":1},\n{\"a\":2}"), sheet.Options{}, "JSON tronqué"},
		{"f.json", []byte(`{"a":1}`), sheet.Options{}, "aucun tableau d'objets"},
		{"f.xml", []byte(`<rss></rss>`), sheet.Options{}, "qui n'est pas un message SDMX"},
		{"f.xml", []byte(`<Structure><x/></Structure>`), sheet.Options{}, "sans données"},
		{"f.xml", []byte(genericMessage[:len(genericMessage)-40]), sheet.Options{}, "illisible"},
		{"f.xml", []byte(`<!DOCTYPE x [<!ENTITY a "b">]><GenericData/>`), sheet.Options{}, "entités"},
	} {
		err := through(c.name, c.b, c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %.40q: %v, want %q", c.name, c.b, err, c.want)
		} else if fault.Do(err) == "" {
			t.Errorf("%s: no remedy: %v", c.name, err)
		}
	}
}

func TestNotes(t *testing.T) {
	b := zipped(t, append(office(sheetRows), member{"xl/vbaProject.bin", "x"})...)
	f, err := sheet.Open("f.xlsm", bytes.NewReader(b), int64(len(b)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := f.Notes(); len(n) != 1 || !strings.Contains(n[0], "macros ignorées") {
		t.Errorf("%v", n)
	}
}

// TestErrorOfCaller: what each says stops the reading and comes back as it is.
func TestErrorOfCaller(t *testing.T) {
	mine := errors.New("assez")
	for _, c := range readers(t) {
		f, err := sheet.Open(c.name, bytes.NewReader(c.valid), int64(len(c.valid)), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Rows(context.Background(), 0, func(sheet.Row) error { return mine }); err != mine {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestStreaming: a long csv is read in little memory.
func TestStreaming(t *testing.T) {
	b := gzipped(t, longText(200_000))
	f, err := sheet.Open("f.csv.gz", bytes.NewReader(b), int64(len(b)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	allocated := testing.AllocsPerRun(1, func() {
		if err := f.Rows(context.Background(), 0, func(sheet.Row) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
	})
	if n != 2*200_001 || allocated > 500 {
		t.Errorf("%d rows, %v allocations", n, allocated)
	}
}

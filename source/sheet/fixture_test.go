package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"
)

// member is one file of an archive made for a test.
type member struct{ name, text string }

func zipped(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	sheetRows = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>taux &amp; parts</t></is></c></row>` +
		`<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>9.8000000000000007</v></c><c r="C3" s="1"><v>44926</v></c><c r="D3" t="b"><v>1</v></c></row>` +
		`<row r="4"><c r="A4" t="str"><f>A3</f><v>02</v></c><c r="B4" t="e"><v>#N/A</v></c><c r="D4"><f>1+1</f></c></row><row r="5"><c r="A5" s="1"/></row>`
	sharedTexts = `<sst><si><t>code</t></si><si><r><t>0</t></r><r><t>1</t></r><rPh><t>non</t></rPh></si></sst>`
)

// office returns the members of a workbook whose first sheet holds rows.
func office(rows string) []member {
	return []member{
		{"[Content_Types].xml", `<Types/>`},
		{"xl/workbook.xml", `<?xml version="1.0"?><workbook xmlns:r="x"><workbookPr/><sheets><sheet name="Valeurs" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId2"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`},
		{"xl/sharedStrings.xml", sharedTexts},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`},
		{"xl/worksheets/sheet2.xml", `<worksheet><sheetData><row><c t="inlineStr"><is><t>Source</t></is></c></row></sheetData></worksheet>`},
	}
}

const officeWant = "feuille « Valeurs »\n1 code¦taux & parts\n3 01¦n:9.8¦d:2022-12-31¦b:true\n4 02¦f:#N/A¦¦f:#FORMULE\nfeuille « Notes »\n1 Source\n"

// biff writes a binary workbook, one record after the other.
type biff struct{ bytes.Buffer }

func (b *biff) put(kind uint16, parts ...any) {
	var data bytes.Buffer
	for _, p := range parts {
		if s, ok := p.(string); ok {
			data.WriteString(s)
		} else if err := binary.Write(&data, binary.LittleEndian, p); err != nil {
			panic(err)
		}
	}
	for _, v := range []uint16{kind, uint16(data.Len())} {
		if err := binary.Write(&b.Buffer, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
	b.Write(data.Bytes())
}

// binaryWorkbook returns a small xls in its container: 512-byte sectors, the
// table of sectors first, the directory next, the stream after.
func binaryWorkbook(sealed bool) []byte {
	var b biff
	b.put(0x809, uint16(0x600), uint16(5), [12]byte{})
	if sealed {
		b.put(0x2f, uint16(1), [52]byte{})
	}
	b.put(0x41e, uint16(170), uint16(10), byte(0), "dd/mm/yyyy")
	for _, f := range []uint16{0, 170} {
		b.put(0xe0, uint16(0), f, [16]byte{})
	}
	start := b.Len() + 4
	b.put(0x85, uint32(0), byte(0), byte(0), byte(7), byte(0), "Valeurs")
	b.put(0xfc, uint32(2), uint32(2), uint16(4), byte(0), "code", uint16(4), byte(0), "0")
	b.put(0x3c, byte(1), utf16.Encode([]rune("1é€")))
	b.put(0x0a)
	sheet := b.Len()
	b.put(0x809, uint16(0x600), uint16(0x10), [12]byte{})
	b.put(0xfd, uint16(0), uint16(0), uint16(0), uint32(0))
	b.put(0x204, uint16(0), uint16(1), uint16(0), uint16(4), byte(0), "taux")
	b.put(0xfd, uint16(2), uint16(0), uint16(0), uint32(1))
	b.put(0x203, uint16(2), uint16(1), uint16(0), 9.8)
	b.put(0xbd, uint16(2), uint16(2), uint16(1), uint32(44926<<2|2), uint16(0), uint32(1250<<2|3), uint16(3))
	b.put(0x205, uint16(3), uint16(0), uint16(0), byte(0x2a), byte(1))
	b.put(0x06, uint16(3), uint16(1), uint16(0), [8]byte{0, 0, 0, 0, 0, 0, 0xff, 0xff}, [6]byte{})
	b.put(0x207, uint16(2), byte(0), "nd")
	b.put(0x0a)
	stream := b.Bytes()
	binary.LittleEndian.PutUint32(stream[start:], uint32(sheet))
	return container("Workbook", stream)
}

// container packs one stream of at least 4,096 bytes once padded.
func container(name string, stream []byte) []byte {
	for len(stream) < 4096 || len(stream)%512 != 0 {
		stream = append(stream, 0)
	}
	out := make([]byte, 512*3, 512*3+len(stream))
	copy(out, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(out[30:], 9)
	le.PutUint32(out[44:], 1)
	le.PutUint32(out[48:], 1)
	le.PutUint32(out[56:], 4096)
	le.PutUint32(out[60:], 0xfffffffe)
	le.PutUint32(out[68:], 0xfffffffe)
	for i := 80; i < 512; i += 4 {
		le.PutUint32(out[i:], 0xffffffff)
	}
	for i := range 128 {
		next := uint32(i + 1)
		switch n := len(stream)/512 + 1; {
		case i == 0:
			next = 0xfffffffd
		case i == 1 || i == n:
			next = 0xfffffffe
		case i > n:
			next = 0xffffffff
		}
		le.PutUint32(out[512+4*i:], next)
	}
	entry := func(i int, name string, kind byte, start, size uint32) {
		e := out[1024+128*i:]
		for j, u := range utf16.Encode([]rune(name)) {
			le.PutUint16(e[2*j:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(name)+2))
		e[66] = kind
		le.PutUint32(e[116:], start)
		le.PutUint32(e[120:], size)
	}
	entry(0, "Root Entry", 5, 0xfffffffe, 0)
	entry(1, name, 2, 2, uint32(len(stream)))
	return append(out, stream...)
}

const (
	genericMessage = `<?xml version="1.0" encoding="UTF-8"?><m:GenericData xmlns:m="a" xmlns:g="b"><m:Header><m:Structure dimensionAtObservation="TIME_PERIOD"/></m:Header><m:DataSet structureRef="S">
<g:Series><g:SeriesKey><g:Value id="FREQ" value="A"/><g:Value id="REF_AREA" value="D01"/></g:SeriesKey><g:Attributes><g:Value id="TITLE" value="Taux &#xE9;"/></g:Attributes>
<g:Obs><g:ObsDimension value="2021"/><g:ObsValue value="1.5"/><g:Attributes><g:Value id="OBS_STATUS" value="A"/></g:Attributes></g:Obs>
<g:Obs><g:ObsDimension value="2022"/><g:ObsValue value="1.6"/></g:Obs></g:Series></m:DataSet></m:GenericData>`
	genericWant     = "feuille « S »\n1 FREQ¦REF_AREA¦TIME_PERIOD¦OBS_VALUE¦TITLE¦OBS_STATUS\n2 A¦D01¦2021¦1.5¦Taux é¦A\n3 A¦D01¦2022¦1.6¦Taux é¦\n"
	specificMessage = `<m:StructureSpecificData xmlns:m="a"><m:DataSet><Series REF_AREA="D01"><Obs TIME_PERIOD="2021" OBS_VALUE="3"/><Obs TIME_PERIOD="2022" OBS_VALUE="4" OBS_STATUS="E"/></Series></m:DataSet></m:StructureSpecificData>`
	cubeMessage     = `{"meta":{"schema":"sdmx-json"},"data":{"structures":[{"name":"Essai","dimensions":{"series":[{"id":"REF_AREA","values":[{"id":"D01"},{"id":"D02"}]}],"observation":[{"id":"TIME_PERIOD","values":[{"id":"2021"},{"id":"2022"}]}]},"attributes":{"observation":[{"id":"OBS_STATUS","values":[{"id":"A"},{"id":"P"}]}]}}],
"dataSets":[{"series":{"1":{"observations":{"0":[3.5,1]}},"0":{"observations":{"0":[1,0],"1":[1.25e1]}}}}]}}`
	cubeWant = "feuille « Essai »\n1 REF_AREA¦TIME_PERIOD¦OBS_VALUE¦OBS_STATUS\n2 D01¦2021¦n:1¦A\n3 D01¦2022¦n:12.5¦\n4 D02¦2021¦n:3.5¦P\n"
	treeText = `{"titre":"essai","valeurs":[{"code":"01","taux":{"a":1.50,"b":null}},
{"code":"02","ok":true,"liste":[1,2],"nom":"l\u2019Ain"}]}`
	treeWant = "1 code¦taux.a¦taux.b¦ok¦liste¦nom\n2 01¦n:1.50¦¦¦¦\n3 02¦¦¦b:true¦[1,2]¦l’Ain\n"
)

// longText is a csv of n rows.
func longText(n int) string {
	var b strings.Builder
	b.WriteString("code;libellé;valeur\n")
	for i := range n {
		fmt.Fprintf(&b, "%05d;\"Commune %d\";%d,5\n", i, i, i)
	}
	return b.String()
}

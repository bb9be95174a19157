package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"vigie/source/sheet"
)

// Sheet is one sheet of a workbook: rows of texts, numbers (float64) and
// missing cells (nil). The first row is set in bold.
type Sheet struct {
	Name string // made unique and cut to what a workbook allows
	Rows [][]any
}

// XLSX returns a workbook (ISO/IEC 29500) of the sheets, in order. The same
// sheets give the same bytes. A number that is not finite is an empty cell.
// A cell is never a formula, and a text that could be taken for one is marked so
// that it stays a text when it is edited. It panics on a cell of another type.
func XLSX(sheets []Sheet) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	names := sheetNames(sheets)
	parts := [][2]string{
		{"[Content_Types].xml", contentTypes(len(sheets))},
		{"_rels/.rels", relationships([][2]string{{"officeDocument", "xl/workbook.xml"}})},
		{"xl/workbook.xml", workbook(names)},
		{"xl/_rels/workbook.xml.rels", workbookRelationships(len(sheets))},
		{"xl/styles.xml", styles},
	}
	for i, s := range sheets {
		parts = append(parts, [2]string{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), worksheet(s.Rows)})
	}
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(xml.Header + p[1])); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

const (
	mainSpace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relSpace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packSpace = "http://schemas.openxmlformats.org/package/2006/"
	styles    = `<styleSheet xmlns="` + mainSpace + `"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf quotePrefix="1"/><xf fontId="1" applyFont="1" quotePrefix="1"/></cellXfs></styleSheet>`
)

func contentTypes(sheets int) string {
	var b strings.Builder
	b.WriteString(`<Types xmlns="` + packSpace + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`)
	override := func(part, kind string) {
		fmt.Fprintf(&b, `<Override PartName="/xl/%s.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.%s+xml"/>`, part, kind)
	}
	override("workbook", "sheet.main")
	override("styles", "styles")
	for i := range sheets {
		override(fmt.Sprintf("worksheets/sheet%d", i+1), "worksheet")
	}
	return b.String() + `</Types>`
}

// relationships numbers the parts that another one names, by kind and target.
func relationships(parts [][2]string) string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="` + packSpace + `relationships">`)
	for i, p := range parts {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i+1, relSpace, p[0], p[1])
	}
	return b.String() + `</Relationships>`
}

func workbookRelationships(sheets int) string {
	var parts [][2]string
	for i := range sheets {
		parts = append(parts, [2]string{"worksheet", fmt.Sprintf("worksheets/sheet%d.xml", i+1)})
	}
	return relationships(append(parts, [2]string{"styles", "styles.xml"}))
}

func workbook(names []string) string {
	var b strings.Builder
	b.WriteString(`<workbook xmlns="` + mainSpace + `" xmlns:r="` + relSpace + `"><sheets>`)
	for i, name := range names {
		fmt.Fprintf(&b, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escape(name), i+1, i+1)
	}
	return b.String() + `</sheets></workbook>`
}

// sheetNames cuts names to 31 characters without those a workbook refuses, and
// numbers the ones that occur twice.
func sheetNames(sheets []Sheet) []string {
	seen := map[string]bool{}
	out := make([]string, len(sheets))
	for i, s := range sheets {
		name := strings.Trim(strings.Map(func(r rune) rune {
			if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
				return ' '
			}
			return r
		}, s.Name), " '")
		if name == "" {
			name = "Feuille"
		}
		out[i] = cut(name, "")
		for n := 2; seen[strings.ToLower(out[i])]; n++ {
			out[i] = cut(name, fmt.Sprintf(" (%d)", n))
		}
		seen[strings.ToLower(out[i])] = true
	}
	return out
}

func cut(name, suffix string) string {
	const most = 31
	r := []rune(name)
	return string(r[:min(len(r), most-len(suffix))]) + suffix
}

func worksheet(rows [][]any) string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="` + mainSpace + `"><sheetData>`)
	for i, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, v := range row {
			place := fmt.Sprintf(`<c r="%s%d"%s`, letters(j), i+1, style(i == 0, v))
			switch x := v.(type) {
			case nil:
			case float64:
				if !math.IsNaN(x) && !math.IsInf(x, 0) {
					b.WriteString(place + `><v>` + strconv.FormatFloat(x, 'g', -1, 64) + `</v></c>`)
				}
			case string:
				b.WriteString(place + ` t="inlineStr"><is><t xml:space="preserve">` + escape(x) + `</t></is></c>`)
			default:
				panic(fmt.Sprintf("export.XLSX: a cell of type %T", v))
			}
		}
		b.WriteString(`</row>`)
	}
	return b.String() + `</sheetData></worksheet>`
}

// style is that of a cell: bold, and a text however it begins.
func style(bold bool, v any) string {
	n := 0
	if bold {
		n = 1
	}
	if text, ok := v.(string); ok && sheet.Formula(text) {
		n += 2
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(` s="%d"`, n)
}

// letters names a column: A to Z, AA and so on.
func letters(j int) string {
	name := ""
	for j++; j > 0; j = (j - 1) / 26 {
		name = string(rune('A'+(j-1)%26)) + name
	}
	return name
}

func escape(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err) // a bytes.Buffer refuses nothing
	}
	return b.String()
}

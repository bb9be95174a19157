package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"

	"vigie/fault"
)

// The formats, as Options.Format and File.Format say them.
const (
	formatCSV      = "csv"
	formatXLSX     = "xlsx"
	formatXLS      = "xls"
	formatJSON     = "json"
	formatSDMXML   = "sdmx-ml"
	formatSDMXJSON = "sdmx-json"
	formatZip      = "zip"
)

var formats = []string{formatCSV, formatXLSX, formatXLS, formatJSON, formatSDMXML, formatSDMXJSON}

// sameFormat gives the other names of a format that a description may use.
var sameFormat = map[string]string{
	"auto": "", "txt": formatCSV, "tsv": formatCSV, "sdmx-csv": formatCSV, "xlsm": formatXLSX,
	"geojson": formatJSON, "ndjson": formatJSON, "jsonl": formatJSON, "zip": "",
}

// formatOf returns the format of a part: by its bytes, or the one asked for.
func (p *part) formatOf(o Options) (string, error) {
	head, err := p.head(8192)
	if err != nil {
		return "", err
	}
	asked := o.Format
	if same, ok := sameFormat[asked]; ok {
		asked = same
	}
	if asked != "" && !slices.Contains(formats, asked) {
		return "", fault.Invalidf("dites auto, "+strings.Join(formats, ", "), "%s : format « %s » inconnu", p.where(), o.Format)
	}
	found, err := p.sniff(head)
	switch {
	case err != nil:
		return "", err
	case asked == "" && found == formatCSV && p.namedTree():
		return "", fault.Invalidf("téléchargez-le de nouveau : il est coupé ou abîmé", "%s : c'est un texte%s", p.where(), p.named())
	case asked == "" || asked == found || found == formatZip:
		return found, nil
	case asked == formatCSV && (found == formatJSON || found == formatSDMXJSON || found == formatSDMXML),
		asked == formatJSON && (found == formatSDMXJSON || found == formatCSV):
		return asked, nil
	case found == formatCSV:
		return "", fault.Invalidf("vérifiez que c'est le bon fichier, ou dites [file] format = \"auto\"", "%s : ce n'est pas un fichier %s, mais un texte", p.where(), asked)
	}
	return "", fault.Invalidf("corrigez [file] format dans la description, ou dites \"auto\"", "%s : ce n'est pas un fichier %s, mais %s", p.where(), asked, found)
}

// signature is the beginning of a format we do not read.
type signature struct{ begins, what, do string }

var signatures = []signature{
	{"%PDF", "un document PDF", "demandez le tableau au producteur en csv ou en xlsx"},
	{"PAR1", "un fichier Parquet", "enregistrez-le en csv"},
	{"$FL2", "un fichier SPSS", "enregistrez-le en csv"},
	{"$FL3", "un fichier SPSS", "enregistrez-le en csv"},
	{"<stata_dta>", "un fichier Stata", "enregistrez-le en csv"},
	{"RDX", "un fichier R", "enregistrez-le en csv depuis R"},
	{"BZh", "un fichier bzip2", "décompressez-le"},
	{"7z\xbc\xaf", "une archive 7z", "refaites l'archive en zip"},
	{"Rar!", "une archive RAR", "refaites l'archive en zip"},
	{"\xfd7zXZ", "un fichier xz", "décompressez-le"},
	{"\x28\xb5\x2f\xfd", "un fichier zstd", "décompressez-le"},
	{"\x89PNG", "une image", "demandez le tableau au producteur"},
	{"\xff\xd8\xff", "une image", "demandez le tableau au producteur"},
	{"SQLite format 3", "une base SQLite", "exportez la table en csv"},
}

// sniff finds the format by the first bytes.
func (p *part) sniff(head []byte) (string, error) {
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.begins)) {
			return "", fault.Invalidf(s.do, "%s : c'est %s, que Vigie ne lit pas", p.where(), s.what)
		}
	}
	switch {
	case len(head) == 0:
		return "", fault.Invalidf("téléchargez-le de nouveau", "%s : fichier vide (0 octet)", p.where())
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return p.sniffZip()
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return formatXLS, nil
	case len(head) > 4 && head[0] == 9 && head[1] <= 8 && head[2] >= 4 && head[2] <= 8 && head[3] == 0: // BIFF without container
		return "", fault.Invalidf("enregistrez-le en xlsx ou en csv", "%s : classeur d'avant Excel 97, que Vigie ne lit pas", p.where())
	}
	text := asText(head)
	if text == nil {
		return "", fault.Invalidf("donnez un csv, xlsx, xls, json, SDMX ou un zip qui en contient", "%s : octets binaires d'un format inconnu", p.where())
	}
	return p.sniffText(bytes.TrimLeft(text, "\ufeff \t\r\n"))
}

// asText returns the head in ASCII-compatible bytes, nil when it is binary.
func asText(head []byte) []byte {
	if order := utf16Order(head); order != 0 {
		units := make([]uint16, 0, len(head)/2)
		for i := 0; i+1 < len(head); i += 2 {
			if order == 'l' {
				units = append(units, uint16(head[i])|uint16(head[i+1])<<8)
			} else {
				units = append(units, uint16(head[i+1])|uint16(head[i])<<8)
			}
		}
		return []byte(string(utf16.Decode(units)))
	}
	odd := 0
	for _, b := range head {
		if b == 0 {
			return nil
		}
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a {
			odd++
		}
	}
	if odd*50 > len(head) {
		return nil
	}
	return head
}

// utf16Order returns 'l' for UTF-16 little end first, 'b' for big, 0 for
// neither: by the mark, else by the zeros of mostly ASCII text.
func utf16Order(head []byte) byte {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return 'l'
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return 'b'
	case len(head) < 8:
		return 0
	}
	var zero [2]int
	for i, b := range head[:len(head)&^1] {
		if b == 0 {
			zero[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case zero[1]*10 > half*8 && zero[0]*20 < half:
		return 'l'
	case zero[0]*10 > half*8 && zero[1]*20 < half:
		return 'b'
	}
	return 0
}

// sniffText tells the text formats apart; text has no space in front.
func (p *part) sniffText(text []byte) (string, error) {
	lower := bytes.ToLower(text[:min(len(text), 4096)])
	switch {
	case len(text) == 0:
		return "", fault.Invalidf("téléchargez-le de nouveau", "%s : fichier sans texte", p.where())
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")), bytes.HasPrefix(lower, []byte("<head")),
		bytes.HasPrefix(lower, []byte("<table")), lower[0] == '<' && bytes.Contains(lower, []byte("<html")):
		return "", fault.Invalidf("téléchargez-le de nouveau : le lien a rendu une page (erreur, connexion) ; un tableau de page web s'enregistre en csv",
			"%s : c'est une page HTML%s", p.where(), p.named())
	case bytes.Contains(lower, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return "", fault.Invalidf("enregistrez-le en xlsx ou en csv", "%s : classeur « XML 2003 », que Vigie ne lit pas", p.where())
	case text[0] == '<':
		return formatSDMXML, nil
	case bytes.HasPrefix(text, []byte("!RDA")), bytes.HasPrefix(text, []byte("RDX")):
		return "", fault.Invalidf("enregistrez-le en csv depuis R", "%s : c'est un fichier R, que Vigie ne lit pas", p.where())
	case text[0] == '{' || text[0] == '[':
		return sniffJSON(text), nil
	}
	return formatCSV, nil
}

// named adds what the name of a wrong file promised.
func (p *part) named() string {
	name := p.member
	if name == "" {
		name = p.file
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return ", et non un fichier " + name[i:]
	}
	return ""
}

// namedTree reports whether the name promises a tree of values.
func (p *part) namedTree() bool {
	name := strings.TrimSuffix(strings.ToLower(cmp.Or(p.member, p.file)), ".gz")
	return strings.HasSuffix(name, "json") || strings.HasSuffix(name, ".xml")
}

// sniffJSON tells SDMX-JSON from other json by its first keys.
func sniffJSON(text []byte) string {
	if bytes.Contains(text, []byte("sdmx-json")) || bytes.Contains(text, []byte(`"dataSets"`)) {
		return formatSDMXJSON
	}
	return formatJSON
}

// sniffZip tells a workbook from an archive of files.
func (p *part) sniffZip() (string, error) {
	z, err := p.archive()
	if err != nil {
		return "", err
	}
	for _, m := range z.File {
		switch {
		case m.Name == "[Content_Types].xml" || m.Name == "xl/workbook.xml":
			return p.office(func(name string) bool {
				return slices.ContainsFunc(z.File, func(m *zip.File) bool { return m.Name == name })
			})
		case m.Name == "META-INF/manifest.xml" || m.Name == "mimetype":
			return "", fault.Invalidf("enregistrez-le en xlsx ou en csv", "%s : document OpenDocument, que Vigie ne lit pas", p.where())
		}
	}
	return formatZip, nil
}

// office tells the Office documents apart.
func (p *part) office(has func(string) bool) (string, error) {
	switch {
	case has("xl/workbook.xml"):
		return formatXLSX, nil
	case has("xl/workbook.bin"):
		return "", fault.Invalidf("enregistrez-le en xlsx ou en csv", "%s : classeur binaire xlsb, que Vigie ne lit pas", p.where())
	case has("word/document.xml"):
		return "", fault.Invalidf("demandez le tableau au producteur en csv ou en xlsx", "%s : document Word, et non un classeur", p.where())
	}
	return "", fault.Invalidf("enregistrez-le de nouveau depuis votre tableur", "%s : document Office sans classeur", p.where())
}

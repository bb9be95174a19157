// Package sourcetest makes malformed files of valid ones, for the tests of the
// readers.
//
// Most mutations stay inside a value, so that a file is read down to its rows;
// the others strike the form: bytes, separators, members, the archive. The same
// seed makes the same file. Start with New.
package sourcetest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"path"
	"regexp"
	"strings"
)

// Valid is a valid file, ready to be spoiled.
type Valid struct {
	form    string // csv, json, xml, zip, gz, xls
	bytes   []byte
	members []member // of a zip
	inner   *Valid   // of a gz
	values  [][2]int // where the values of a text start and end
}

type member struct {
	file  *zip.File
	valid *Valid
}

// New takes a valid file apart by the ending of its name: csv, json, geojson,
// topojson, xml, xls, xlsx, zip, or gz after one of them.
func New(name string, b []byte) (*Valid, error) {
	v := &Valid{form: strings.TrimPrefix(strings.ToLower(path.Ext(name)), "."), bytes: b}
	switch v.form {
	case "xlsx", "zip":
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return nil, err
		}
		for _, f := range z.File {
			m := member{file: f}
			if text, err := content(f); err != nil {
				return nil, err
			} else if m.valid, err = New(f.Name, text); err != nil {
				return nil, err
			}
			v.members = append(v.members, m)
		}
	case "gz":
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(z)
		if err != nil {
			return nil, err
		}
		v.inner, err = New(strings.TrimSuffix(name, path.Ext(name)), text)
		return v, err
	case "json", "geojson", "topojson":
		v.form = "json"
		v.find(inJSON)
	case "xml", "rels":
		v.find(inXML)
	case "xls":
		for i := 512; i < len(b); i++ {
			if b[i] != 0 && b[i] != 0xff {
				v.values = append(v.values, [2]int{i, i + 1})
			}
		}
	default:
		v.find(inText)
	}
	return v, nil
}

func content(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

var (
	inText = regexp.MustCompile(`[^;,\t\r\n"|]+`)
	inJSON = regexp.MustCompile(`[:\[,]\s*("[^"]*"|[-0-9.eE]+)\s*[,\]}]`) // not the keys
	inXML  = regexp.MustCompile(`(?:>|=")([^<>"]+)["<]`)
)

// find notes the values of a text.
func (v *Valid) find(form *regexp.Regexp) {
	for _, at := range form.FindAllSubmatchIndex(v.bytes, -1) {
		v.values = append(v.values, [2]int{at[len(at)-2], at[len(at)-1]})
	}
}

// Spoil returns a malformed file.
func (v *Valid) Spoil(r *rand.Rand) []byte {
	switch {
	case v.members != nil && r.IntN(12) > 0:
		return v.packed(r)
	case v.inner != nil && r.IntN(12) > 0:
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(v.inner.Spoil(r)) // a bytes.Buffer does not fail
		_ = z.Close()                    // likewise
		return b.Bytes()
	case len(v.values) > 0 && r.IntN(10) > 0:
		return v.inValues(r)
	}
	return anywhere(r, v.bytes)
}

// packed spoils one member, mostly one that holds rows, or drops or doubles it.
func (v *Valid) packed(r *rand.Rand) []byte {
	which := r.IntN(len(v.members))
	for range 3 {
		if name := v.members[which].file.Name; !strings.HasPrefix(name, "xl/") || strings.Contains(name, "/worksheets/") {
			break
		}
		which = r.IntN(len(v.members))
	}
	fate := r.IntN(40)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, m := range v.members {
		if i != which {
			_ = z.Copy(m.file) // valid, into a bytes.Buffer
			continue
		}
		switch fate {
		case 0: // dropped
		case 1:
			_, _ = z.Copy(m.file), z.Copy(m.file) // likewise
		default:
			if w, err := z.Create(m.file.Name); err == nil {
				_, _ = w.Write(m.valid.Spoil(r)) // likewise
			}
		}
	}
	_ = z.Close() // likewise
	return b.Bytes()
}

// hostile are texts that a cell may hold.
var hostile = []string{
	"", "s", "nd", "n.d.", "-", "…", "NaN", "Inf", "1e999", "0x1p3", "1 234,5", "1.234.567", "12,5*", "2009**", "2009 (p)", "#N/A", "99999999999999999999", "-0", "-1",
	"01", "1", "2A", "20", "00FR", "75101", "01999", "FR", "Total", "France", "Saint-Denis", "É\u0301", "\u00a0", "\u202e", "2031", "2022-T5", "31/02/2022", "2022-12-31",
	"&amp;", "&#0;", "]]>", "<v>", "\"", "';--", "true", "null", "[]", "{}", "\x00", "\xff\xfe", "\r\n", ";", ",", "\t",
}

// inValues changes one to three values: another text, a character, a value from
// elsewhere, twice the same. Texts without a digit, often a header, are spared
// most of the time.
func (v *Valid) inValues(r *rand.Rand) []byte {
	changes := map[int]string{}
	for range 1 + r.IntN(3) {
		i := r.IntN(len(v.values))
		was := string(v.bytes[v.values[i][0]:v.values[i][1]])
		for range 2 {
			if strings.ContainsAny(was, "0123456789") {
				break
			}
			i = r.IntN(len(v.values))
			was = string(v.bytes[v.values[i][0]:v.values[i][1]])
		}
		if v.form == "json" {
			was = strings.Trim(was, `"`) + " "
		}
		other := v.values[r.IntN(len(v.values))]
		switch k := r.IntN(8); {
		case v.form == "xls":
			changes[i] = string([]byte{byte(r.IntN(256))})
		case k < 3:
			at := r.IntN(len(was))
			changes[i] = was[:at] + string("0123456789abcXYZ .:-_%#@!?*é"[r.IntN(28)]) + was[at+1:]
		case k < 6:
			changes[i] = hostile[r.IntN(len(hostile))]
		case k == 6:
			changes[i] = string(v.bytes[other[0]:other[1]])
		default:
			changes[i] = was + was
		}
		if v.form == "json" {
			changes[i] = quoted(changes[i])
		}
	}
	var out bytes.Buffer
	last := 0
	for i, at := range v.values {
		if text, ok := changes[i]; ok {
			out.Write(v.bytes[last:at[0]])
			out.WriteString(text)
			last = at[1]
		}
	}
	out.Write(v.bytes[last:])
	return out.Bytes()
}

// quoted is a text as a JSON value: a number when it looks like one.
func quoted(text string) string {
	text = strings.TrimSpace(text)
	if b := []byte(text); json.Valid(b) {
		return text
	}
	b, _ := json.Marshal(strings.Trim(text, `"`)) // a string always can
	return string(b)
}

var pieces = []string{"\"", ";", "\n", "\r\n", "\xff", "\x00", "99999999999", "-1", "<", ">", "&", "&#0;", "[", "]", "{", "}", "null", "1e400", ",,", "</row>", "<row>", "<c>", "\ufeff"}

// anywhere changes a few places of any bytes.
func anywhere(r *rand.Rand, valid []byte) []byte {
	b := bytes.Clone(valid)
	for range 1 + r.IntN(3) {
		if len(b) == 0 {
			return []byte("x")
		}
		i := r.IntN(len(b))
		switch r.IntN(6) {
		case 0:
			b[i] = byte(r.IntN(256))
		case 1:
			b[i] ^= 1 << r.IntN(8)
		case 2:
			j := min(len(b), i+1+r.IntN(8))
			b = append(b[:i], b[j:]...)
		case 3:
			j := min(len(b), i+1+r.IntN(40))
			b = append(b[:j:j], b[i:]...)
		case 4:
			b = append(b[:i:i], append([]byte(pieces[r.IntN(len(pieces))]), b[i:]...)...)
		case 5:
			if r.IntN(4) == 0 {
				b = b[:i+1]
			}
		}
	}
	return b
}

package sheet

import (
	"bufio"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// encodings gives the name we use for each way to say an encoding.
var encodings = map[string]string{
	"": "", "auto": "", "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16", "utf-16le": "utf-16le", "utf-16be": "utf-16be",
	"windows-1252": "windows-1252", "cp1252": "windows-1252", "latin-1": "windows-1252", "latin1": "windows-1252", "iso-8859-1": "windows-1252",
	"iso-8859-15": "iso-8859-15", "latin-9": "iso-8859-15", "macintosh": "macintosh", "macroman": "macintosh", "cp850": "cp850",
}

var charmaps = map[string]*charmap.Charmap{
	"windows-1252": charmap.Windows1252, "iso-8859-15": charmap.ISO8859_15, "macintosh": charmap.Macintosh, "cp850": charmap.CodePage850,
}

// encodingOf returns our name of an encoding, "" to find it.
func encodingOf(name string) (string, bool) {
	ours, ok := encodings[strings.ToLower(strings.ReplaceAll(name, "_", "-"))]
	return ours, ok
}

// decoded returns text without byte-order mark, in UTF-8 unless table is set:
// then each byte is a character of it, and the reader of records recodes.
// With encoding "" the reader of records finds out at the first byte that is
// not ASCII.
func decoded(in *bufio.Reader, encoding string) (out *bufio.Reader, table *charmap.Charmap, err error) {
	head, err := in.Peek(4096)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	order := utf16Order(head)
	switch {
	case encoding == "" && order != 0, strings.HasPrefix(encoding, "utf-16"):
		end := unicode.LittleEndian
		if encoding == "utf-16be" || encoding != "utf-16le" && order == 'b' {
			end = unicode.BigEndian
		}
		return bufio.NewReaderSize(unicode.UTF16(end, unicode.UseBOM).NewDecoder().Reader(in), 256<<10), nil, nil
	case len(head) >= 3 && string(head[:3]) == "\ufeff":
		_, err := in.Discard(3)
		return in, nil, err
	}
	return in, charmaps[encoding], nil
}

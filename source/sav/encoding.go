package sav

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// pages gives the encoding of the code pages whose number does not say it.
var pages = map[int]string{
	65001: "utf-8", 932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5", 54936: "gb18030",
	866: "ibm866", 20866: "koi8-r", 21866: "koi8-u", 10000: "macintosh", 51932: "euc-jp", 20127: "us-ascii",
}

// encodingOfPage names the encoding of a code page, "" when it says nothing
// (2 and 3 are « 7 bits » and « 8 bits »).
func encodingOfPage(page int) string {
	switch {
	case page >= 1250 && page <= 1258, page == 874:
		return fmt.Sprintf("windows-%d", page)
	case page >= 28591 && page <= 28606:
		return fmt.Sprintf("iso-8859-%d", page-28590)
	case page == 437 || page == 850 || page == 852 || page == 858:
		return fmt.Sprintf("cp%d", page)
	}
	return pages[page]
}

var oldPages = map[string]encoding.Encoding{
	"cp437": charmap.CodePage437, "cp850": charmap.CodePage850, "cp852": charmap.CodePage852, "cp858": charmap.CodePage858,
}

// texts turns bytes of a file into text and back.
type texts struct {
	name    string            // IANA name
	code    encoding.Encoding // nil: UTF-8
	table   *charmap.Charmap  // code, when a character is a byte
	certain bool              // the file or the caller says so
}

// textsOf finds an encoding by its name, ok false when it is unknown.
func textsOf(name string) (t texts, ok bool) {
	key := strings.ToLower(strings.TrimSpace(name))
	switch key {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968":
		return texts{name: "UTF-8"}, true
	case "latin-1":
		key = "iso-8859-1"
	}
	if strings.HasPrefix(key, "cp") && oldPages[key] == nil {
		key = "windows-" + key[2:]
	}
	code, ok := oldPages[key], true
	if code == nil {
		var err error
		if code, err = htmlindex.Get(key); err != nil {
			return texts{}, false
		}
	}
	t = texts{name: key, code: code}
	t.table, _ = code.(*charmap.Charmap)
	return t, true
}

// decode returns the text of bytes, ok false when they are none. A character
// cut by the end of a field of fixed width is left out.
func (t texts) decode(b []byte) (text string, ok bool) {
	plain := true
	for _, c := range b {
		plain = plain && c < utf8.RuneSelf
	}
	switch {
	case plain && (t.code == nil || t.table != nil):
		return string(b), true
	case t.code == nil:
		b = whole(b)
		return string(b), utf8.Valid(b)
	}
	out, err := t.code.NewDecoder().Bytes(b)
	if err != nil || strings.ContainsRune(string(out), utf8.RuneError) {
		return "", false
	}
	return string(out), true
}

// whole drops the start of a character at the end of b.
func whole(b []byte) []byte {
	for i := 1; i <= 3 && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// encode returns the bytes of a text, ok false when a character does not exist
// in the encoding.
func (t texts) encode(s string) (b []byte, ok bool) {
	if t.code == nil {
		return []byte(s), utf8.ValidString(s)
	}
	b, err := t.code.NewEncoder().Bytes([]byte(s))
	return b, err == nil
}

// page returns the number of the code page, 3 (« 8 bits ») when there is none.
func (t texts) page() int32 {
	if t.code == nil {
		return 65001
	}
	for _, page := range []int{1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 874, 437, 850, 852, 858} {
		if encodingOfPage(page) == t.name {
			return int32(page)
		}
	}
	for page := range 17 {
		if encodingOfPage(28590+page) == t.name {
			return int32(28590 + page)
		}
	}
	for page, name := range pages {
		if name == t.name {
			return int32(page)
		}
	}
	return 3
}

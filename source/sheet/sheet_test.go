package sheet_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"vigie/source/sheet"
)

// read returns the rows of all sheets, one line of text each: sheet, line and
// cells with their kinds.
func read(name string, b []byte, o sheet.Options) (string, error) {
	f, err := sheet.Open(name, bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var out strings.Builder
	for i, s := range f.Sheets() {
		if s.String() != "" {
			out.WriteString(s.String() + "\n")
		}
		err := f.Rows(context.Background(), i, func(r sheet.Row) error {
			out.WriteString(line(r))
			return nil
		})
		if err != nil {
			return out.String(), err
		}
	}
	return out.String(), nil
}

func line(r sheet.Row) string {
	cells := make([]string, len(r.Cells))
	for i, c := range r.Cells {
		cells[i] = string(c)
		if k := r.Kind(i); k != sheet.Text {
			cells[i] = "nbdf"[k-1:k] + ":" + cells[i]
		}
	}
	return string(rune('0'+r.Line%10)) + " " + strings.Join(cells, "¦") + "\n"
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"comma", "a,b\n1,2\n", "1 a¦b\n2 1¦2\n"},
		{"semicolon, decimal comma", "a;b\n1,5;2,5\n", "1 a¦b\n2 1,5¦2,5\n"},
		{"tab, CRLF", "a\tb\r\n1\t2\r\n", "1 a¦b\n2 1¦2\n"},
		{"bar", "a|b\n1|2\n", "1 a¦b\n2 1¦2\n"},
		{"lone returns", "a,b\r1,2\r", "1 a¦b\n2 1¦2\n"},
		{"sep", "sep=;\na;b\n1;2\n", "2 a¦b\n3 1¦2\n"},
		{"mark", "\ufeffé;b\n1;2\n", "1 é¦b\n2 1¦2\n"},
		{"quotes", "a;b\n\"x;\ny\";\"z\"\"z\"\n1;2\n", "1 a¦b\n2 x;\ny¦z\"z\n4 1¦2\n"},
		{"latin-1", "a;b\nOrl\xe9ans;2\n", "1 a¦b\n2 Orléans¦2\n"},
		{"windows-1252", "a;b\n5 \x80;\"l\x92eau\"\n", "1 a¦b\n2 5 €¦l’eau\n"},
		{"utf-16", "\xff\xfea\x00;\x00\xe9\x00\n\x001\x00;\x002\x00\n\x00", "1 a¦é\n2 1¦2\n"},
		{"titles first", "Titre, sous-titre\n\nSource : Insee\n\na;b;c\n1;2;3\n4;5;6\n", "1 Titre, sous-titre\n3 Source : Insee\n5 a¦b¦c\n6 1¦2¦3\n7 4¦5¦6\n"},
		{"note without end", "a;b\n1;2\nSource : Insee", "1 a¦b\n2 1¦2\n3 Source : Insee\n"},
	} {
		got, err := read("f.csv", []byte(c.text), sheet.Options{})
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
}

// Package sheet turns the bytes of a table file into sheets of rows of cells,
// whatever the format: csv of any dialect and encoding, xlsx, binary xls,
// json, SDMX-ML and SDMX-JSON, plain, compressed by gzip or packed in a zip.
//
// It knows no territory and no meaning: a cell is a text and a Kind. Rows
// stream, so that a file of any size is read in constant memory; the formats
// that cannot stream are bounded. What it refuses (bombs, nested archives,
// pages of HTML named .xlsx, protected workbooks) is a fault.Error that names
// file, member, sheet, line and column. Start with Open.
package sheet

import (
	"context"
	"io"
	"path"

	"vigie/fault"
)

// Kind says what a cell holds; its text is always given too.
type Kind byte

// The kinds of cell.
const (
	Text   Kind = iota
	Number      // exact decimal text with "."
	Bool        // "true" or "false"
	Date        // ISO text: 2022-12-31, 2022-12-31T08:30:00 or 08:30:00
	Fault       // a formula error: #N/A, #REF!, or #FORMULE, a formula never calculated
)

// Row is one row that is not empty, valid until the next one. Line is 1-based
// as a person counts in that sheet: the line of the text where a csv record
// starts, the row of a workbook, the rank of a json or SDMX record, whose
// header is line 1. Kinds is nil when all cells are texts, and as long as
// Cells otherwise. Raw is the record of a csv as it stands in the decoded
// text, without its line end, nil for other formats.
type Row struct {
	Line  int
	Cells [][]byte
	Kinds []Kind
	Raw   []byte
	Cut   bool // the last line of a text, which has no end: something may be missing
}

// Kind returns the kind of cell i.
func (r Row) Kind(i int) Kind {
	if i < len(r.Kinds) {
		return r.Kinds[i]
	}
	return Text
}

// Sheet names one table of a file: Member is the file inside a zip, Name the
// sheet of a workbook or the dataset of an SDMX message, "" otherwise.
type Sheet struct{ Member, Name string }

// String returns the place for a person, "" for the only sheet of a plain file.
func (s Sheet) String() string {
	switch {
	case s.Member == "" && s.Name == "":
		return ""
	case s.Member == "":
		return "feuille « " + s.Name + " »"
	case s.Name == "":
		return "membre « " + s.Member + " »"
	}
	return "membre « " + s.Member + " », feuille « " + s.Name + " »"
}

// Options say what the bytes do not; "" or "auto" is found by looking.
type Options struct {
	Format    string   // csv, xlsx, xls, json, sdmx-ml, sdmx-json
	Encoding  string   // utf-8, utf-16, windows-1252, iso-8859-15, macintosh, cp850
	Delimiter string   // of a csv: one character
	Members   []string // of a zip: patterns (path.Match) of names or base names; none: all
	Records   string   // of a json: dotted path of the array of records
}

// File is an open table file. Its methods are not for concurrent use.
type File struct {
	name   string
	format string
	books  []book
	sheets []Sheet
	at     []position // of each sheet
	notes  []string
}

type position struct{ book, sheet int }

// book is what one format makes of one member.
type book interface {
	names() []string
	rows(ctx context.Context, sheet int, each func(Row) error) error
}

// Open looks at the bytes and lists the sheets. The reader must stay open
// until Close. Errors are fault.Error or what r says.
func Open(name string, r io.ReaderAt, size int64, o Options) (*File, error) {
	f := &File{name: path.Base(name)}
	if size == 0 {
		return nil, fault.Invalidf("téléchargez-le de nouveau", "%s : fichier vide (0 octet)", f.name)
	}
	p := &part{file: f.name, at: r, size: size, most: mostDecoded}
	p.open = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(r, 0, size)), nil }
	if err := f.add(p, o, true); err != nil {
		return nil, err
	}
	if len(f.sheets) == 0 {
		return nil, fault.Invalidf("vérifiez que c'est le bon fichier", "%s : aucune table à lire", f.name)
	}
	return f, nil
}

// add opens one part and appends its sheets.
func (f *File) add(p *part, o Options, outer bool) error {
	if err := p.unpackGzip(); err != nil {
		return err
	}
	format, err := p.formatOf(o)
	if err != nil {
		return err
	}
	if format == formatZip {
		if !outer {
			return fault.Invalidf("sortez les fichiers de cette archive et refaites un zip simple", "%s : zip dans un zip", p.where())
		}
		f.format = format
		return f.addMembers(p, o)
	}
	if f.format == "" {
		f.format = format
	}
	b, err := p.book(format, o)
	if err != nil {
		return err
	}
	if n, ok := b.(interface{ notes() []string }); ok {
		f.notes = append(f.notes, n.notes()...)
	}
	for i, name := range b.names() {
		f.sheets = append(f.sheets, Sheet{Member: p.member, Name: name})
		f.at = append(f.at, position{len(f.books), i})
	}
	f.books = append(f.books, b)
	return nil
}

// Sheets lists the sheets in file order.
func (f *File) Sheets() []Sheet { return f.sheets }

// Format returns the format found: csv, xlsx, xls, json, sdmx-ml, sdmx-json or
// zip.
func (f *File) Format() string { return f.format }

// Notes says in French what was set aside on opening: members of a zip that
// are no tables, macros.
func (f *File) Notes() []string { return f.notes }

// Close releases what Open holds.
func (f *File) Close() error {
	f.books = nil
	return nil
}

// Rows gives the rows of a sheet one after the other. An error of each stops
// the reading and is returned as it is. Records of wrong form are not given:
// the error is then a fault.List of up to fault.MostListed of them.
func (f *File) Rows(ctx context.Context, sheet int, each func(Row) error) error {
	if sheet < 0 || sheet >= len(f.at) || f.books == nil {
		return fault.Invalidf("choisissez une feuille de la liste", "%s : pas de feuille n° %d", f.name, sheet+1)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	at := f.at[sheet]
	var theirs error
	err := f.books[at.book].rows(ctx, at.sheet, func(r Row) error {
		if len(r.Cells) > mostColumns {
			return fault.Invalidf("coupez le fichier en plusieurs parties", "%s, ligne %d : %d colonnes, au plus %d", f.place(sheet), r.Line, len(r.Cells), mostColumns)
		}
		theirs = each(r)
		return theirs
	})
	if theirs != nil {
		return theirs
	}
	return err
}

// place names a sheet in a fault.
func (f *File) place(sheet int) string {
	if s := f.sheets[sheet].String(); s != "" {
		return f.name + ", " + s
	}
	return f.name
}

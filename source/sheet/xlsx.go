package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"vigie/fault"
)

// workbook is an xlsx. Its sheets stream; texts shared between cells and
// styles are held.
type workbook struct {
	p      *part
	zip    *zip.Reader
	named  []string // of the sheets
	paths  []string
	base   int    // 1904 or 1900: what dates count from
	macros bool   // there are some, never run
	dates  []bool // of each cell style: is a number a date?
	shared texts
	loaded bool // shared and dates are there
	others []string
}

func newWorkbook(p *part) (*workbook, error) {
	z, err := p.archive()
	if err != nil {
		return nil, err
	}
	w := &workbook{p: p, zip: z, base: 1900}
	targets := map[string]string{}
	err = w.walk("xl/_rels/workbook.xml.rels", func(m *markup, e event) error {
		if e != eventOpen || string(m.name) != "Relationship" {
			return nil
		}
		var id, target string
		err := m.each(func(name, value []byte) {
			switch string(name) {
			case "Id":
				id = string(value)
			case "Target":
				target = string(value)
			}
		})
		if strings.HasPrefix(target, "/") {
			targets[id] = target[1:]
		} else {
			targets[id] = path.Join("xl", target)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := w.walk("xl/workbook.xml", func(m *markup, e event) error { return w.entry(m, e, targets) }); err != nil {
		return nil, err
	}
	for _, f := range z.File {
		w.macros = w.macros || path.Base(f.Name) == "vbaProject.bin"
	}
	return w, nil
}

// entry reads one element of workbook.xml.
func (w *workbook) entry(m *markup, e event, targets map[string]string) error {
	if e != eventOpen {
		return nil
	}
	switch string(m.name) {
	case "workbookPr":
		return m.each(func(name, value []byte) {
			if string(name) == "date1904" && (string(value) == "1" || string(value) == "true") {
				w.base = 1904
			}
		})
	case "sheet":
		var title, id string
		if err := m.each(func(name, value []byte) {
			switch string(name) {
			case "name":
				title = string(value)
			case "id":
				id = string(value)
			}
		}); err != nil {
			return err
		}
		if target := targets[id]; w.find(target) == nil {
			return fmt.Errorf("%w : la feuille « %s » manque dans le classeur", errMarkup, title)
		} else if strings.Contains(target, "worksheets/") {
			w.named, w.paths = append(w.named, title), append(w.paths, target)
		} else {
			w.others = append(w.others, title)
		}
	}
	return nil
}

func (w *workbook) names() []string { return w.named }

func (w *workbook) notes() []string {
	var list []string
	if w.macros {
		list = append(list, "macros ignorées : seules les valeurs enregistrées des cellules sont lues")
	}
	for _, o := range w.others {
		list = append(list, "feuille « "+o+" » laissée de côté : ce n'est pas une table")
	}
	return list
}

func (w *workbook) find(name string) *zip.File {
	for _, f := range w.zip.File {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// walk gives the events of one document of the workbook; an absent one has
// none.
func (w *workbook) walk(name string, each func(*markup, event) error) error {
	f := w.find(name)
	if f == nil {
		return nil
	}
	of, err := w.p.memberPart(f)
	if err != nil {
		return err
	}
	in, err := of.open()
	if err != nil {
		return w.unreadable(name, err)
	}
	defer in.Close()
	m := newMarkup(in)
	for {
		e, err := m.next()
		if err == nil {
			err = each(m, e)
		} else if err == io.EOF {
			return nil
		}
		if err != nil {
			return w.unreadable(name, err)
		}
	}
}

// unreadable names the document of the workbook that is wrong, unless err says
// it all.
func (w *workbook) unreadable(name string, err error) error {
	switch err.(type) {
	case *fault.Error, stopped:
		return err
	}
	if err == context.Canceled || err == context.DeadlineExceeded {
		return err
	}
	f := w.p.unreadable(err).(*fault.Error)
	f.What = w.p.where() + ", " + name + " : illisible"
	if strings.HasPrefix(f.Do, "vérifiez") {
		f.Do = "ouvrez-le dans votre tableur et enregistrez-le de nouveau"
	}
	return f
}

// stopped carries the error of the caller through the walk.
type stopped struct{ error }

// texts are strings held end to end.
type texts struct {
	bytes []byte
	ends  []uint32
}

func (t *texts) at(i int) ([]byte, bool) {
	if i < 0 || i >= len(t.ends) {
		return nil, false
	}
	start := uint32(0)
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.bytes[start:t.ends[i]:t.ends[i]], true
}

// load reads what the sheets share, once.
func (w *workbook) load() error {
	if w.loaded {
		return nil
	}
	var inText, phonetic bool
	err := w.walk("xl/sharedStrings.xml", func(m *markup, e event) error {
		switch name := string(m.name); {
		case e == eventText:
			if inText && !phonetic {
				w.shared.bytes = append(w.shared.bytes, m.text...)
			}
		case name == "t":
			inText = e == eventOpen
		case name == "rPh":
			phonetic = e == eventOpen
		case name == "si" && e == eventClose:
			start := uint32(0)
			if n := len(w.shared.ends); n > 0 {
				start = w.shared.ends[n-1]
			}
			w.shared.bytes = append(w.shared.bytes[:start], plain(w.shared.bytes[start:])...)
			w.shared.ends = append(w.shared.ends, uint32(len(w.shared.bytes)))
		}
		if len(w.shared.bytes) > mostHeld {
			return errTooBig
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.walk("xl/styles.xml", (&styles{w: w, codes: map[string]bool{}}).element); err != nil {
		return err
	}
	w.loaded = true
	return nil
}

// plain replaces the _x000D_ of a spreadsheet's texts, in place.
func plain(text []byte) []byte {
	i := bytes.Index(text, []byte("_x"))
	if i < 0 {
		return text
	}
	out := text[:i]
	for rest := text[i:]; len(rest) > 0; {
		if c, ok := escaped(rest); ok {
			out, rest = append(out, string(c)...), rest[7:]
			continue
		}
		out, rest = append(out, rest[0]), rest[1:]
	}
	return out
}

func escaped(text []byte) (rune, bool) {
	if len(text) < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	return character(append([]byte("#x"), text[2:6]...))
}

// styles reads which cell styles show a number as a date.
type styles struct {
	w     *workbook
	codes map[string]bool // number formats of the workbook: a date?
	cells bool            // inside cellXfs
}

func (s *styles) element(m *markup, e event) error {
	switch name := string(m.name); {
	case e == eventText:
	case name == "cellXfs":
		s.cells = e == eventOpen
	case e != eventOpen:
	case name == "numFmt":
		var id, code string
		err := m.each(func(name, value []byte) {
			switch string(name) {
			case "numFmtId":
				id = string(value)
			case "formatCode":
				code = string(value)
			}
		})
		s.codes[id] = isDateFormat(code)
		return err
	case name == "xf" && s.cells:
		date := false
		err := m.each(func(name, value []byte) {
			if string(name) == "numFmtId" {
				known, ok := s.codes[string(value)]
				n, _ := whole(value)
				date = known || !ok && isDateID(n)
			}
		})
		s.w.dates = append(s.w.dates, date)
		return err
	}
	return nil
}

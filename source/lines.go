package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"vigie/fault"
	"vigie/source/sheet"
)

// Lines reads records back by the line where each starts, as Observation.Line
// counts, so that a trace prints what stood there. Of a plain csv it is the
// text of the record; of other files the sheet, the line in it and the cells.
// r holds the file's bytes as imported, d the description they were read with.
// Reading stops at the last wanted line.
//
// Error: NotFound when the file has no record at a wanted line; Invalid when
// the bytes cannot be read.
func Lines(ctx context.Context, d *Description, fileName string, r io.ReaderAt, size int64, want []int) (map[int]string, error) {
	found := make(map[int]string, len(want))
	if len(want) == 0 {
		return found, nil
	}
	want = slices.Compact(slices.Sorted(slices.Values(want)))
	rd := newReader(d, path.Base(fileName), Env{})
	f, err := sheet.Open(rd.file, r, size, d.options())
	if err != nil {
		return nil, err
	}
	defer f.Close() // what was read is read
	left := want
	for i, s := range f.Sheets() {
		if len(left) == 0 {
			break
		}
		if !slices.ContainsFunc(rd.tables, func(t *reading) bool { return t.fits(rd.file, s) }) {
			continue
		}
		last := 0
		err := f.Rows(ctx, i, func(row sheet.Row) error {
			last = row.Line
			if len(left) > 0 && rd.offset+row.Line > left[0] {
				return errPassed
			}
			if len(left) > 0 && rd.offset+row.Line == left[0] {
				found[left[0]] = printed(s, row)
				left = left[1:]
			}
			if len(left) == 0 {
				return errPassed
			}
			return nil
		})
		if err != nil && !errors.Is(err, errPassed) {
			return nil, err
		}
		if errors.Is(err, errPassed) && len(left) > 0 {
			break
		}
		rd.offset += last
	}
	if len(left) > 0 {
		return nil, fault.NotFoundf("vérifiez que c'est bien le fichier importé", "%s : aucun enregistrement ne commence à la ligne %d", fileName, left[0])
	}
	return found, nil
}

var errPassed = errors.New("all wanted lines are read")

// printed is a row as a trace shows it.
func printed(s sheet.Sheet, row sheet.Row) string {
	text := string(row.Raw)
	if row.Raw == nil {
		text = string(bytes.Join(row.Cells, []byte(" ; ")))
	}
	if name := s.String(); name != "" {
		return fmt.Sprintf("%s, ligne %d : %s", name, row.Line, text)
	}
	return text
}

package source

import (
	"io"
	"slices"

	"vigie/fault"
)

// Lines reads records back by the line where each starts, 1-based in the
// decoded file as Observation.Line is, so that a trace prints what stood
// there. r holds the file's bytes as imported, d the description they were
// read with. Reading stops at the last wanted line.
//
// Error: NotFound when the file has no record at a wanted line; Invalid when
// the bytes cannot be read.
func Lines(d *Description, fileName string, r io.Reader, want []int) (map[int]string, error) {
	found := make(map[int]string, len(want))
	if len(want) == 0 {
		return found, nil
	}
	want = slices.Clone(want)
	slices.Sort(want)
	want = slices.Compact(want)
	in, err := d.decoded(r)
	if err != nil {
		return nil, unreadable(fileName, err)
	}
	rec := &records{in: in, comma: d.comma()}
	for _, line := range want {
		for rec.line < line {
			if err := rec.read(); err == io.EOF {
				break
			} else if err != nil {
				return nil, rec.asFault(fileName, err)
			}
		}
		if rec.line != line || rec.fields == nil {
			return nil, fault.NotFoundf("vérifiez que c'est bien le fichier importé",
				"%s : aucun enregistrement ne commence à la ligne %d", fileName, line)
		}
		found[line] = string(rec.raw)
	}
	return found, nil
}

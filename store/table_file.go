package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/territory"
)

// TableFile is the table of a dataset, verified and open, of which one column
// is read at a time. It holds the file's bytes, compressed, and needs no
// closing. It is safe for concurrent use.
type TableFile struct {
	file *parquet.File
	span []columnSpan // by indicator, then period

	mu    sync.Mutex
	place []placePages // by row group
}

// columnSpan says where a column of the table lies.
type columnSpan struct {
	indicator indicator.Code
	period    string
	group     int
	first, n  int
}

// placePages are the pages of the territories of a row group, kept open so that
// their dictionary is read once: the columns of a group share most of it.
type placePages struct {
	pages parquet.Pages
	words []territory.Code

	ranks     []int32 // of the column being read
	lastRanks []int32 // of the column before
	lastCodes []territory.Code
}

// OpenTable opens the table of a dataset to read some of its columns.
//
// Error: NotFound when the dataset holds none; Internal when a byte has
// changed.
func (d *DB) OpenTable(ctx context.Context, row DatasetRow) (t *TableFile, err error) {
	defer wrap(&err, "lecture du jeu « %s »", row.Name)
	if row.Observations == "" || row.Kind != Observation {
		return nil, errNoTable()
	}
	b, err := d.bucket.Read(ctx, row.Observations)
	if err != nil {
		return nil, err
	}
	return openTable(b)
}

func errNoTable() error {
	return fault.NotFoundf("choisissez un jeu de la sorte observation", "ce jeu n’a pas d’observations")
}

// openTable opens what EncodeTable wrote.
//
// Error: Invalid for any other bytes.
func openTable(b []byte) (t *TableFile, err error) {
	defer recovered(&err)
	f, err := openParquet(b)
	if err != nil {
		return nil, err
	}
	t = &TableFile{file: f, place: make([]placePages, len(f.RowGroups()))}
	for g, group := range f.RowGroups() {
		chunks := group.ColumnChunks()
		ind, err := readIndexed(chunks[atIndicator])
		if err != nil {
			return nil, errTable(err)
		}
		per, err := readIndexed(chunks[atPeriod])
		if err != nil {
			return nil, errTable(err)
		}
		if len(ind.at) != len(per.at) {
			return nil, errTable(errors.New("colonnes de longueurs différentes"))
		}
		for i := 0; i < len(ind.at); {
			j := i + 1
			for j < len(ind.at) && ind.at[j] == ind.at[i] && per.at[j] == per.at[i] {
				j++
			}
			t.span = append(t.span, columnSpan{indicator.Code(ind.word[ind.at[i]]), per.word[per.at[i]], g, i, j - i})
			i = j
		}
	}
	return t, nil
}

// openParquet checks the seal and the columns before anything else is read.
func openParquet(b []byte, options ...parquet.FileOption) (*parquet.File, error) {
	if err := checkSeal(b); err != nil {
		return nil, errTable(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)), append(options, parquet.SkipBloomFilters(true))...)
	if err != nil {
		return nil, errTable(err)
	}
	if want := parquet.SchemaOf(tableRow{}); !parquet.EqualNodes(f.Schema(), want) {
		return nil, errTable(errors.New("colonnes inattendues"))
	}
	return f, nil
}

// recovered turns a panic of the Parquet library, which panics on some files
// that hold other columns, into a fault.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = errTable(fmt.Errorf("%v", r))
	}
}

// Columns lists the series and periods of the table, in its order.
func (t *TableFile) Columns() []dataset.Column {
	out := make([]dataset.Column, len(t.span))
	for i, s := range t.span {
		out[i] = dataset.Column{Indicator: s.indicator, Period: s.period}
	}
	return out
}

// Column reads one column.
//
// Error: NotFound when the table has no such series and period.
func (t *TableFile) Column(code indicator.Code, period string) (c *dataset.Column, err error) {
	defer recovered(&err)
	i, ok := slices.BinarySearchFunc(t.span, code, func(s columnSpan, code indicator.Code) int {
		return cmp.Or(cmp.Compare(s.indicator, code), cmp.Compare(s.period, period))
	})
	if !ok {
		return nil, fault.NotFoundf("vigie dataset show donne les séries et les périodes du jeu", "pas de valeurs de « %s » pour %s", code, period)
	}
	s := t.span[i]
	chunks := t.file.RowGroups()[s.group].ColumnChunks()
	c = &dataset.Column{
		Indicator: code, Period: period,
		X: make([]float64, 0, s.n), Status: make([]dataset.Status, 0, s.n), Line: make([]int32, 0, s.n),
	}
	// Values cost as much as all the rest.
	var values error
	var side sync.WaitGroup
	side.Go(func() {
		defer recovered(&values)
		values = doubles(chunks[atValue], s, c)
	})
	err = errors.Join(t.territories(chunks[atTerritory], s, c), marks(chunks[atStatus], s, c), lines(chunks[atLine], s, c))
	side.Wait()
	if err := errors.Join(err, values); err != nil {
		return nil, errTable(err)
	}
	return c, nil
}

// eachPart calls read on the pages that hold the rows of a span, with the number
// of rows to take from each.
func eachPart(c parquet.ColumnChunk, s columnSpan, read func(p parquet.Page, n int) error) (err error) {
	pages := c.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	return eachRow(pages, s, read)
}

func eachRow(pages parquet.Pages, s columnSpan, read func(p parquet.Page, n int) error) error {
	if err := pages.SeekToRow(int64(s.first)); err != nil {
		return err
	}
	for left := s.n; left > 0; {
		p, err := pages.ReadPage()
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		n := min(left, int(p.NumRows()))
		err = read(p, n)
		parquet.Release(p)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// territories reads the territories of a column.
func (t *TableFile) territories(chunk parquet.ColumnChunk, s columnSpan, c *dataset.Column) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	place := &t.place[s.group]
	if place.pages == nil {
		place.pages = chunk.Pages()
	}
	place.ranks = place.ranks[:0]
	err := eachRow(place.pages, s, func(p parquet.Page, n int) error {
		if err := place.read(p); err != nil {
			return err
		}
		data := p.Data()
		place.ranks = append(place.ranks, data.Int32()[:n]...)
		return nil
	})
	if err != nil {
		return err
	}
	c.Territory, err = place.codes()
	return err
}

// codes are the territories of the ranks just read: those of the column before
// when they are the same, as they mostly are.
func (g *placePages) codes() ([]territory.Code, error) {
	if len(g.lastCodes) > 0 && slices.Equal(g.ranks, g.lastRanks) {
		return g.lastCodes, nil
	}
	codes := make([]territory.Code, len(g.ranks))
	for i, k := range g.ranks {
		if k < 0 || int(k) >= len(g.words) {
			return nil, fmt.Errorf("territoire %d hors du dictionnaire", k)
		}
		codes[i] = g.words[k]
	}
	g.lastRanks, g.lastCodes = append(g.lastRanks[:0], g.ranks...), codes
	return codes, nil
}

// read reads the dictionary, at the first page.
func (g *placePages) read(p parquet.Page) error {
	if g.words != nil {
		return nil
	}
	dict := p.Dictionary()
	if dict == nil {
		return errors.New("territoires sans dictionnaire")
	}
	g.words = make([]territory.Code, dict.Len())
	for i := range g.words {
		g.words[i] = territory.Code(dict.Index(int32(i)).ByteArray())
	}
	return nil
}

func doubles(chunk parquet.ColumnChunk, s columnSpan, c *dataset.Column) error {
	return eachPart(chunk, s, func(p parquet.Page, n int) error {
		data := p.Data()
		values := data.Double()
		for _, level := range p.DefinitionLevels()[:n] {
			switch {
			case level == 0:
				c.X = append(c.X, math.NaN())
			case len(values) == 0:
				return errors.New("il manque des valeurs")
			default:
				c.X = append(c.X, values[0])
				values = values[1:]
			}
		}
		return nil
	})
}

func marks(chunk parquet.ColumnChunk, s columnSpan, c *dataset.Column) error {
	return eachPart(chunk, s, func(p parquet.Page, n int) error {
		dict := p.Dictionary()
		if dict == nil {
			return errors.New("statuts sans dictionnaire")
		}
		mark := make([]dataset.Status, dict.Len())
		for i := range mark {
			b := dict.Index(int32(i)).ByteArray()
			if len(b) != 1 {
				return fmt.Errorf("statut %q inconnu", b)
			}
			mark[i] = dataset.Status(b[0])
		}
		data := p.Data()
		for _, k := range data.Int32()[:n] {
			if k < 0 || int(k) >= len(mark) {
				return fmt.Errorf("statut %d hors du dictionnaire", k)
			}
			c.Status = append(c.Status, mark[k])
		}
		return nil
	})
}

func lines(chunk parquet.ColumnChunk, s columnSpan, c *dataset.Column) error {
	return eachPart(chunk, s, func(p parquet.Page, n int) error {
		data := p.Data()
		c.Line = append(c.Line, data.Int32()[:n]...)
		return nil
	})
}

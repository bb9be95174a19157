package store

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
)

// indexed is a text column as its file holds it: the distinct words, and for
// each row the position of its word.
type indexed struct {
	word []string
	at   []int32
}

// eachPage calls read on the pages of a chunk, in order.
func eachPage(c parquet.ColumnChunk, read func(parquet.Page) error) (err error) {
	pages := c.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	for {
		p, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		err = read(p)
		parquet.Release(p)
		if err != nil {
			return err
		}
	}
}

func readIndexed(c parquet.ColumnChunk) (x indexed, err error) {
	err = eachPage(c, func(p parquet.Page) error {
		dict := p.Dictionary()
		if dict == nil {
			return fmt.Errorf("colonne %d sans dictionnaire", c.Column())
		}
		if x.word == nil {
			x.word = make([]string, dict.Len())
			for i := range x.word {
				x.word[i] = string(dict.Index(int32(i)).ByteArray())
			}
		}
		from, data := len(x.at), p.Data()
		x.at = append(x.at, data.Int32()...)
		for _, i := range x.at[from:] {
			if i < 0 || int(i) >= len(x.word) {
				return fmt.Errorf("colonne %d : position %d hors du dictionnaire", c.Column(), i)
			}
		}
		return nil
	})
	return x, err
}

// readDoubles reads an optional column; a null is NaN.
func readDoubles(c parquet.ColumnChunk) (x []float64, err error) {
	err = eachPage(c, func(p parquet.Page) error {
		data := p.Data()
		present, values := p.DefinitionLevels(), data.Double()
		for _, level := range present {
			switch {
			case level == 0:
				x = append(x, math.NaN())
			case len(values) == 0:
				return fmt.Errorf("colonne %d : il manque des valeurs", c.Column())
			default:
				x = append(x, values[0])
				values = values[1:]
			}
		}
		return nil
	})
	return x, err
}

func readInts(c parquet.ColumnChunk) (x []int32, err error) {
	err = eachPage(c, func(p parquet.Page) error {
		data := p.Data()
		x = append(x, data.Int32()...)
		return nil
	})
	return x, err
}

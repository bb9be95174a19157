package microdata_test

import (
	"bytes"
	"testing"

	"vigie/source/microdata"
)

// BenchmarkFormats reads 200,000 answers to 48 questions in each format.
func BenchmarkFormats(b *testing.B) {
	f, err := microdata.Parse("f.csv", survey50(200_000))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"f.csv", "f.parquet", "f.sav", "f.zsav"} {
		var data bytes.Buffer
		if err := microdata.Write(&data, name, f); err != nil {
			b.Fatal(err)
		}
		b.Run("read/"+name, func(b *testing.B) {
			b.SetBytes(int64(data.Len()))
			for b.Loop() {
				if _, err := microdata.Parse(name, data.Bytes()); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("write/"+name, func(b *testing.B) {
			for b.Loop() {
				data.Reset()
				if err := microdata.Write(&data, name, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package microdata_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"vigie/source/microdata"
	"vigie/stat/survey"
)

// stataFile writes by hand a Stata file of every type of variable.
func stataFile(release int, order binary.AppendByteOrder) []byte {
	var b []byte
	fixed := func(text string, before, after int) {
		size := after
		if release == 117 {
			size = before
		}
		b = append(b, append([]byte(text), make([]byte, size-len(text))...)...)
	}
	bits := func(size int, n uint64) {
		switch size {
		case 1:
			b = append(b, byte(n))
		case 2:
			b = order.AppendUint16(b, uint16(n))
		case 4:
			b = order.AppendUint32(b, uint32(n))
		default:
			b = order.AppendUint64(b, n)
		}
	}
	since := func(before, after int) int {
		if release == 117 {
			return before
		}
		return after
	}
	name, k := "LSF", 2
	if order == binary.AppendByteOrder(binary.BigEndian) {
		name = "MSF"
	}
	if release == 119 {
		k = 4
	}
	b = fmt.Appendf(b, "<stata_dta><header><release>%d</release><byteorder>%s</byteorder><K>", release, name)
	bits(k, 8)
	b = append(b, "</K><N>"...)
	bits(since(4, 8), 3)
	b = append(b, "</N><label>"...)
	bits(since(1, 2), 3)
	b = append(b, "lab</label><timestamp>\x00</timestamp></header>"...)
	b = append(append(append(b, "<map>"...), make([]byte, 14*8)...), "</map>"...)
	kinds := []uint64{65530, 65529, 65528, 65527, 65526, 5, 32768, 65528}
	b = append(b, "<variable_types>"...)
	for _, kind := range kinds {
		bits(2, kind)
	}
	b = append(b, "</variable_types>"...)
	b = append(b, "<varnames>"...)
	for j := range kinds {
		fixed(fmt.Sprintf("v%d", j), 33, 129)
	}
	b = append(b, "</varnames>"...)
	size := 2
	if release == 119 {
		size = 4
	}
	b = append(b, "<sortlist>"...)
	b = append(append(b, make([]byte, 9*size)...), "</sortlist>"...)
	b = append(b, "<formats>"...)
	for j := range kinds {
		fixed([]string{"%8.0g", "%8.0g", "%8.0g", "%9.0g", "%tc", "%5s", "%9s", "%td"}[j], 49, 57)
	}
	b = append(b, "</formats>"...)
	b = append(b, "<value_label_names>"...)
	for j := range kinds {
		fixed([]string{"on", "", "", "", "", "", "", ""}[j], 33, 129)
	}
	b = append(b, "</value_label_names>"...)
	b = append(b, "<variable_labels>"...)
	for j := range kinds {
		fixed([]string{"Accord", "", "", "", "", "", "", ""}[j], 81, 321)
	}
	b = append(b, "</variable_labels>"...)
	b = append(b, "<characteristics><ch>"...)
	bits(4, 5)
	b = append(b, "note\x00</ch></characteristics>"...)
	b = append(b, "<data>"...)
	for i := range 3 {
		bits(1, []uint64{1, 2, 102}[i])
		bits(2, []uint64{0xffff, 32740, 32741}[i])
		bits(4, []uint64{7, 8, 2147483621}[i])
		bits(4, []uint64{uint64(math.Float32bits(1.5)), 0x7f000000, 0x7f000800}[i])
		bits(8, []uint64{math.Float64bits(86_400_000 + 1000), math.Float64bits(-1000), 0x7fe0000000000000}[i])
		b = append(b, []string{"ab\x00\x00\x00", "a\xe9\x00\x00\x00", "\x00\x00\x00\x00\x00"}[i]...)
		width := map[int]int{117: 32, 118: 16, 119: 24}[release]
		if v, o := uint64(7), uint64(i+1); order == binary.AppendByteOrder(binary.BigEndian) {
			bits(8, v<<(64-width)|o)
		} else {
			bits(8, o<<width|v)
		}
		bits(4, []uint64{0, 22000, 2147483622}[i])
	}
	b = append(b, "</data>"...)
	b = append(b, "<strls>"...)
	for i, text := range []string{"Une réponse ouverte", "", "x"} {
		if text == "" {
			continue
		}
		b = append(b, "GSO"...)
		bits(4, 7)
		bits(since(4, 8), uint64(i+1))
		b = append(b, 130)
		bits(4, uint64(len(text)+1))
		b = append(append(b, text...), 0)
	}
	b = append(b, "</strls>"...)
	b = append(b, "<value_labels>"...)
	texts := "Non\x00Oui\x00Refus\x00"
	b = append(b, "<lbl>"...)
	bits(4, uint64(8+3*8+len(texts)))
	fixed("on", 33, 129)
	b = append(b, 0, 0, 0)
	bits(4, 3)
	bits(4, uint64(len(texts)))
	for _, n := range []uint64{0, 4, 8, 2, 1, 2147483622} {
		bits(4, n)
	}
	return append(append(b, texts...), "</lbl></value_labels></stata_dta>"...)
}

// TestStata reads every type in three releases and both byte orders.
func TestStata(t *testing.T) {
	want := frame(
		&survey.Column{Name: "v0", Label: "Accord", Levels: []string{"Non", "Oui"}, Code: []int32{1, 0, -1},
			Declared: []survey.Declared{{Code: ".a", Label: "Refus"}}, Why: []int32{-1, -1, 0}},
		&survey.Column{Name: "v1", Number: []float64{-1, 32740, nan}},
		&survey.Column{Name: "v2", Number: []float64{7, 8, nan}},
		&survey.Column{Name: "v3", Number: []float64{1.5, nan, nan}, Declared: []survey.Declared{{Code: ".a"}}, Why: []int32{-1, -1, 0}},
		&survey.Column{Name: "v4", Levels: []string{"1959-12-31T23:59:59", "1960-01-02T00:00:01"}, Code: []int32{1, 0, -1}},
		&survey.Column{Name: "v5", Levels: []string{"ab", "aé"}, Code: []int32{0, 1, -1}},
		&survey.Column{Name: "v6", Levels: []string{"Une réponse ouverte", "x"}, Code: []int32{0, -1, 1}},
		&survey.Column{Name: "v7", Levels: []string{"1960-01-01", "2020-03-26"}, Code: []int32{0, 1, -1}},
	)
	for release := 117; release <= 119; release++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			data := stataFile(release, order)
			got, err := microdata.Parse("f.dta", data)
			if err != nil {
				t.Errorf("%d %v: %v", release, order, err)
				continue
			}
			if d := diff(want, got); d != "" {
				t.Errorf("%d %v: %s", release, order, d)
			}
			for n := range len(data) - len("</stata_dta>") {
				if outcome(t, "f.dta", data[:n]) {
					t.Fatalf("%d %v: cut at %d and read", release, order, n)
				}
			}
			cut := bytes.Index(data, []byte("<data>")) + 6 + 30
			if _, err := microdata.Parse("f.dta", data[:cut]); err == nil || !strings.HasPrefix(err.Error(), "f.dta : enregistrement 1 sur 3, variable « v6 »") {
				t.Errorf("cut in the answers: %v", err)
			}
		}
	}
}

// TestStataReal reads a file of others.
func TestStataReal(t *testing.T) {
	f := load(t, microdata.Options{}, filepath.Join(shared(t, "data", "enquetes", "formats", "pyreadstat"), "sample.dta"))
	same := load(t, microdata.Options{}, filepath.Join(shared(t, "data", "enquetes", "formats", "pyreadstat"), "sample.sav"))
	for _, name := range []string{"mychar", "mynum", "mydate", "dtime", "mylabl"} { // Stata knows no order of labels
		a, b := *f.Column(name), *same.Column(name)
		a.Label, b.Label, a.Labels, b.Labels = "", "", nil, nil
		if d := diff(frame(&b), frame(&a)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

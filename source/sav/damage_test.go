package sav_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/source/sav"
)

// TestCut cuts a file anywhere: it is refused, and from the answers on the
// message names the record and the variable.
func TestCut(t *testing.T) {
	for _, c := range compressions {
		whole := written(t, everything(), c)
		answers := bytes.LastIndex(whole, []byte{0xe7, 3, 0, 0, 0, 0, 0, 0}) + 8
		for n := range len(whole) {
			_, err := sav.Parse("f.sav", whole[:n], "")
			if err == nil || fault.Do(err) == "" {
				t.Fatalf("compression %d cut at %d of %d: %v", c, n, len(whole), err)
			}
			named := strings.HasPrefix(err.Error(), "f.sav : enregistrement ") && strings.Contains(err.Error(), " sur 5, variable « ")
			if c != sav.Blocks && n >= answers && !named {
				t.Fatalf("compression %d cut at %d of %d: %v", c, n, len(whole), err)
			}
		}
	}
}

// TestCutBlocks cuts a .zsav of several blocks in its middle.
func TestCutBlocks(t *testing.T) {
	f := &sav.File{Rows: 100_000, Variables: []*sav.Variable{{Name: "x"}, {Name: "y"}}}
	r := rand.New(rand.NewPCG(1, 2))
	for range f.Rows {
		f.Variables[0].Number = append(f.Variables[0].Number, r.NormFloat64())
		f.Variables[1].Number = append(f.Variables[1].Number, float64(r.IntN(5)))
	}
	b := written(t, f, sav.Blocks)
	_, err := sav.Parse("f.zsav", b[:len(b)/2], "")
	if err == nil || !strings.Contains(err.Error(), " sur 100000, variable « ") || !strings.Contains(err.Error(), "tronqué") {
		t.Errorf("cut in the middle: %v", err)
	}
	if got, err := sav.Parse("f.zsav", b, ""); err != nil || same(&sav.File{Rows: f.Rows}, &sav.File{Rows: got.Rows}) != "" ||
		got.Variables[0].Number[99_999] != f.Variables[0].Number[99_999] {
		t.Errorf("whole: %v", err)
	}
}

// outcome reads bytes; an error must be a fault with a remedy.
func outcome(t testing.TB, b []byte) (ok bool) {
	f, err := sav.Parse("f.sav", b, "")
	if err == nil {
		for _, v := range f.Variables {
			if len(v.Number)+len(v.Text) != f.Rows {
				t.Errorf("%s has %d values for %d rows", v.Name, len(v.Number)+len(v.Text), f.Rows)
			}
		}
		return true
	}
	if fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" || !strings.HasPrefix(err.Error(), "f.sav") {
		t.Errorf("%q: not a fault with a remedy: %v", b[:min(len(b), 300)], err)
	}
	return false
}

// TestMutations spoils valid files: no panic, and memory in proportion.
func TestMutations(t *testing.T) {
	n := 250
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	var before, after runtime.MemStats
	for k, c := range compressions {
		whole, read := written(t, everything(), c), 0
		runtime.ReadMemStats(&before)
		for i := range n {
			r := rand.New(rand.NewPCG(uint64(k), uint64(i)))
			b := bytes.Clone(whole)
			for range 1 + r.IntN(4) {
				at := r.IntN(len(b))
				switch r.IntN(5) {
				case 0:
					b = b[:at+1]
				case 1:
					b = append(b[:at:at], b[min(len(b), at+1+r.IntN(16)):]...)
				case 2:
					copy(b[at:], binary.LittleEndian.AppendUint32(nil, []uint32{0, 1, 0xffffffff, 0x7fffffff, 1 << 20}[r.IntN(5)]))
				default:
					b[at] = byte(r.IntN(256))
				}
				if len(b) == 0 {
					break
				}
			}
			if outcome(t, b) {
				read++
			}
			if t.Failed() {
				t.Fatalf("compression %d, mutation %d", c, i)
			}
		}
		runtime.ReadMemStats(&after)
		if each := (after.TotalAlloc - before.TotalAlloc) / uint64(n); each > 32<<20 {
			t.Errorf("compression %d: %d bytes for each reading of %d", c, each, len(whole))
		}
		if read == 0 || read == n {
			t.Errorf("compression %d: %d of %d were read", c, read, n)
		}
		t.Logf("compression %d: %d of %d were read all the same", c, read, n)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range compressions {
		f.Add(written(f, everything(), c))
	}
	f.Fuzz(func(t *testing.T, b []byte) { outcome(t, b) })
}

// TestRefused gives files that cannot be read, or not as they say.
func TestRefused(t *testing.T) {
	whole := written(t, everything(), sav.Bytecode)
	spoil := func(at int, b ...byte) []byte {
		out := bytes.Clone(whole)
		copy(out[at:], b)
		return out
	}
	long := append(binary.LittleEndian.AppendUint64(nil, 1), 5, 0, 0, 0)
	recount := func(n byte) []byte {
		return bytes.Replace(spoil(80, n), long, append(long[:8:8], n, 0, 0, 0), 1)
	}
	for _, c := range []struct {
		what string
		data []byte
		want string
	}{
		{"empty", nil, "f.sav : pas un fichier SPSS"},
		{"a text", []byte("id,age\n1,2\n"), "f.sav : pas un fichier SPSS"},
		{"two counts", spoil(80, 4, 0, 0, 0), "f.sav : nombre d'enregistrements contradictoire : 4 et 5"},
		{"one record too many", recount(4), "f.sav : l'en-tête annonce 4 enregistrement(s), le fichier en a davantage"},
		{"a record missing", recount(6), "f.sav : enregistrement 6 sur 6, variable « poids » : le fichier s'arrête là"},
		{"a weight that is a text", spoil(76, 7, 0, 0, 0), "f.sav : la variable de poids (n° 7)"},
		{"compression", spoil(72, 9, 0, 0, 0), "f.sav : compression 9 inconnue"},
	} {
		_, err := sav.Parse("f.sav", c.data, "")
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || fault.Do(err) == "" {
			t.Errorf("%s: %v; want %s", c.what, err, c.want)
		}
	}
}

// TestEncodings reads texts under encodings that the file says, by name or by
// code page, or does not say.
func TestEncodings(t *testing.T) {
	f := &sav.File{Encoding: "windows-1252", Rows: 2, Variables: []*sav.Variable{
		{Name: "lieu", Width: 12, Text: []string{"Besançon", "Œuilly"}, Label: "Où l’on vit"}}}
	named := written(t, f, sav.Bytecode)
	if !bytes.Contains(named, []byte("WINDOWS-1252")) || !bytes.Contains(named, []byte("Besan\xe7on")) {
		t.Fatal("not written in windows-1252")
	}
	record := append(binary.LittleEndian.AppendUint32(nil, 7), 20, 0, 0, 0)
	paged := bytes.Replace(named, record, append(record[:4:4], 99, 0, 0, 0), 1)
	page := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, 2), 1252)
	unsaid := bytes.Replace(paged, page, binary.LittleEndian.AppendUint32(page[:4:4], 3), 1)
	wrong := bytes.Replace(named, []byte("WINDOWS-1252"), []byte("UTF-8       "), 1)
	for _, c := range []struct {
		what     string
		data     []byte
		encoding string
	}{{"by name", named, ""}, {"by page", paged, ""}, {"unsaid", unsaid, ""}, {"said wrong, and mended", wrong, "windows-1252"}} {
		got, err := sav.Parse("f.sav", c.data, c.encoding)
		if err != nil || got.Variables[0].Text[0] != "Besançon" || got.Variables[0].Text[1] != "Œuilly" || got.Variables[0].Label != "Où l’on vit" {
			t.Errorf("%s: %v %v", c.what, got, err)
		}
	}
	if _, err := sav.Parse("f.sav", wrong, ""); err == nil || !strings.Contains(err.Error(), "encodage UTF-8") {
		t.Errorf("said wrong: %v", err)
	}
	f.Variables[0].Label = ""
	asciiNames := bytes.Replace(bytes.Replace(written(t, f, sav.Plain), record, append(record[:4:4], 99, 0, 0, 0), 1), page, append(page[:4:4], 3, 0, 0, 0), 1)
	if got, err := sav.Parse("f.sav", asciiNames, ""); err != nil || got.Variables[0].Text[0] != "Besançon" {
		t.Errorf("unsaid, only the answers tell: %v %v", got, err)
	}
}

// TestWriteRefused gives content that the format cannot hold.
func TestWriteRefused(t *testing.T) {
	one := func(v sav.Variable) *sav.File { return &sav.File{Rows: 1, Variables: []*sav.Variable{&v}} }
	for _, c := range []struct {
		file *sav.File
		want string
	}{
		{&sav.File{}, "f.sav : aucune variable"},
		{one(sav.Variable{Name: "1a", Number: []float64{1}}), "f.sav, variable « 1a » : nom"},
		{one(sav.Variable{Name: "with", Number: []float64{1}}), "f.sav, variable « with » : nom"},
		{one(sav.Variable{Name: "a"}), "f.sav, variable « a » : 0 valeur(s) pour 1"},
		{one(sav.Variable{Name: "a", Width: 2, Text: []string{"été"}}), "f.sav, enregistrement 1, variable « a » : 5 octets, 2 au plus"},
		{one(sav.Variable{Name: "a", Number: []float64{1 / nan * 0}, Label: strings.Repeat("x", 256)}), "f.sav, libellé de la variable « a » : 256 octets"},
		{&sav.File{Weight: "p", Rows: 1, Variables: []*sav.Variable{{Name: "a", Number: []float64{1}}}}, "f.sav : la pondération « p »"},
		{&sav.File{Encoding: "windows-1252", Rows: 1, Variables: []*sav.Variable{{Name: "a", Width: 9, Text: []string{"Σ"}}}}, "f.sav, enregistrement 1, variable « a » : « Σ » ne s'écrit pas"},
	} {
		var b bytes.Buffer
		if err := c.file.Write(&b, "f.sav", sav.Bytecode); err == nil || !strings.HasPrefix(err.Error(), c.want) || fault.Do(err) == "" {
			t.Errorf("%v; want %s", err, c.want)
		}
	}
}

func BenchmarkParse200000x50(b *testing.B) {
	f := &sav.File{Rows: 200_000}
	r := rand.New(rand.NewPCG(3, 4))
	for j := range 50 {
		v := &sav.Variable{Name: fmt.Sprintf("v%d", j)}
		if j == 1 {
			v.Width, v.Text = 12, make([]string, f.Rows)
			for i := range v.Text {
				v.Text[i] = fmt.Sprintf("Région %d", r.IntN(13))
			}
		} else {
			v.Number = make([]float64, f.Rows)
			for i := range v.Number {
				if v.Number[i] = float64(r.IntN(11)); j == 2 {
					v.Number[i] = r.Float64() * 1000
				}
			}
		}
		f.Variables = append(f.Variables, v)
	}
	for _, c := range compressions {
		data := written(b, f, c)
		b.Run([]string{"plain", "bytecode", "zsav"}[c], func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sav.Parse("f.sav", data, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package sav_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie/source/sav"
)

// pspp runs a program of PSPP in a folder.
func pspp(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	bin, err := exec.LookPath(program)
	if err != nil && os.Getenv("VIGIE_STRICT") != "1" {
		t.Skip("left out: PSPP is not installed (Debian package pspp)")
	} else if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(bin, args...)
	c.Dir, c.Env = dir, append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPSPPSavesTheSame has PSPP read a file of ours and save it anew, plain,
// compressed and in blocks: what we read then is what we wrote.
func TestPSPPSavesTheSame(t *testing.T) {
	dir, want := t.TempDir(), everything()
	for _, c := range compressions {
		put(t, filepath.Join(dir, "ours.sav"), written(t, want, c))
		for _, how := range []string{"/UNCOMPRESSED", "/COMPRESSED", "/ZCOMPRESSED"} {
			put(t, filepath.Join(dir, "s.sps"), []byte("GET FILE='ours.sav'.\nSAVE OUTFILE='theirs.sav' "+how+".\n"))
			if out := pspp(t, dir, "pspp", "s.sps"); strings.Contains(out, "warning") || strings.Contains(out, "error") {
				t.Errorf("PSPP reads compression %d: %s", c, out)
			}
			b, err := os.ReadFile(filepath.Join(dir, "theirs.sav"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := sav.Parse("theirs.sav", b, "")
			if err != nil {
				t.Fatalf("%d %s: %v", c, how, err)
			}
			got.Created, got.Product = want.Created, want.Product
			for _, v := range got.Variables { // PSPP says the usual role of each
				v.Attributes = slices.DeleteFunc(v.Attributes, func(a sav.Attribute) bool { return a.Name == "$@Role" })
			}
			if d := same(want, got); d != "" {
				t.Errorf("compression %d, PSPP %s:\n%s", c, how, d)
			}
		}
	}
}

// TestPSPPReadsTheValues compares cell by cell what PSPP reads in our files.
func TestPSPPReadsTheValues(t *testing.T) {
	dir, f := t.TempDir(), everything()
	for _, c := range compressions {
		put(t, filepath.Join(dir, "f.sav"), written(t, f, c))
		sameCells(t, dir, f)
	}
}

// TestPSPPReadsNoise: numbers that do not compress, few and many.
func TestPSPPReadsNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for _, rows := range []int{1, 2, 13, 700, 9_000} {
		f, dir := &sav.File{Rows: rows, Variables: []*sav.Variable{{Name: "x"}}}, t.TempDir()
		for range rows {
			f.Variables[0].Number = append(f.Variables[0].Number, r.NormFloat64())
		}
		b := written(t, f, sav.Blocks)
		put(t, filepath.Join(dir, "f.sav"), b)
		sameCells(t, dir, f)
		if got, err := sav.Parse("f.sav", b, ""); err != nil || got.Variables[0].Number[rows-1] != f.Variables[0].Number[rows-1] {
			t.Errorf("%d rows: %v", rows, err)
		}
	}
}

// TestRealFiles compares cell by cell with what PSPP reads in real files.
func TestRealFiles(t *testing.T) {
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	var files []string
	for _, pattern := range []string{"*/*.sav", "*/*.zsav", "*/*/*.sav", "*/*/*.zsav"} {
		found, err := filepath.Glob(filepath.Join(root, "data", "enquetes", pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 && os.Getenv("VIGIE_STRICT") != "1" {
		t.Skip("left out: the shared files are not there (set VIGIE_SHARED)")
	}
	if len(files) < 19 {
		t.Fatalf("%d files of SPSS in %s", len(files), root)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := sav.Parse(filepath.Base(path), b, "")
		if err != nil {
			t.Error(err)
			continue
		}
		dir := t.TempDir()
		put(t, filepath.Join(dir, "f.sav"), b)
		t.Run(filepath.Base(path), func(t *testing.T) { sameCells(t, dir, f) })
		put(t, filepath.Join(dir, "f.sav"), written(t, f, sav.Blocks))
		t.Run("written again/"+filepath.Base(path), func(t *testing.T) { sameCells(t, dir, f) })
	}
}

// sameCells has PSPP read f.sav of a folder and compares each cell with ours.
func sameCells(t *testing.T, dir string, f *sav.File) {
	t.Helper()
	script := "GET FILE='f.sav'.\n"
	for _, v := range f.Variables {
		if v.Width == 0 {
			script += "FORMATS " + v.Name + " (F20.12).\n"
		}
	}
	put(t, filepath.Join(dir, "s.sps"), []byte(script+
		"SAVE TRANSLATE /OUTFILE='f.csv' /TYPE=CSV /REPLACE /FIELDNAMES /CELLS=VALUES /TEXTOPTIONS DECIMAL=DOT.\n"))
	pspp(t, dir, "pspp", "--syntax-encoding=UTF-8", "s.sps")
	b, err := os.ReadFile(filepath.Join(dir, "f.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil || len(rows) != f.Rows+1 {
		t.Fatalf("%d rows of PSPP for %d, %v", len(rows)-1, f.Rows, err)
	}
	for j, v := range f.Variables {
		if rows[0][j] != v.Name {
			t.Errorf("name %q, PSPP reads %q", v.Name, rows[0][j])
		}
		for i, row := range rows[1:] {
			if !sameCell(v, i, row[j]) {
				t.Errorf("%s[%d], PSPP reads %q", v.Name, i, row[j])
			}
		}
	}
}

// sameCell compares a value with what PSPP writes of it.
func sameCell(v *sav.Variable, i int, cell string) bool {
	if v.Width > 0 {
		return v.Text[i] == strings.TrimRight(cell, " ?\ufffd") // PSPP marks a character cut at the end
	}
	if strings.TrimSpace(cell) == "" {
		return v.Number[i] != v.Number[i]
	}
	x, err := strconv.ParseFloat(cell, 64)
	return err == nil && math.Abs(x-v.Number[i]) <= 1e-14*math.Abs(x)
}

// TestPSPPWrites reads what PSPP makes of its own, in other encodings too.
func TestPSPPWrites(t *testing.T) {
	dir := t.TempDir()
	const script = `SET LOCALE='%s'.
DATA LIST LIST NOTABLE /sexe (F1.0) note (F4.1) nom (A12) lieu (A300) jour (EDATE10).
BEGIN DATA
1 7.5 'Zoé' 'Sète' 07.11.2026
2 . 'Noël' 'Orléans' 31.12.1999
9 99 '' 'Nîmes' .
END DATA.
VARIABLE LABELS sexe 'Sexe déclaré'.
VALUE LABELS sexe 1 'Femme' 2 'Homme' 9 'Non-réponse' /lieu 'Nice' 'Près de la mer'.
MISSING VALUES sexe (9) note (90 THRU HIGHEST).
VARIABLE LEVEL note (SCALE) nom (NOMINAL).
VARIABLE ATTRIBUTE VARIABLES=note ATTRIBUTE=Echelle('0-10').
DOCUMENT Enquête d'essai.
MRSETS /MCGROUP NAME=$deux LABEL='Deux' VARIABLES=sexe note.
WEIGHT BY sexe.
SAVE OUTFILE='theirs.sav' %s.
`
	for _, encoding := range []string{"UTF-8", "windows-1252", "ISO-8859-1"} {
		for _, how := range []string{"/UNCOMPRESSED", "/COMPRESSED", "/ZCOMPRESSED"} {
			put(t, filepath.Join(dir, "s.sps"), fmt.Appendf(nil, script, encoding, how))
			pspp(t, dir, "pspp", "--syntax-encoding=UTF-8", "s.sps")
			b, err := os.ReadFile(filepath.Join(dir, "theirs.sav"))
			if err != nil {
				t.Fatal(err)
			}
			f, err := sav.Parse("theirs.sav", b, "")
			if err != nil {
				t.Fatalf("%s %s: %v", encoding, how, err)
			}
			sexe, note, nom, lieu, le := f.Variable("SEXE"), f.Variable("note"), f.Variable("nom"), f.Variable("lieu"), f.Variable("jour")
			at, _ := sav.Time(le.Number[1])
			ok := f.Rows == 3 && f.Weight == "sexe" && sexe.Label == "Sexe déclaré" && sexe.Labels[2].Label == "Non-réponse" && sexe.Missing.Number(9) &&
				note.Number[0] == 7.5 && note.Number[1] != note.Number[1] && note.Missing.Number(99) && !note.Missing.Number(89) &&
				nom.Text[1] == "Noël" && nom.Text[2] == "" && lieu.Width == 300 && lieu.Text[0] == "Sète" && lieu.Labels[0] == sav.Label{Text: "Nice", Label: "Près de la mer"} &&
				le.Print.String() == "EDATE10" && at.Format("2006-01-02") == "1999-12-31" && le.Number[2] != le.Number[2] &&
				len(f.Sets) == 1 && f.Sets[0].Label == "Deux" && strings.HasPrefix(f.Documents[0], "DOCUMENT Enquête d'essai") &&
				note.Attributes[1].Name == "Echelle" && note.Attributes[1].Values[0] == "0-10" && note.Measure == sav.Scale
			if !ok {
				t.Errorf("%s %s: %+v %+v %+v %+v %+v %+v", encoding, how, f, sexe, note, nom, lieu, le)
			}
		}
	}
}

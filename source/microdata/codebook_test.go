package microdata_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/source/microdata"
	"vigie/stat/survey"
)

const varmod = `COD_VAR;LIB_VAR;COD_MOD;LIB_MOD;TYPE_VAR;LONG_VAR
ACT;Activité;1;En emploi;CHAR;1
ACT;Activité;2;Au chômage;CHAR;1
ACT;Activité;9;Non-réponse;CHAR;1
DEP;Département;01;Ain;CHAR;2
DEP;Département;2A;Corse-du-Sud;CHAR;2
DIP;Diplôme;1;Bac;CHAR;1
DIP;Diplôme;;Hors champ;CHAR;1
POIDS;Pondération;;;NUM;8
`

const answers = "ACT,DEP,DIP,POIDS,AGE\n1,01,1,1.5,30\n2,2A,,2,41\n9,01,1,1,52\n"

const ddi25 = `<?xml version="1.0" encoding="UTF-8"?>
<codeBook xmlns="ddi:codebook:2_5"><dataDscr>
<var ID="V1" name="ACT"><labl xml:lang="en">Activity</labl><labl xml:lang="fr">Activité</labl>
 <catgry><catValu>1</catValu><labl>En emploi</labl></catgry><catgry><catValu>2</catValu><labl>Au chômage</labl></catgry>
 <catgry missing="Y"><catValu>9</catValu><labl>Non-réponse</labl></catgry><varFormat type="numeric"/></var>
<var ID="V2" name="AGE"><invalrng><range min="50"/><item VALUE="41"/></invalrng><labl>Âge</labl><varFormat type="numeric"/></var>
<var ID="V3" name="DEP"><labl>Département</labl><varFormat type="character"/></var>
</dataDscr></codeBook>`

func book(t *testing.T, name string, data []byte) *microdata.Codebook {
	t.Helper()
	b, err := microdata.ParseCodebook(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestCodebook applies a table of variables and codes to a csv.
func TestCodebook(t *testing.T) {
	b := book(t, "varmod.csv", []byte(varmod))
	got, err := microdata.Options{Codebook: b}.Parse("f.csv", []byte(answers))
	if err != nil {
		t.Fatal(err)
	}
	want := frame(
		&survey.Column{Name: "ACT", Label: "Activité", Levels: []string{"Au chômage", "En emploi", "Non-réponse"}, Code: []int32{1, 0, 2}},
		&survey.Column{Name: "DEP", Label: "Département", Levels: []string{"Ain", "Corse-du-Sud"}, Code: []int32{0, 1, 0}},
		&survey.Column{Name: "DIP", Label: "Diplôme", Levels: []string{"Bac"}, Code: []int32{0, -1, 0},
			Declared: []survey.Declared{{Label: "Hors champ"}}, Why: []int32{-1, 0, -1}},
		&survey.Column{Name: "POIDS", Label: "Pondération", Number: []float64{1.5, 2, 1}},
		&survey.Column{Name: "AGE", Number: []float64{30, 41, 52}},
	)
	if d := diff(want, got); d != "" {
		t.Error(d)
	}
	codes, err := microdata.Options{Codebook: b, Codes: true}.Parse("f.csv", []byte(answers))
	if err != nil {
		t.Fatal(err)
	}
	if dep := codes.Column("DEP"); strings.Join(dep.Levels, " ") != "01 2A" || dep.Labels["2A"] != "Corse-du-Sud" {
		t.Errorf("codes kept: %+v", dep)
	}
	if _, err := (microdata.Options{Codebook: b}).Parse("f.csv", []byte("x\n1\n")); err == nil || fault.Do(err) == "" {
		t.Errorf("a codebook of other data: %v", err)
	}
}

// TestDDICodebook applies DDI-Codebook: languages, missing codes and ranges.
func TestDDICodebook(t *testing.T) {
	got, err := microdata.Options{Codebook: book(t, "d.xml", []byte(ddi25))}.Parse("f.csv", []byte(answers))
	if err != nil {
		t.Fatal(err)
	}
	act, age, dep := got.Column("ACT"), got.Column("AGE"), got.Column("DEP")
	if act.Label != "Activité" || cmp.Diff(act.Levels, []string{"Au chômage", "En emploi"}) != "" || cmp.Diff(act.Code, []int32{1, 0, -1}) != "" ||
		cmp.Diff(act.Declared, []survey.Declared{{Code: "9", Label: "Non-réponse"}}) != "" {
		t.Errorf("ACT: %+v", act)
	}
	if age.Number[0] != 30 || !age.Missing(1) || !age.Missing(2) || cmp.Diff(age.Declared, []survey.Declared{{Code: "41"}, {Code: "52"}}) != "" {
		t.Errorf("AGE: %+v", age)
	}
	if dep.Levels[0] != "01" {
		t.Errorf("DEP: %+v", dep)
	}
	_, err = microdata.ParseCodebook("d.xml", []byte(ddi25[:len(ddi25)/2]))
	if err == nil || !strings.HasPrefix(err.Error(), "d.xml, ligne ") {
		t.Errorf("cut: %v", err)
	}
}

// workbook makes an xlsx of sheets of texts, in the order of names.
func workbook(t *testing.T, names []string, sheets [][][]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	book, links := "", ""
	for i, name := range names {
		book += fmt.Sprintf(`<sheet name="%s" sheetId="%d" r:id="r%d"/>`, name, i+1, i+1)
		links += fmt.Sprintf(`<Relationship Id="r%d" Target="worksheets/s%d.xml"/>`, i+1, i+1)
		rows := ""
		for _, row := range sheets[i] {
			rows += "<row>"
			for _, cell := range row {
				rows += `<c t="inlineStr"><is><t>` + cell + `</t></is></c>`
			}
			rows += "</row>"
		}
		put(fmt.Sprintf("xl/worksheets/s%d.xml", i+1), `<worksheet><sheetData>`+rows+`</sheetData></worksheet>`)
	}
	put("[Content_Types].xml", `<Types/>`)
	put("xl/workbook.xml", `<workbook xmlns:r="x"><sheets>`+book+`</sheets></workbook>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships>`+links+`</Relationships>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestQuestionnaire reads an XLSForm: lists, several answers, languages.
func TestQuestionnaire(t *testing.T) {
	form := workbook(t, []string{"survey", "choices"}, [][][]string{
		{{"type", "name", "label::English", "label::Français (fr)"}, {"select_one on", "accord", "Agree?", "D’accord ?"},
			{"select_multiple lieu", "ou", "Where", "Où"}, {"begin group", "g", "", ""}, {"integer", "age", "Age", "Âge"}},
		{{"list_name", "name", "label::English", "label::Français (fr)"}, {"on", "1", "Yes", "Oui"}, {"on", "2", "No", "Non"}, {"lieu", "site", "Web", "Site"}},
	})
	want := []microdata.Described{
		{Name: "accord", Label: "D’accord ?", Codes: []microdata.Code{{Code: "1", Label: "Oui"}, {Code: "2", Label: "Non"}}},
		{Name: "ou", Label: "Où", Text: true}, {Name: "ou/site", Label: "Où : Site"}, {Name: "age", Label: "Âge"},
	}
	if d := cmp.Diff(want, book(t, "q.xlsx", form).Variables); d != "" {
		t.Error(d)
	}
}

// TestWorkbook: a workbook of answers gives the frame of the csv.
func TestWorkbook(t *testing.T) {
	data := workbook(t, []string{"Lisez-moi", "Réponses"}, [][][]string{{}, {{"id", "sexe"}, {"1", "Femme"}, {"2", ""}}})
	got, err := microdata.Parse("f.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := microdata.Parse("f.csv", []byte("id,sexe\n1,Femme\n2,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := diff(want, got); d != "" {
		t.Error(d)
	}
	if got, err = (microdata.Options{Sheet: "Réponses"}).Parse("f.xlsx", data); err != nil || got.Rows != 2 {
		t.Errorf("by name: %v %v", got, err)
	}
	if _, err = (microdata.Options{Sheet: "Feuil3"}).Parse("f.xlsx", data); err == nil || fault.Do(err) == "" {
		t.Errorf("a sheet that does not exist: %v", err)
	}
}

// TestRealCodebooks reads the codebooks and questionnaires of others.
func TestRealCodebooks(t *testing.T) {
	dir := shared(t, "data", "enquetes")
	for _, c := range []struct {
		file             string
		variables, codes int
		name, label      string // of one variable
		code, meaning    string // of one of its codes
	}{
		{"insee-eec/Varmod_EEC_2023.csv.gz", 83, 1589, "AAC", "Exercice d'une activité professionnelle régulière antérieure, pour les inactifs, chômeurs et personnes ayant une activité temporaire ou d'appoint autre qu'un emploi informel", "9", "Non réponse"},
		{"ddi/ddi-mcq.xml.gz", 26, 114, "MCQ_TABLE_RADIO1", `c1 - "Code 1"`, "answerA", "Answer A"},
		{"ddi/ddi-filters-nested.xml.gz", 27, 15, "Q1", "Q1 label", "1", ""},
		{"ddi/ddi-l20g2ba7.xml.gz", 127, 183, "", "", "", ""},
		{"ddi/ddi-simpsonsvtl.xml.gz", 107, 154, "", "", "", ""},
		{"xlsform/specify_other.xls", 1, 2, "sex", "What sex are you?", "male", "Male"},
		{"xlsform/cascading_select_test_equivalent.xls", 9, 14, "mylga_zone", "Choose your zone:", "zone_1", "Zone 1"},
		{"xlsform/simple_loop.xls", 1, 0, "count", "How many are there in this group?", "", ""},
		{"xlsform/style_settings.xls", 2, 0, "your_age", "How many years old are you?", "", ""},
		{"xlsform/widgets.xls", 46, 30, "my_int", "integer widget", "", ""},
		{"xlsform/xlsform_spec_test.xlsx", 38, 16, "skip_to_end", "Skip to end", "no", "No"},
	} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.file)))
		if err != nil {
			t.Fatal(err)
		}
		b, codes, seen := book(t, c.file, data), 0, c.name == ""
		for _, v := range b.Variables {
			codes += len(v.Codes)
			if v.Name == c.name {
				seen = true
				if v.Label != c.label || c.code != "" && !slices.Contains(v.Codes, microdata.Code{Code: c.code, Label: c.meaning}) {
					t.Errorf("%s: %+v", c.file, v)
				}
			}
		}
		if len(b.Variables) != c.variables || codes != c.codes || !seen {
			t.Errorf("%s: %d variables, %d codes; want %d, %d", c.file, len(b.Variables), codes, c.variables, c.codes)
		}
	}
}

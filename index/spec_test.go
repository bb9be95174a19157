package index

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/fault"
)

// small is an index of three indicators in two elements.
const small = `version = "1"
[title]
fr = "Essai"
[data]
unit = "code"
[uncertainty]
draws = 0
[[element]]
code = "I"
[[element]]
code = "A"
parent = "I"
[[element]]
code = "B"
parent = "I"
[[indicator]]
code = "x"
parent = "A"
[[indicator]]
code = "y"
parent = "A"
direction = -1
[[indicator]]
code = "z"
parent = "B"
`

var nan = math.NaN()

// units is a table of units named u1, u2, … with the columns given.
func units(columns ...Column) *Table {
	t := &Table{Name: "données.csv", First: 2}
	for _, c := range columns {
		t.Rows = max(len(c.Number), len(c.Text))
	}
	code := Column{Name: "code"}
	for i := range t.Rows {
		code.Text = append(code.Text, fmt.Sprint("u", i+1))
	}
	t.Columns = append([]Column{code}, columns...)
	return t
}

func numeric(name string, x ...float64) Column { return Column{Name: name, Number: x} }

// full is a table that small takes.
func full() *Table {
	return units(numeric("x", 1, 2, 3, 4), numeric("y", 4, 2, 1, 3), numeric("z", 10, 20, 15, 12))
}

// with replaces a column of a table.
func (t *Table) with(c Column) *Table {
	for i := range t.Columns {
		if t.Columns[i].Name == c.Name {
			t.Columns[i] = c
			return t
		}
	}
	t.Columns = append(t.Columns, c)
	return t
}

// TestRefused gives what must not be computed, with the place and the words
// that a person reads.
func TestRefused(t *testing.T) {
	cases := []struct {
		name, old, new string // of small
		table          *Table
		want           string
	}{
		{"unknown key", "version", "versoin = 1\nversion", nil, "essai.toml, ligne 1 : clé inconnue « versoin »"},
		{"type", `code = "I"`, `code = 3`, nil, "essai.toml, ligne 9 : la valeur de « element.code » n’est pas du type attendu"},
		{"syntax", "[title]", "[title", nil, "essai.toml, ligne 2, colonne 7 : écriture illisible"},
		{"method", "[uncertainty]", "[normalisation]\nmethod = \"minmix\"\n[uncertainty]", nil, "essai.toml, ligne 7 : clé « normalisation.method » : valeur inconnue « minmix »"},
		{"range", "[uncertainty]", "[normalisation]\nrange = [100, 0]\n[uncertainty]", nil, "essai.toml, ligne 7 : clé « normalisation.range » : deux bornes croissantes sont attendues"},
		{"goalposts", "[uncertainty]", "[normalisation]\nmethod = \"goalposts\"\n[uncertainty]", nil, "essai.toml, ligne 18 : clé « indicator[1].goalposts » : « x » n’a pas de bornes"},
		{"groups", "[uncertainty]", "[imputation]\nmethod = \"group_mean\"\n[uncertainty]", nil, "essai.toml, ligne 6 : clé « imputation.group » : « group_mean » demande des groupes"},
		{"negative weight", "direction = -1", "weight = -1", nil, "essai.toml, ligne 22 : clé « indicator[2].weight » : un poids vaut -1"},
		{"infinite weight", "direction = -1", "weight = inf", nil, "essai.toml, ligne 22 : clé « indicator[2].weight » : un poids vaut +Inf"},
		{"direction", "direction = -1", "direction = 2", nil, "essai.toml, ligne 22 : clé « indicator[2].direction » : le sens vaut 2"},

		{"cycle", "code = \"B\"\nparent = \"I\"", "code = \"B\"\nparent = \"C\"\n[[element]]\ncode = \"C\"\nparent = \"B\"", full(),
			"essai.toml, ligne 15 : clé « element[3].parent » : l’arbre tourne en rond : « B » → « C » → « B »"},
		{"own parent", "code = \"B\"\nparent = \"I\"", "code = \"B\"\nparent = \"B\"", full(), "l’arbre tourne en rond : « B » → « B »"},
		{"unknown parent", "code = \"z\"\nparent = \"B\"", "code = \"z\"\nparent = \"C\"", full(), "essai.toml, ligne 25 : clé « indicator[3].parent » : « z » : le parent « C » n’existe pas"},
		{"two tops", "code = \"B\"\nparent = \"I\"", "code = \"B\"", full(), "« I » et « B » sont tous deux au sommet"},
		{"no top", "code = \"I\"", "code = \"I\"\nparent = \"A\"", full(), "aucun élément n’est au sommet"},
		{"code twice", "code = \"z\"", "code = \"x\"", full(), "essai.toml, ligne 24 : clé « indicator[3].code » : le code « x » est déjà donné : essai.toml, ligne 17"},
		{"weights of zero", "code = \"z\"\nparent = \"B\"", "code = \"z\"\nparent = \"B\"\nweight = 0", full(), "essai.toml, ligne 14 : clé « element[3].code » : les poids de ce que « B » réunit ont une somme nulle"},

		{"unknown column", "code = \"z\"", "code = \"z\"\ncolumn = \"zz\"", full(), "essai.toml, ligne 25 : clé « indicator[3].column » : le fichier n’a pas de colonne « zz »"},
		{"duplicate unit", "", "", full().with(Column{Name: "code", Text: []string{"a", "b", "a", "c"}}), "données.csv, lignes 2 et 4 : « a » est donné deux fois"},
		{"unit without code", "", "", full().with(Column{Name: "code", Text: []string{"a", "b", "", "c"}}), "données.csv, ligne 4, colonne « code » : l’unité n’a pas de code"},
		{"infinite", "", "", full().with(numeric("y", 1, 2, math.Inf(-1), 4)), "données.csv, ligne 4, colonne « y » : la valeur n’est pas un nombre fini"},
		{"text", "", "", full().with(Column{Name: "y", Text: []string{"1", "", "n.d.", "2"}}), "données.csv, ligne 4, colonne « y » : « n.d. » n’est pas un nombre"},
		{"one unit", "", "", units(numeric("x", 1), numeric("y", 2), numeric("z", 3)), "données.csv, 1 unité de référence : une échelle tirée des données en demande deux"},
		{"no row", "", "", &Table{Name: "données.csv", Columns: full().Columns}, "données.csv, aucune ligne"},
		{"all constant", "", "", units(numeric("x", 1, 1), numeric("y", 2, 2), numeric("z", 3, 3)), "données.csv, aucun indicateur ne distingue les unités"},
		{"zero in a geometric mean", "[uncertainty]", "[aggregation]\nmethod = \"geometric\"\n[uncertainty]", full(),
			"élément « A », par « x », unité « u1 » (ligne 2) : une valeur n’a pas de place dans cette moyenne"},
		{"negative in a geometric mean", "[uncertainty]", "[normalisation]\nmethod = \"zscore\"\nmean = 0\nsd = 1\n[aggregation]\nmethod = \"geometric\"\n[uncertainty]", full(),
			"élément « A », par « x », unité « u1 » (ligne 2) : une valeur n’a pas de place"},
		{"logarithm of zero", "code = \"z\"", "code = \"z\"\nlog = true", full().with(numeric("z", 1, 0, 2, 3)), "données.csv, ligne 3, colonne « z » : 0 n’a pas de logarithme"},
		{"negative error", "code = \"z\"", "code = \"z\"\nse = \"e\"", full().with(numeric("e", 1, 1, -1, 1)), "données.csv, ligne 4, colonne « e » : -1"},
		{"reference", "unit = \"code\"", "unit = \"code\"\nreference = \"x\"", full(), "données.csv, ligne 3, colonne « x » : 0 ou 1 est attendu"},
		{"screened away", "[uncertainty]", "[screening]\navailable = 0.9\n[uncertainty]", units(numeric("x", 1, 2, nan), numeric("y", nan, 2, 1), numeric("z", 1, nan, 3)),
			"essai.toml, ligne 6 : clé « screening » : aucune unité n’a assez de valeurs"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := ParseSpec("essai.toml", []byte(strings.Replace(small, c.old, c.new, 1)))
			if err == nil && c.table != nil {
				_, err = Run(context.Background(), s, c.table, Options{})
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v; want %s", err, c.want)
			}
			if fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
				t.Errorf("kind %v, remedy %q; want an invalid input and what to do", fault.KindOf(err), fault.Do(err))
			}
		})
	}
}

// TestConstant: an indicator that tells nothing apart is left out and told.
func TestConstant(t *testing.T) {
	r := ran(t, small, full().with(numeric("x", 7, 7, nan, 7)))
	if want := []LeftOut{{Kind: "indicator", Code: "x", Why: "constant"}}; !cmp.Equal(r.LeftOut, want) {
		t.Errorf("left out %v; want %v", r.LeftOut, want)
	}
	if s := r.element("x"); !s.LeftOut || s.Score != nil || s.Effective != 0 || len(s.Raw) != 4 {
		t.Errorf("x = %+v; want no score, no weight, its values", s)
	}
	if y := r.element("y"); y.Effective != 0.5 {
		t.Errorf("effective weight of y = %v; want that of A", y.Effective)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "« x » écarté : une seule valeur") {
		t.Errorf("warnings %q", r.Warnings)
	}
}

// TestEmptyBranch: where all below an element is missing it has no score, its
// parent shares its weight out, and the rules of [missing] may refuse that.
func TestEmptyBranch(t *testing.T) {
	table := full().with(numeric("z", nan, 20, 15, 12))
	r := ran(t, small, table)
	b, i := r.element("B"), r.element("I")
	if b.Score[0].OK() || i.Score[0] != r.element("A").Score[0] || float64(r.element("A").Share[0]) != 1 {
		t.Errorf("B %v, I %v, share of A %v; want none, that of A, 1", b.Score[0], i.Score[0], r.element("A").Share[0])
	}
	strict := ran(t, strings.Replace(small, "[uncertainty]", "[missing]\nchildren = [0, 1]\n[uncertainty]", 1), table)
	if i := strict.element("I"); i.Score[0].OK() || !i.Score[1].OK() || i.Rank[0] != 0 {
		t.Errorf("I = %v, ranks %v; want no score where a child is missing", i.Score, i.Rank)
	}
	none := ran(t, small, full().with(Column{Name: "z", Text: make([]string, 4)}))
	if b := none.element("B"); b.Score[2].OK() || !none.element("I").Score[2].OK() {
		t.Errorf("B = %v; want an element without a column to have no score, and the index to do without", b.Score)
	}
	if len(none.Warnings) != 2 {
		t.Errorf("warnings %q; want the column and the element told", none.Warnings)
	}
}

// TestNothingBeside: an element of weight 0 whose only sibling has no data.
func TestNothingBeside(t *testing.T) {
	text := strings.Replace(small, "code = \"B\"\nparent = \"I\"", "code = \"B\"\nparent = \"A\"\nweight = 0", 1)
	empty := Column{Name: "x", Text: make([]string, 4)}
	other := empty
	other.Name = "y"
	if _, err := Run(context.Background(), parsed(t, text), full().with(empty).with(other), Options{}); err != nil {
		t.Fatal(err)
	}
}

// TestTree checks levels and effective weights of a tree whose branches are
// not equally deep.
func TestTree(t *testing.T) {
	tree, err := parsed(t, strings.Replace(small, "code = \"z\"\nparent = \"B\"", "code = \"z\"\nparent = \"I\"\nweight = 2", 1)).Tree()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, n := range tree.Nodes {
		got[n.Code] = n.Level
	}
	if want := (map[string]int{"x": 0, "y": 0, "z": 0, "A": 1, "B": 1, "I": 2}); !cmp.Equal(got, want) {
		t.Errorf("levels %v; want %v", got, want)
	}
	if w := tree.Effective(); w[tree.At("x")] != 0.125 || w[tree.At("z")] != 0.5 || tree.At("nowhere") != -1 {
		t.Errorf("effective weights %v", w)
	}
}

// TestWith: the elements of a taxonomy complete a specification.
func TestWith(t *testing.T) {
	s := parsed(t, "version = \"1\"\nindicator = [{ code = \"x\", parent = \"A\" }, { code = \"y\", parent = \"B\", weight = -0.0 }]\nelement = [{ code = \"A\", weight = 3 }]\n[title]\nfr = \"Essai\"\n")
	if _, err := s.Tree(); err == nil {
		t.Error("a tree without its elements was taken")
	}
	whole := s.With([]Element{{Code: "A", Parent: "I", NameFR: "Un"}, {Code: "B", Parent: "I"}, {Code: "I"}})
	_, err := whole.Tree()
	if err == nil || !strings.Contains(err.Error(), "« B » réunit ont une somme nulle") {
		t.Fatalf("error %v; want the weight of zero", err)
	}
	if a := whole.Elements[0]; *a.Weight != 3 || a.Parent != "I" || a.NameFR != "Un" || len(s.Elements) != 1 {
		t.Errorf("A = %+v; want the weight of the specification in the place of the taxonomy", a)
	}
}

// TestEncode: what is written is read back.
func TestEncode(t *testing.T) {
	s := parsed(t, small)
	raw, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseSpec("essai.toml", raw)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	if diff := cmp.Diff(s, again, cmpopts.IgnoreUnexported(Spec{}), cmpopts.IgnoreFields(Spec{}, "Hash"), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// FuzzParseSpec: no specification breaks the reader, the tree or their faults.
func FuzzParseSpec(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("version = \"1\"\nindicator = [{ code = \"x\", parent = \"A\" }]\nelement = [{ code = \"A\" }]\n[title]\nfr = \"\"\n"))
	f.Add([]byte("[[element]]\ncode = \"a\"\nparent = \"a\"\n[weights]\nmethod = 3"))
	f.Add([]byte("x = [1, [2, {a.b = 3}]]\n[a]\n[[a.b]]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := ParseSpec("essai.toml", raw)
		if err == nil {
			tree, wrong := s.Tree()
			if err = wrong; wrong == nil {
				total := 0.0
				for i, w := range tree.Effective() {
					if tree.Nodes[i].Leaf() {
						total += w
					}
				}
				if math.IsNaN(total) || total > 1+1e-9 {
					t.Errorf("the indicators weigh %v", total)
				}
			}
		}
		if err != nil && (fault.KindOf(err) != fault.Invalid || fault.Do(err) == "") {
			t.Errorf("%v has no remedy", err)
		}
	})
}

package web

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/account"
	"vigie/lang"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The table of roles stands between these two lines of doc/operate/roles.md.
const (
	tableBegins = "<!-- table faite de account/matrix.go : go test ./web -run RolesDocument -update -->\n"
	tableEnds   = "<!-- fin de la table -->\n"
)

// actionsInOrder lists the matrix in the order of the catalogue's sections.
func actionsInOrder() []account.Action {
	nouns := []string{"public", "territory", "session", "account", "desk", "source", "delivery", "dataset", "text", "taxonomy", "case", "spec",
		"index", "run", "edition", "person", "mail", "journal", "setting"}
	var all []account.Action
	for a := range account.Matrix {
		all = append(all, a)
	}
	place := func(a account.Action) int {
		noun, _, _ := strings.Cut(string(a), ".")
		return slices.Index(nouns, noun)
	}
	slices.SortFunc(all, func(a, b account.Action) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return strings.Compare(lang.T(lang.FR, "action."+string(a)), lang.T(lang.FR, "action."+string(b)))
	})
	return all
}

// roleTable writes the matrix as a table in French.
func roleTable() string {
	columns := append([]account.Role{account.Nobody, account.Member}, account.Roles[:]...)
	var b strings.Builder
	b.WriteString("\n| Action |")
	for _, r := range columns {
		b.WriteString(" " + lang.T(lang.FR, "role."+string(r)) + " |")
	}
	b.WriteString(" Sur un objet | Condition |\n|---|" + strings.Repeat(":-:|", len(columns)) + "---|---|\n")
	for _, a := range actionsInOrder() {
		rule := account.Matrix[a]
		b.WriteString("| " + lang.T(lang.FR, "action."+string(a)) + " |")
		for _, r := range columns {
			mark := "  |"
			if slices.Contains(rule.Roles, r) {
				mark = " ● |"
			}
			b.WriteString(mark)
		}
		var states, asks []string
		for _, s := range rule.States {
			if s != account.None {
				states = append(states, lang.T(lang.FR, "state."+string(s)))
			}
		}
		if rule.Another {
			asks = append(asks, "une autre personne que celle qui propose")
		}
		if rule.Recent {
			asks = append(asks, "mot de passe redonné depuis moins de dix minutes")
		}
		b.WriteString(" " + strings.Join(states, ", ") + " | " + strings.Join(asks, " ; ") + " |\n")
	}
	return b.String() + "\n"
}

// TestRolesDocument keeps the table that people read equal to the matrix that
// the program obeys.
func TestRolesDocument(t *testing.T) {
	name := filepath.Join("..", "doc", "operate", "roles.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), tableBegins)
	_, after, closed := strings.Cut(rest, tableEnds)
	if !ok || !closed {
		t.Fatalf("%s: the table's two marks are missing", name)
	}
	want := before + tableBegins + roleTable() + tableEnds + after
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("%s is not the matrix; go test ./web -run RolesDocument -update", name)
	}
}

package observatory_test

import (
	"testing"

	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// Two people code a case; it is then published anew with one sentence changed:
// the marks on the others still count.
func TestCoding(t *testing.T) {
	author, editor := caseWalk(t)
	ctx, ok, db := t.Context(), must(t), editor.DB
	row := published(t, author, editor, "Une régie")
	save := func(context string) {
		r := essay("Une régie")
		r.Sections = map[string]string{"context": context}
		var err error
		if row, _, err = editor.SaveCase(ctx, row.ID, row.Version, r, ""); err != nil {
			t.Fatal(err)
		}
		row = ok(editor.PublishCase(ctx, row.ID, row.Version))
	}
	if c, err := observatory.Coding(ctx, db); err != nil || c != nil {
		t.Fatalf("nothing is coded: %+v, %v", c, err)
	}
	save("Peu d’emplois ici. Rien n’ouvre. On s’entraide.")
	mark := func(by journal.Actor, begins, ends int, code string) {
		p := store.PassageRow{Case: row.ID, Number: row.Published, Coder: by, Section: "context", Begins: begins, Ends: ends, List: "domain", Code: code}
		if err := db.PutPassage(ctx, p, editor.Now); err != nil {
			t.Fatal(err)
		}
	}
	mark(author.By, 4, 12, "EMP")
	mark(editor.By, 0, 10, "EMP")
	mark(author.By, 20, 24, "DEV")
	mark(editor.By, 36, 40, "LIE")
	for _, want := range []struct {
		context      string
		terms, apart int
	}{
		{"Peu d’emplois ici. Rien n’ouvre. On s’entraide.", 3, 2},
		{"Depuis 2019. Peu d’emplois ici. Tout ferme. On s’entraide.", 2, 1},
	} {
		if want.terms == 2 {
			save(want.context)
		}
		c, err := observatory.Coding(ctx, db)
		if err != nil || c == nil || len(c.Terms) != want.terms || len(c.Apart) != want.apart {
			t.Fatalf("%q: %+v, %v", want.context, c, err)
		}
		if emp := c.Terms[len(c.Terms)-2]; want.terms == 3 && (emp.Code != "EMP" || emp.Kappa == nil || emp.Kappa.Value != 1) {
			t.Errorf("%+v", emp)
		}
	}
}

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"vigie/journal"
)

// TestTextLists: what a column of a text holds is chosen in the observatory's
// lists; a line that says otherwise keeps what it says, and one that is saved as
// it is does not change.
func TestTextLists(t *testing.T) {
	o := newWorkshop(t)
	b := o.as(o.newPerson("Édith", "editor"))
	figures := must(o.Office.Walk(journal.System, nil).TextTable(t.Context(), "published-figures"))
	line := func(column, cell string) (int, []string) {
		i := slices.Index(figures.Columns, column)
		at := slices.IndexFunc(figures.Rows, func(cells []string) bool { return cells[i] == cell })
		if at < 0 {
			t.Fatalf("no figure with the %s %q", column, cell)
		}
		return at, figures.Rows[at]
	}
	first, cells := line("audience", "citoyens")
	path := fmt.Sprintf("%s/published-figures/%d", textPath, first+1)
	b.reads(b.get(path), http.StatusOK, `<option value="citoyens" selected>Citoyens</option>`, `<option value="companies">Dirigeants`,
		`<option value="EMP">`, `<option value="score_0_10">note de 0 à 10</option>`)
	b.reads(b.get("/en"+path), http.StatusOK, `<option value="citoyens" selected>Citizens</option>`)
	own, _ := line("programme", "Fonds ODD 17")
	b.reads(b.get(fmt.Sprintf("%s/published-figures/%d", textPath, own+1)), http.StatusOK,
		`<option value="Fonds ODD 17" selected>Fonds ODD 17 (hors de la liste)</option>`)
	b.reads(b.get(textPath+"/published-figures/nouveau"), http.StatusOK, `<option value="" selected>(non renseigné)</option>`, `<option value="transversal">`)

	form := url.Values{"version": {figures.Dataset}}
	for i, name := range figures.Columns {
		form.Set("c-"+name, cells[i])
	}
	form.Set("c-audience", "licornes")
	b.reads(b.postForm(path, form), http.StatusUnprocessableEntity, "public « licornes » inconnu",
		`<option value="licornes" selected>`)
	form.Set("c-audience", "citoyens")
	form.Set("c-value", "83")
	b.leadsTo(b.postForm(path, form), textPath+"/published-figures")
	after := must(o.Office.Walk(journal.System, nil).TextTable(t.Context(), "published-figures"))
	cells[slices.Index(figures.Columns, "value")] = "83"
	if !slices.Equal(after.Rows[first], cells) {
		t.Errorf("saved %q; want %q", after.Rows[first], cells)
	}
	b.reads(b.get(textPath+"/publications"), http.StatusOK, `class="desk-wide"`, "Rapport national")
}

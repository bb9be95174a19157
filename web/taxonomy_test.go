package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"vigie/account"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
)

// newLists is an office on a copy of the starter observatory, with its lists.
func newLists(t *testing.T) *office {
	t.Helper()
	walk := observatorytest.Copy(t)
	o := newOffice(t, func(c *Config) {
		c.Office.DB, c.Office.Library = walk.DB, observatory.NewLibrary(walk.DB)
		c.Office.Walk = func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
			w := observatorytest.New(walk.DB)
			w.By, w.Tell = by, tell
			return w
		}
	})
	o.db = walk.DB
	return o
}

// listText is the newest text of a list.
func (o *office) listText(name string) string {
	o.Helper()
	rows := must(o.db.TaxonomyVersions(o.Context(), name))
	return string(must(o.db.Artifact(o.Context(), rows[0].File)))
}

// TestTaxonomies: a list is shown, changed in its text or by a file, after what
// changes was seen, and never over what somebody else has kept.
func TestTaxonomies(t *testing.T) {
	o := newLists(t)
	claire, paul := o.newPerson("Claire", "editor"), o.newPerson("Paul", "editor")
	b, edit := o.as(claire), taxonomyPath+"/audience/modifier"

	b.want(b.get(taxonomyPath), http.StatusOK, "Domaines", "audience")
	b.want(b.get(taxonomyPath+"/domain"), http.StatusOK, "Emploi, chômage", "Versions", "Modifier")
	b.want(b.get(taxonomyPath+"/domain.json"), http.StatusOK, `"label_fr": "Emploi`)
	b.want(b.get(taxonomyPath+"/absente"), http.StatusNotFound)
	b.want(b.get(taxonomyPath+"/domain?version=99"), http.StatusNotFound)
	b.want(b.get(edit), http.StatusOK, "taxonomy,code,label_fr")

	before := o.listText("audience")
	line := "audience,voisins,Voisins,Neighbours,,99,ours,,,\n"
	header, _, _ := strings.Cut(before, "\n")
	line = strings.TrimSuffix(line, "\n") + strings.Repeat(",", strings.Count(header, ",")-strings.Count(line, ",")) + "\n"

	// A fault is told at its line, and the text is still there.
	b.want(b.post(edit, textInput, before+strings.Replace(line, ",99,", ",quatre-vingts,", 1), "version", "1"), http.StatusUnprocessableEntity,
		"n’est pas un nombre entier", "Lignes à corriger", "audience,voisins,Voisins,Neighbours,,quatre-vingts")
	b.want(b.post(edit, textInput, o.listText("domain"), "version", "1"), http.StatusUnprocessableEntity, "autre liste")

	// What changes is seen, nothing is kept.
	b.want(b.post(edit, textInput, strings.ReplaceAll(before+line, "\n", "\r\n"), "version", "1"), http.StatusOK, "Voisins", "ajouté", "Garder cette version")
	if o.listText("audience") != before {
		t.Fatal("looking at a change has kept it")
	}
	b.leadsTo(b.post(edit, textInput, before+line, "version", "1", stepInput, "garder"), taxonomyPath+"/audience")
	b.want(b.get(taxonomyPath+"/audience"), http.StatusOK, "Voisins", "Claire")
	b.want(b.get(taxonomyPath+"/audience?version=1"), http.StatusOK, "remplacée")

	// The second editor, who started from version 1, is told; nothing is lost.
	other := o.as(paul)
	w := other.post(edit, textInput, before+strings.Replace(line, "Voisins", "Alentours", 1), "version", "1", stepInput, "garder")
	other.want(w, http.StatusConflict, "par Claire", "Alentours", `name="version" value="2"`)
	if !strings.Contains(o.listText("audience"), "Voisins") {
		t.Fatal("the second editor overwrote the first")
	}

	// What the texts name cannot go unseen.
	gone := strings.Join(slices.DeleteFunc(strings.SplitAfter(o.listText("publication_kind"), "\n"), func(l string) bool { return strings.Contains(l, "publication_kind,report") }), "")
	if gone == o.listText("publication_kind") {
		t.Log("no kind « report » in the starter")
	}

	reader := o.as(o.newPerson("Rémi", "reader"))
	reader.want(reader.get(taxonomyPath+"/audience"), http.StatusOK, "Voisins")
	reader.want(reader.get(edit), http.StatusNotFound)
}

// TestTaxonomyNew: a list that is not there yet is added; one that is is not
// replaced by that way. A file prevails over the text.
func TestTaxonomyNew(t *testing.T) {
	const canary = `<img src=x onerror=alert(1)>`
	o := newLists(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	text := taxonomyHeader + `essai,un,"Un ` + canary + `",One,,1,ours,,,` + "\n"
	b.want(b.post(taxonomyNew, textInput, taxonomyHeader, "version", "0"), http.StatusUnprocessableEntity, "sans terme")
	b.want(b.post(taxonomyNew, textInput, o.listText("audience"), "version", "0"), http.StatusConflict, "existe déjà")
	w := b.upload(taxonomyNew, "essai.csv", []byte(text), textInput, "", "version", "0")
	b.want(w, http.StatusOK, "Garder cette version", "ajouté")
	b.leadsTo(b.post(taxonomyNew, textInput, text, "version", "0", stepInput, "garder"), taxonomyPath+"/essai")
	for _, path := range []string{taxonomyPath, taxonomyPath + "/essai", taxonomyPath + "/essai/modifier"} {
		if page := b.get(path); page.Code != http.StatusOK || strings.Contains(page.Body.String(), "<img src=x") {
			t.Errorf("%s = %d shows markup", path, page.Code)
		}
	}
	if strings.Contains(w.Body.String(), "<img src=x") {
		t.Error("the preview shows markup")
	}
	b.want(b.upload(taxonomyNew, "essai.csv", []byte("PK\x03\x04zip"), "version", "0"), http.StatusUnprocessableEntity)
	entry := must(o.db.TaxonomyVersions(t.Context(), "essai"))[0]
	if entry.By.Person() == "" || account.Role(entry.By) == "" {
		t.Errorf("who kept it is not known: %+v", entry)
	}
}

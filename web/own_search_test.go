package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie/casestudy"
	"vigie/journal"
	"vigie/report"
)

// TestFollowSearch: a search is followed from its page, once, told with its words
// and its count, and let go of by its person alone.
func TestFollowSearch(t *testing.T) {
	o := newOffice(t, func(c *Config) {
		c.Edition, c.Cases = practiceEdition, NewCaseBase(c.Office.DB, c.Office.DB, c.Now)
		c.Pages = PracticePages(c.Pages, c.Cases)
	})
	defer o.Cases.Close()
	o.newCase(journal.LocalActor("essai"), "Une épicerie solidaire", casestudy.Published)
	page := o.nobody().get(report.PracticePath + "?q=%C3%A9picerie&tri=titre")
	o.nobody().reads(page, http.StatusOK, "suivre cette recherche par courriel")
	at := searchPath + "?q=%C3%A9picerie&suivre=1"
	if !strings.Contains(page.Body.String(), strings.ReplaceAll(at, "&", "&amp;")) {
		t.Fatalf("the search does not lead to %s", at)
	}
	o.nobody().leadsTo(o.nobody().get(at), "/connexion?"+url.Values{"retour": {at}}.Encode())

	person := o.newPerson("Anne")
	anne, paul := o.as(person), o.as(o.newPerson("Paul", "editor"))
	anne.reads(anne.get(searchPath), http.StatusOK, "Vous ne suivez aucune recherche")
	anne.reads(anne.get(at), http.StatusOK, "Suivre cette recherche ?", "« épicerie »", "Une fiche y répond aujourd’hui", ">Suivre<")
	for range 2 {
		anne.leadsTo(anne.post(searchPath, searchInput, "q=%C3%A9picerie"), searchPath)
	}
	anne.reads(anne.get(at), http.StatusOK, "Vous suivez déjà cette recherche")
	anne.reads(anne.get(ownPath), http.StatusOK, "Vos recherches suivies", "« épicerie »", `href="/pratiques?q=%C3%A9picerie"`, "Ne plus suivre")
	all := must(o.db.CaseAlerts(t.Context(), ""))
	if len(all) != 1 || all[0].Query != "q=%C3%A9picerie" {
		t.Fatalf("followed: %+v", all)
	}
	paul.leadsTo(paul.post(searchPath+"/retirer", searchInput, all[0].ID), searchPath)
	if n := len(must(o.db.CaseAlerts(t.Context(), ""))); n != 1 {
		t.Fatal("somebody else has dropped it")
	}
	anne.leadsTo(anne.post(searchPath+"/retirer", searchInput, all[0].ID), searchPath)
	anne.reads(anne.get(searchPath), http.StatusOK, "Cette recherche n’est plus suivie", "Vous ne suivez aucune recherche")

	anne.want(anne.post(searchPath, searchInput, "%zz"), http.StatusNotFound)
	anne.reads(anne.post(searchPath, searchInput, "q="+strings.Repeat("x", 5000)), http.StatusSeeOther)
	for i := range 60 { // one too many is refused
		_ = o.db.PutCaseAlert(t.Context(), person.ID, "de="+decimal(1900+i), o.now)
	}
	anne.reads(anne.post(searchPath, searchInput, "de=1850"), http.StatusConflict, "50 alertes", "Retirez-en une")
	anne.want(anne.postForm(searchPath, formOfPairs(tokenInput, "un autre", searchInput, "q=x")), http.StatusForbidden)
	anne.want(anne.get("/en"+searchPath+"?suivre=1"), http.StatusOK, "The whole base")
}

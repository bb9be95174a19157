package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"vigie/observatory"
	"vigie/source/fetch"
)

// TestFileFromAddress: an address is followed in a run; what goes wrong is said
// on the page, and can be tried again; where the file came from stays with it.
func TestFileFromAddress(t *testing.T) {
	var open atomic.Bool
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/page":
			w.Header().Set("Content-Disposition", `attachment; filename="essai.csv"`)
			_, _ = w.Write([]byte("<!DOCTYPE html><p>connectez-vous"))
		case !open.Load():
			http.NotFound(w, r)
		default:
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			_, _ = w.Write([]byte("code,annee,valeur\n01,2024,12\n02,2024,9\n2A,2024,7\n"))
		}
	}))
	t.Cleanup(site.Close)
	o := newFetchingWorkshop(t, &fetch.Fetcher{Hosts: []string{"127.0.0.1"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	b := o.as(o.newPerson("Claire", "analyst"))
	b.reads(b.get(sendPath), http.StatusOK, "Ou son adresse sur le web")
	send := func(address string) *httptest.ResponseRecorder {
		t.Helper()
		return b.post(sendPath, "etendue", "", addressInput, address)
	}
	b.reads(send(""), http.StatusUnprocessableEntity, "ucun fichier n’a été choisi")
	b.reads(send("file:///etc/passwd"), http.StatusUnprocessableEntity, "pas l’adresse d’un fichier", "file:///etc/passwd")
	b.reads(send("https://ailleurs.test/a.csv"), http.StatusUnprocessableEntity, "n’importe rien de « ailleurs.test »", "fetch_hosts, dans vigie.toml", "https://ailleurs.test/a.csv")
	b.reads(b.upload(sendPath, "a.csv", []byte("a"), "etendue", "", addressInput, "https://127.0.0.1/a"), http.StatusUnprocessableEntity, "n fichier et une adresse")
	if rows, err := o.db.Deliveries(t.Context()); err != nil || len(rows) != 0 {
		t.Fatalf("%d deliveries, %v; want none", len(rows), err)
	}

	path := send(site.URL + "/export/essai?lang=fr&apikey=abc").Header().Get("Location")
	b.reads(b.settled(path), http.StatusOK, "Le travail n’a pas abouti", "réponse 404", "Recommencer le téléchargement", "lang=fr", "en route")
	reader := o.as(o.newPerson("Rémi", "publisher"))
	if w := reader.post(path+"/telecharger", "version", "1"); w.Code != http.StatusNotFound {
		t.Errorf("a publisher fetches: %d", w.Code)
	}
	open.Store(true)
	b.reads(b.post(path+"/telecharger", "version", "9"), http.StatusConflict, "Claire")
	b.leadsTo(b.post(path+"/telecharger", "version", "1"), path)
	b.reads(b.settled(path), http.StatusOK, "essai.csv", "Vigie en propose une", "Adresse d’origine")
	id := strings.TrimPrefix(path, deliveryPath+"/")
	form := []string{"texte", tinyDescription, "envoi", id, "envoi-version", "4", "version", "0", "faire", "garder"}
	b.leadsTo(b.post(sourcePath+"/nouvelle", form...), path)
	b.reads(b.settled(path), http.StatusOK, "Le fichier se lit : 3 observations")
	b.leadsTo(b.post(path+"/garder", "version", "5"), path)
	b.settled(path)
	set, err := observatory.FindDataset(t.Context(), o.db, "essai")
	if err != nil || set.Origin != site.URL+"/export/essai?lang=fr&apikey=…" {
		t.Fatalf("%+v, %v; want the address, without what opens it", set, err)
	}
	b.reads(b.get(datasetPath+"/"+set.ID), http.StatusOK, "Téléchargé depuis", "/export/essai?lang=fr")

	path = send(site.URL + "/page").Header().Get("Location")
	b.reads(b.settled(path), http.StatusOK, "e fichier est une page du web, pas des données")
	if w := b.post(path+"/ecarter", "version", "1"); w.Code != http.StatusSeeOther {
		t.Errorf("an address that leads nowhere is not set aside: %d", w.Code)
	}
}

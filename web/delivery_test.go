package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/source/fetch"
	"vigie/store"
)

func init() { examples = append(examples, deliveryExamples, datasetExamples) }

// deliveryExamples are files sent in each state, for a region and a département.
func deliveryExamples(o *office) map[string][]example {
	by := journal.PersonActor(must(account.NewID(rand.Reader)))
	send := func(scope string, within ...string) store.DeliveryRow {
		return must(o.db.PutDelivery(o.Context(), store.DeliveryInput{FileName: "a.csv", File: bytes.NewReader([]byte("a" + scope)), Scope: scope, Within: within,
			By: by}, o.now))
	}
	whole, region, inside, gone := send(""), send("REG-76", "REG-76", "FR"), send("DEP-31", "DEP-31", "REG-76", "FR"), send("REG-84", "REG-84")
	if err := o.db.DiscardDelivery(o.Context(), journal.System, gone.ID, 1, o.now); err != nil {
		o.Fatal(err)
	}
	gone = must(o.db.Delivery(o.Context(), gone.ID))
	out := map[string][]example{}
	for _, row := range []store.DeliveryRow{whole, region, inside, gone} {
		for _, pattern := range []string{"GET " + deliveryPath + "/{id}", "POST " + deliveryPath + "/{id}/lecture", "POST " + deliveryPath + "/{id}/garder", "POST " + deliveryPath + "/{id}/ecarter"} {
			path := strings.ReplaceAll(pattern[strings.IndexByte(pattern, ' ')+1:], "{id}", row.ID)
			out[pattern] = append(out[pattern], example{Path: path, Object: account.Object{State: row.State, Scopes: row.Within}})
		}
		again := deliveryPath + "/" + row.ID + "/telecharger" // whatever the state: what to do then is the store's to say
		out["POST "+deliveryPath+"/{id}/telecharger"] = append(out["POST "+deliveryPath+"/{id}/telecharger"], example{Path: again, Object: account.Object{Scopes: row.Within}})
	}
	return out
}

// datasetExamples are a dataset that is kept and one withdrawn.
func datasetExamples(o *office) map[string][]example {
	put := func(text string) store.DatasetRow {
		row, _, err := o.db.PutDataset(o.Context(), store.DatasetInput{Name: "indicators", Kind: store.Catalogue, Source: "indicators", Description: []byte("d"),
			FileName: "indicators.csv", File: bytes.NewReader([]byte(text)), Rows: 1, ImportedAt: o.now, By: journal.System})
		if err != nil {
			o.Fatal(err)
		}
		return row
	}
	kept, gone := put("1"), put("2")
	must(o.db.WithdrawDataset(o.Context(), journal.System, gone.ID, "essai", o.now))
	out := map[string][]example{}
	for _, pattern := range []string{"GET " + datasetPath + "/{id}", "GET " + datasetPath + "/{id}/donnees", "POST " + datasetPath + "/{id}/retirer", "POST " + datasetPath + "/{id}/remettre"} {
		path := pattern[strings.IndexByte(pattern, ' ')+1:]
		out[pattern] = []example{{Path: strings.ReplaceAll(path, "{id}", kept.ID), Object: account.Object{State: account.Kept}},
			{Path: strings.ReplaceAll(path, "{id}", gone.ID), Object: account.Object{State: account.Withdrawn}}}
	}
	return out
}

// newWorkshop is an office on a copy of the starter observatory, whose shop
// works.
func newWorkshop(t *testing.T) *office { return newFetchingWorkshop(t, nil) }

// newFetchingWorkshop is one that brings files from addresses.
func newFetchingWorkshop(t *testing.T, f *fetch.Fetcher) *office {
	t.Helper()
	walk := observatorytest.Copy(t)
	now := observatorytest.Now.Add(time.Hour)
	by := func(actor journal.Actor, tell observatory.Teller) *observatory.Walk {
		w := observatorytest.New(walk.DB)
		w.By, w.Tell, w.Now = actor, tell, now
		return w
	}
	o := newOffice(t, func(c *Config) {
		c.Office.DB, c.Office.Library, c.Office.Walk = walk.DB, observatory.NewLibrary(walk.DB), by
		c.Office.Fetch = f
	})
	o.db, o.now = walk.DB, now
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	shop := &observatory.Shop{DB: walk.DB, Walk: by, Fetch: f, Now: func() time.Time { return time.Now() }, Log: o.Server.Log, Poll: 10 * time.Millisecond}
	go func() {
		defer close(done)
		shop.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-done })
	return o
}

// upload sends a file in the form of the page.
func (b *browser) upload(path, name string, content []byte, pairs ...string) *httptest.ResponseRecorder {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	pairs = append(pairs, tokenInput, formToken(b.jar[sessionCookie]))
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := m.WriteField(pairs[i], pairs[i+1]); err != nil {
			b.Fatal(err)
		}
	}
	w := must(m.CreateFormFile(fileInput, name))
	if _, err := w.Write(content); err != nil {
		b.Fatal(err)
	}
	_ = m.Close() // a buffer
	return b.sendBody(path, m.FormDataContentType(), body.Bytes())
}

func (b *browser) sendBody(path, kind string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

// reads is want, whatever the spaces between words are.
func (b *browser) reads(w *httptest.ResponseRecorder, code int, said ...string) {
	b.Helper()
	text := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(w.Body.String())
	w.Body = bytes.NewBufferString(text)
	b.want(w, code, said...)
}

// settled asks for a page until its work has ended.
func (b *browser) settled(path string) *httptest.ResponseRecorder {
	b.Helper()
	for range 500 {
		if w := b.get(path + ".json"); strings.Contains(w.Body.String(), `"ended": true`) {
			return b.get(path)
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.Fatalf("%s: the work does not end: %s", path, b.get(path+".json").Body)
	return nil
}

const tinyDescription = `name = "essai"
title = "Essai synthétique"
producer = "Essai"
licence = "Licence Ouverte 2.0"
files = ["essai*.csv"]
levels = ["departement"]
vintage = 2026

[[table]]
territory = { column = "code", level = "departement" }
period = { column = "annee" }

[[table.series]]
code = "tst_essai"
column = "valeur"
label = "Essai"
unit = "count"
`

// TestFromFileToDataset is an analyst's day: a file that no description reads,
// a description with a fault, a file with faults, one that is right, kept, then
// withdrawn.
func TestFromFileToDataset(t *testing.T) {
	o := newWorkshop(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	b.reads(b.get(sendPath), http.StatusOK, "Envoyer un fichier")
	w := b.upload(sendPath, `C:\données\essai 2024.csv`, []byte("code,annee,valeur\n01,2024,12\n02,2024,douze\n2A,2024,7\n"))
	path := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(path, deliveryPath+"/") {
		t.Fatalf("%d to %q: %s", w.Code, path, w.Body)
	}
	b.reads(b.settled(path), http.StatusOK, "essai 2024.csv", "Vigie en propose une", "territoire, par son code", "Relire la description proposée")
	id := path[len(deliveryPath)+1:]
	b.reads(b.get(sourcePath+"/nouvelle?envoi="+id), http.StatusOK, "à vérifier", "[[table]]")

	// A description with a fault is told at its line, and nothing is lost.
	form := []string{"texte", strings.Replace(tinyDescription, "vintage = 2026", "vintage = 26\nvintag = 1", 1), "envoi", id, "envoi-version", "2", "version", "0", "faire", "garder"}
	b.reads(b.post(sourcePath+"/nouvelle", form...), http.StatusUnprocessableEntity, "ligne 8", "vintag = 1", `<li value="8"`)
	form[1] = tinyDescription
	b.leadsTo(b.post(sourcePath+"/nouvelle", form...), path)
	b.reads(b.settled(path), http.StatusOK, "ne peut pas être gardé tel quel", "Ligne 3, colonne", "n’est pas un nombre", "<mark>douze</mark>", `<th scope="row">3</th>`)
	if w := b.post(path+"/garder", "version", "3"); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	b.reads(b.settled(path), http.StatusOK, "Le travail n’a pas abouti", "à regarder")

	// The right file is recognised by the description that was just written.
	w = b.upload(sendPath, "essai-2024.csv", []byte("code,annee,valeur\n01,2024,12\n02,2024,9\n2A,2024,7\n"))
	path = w.Header().Get("Location")
	b.reads(b.settled(path), http.StatusOK, "Le fichier se lit : 3 observations, une série, 3 territoires, 2024", "Garder : en faire un jeu de données")
	b.reads(b.post(path+"/garder", "version", "1"), http.StatusConflict, "Claire a modifié ceci entre-temps")
	b.leadsTo(b.post(path+"/garder", "version", "2"), path)
	b.reads(b.settled(path), http.StatusOK, "Voir le jeu de données", "gardé")
	first := must(observatory.FindDataset(t.Context(), o.db, "essai"))

	// A second delivery says what changes; it is kept, then withdrawn.
	path = b.upload(sendPath, "essai-2025.csv", []byte("code,annee,valeur\n01,2024,13\n02,2024,9\n2A,2024,7\n01,2025,20\n")).Header().Get("Location")
	b.reads(b.settled(path), http.StatusOK, "Ce qui change depuis la livraison précédente", "révisées : 1 ; ajoutées : 1")
	b.leadsTo(b.post(path+"/garder", "version", "2"), path)
	b.settled(path)
	second := must(observatory.FindDataset(t.Context(), o.db, "essai"))
	if second.ID == first.ID {
		t.Fatal("the second delivery is not the newest")
	}
	page := datasetPath + "/" + second.ID
	b.reads(b.get(page), http.StatusOK, "</span> Essai synthétique", "observations · essai")
	b.reads(b.get(page+"?avec="+first.ID), http.StatusOK, "De la livraison du", "tst_essai", "Retirer ce jeu")
	b.reads(b.get(page+"/donnees"), http.StatusOK, "DEP-01", "Télécharger en csv")
	b.reads(b.get(page+"/donnees.csv?serie=tst_essai&periode=2025"), http.StatusOK, "tst_essai,DEP-01,2025,20,A,5")
	b.reads(b.post(page+"/retirer", "raison", " "), http.StatusUnprocessableEntity, "etrait sans raison")
	b.leadsTo(b.post(page+"/retirer", "raison", "millésime 2025 faux"), page)
	b.reads(b.get(page), http.StatusOK, "Retiré le", "millésime 2025 faux", "Remettre ce jeu")
	if now := must(observatory.FindDataset(t.Context(), o.db, "essai")); now.ID != first.ID {
		t.Error("the delivery before is not the newest again")
	}
	b.leadsTo(b.post(page+"/remettre"), page)
	if now := must(observatory.FindDataset(t.Context(), o.db, "essai")); now.ID != second.ID {
		t.Error("restored, it is not the newest")
	}
}

// TestContributor: one sends for a region and sees only what is sent for it.
func TestContributor(t *testing.T) {
	o := newWorkshop(t)
	b := o.as(o.newPerson("Paul", "contributor:REG-76"))
	other := o.as(o.newPerson("Lise", "contributor:REG-84"))
	inside := o.as(o.newPerson("Marc", "contributor:DEP-31"))
	path := b.upload(sendPath, "a.csv", []byte("a,b\n1,2\n"), "etendue", "REG-76").Header().Get("Location")
	deep := inside.upload(sendPath, "b.csv", []byte("a,b\n1,2\n"), "etendue", "DEP-31").Header().Get("Location")
	b.reads(b.get(path), http.StatusOK, "a.csv")
	b.reads(b.get(deep), http.StatusOK, "b.csv")
	other.want(other.get(path), http.StatusNotFound)
	inside.want(inside.get(path), http.StatusNotFound)
	if list := other.get(deliveryPath).Body.String(); strings.Contains(list, "a.csv") {
		t.Error("the list shows a file of another region")
	}
	for _, scope := range []string{"", "REG-84", "FR"} {
		if w := b.upload(sendPath, "a.csv", []byte("a"), "etendue", scope); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("sent for %q: %d", scope, w.Code)
		}
	}
	if w := b.post(path+"/garder", "version", "2"); w.Code != http.StatusNotFound {
		t.Errorf("a contributor keeps: %d", w.Code)
	}
}

// TestContentOfUploads: type is decided by name and content together.
func TestContentOfUploads(t *testing.T) {
	for name, k := range map[string]struct {
		content string
		good    bool
	}{
		"a.csv":       {"a,b\n", true},
		"a.CSV":       {"\xff\xfea\x00", true},
		"a.xlsx":      {"PK\x03\x04…", true},
		"b.xlsx":      {"<html>", false},
		"c.csv":       {"PK\x03\x04…", false},
		"d.csv":       {"<!DOCTYPE html><p>", false},
		"e.xml":       {"<?xml version=\"1.0\"?><svg xmlns=…", false},
		"f.exe":       {"MZ", false},
		"g":           {"a,b", false},
		"h.csv":       {"", false},
		"i.json":      {"\x7fELF", false},
		"j.csv.html":  {"a,b", false},
		"k.csv.gz":    {"\x1f\x8b…", true},
		`..\..\l.csv`: {"a,b", true},
	} {
		err := observatory.CheckContent(name, strings.NewReader(k.content), int64(len(k.content)))
		if (err == nil) != k.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTexts: an editor adds a publication, two editors do not overwrite each
// other, and what is not right is refused with what was written.
func TestTexts(t *testing.T) {
	o := newWorkshop(t)
	b := o.as(o.newPerson("Édith", "editor"))
	b.reads(b.get(textPath), http.StatusOK, "Publications")
	b.reads(b.get(textPath+"/publications"), http.StatusOK, "ARPEA", "Ajouter une ligne")
	table := must(o.Office.Walk(journal.System, nil).TextTable(t.Context(), "publications"))
	form := []string{"version", table.Dataset, "c-programme", "ARPEA", "c-title", "Étude synthétique", "c-kind", "study", "c-date", "2025-13", "c-source_address", "https://exemple.test/e"}
	b.reads(b.post(textPath+"/publications/nouveau", form...), http.StatusUnprocessableEntity, "Étude synthétique", "2025-13")
	form[9] = "2025-11"
	b.leadsTo(b.post(textPath+"/publications/nouveau", form...), textPath+"/publications")
	after := must(o.Office.Walk(journal.System, nil).TextTable(t.Context(), "publications"))
	if len(after.Rows) != len(table.Rows)+1 {
		t.Fatalf("%d lines after %d", len(after.Rows), len(table.Rows))
	}
	form[5] = "Autre étude"
	b.reads(b.post(textPath+"/publications/nouveau", form...), http.StatusConflict, "Édith a modifié ceci entre-temps", "Autre étude")
	b.reads(b.get(fmt.Sprintf("%s/publications/%d", textPath, len(after.Rows))), http.StatusOK, "Étude synthétique")
	b.leadsTo(b.post(fmt.Sprintf("%s/publications/%d", textPath, len(after.Rows)), "version", after.Dataset, "retirer", "1"), textPath+"/publications")
	reader := o.as(o.newPerson("Luc", "reader"))
	reader.want(reader.get(textPath+"/publications/1"), http.StatusNotFound)
}

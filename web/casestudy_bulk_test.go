package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"vigie/account"
	"vigie/casestudy"
	"vigie/journal"
	"vigie/observatory"
	"vigie/source/sheet"
	"vigie/store"
)

func init() { examples = append(examples, planExamples) }

// planExamples are files of cases brought for the whole, for a département and
// by a network.
func planExamples(o *office) map[string][]example {
	out := map[string][]example{}
	for _, within := range [][]string{nil, {"DEP-31", "REG-76", "FR"}, {"reseau:RÉSEAU"}} {
		args := observatory.CaseImportArgs{FileName: "fiches.csv", Within: within}
		if len(within) > 0 {
			args.Scope = within[0]
		}
		id := must(o.db.Enqueue(o.Context(), store.RunInput{Kind: observatory.CasePlanRun, What: "fiches.csv", By: journal.LocalActor("essai"), Args: args}, o.now))
		for _, p := range o.caseBulkDesk() {
			if p.Object != nil {
				path := strings.Replace(p.Pattern[strings.IndexByte(p.Pattern, ' ')+1:], "{id}", id, 1)
				out[p.Pattern] = append(out[p.Pattern], example{Path: path, Object: account.Object{Scopes: within}})
			}
		}
	}
	return out
}

const bulkHeader = "Identifiant;Titre;Résumé;Territoires;Domaines;Année de début\r\n"

// bring sends a file of cases and waits for its preview.
func (b *browser) bring(name, text string, pairs ...string) (string, *httptest.ResponseRecorder) {
	b.Helper()
	w := b.upload(bulkPath, name, []byte(text), pairs...)
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, planPath+"/") {
		b.Fatalf("%s: %d to %q\n%s", name, w.Code, to, mainOf(w.Body.String()))
	}
	return to, b.settled(to)
}

func (o *office) cases(f store.CaseFilter) []store.CaseRow { return must(o.db.Cases(o.Context(), f)) }

// TestBulk: a file is read and shown, refused with the row and the field, then
// corrected, confirmed and kept; sent again it changes what it changes.
func TestBulk(t *testing.T) {
	o := newWorkshop(t)
	if err := o.Office.Walk(journal.LocalActor("essai"), nil).StarterCases(t.Context()); err != nil {
		t.Fatal(err)
	}
	editor := o.as(o.newPerson("Édith", "editor"))
	editor.reads(editor.get(casePath), http.StatusOK, "Verser des fiches")
	editor.reads(editor.get(bulkPath), http.StatusOK, "Lire le fichier", "Aucun fichier n’a été envoyé")
	before := len(o.cases(store.CaseFilter{}))
	known := must(o.db.CaseVersion(t.Context(), o.cases(store.CaseFilter{})[0].ID, 0)).Record

	at, w := editor.bring("fiches.csv", bulkHeader+
		"a1;Une épicerie;Un <b>bon</b> résumé;Bourg-en-Bresse;EMP;2015\r\n"+
		"a2;Un garage;;Bourg-en-Brese;EMP;2015\r\n"+
		"a3;Une ferme;;COM-01053;Enploi;1200\r\n"+
		";Sans identifiant;;;;\r\n", networkInput, "RÉSEAU")
	editor.reads(w, http.StatusOK, "à corriger", "3 refusées", "Ligne 3", "Territoire 1", "Peut-être", "Bourg-en-Bresse, Ain (01) (COM-01053)", "Ligne 4", "Domaine 1", "Année de début", "Ligne 5", "Identifiant du réseau", "Envoyer le fichier corrigé")
	if strings.Contains(w.Body.String(), at+"/verser") {
		t.Error("a file with refused rows can be kept")
	}
	editor.reads(editor.post(at+"/verser"), http.StatusConflict, "3 ligne(s) sont refusées")
	if n := len(o.cases(store.CaseFilter{})); n != before {
		t.Fatalf("%d cases; want %d", n, before)
	}

	good := bulkHeader + "a1;Une épicerie;Bonjour;Bourg-en-Bresse;EMP;2015\r\na2;" + known.Title + ";" + known.Summary + ";;;2016\r\n"
	at, w = editor.bring("fiches.csv", good, networkInput, "RÉSEAU")
	editor.reads(w, http.StatusOK, "à confirmer", "2 nouvelles, aucune changée, aucune inchangée", "Rien n’est encore gardé", "Ressemblent à une fiche", "Est-ce la même pratique ?", "Verser les 2 fiches")
	editor.reads(editor.get(at+"?voir=nouvelles"), http.StatusOK, "Une épicerie")
	editor.reads(editor.get(homePath), http.StatusOK, "Versement de fiches : fiches.csv")
	editor.leadsTo(editor.post(at+"/verser"), at)
	editor.reads(editor.settled(at), http.StatusOK, "C’est versé", "2 nouvelles fiches", "Voir les fiches du réseau")
	network := "RÉSEAU"
	rows := o.cases(store.CaseFilter{Network: &network})
	if len(rows) != 2 || rows[0].State != casestudy.Submitted {
		t.Fatalf("kept: %+v", rows)
	}
	_, w = editor.bring("fiches.csv", good, networkInput, "RÉSEAU")
	editor.reads(w, http.StatusOK, "rien à verser", "Les 2 fiches lues sont déjà là")
	at, w = editor.bring("fiches.csv", strings.Replace(good, "Bonjour", "Bonsoir", 1), networkInput, "RÉSEAU")
	editor.reads(w, http.StatusOK, "une changée", "Un champ change", "<del>Bonjour</del>", "<ins>Bonsoir</ins>")
	editor.reads(editor.get(bulkPath), http.StatusOK, "fiches.csv", "versé", "à corriger", "à confirmer", "Déjà connus : RÉSEAU.")
	if w := editor.get(at + ".json"); !strings.Contains(w.Body.String(), `"changed": 1`) || !strings.Contains(w.Body.String(), `"state": "ready"`) {
		t.Errorf("for a program: %s", w.Body)
	}
}

// TestBulkTwice: a file that is confirmed twice at once is kept once; a preview
// that the base has outgrown keeps nothing, and is read again.
func TestBulkTwice(t *testing.T) {
	o := newWorkshop(t)
	first, second := o.as(o.newPerson("Édith", "editor")), o.as(o.newPerson("Paul", "editor"))
	one, _ := first.bring("fiches.csv", bulkHeader+"a1;Une épicerie;Bonjour;;EMP;2015\r\n")
	other, _ := second.bring("autres.csv", bulkHeader+"a1;Un garage;Bonjour;;EMP;2015\r\n")
	var both sync.WaitGroup
	for _, b := range []*browser{first, second} {
		form := formOfPairs(tokenInput, formToken(b.jar[sessionCookie]))
		both.Go(func() {
			if w := b.postForm(one+"/verser", form); w.Code != http.StatusSeeOther {
				t.Errorf("%d: %s", w.Code, mainOf(w.Body.String()))
			}
		})
	}
	both.Wait()
	first.reads(first.settled(one), http.StatusOK, "C’est versé", "une nouvelle fiche")
	second.leadsTo(second.post(other+"/verser"), other)
	second.reads(second.settled(other), http.StatusOK, "Rien n’est gardé", "La base a changé depuis", "Relire le fichier")
	if rows := o.cases(store.CaseFilter{}); len(rows) != 1 || rows[0].Title != "Une épicerie" {
		t.Fatalf("kept: %+v", rows)
	}
	w := second.post(other + "/relire")
	again := w.Header().Get("Location")
	second.leadsTo(w, again)
	second.reads(second.settled(again), http.StatusOK, "une changée", "garage</ins>")
	second.leadsTo(second.post(again+"/verser"), again)
	second.reads(second.settled(again), http.StatusOK, "C’est versé", "une fiche changée")
}

// TestBulkHostile: what a file holds is text and is never run, computed or
// believed; what cannot be read is refused, and says why.
func TestBulkHostile(t *testing.T) {
	o := newWorkshop(t)
	editor := o.as(o.newPerson("Édith", "editor"))
	_, w := editor.bring("=1+1.csv", bulkHeader+
		`a1;"=HYPERLINK(""http://exemple.test"";""x"")";"<script>alert(1)</script><img src=x onerror=alert(2)>Bonjour";;EMP;2015`+"\r\n"+
		`"<script>alert(3)</script>";@SUM(A1);+33;;EMP;2015`+"\r\n"+
		"a3;"+strings.Repeat("é", 300)+";;;;\r\n"+
		"a4;Un titre;;;;;;;;en trop\r\n")
	editor.reads(w, http.StatusOK, "à corriger", "Ligne 3", "Ligne 4", "Ligne 5", "dépasse la première ligne")
	at := w.Body.String()
	for _, run := range []string{"<script>alert", "<img src=x", "onerror=alert(2)>"} {
		if strings.Contains(at, run) {
			t.Errorf("the page holds %q", run)
		}
	}
	_, w = editor.bring("fiches.csv", bulkHeader+`a1;"=HYPERLINK(""http://exemple.test"")";"<script>alert(1)</script>Bonjour";;EMP;2015`+"\r\n")
	editor.reads(w, http.StatusOK, "gardé comme du texte, rien n’est calculé", "=HYPERLINK")
	for name, text := range map[string]string{
		"ligne.csv":   bulkHeader + "a1;Titre;" + strings.Repeat("x", 10<<20) + ";;;\r\n",
		"entête.csv":  strings.Repeat("colonne;", 40000) + "\r\na;b\r\n",
		"titres.csv":  "Titre\r\nUne épicerie\r\n",
		"fiches.json": `[{"external_id":"a1","title":"x"`,
		"vide.csv":    bulkHeader,
	} {
		_, w := editor.bring(name, text)
		if !strings.Contains(w.Body.String(), "desk-faults") && !strings.Contains(w.Body.String(), `class="severe"`) {
			t.Errorf("%s: nothing is refused\n%.3000s", name, mainOf(w.Body.String()))
		}
	}
	for name, text := range map[string]string{"fiches.exe": "MZ\x90", "fiches.csv": "<!doctype html><html>", "fiches.xlsx": "pas un zip", "rien.csv": ""} {
		if w := editor.upload(bulkPath, name, []byte(text)); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	editor.reads(editor.upload(bulkPath, "fiches.csv", []byte(bulkHeader+"a;b\r\n"), networkInput, "<b>"), http.StatusUnprocessableEntity, "Nom de réseau refusé")
	editor.reads(editor.post(bulkPath), http.StatusUnprocessableEntity, "Aucun fichier n’a été choisi")
	if n := len(o.cases(store.CaseFilter{})); n != 0 {
		t.Errorf("%d cases kept", n)
	}
}

// TestBulkRights: who brings for a network or a territory brings nothing else,
// and sees nothing else.
func TestBulkRights(t *testing.T) {
	o := newWorkshop(t)
	partner := o.as(o.newPerson("Anne", "contributor:reseau:ANPP"))
	other := o.as(o.newPerson("Marc", "contributor:reseau:METI"))
	region := o.as(o.newPerson("Rémi", "contributor:REG-84"))
	reader := o.as(o.newPerson("Lise", "reader"))
	reader.want(reader.get(bulkPath), http.StatusNotFound)
	if w := partner.get(bulkPath); !strings.Contains(w.Body.String(), "reseau:ANPP") || strings.Contains(w.Body.String(), `name="reseau"`) {
		t.Errorf("a partner chooses a network:\n%s", mainOf(w.Body.String()))
	}
	text := bulkHeader + "a1;Une épicerie;;Besançon;EMP;2015\r\na2;Un garage;;Bourg-en-Bresse;EMP;2015\r\n"
	at, w := partner.bring("fiches.csv", text, scopeInput, "reseau:ANPP")
	partner.reads(w, http.StatusOK, "2 nouvelles", "ANPP")
	other.want(other.get(at), http.StatusNotFound)
	other.want(other.post(at+"/verser"), http.StatusNotFound)
	if w := other.get(bulkPath); strings.Contains(w.Body.String(), at) {
		t.Error("a partner is shown another's file")
	}
	for _, pairs := range [][]string{{scopeInput, ""}, {scopeInput, "reseau:METI"}, {scopeInput, "reseau:ANPP", networkInput, "METI"}} {
		if w := partner.upload(bulkPath, "fiches.csv", []byte(text), pairs...); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", pairs, w.Code)
		}
	}
	partner.leadsTo(partner.post(at+"/verser"), at)
	partner.reads(partner.settled(at), http.StatusOK, "C’est versé")
	for _, row := range o.cases(store.CaseFilter{}) {
		if row.Network != "ANPP" {
			t.Errorf("a case of %q", row.Network)
		}
	}
	_, w = region.bring("fiches.csv", text, scopeInput, "REG-84", networkInput, "RÉGION")
	region.reads(w, http.StatusOK, "une refusée", "Cette fiche n’est pas dans « REG-84 »")
	r := httptest.NewRequest(http.MethodPost, at+"/relire", http.NoBody)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	partner.want(partner.do(r), http.StatusForbidden)
	partner.want(partner.postForm(at+"/relire", formOfPairs(tokenInput, "un autre")), http.StatusForbidden)
}

// TestBulkModel: the file to fill is read as it stands, and names every code.
func TestBulkModel(t *testing.T) {
	o := newWorkshop(t)
	editor := o.as(o.newPerson("Édith", "editor"))
	editor.reads(editor.get(bulkModel), http.StatusOK, "Identifiant", "exigée", "sections.context", "Télécharger le modèle en xlsx")
	editor.reads(editor.get(bulkLists), http.StatusOK, "EMP", "Domaines")
	editor.reads(editor.get(bulkLists+".csv?liste=domain"), http.StatusOK, "Domaines;EMP;")
	head := strings.TrimSpace(editor.get(bulkModel + ".csv").Body.String())
	_, w := editor.bring("modele.csv", head+"\r\na1;Une épicerie\r\n")
	editor.reads(w, http.StatusOK, "une nouvelle")
	if strings.Contains(w.Body.String(), "La première ligne") {
		t.Errorf("a column of the model is not read:\n%s", mainOf(w.Body.String()))
	}
	book := editor.get(bulkModel + ".xlsx").Body.Bytes()
	f, err := sheet.Open("modele.xlsx", bytes.NewReader(book), int64(len(book)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var said []string
	for n := range 3 {
		if err := f.Rows(context.Background(), n, func(r sheet.Row) error { said = append(said, fmt.Sprintf("%s", r.Cells)); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if all := strings.Join(said, "\n"); !strings.HasPrefix(said[0], "[Identifiant Titre ") || !strings.Contains(all, "[Domaines EMP ") {
		t.Errorf("the workbook says %.2000s", all)
	}
}

package web

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/casestudy"
	"vigie/journal"
	"vigie/store"
)

// caseOffice is an office whose public pages show its cases.
func caseOffice(t *testing.T) *office {
	return newOffice(t, func(c *Config) {
		c.Edition, c.Contact = practiceEdition, "contact@exemple.test"
		c.Cases = NewCaseBase(c.Office.DB, c.Office.DB, c.Now)
		c.Pages = PracticePages(c.Pages, c.Cases)
	})
}

// public asks for a public page once the base has followed.
func (o *office) public(path string) *httptest.ResponseRecorder {
	for range 2 {
		o.now = o.now.Add(2 * time.Second)
		o.nobody().get(path)
		o.Cases.Close()
	}
	return o.nobody().get(path)
}

// filled is the form of a page as a browser sends it back: its hidden fields and
// what was typed, changed by pairs.
func filled(page string, r casestudy.Record, pairs ...string) url.Values {
	form := turns(page)
	for name, values := range browsed(sheetOf(r, "fr")) {
		form[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// sendPicture sends a form with a picture.
func (b *browser) sendPicture(path string, picture []byte, form url.Values) *httptest.ResponseRecorder {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if secret := b.jar[sessionCookie]; secret != "" {
		form.Set(tokenInput, formToken(secret))
	}
	for name, values := range form {
		_ = m.WriteField(name, values[0]) // a buffer
	}
	_, _ = must(m.CreateFormFile(pictureInput, "photo.jpg")).Write(picture)
	_ = m.Close()
	return b.sendBody(path, m.FormDataContentType(), body.Bytes())
}

func photo(w, h int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = byte(i)
	}
	m.Set(0, 0, color.White)
	var out bytes.Buffer
	_ = jpeg.Encode(&out, m, nil) // a buffer
	return out.Bytes()
}

// mediaOf are the fields of the pictures of a form.
func mediaOf(page string) url.Values {
	out := url.Values{}
	for _, part := range []string{"artifact", "type", "width", "height"} {
		if _, after, ok := strings.Cut(page, `name="media.1.`+part+`" value="`); ok {
			value, _, _ := strings.Cut(after, `"`)
			out.Set("media.1."+part, value)
		}
	}
	return out
}

// TestCasePictures: a photograph is kept, shown beside its fields, captioned and
// taken off; what is none, or too heavy, is refused beside its field and nothing
// that was typed is lost. Who has a secret link may send one too.
func TestCasePictures(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Édith", "editor"))
	for name, c := range map[string]struct {
		picture []byte
		said    string
	}{
		"30 MB":       {append(photo(8, 8), make([]byte, 30<<20)...), "image de 31 Mo ; 20 Mo au plus"},
		"a drawing":   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "dessin SVG"},
		"a program":   {[]byte("MZ\x90\x00 anything"), "pas une image connue"},
		"cut":         {photo(64, 64)[:200], "abîmée"},
		"nothing":     {nil, "fichier vide"},
		"a web page":  {[]byte("<html><body onload=alert(1)>"), "et non une image"},
		"an old GIF?": {[]byte("GIF89a"), "abîmée"},
	} {
		t.Run(name, func(t *testing.T) {
			w := b.sendPicture(caseNew, c.picture, formOfPairs(doInput, "image", "title", "Un titre tapé"))
			b.reads(w, http.StatusUnprocessableEntity, `value="Un titre tapé"`)
			if !strings.Contains(strings.ToLower(w.Body.String()), strings.ToLower(c.said)) {
				t.Errorf("%q is not said", c.said)
			}
			if strings.Contains(w.Body.String(), "media.1.artifact") || strings.Contains(w.Body.String(), "alert(1)") {
				t.Error("something of it is on the page")
			}
		})
	}
	w := b.sendPicture(caseNew, photo(400, 300), formOfPairs(doInput, "image", "title", "T"))
	b.reads(w, http.StatusOK, `src="data:image/jpeg;base64,`, "400")
	form := mediaOf(w.Body.String())
	form.Set("title", "T")
	form.Set("media.1.alt", "La halle un jour de marché")
	w = b.postForm(caseNew, form)
	here := w.Header().Get("Location")
	b.leadsTo(w, here)
	id := lastPart(here)
	b.reads(b.get(here), http.StatusOK, "La halle un jour de marché", `src="data:image/jpeg;base64,`)

	kept := must(o.db.CaseVersion(t.Context(), id, 0)).Record
	if len(kept.Media) != 1 || kept.Media[0].Width != 400 || kept.Media[0].Alt == "" {
		t.Fatalf("the record is %+v", kept.Media)
	}
	edit := here + "/modifier"
	b.leadsTo(b.postForm(edit, filled(b.get(edit).Body.String(), kept, "media.1.alt", "La halle vide", "media.1.credit", "Mairie")), here)
	kept = must(o.db.CaseVersion(t.Context(), id, 0)).Record
	if kept.Media[0].Alt != "La halle vide" || kept.Media[0].Credit != "Mairie" {
		t.Errorf("captioned: %+v", kept.Media)
	}
	w = b.postForm(edit, filled(b.get(edit).Body.String(), kept, doInput, "retirer:media.1"))
	b.reads(w, http.StatusOK, "Enregistrer")
	if got := mediaOf(w.Body.String()); len(got) > 0 {
		t.Errorf("taken off, and on the page: %v", got)
	}
	form = filled(w.Body.String(), casestudy.Record{Text: kept.Text, Language: "fr"})
	b.leadsTo(b.postForm(edit, form), here)
	if kept = must(o.db.CaseVersion(t.Context(), id, 0)).Record; len(kept.Media) > 0 {
		t.Errorf("taken off, and kept: %+v", kept.Media)
	}

	link, _, err := o.Office.Walk(journal.LocalActor("essai"), nil).NewCaseLink(t.Context(), "Essai", "METI", 30, 3)
	if err != nil {
		t.Fatal(err)
	}
	partner := o.nobody()
	w = partner.sendPicture(link.Path, photo(60, 40), formOfPairs(doInput, "image", "title", "Une épicerie"))
	partner.reads(w, http.StatusOK, "media.1.artifact")
	form = mediaOf(w.Body.String())
	form.Set(doInput, verbDraft)
	form.Set("title", "Une épicerie")
	w = partner.postForm(link.Path, form)
	if r := must(o.db.CaseVersion(t.Context(), lastPart(w.Header().Get("Location")), 0)).Record; len(r.Media) != 1 {
		t.Errorf("the picture of a partner is not kept: %+v", r.Media)
	}
}

// TestCaseMerged: two cases that say the same become one, the address of the
// first leads to the second; of two merges at once one is done.
func TestCaseMerged(t *testing.T) {
	o := caseOffice(t)
	author := journal.LocalActor("essai")
	b := o.as(o.newPerson("Édith", "editor"))
	one, two := o.newCase(author, "Une épicerie solidaire à Luzy", casestudy.Published), o.newCase(author, "L’épicerie solidaire de Luzy", casestudy.Published)
	merge := caseOf(one.ID, "/reunir")
	for with, said := range map[string]string{"rien": "ucune fiche", one.ID: "elle-même", "": "ucune fiche"} {
		b.reads(b.post(merge, otherInput, with, "version", decimal(one.Version)), http.StatusUnprocessableEntity, said)
	}
	b.reads(b.get(merge+"?"+otherInput+"="+url.QueryEscape("https://exemple.test/pratiques/"+two.Slug)), http.StatusOK, two.Title, practicePath+"/"+one.Slug)
	b.reads(b.post(merge, otherInput, two.ID, "version", "0"), http.StatusConflict, "Réunir")
	b.leadsTo(b.post(merge, otherInput, two.ID, "version", decimal(one.Version)), caseOf(two.ID, ""))
	if w := o.public(practicePath + "/" + one.Slug); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != practicePath+"/"+two.Slug {
		t.Errorf("the first answers %d, to %s", w.Code, w.Header().Get("Location"))
	}
	b.reads(b.get(caseOf(one.ID, "")), http.StatusOK, "réunie")

	for range 3 {
		x, y := o.newCase(author, "Un marché", casestudy.Published), o.newCase(author, "Le marché", casestudy.Published)
		var codes [2]int
		var both sync.WaitGroup
		for i, pair := range [2][2]store.CaseRow{{x, y}, {y, x}} {
			who := o.as(o.newPerson("P"+x.ID[:8]+decimal(i), "editor"))
			both.Go(func() {
				codes[i] = who.post(caseOf(pair[0].ID, "/reunir"), otherInput, pair[1].ID, "version", decimal(pair[0].Version)).Code
			})
		}
		both.Wait()
		slices.Sort(codes[:])
		if codes[0] != http.StatusSeeOther || codes[1] != http.StatusConflict {
			t.Errorf("two merges at once answer %v", codes)
		}
		x, y = must(o.db.Case(t.Context(), x.ID)), must(o.db.Case(t.Context(), y.ID))
		if (x.MergedInto == "") == (y.MergedInto == "") {
			t.Errorf("%q leads to %q, %q to %q", x.ID, x.MergedInto, y.ID, y.MergedInto)
		}
	}
}

// TestCaseArchived: a case goes with a reason that its address tells, harvesters
// hear of it in the sets that it was in, and it may come back.
func TestCaseArchived(t *testing.T) {
	o := caseOffice(t)
	b := o.as(o.newPerson("Édith", "editor"))
	row := o.newRecord(journal.LocalActor("essai"), casestudy.Record{Text: casestudy.Text{Title: "Une halle"}, Language: "fr", Domains: []string{"EMP"}}, casestudy.Published)
	here := caseOf(row.ID, "")
	turn := func() string { return decimal(must(o.db.Case(t.Context(), row.ID)).Version) }
	page := practicePath + "/" + row.Slug
	o.nobody().want(o.public(page), http.StatusOK)
	b.reads(b.post(here+"/archiver", "version", turn()), http.StatusUnprocessableEntity, "l faut un motif")
	b.leadsTo(b.post(here+"/archiver", "version", turn(), "motif", "La halle a fermé."), here)
	b.reads(o.public(page), http.StatusGone, "Une halle", "La halle a fermé.")
	b.want(o.nobody().get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=domaine:EMP"), http.StatusOK, `status="deleted"`, row.ID, "<setSpec>domaine:EMP</setSpec>")
	b.want(o.nobody().get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=domaine:LOG"), http.StatusOK, "noRecordsMatch")
	b.reads(b.post(here+"/archiver", "version", turn(), "motif", "Encore."), http.StatusConflict, "archivée")
	b.leadsTo(b.post(here+"/sortir", "version", turn()), here)
	o.nobody().want(o.public(page), http.StatusOK)
}

// TestCaseRestored: an older version becomes the newest, and the readers' stays.
func TestCaseRestored(t *testing.T) {
	o := newOffice(t)
	me := o.newPerson("Édith", "editor")
	b := o.as(me)
	row := o.newCase(journal.PersonActor(me.ID), "Première", casestudy.Draft)
	here := caseOf(row.ID, "")
	edit := func(title string) {
		page := b.get(here + "/modifier").Body.String()
		b.leadsTo(b.postForm(here+"/modifier", filled(page, must(o.db.CaseVersion(t.Context(), row.ID, 0)).Record, "title", title)), here)
	}
	edit("Deuxième")
	b.reads(b.get(here+"/histoire?de=1&a=2"), http.StatusOK, "<del>Première", "<ins>Deuxième", "Revenir à la version 1")
	b.reads(b.post(here+"/revenir", "version", decimal(row.Version), "numero", "1"), http.StatusConflict)
	now := must(o.db.Case(t.Context(), row.ID))
	b.want(b.post(here+"/revenir", "version", decimal(now.Version), "numero", "9"), http.StatusNotFound)
	b.leadsTo(b.post(here+"/revenir", "version", decimal(now.Version), "numero", "1"), here)
	v := must(o.db.CaseVersion(t.Context(), row.ID, 0))
	if v.Record.Title != "Première" || v.Number != 3 || v.Restores != 1 {
		t.Errorf("version %d, restoring %d: %s", v.Number, v.Restores, v.Record.Title)
	}
}

// TestCaseCoded: two people mark passages of what readers see; how far they agree
// is told, each takes away their own marks alone, and a mark keeps its words
// when another version is shown.
func TestCaseCoded(t *testing.T) {
	o := caseOffice(t)
	record := casestudy.Record{Text: casestudy.Text{Title: "Une halle", Sections: map[string]string{"context": "Le bourg perd ses commerces. La mairie achète la halle. Les habitants la tiennent."}}, Language: "fr"}
	row := o.newRecord(journal.LocalActor("essai"), record, casestudy.Published)
	here := caseOf(row.ID, "/codage")
	one, two := o.as(o.newPerson("Une", "editor")), o.as(o.newPerson("Deux", "analyst"))
	units := casestudy.Units(record.Text)
	phrase := func(n int) string { return "context:" + decimal(units[n].Start) + ":" + decimal(units[n].End) }
	shown := decimal(row.Published)
	one.reads(one.get(here), http.StatusOK, "La mairie achète la halle.")
	for name, pairs := range map[string][]string{
		"no term":       {"version", shown, "phrase", phrase(0)},
		"unknown term":  {"version", shown, "phrase", phrase(0), "terme", "domain:XXX"},
		"unknown list":  {"version", shown, "phrase", phrase(0), "terme", "sdg:1"},
		"no sentence":   {"version", shown, "terme", "domain:EMP"},
		"out of bounds": {"version", shown, "terme", "domain:EMP", "phrase", "context:0:9000"},
		"no section":    {"version", shown, "terme", "domain:EMP", "phrase", "solution:0:5"},
	} {
		if w := one.post(here, pairs...); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	one.reads(one.post(here, "version", "9", "phrase", phrase(0), "terme", "domain:EMP"), http.StatusConflict)
	one.leadsTo(one.post(here, "version", shown, "terme", "domain:EMP", "phrase", phrase(0), "phrase", phrase(1)), here)
	two.leadsTo(two.post(here, "version", shown, "terme", "domain:EMP", "phrase", phrase(0)), here)
	two.reads(two.get(here), http.StatusOK, "κ", "α", "La mairie achète la halle.")
	marks := must(o.db.Passages(t.Context(), row.ID))
	if len(marks) != 3 {
		t.Fatalf("%d marks", len(marks))
	}
	hers := marks[slices.IndexFunc(marks, func(p store.PassageRow) bool { return strings.HasSuffix(string(p.Coder), one.Person().ID) })]
	two.want(two.post(here+"/retirer", "passage", hers.ID), http.StatusNotFound)
	one.leadsTo(one.post(here+"/retirer", "passage", hers.ID), here)

	record.Sections = map[string]string{"context": "Depuis dix ans. " + record.Sections["context"]}
	turn := store.CaseTurn{ID: row.ID, Version: must(o.db.Case(t.Context(), row.ID)).Version, By: journal.LocalActor("essai"), At: o.now}
	turn.Version = must(o.db.SaveCase(t.Context(), turn, record, nil, "")).Version
	must(o.db.PublishCase(t.Context(), turn, ""))
	_, own, _ := strings.Cut(two.get(here).Body.String(), "<caption>")
	if !strings.Contains(own, "Le bourg perd ses commerces.") || !strings.Contains(own, "version 1") {
		t.Errorf("the mark of an older version has lost its words:\n%s", own)
	}
}

// TestCaseAlike: who is about to hand in what the base already has is asked
// first; an author is told too.
func TestCaseAlike(t *testing.T) {
	o := newOffice(t)
	author := o.newPerson("Édith", "editor")
	text := casestudy.Text{Title: "Une épicerie solidaire et participative à Luzy", Summary: "Depuis 2019, une épicerie tenue par ses clients à Luzy."}
	o.newRecord(journal.LocalActor("essai"), casestudy.Record{Text: text, Language: "fr"}, casestudy.Published)
	row := o.newRecord(journal.PersonActor(author.ID), casestudy.Record{Text: text, Language: "fr"}, casestudy.Draft)
	b := o.as(author)
	b.reads(b.get(caseOf(row.ID, "")), http.StatusOK, "lui ressemblent")
	link, _, err := o.Office.Walk(journal.LocalActor("essai"), nil).NewCaseLink(t.Context(), "Essai", "METI", 30, 3)
	if err != nil {
		t.Fatal(err)
	}
	partner := o.nobody()
	form := formOfPairs(doInput, verbSend, "title", text.Title, "summary", text.Summary, agreeInput, "1", "consent.by", "METI")
	w := partner.postForm(link.Path, form)
	partner.reads(w, http.StatusUnprocessableEntity, text.Title, `name="`+anywayInput+`"`)
	form.Set(anywayInput, "1")
	if w = partner.postForm(link.Path, form); w.Code != http.StatusSeeOther {
		t.Errorf("said twice: %d", w.Code)
	}
}

// TestCaseAddresses: an address that leads inside is kept in a draft and goes no
// further, whoever sends it.
func TestCaseAddresses(t *testing.T) {
	o := newOffice(t)
	author := o.newPerson("Édith", "editor")
	b := o.as(author)
	link, _, err := o.Office.Walk(journal.LocalActor("essai"), nil).NewCaseLink(t.Context(), "Essai", "", 30, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"http://192.168.1.1/", "http://localhost:8080/", "http://[::1]/", "http://2130706433/", "file:///etc/passwd", "javascript:alert(1)"} {
		row := o.newRecord(journal.PersonActor(author.ID), casestudy.Record{Text: casestudy.Text{Title: "T"}, Language: "fr", Sources: []casestudy.Source{{Title: "S", Address: address}}}, casestudy.Draft)
		b.reads(b.post(caseOf(row.ID, "/proposer"), "version", decimal(row.Version)), http.StatusUnprocessableEntity, "adresse")
		w := o.nobody().post(link.Path, doInput, verbSend, "title", "T", "sources.1.title", "S", "sources.1.address", address, agreeInput, "1", "consent.by", "X")
		if b.reads(w, http.StatusUnprocessableEntity, "adresse", "https://"); strings.Contains(w.Body.String(), `href="`+address) {
			t.Errorf("%s is a link on the page", address)
		}
		o.limits = newLimits(o.Now)
	}
}

// TestCasePlaces: a place that is typed and not looked for yet is looked for
// before anything is kept; who may write of one region cannot write of another,
// and who writes for a network writes for it.
func TestCasePlaces(t *testing.T) {
	o := caseOffice(t)
	b := o.as(o.newPerson("Édith", "editor"))
	w := b.post(caseNew, doInput, "enregistrer", "title", "T", placeSearch, "dep-08")
	b.reads(w, http.StatusOK, `value="choisir:`, `name="`+placeAsked+`" value="dep-08"`, "autofocus")
	b.want(b.post(caseNew, doInput, "enregistrer", "title", "T", placeSearch, "dep-08", placeAsked, "dep-08"), http.StatusSeeOther)

	me := o.newPerson("Paul", "contributor:DEP-08")
	here := o.as(me)
	here.reads(here.post(caseNew, doInput, "enregistrer", "title", "T", "territories.1", "DEP-44"), http.StatusUnprocessableEntity, "os droits")
	w = here.post(caseNew, doInput, "enregistrer", "title", "T", "territories.1", "DEP-08")
	to := w.Header().Get("Location")
	here.leadsTo(w, to)
	form := turns(here.get(to + "/modifier").Body.String())
	form.Set("title", "T")
	form.Set("territories.1", "DEP-44")
	here.reads(here.postForm(to+"/modifier", form), http.StatusUnprocessableEntity, "os droits")

	network := o.as(o.newPerson("Nora", "contributor:reseau:METI"))
	w = network.post(caseNew, doInput, "enregistrer", "title", "T", "territories.1", "DEP-44")
	row := must(o.db.Case(t.Context(), lastPart(w.Header().Get("Location"))))
	if row.Network != "METI" {
		t.Errorf("the case is of the network %q", row.Network)
	}
	network.want(network.get(caseOf(row.ID, "/modifier")), http.StatusOK)
}

// unread fails the test when it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("what is sent to no link is read")
	return 0, io.EOF
}

// TestLinkGuessed: what is sent to an address that no link has is not read, and
// who tries many waits, for a good one too.
func TestLinkGuessed(t *testing.T) {
	o := newOffice(t)
	link, _, err := o.Office.Walk(journal.LocalActor("essai"), nil).NewCaseLink(t.Context(), "Essai", "", 30, 3)
	if err != nil {
		t.Fatal(err)
	}
	b := o.nobody()
	for i := range guessesLeft {
		path := contributePath + "/" + strings.Repeat("x", i+1)
		if i%2 > 0 {
			path += "/" + strings.Repeat("y", i)
		}
		r := httptest.NewRequest(http.MethodPost, path, unread{t})
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		r.ContentLength = mostCaseForm
		b.want(b.do(r), http.StatusForbidden)
		o.limits = newLimits(o.Now)
	}
	b.want(b.get(link.Path), http.StatusTooManyRequests)
	elsewhere := httptest.NewRequest(http.MethodGet, link.Path, nil)
	elsewhere.RemoteAddr = "198.51.100.7:1"
	b.want(b.do(elsewhere), http.StatusOK)
	o.now = o.now.Add(guessEvery)
	b.want(b.get(link.Path), http.StatusOK)
}

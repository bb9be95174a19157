package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/store"
	"vigie/store/storetest"
	"vigie/taxonomy"
	"vigie/territory"
)

// embargoOffice serves a copy of the starter observatory, public pages and back
// office, as « vigie serve » does, at an instant that the test moves. printed is
// what prints a document.
func embargoOffice(t *testing.T, printed *Printer) *office {
	t.Helper()
	o := &office{TB: t, db: observatorytest.Copy(t).DB, now: observatorytest.Now}
	lib := observatory.NewLibrary(o.db)
	now := func() time.Time { return o.now }
	printed.DB, printed.Library, printed.Now, printed.Version, printed.BaseURL = o.db, lib, now, "essai", "https://vigie.test"
	s, err := New(Config{Pages: SitePages(o.db, lib, now), Edition: lib.Edition, Paths: SitePaths, Releases: SiteReleases(lib), PDF: printed.PDF,
		Now: now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: printed.BaseURL, Version: printed.Version,
		Office: &Office{DB: o.db, Library: lib, Random: rand.Reader, Preview: lib.Preview, Print: printed.Print,
			Walk: func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
				w := observatorytest.New(o.db)
				w.Now, w.By, w.Tell = o.now, by, tell
				return w
			}}})
	if err != nil {
		t.Fatal(err)
	}
	o.Server = s
	return o
}

// public are addresses that everyone may ask for, those of 2026-2 too.
var public = []string{"/", "/index.json", "/en", "/territoires", "/territoires/REG-44", "/territoires/REG-44.json", "/territoires/DEP-08", "/territoires/DEP-08/rapport.json",
	"/domaines/EMP", "/domaines/EMP.csv", "/comparer?t=REG-44&t=REG-24", "/indicateurs", "/publications", "/donnees", "/methodes", "/recherche?q=2026-2", "/recherche.json?q=ardennes",
	"/editions", "/editions.json", "/en/editions", report.FeedPath, "/en" + report.FeedPath, "/editions/2026-1", "/editions/2026-1/territoires/REG-44", "/editions/2026-1/territoires/REG-44.json",
	"/editions/2026-2", "/editions/2026-2/territoires/REG-44.json", "/editions/2026-2/territoires/REG-44.embed", "/en/editions/2026-2/domaines/EMP.csv", "/sitemap.xml", "/sitemap/pages.xml", "/robots.txt", "/sante",
	"/api/v1/editions", "/api/v1/editions?edition=2026-2", "/api/v1/territoires?niveau=region", "/api/v1/fragilite?niveau=region&domaine=EMP", "/api"}

// sight is everything that a reader can see of an answer.
func sight(w *httptest.ResponseRecorder) string {
	h := w.Header().Clone()
	for _, counted := range []string{"Ratelimit", "X-Request-Id"} {
		h.Del(counted)
	}
	var out bytes.Buffer
	_ = h.Write(&out) // to memory
	return fmt.Sprint(w.Code, "\n", out.String(), w.Body.String())
}

// sights asks for every address of public.
func (o *office) sights() map[string]string {
	out := map[string]string{}
	for _, path := range public {
		out[path] = sight(o.nobody().get(path))
	}
	return out
}

// unseen fails when anything public has changed.
func (o *office) unseen(when string, before map[string]string) {
	o.Helper()
	for path, now := range o.sights() {
		if now != before[path] {
			o.Errorf("%s: %s tells of the edition to come", when, path)
		}
	}
}

// TestEmbargo over real pages: until its hour, not one byte of one answer to
// the public changes, proposed or approved; from its hour on, every page is the
// new edition's, exactly as its preview was.
func TestEmbargo(t *testing.T) {
	if testing.Short() {
		t.Skip("a long test: left to the whole run")
	}
	printer := &Printer{Cache: printCache()}
	t.Cleanup(func() { _ = printer.Close(context.Background()) }) // what it printed is read
	o := embargoOffice(t, printer)
	_, unprinted := printer.Press(t.Context(), observatorytest.Content(t), 0) // waits for the engine
	if unprinted != nil {
		t.Log("without the PDF engine, nothing is compared on paper: ", unprinted)
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fail()
		}
	}
	before := o.sights()
	anne, luc := o.newPerson("Anne", "publisher"), o.newPerson("Luc", "publisher")
	hour := o.now.Add(time.Hour)
	p, err := o.Office.Walk(journal.PersonActor(anne.ID), nil).Propose(t.Context(), observatory.Proposing{Publishing: observatory.Publishing{Date: observatorytest.Day, Embargo: hour},
		ErratumFR: "Le taux de REG-44 était faux.", ErratumEN: "The rate of REG-44 was wrong."})
	if err != nil {
		t.Fatal(err)
	}
	o.unseen("proposed", before)
	b := o.as(luc)
	shown := o.previewed(b, p.ID)
	const note = "/territoires/REG-44/synthese.pdf"
	paper := b.get(editionPath + "/" + p.ID + previewName + note)
	if unprinted == nil && (paper.Code != 200 || paper.Header().Get("Cache-Control") != "no-store" || !bytes.HasPrefix(paper.Body.Bytes(), []byte("%PDF"))) {
		t.Errorf("a preview on paper: %d %v", paper.Code, paper.Header())
	}
	o.unseen("seen in preview", before)
	b.leadsTo(b.post(editionPath+"/"+p.ID+"/approuver"), editionPath+"/"+p.ID)
	o.unseen("approved", before)
	o.now = hour.Add(-time.Second)
	o.unseen("a second before", before)
	o.now = hour
	o.appeared(before)
	o.now = hour.Add(5 * time.Second)
	o.appeared(before)
	if w := o.nobody().get(note); unprinted == nil && !bytes.Equal(w.Body.Bytes(), paper.Body.Bytes()) {
		t.Error("the public's paper is not that of the preview")
	}
	for path, preview := range shown {
		w := o.nobody().get(path)
		if got := addressed(w.Body.String(), ""); w.Code != 200 || got != preview {
			t.Errorf("%s: the public does not see what the preview showed: %d, %s", path, w.Code, difference(preview, got))
		}
	}
}

// printCache is where the compiled PDF engine is kept from one run to the next.
func printCache() string {
	if dir := os.Getenv("VIGIE_PDF_CACHE"); dir != "" {
		return dir
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	return filepath.Join(base, "vigie", "typst")
}

// appeared fails unless the new edition is what everybody sees.
func (o *office) appeared(before map[string]string) {
	o.Helper()
	n := o.nobody()
	for path, said := range map[string][]string{
		"/": {"2026-2"}, "/territoires/REG-44": {"2026-2"}, "/index.json": {`"number": "2026-2"`}, "/sante": {"ok 2026-2"}, "/editions": {"Édition 2026-2", "Corrige l’édition 2026-1", "Remplacée par l’édition 2026-2"},
		"/editions.json": {"2026-2"}, report.FeedPath: {"Édition 2026-2", "Erratum de l’édition 2026-1", o.now.Truncate(time.Hour).Format(time.RFC3339)}, "/api/v1/editions": {`"total":2`, `"corrected_by":"2026-2"`},
		"/editions/2026-2": {"2026-2"}, "/api/v1/editions?edition=2026-2": {`"edition":"2026-2"`},
		"/editions/2026-1/territoires/REG-44":      {"Le taux de REG-44 était faux.", "Corrigé par l’édition 2026-2"},
		"/editions/2026-1/territoires/REG-44.json": {"Le taux de REG-44 était faux.", `"superseded": "2026-2"`},
	} {
		w := n.get(path)
		n.want(w, 200, said...)
		if sight(w) == before[path] {
			o.Errorf("%s is as before", path)
		}
	}
}

// seenBefore are the pages of a preview that are compared with the public's.
var seenBefore = []string{"", "/territoires", "/territoires/REG-44", "/territoires/REG-44.json", "/territoires/DEP-08/rapport.json", "/territoires/DEP-08/synthese.json", "/domaines/EMP", "/domaines/EMP.csv",
	"/domaines/EMP.json", "/comparer.json?t=REG-44&t=REG-24", "/indicateurs", "/editions", "/editions.json", "/publications.json", "/donnees", "/methodes.json", "/recherche.json?q=ardennes", "/domaines/EMP.svg"}

// previewed asks for pages of a preview, and returns what they show by the
// address that the public will have; nothing of them may be kept.
func (o *office) previewed(b *browser, key string) map[string]string {
	o.Helper()
	base := editionPath + "/" + key + previewName
	out := map[string]string{}
	for _, path := range seenBefore {
		w := b.get(base + path)
		h := w.Header()
		if w.Code != 200 || h.Get("Cache-Control") != "no-store" || h.Get("ETag") != "" || h.Get("X-Robots-Tag") != "noindex" {
			o.Errorf("preview of %s: %d %v", path, w.Code, h)
		}
		if path == "" {
			path = "/"
		}
		out[path] = addressed(w.Body.String(), base)
	}
	return out
}

// addressed is what a page shows in its main part, or a file whole, with the
// addresses of a preview and of the edition's own made those of the newest one.
func addressed(body, base string) string {
	if _, main, page := strings.Cut(body, `<div class="opening">`); page {
		body, _, _ = strings.Cut(main, "</main>")
	}
	if base != "" {
		body = strings.ReplaceAll(body, `"`+base+`"`, `"/"`)
		body = strings.ReplaceAll(body, base, "")
	}
	return strings.ReplaceAll(strings.ReplaceAll(body, `"/editions/2026-2/"`, `"/"`), "/editions/2026-2/", "/")
}

// difference shows where two texts part.
func difference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return fmt.Sprintf("%q, not %q", b[max(0, i-60):min(len(b), i+60)], a[max(0, i-60):min(len(a), i+60)])
}

// TestEmbargoEngines: what the lists, the feed and the interface tell of an
// edition before and after its hour is the same on each engine.
func TestEmbargoEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := &office{TB: t, db: db, now: sampleDay}
		lib := observatory.NewLibrary(db)
		c := sampleConfig()
		c.Now, c.Releases = func() time.Time { return o.now }, SiteReleases(lib)
		c.Pages.EditionList = SitePages(db, lib, c.Now).EditionList
		c.Edition = func(ctx context.Context, number string, now time.Time) (*edition.Content, error) {
			rows, err := lib.Public(ctx, now)
			i := slices.IndexFunc(rows, func(e store.EditionRow) bool { return number == "" || e.Number == number })
			if err != nil || i < 0 {
				return nil, fault.NotFoundf("voyez la liste", "aucune édition %s, %v", number, err)
			}
			return &edition.Content{Manifest: &edition.Manifest{Number: rows[i].Number, Date: rows[i].PublishedAt}, ID: rows[i].Manifest,
				Errata: observatory.Errata(&rows[i], rows, now), Territory: &territory.Vintage{}, Catalogue: &indicator.Catalogue{}, Taxonomy: &taxonomy.Set{}}, nil
		}
		var err error
		if o.Server, err = New(c); err != nil {
			t.Fatal(err)
		}
		o.approved(o.propose(journal.PersonActor("x"), "2026-1", "", o.now))
		n := o.nobody()
		paths := []string{"/", "/editions", report.FeedPath, "/api/v1/editions", "/api/v1/editions?edition=2026-2", "/editions/2026-1", "/editions/2026-2", "/sitemap.xml"}
		before := map[string]string{}
		for _, path := range paths {
			before[path] = sight(n.get(path))
		}
		hour := o.now.Add(time.Hour + 500*time.Millisecond) // the store keeps less
		o.approved(o.propose(journal.PersonActor("x"), "2026-2", "2026-1", hour))
		o.now = hour.Truncate(time.Second).Add(-time.Millisecond)
		for _, path := range paths {
			if sight(n.get(path)) != before[path] {
				t.Errorf("%s tells of the edition to come", path)
			}
		}
		o.now = hour.Add(time.Second)
		for _, path := range paths {
			if w := n.get(path); w.Code != 200 || sight(w) == before[path] && path != "/editions/2026-1" {
				t.Errorf("%s is as before: %d", path, w.Code)
			}
		}
	})
}

// TestFeed: every edition and every erratum, the last one first, each under an
// address of its own, whatever their texts hold.
func TestFeed(t *testing.T) {
	at := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	all := []report.Release{
		{At: at.Add(time.Hour), Number: "2026-2", Date: "2026-11-24", Supersedes: "2026-1", Changes: []edition.Change{{FR: "Nouveau : <b>& « x »</b>.", EN: "New."}}},
		{At: at, Number: "2026-1", Date: "2026-11-24", SupersededBy: "2026-2", Errata: []edition.Erratum{{At: at.Add(time.Hour), FR: "faux]]>", EN: "wrong", CorrectedBy: "2026-2"}, {At: at.Add(2 * time.Hour), FR: "encore", EN: "again"}}}}
	c := sampleConfig()
	c.Releases = func(context.Context, time.Time) ([]report.Release, error) { return all, nil }
	c.BaseURL = "https://vigie.test"
	s := must(New(c))
	for l, path := range map[string]string{"fr": report.FeedPath, "en": "/en" + report.FeedPath} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		var f atomFeed
		if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Code != 200 || w.Header().Get("Content-Type") != atomKind+"; charset=utf-8" {
			t.Fatalf("%d %v %v", w.Code, w.Header(), err)
		}
		ids := map[string]bool{}
		last := "9"
		for _, e := range f.Entries {
			ids[e.ID] = true
			if e.Updated > last || e.Title == "" || e.Content == "" && e.ID != "https://vigie.test/editions/2026-1" && e.ID != "https://vigie.test/en/editions/2026-1" {
				t.Errorf("%s: %+v", l, e)
			}
			last = e.Updated
		}
		if len(f.Entries) != 4 || len(ids) != 4 || f.Updated != "2026-11-24T09:00:00Z" || f.Links[0].Href != "https://vigie.test"+path {
			t.Errorf("%s: %+v", l, f)
		}
		if l == "fr" && (!strings.Contains(f.Entries[1].Content+f.Entries[2].Content, "faux]]>") || !strings.Contains(f.Entries[1].Content+f.Entries[2].Content, "<b>&")) {
			t.Errorf("texts: %+v", f.Entries)
		}
		again := httptest.NewRequest(http.MethodGet, path, nil)
		again.Header.Set("If-None-Match", w.Header().Get("ETag"))
		w = httptest.NewRecorder()
		if s.ServeHTTP(w, again); w.Code != http.StatusNotModified {
			t.Errorf("%s: %d for who has it already", l, w.Code)
		}
	}
}

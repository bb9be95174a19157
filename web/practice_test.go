package web

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/edition"
	"vigie/indicator"
)

// practiceEdition has the places and the lists that come with the program.
func practiceEdition(_ context.Context, number string, now time.Time) (*edition.Content, error) {
	c, err := sampleEdition(context.Background(), number, now)
	if err == nil {
		c.Territory, c.Former, c.Taxonomy, c.Catalogue = casestudytest.Places(), casestudytest.Places(), casestudytest.Lists(), &indicator.Catalogue{}
		c = edition.New(c)
	}
	return c, err
}

// syntheticCases are made-up cases: one withdrawn, two merged one after the
// other, one with hostile texts, one with translations and pictures.
func syntheticCases(n int) []casestudy.Entry {
	all := casestudytest.Synthetic(n, 3)
	all[0].Slug, all[0].State, all[0].Reason = "synthetique-retiree", casestudy.Archived, "l’organisation a fermé"
	all[1].Slug, all[1].State, all[1].MergedInto = "synthetique-fondue", casestudy.Merged, all[2].ID
	all[2].Slug, all[2].State, all[2].MergedInto = "synthetique-fondue-encore", casestudy.Merged, all[3].ID
	all[3].Slug = "synthetique-gardee"
	all[4].Slug, all[4].Record.Title = "synthetique-hostile", `Synthétique </script><script>alert(1)</script> "quote" & <b>`
	all[4].Record.Sources = []casestudy.Source{{Title: "<img src=x>", Address: "javascript:alert(1)"}, {Title: "bonne", Address: "https://exemple.test/a?b=1&c=2"}}
	all[4].Record.Contacts, all[4].Record.Consent = []casestudy.Contact{{Organisation: "Cachée", Address: "mailto:secret@exemple.test"}}, casestudy.Consent{}
	all[4].ReviewedAt = time.Time{}
	all[5].Slug, all[5].Record.Language = "synthetique-traduite", "fr"
	all[5].Record.Translations = map[string]casestudy.Text{"en": {Title: "Synthetic, translated"}}
	all[5].Record.Media = []casestudy.Media{{Artifact: "abc", Type: "image/png", Width: 10, Height: 10, Alt: "Une image synthétique", Credit: "Personne"}}
	for i := range all {
		if all[i].ChangedAt.IsZero() {
			all[i].ChangedAt = sampleDay
		}
	}
	return all
}

func practiceServer(t testing.TB, all []casestudy.Entry) *Server {
	t.Helper()
	if all == nil {
		all = syntheticCases(200)
	}
	c := sampleConfig()
	c.Edition = practiceEdition
	c.Cases = &CaseBase{Now: c.Now, Stamp: func(context.Context) (int64, error) { return 1, nil },
		Entries:  func(context.Context) ([]casestudy.Entry, int64, error) { return all, 1, nil },
		Artifact: func(context.Context, string) ([]byte, error) { return []byte("synthetic picture"), nil }}
	c.Pages = PracticePages(c.Pages, c.Cases)
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The cases that answer a need are several lists but one choice: every box and
// button is of the one form.
func TestPracticeMatchIsOneChoice(t *testing.T) {
	s := practiceServer(t, nil)
	body := get(t, s, "/pratiques/pour?domaine=EMP").Body.String()
	boxes, joined := strings.Count(body, `type="checkbox" name="f"`), strings.Count(body, ` form="fiches"`)
	if boxes <= 3 || strings.Count(body, ` id="fiches"`) != 1 || joined != boxes-3+1 {
		t.Errorf("%d boxes, %d joined to the form", boxes, joined)
	}
	for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		if strings.Count(body, id[0]) != 1 {
			t.Errorf("%s twice", id[0])
		}
	}
}

func TestPracticePages(t *testing.T) {
	s := practiceServer(t, nil)
	for _, target := range []string{"/pratiques", "/pratiques?q=synth&domaine=EMP&relu=no", "/pratiques?q=zzqqzz", "/pratiques?apres=20&par=50&f=synthetique-gardee", "/pratiques/synthetique-hostile",
		"/pratiques/synthetique-traduite", "/pratiques/dossier", "/pratiques/dossier?f=synthetique-gardee&f=synthetique-hostile&f=synthetique-retiree&titre=Pour+%3Cb%3E"} {
		for prefix, l := range map[string]string{"": "fr", "/en": "en"} {
			w := get(t, s, prefix+target)
			if w.Code != http.StatusOK {
				t.Fatalf("GET %s = %d", prefix+target, w.Code)
			}
			if strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "javascript:") || strings.Contains(w.Body.String(), "secret@exemple.test") {
				t.Errorf("GET %s shows what was to be kept from it", prefix+target)
			}
			checkPage(t, parse(t, w), l)
		}
	}
}

func TestPracticeForms(t *testing.T) {
	s := practiceServer(t, nil)
	for target, begins := range map[string]string{
		"/pratiques.csv?domaine=EMP": "title,slug,places,", "/pratiques.xlsx": "PK", "/pratiques.atom?q=synth": "<?xml", "/pratiques.json": "{",
		"/pratiques/synthetique-gardee.json": "{", "/pratiques/synthetique-gardee.pdf": "%PDF", "/pratiques/dossier.pdf?f=synthetique-gardee": "%PDF",
		"/pratiques/dossier.xlsx?f=synthetique-gardee": "PK", "/pratiques/dossier.csv?f=synthetique-gardee&figure=pratiques": "title,", "/image/abc": "synthetic picture"} {
		if w := get(t, s, target); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), begins) {
			t.Errorf("GET %s = %d, %.40q; want %q", target, w.Code, w.Body.String(), begins)
		}
	}
	for target, want := range map[string]int{"/image/unknown": 404, "/domaines.atom": 404, "/domaines.xlsx": 404, "/pratiques/synthetique-gardee.xlsx": 404} {
		if w := get(t, s, target); w.Code != want {
			t.Errorf("GET %s = %d; want %d", target, w.Code, want)
		}
	}
	var feed struct {
		Entries []struct {
			Title string `xml:"title"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(get(t, s, "/pratiques.atom").Body.Bytes(), &feed); err != nil || len(feed.Entries) != mostFed {
		t.Errorf("the feed has %d entries, %v", len(feed.Entries), err)
	}
	// What a file holds is the whole selection, whatever page is shown.
	var page struct{ Data []casestudy.Entry }
	body := get(t, s, "/pratiques.json?domaine=EMP&apres=20").Body.Bytes()
	if err := json.Unmarshal(body, &page); err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, e := range syntheticCases(200) {
		if e.State.Public() && slices.Contains(e.Record.Domains, "EMP") {
			want++
		}
	}
	if len(page.Data) != want || strings.Count(get(t, s, "/pratiques.csv?domaine=EMP").Body.String(), "\r\n") != want+1 {
		t.Errorf("%d cases in JSON; want %d, as in CSV", len(page.Data), want)
	}
}

// TestPracticeAddresses: a case keeps its address, whatever became of it.
func TestPracticeAddresses(t *testing.T) {
	s := practiceServer(t, nil)
	for _, c := range []struct {
		target string
		status int
		to     string
	}{
		{"/pratiques/synthetique-retiree", 410, ""},
		{"/en/pratiques/synthetique-retiree.json", 410, ""},
		{"/pratiques/synthetique-fondue", 301, "/pratiques/synthetique-gardee"},
		{"/en/pratiques/synthetique-fondue.pdf", 301, "/en/pratiques/synthetique-gardee.pdf"},
		{"/pratiques/synthetique-garde", 404, ""},
		{"/editions/2026-1/pratiques?q=x", 302, "/pratiques?q=x"},
	} {
		w := get(t, s, c.target)
		if w.Code != c.status || w.Header().Get("Location") != c.to {
			t.Errorf("GET %s = %d %q; want %d %q", c.target, w.Code, w.Header().Get("Location"), c.status, c.to)
		}
	}
	if body := get(t, s, "/pratiques/synthetique-retiree").Body.String(); !strings.Contains(body, "l’organisation a fermé") {
		t.Error("the page of a withdrawn case does not say why")
	}
	id := syntheticCases(200)[3].ID
	if w := get(t, s, "/pratiques/"+id); w.Code != 301 || w.Header().Get("Location") != "/pratiques/synthetique-gardee" {
		t.Errorf("by identifier: %d %q", w.Code, w.Header().Get("Location"))
	}
}

// TestPracticeFinder: the state is in the address, each choice can be taken
// away, and a count is what the choice leads to.
func TestPracticeFinder(t *testing.T) {
	s := practiceServer(t, nil)
	doc := parse(t, get(t, s, "/pratiques?domaine=EMP&domaine=SAN&tri=titre&f=synthetique-gardee"))
	if n := len(all(doc, ".chosen a")); n != 3 {
		t.Errorf("%d links take choices away; want 2 and one for all", n)
	}
	for _, a := range all(doc, ".chosen a") {
		u, err := url.Parse(attr(a, "href"))
		if err != nil || u.Query().Get("tri") != "titre" || u.Query().Get("f") != "synthetique-gardee" || len(u.Query()["domaine"]) > 1 {
			t.Errorf("choice taken away by %q", attr(a, "href"))
		}
	}
	if n := len(all(doc, "input[type=checkbox][name=domaine][checked]")); n != 2 {
		t.Errorf("%d domains are ticked; want 2", n)
	}
	tried := 0
	for _, choice := range all(parse(t, get(t, s, "/pratiques?domaine=EMP")), "input[type=checkbox][name=relation], input[type=checkbox][name=region]") {
		name, value := attr(choice, "name"), attr(choice, "value")
		label := textOf(all(choice.Parent, "label")[0])
		found := get(t, s, "/pratiques.csv?domaine=EMP&"+name+"="+value).Body.String()
		if want := "(" + itoa(strings.Count(found, "\r\n")-1) + ")"; !strings.HasSuffix(strings.TrimSpace(label), want) {
			t.Errorf("%s=%s says %q, and leads to %s", name, value, label, want)
		}
		if tried++; tried == 12 {
			break
		}
	}
	if tried < 5 {
		t.Errorf("%d choices", tried)
	}
}

func itoa(n int) string { return strings.TrimSpace(codeWord(n)) }

// TestCaseBase: the base is asked for its stamp once a second at most, and made
// anew beside the one that is read.
func TestCaseBase(t *testing.T) {
	now := sampleDay
	var stamp, asked, read atomic.Int64
	stamp.Store(1)
	hold := make(chan struct{})
	all := syntheticCases(20)
	c := &CaseBase{Now: func() time.Time { return now },
		Stamp: func(context.Context) (int64, error) { asked.Add(1); return stamp.Load(), nil },
		Entries: func(context.Context) ([]casestudy.Entry, int64, error) {
			if read.Add(1) > 1 {
				<-hold
			}
			return all, stamp.Load(), nil
		}}
	e, _ := practiceEdition(t.Context(), "", now)
	first, err := c.get(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Second)
	for range 10 {
		if h, _ := c.get(t.Context(), e); h.base != first.base {
			t.Fatal("another base without a change")
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the stamp was asked for %d times in a second; want 1", asked.Load())
	}
	stamp.Store(2)
	now = now.Add(2 * time.Second)
	if h, err := c.get(t.Context(), e); err != nil || h.base != first.base {
		t.Errorf("a reader waits for the new base: %v", err)
	}
	close(hold)
	c.Close()
	if h, _ := c.get(t.Context(), e); h.base == first.base || h.stamp != 2 || h.mark() == first.mark() {
		t.Error("the base was not made anew")
	}
}

// TestCaseBaseCoding: a mark on a passage changes the agreement that readers see,
// and their copies are no longer fresh; the cases are not read again.
func TestCaseBaseCoding(t *testing.T) {
	now := sampleDay
	var coded, read atomic.Int64
	c := &CaseBase{Now: func() time.Time { return now },
		Stamp: func(context.Context) (int64, error) { return 1, nil },
		Entries: func(context.Context) ([]casestudy.Entry, int64, error) {
			read.Add(1)
			return syntheticCases(20), 1, nil
		},
		Coded: func(context.Context) (int64, error) { return coded.Load(), nil },
		Coding: func(context.Context) (*casestudy.Coding, error) {
			return &casestudy.Coding{Units: int(coded.Load())}, nil
		}}
	e, _ := practiceEdition(t.Context(), "", now)
	first, err := c.get(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	coded.Store(7)
	now = now.Add(2 * time.Second)
	if _, err := c.get(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	c.Close()
	h, err := c.get(t.Context(), e)
	if err != nil || h.base.Coding().Units != 7 || h.mark() == first.mark() || read.Load() != 1 {
		t.Errorf("%+v, mark %s, read %d times: %v", h.base.Coding(), h.mark(), read.Load(), err)
	}
}

// BenchmarkPracticePage is one page of results at 10,000 cases, choices, map
// and years included.
func BenchmarkPracticePage(b *testing.B) {
	s := practiceServer(b, syntheticCases(10_000))
	s.limits, s.exports = nil, nil
	words := []string{"emploi", "énergie citoyenne", "mobilité", "alimentation locale", "santé", "logement", "culture", "numérique"}
	domains := casestudytest.Lists().Terms("domain")
	e, _ := practiceEdition(b.Context(), "", sampleDay)
	if _, err := s.Cases.get(b.Context(), e); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		q := url.Values{"q": {words[i%len(words)]}, "domaine": {domains[i%len(domains)].Code}, "apres": {codeWord(20 * (i % 3))}}
		began := time.Now()
		if w := get(b, s, "/pratiques?"+q.Encode()+"&n="+codeWord(i)); w.Code != 200 {
			b.Fatal(w.Code)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// A case published a moment ago is found by who follows its address at once.
func TestPracticeJustPublished(t *testing.T) {
	all, stamp := syntheticCases(10), int64(1)
	s := practiceServer(t, all[:9])
	s.Cases.Stamp = func(context.Context) (int64, error) { return stamp, nil }
	s.Cases.Entries = func(context.Context) ([]casestudy.Entry, int64, error) { return all[:8+stamp], stamp, nil }
	late := "/pratiques/" + all[9].Slug
	if w := get(t, s, late); w.Code != http.StatusNotFound {
		t.Fatalf("before it is published: %d", w.Code)
	}
	stamp = 2
	if w := get(t, s, late); w.Code != http.StatusOK {
		t.Errorf("just after: %d", w.Code)
	}
}

package web

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"vigie/edition"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/study"
)

// recordSite serves the pages of the starter observatory.
func recordSite(t testing.TB) *Server {
	t.Helper()
	return newOffice(t, func(c *Config) {
		content := observatorytest.Content(t)
		c.Edition = func(context.Context, string, time.Time) (*edition.Content, error) { return content, nil }
		c.Releases = func(context.Context, time.Time) ([]report.Release, error) {
			return []report.Release{{Number: "2026-2", Date: "2026-11-20", Supersedes: "2026-1", Manifest: "abc"}}, nil
		}
		c.Pages = SitePages(c.Office.DB, c.Office.Library, c.Now)
	}).Server
}

// TestRecordPages: the pages of the register stand, in both languages and in a
// frozen edition, whole without a script.
func TestRecordPages(t *testing.T) {
	s := recordSite(t)
	for path, want := range map[string]map[string]int{
		"/etudes":                      {".lead p": 2, ".cards .card": 4, "#IMPACT table tbody tr": 13, ".menu a[aria-current=page]": 1},
		"/etudes/phare-citoyens":       {"#PHARE-Citoyens-2015": 1, ".list li": 13, "#chiffres-publies tbody tr": 19, "script[type='application/ld+json']": 1},
		"/etudes/IMPACT-Citoyens-2019": {"#IMPACT-Citoyens-2019": 1},
		"/programmes/ARPEA":            {"#phases tbody tr": 10, "#liste-etudes tbody tr": 4, "#liste-partenaires tbody tr": 6},
		"/tendances":                   {"#partagee svg[role]": 2, "#liste-suivies tbody tr": 8, "#liste-une-fois tbody tr": 24},
		"/tendances/partnership_source_of_innovation": {"figure.figure": 4, "figure details[data-print] table": 4},
		"/tendances/company_priority":                 {"figure.figure": 0, ".table-alone tbody tr": 1},
		"/calendrier":                                 {"#rencontres-passees tbody tr": 7, ".links a[href$='/calendrier.ics']": 1, ".links a[href$='/calendrier.atom']": 1},
		"/calendrier/diner-elus-entreprises-3":        {".list li": 6, ".cards .card": 1, "script[type='application/ld+json']": 1},
	} {
		for prefix, l := range map[string]string{"": "fr", "/en": "en", "/editions/2026-1": "fr"} {
			w := get(t, s, prefix+path)
			if w.Code != http.StatusOK {
				t.Errorf("GET %s = %d", prefix+path, w.Code)
				continue
			}
			doc := parse(t, w)
			checkPage(t, doc, l)
			for selector, n := range want {
				if got := len(all(doc, selector)); got != n {
					t.Errorf("%s: %d × %q; want %d", prefix+path, got, selector, n)
				}
			}
		}
	}
	for _, path := range []string{"/etudes/nulle-part", "/programmes/XX", "/tendances/xx", "/calendrier/xx", "/calendrier/xx.ics"} {
		if w := get(t, s, path); w.Code != http.StatusNotFound {
			t.Errorf("GET %s = %d", path, w.Code)
		}
	}
}

// TestRecordForms: a trend is the same in CSV and JSON.
func TestRecordForms(t *testing.T) {
	s := recordSite(t)
	csv := get(t, s, "/tendances/partnership_source_of_innovation.csv?figure=evolution-citizens-percent").Body.String()
	if lines := strings.Split(strings.TrimSpace(csv), "\n"); len(lines) != 4 || !strings.HasPrefix(lines[0], "series,date,value,low,low_sign,high") || !strings.Contains(csv, ",2019-10,74,72.2,,75.7,,") {
		t.Errorf("%q", csv)
	}
	var d report.Document
	w := get(t, s, "/etudes.json")
	_ = json.Unmarshal(w.Body.Bytes(), &d) // charts do not decode: the head of the document does
	if d.ID != "etudes" || len(d.Answer) != 2 {
		t.Errorf("%+v", d.Answer)
	}
}

// TestCalendarFiles: agendas and readers get the events, once, and again only
// when they changed.
func TestCalendarFiles(t *testing.T) {
	s := recordSite(t)
	for path, words := range map[string][]string{
		"/calendrier.ics":     {"UID:rencontre-colloque-bien-commun-2018@", "DTSTART;VALUE=DATE:20180112", "UID:edition-2026-2@", "SUMMARY:Troisième dîner «\u00a0Élus & Entreprises\u00a0»"},
		"/en/calendrier.ics":  {"SUMMARY:Colloquium “Building the common good together”"},
		"/calendrier.atom":    {"<title>Voyage d’étude en Occitanie", "/calendrier/voyage-etude-occitanie-2</id>"},
		"/en/calendrier.atom": {"Fifth webinar", "/en/calendrier/webinaire-odd17-5"},
	} {
		w := get(t, s, path)
		text := strings.ReplaceAll(w.Body.String(), "\r\n ", "")
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: no %q", path, word)
			}
		}
		if again := get(t, s, path, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("%s asked again: %d", path, again.Code)
		}
		if strings.HasSuffix(path, ".atom") {
			var f atomFeed
			if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil || len(f.Entries) != 7 {
				t.Errorf("%s: %d entries, %v", path, len(f.Entries), err)
			}
			continue
		}
		if strings.Contains(text, "DTSTART;VALUE=DATE:201711") || strings.Count(text, "BEGIN:VEVENT") != strings.Count(text, "END:VEVENT") {
			t.Errorf("%s: a month is no day", path)
		}
	}
}

// TestAgendaOfEvent: what an event says is what agendas are told.
func TestAgendaOfEvent(t *testing.T) {
	e := *observatorytest.Content(t)
	head := "id,programme,kind,date,date_end,hour,title_fr,title_en,place,territories,participants,studies,documents,outcome_fr,outcome_en,state,sequence,status,note_fr,note_en,source\n"
	r, err := study.ParseRegister(study.RegisterFiles{Events: []byte(head +
		"essai-1,IT,colloquium,2026-07-01,,09:30,Colloque synthétique,,Lille,,,,,,,tentative,2,ours,,,inventé\n" +
		"essai-2,IT,debate,2026-12-30,2027-01-01,,Débat synthétique,,,,,,,,,cancelled,,ours,,,inventé\n")}, e.Taxonomy)
	if err != nil {
		t.Fatal(err)
	}
	e.Register, e.Publication = r, nil
	body, err := (&Server{}).agenda(words{lang.FR}, "https://vigie.test", &e, nil)
	for _, want := range []string{"UID:rencontre-essai-1@vigie.test\r\n", "DTSTART:20260701T073000Z\r\nSEQUENCE:2\r\nSTATUS:TENTATIVE\r\n", "DTSTART;VALUE=DATE:20261230\r\nDTEND;VALUE=DATE:20270102\r\nSEQUENCE:0\r\nSTATUS:CANCELLED\r\n", "LOCATION:Lille\r\n"} {
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("no %q in\n%s (%v)", want, body, err)
		}
	}
}

// TestRecordTexts: an editor adds an event line by line; what cannot be read is
// told by column.
func TestRecordTexts(t *testing.T) {
	o := newWorkshop(t)
	b := o.as(o.newPerson("Édith", "editor"))
	b.reads(b.get(textPath), http.StatusOK, "Études", "Rencontres", "Partenaires")
	b.reads(b.get(textPath+"/studies"), http.StatusOK, "PHARE-Citoyens", "Ajouter une ligne")
	b.reads(b.get(textPath+"/events/nouveau"), http.StatusOK, "Atelier entre pairs", "Qui y prend part")
	table := must(o.Office.Walk(journal.System, nil).TextTable(t.Context(), "events"))
	form := []string{"version", table.Dataset, "c-id", "atelier-synthetique", "c-programme", "IT", "c-kind", "peer_workshop", "c-date", "2026-13-01", "c-title_fr", "Atelier synthétique", "c-status", "ours", "c-source", "inventé"}
	b.reads(b.post(textPath+"/events/nouveau", form...), http.StatusUnprocessableEntity, "Atelier synthétique", "2026-13-01")
	form[9] = "2026-12-01"
	b.reads(b.post(textPath+"/events/nouveau", append(form, "c-studies", "Nulle-part-2020")...), http.StatusUnprocessableEntity, "étude « Nulle-part-2020 » inconnue")
	b.leadsTo(b.post(textPath+"/events/nouveau", form...), textPath+"/events")
	b.reads(b.get(textPath+"/events"), http.StatusOK, "Atelier synthétique")
}

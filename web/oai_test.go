package web

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
)

var harvestDay = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// syntheticHarvest is a repository of made-up cases, one of them withdrawn and
// one merged, with hostile texts.
func syntheticHarvest(n int) *harvest {
	all := casestudytest.Synthetic(n, 7)
	for i := range all {
		all[i].ChangedAt = harvestDay.Add(-time.Duration(i%50) * time.Second)
	}
	all[0].State, all[1].State, all[1].MergedInto = casestudy.Archived, casestudy.Merged, all[2].ID
	all[2].Record.Title, all[2].Record.Summary = "Synthétique \x00\x07 ]]> & <b>\uFFFE</b>", "\xff\x01"
	all[3].Network, all[3].ExternalID = "Réseau <synthétique>", "x\"1"
	b := casestudy.NewBase(all, casestudytest.Names())
	return &harvest{Base: "https://vigie.example", Name: "Vigie", Email: "contact@vigie.example", At: harvestDay, Entries: harvestOrder(b), Names: b.Names(), Page: 7}
}

// asked encodes the answer of a request and reads it back.
func (h *harvest) asks(t *testing.T, query string) oaiRead {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	b, err := encodeOAI(h.answer(q))
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var a oaiRead
	if err := xml.Unmarshal(b, &a); err != nil {
		t.Fatalf("%s: not well formed: %v\n%s", query, err, b)
	}
	return a
}

type oaiRead struct {
	Date  string `xml:"responseDate"`
	Error struct {
		Code string `xml:"code,attr"`
	} `xml:"error"`
	Request struct {
		Verb string `xml:"verb,attr"`
	} `xml:"request"`
	Identify struct {
		Earliest, Deleted string
		EarliestDatestamp string `xml:"earliestDatestamp"`
		DeletedRecord     string `xml:"deletedRecord"`
		BaseURL           string `xml:"baseURL"`
	}
	Formats []string      `xml:"ListMetadataFormats>metadataFormat>metadataPrefix"`
	Sets    []string      `xml:"ListSets>set>setSpec"`
	Headers oaiListRead   `xml:"ListIdentifiers"`
	Records oaiListRead   `xml:"ListRecords"`
	Record  oaiRecordRead `xml:"GetRecord>record"`
}

type oaiListRead struct {
	Headers []oaiHeaderRead `xml:"header"`
	Records []oaiRecordRead `xml:"record"`
	Token   struct {
		Total  int    `xml:"completeListSize,attr"`
		Cursor int    `xml:"cursor,attr"`
		Text   string `xml:",chardata"`
	} `xml:"resumptionToken"`
}

type oaiRecordRead struct {
	Header oaiHeaderRead `xml:"header"`
	Titles []string      `xml:"metadata>dc>title"`
	Case   struct {
		Version int    `xml:"version,attr"`
		Title   string `xml:"text>title"`
	} `xml:"metadata>case"`
}

type oaiHeaderRead struct {
	Status     string   `xml:"status,attr"`
	Identifier string   `xml:"identifier"`
	Stamp      string   `xml:"datestamp"`
	Sets       []string `xml:"setSpec"`
}

func TestOAIErrors(t *testing.T) {
	h := syntheticHarvest(30)
	known := url.QueryEscape(h.identifier(h.Entries[5]))
	for query, want := range map[string]string{
		"": "badVerb", "verb=": "badVerb", "verb=Nothing": "badVerb", "verb=Identify&verb=Identify": "badVerb",
		"verb=Identify&x=1": "badArgument", "verb=GetRecord": "badArgument", "verb=GetRecord&metadataPrefix=oai_dc": "badArgument",
		"verb=ListRecords": "badArgument", "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc": "badArgument",
		"verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x":                          "badArgument",
		"verb=ListRecords&metadataPrefix=oai_dc&from=hier":                                  "badArgument",
		"verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-23&until=2026-11-22":           "badArgument",
		"verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-23&until=2026-11-23T00:00:00Z": "badArgument",
		"verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-23T00:00Z":                     "badArgument",
		"verb=ListRecords&metadataPrefix=marc":                                              "cannotDisseminateFormat",
		"verb=GetRecord&metadataPrefix=marc&identifier=" + known:                            "cannotDisseminateFormat",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:vigie.example:nowhere":         "idDoesNotExist",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=nonsense":                          "idDoesNotExist",
		"verb=ListMetadataFormats&identifier=nonsense":                                      "idDoesNotExist",
		"verb=ListRecords&resumptionToken=nonsense":                                         "badResumptionToken",
		"verb=ListRecords&resumptionToken=e30":                                              "badResumptionToken",
		"verb=ListSets&resumptionToken=nonsense":                                            "badResumptionToken",
		"verb=ListRecords&metadataPrefix=oai_dc&from=2030-01-01":                            "noRecordsMatch",
		"verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01":                           "noRecordsMatch",
		"verb=Identify": "", "verb=ListSets": "", "verb=ListMetadataFormats": "", "verb=ListMetadataFormats&identifier=" + known: "",
		"verb=GetRecord&metadataPrefix=vigie&identifier=" + known:                "",
		"verb=ListRecords&metadataPrefix=vigie&from=2026-11-23&until=2026-11-23": "",
	} {
		a := h.asks(t, query)
		if a.Error.Code != want {
			t.Errorf("%q = error %q; want %q", query, a.Error.Code, want)
		}
		if refused := want == "badVerb" || want == "badArgument"; refused != (a.Request.Verb == "") {
			t.Errorf("%q: the request is repeated with verb %q", query, a.Request.Verb)
		}
	}
}

func TestOAIRecords(t *testing.T) {
	h := syntheticHarvest(30)
	a := h.asks(t, "verb=Identify")
	if a.Identify.DeletedRecord != "persistent" || a.Identify.EarliestDatestamp != stampOf(h.Entries[0]).Format(oaiSecond) || a.Identify.BaseURL != "https://vigie.example/oai" {
		t.Errorf("Identify = %+v", a.Identify)
	}
	deleted := 0
	for _, e := range h.Entries {
		for _, prefix := range h.asks(t, "verb=ListMetadataFormats").Formats {
			r := h.asks(t, "verb=GetRecord&metadataPrefix="+prefix+"&identifier="+url.QueryEscape(h.identifier(e))).Record
			if r.Header.Identifier != h.identifier(e) || r.Header.Stamp != stampOf(e).Format(oaiSecond) {
				t.Errorf("header of %s = %+v", e.ID, r.Header)
			}
			if !e.State.Public() {
				deleted++
				if r.Header.Status != "deleted" || len(r.Titles) > 0 || r.Case.Title != "" {
					t.Errorf("withdrawn case %s is %+v", e.ID, r)
				}
			} else if r.Header.Status != "" || len(r.Titles) == 0 && r.Case.Title == "" {
				t.Errorf("case %s is %+v", e.ID, r)
			}
		}
	}
	if deleted != 4 {
		t.Errorf("%d records of withdrawn cases; want 4", deleted)
	}
}

// TestOAISets: each set holds the cases that say so, those that were withdrawn
// from it too.
func TestOAISets(t *testing.T) {
	h := syntheticHarvest(40)
	h.Page = 1000
	for _, set := range h.asks(t, "verb=ListSets").Sets {
		var want, got []string
		for _, e := range h.Entries {
			if h.within(e, set) {
				want = append(want, h.identifier(e))
			}
		}
		for _, x := range h.asks(t, "verb=ListIdentifiers&metadataPrefix=oai_dc&set="+url.QueryEscape(set)).Headers.Headers {
			got = append(got, x.Identifier)
			if !slices.ContainsFunc(x.Sets, func(s string) bool { return s == set || strings.HasPrefix(s, set+":") }) {
				t.Errorf("%s is listed in %s, and says %v", x.Identifier, set, x.Sets)
			}
		}
		if d := cmp.Diff(want, got); d != "" || len(want) == 0 {
			t.Errorf("set %s: -want +got\n%s", set, d)
		}
	}
}

// harvester keeps what it was told last of each record.
type harvester struct {
	from string
	held map[string]string
}

// run harvests what changed since the last time, page by page; between two of
// them the repository changes.
func (v *harvester) run(t *testing.T, h *harvest, change func()) {
	t.Helper()
	query, first, pages := "verb=ListRecords&metadataPrefix=vigie", "", 0
	if v.from != "" {
		query += "&from=" + v.from
	}
	for query != "" {
		a := h.asks(t, query)
		if first == "" {
			first = a.Date
		}
		if a.Error.Code != "" && a.Error.Code != "noRecordsMatch" {
			t.Fatalf("%s: %s", query, a.Error.Code)
		}
		for _, r := range a.Records.Records {
			v.held[r.Header.Identifier] = fmt.Sprint(r.Header.Status, r.Case.Version)
		}
		query = ""
		if text := a.Records.Token.Text; text != "" {
			query = "verb=ListRecords&resumptionToken=" + url.QueryEscape(text)
		}
		if pages++; pages > 1000 {
			t.Fatal("the list has no end")
		}
		change()
	}
	v.from = first
}

// TestOAILosesNothing: records change, are withdrawn and come between any two
// pages, some of them seen only later than they are dated; who harvests again
// from the date of the first answer has the last state of each.
func TestOAILosesNothing(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 9))
		all := casestudytest.Synthetic(90, seed)
		for i := range all {
			all[i].ChangedAt, all[i].Version = harvestDay.Add(-time.Duration(rng.IntN(20))*time.Second), 1
		}
		now := harvestDay
		h := &harvest{Base: "https://vigie.example", Name: "Vigie", Page: 10}
		var late []func()
		shown := 50
		settle := func() { // the base as it is read now
			b := casestudy.NewBase(all[:shown], casestudytest.Names())
			h.Entries, h.At, h.Names = harvestOrder(b), now, b.Names()
		}
		settle()
		change := func() {
			now = now.Add(time.Duration(rng.IntN(1500)) * time.Millisecond)
			for range rng.IntN(6) {
				i, at := rng.IntN(shown), now
				edit := func() {
					all[i].ChangedAt, all[i].Version = at, all[i].Version+1
					if rng.IntN(5) == 0 {
						all[i].State = casestudy.Archived
					}
				}
				if rng.IntN(3) == 0 { // dated now, seen in a while
					late = append(late, edit)
				} else {
					edit()
				}
			}
			for _, edit := range late[:len(late)/2] {
				edit()
			}
			late = late[len(late)/2:]
			shown = min(shown+rng.IntN(2), len(all))
			if rng.IntN(3) > 0 {
				settle()
			}
		}
		v := &harvester{held: map[string]string{}}
		v.run(t, h, change)
		v.run(t, h, change)
		for _, edit := range late {
			edit()
		}
		now = now.Add(2 * time.Second)
		settle()
		v.run(t, h, func() {})
		want := map[string]string{}
		for _, e := range h.Entries {
			if e.State.Public() {
				want[h.identifier(e)] = fmt.Sprint("", e.Version)
			} else {
				want[h.identifier(e)] = "deleted0"
			}
		}
		if d := cmp.Diff(want, v.held); d != "" {
			t.Fatalf("seed %d: -last state +harvested\n%s", seed, d)
		}
	}
}

func FuzzOAIToken(f *testing.F) {
	h := syntheticHarvest(10)
	f.Add(oaiSpan{Prefix: "vigie", Until: harvestDay.Unix(), ID: "x", Before: 1}.String())
	f.Add("e30")
	f.Fuzz(func(t *testing.T, text string) {
		h.asks(t, url.Values{"verb": {"ListRecords"}, "resumptionToken": {text}}.Encode())
	})
}

func TestOAIServed(t *testing.T) {
	s := practiceServer(t, nil)
	if w := get(t, s, "/oai?verb=Identify"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "qui le tient") {
		t.Errorf("without an address to write to: %d %s", w.Code, w.Body)
	}
	s.BaseURL = "http://127.0.0.1:8080"
	if w := get(t, s, "/oai?verb=Identify"); !strings.Contains(w.Body.String(), "<adminEmail>observatoire@localhost<") {
		t.Errorf("on this machine: %d %s", w.Code, w.Body)
	}
	s.BaseURL, s.Contact = "", "contact@vigie.example"
	get := get(t, s, "/oai?verb=ListRecords&metadataPrefix=oai_dc")
	post := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/oai", strings.NewReader("verb=ListRecords&metadataPrefix=oai_dc"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.ServeHTTP(post, r)
	if get.Code != 200 || post.Code != 200 || get.Body.String() != post.Body.String() || !strings.HasPrefix(get.Header().Get("Content-Type"), "text/xml") {
		t.Errorf("GET = %d, POST = %d, %q", get.Code, post.Code, get.Header().Get("Content-Type"))
	}
	if got := strings.Count(get.Body.String(), "<record>"); got != oaiPage {
		t.Errorf("%d records in an answer; want %d", got, oaiPage)
	}
}

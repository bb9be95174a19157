package web

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"time"

	"vigie/casestudy"
)

// harvest is what the protocol for harvesters (OAI-PMH 2.0) answers from: every
// case that the public sees or saw, by the second of its last change and its
// identifier, as it was at At.
type harvest struct {
	Base    string // address of the site
	Name    string
	Email   string
	At      time.Time
	Entries []*casestudy.Entry
	Names   casestudy.Names
	Page    int // records of one answer
}

// harvestOrder puts the cases of a base in the order of their harvest.
func harvestOrder(b *casestudy.Base) []*casestudy.Entry {
	var all []*casestudy.Entry
	for _, list := range [][]casestudy.Entry{b.Entries(), b.Retired()} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	slices.SortFunc(all, func(a, b *casestudy.Entry) int {
		return cmp.Or(stampOf(a).Compare(stampOf(b)), strings.Compare(a.ID, b.ID))
	})
	return all
}

// stampOf is the datestamp of a case: the second of its last change.
func stampOf(e *casestudy.Entry) time.Time { return e.ChangedAt.UTC().Truncate(time.Second) }

// overlap is how far before the reading of the base an answer is dated: a
// change that was made then and seen later is in the next harvest, which begins
// at that date.
const overlap = time.Minute

const (
	oaiSecond = "2006-01-02T15:04:05Z"
	oaiPage   = 100
	oaiPath   = "/oai"
)

// oaiVerbs are the arguments of each verb: true for those that must be there.
// A resumption token stands alone.
var oaiVerbs = map[string]map[string]bool{
	"Identify":            {},
	"ListMetadataFormats": {"identifier": false},
	"ListSets":            {"resumptionToken": false},
	"GetRecord":           {"identifier": true, "metadataPrefix": true},
	"ListIdentifiers":     {"metadataPrefix": true, "from": false, "until": false, "set": false, "resumptionToken": false},
	"ListRecords":         {"metadataPrefix": true, "from": false, "until": false, "set": false, "resumptionToken": false},
}

// answer answers one request.
func (h *harvest) answer(q url.Values) oaiAnswer {
	a := oaiAnswer{NS: oaiNS, XSI: xsiNS, Schema: oaiNS + " " + oaiNS + "OAI-PMH.xsd", Date: h.At.Add(-overlap).UTC().Format(oaiSecond),
		Request: oaiRequest{URL: h.Base + oaiPath}}
	verb, fault := checkOAI(q)
	if fault == nil {
		a.Request.fill(q)
		fault = h.do(&a, verb, q)
	}
	if fault != nil {
		a.Error = fault
		if fault.Code == "badArgument" {
			a.Request = oaiRequest{URL: a.Request.URL}
		}
	}
	return a
}

// checkOAI reads the verb and checks its arguments.
func checkOAI(q url.Values) (verb string, fault *oaiError) {
	verb = q.Get("verb")
	known, ok := oaiVerbs[verb]
	if !ok || len(q["verb"]) != 1 {
		return "", &oaiError{"badVerb", "the verb is missing, repeated or not one of the protocol"}
	}
	for name, values := range q {
		if name == "verb" {
			continue
		}
		if _, ok := known[name]; !ok {
			return "", &oaiError{"badArgument", "the verb " + verb + " does not take an argument of this name"}
		}
		if len(values) != 1 {
			return "", &oaiError{"badArgument", "the argument " + name + " is given several times"}
		}
	}
	if q.Has("resumptionToken") {
		if len(q) != 2 {
			return "", &oaiError{"badArgument", "a resumptionToken stands alone"}
		}
		return verb, nil
	}
	for name, needed := range known {
		if needed && q.Get(name) == "" {
			return "", &oaiError{"badArgument", "the argument " + name + " is missing"}
		}
	}
	return verb, nil
}

func (h *harvest) do(a *oaiAnswer, verb string, q url.Values) *oaiError {
	switch verb {
	case "Identify":
		a.Identify = h.identify()
	case "ListMetadataFormats":
		return h.formats(a, q)
	case "ListSets":
		if q.Has("resumptionToken") {
			return errOAIToken
		}
		a.Sets = &oaiSets{h.sets()}
	case "GetRecord":
		return h.record(a, q)
	default:
		return h.list(a, verb, q)
	}
	return nil
}

var errOAIToken = &oaiError{"badResumptionToken", "this resumptionToken is not one that this repository gave"}

func (h *harvest) identify() *oaiIdentify {
	earliest := h.At
	if len(h.Entries) > 0 {
		earliest = stampOf(h.Entries[0])
	}
	return &oaiIdentify{Name: h.Name, URL: h.Base + oaiPath, Version: "2.0", Email: h.Email, Earliest: earliest.UTC().Format(oaiSecond),
		Deleted: "persistent", Granularity: "YYYY-MM-DDThh:mm:ssZ"}
}

func (h *harvest) formats(a *oaiAnswer, q url.Values) *oaiError {
	if q.Has("identifier") && h.find(q.Get("identifier")) == nil {
		return errOAIAbsent
	}
	f := &oaiFormats{}
	for _, prefix := range []string{"oai_dc", "vigie"} {
		f.Formats = append(f.Formats, oaiFormat{prefix, h.schema(prefix), namespaceOf(prefix)})
	}
	a.Formats = f
	return nil
}

var errOAIAbsent = &oaiError{"idDoesNotExist", "no case of this repository has this identifier"}

// identifier is the name of a case in the protocol.
func (h *harvest) identifier(e *casestudy.Entry) string { return "oai:" + h.host() + ":" + e.ID }

func (h *harvest) host() string {
	u, err := url.Parse(h.Base)
	if err != nil {
		return "localhost"
	}
	return u.Hostname()
}

func (h *harvest) find(identifier string) *casestudy.Entry {
	id, ok := strings.CutPrefix(identifier, "oai:"+h.host()+":")
	if !ok {
		return nil
	}
	for _, e := range h.Entries {
		if e.ID == id {
			return e
		}
	}
	return nil
}

var errOAIFormat = &oaiError{"cannotDisseminateFormat", "the formats are oai_dc and vigie"}

func (h *harvest) record(a *oaiAnswer, q url.Values) *oaiError {
	e := h.find(q.Get("identifier"))
	switch {
	case namespaceOf(q.Get("metadataPrefix")) == "":
		return errOAIFormat
	case e == nil:
		return errOAIAbsent
	}
	r := h.recordOf(e, q.Get("metadataPrefix"))
	a.Record = &oaiRecords{Records: []oaiRecord{r}}
	return nil
}

// oaiSpan is what a list holds: its format, its set, its window, and after which
// record the next answer begins. A token is a span, and nothing is kept of it:
// the last second of the window is that of the first answer, so that what
// changes meanwhile leaves this list and stands in the next harvest.
type oaiSpan struct {
	Prefix string `json:"p"`
	Set    string `json:"s,omitempty"`
	From   int64  `json:"f"`
	Until  int64  `json:"u"`
	Stamp  int64  `json:"t"`
	ID     string `json:"i"`
	Before int    `json:"n"`
}

func (s oaiSpan) String() string {
	b, _ := json.Marshal(s) // texts and numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseToken reads back a token.
func parseToken(text string) (s oaiSpan, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(b, &s) != nil || s.String() != text || namespaceOf(s.Prefix) == "" || s.From > s.Until || s.Before < 1 {
		return oaiSpan{}, false
	}
	return s, true
}

func (h *harvest) list(a *oaiAnswer, verb string, q url.Values) *oaiError {
	s, fault := h.asked(q)
	if fault != nil {
		return fault
	}
	var page []*casestudy.Entry
	more, total := false, s.Before
	for _, e := range h.Entries {
		t := stampOf(e).Unix()
		if t < s.From || t > s.Until || t < s.Stamp || t == s.Stamp && e.ID <= s.ID || !h.within(e, s.Set) {
			continue
		}
		total++
		if len(page) == h.Page {
			more = true
			continue
		}
		page = append(page, e)
	}
	if len(page) == 0 {
		return &oaiError{"noRecordsMatch", "no case has changed in this window and this set"}
	}
	out := &oaiRecords{}
	for _, e := range page {
		if verb == "ListIdentifiers" {
			out.Headers = append(out.Headers, h.header(e))
		} else {
			out.Records = append(out.Records, h.recordOf(e, s.Prefix))
		}
	}
	if more || s.Before > 0 {
		out.Token = &oaiToken{Cursor: s.Before, Total: total}
	}
	if more {
		last := page[len(page)-1]
		s.Stamp, s.ID, s.Before = stampOf(last).Unix(), last.ID, s.Before+len(page)
		out.Token.Text = s.String()
	}
	if verb == "ListIdentifiers" {
		a.Headers = out
	} else {
		a.Records = out
	}
	return nil
}

// asked reads the span of a list from a token or from the arguments.
func (h *harvest) asked(q url.Values) (oaiSpan, *oaiError) {
	if q.Has("resumptionToken") {
		s, ok := parseToken(q.Get("resumptionToken"))
		if !ok {
			return oaiSpan{}, errOAIToken
		}
		return s, nil
	}
	s := oaiSpan{Prefix: q.Get("metadataPrefix"), Set: q.Get("set"), Until: h.At.Unix(), Stamp: -1 << 62, From: -1 << 62}
	if namespaceOf(s.Prefix) == "" {
		return oaiSpan{}, errOAIFormat
	}
	from, until := q.Get("from"), q.Get("until")
	if from != "" && until != "" && len(from) != len(until) {
		return oaiSpan{}, &oaiError{"badArgument", "from and until are not of one granularity"}
	}
	if q.Has("from") {
		t, ok := instantOf(from, false)
		if !ok {
			return oaiSpan{}, &oaiError{"badArgument", "from is no date of this protocol"}
		}
		s.From = t
	}
	if q.Has("until") {
		t, ok := instantOf(until, true)
		if !ok {
			return oaiSpan{}, &oaiError{"badArgument", "until is no date of this protocol"}
		}
		if t < s.From {
			return oaiSpan{}, &oaiError{"badArgument", "from is after until"}
		}
		s.Until = min(s.Until, t)
	}
	return s, nil
}

// instantOf reads a day or a second; the end of a day for a last one.
func instantOf(s string, last bool) (int64, bool) {
	if t, err := time.Parse(oaiSecond, s); err == nil {
		return t.Unix(), true
	}
	t, err := time.Parse(time.DateOnly, s)
	if last {
		t = t.Add(24*time.Hour - time.Second)
	}
	return t.Unix(), err == nil
}

// within reports whether a case is in a set. One that was withdrawn stays in
// those of the last version that was shown: who harvests them hears of it.
func (h *harvest) within(e *casestudy.Entry, set string) bool {
	return set == "" || slices.ContainsFunc(setsOf(e), func(s string) bool { return s == set || strings.HasPrefix(s, set+":") })
}

// setsOf are the sets of a case: its domains, and who brought it.
func setsOf(e *casestudy.Entry) []string {
	var out []string
	for _, d := range e.Record.Domains {
		out = append(out, "domaine:"+plainName(d))
	}
	if e.Network != "" {
		out = append(out, "reseau:"+plainName(e.Network))
	}
	return out
}

// encodeOAI writes an answer. Signs that no XML can hold are replaced.
func encodeOAI(a oaiAnswer) ([]byte, error) {
	b, err := xml.Marshal(a)
	return append([]byte(xml.Header), b...), err
}

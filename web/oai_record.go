package web

import (
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/report"
	"vigie/territory"
)

// The namespaces and schemas of the protocol and of its formats.
const (
	oaiNS   = "http://www.openarchives.org/OAI/2.0/"
	xsiNS   = "http://www.w3.org/2001/XMLSchema-instance"
	oaiDCNS = oaiNS + "oai_dc/"
	dcNS    = "http://purl.org/dc/elements/1.1/"
	caseNS  = "urn:vigie:case:1"
)

// namespaceOf is the namespace of a format, "" when there is no such format.
func namespaceOf(prefix string) string {
	return map[string]string{"oai_dc": oaiDCNS, "vigie": caseNS}[prefix]
}

func (h *harvest) schema(prefix string) string {
	if prefix == "oai_dc" {
		return oaiNS + "oai_dc.xsd"
	}
	return h.Base + oaiSchema
}

type oaiAnswer struct {
	XMLName  xml.Name     `xml:"OAI-PMH"`
	NS       string       `xml:"xmlns,attr"`
	XSI      string       `xml:"xmlns:xsi,attr"`
	Schema   string       `xml:"xsi:schemaLocation,attr"`
	Date     string       `xml:"responseDate"`
	Request  oaiRequest   `xml:"request"`
	Error    *oaiError    `xml:"error"`
	Identify *oaiIdentify `xml:"Identify"`
	Formats  *oaiFormats  `xml:"ListMetadataFormats"`
	Sets     *oaiSets     `xml:"ListSets"`
	Record   *oaiRecords  `xml:"GetRecord"`
	Headers  *oaiRecords  `xml:"ListIdentifiers"`
	Records  *oaiRecords  `xml:"ListRecords"`
}

type oaiRequest struct {
	Verb       string `xml:"verb,attr,omitempty"`
	Identifier string `xml:"identifier,attr,omitempty"`
	Prefix     string `xml:"metadataPrefix,attr,omitempty"`
	From       string `xml:"from,attr,omitempty"`
	Until      string `xml:"until,attr,omitempty"`
	Set        string `xml:"set,attr,omitempty"`
	Token      string `xml:"resumptionToken,attr,omitempty"`
	URL        string `xml:",chardata"`
}

func (r *oaiRequest) fill(q map[string][]string) {
	for name, to := range map[string]*string{"verb": &r.Verb, "identifier": &r.Identifier, "metadataPrefix": &r.Prefix, "from": &r.From,
		"until": &r.Until, "set": &r.Set, "resumptionToken": &r.Token} {
		if v := q[name]; len(v) > 0 {
			*to = v[0]
		}
	}
}

type oaiError struct {
	Code string `xml:"code,attr"`
	Text string `xml:",chardata"`
}

type oaiIdentify struct {
	Name        string `xml:"repositoryName"`
	URL         string `xml:"baseURL"`
	Version     string `xml:"protocolVersion"`
	Email       string `xml:"adminEmail"`
	Earliest    string `xml:"earliestDatestamp"`
	Deleted     string `xml:"deletedRecord"`
	Granularity string `xml:"granularity"`
}

type oaiFormats struct {
	Formats []oaiFormat `xml:"metadataFormat"`
}

type oaiFormat struct {
	Prefix    string `xml:"metadataPrefix"`
	Schema    string `xml:"schema"`
	Namespace string `xml:"metadataNamespace"`
}

type oaiSets struct {
	Sets []oaiSet `xml:"set"`
}

type oaiSet struct {
	Spec string `xml:"setSpec"`
	Name string `xml:"setName"`
}

type oaiRecords struct {
	Headers []oaiHeader `xml:"header"`
	Records []oaiRecord `xml:"record"`
	Token   *oaiToken   `xml:"resumptionToken"`
}

type oaiToken struct {
	Total  int    `xml:"completeListSize,attr"`
	Cursor int    `xml:"cursor,attr"`
	Text   string `xml:",chardata"`
}

type oaiHeader struct {
	Status     string   `xml:"status,attr,omitempty"`
	Identifier string   `xml:"identifier"`
	Stamp      string   `xml:"datestamp"`
	Sets       []string `xml:"setSpec"`
}

type oaiRecord struct {
	Header   oaiHeader    `xml:"header"`
	Metadata *oaiMetadata `xml:"metadata"`
}

type oaiMetadata struct {
	Core *dublinCore
	Case *caseXML
}

// dublinCore is a case in the format that every harvester knows.
type dublinCore struct {
	XMLName xml.Name `xml:"oai_dc:dc"`
	NS      string   `xml:"xmlns:oai_dc,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	XSI     string   `xml:"xmlns:xsi,attr"`
	Schema  string   `xml:"xsi:schemaLocation,attr"`

	Titles       []spoken `xml:"dc:title"`
	Creators     []string `xml:"dc:creator"`
	Subjects     []string `xml:"dc:subject"`
	Descriptions []spoken `xml:"dc:description"`
	Publisher    string   `xml:"dc:publisher"`
	Contributors []string `xml:"dc:contributor"`
	Date         string   `xml:"dc:date"`
	Type         string   `xml:"dc:type"`
	Format       string   `xml:"dc:format"`
	Identifier   string   `xml:"dc:identifier"`
	Sources      []string `xml:"dc:source"`
	Languages    []string `xml:"dc:language"`
	Relations    []string `xml:"dc:relation"`
	Coverage     []string `xml:"dc:coverage"`
	Rights       string   `xml:"dc:rights,omitempty"`
}

// spoken is a text in a language.
type spoken struct {
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

func (h *harvest) header(e *casestudy.Entry) oaiHeader {
	out := oaiHeader{Identifier: h.identifier(e), Stamp: stampOf(e).Format(oaiSecond), Sets: setsOf(e)}
	if !e.State.Public() {
		out.Status = "deleted"
	}
	return out
}

func (h *harvest) recordOf(e *casestudy.Entry, prefix string) oaiRecord {
	r := oaiRecord{Header: h.header(e)}
	switch {
	case !e.State.Public():
	case prefix == "vigie":
		r.Metadata = &oaiMetadata{Case: h.caseXML(e)}
	default:
		r.Metadata = &oaiMetadata{Core: h.core(e)}
	}
	return r
}

// sets lists the sets that some case is in, with the larger ones.
func (h *harvest) sets() []oaiSet {
	names := map[string]string{"domaine": "Domaines", "reseau": "Réseaux"}
	for _, e := range h.Entries {
		for _, d := range e.Record.Domains {
			label := h.Names.Term("domain", d, lang.FR)
			if label == "" {
				label = d
			}
			names["domaine:"+plainName(d)] = label
		}
		if e.Network != "" {
			names["reseau:"+plainName(e.Network)] = e.Network
		}
	}
	var out []oaiSet
	for spec, name := range names {
		out = append(out, oaiSet{spec, name})
	}
	slices.SortFunc(out, func(a, b oaiSet) int { return strings.Compare(a.Spec, b.Spec) })
	return out
}

func (h *harvest) page(e *casestudy.Entry) string {
	return h.Base + report.PracticePath + "/" + e.Slug
}

// texts are those of a record by language, its own first.
func texts(r *casestudy.Record, of func(casestudy.Text) string) []spoken {
	var out []spoken
	add := func(l string, t casestudy.Text) {
		if s := of(t); s != "" {
			out = append(out, spoken{l, s})
		}
	}
	add(r.Language, r.Text)
	for _, l := range slices.Sorted(maps.Keys(r.Translations)) {
		add(l, r.Translations[l])
	}
	return out
}

func (h *harvest) core(e *casestudy.Entry) *dublinCore {
	r := &e.Record
	d := &dublinCore{NS: oaiDCNS, DC: dcNS, XSI: xsiNS, Schema: oaiDCNS + " " + oaiNS + "oai_dc.xsd",
		Titles: texts(r, func(t casestudy.Text) string { return t.Title }), Descriptions: texts(r, func(t casestudy.Text) string { return t.Summary }),
		Publisher: h.Name, Date: stampOf(e).Format("2006-01-02"), Type: "Text", Format: "text/html", Identifier: h.page(e), Rights: r.Licence}
	for _, a := range r.Actors {
		if a.Role == "lead" {
			d.Creators = append(d.Creators, a.Name)
		} else {
			d.Contributors = append(d.Contributors, a.Name)
		}
	}
	for _, code := range r.Domains {
		d.Subjects = append(d.Subjects, h.term("domain", code))
	}
	for _, g := range r.SDGs {
		d.Subjects = append(d.Subjects, h.term("sdg", strconv.Itoa(g)))
	}
	for _, code := range r.Relations {
		d.Subjects = append(d.Subjects, h.term("relation", code))
	}
	for _, s := range r.Sources {
		if s.Address != "" {
			d.Sources = append(d.Sources, s.Address)
		} else {
			d.Sources = append(d.Sources, s.Title)
		}
	}
	if r.Language != "" {
		d.Languages = append(d.Languages, r.Language)
	}
	d.Languages = append(d.Languages, slices.Sorted(maps.Keys(r.Translations))...)
	if r.Parent != "" {
		d.Relations = append(d.Relations, "oai:"+h.host()+":"+r.Parent)
	}
	for _, p := range r.Territories {
		d.Coverage = append(d.Coverage, h.place(p))
	}
	if r.StartYear > 0 {
		years := strconv.Itoa(r.StartYear) + "/"
		if r.EndYear > 0 {
			years += strconv.Itoa(r.EndYear)
		}
		d.Coverage = append(d.Coverage, years)
	}
	return d
}

func (h *harvest) term(list, code string) string {
	if label := h.Names.Term(list, code, lang.FR); label != "" {
		return label
	}
	return code
}

func (h *harvest) place(code territory.Code) string {
	if name := h.Names.Place(code); name != "" {
		return name
	}
	return string(code)
}

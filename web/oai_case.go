package web

import (
	"encoding/xml"
	"maps"
	"slices"
	"strconv"

	"vigie/casestudy"
)

// caseXML is a case in our own format: what Dublin Core has no place for.
type caseXML struct {
	XMLName  xml.Name `xml:"case"`
	NS       string   `xml:"xmlns,attr"`
	XSI      string   `xml:"xmlns:xsi,attr"`
	Schema   string   `xml:"xsi:schemaLocation,attr"`
	ID       string   `xml:"id,attr"`
	Version  int      `xml:"version,attr"`
	Reviewed string   `xml:"reviewed,attr,omitempty"` // day when an editor read it; without it, none has

	Page      string      `xml:"page"`
	Texts     []textXML   `xml:"text"`
	Places    []codeXML   `xml:"territory"`
	Domains   []codeXML   `xml:"domain"`
	SDGs      []codeXML   `xml:"sdg"`
	Actors    []actorXML  `xml:"actor"`
	Relations []codeXML   `xml:"relation"`
	Forms     []codeXML   `xml:"form"`
	Aims      []codeXML   `xml:"objective"`
	Phase     *codeXML    `xml:"phase"`
	Scope     *codeXML    `xml:"scope"`
	Start     int         `xml:"startYear,omitempty"`
	End       int         `xml:"endYear,omitempty"`
	Impacts   []impactXML `xml:"impact"`
	Evidence  []proofXML  `xml:"evidence"`
	Sources   []sourceXML `xml:"source"`
	Network   *networkXML `xml:"network"`
	Parent    string      `xml:"parent,omitempty"`
	Licence   string      `xml:"licence,omitempty"`
}

type textXML struct {
	Lang     string       `xml:"xml:lang,attr"`
	Title    string       `xml:"title"`
	Summary  string       `xml:"summary,omitempty"`
	Sections []sectionXML `xml:"section"`
}

type sectionXML struct {
	Code string `xml:"code,attr"`
	Text string `xml:",chardata"`
}

type codeXML struct {
	Code string `xml:"code,attr"`
	Text string `xml:",chardata"`
}

type actorXML struct {
	Profile string `xml:"profile,attr,omitempty"`
	Role    string `xml:"role,attr,omitempty"`
	Name    string `xml:",chardata"`
}

type impactXML struct {
	Axis      string `xml:"axis,attr"`
	ClaimedBy string `xml:"claimedBy,attr,omitempty"`
	Text      string `xml:",chardata"`
}

type proofXML struct {
	Value  string `xml:"value,attr,omitempty"`
	Unit   string `xml:"unit,attr,omitempty"`
	Period string `xml:"period,attr,omitempty"`
	Level  string `xml:"level,attr,omitempty"`
	Source int    `xml:"source,attr,omitempty"`
	Claim  string `xml:",chardata"`
}

type sourceXML struct {
	Address string `xml:"address,attr,omitempty"`
	Date    string `xml:"date,attr,omitempty"`
	Title   string `xml:",chardata"`
}

type networkXML struct {
	ExternalID string `xml:"externalId,attr,omitempty"`
	Name       string `xml:",chardata"`
}

func (h *harvest) caseXML(e *casestudy.Entry) *caseXML {
	r := &e.Record
	c := &caseXML{NS: caseNS, XSI: xsiNS, Schema: caseNS + " " + h.Base + oaiSchema, ID: e.ID, Version: e.Version, Page: h.page(e),
		Start: r.StartYear, End: r.EndYear, Parent: r.Parent, Licence: r.Licence,
		Domains: h.codes("domain", r.Domains), Relations: h.codes("relation", r.Relations), Forms: h.codes("co_construction", r.Forms), Aims: h.codes("objective", r.Objectives),
		Phase: h.code("evaluation_phase", r.Phase), Scope: h.code("partnership_scope", r.Scope)}
	if e.Reviewed() {
		c.Reviewed = e.ReviewedAt.UTC().Format("2006-01-02")
	}
	if e.Network != "" {
		c.Network = &networkXML{e.ExternalID, e.Network}
	}
	for _, p := range r.Territories {
		c.Places = append(c.Places, codeXML{string(p), h.place(p)})
	}
	for _, g := range r.SDGs {
		c.SDGs = append(c.SDGs, *h.code("sdg", strconv.Itoa(g)))
	}
	for _, a := range r.Actors {
		c.Actors = append(c.Actors, actorXML{a.Profile, a.Role, a.Name})
	}
	for _, i := range r.Impacts {
		c.Impacts = append(c.Impacts, impactXML{i.Axis, i.ClaimedBy, i.Text})
	}
	for _, v := range r.Evidence {
		p := proofXML{Unit: v.Unit, Period: v.Period, Level: v.Level, Source: v.Source, Claim: v.Claim}
		if v.Value != nil {
			p.Value = strconv.FormatFloat(*v.Value, 'f', -1, 64)
		}
		c.Evidence = append(c.Evidence, p)
	}
	for _, s := range r.Sources {
		c.Sources = append(c.Sources, sourceXML{s.Address, s.Date, s.Title})
	}
	c.Texts = append(c.Texts, textXMLOf(r.Language, r.Text))
	for _, l := range slices.Sorted(maps.Keys(r.Translations)) {
		c.Texts = append(c.Texts, textXMLOf(l, r.Translations[l]))
	}
	return c
}

func textXMLOf(l string, t casestudy.Text) textXML {
	x := textXML{Lang: l, Title: t.Title, Summary: t.Summary}
	for _, code := range slices.Sorted(maps.Keys(t.Sections)) {
		if t.Sections[code] != "" {
			x.Sections = append(x.Sections, sectionXML{code, t.Sections[code]})
		}
	}
	return x
}

func (h *harvest) codes(list string, codes []string) []codeXML {
	var out []codeXML
	for _, c := range slices.Clone(codes) {
		out = append(out, *h.code(list, c))
	}
	return out
}

func (h *harvest) code(list, code string) *codeXML {
	if code == "" {
		return nil
	}
	return &codeXML{code, h.term(list, code)}
}

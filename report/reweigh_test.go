package report_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// reweigh composes the page of a query written as in an address.
func reweigh(t testing.TB, l lang.Lang, query string) report.Document {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.Reweigh(observatorytest.Content(t), report.Request{Lang: l, Path: report.ReweighPath, Query: q})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return d
}

// figure returns the first figure of a document, nil when it has none.
func figure(d report.Document) *report.Figure {
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Figure != nil {
				return b.Figure
			}
		}
	}
	return nil
}

func TestReweighPages(t *testing.T) {
	k := newChecker(observatorytest.Content(t))
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		for _, query := range []string{"", "niveau=region", "EMP=2", "niveau=region&SAN=0&EMP=1,5", "t=DEP-08&EMP=3", "t=DEP-971&EMP=3", "t=COM-08105&SEC=4",
			"EMP=0&NIV=0&DEV=0&NUM=0&PAU=0&SAN=0&LOG=0&AUT=0", "EMP=-1", "EMP=abc", "EMP=1e999", "XYZ=2", "niveau=epci", "EMP=1&utm_source=x"} {
			k.document(t, reweigh(t, l, query))
		}
	}
}

// With the weights of the edition, asked or not, the page shows the published
// ranks and classes, and says nothing of the reader's.
func TestReweighEdition(t *testing.T) {
	c := observatorytest.Content(t)
	for _, level := range []territory.Level{territory.Region, territory.Departement} {
		query := url.Values{"niveau": {string(level)}}
		for _, d := range c.Domains() {
			query.Set(d.Code, fmt.Sprint(c.Fragility[level].Part(d.Code).Weight))
		}
		for _, q := range []string{"niveau=" + string(level), query.Encode()} {
			d := reweigh(t, lang.FR, q)
			f := figure(d)
			for _, a := range f.Chart.(*report.Map).Areas {
				if s := c.Standing(territory.Code(a.Code), ""); a.Step != s.Step || a.Change != 0 {
					t.Errorf("%s: %s in class %d, change %d; published %d", q, a.Code, a.Step, a.Change, s.Step)
				}
			}
			for _, row := range f.Table.Rows {
				if v := row.Cells[6].Value; v != nil && *v != 0 {
					t.Errorf("%s: %s moves by %v", q, row.Cells[0].Text, *v)
				}
			}
			text, _ := json.Marshal(d)
			if len(d.State["EMP"]) > 0 || strings.Contains(string(text), "Votre pondération") {
				t.Errorf("%s: the edition's weights are told as the reader's, state %v", q, d.State)
			}
		}
	}
}

// The order of the query and what is left at the edition's weight change
// nothing: one state, one address.
func TestReweighState(t *testing.T) {
	want := reweigh(t, lang.FR, "EMP=2&SAN=0&niveau=region")
	for _, q := range []string{"SAN=0&niveau=region&EMP=2", "niveau=region&SAN=0.0&EMP=2.0&LOG=1&MOB=", "EMP=%202&SAN=0,0&niveau=region&CUL=1.000"} {
		if d := cmp.Diff(want, reweigh(t, lang.FR, q)); d != "" {
			t.Errorf("%s (-want +got):\n%s", q, d)
		}
	}
	if d := cmp.Diff(map[string][]string{"EMP": {"2"}, "SAN": {"0"}, "niveau": {"region"}}, want.State); d != "" {
		t.Errorf("state (-want +got):\n%s", d)
	}
}

// Every form of the reader's result says whose it is.
func TestReweighSaysWhose(t *testing.T) {
	for l, mark := range map[lang.Lang]string{lang.FR: "otre pondération, non publiée", lang.EN: "our weighting, not published"} {
		d := reweigh(t, l, "EMP=4&SEC=0")
		f := figure(d)
		for name, text := range map[string]string{"kicker": d.Kicker, "title": f.Title, "alt": f.Alt, "caption": f.Table.Caption} {
			if !strings.Contains(text, mark) {
				t.Errorf("%s, %s: %q", l, name, text)
			}
		}
		if !strings.Contains(f.Notes[0], "4") || !strings.Contains(f.Notes[0], "0") {
			t.Errorf("%s: the figure does not give the weights: %q", l, f.Notes[0])
		}
	}
	f := figure(reweigh(t, lang.FR, "EMP=4&SEC=0"))
	m := f.Chart.(*report.Map)
	marked := 0
	for _, a := range m.Areas {
		if a.Change != 0 {
			marked++
		}
	}
	if marked == 0 || m.More == "" || m.Less == "" {
		t.Errorf("%d areas marked, legend %q, %q", marked, m.More, m.Less)
	}
}

func TestReweighRefused(t *testing.T) {
	zero := url.Values{}
	for _, d := range observatorytest.Content(t).Domains() {
		zero.Set(d.Code, "0")
	}
	for query, say := range map[string]string{
		zero.Encode(): "Tous les poids sont nuls", "EMP=-2": "de 0 à 1 000", "EMP=deux": "n’est pas un nombre", "EMP=NaN": "n’est pas un nombre",
		"EMP=Inf": "de 0 à 1 000", "EMP=1e400": "de 0 à 1 000", "EMP=1001": "de 0 à 1 000", "ABC=1": "« ABC »", "niveau=epci": "intercommunalités",
	} {
		d := reweigh(t, lang.FR, query)
		if !d.Refused || !strings.Contains(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(d.Answer[0].Plain()), say) || figure(d) != nil {
			t.Errorf("%s: %v, %q; want %q", query, d.Refused, d.Answer[0].Plain(), say)
		}
		form := 0
		for _, b := range d.Sections[0].Blocks {
			if b.Form != nil {
				form = len(b.Form.Fields)
			}
		}
		if form < 10 {
			t.Errorf("%s: a form of %d fields", query, form)
		}
	}
}

func FuzzReweigh(f *testing.F) {
	c := observatorytest.Content(f)
	for _, s := range []string{"EMP=2", "niveau=region&SAN=0", "EMP=-0", "EMP=0x1p-2&NIV=1_0", "t=DEP-08&ZZ=1", "EMP=1e-320", "EMP=%00", "niveau=commune"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Skip()
		}
		d, err := report.Reweigh(c, report.Request{Lang: lang.FR, Path: report.ReweighPath, Query: q})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
		if d.Refused {
			return
		}
		again, err := report.Reweigh(c, report.Request{Lang: lang.FR, Path: report.ReweighPath, Query: d.State})
		if err != nil || !slices.Equal(slices.Sorted(maps.Keys(d.State)), slices.Sorted(maps.Keys(again.State))) || !cmp.Equal(d, again) {
			t.Errorf("%q: its own state %v gives another page", query, d.State)
		}
	})
}

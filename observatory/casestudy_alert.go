package observatory

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/store"
)

// CaseAlertRun tells people of new cases that their searches find.
const CaseAlertRun = "case_alert"

// AlertResult is what telling leaves.
type AlertResult struct {
	Alerts int `json:"alerts"`
	Told   int `json:"told"` // letters posted
}

// mostTold is how many titles a letter gives; the search shows the others.
const mostTold = 20

func runCaseAlert(ctx context.Context, _ *Shop, w *Walk, _ struct{}) (any, error) {
	return w.TellCaseAlerts(ctx)
}

// AskCaseAlert keeps a search of a person, as its address says it, to be told of
// what it finds from now on.
//
// Error: Invalid for a search that is none; as store.DB.PutCaseAlert.
func (w *Walk) AskCaseAlert(ctx context.Context, account string, query url.Values) error {
	q, _ := casestudy.ParseQuery(query)
	q.Offset, q.Limit, q.Sort = 0, 0, ""
	return w.DB.PutCaseAlert(ctx, account, q.Values().Encode(), w.Now)
}

// TellCaseAlerts posts a letter to each person whose search finds cases that
// were published since they were told. Done again, it finds nothing new.
func (w *Walk) TellCaseAlerts(ctx context.Context) (r AlertResult, err error) {
	w.step("alertes")
	alerts, err := w.DB.CaseAlerts(ctx, "")
	if err != nil || len(alerts) == 0 {
		return r, err
	}
	base, _, err := w.LiveCases(ctx)
	if err != nil {
		return r, err
	}
	people, err := w.DB.People(ctx)
	if err != nil {
		return r, err
	}
	r.Alerts = len(alerts)
	for i, a := range alerts {
		at := slices.IndexFunc(people, func(p store.PersonRow) bool { return p.ID == a.Account })
		if at < 0 || people[at].Erased || people[at].Disabled || people[at].Mail == "" {
			continue
		}
		news, err := newCases(base, &a)
		if err != nil {
			return r, err
		}
		if len(news) == 0 {
			continue
		}
		l := w.alertLetter(&people[at], &a, news)
		if err := w.DB.ToldCaseAlert(ctx, a, &l, w.Now); err != nil {
			return r, err
		}
		r.Told++
		w.at(i+1, len(alerts))
	}
	return r, nil
}

// newCases are the cases that a search finds, published since its person was
// told, the newest first.
func newCases(base *casestudy.Base, a *store.CaseAlert) (out []*casestudy.Entry, err error) {
	values, err := url.ParseQuery(a.Query)
	if err != nil {
		return nil, fmt.Errorf("alert %s: %w", a.ID, err)
	}
	q, _ := casestudy.ParseQuery(values)
	q.Sort, q.Offset, q.Limit = casestudy.ByRecent, 0, base.Len()
	for _, h := range base.Search(q).Hits {
		if h.Entry.PublishedAt.After(a.ToldAt) {
			out = append(out, h.Entry)
		}
	}
	slices.SortFunc(out, func(x, y *casestudy.Entry) int {
		if c := y.PublishedAt.Compare(x.PublishedAt); c != 0 {
			return c
		}
		return strings.Compare(x.Slug, y.Slug)
	})
	return out, nil
}

func (w *Walk) alertLetter(p *store.PersonRow, a *store.CaseAlert, news []*casestudy.Entry) store.Letter {
	l, _ := lang.Parse(p.Lang)
	var titles []string
	for _, e := range news[:min(len(news), mostTold)] {
		titles = append(titles, strings.TrimSpace("— "+e.Record.Title+"\n  "+w.address(l, publicCase+e.Slug)))
	}
	where := w.address(l, strings.TrimSuffix(publicCase, "/"))
	if where != "" && a.Query != "" {
		where += "?" + a.Query
	}
	return store.Letter{Event: fmt.Sprintf("case.alert:%s:%d", a.ID, a.ToldAt.Unix()), To: p.Mail,
		Subject: lang.T(l, "letter.case.alert.subject", "n", len(news)),
		Body: said(lang.T(l, "letter.hello", "name", p.Name), lang.T(l, "letter.case.alert.body", "n", len(news)), strings.Join(titles, "\n\n"),
			where, lang.T(l, "letter.case.alert.after"))}
}

// said is paragraphs of those that say something.
func said(texts ...string) string {
	return paragraphs(slices.DeleteFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })...)
}

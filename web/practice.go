package web

import (
	"context"
	"encoding/json"
	"net/http"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/report"
)

// PracticePages adds the pages of the case base to a site map.
func PracticePages(p Pages, cases *CaseBase) Pages {
	of := func(f func(*edition.Content, *casestudy.Base, report.Request, string) (report.Document, error)) Compose {
		return func(ctx context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			h, err := cases.get(ctx, e)
			if at := q.First("territoire"); err == nil && cases.Composed != nil && at != "" {
				e, err = cases.Composed(ctx, e, at)
			}
			if err != nil {
				return report.Document{}, err
			}
			return f(e, h.base, q, id)
		}
	}
	plain := func(f func(*edition.Content, *casestudy.Base, report.Request) (report.Document, error)) Compose {
		return of(func(e *edition.Content, b *casestudy.Base, q report.Request, _ string) (report.Document, error) {
			return f(e, b, q)
		})
	}
	if search := p.Search; search != nil {
		p.Search = func(ctx context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			d, err := search(ctx, e, q, id)
			if err != nil || e.Superseded != "" {
				return d, err
			}
			h, err := cases.get(ctx, e)
			if err != nil {
				return d, err
			}
			return report.WithPractices(d, e, h.base, q), nil
		}
	}
	practice := of(report.Practice)
	p.Practices, p.Dossier = plain(report.Practices), plain(report.Dossier)
	p.Practice = func(ctx context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
		d, err := practice(ctx, e, q, id)
		if fault.KindOf(err) != fault.NotFound {
			return d, err
		}
		if renewed, wrong := cases.renew(ctx, e); wrong != nil || !renewed {
			return d, err
		}
		return practice(ctx, e, q, id) // published a moment ago
	}
	p.PracticeMatch, p.PracticeBase = plain(report.Matching), plain(report.PracticeBase)
	return p
}

// linkedCase is the case of a page as JSON-LD, nil for other pages. Data is not
// run: a browser has nothing to do with it.
func (s *Server) linkedCase(v visit, d report.Document) any {
	e, ok := d.Data.(casestudy.Entry)
	if !ok || s.Cases == nil {
		return nil
	}
	c := casestudy.Citing{Base: lang.T(v.at.lang, "practice.repository"), Address: v.base + report.PracticePath + "/" + e.Slug}
	if h := s.Cases.held.Load(); h != nil {
		c.Names = h.base.Names()
	}
	b, err := casestudy.JSONLD(&e, c, v.at.lang)
	if err != nil {
		s.Log.Error("case not linked", "case", e.ID, "error", err)
		return nil
	}
	return json.RawMessage(b)
}

// picture sends a picture of a case that the public sees.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) {
	a, err := s.pictureOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if !fresh(w, r, a.etag, a.cache) {
		send(w, r, a)
	}
}

func (s *Server) pictureOf(r *http.Request) (answer, error) {
	e, err := s.Edition(r.Context(), "", s.Now())
	if err != nil {
		return answer{}, err
	}
	h, err := s.Cases.get(r.Context(), e)
	if err != nil {
		return answer{}, err
	}
	id := r.PathValue("artifact")
	m, ok := h.picture[id]
	if !ok || s.Cases.Artifact == nil {
		return answer{}, fault.NotFoundf(lang.T(lang.FR, "web.fault.nowhere_do"), "%s", lang.T(lang.FR, "web.fault.nowhere"))
	}
	body, err := s.Cases.Artifact(r.Context(), id)
	return answer{status: http.StatusOK, kind: m.Type, body: body, etag: short(id), cache: revalidate}, err
}

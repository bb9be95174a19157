package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// workView is what the template desk-progress shows of a run.
type workView struct {
	Step  string `json:"step"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
	Ended bool   `json:"ended"`
	Href  string `json:"-"`
}

// workAsked is the run that the address names, when it is of this kind: its
// progress while it goes on, why it failed.
func (s *Server) workAsked(r *http.Request, v *visitor, kind string) (row store.RunRow, work *workView, wrong error, err error) {
	id := r.URL.Query().Get("travail")
	if id == "" {
		return row, nil, nil, nil
	}
	row, err = s.Office.DB.Run(r.Context(), id)
	if fault.KindOf(err) == fault.NotFound || err == nil && row.Kind != kind {
		return store.RunRow{}, nil, nil, nil // removed since: the page says the rest
	}
	if err != nil {
		return row, nil, nil, err
	}
	switch row.State {
	case job.Failed:
		return row, nil, &fault.Error{Kind: fault.Conflict, What: row.FaultWhat, Do: row.FaultDo}, nil
	case job.Done:
		return row, nil, nil, nil
	}
	work = &workView{Step: row.Step, Done: row.Done, Total: row.Total, Href: v.at.link(v.at.path) + ".json?travail=" + row.ID}
	if work.Step == "" {
		work.Step = v.T("computation.waiting")
	}
	return row, work, nil, nil
}

// computationBody is what was computed; Work is the run under way.
type computationBody struct {
	*workView
	Computations []observatory.Computation `json:"computations"`
}

func (s *Server) computationList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	_, work, wrong, err := s.workAsked(r, v, observatory.ComputeRun)
	if err != nil {
		return err
	}
	if work == nil {
		work = &workView{Ended: true}
	}
	p := deskPage{Template: "computation_list", Title: v.T("computation.title"), Lead: v.T("computation.lead"), Err: wrong, Status: http.StatusOK,
		Actions: []link{{Label: v.T("spec.title"), Href: specPath}}}
	body := computationBody{workView: work, Computations: []observatory.Computation{}}
	if !work.Ended {
		p.Refresh = 3
	}
	all, err := s.walkOf(v).KeptComputations(r.Context())
	if err != nil {
		return err
	}
	names, err := s.specNames(r, v)
	if err != nil {
		return err
	}
	body.Computations = append(body.Computations, all...)
	p.Body = body
	p.Table = tableFor(r, v, v.T("computation.title"), v.T("computation.none"), all, []deskColumn[observatory.Computation]{
		{Key: "niveau", Label: v.T("computation.level"), Order: func(a, b observatory.Computation) int { return cmp.Compare(a.Level, b.Level) },
			Cell: func(c observatory.Computation) deskCell {
				cell := deskCell{Text: lang.Sentence(v.T("report.level." + string(c.Level) + ".many"))}
				switch {
				case !c.Newest:
					cell.Badge = &badge{v.T("computation.older"), "plain"}
				case c.Stale():
					cell.Badge = &badge{v.T("computation.stale"), "wait"}
				default:
					cell.Badge = &badge{v.T("computation.fresh"), "good"}
				}
				return cell
			}},
		{Label: v.T("computation.why"), Cell: func(c observatory.Computation) deskCell {
			var why []string
			for _, one := range c.Why {
				why = append(why, lang.Sentence(v.T("computation.stale_"+one)))
			}
			return deskCell{Text: joined(" ", why...), Small: lang.List(v.l, c.Datasets)}
		}},
		{Label: v.T("spec.kicker"), Cell: func(c observatory.Computation) deskCell {
			if i := slices.IndexFunc(c.SpecIDs, func(id string) bool { return names[id] != "" }); i >= 0 {
				return deskCell{Text: names[c.SpecIDs[i]], Href: specPath + "/" + c.SpecIDs[i]}
			}
			return deskCell{Text: v.T("computation.spec_gone"), Small: c.Spec[:12]}
		}},
		{Label: v.T("computation.seed"), Numeric: true, Cell: func(c observatory.Computation) deskCell { return deskCell{Text: seedText(c.Seed)} }},
		{Label: v.T("computation.program"), Cell: func(c observatory.Computation) deskCell { return deskCell{Text: c.Version} }},
		{Key: "date", Label: v.T("computation.at"), Order: func(a, b observatory.Computation) int { return a.CreatedAt.Compare(b.CreatedAt) },
			Cell: func(c observatory.Computation) deskCell { return deskCell{At: c.CreatedAt, Small: c.ID[:12]} }},
	})
	return s.show(w, r, v, p)
}

// specNames are the names of the specifications that the visitor may read.
func (s *Server) specNames(r *http.Request, v *visitor) (map[string]string, error) {
	all, err := s.walkOf(v).Specifications(r.Context())
	names := map[string]string{}
	for _, one := range all {
		if v.may(account.ReadSpec, account.Object{State: one.State()}) {
			names[one.ID] = specName(v, &one)
		}
	}
	return names, err
}

// seedText writes a seed as a specification does: no spaces.
func seedText(seed uint64) string { return strconv.FormatUint(seed, 10) }

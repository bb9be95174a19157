package web

import (
	"net/http"

	"vigie/account"
	"vigie/fault"
	"vigie/observatory"
	"vigie/territory"
)

// replay hands out what the index of a tier of an edition is computed again
// from: its table and its specification, in one file.
func (s *Server) replay(w http.ResponseWriter, r *http.Request, v *visitor) error {
	c, err := s.candidate(r)
	if err != nil {
		return err
	}
	if !replayed(&c) {
		return fault.NotFoundf(v.T("edition.fault.replay_do"), "%s", v.T("edition.fault.replay"))
	}
	level := territory.Level(r.URL.Query().Get("niveau"))
	files, err := s.walkOf(v).ReplayFiles(r.Context(), c.Number, level)
	if err != nil {
		return err
	}
	body, err := files.Zip(level)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+plainName("vigie-indice-"+c.Number+"-"+string(level))+`.zip"`)
	send(w, r, answer{status: http.StatusOK, kind: "application/zip", body: body, cache: never})
	return nil
}

// replayed reports whether a candidate is an edition, whose index can be
// computed again.
func replayed(c *observatory.Candidate) bool {
	return c.State == account.Embargoed || c.State == account.Public || c.State == account.Superseded
}

// replays lead to the files of each tier of an edition.
func replays(v *visitor, c *observatory.Candidate) (all []link) {
	if !replayed(c) {
		return nil
	}
	for _, level := range []territory.Level{territory.Region, territory.Departement, territory.EPCI} {
		all = append(all, link{Label: v.T("report.level." + string(level) + ".many"), Href: v.at.link(editionPath+"/"+c.Key+"/indice") + "?niveau=" + string(level)})
	}
	return all
}

package web

import (
	"net/http"
	"runtime"
	"time"

	"vigie/account"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// The pages of the settings.
const (
	settingPath = "/atelier/reglages"
	examinePath = "/atelier/reglages/examen"
)

func (s *Server) settingDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + settingPath, Action: account.ReadSetting, Handle: s.settingShow, Menu: "desk.nav.office.setting"},
		{Pattern: "POST " + examinePath, Action: account.Examine, Handle: s.settingExamine},
	}
}

// Setting is what the configuration says of one thing. Value is never a secret:
// of those it says only whether there is one.
type Setting struct {
	Name  string `json:"name"`  // as in vigie.toml
	Value string `json:"value"` // "" when it is not set
}

// settingBody is how the observatory is set up, what it keeps, and what the
// last examination said.
type settingBody struct {
	Version  string            `json:"version"`
	Go       string            `json:"go"`
	Settings []Setting         `json:"settings"`
	Storage  store.Storage     `json:"storage"`
	Kept     []store.Retention `json:"kept"`
	Examined *runLine          `json:"examined,omitempty"`

	Parts []observatory.Examined `json:"parts,omitempty"`
}

func (s *Server) settingShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	body := settingBody{Version: s.Version, Go: runtime.Version(), Settings: s.Office.Settings, Kept: store.Retentions()}
	if body.Storage, err = s.Office.DB.Storage(r.Context()); err != nil {
		return err
	}
	rows, err := s.Office.DB.Runs(r.Context(), store.RunFilter{Kind: observatory.DoctorRun, Most: 1})
	if err != nil {
		return err
	}
	more := settingMore{Artifacts: artifactTable(r, v, body.Storage.Artifacts), Database: fileSize(v.l, body.Storage.Database)}
	if len(rows) > 0 {
		line := lineOfRun(names, rows[0])
		body.Examined, body.Parts = &line, examinedOf(rows[0])
		more.Badge, more.When, more.Run = runBadge(v, line.State, line.Cancelled), v.At(line.CreatedAt), v.at.link(runPath+"/"+line.ID)
		for _, p := range body.Parts {
			more.Faults += len(p.Faults)
		}
	}
	for _, k := range body.Kept {
		more.Kept = append(more.Kept, hiddenField{settingWord(v, "setting.kept_"+k.Noun, k.Noun), keptWord(v, k.Kept)})
	}
	d := deskView{v: v}
	if v.may(account.Examine, account.Object{}) {
		b := d.Button(examinePath, v.T("setting.examine"))
		more.Examine = &b
	}
	return s.show(w, r, v, deskPage{Template: "setting_show", Title: v.T("setting.title"), Lead: v.T("setting.lead"), Body: body, More: more})
}

// settingMore is what only the page needs.
type settingMore struct {
	Artifacts *deskTable
	Database  string
	Kept      []hiddenField // a name and a value
	Badge     *badge
	When      *moment
	Run       string
	Faults    int
	Examine   *deskButton
}

func settingWord(v *visitor, key, otherwise string) string {
	if lang.Has(v.l, key) {
		return v.T(key)
	}
	return otherwise
}

// keptWord says a time of keeping.
func keptWord(v *visitor, d time.Duration) string {
	switch {
	case d == 0:
		return v.T("setting.at_once")
	case d < 48*time.Hour:
		return v.T("setting.hours", "n", int(d.Hours()))
	}
	return v.T("setting.days", "n", int(d.Hours()/24))
}

func artifactTable(r *http.Request, v *visitor, rows []store.StorageKind) *deskTable {
	return tableFor(r, v, v.T("setting.artifacts"), v.T("setting.artifacts_none"), rows, []deskColumn[store.StorageKind]{
		{Label: v.T("setting.kind"), Cell: func(k store.StorageKind) deskCell {
			return deskCell{Text: settingWord(v, "setting.artifact_"+k.Kind, k.Kind)}
		}},
		{Label: v.T("setting.count"), Numeric: true, Cell: func(k store.StorageKind) deskCell { return deskCell{Text: v.Count(int(k.Count))} }},
		{Label: v.T("setting.size"), Numeric: true, Cell: func(k store.StorageKind) deskCell { return deskCell{Text: fileSize(v.l, k.Bytes)} }},
	})
}

// settingExamine asks for a doctor.
func (s *Server) settingExamine(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id, err := observatory.AskExamine(r.Context(), s.Office.Walk(v.actor(), nil))
	if err != nil {
		return err
	}
	return s.done(w, r, v, runPath+"/"+id, v.T("setting.examining"))
}

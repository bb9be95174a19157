package web

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"vigie/edition"
	"vigie/lang"
	"vigie/report"
	"vigie/study"
	"vigie/territory"
)

// studyOperations registers the register of studies.
func (s *Server) studyOperations(api huma.API) {
	apiGet(s, api, "etudes", "/etudes", s.apiStudies)
	apiGet(s, api, "etude", "/etudes/{code}", s.apiStudy)
	apiGet(s, api, "rencontres", "/rencontres", s.apiEvents)
	apiGet(s, api, "partenaires", "/partenaires", s.apiPartners)
	apiGet(s, api, "chiffres", "/chiffres", s.apiFigures)
}

// apiWave is a study at one time.
type apiWave struct {
	ID             string             `json:"id"`
	Study          string             `json:"study" doc:"Nom de l’étude, le même pour toutes ses vagues"`
	Title          string             `json:"title"`
	Programme      string             `json:"programme,omitempty"`
	Phase          string             `json:"phase,omitempty"`
	Audiences      []string           `json:"audiences" nullable:"false" doc:"Aucun pour un rapport qui n’a interrogé personne"`
	FieldStart     string             `json:"field_start,omitempty" doc:"Jour ou mois ; absent s’il n’est pas publié"`
	FieldEnd       string             `json:"field_end,omitempty"`
	Published      string             `json:"published,omitempty" doc:"Jour, mois, année, ou deux années jointes par une barre"`
	SampleSize     int                `json:"sample_size,omitempty" doc:"Absent s’il n’est pas publié"`
	SampleMore     bool               `json:"sample_more" doc:"La source dit « plus de »"`
	Mode           string             `json:"mode,omitempty"`
	Universe       string             `json:"universe,omitempty"`
	Design         string             `json:"design,omitempty"`
	Institutes     []string           `json:"institutes" nullable:"false"`
	Territories    []territory.Code   `json:"territories" nullable:"false"`
	ComparableWith string             `json:"comparable_with,omitempty" doc:"Vague que la source dit comparable"`
	Documents      []apiStudyDocument `json:"documents" nullable:"false"`
	Note           string             `json:"note,omitempty"`
	Sources        []string           `json:"sources" nullable:"false" doc:"Adresses, ou clés de la liste des sources"`
	Page           string             `json:"page"`
}

type apiStudyDocument struct {
	Kind    string `json:"kind"`
	Address string `json:"address"`
}

func apiStudyDocuments(all []study.Document) []apiStudyDocument {
	out := []apiStudyDocument{}
	for _, d := range all {
		out = append(out, apiStudyDocument(d))
	}
	return out
}

func apiWaveOf(l lang.Lang, w *study.Wave) apiWave {
	return apiWave{ID: w.ID, Study: w.Study, Title: w.Title.In(l), Programme: w.Programme, Phase: w.Phase, Audiences: some(w.Audiences), FieldStart: w.FieldStart.String(),
		FieldEnd: w.FieldEnd.String(), Published: w.Published.String(), SampleSize: w.SampleSize, SampleMore: w.SampleQualifier != "", Mode: w.Mode, Universe: w.Universe.In(l),
		Design: w.Design.In(l), Institutes: some(w.Institutes), Territories: some(w.Territories), ComparableWith: w.ComparableWith, Documents: apiStudyDocuments(w.Documents),
		Note: w.Note.In(l), Sources: some(w.Sources), Page: report.StudyPath + "/" + w.Slug()}
}

// some is a list that is never null.
func some[T any](list []T) []T { return append([]T{}, list...) }

type apiStudiesAsk struct {
	APIListAsk
	Programme string `query:"programme" maxLength:"40" doc:"Code d’un programme"`
	Audience  string `query:"public" maxLength:"40" doc:"Code d’un public"`
}

func (s *Server) apiStudies(_ context.Context, e *edition.Content, in *apiStudiesAsk) (apiList[apiWave], error) {
	var rows []*study.Wave
	for _, w := range pointers(e.Register.Waves()) {
		if (in.Programme == "" || w.Programme == in.Programme) && (in.Audience == "" || slices.Contains(w.Audiences, in.Audience)) {
			rows = append(rows, w)
		}
	}
	return apiPaged(e, in.APIPaging, rows, func(w *study.Wave) apiWave { return apiWaveOf(in.lang(), w) }), nil
}

func (s *Server) apiStudy(_ context.Context, e *edition.Content, in *apiCodeAsk) (apiOne[apiWave], error) {
	w, ok := e.Register.Wave(in.Code)
	if !ok {
		return apiOne[apiWave]{}, apiAbsent(in.lang(), in.Code)
	}
	return apiOne[apiWave]{e.Manifest.Number, apiWaveOf(in.lang(), w)}, nil
}

// apiEvent is a meeting of the observatory.
type apiEvent struct {
	ID           string             `json:"id"`
	Title        string             `json:"title"`
	Kind         string             `json:"kind"`
	Programme    string             `json:"programme,omitempty"`
	Date         string             `json:"date,omitempty" doc:"Jour, mois, année, ou deux années ; absente si elle n’est pas connue"`
	End          string             `json:"end,omitempty" doc:"Dernier jour, s’il y en a plusieurs"`
	Hour         string             `json:"hour,omitempty" doc:"Heure de Paris"`
	Place        string             `json:"place,omitempty"`
	Territories  []territory.Code   `json:"territories" nullable:"false"`
	Participants []string           `json:"participants" nullable:"false" doc:"Codes de profils d’acteurs"`
	Studies      []string           `json:"studies" nullable:"false" doc:"Vagues qui y sont présentées"`
	Documents    []apiStudyDocument `json:"documents" nullable:"false"`
	Outcome      string             `json:"outcome,omitempty"`
	State        string             `json:"state" enum:",tentative,cancelled"`
	Sources      []string           `json:"sources" nullable:"false"`
	Page         string             `json:"page"`
}

func apiEventOf(l lang.Lang, e *study.Event) apiEvent {
	return apiEvent{ID: e.ID, Title: e.Title.In(l), Kind: e.Kind, Programme: e.Programme, Date: e.Date.String(), End: e.End.String(), Hour: e.Hour, Place: e.Place,
		Territories: some(e.Territories), Participants: some(e.Participants), Studies: some(e.Studies), Documents: apiStudyDocuments(e.Documents), Outcome: e.Outcome.In(l),
		State: e.State, Sources: some(e.Sources), Page: report.CalendarPath + "/" + e.ID}
}

func (s *Server) apiEvents(_ context.Context, e *edition.Content, in *APIListAsk) (apiList[apiEvent], error) {
	return apiPaged(e, in.APIPaging, pointers(e.Register.Events()), func(v *study.Event) apiEvent { return apiEventOf(in.lang(), v) }), nil
}

// apiPartner is an organisation in one part.
type apiPartner struct {
	ID           string   `json:"id"`
	Organisation string   `json:"organisation"`
	Kind         string   `json:"kind"`
	Role         string   `json:"role"`
	Programmes   []string `json:"programmes" nullable:"false"`
	Studies      []string `json:"studies" nullable:"false"`
	Period       string   `json:"period,omitempty"`
	Sources      []string `json:"sources" nullable:"false"`
}

func (s *Server) apiPartners(_ context.Context, e *edition.Content, in *APIListAsk) (apiList[apiPartner], error) {
	return apiPaged(e, in.APIPaging, pointers(e.Register.Partners()), func(p *study.Partner) apiPartner {
		return apiPartner{ID: p.ID, Organisation: p.Organisation, Kind: p.Kind, Role: p.Role.In(in.lang()), Programmes: some(p.Programmes), Studies: some(p.Studies),
			Period: p.Period.In(in.lang()), Sources: some(p.Sources)}
	}), nil
}

// apiFigure is a value that a source published.
type apiFigure struct {
	ID          string           `json:"id"`
	Wave        string           `json:"wave,omitempty" doc:"Vague dont il vient, quand le registre le dit"`
	Study       string           `json:"study" doc:"Nom sous lequel il a été publié"`
	Date        string           `json:"date,omitempty"`
	Audience    string           `json:"audience"`
	Item        string           `json:"item"`
	Value       float64          `json:"value"`
	More        bool             `json:"more" doc:"La source dit « plus de »"`
	Unit        string           `json:"unit" enum:"percent,score_0_10,count"`
	SampleSize  int              `json:"sample_size,omitempty" doc:"Absent s’il n’est pas publié : la marge ne l’est pas non plus"`
	Domain      string           `json:"domain,omitempty"`
	Territories []territory.Code `json:"territories" nullable:"false"`
	Construct   string           `json:"construct,omitempty"`
	RivalOf     string           `json:"rival_of,omitempty" doc:"Chiffre que celui-ci contredit"`
	Sources     []string         `json:"sources" nullable:"false"`
}

type apiFiguresAsk struct {
	APIListAsk
	Construct string `query:"construit" maxLength:"80" doc:"Code d’une question suivie"`
	Audience  string `query:"public" maxLength:"40" doc:"Code d’un public"`
	Territory string `query:"territoire" maxLength:"20" doc:"Code d’un territoire"`
}

func (s *Server) apiFigures(_ context.Context, e *edition.Content, in *apiFiguresAsk) (apiList[apiFigure], error) {
	rows := e.Published.Select(study.Filter{Construct: in.Construct, Audience: in.Audience, Territory: territory.Code(in.Territory)})
	return apiPaged(e, in.APIPaging, rows, func(f study.PublishedFigure) apiFigure {
		b := apiFigure{ID: f.ID, Study: f.Study, Date: f.Date.String(), Audience: f.Audience, Item: f.Item(in.lang()), Value: f.Value, More: f.Qualifier != "", Unit: f.Unit,
			SampleSize: f.SampleSize, Domain: f.Domain, Territories: some(f.Territories), Construct: f.Construct, RivalOf: f.RivalOf, Sources: some(f.Sources)}
		if w, ok := e.Register.WaveOf(&f); ok {
			b.Wave = w.ID
		}
		return b
	}), nil
}

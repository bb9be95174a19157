package web

import (
	"context"
	"math"

	"github.com/danielgtaylor/huma/v2"

	"vigie/edition"
	"vigie/fault"
	"vigie/fragility"
	"vigie/indicator"
	"vigie/lang"
	"vigie/report"
	"vigie/territory"
)

// publicOperations registers what everyone may read: what the pages say, as
// data.
func (s *Server) publicOperations(api huma.API) {
	if s.Releases != nil {
		apiGet(s, api, "editions", "/editions", s.apiEditions)
	}
	apiGet(s, api, "territoires", "/territoires", s.apiTerritories)
	apiGet(s, api, "territoire", "/territoires/{code}", s.apiTerritory)
	apiGet(s, api, "domaines", "/domaines", s.apiDomains)
	apiGet(s, api, "indicateurs", "/indicateurs", s.apiIndicators)
	apiGet(s, api, "indicateur", "/indicateurs/{code}", s.apiIndicator)
	apiGet(s, api, "valeurs", "/valeurs", s.apiValues)
	apiGet(s, api, "fragilite", "/fragilite", s.apiFragility)
	apiGet(s, api, "recherche", "/recherche", s.apiSearch)
	s.studyOperations(api)
	if s.Cases != nil {
		apiGet(s, api, "pratiques", "/pratiques", s.apiPractices)
		apiGet(s, api, "pratique", "/pratiques/{code}", s.apiPractice)
	}
}

// apiEdition is an edition.
type apiEdition struct {
	Number       string `json:"number"`
	Date         string `json:"date" format:"date"`
	Supersedes   string `json:"supersedes,omitempty" doc:"Édition que celle-ci remplace"`
	SupersededBy string `json:"superseded_by,omitempty" doc:"Édition qui remplace celle-ci"`
	Manifest     string `json:"manifest" doc:"Empreinte SHA-256 du manifeste"`
	Page         string `json:"page" doc:"Adresse de la page"`

	Changes []string     `json:"changes" nullable:"false" doc:"Ce qu’elle change"`
	Errata  []apiErratum `json:"errata" nullable:"false" doc:"Ce qui était faux, et ce qu’il faut lire"`
}

// apiErratum is what was wrong in an edition.
type apiErratum struct {
	Date        string `json:"date" format:"date"`
	Text        string `json:"text"`
	CorrectedBy string `json:"corrected_by,omitempty" doc:"Édition qui la corrige"`
}

func apiEditionOf(l lang.Lang, r report.Release) apiEdition {
	e := apiEdition{Number: r.Number, Date: r.Date, Supersedes: r.Supersedes, SupersededBy: r.SupersededBy, Manifest: r.Manifest,
		Page: "/editions/" + r.Number, Changes: append([]string{}, said(l, r.Changes)...), Errata: []apiErratum{}}
	for _, n := range report.Errata(l, r.Errata) {
		e.Errata = append(e.Errata, apiErratum(n))
	}
	return e
}

// APIListAsk is what a list of an edition may be asked.
type APIListAsk struct {
	APIAsk
	APIPaging
}

func (s *Server) apiEditions(ctx context.Context, e *edition.Content, in *APIListAsk) (apiList[apiEdition], error) {
	all, err := s.Releases(ctx, s.Now())
	if err != nil {
		return apiList[apiEdition]{}, err
	}
	return apiPaged(e, in.APIPaging, all, func(r report.Release) apiEdition { return apiEditionOf(in.lang(), r) }), nil
}

// apiTerritoryBody is a territory.
type apiTerritoryBody struct {
	Code        territory.Code  `json:"code"`
	Name        string          `json:"name"`
	Level       territory.Level `json:"level"`
	Region      territory.Code  `json:"region,omitempty"`
	Departement territory.Code  `json:"departement,omitempty"`
	EPCI        territory.Code  `json:"epci,omitempty"`
	Overseas    bool            `json:"overseas"`
	Population  int             `json:"population" doc:"Personnes ; 0 quand elle n’est pas connue"`
	Communes    int             `json:"communes"`
	Page        string          `json:"page" doc:"Adresse de la page ; avec .json, le document entier"`
}

func apiTerritoryOf(t *territory.Territory, l lang.Lang) apiTerritoryBody {
	b := apiTerritoryBody{Code: t.Code, Name: t.Label, Level: t.Level, Region: t.Region, Departement: t.Departement, EPCI: t.EPCI,
		Overseas: t.Overseas, Population: t.Population, Communes: t.Communes, Page: "/territoires/" + string(t.Code)}
	if l == lang.EN && t.LabelEN != "" {
		b.Name = t.LabelEN
	}
	return b
}

type apiTerritoriesAsk struct {
	APIListAsk
	Level  string `query:"niveau" enum:"national,region,departement,epci,commune" doc:"Niveau"`
	Within string `query:"dans" maxLength:"20" doc:"Code d’un territoire plus grand, comme REG-44 ; demande un niveau"`
}

func (s *Server) apiTerritories(_ context.Context, e *edition.Content, in *apiTerritoriesAsk) (apiList[apiTerritoryBody], error) {
	var rows []*territory.Territory
	switch {
	case in.Within != "":
		if _, ok := e.Territory.Get(territory.Code(in.Within)); !ok || in.Level == "" {
			return apiList[apiTerritoryBody]{}, apiAbsent(in.lang(), in.Within)
		}
		rows = e.Territory.Children(territory.Code(in.Within), territory.Level(in.Level))
	case in.Level != "":
		rows = pointers(e.Territory.ByLevel(territory.Level(in.Level)))
	default:
		rows = pointers(e.Territory.Territories)
	}
	return apiPaged(e, in.APIPaging, rows, func(t *territory.Territory) apiTerritoryBody { return apiTerritoryOf(t, in.lang()) }), nil
}

func pointers[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// apiAbsent says that the edition does not have what a code names.
func apiAbsent(l lang.Lang, code string) error {
	return fault.NotFoundf(lang.T(l, "api.fault.absent_do"), "%s", lang.T(l, "api.fault.absent", "code", code))
}

type apiCodeAsk struct {
	APIAsk
	Code string `path:"code" maxLength:"80"`
}

// apiOne is one thing of an edition.
type apiOne[T any] struct {
	Edition string `json:"edition"`
	Item    T      `json:"item"`
}

func (s *Server) apiTerritory(_ context.Context, e *edition.Content, in *apiCodeAsk) (apiOne[apiTerritoryBody], error) {
	t, ok := e.Territory.Get(territory.Code(in.Code))
	if !ok {
		return apiOne[apiTerritoryBody]{}, apiAbsent(in.lang(), in.Code)
	}
	return apiOne[apiTerritoryBody]{e.Manifest.Number, apiTerritoryOf(t, in.lang())}, nil
}

// apiDomain is a domain of the reading grid.
type apiDomain struct {
	Code      string `json:"code"`
	Label     string `json:"label"`
	Dimension string `json:"dimension"`
	Page      string `json:"page"`
}

func (s *Server) apiDomains(_ context.Context, e *edition.Content, in *APIListAsk) (apiList[apiDomain], error) {
	var rows []apiDomain
	for _, t := range e.Domains() {
		d := apiDomain{t.Code, t.LabelFR, t.Parent, "/domaines/" + t.Code}
		if in.lang() == lang.EN && t.LabelEN != "" {
			d.Label = t.LabelEN
		}
		rows = append(rows, d)
	}
	return apiPaged(e, in.APIPaging, rows, func(d apiDomain) apiDomain { return d }), nil
}

// apiIndicatorBody is a series.
type apiIndicatorBody struct {
	Code        indicator.Code `json:"code"`
	Label       string         `json:"label"`
	Domain      string         `json:"domain,omitempty"`
	Definition  string         `json:"definition" doc:"En français"`
	Unit        string         `json:"unit"`
	Decimals    int            `json:"decimals"`
	Direction   int            `json:"direction" doc:"1 : plus haut, plus fragile ; -1 : l’inverse ; 0 : sans sens"`
	Producer    string         `json:"producer"`
	SourceTitle string         `json:"source_title"`
	SourcePage  string         `json:"source_page,omitempty"`
	Licence     string         `json:"licence"`
	Vintage     string         `json:"vintage,omitempty"`
	Secondary   bool           `json:"secondary" doc:"Lue dans la copie d’un tiers"`
	InIndex     bool           `json:"in_index"`
	Page        string         `json:"page"`
}

func apiIndicatorOf(i *indicator.Indicator, l lang.Lang) apiIndicatorBody {
	b := apiIndicatorBody{Code: i.Code, Label: i.LabelFR, Domain: i.Domain, Definition: i.DefinitionFR, Unit: i.Unit, Decimals: i.Decimals,
		Direction: i.Direction, Producer: i.Producer, SourceTitle: i.SourceTitle, SourcePage: i.SourcePage, Licence: i.Licence, Vintage: i.Vintage,
		Secondary: i.Secondary, InIndex: i.InIndex, Page: "/indicateurs/" + string(i.Code)}
	if l == lang.EN && i.LabelEN != "" {
		b.Label = i.LabelEN
	}
	return b
}

type apiIndicatorsAsk struct {
	APIListAsk
	Domain string `query:"domaine" maxLength:"20" doc:"Code d’un domaine"`
}

func (s *Server) apiIndicators(_ context.Context, e *edition.Content, in *apiIndicatorsAsk) (apiList[apiIndicatorBody], error) {
	var rows []*indicator.Indicator
	for _, i := range pointers(e.Catalogue.All()) {
		if i.Nature != indicator.Count && (in.Domain == "" || i.Domain == in.Domain) {
			rows = append(rows, i)
		}
	}
	return apiPaged(e, in.APIPaging, rows, func(i *indicator.Indicator) apiIndicatorBody { return apiIndicatorOf(i, in.lang()) }), nil
}

func (s *Server) apiIndicator(_ context.Context, e *edition.Content, in *apiCodeAsk) (apiOne[apiIndicatorBody], error) {
	i, ok := e.Catalogue.Get(indicator.Code(in.Code))
	if !ok || i.Nature == indicator.Count {
		return apiOne[apiIndicatorBody]{}, apiAbsent(in.lang(), in.Code)
	}
	return apiOne[apiIndicatorBody]{e.Manifest.Number, apiIndicatorOf(i, in.lang())}, nil
}

// apiValue is one figure. Value is null where there is no number: the status
// says why.
type apiValue struct {
	Indicator indicator.Code `json:"indicator"`
	Territory territory.Code `json:"territory"`
	Period    string         `json:"period"`
	Value     *float64       `json:"value" nullable:"true"`
	Status    string         `json:"status" enum:"A,P,E,S,M" doc:"A normale, P provisoire, E estimée, S secrète, M manquante"`
	Computed  bool           `json:"computed" doc:"Rapport de deux effectifs, qu’aucun fichier ne porte"`
	Trace     string         `json:"trace" doc:"D’où vient ce chiffre : adresse de la page ; avec .json, ses lignes de fichier"`
}

type apiValuesAsk struct {
	APIListAsk
	Indicator string `query:"indicateur" required:"true" maxLength:"80" doc:"Code d’une série"`
	Level     string `query:"niveau" enum:"national,region,departement,epci,commune" default:"departement" doc:"Niveau"`
	Territory string `query:"territoire" maxLength:"20" doc:"Code d’un territoire : toutes ses périodes, quel que soit le niveau"`
	Period    string `query:"periode" maxLength:"10" doc:"Période, comme 2023 ou 2024-Q3 ; sans elle, la dernière de chaque territoire"`
}

// figureAt is a figure to be looked up.
type figureAt struct {
	at     territory.Code
	period string
}

func (s *Server) apiValues(_ context.Context, e *edition.Content, in *apiValuesAsk) (apiList[apiValue], error) {
	code := indicator.Code(in.Indicator)
	if i, ok := e.Catalogue.Get(code); !ok || i.Nature == indicator.Count {
		return apiList[apiValue]{}, apiAbsent(in.lang(), in.Indicator)
	}
	var rows []figureAt
	if in.Territory != "" {
		if _, ok := e.Territory.Get(territory.Code(in.Territory)); !ok {
			return apiList[apiValue]{}, apiAbsent(in.lang(), in.Territory)
		}
		for _, v := range e.Series(code, territory.Code(in.Territory)) {
			if in.Period == "" || v.Period == in.Period {
				rows = append(rows, figureAt{v.Territory, v.Period})
			}
		}
	} else {
		for _, t := range e.Territory.ByLevel(territory.Level(in.Level)) {
			rows = append(rows, figureAt{t.Code, in.Period})
		}
	}
	return apiPaged(e, in.APIPaging, rows, func(f figureAt) apiValue { return apiValueOf(e, code, f) }), nil
}

func apiValueOf(e *edition.Content, code indicator.Code, f figureAt) apiValue {
	v, ok := edition.Value{}, false
	if f.period == "" {
		v, ok = e.Latest(code, f.at)
	} else {
		v, ok = e.Value(code, f.at, f.period)
	}
	b := apiValue{Indicator: code, Territory: f.at, Period: f.period, Status: "M"}
	if !ok {
		return b
	}
	b.Period, b.Status, b.Computed = v.Period, string(rune(v.Status)), v.Computed
	b.Trace = "/provenance/" + string(code) + "/" + string(f.at) + "/" + v.Period
	if v.OK() {
		x := v.X
		b.Value = &x
	}
	return b
}

// apiScore is a territory's place in a part of the index.
type apiScore struct {
	Territory territory.Code `json:"territory"`
	Part      string         `json:"part" doc:"Code d’un domaine, d’une dimension, ou de l’indice d’ensemble"`
	Kind      fragility.Kind `json:"kind" enum:"domain,dimension,overall"`
	Score     *float64       `json:"score" nullable:"true" doc:"De 0 à 100, 100 le plus fragile ; nul sans score"`
	Rank      int            `json:"rank" doc:"Dans l’ensemble de référence, 1 le plus fragile ; 0 en dehors de lui"`
	Place     int            `json:"place" doc:"Unités de référence plus fragiles, plus une"`
	Low       int            `json:"low" doc:"Début de l’intervalle de place ; 0 sans intervalle"`
	High      int            `json:"high"`
	Step      int            `json:"step" doc:"Classe, 5 la plus fragile"`
	Unsure    bool           `json:"unsure" doc:"La classe change selon les choix de méthode"`
	Trace     string         `json:"trace"`
}

type apiFragilityAsk struct {
	APIListAsk
	Level     string `query:"niveau" enum:"region,departement,epci,commune" default:"departement"`
	Part      string `query:"partie" maxLength:"20" doc:"Code d’un domaine, d’une dimension ou de l’indice ; sans lui, toutes"`
	Territory string `query:"territoire" maxLength:"20"`
}

type scoreAt struct {
	part *fragility.Part
	unit int
}

func (s *Server) apiFragility(_ context.Context, e *edition.Content, in *apiFragilityAsk) (apiList[apiScore], error) {
	result := e.Fragility[territory.Level(in.Level)]
	if result == nil {
		return apiList[apiScore]{}, apiAbsent(in.lang(), in.Level)
	}
	if in.Part != "" && result.Part(in.Part) == nil {
		return apiList[apiScore]{}, apiAbsent(in.lang(), in.Part)
	}
	if _, ok := result.Unit(territory.Code(in.Territory)); in.Territory != "" && !ok {
		return apiList[apiScore]{}, apiAbsent(in.lang(), in.Territory)
	}
	var rows []scoreAt
	for k := range result.Parts {
		p := &result.Parts[k]
		if in.Part != "" && p.Code != in.Part {
			continue
		}
		for i := range p.Cells {
			if in.Territory == "" || string(result.Units[i].Code) == in.Territory {
				rows = append(rows, scoreAt{p, i})
			}
		}
	}
	return apiPaged(e, in.APIPaging, rows, func(at scoreAt) apiScore { return apiScoreOf(result, at) }), nil
}

func apiScoreOf(result *fragility.Result, at scoreAt) apiScore {
	c, code := at.part.Cells[at.unit], result.Units[at.unit].Code
	b := apiScore{Territory: code, Part: at.part.Code, Kind: at.part.Kind, Rank: c.Rank, Place: c.Place, Low: c.Lo, High: c.Hi, Step: c.Step, Unsure: c.Unsure,
		Trace: "/provenance/fragilite/" + string(code)}
	if at.part.Kind == fragility.OfDomain {
		b.Trace += "/" + at.part.Code
	}
	if !math.IsNaN(c.Score) {
		x := c.Score
		b.Score = &x
	}
	return b
}

// apiHit is something that was found.
type apiHit struct {
	Kind   string         `json:"kind"`
	Code   territory.Code `json:"code,omitempty"`
	Label  string         `json:"label"`
	Detail string         `json:"detail,omitempty"`
	Page   string         `json:"page"`
}

type apiSearchAsk struct {
	APIAsk
	Query string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"Nom, code officiel, code postal, domaine"`
	Most  int    `query:"au_plus" minimum:"1" maximum:"50" default:"10"`
}

func (s *Server) apiSearch(_ context.Context, e *edition.Content, in *apiSearchAsk) (apiList[apiHit], error) {
	hits := e.Search.Find(in.Query, in.Most)
	return apiPaged(e, APIPaging{1, max(1, len(hits))}, hits, func(h territory.Hit) apiHit {
		b := apiHit{Kind: h.Kind, Code: h.Code, Label: h.LabelFR, Detail: h.Detail, Page: h.Href}
		if in.lang() == lang.EN && h.LabelEN != "" {
			b.Label = h.LabelEN
		}
		return b
	}), nil
}

// allFormsOfPage are the forms that a page answers in.
var allFormsOfPage = []form{asHTML, asJSON, asCSV, asSVG, asPDF, asEmbed, asXLSX, asAtom}

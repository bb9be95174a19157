package web

import (
	"context"
	"net/url"
	"strconv"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/report"
)

// apiPracticesAsk is a search of the case base, in the words of its page.
type apiPracticesAsk struct {
	APIListAsk
	Query       string   `query:"q" maxLength:"200" doc:"Mots cherchés"`
	Domain      []string `query:"domaine,explode" maxItems:"60" doc:"Codes de domaines ; l’un d’eux suffit"`
	Dimension   []string `query:"dimension,explode" maxItems:"60"`
	SDG         []string `query:"odd,explode" maxItems:"60" doc:"Objectifs de développement durable, de 1 à 17"`
	Profile     []string `query:"profil,explode" maxItems:"60" doc:"Profils d’acteurs"`
	Relation    []string `query:"relation,explode" maxItems:"60" doc:"Types de relation"`
	Form        []string `query:"forme,explode" maxItems:"60" doc:"Formes de co-construction"`
	Objective   []string `query:"objectif,explode" maxItems:"60"`
	Phase       []string `query:"phase,explode" maxItems:"60"`
	Impact      []string `query:"impact,explode" maxItems:"60" doc:"Axes d’impact"`
	Scope       []string `query:"portee,explode" maxItems:"60"`
	Region      []string `query:"region,explode" maxItems:"60" doc:"Codes de régions, comme REG-44"`
	Departement []string `query:"departement,explode" maxItems:"60" doc:"Codes de départements, comme DEP-08"`
	Network     []string `query:"reseau,explode" maxItems:"60" doc:"Réseaux qui ont apporté la fiche"`
	Language    []string `query:"langue_fiche,explode" maxItems:"60" doc:"Langues de la fiche"`
	Decade      []string `query:"decennie,explode" maxItems:"60" doc:"Décennies de début, comme 1990"`
	Level       []string `query:"preuve,explode" maxItems:"60" doc:"Niveaux de preuve ; none sans niveau"`
	Reviewed    []string `query:"relu,explode" maxItems:"60" doc:"yes ou no"`
	From        int      `query:"de" minimum:"0" maximum:"2999" doc:"Première année de début"`
	To          int      `query:"a" minimum:"0" maximum:"2999" doc:"Dernière année de début"`
	Sort        string   `query:"tri" enum:"recent,titre,debut" doc:"Ordre ; sans lui, le plus pertinent d’abord"`
}

// asked is the query of the search.
func (in *apiPracticesAsk) asked() casestudy.Query {
	v := url.Values{"q": {in.Query}, "tri": {in.Sort}, "domaine": in.Domain, "dimension": in.Dimension, "odd": in.SDG, "profil": in.Profile, "relation": in.Relation,
		"forme": in.Form, "objectif": in.Objective, "phase": in.Phase, "impact": in.Impact, "portee": in.Scope, "region": in.Region, "departement": in.Departement,
		"reseau": in.Network, "langue": in.Language, "decennie": in.Decade, "preuve": in.Level, "relu": in.Reviewed}
	if in.From > 0 {
		v.Set("de", strconv.Itoa(in.From))
	}
	if in.To > 0 {
		v.Set("a", strconv.Itoa(in.To))
	}
	q, _ := casestudy.ParseQuery(v) // what it refuses is left out, as on the page
	q.Offset, q.Limit, q.Language = (in.Page-1)*in.Per, in.Per, in.lang()
	return q
}

func (s *Server) apiPractices(ctx context.Context, e *edition.Content, in *apiPracticesAsk) (apiList[casestudy.Entry], error) {
	h, err := s.Cases.get(ctx, e)
	if err != nil {
		return apiList[casestudy.Entry]{}, err
	}
	found := h.base.Search(in.asked())
	out := apiList[casestudy.Entry]{Edition: e.Manifest.Number, Total: found.Total, Page: in.Page, Per: in.Per, Items: []casestudy.Entry{}}
	for _, hit := range found.Hits {
		out.Items = append(out.Items, report.CaseShown(hit.Entry))
	}
	return out, nil
}

func (s *Server) apiPractice(ctx context.Context, e *edition.Content, in *apiCodeAsk) (apiOne[casestudy.Entry], error) {
	h, err := s.Cases.get(ctx, e)
	if err != nil {
		return apiOne[casestudy.Entry]{}, err
	}
	one, ok := h.base.Entry(in.Code)
	if !ok {
		return apiOne[casestudy.Entry]{}, apiAbsent(in.lang(), in.Code)
	}
	return apiOne[casestudy.Entry]{e.Manifest.Number, report.CaseShown(one)}, nil
}

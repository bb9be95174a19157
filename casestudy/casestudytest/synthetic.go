package casestudytest

import (
	_ "embed"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"vigie/casestudy"
	"vigie/taxonomy"
	"vigie/territory"
)

//go:embed theme.csv
var themes []byte

// theme is what cases of a domain speak of.
type theme struct {
	domain          string
	what, who, need []string
}

// maker draws synthetic cases.
type maker struct {
	*rand.Rand
	themes []theme
	towns  []territory.Territory // the most populated first
	rare   []string              // words that no list knows
	lists  *taxonomy.Set
}

// Synthetic returns n public cases drawn from a seed, the same for the same
// arguments: titles, places, actors and codes vary as in a base of real ones,
// and so do the words, of which a few are frequent and most are rare.
func Synthetic(n int, seed uint64) []casestudy.Entry {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 7)), lists: Lists()}
	list, err := taxonomy.ReadList("theme.csv", themes, "domain", "what", "who", "need")
	must(err)
	for _, row := range list.Rows {
		cell := func(name string) []string { return strings.Split(row.Cell(name), "|") }
		m.themes = append(m.themes, theme{row.Cell("domain"), cell("what"), cell("who"), cell("need")})
	}
	m.towns = towns()
	for range 40_000 {
		m.rare = append(m.rare, m.invent())
	}
	entries := make([]casestudy.Entry, n)
	for i := range entries {
		entries[i] = m.entry(i)
	}
	return entries
}

// towns returns the communes of more than 2,000 people.
func towns() []territory.Territory {
	var list []territory.Territory
	for _, t := range Places().ByLevel(territory.Commune) {
		if t.Population > 2000 {
			list = append(list, t)
		}
	}
	return list
}

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }

// term draws a code of a list.
func (m *maker) term(list string) string { return pick(m, m.lists.Terms(list)).Code }

// terms draws up to most codes of a list, each once.
func (m *maker) terms(list string, most int) []string {
	all := m.lists.Terms(list)
	var codes []string
	for _, i := range m.Perm(len(all))[:1+m.IntN(min(most, len(all)))] {
		codes = append(codes, all[i].Code)
	}
	return codes
}

// invent makes a word of two to four syllables.
func (m *maker) invent() string {
	var b strings.Builder
	for range 2 + m.IntN(3) {
		b.WriteString(pick(m, []string{"b", "br", "c", "ch", "d", "f", "gr", "l", "m", "n", "p", "pl", "r", "s", "t", "tr", "v"}))
		b.WriteString(pick(m, []string{"a", "ai", "an", "e", "é", "i", "in", "o", "on", "ou", "u", "au"}))
	}
	return b.String() + pick(m, []string{"", "s", "t", "r", "tion", "ment", "elle"})
}

// word draws a rare word, some more often than others.
func (m *maker) word() string {
	return m.rare[int(math.Pow(m.Float64(), 3)*float64(len(m.rare)))]
}

// words draws n rare words.
func (m *maker) words(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = m.word()
	}
	return strings.Join(all, " ")
}

func (m *maker) name() string {
	w := m.word()
	return strings.ToUpper(w[:1]) + w[1:]
}

func (m *maker) entry(i int) casestudy.Entry {
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC).Add(-time.Duration(m.IntN(6*365*24)) * time.Hour)
	e := casestudy.Entry{ID: fmt.Sprintf("synthetic-%05d", i+1), Slug: fmt.Sprintf("cas-synthetique-%05d", i+1),
		State: casestudy.Published, Version: 1 + m.IntN(4), Record: m.record(), PublishedAt: at, ChangedAt: at}
	if m.IntN(10) == 0 {
		e.State = casestudy.ToUpdate
	}
	if m.IntN(3) > 0 {
		e.ReviewedAt = at
	}
	if m.IntN(2) == 0 {
		e.Network, e.ExternalID = pick(m, []string{"ANPP", "METI", "RNMA", "Réseau d'essai"}), fmt.Sprintf("R-%d", i)
	}
	return e
}

func (m *maker) record() casestudy.Record {
	main, town := pick(m, m.themes), m.towns[m.IntN(len(m.towns))]
	r := casestudy.Record{Language: "fr", Scope: m.term("partnership_scope"), Domains: []string{main.domain},
		Territories: []territory.Code{town.Code}, Relations: m.terms("relation", 3), Forms: m.terms("co_construction", 2),
		Objectives: m.terms("objective", 3), Phase: m.term("evaluation_phase"), Licence: "CC BY 4.0", Text: m.text(main, town.Label)}
	if other := pick(m, m.themes); other.domain != main.domain {
		r.Domains = append(r.Domains, other.domain)
	}
	for sdg := 1; sdg <= 17; sdg++ {
		if m.IntN(8) == 0 {
			r.SDGs = append(r.SDGs, sdg)
		}
	}
	if m.IntN(10) > 0 {
		r.StartYear = 2026 - int(m.ExpFloat64()*9)
	}
	if m.IntN(12) == 0 {
		r.Translations = map[string]casestudy.Text{"en": {Title: "A shared place in " + town.Label, Summary: "Neighbours and companies " + m.words(20)}}
	}
	m.alliance(&r, town.Label)
	return r
}

// alliance gives a record its actors, evidence, impacts and sources.
func (m *maker) alliance(r *casestudy.Record, town string) {
	for _, kind := range []string{"Association ", "Ville de ", "Fondation ", "Groupe ", "Université de "}[:2+m.IntN(4)] {
		name := kind + m.name()
		if kind == "Ville de " {
			name = kind + town
		}
		r.Actors = append(r.Actors, casestudy.Actor{Name: name, Profile: m.term("actor_profile"), Role: m.term("actor_role")})
	}
	for range m.IntN(4) {
		value := float64(10 + m.IntN(5000))
		v := casestudy.Evidence{Claim: "Personnes accompagnées " + m.words(3), Value: &value, Unit: "personnes", Period: "2024"}
		if m.IntN(2) == 0 {
			v.Level = m.term("evidence_level")
		}
		r.Evidence = append(r.Evidence, v)
	}
	for _, axis := range m.terms("impact", 3) {
		r.Impacts = append(r.Impacts, casestudy.Impact{Axis: axis, Text: "Effet constaté : " + m.words(6)})
	}
	for range 1 + m.IntN(4) {
		r.Sources = append(r.Sources, casestudy.Source{Title: "Page de présentation " + m.words(3), Address: "https://example.org/" + m.word()})
	}
}

// text writes what a case says, as long as the records of the seed.
func (m *maker) text(t theme, town string) casestudy.Text {
	what, who, need := pick(m, t.what), pick(m, t.who), pick(m, t.need)
	name := m.name()
	return casestudy.Text{
		Title: fmt.Sprintf("%s : %s à %s", name, what, town),
		Summary: fmt.Sprintf("À %s, des habitants et des entreprises ont créé %s pour des %s. Face au constat partagé (%s), l'association %s a réuni la commune, des bénévoles et une fondation. %s. Le projet, soutenu par la Région et par l'État, %s.",
			town, what, who, need, name, m.words(25), m.words(15)),
		Sections: map[string]string{
			"context":    fmt.Sprintf("%s ; %s.", need, m.words(10)),
			"solution":   fmt.Sprintf("Une %s ouverte à tous les %s, avec un accompagnement ; %s.", what, who, m.words(20)),
			"governance": fmt.Sprintf("Convention entre l'association, la ville de %s et les entreprises ; %s.", town, m.words(10)),
			"results":    fmt.Sprintf("%d %s accompagnés en trois ans ; %s.", 10+m.IntN(900), who, m.words(15)),
			"keys":       "Confiance entre les partenaires ; appui de la collectivité ; " + m.words(12) + ".",
		},
	}
}

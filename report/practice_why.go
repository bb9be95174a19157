package report

import (
	"strings"

	"vigie/casestudy"
	"vigie/indicator"
	"vigie/lang"
)

// because says in short sentences why a case is among those that answer a need;
// that nobody has read the case stands in its tag or badge.
func (w *composer) because(m *casestudy.Matched) []string {
	var out []string
	for _, r := range m.Why {
		if said := w.reason(r); said != "" {
			out = append(out, said)
		}
	}
	return out
}

func (w *composer) reason(r casestudy.Reason) string {
	switch r.Key {
	case casestudy.WhyMain, casestudy.WhySecondary, casestudy.WhyDimension:
		return w.t("match."+r.Key, "to", w.toDomain(r.Domain))
	case casestudy.WhyOwn, casestudy.WhyUnknown:
		return w.t("match."+r.Key, "place", w.label(r.Place))
	case casestudy.WhyAlike:
		return w.alikeSaid(r)
	case casestudy.WhyEvidence:
		level := r.Level
		if t, ok := w.c.Term("evidence_level", r.Level); ok {
			level = w.lower(t.Label(w.l))
		}
		return w.t("match.evidence", "level", level)
	case casestudy.WhyUnplaced, casestudy.WhyUnproved:
		return w.t("match." + r.Key)
	}
	return ""
}

// toDomain is a domain as an answer is given to it: « à l’emploi », « au logement ».
func (w *composer) toDomain(code string) string {
	name := lang.Typeset(w.l, w.domain(code).InSentence(w.l))
	if w.l != lang.FR {
		return name
	}
	if rest, ok := strings.CutPrefix(name, "le "); ok {
		return "au " + rest
	}
	if rest, ok := strings.CutPrefix(name, "les "); ok {
		return "aux " + rest
	}
	return "à " + name
}

// howMuch names a resemblance by thirds of the pairs of its tier.
func howMuch(share float64) string {
	switch {
	case share < 1.0/3:
		return "low"
	case share < 2.0/3:
		return "average"
	}
	return "high"
}

// spokenFor names what the figures of a resemblance speak for: today, the year
// that a case began, or later when most series are known only after it.
func spokenFor(r casestudy.Reason) string {
	switch {
	case r.Year == 0:
		return "today"
	case 2*r.Resemblance.After > r.Resemblance.Series:
		return "later"
	}
	return "year"
}

// alikeSaid says how much two places resembled each other, and when.
func (w *composer) alikeSaid(r casestudy.Reason) string {
	a := r.Resemblance
	of, with := w.place(a.Of), w.place(a.With)
	level := a.Of.Level()
	if a.Of == a.With {
		return w.t("match.same", "tier", w.level(level, "one"), "name", of.Short)
	}
	return w.t("match.alike", "much", howMuch(a.Share), "of", of.Name, "with", with.Name, "when", spokenFor(r), "year", year(r.Year),
		"share", w.portion(a.Share), "pairs", w.t("match.pairs."+string(level)))
}

// likenessRead says how the resemblance of a case is known: the territories
// compared, the series, their periods, what both have in common.
func (w *composer) likenessRead(m *casestudy.Matched) string {
	for _, r := range m.Why {
		switch r.Key {
		case casestudy.WhyUnplaced, casestudy.WhyUnknown:
			return w.t("match.ordinary")
		case casestudy.WhyAlike:
			if r.Resemblance.Of != r.Resemblance.With {
				return w.alikeRead(r)
			}
		}
	}
	return ""
}

func (w *composer) alikeRead(r casestudy.Reason) string {
	a := r.Resemblance
	level := a.Of.Level()
	var out []string
	if r.Place != a.Of {
		out = append(out, w.t("match.through", "place", w.label(r.Place), "tier", w.level(level, "one"), "name", w.place(a.Of).Short))
	}
	key := "match.read"
	switch {
	case r.Year == 0:
		key = "match.read_today"
	case a.After == a.Series:
		key = "match.read_later"
	case a.After > 0:
		key = "match.read_partly"
	}
	out = append(out, w.t(key, "n", a.Series, "after", a.After, "year", year(r.Year), "from", year(casestudy.YearOf(a.From)), "to", year(casestudy.YearOf(a.To))))
	if names := w.seriesNames(w.c.InCommon(a.Of, a.With, r.Year)); len(names) > 0 {
		out = append(out, w.t("match.common", "names", strings.Join(names, semicolon(w.l))))
	}
	return strings.Join(out, " ")
}

func (w *composer) seriesNames(codes []indicator.Code) []string {
	var out []string
	for _, code := range codes {
		if ind, ok := w.c.Catalogue.Get(code); ok {
			out = append(out, w.lower(w.name(ind)))
		}
	}
	return out
}

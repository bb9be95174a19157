package fragility

import (
	"math"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/indicator"
)

const (
	arithmetic = "arithmetic"
	geometric  = "geometric"
)

var (
	treatments     = []string{"winsorise", "none"}
	normalisations = []string{"minmax", "zscore", "percentile"}
	aggregations   = []string{arithmetic, geometric}
	weightings     = []string{"given", "equal_indicator", "equal_dimension", "random"}
)

// mostDraws bounds the memory of a result.
const mostDraws = 20_000

// checker gathers the faults of a spec.
type checker struct{ list fault.List }

func (c *checker) refuse(do, format string, args ...any) {
	if !c.list.Full() {
		f := fault.Invalidf(do, format, args...)
		f.What = where + " : " + f.What
		c.list = append(c.list, f)
	}
}

func (c *checker) oneOf(key, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		c.refuse("choisissez parmi : "+strings.Join(allowed, ", "), "valeur inconnue « %s » pour « %s »", value, key)
	}
}

func (c *checker) allOf(key string, values, allowed []string) {
	if len(values) == 0 {
		c.refuse("donnez au moins une valeur parmi : "+strings.Join(allowed, ", "), "« %s » est vide", key)
	}
	for _, v := range values {
		c.oneOf(key, v, allowed)
	}
}

// within refuses NaN too.
func (c *checker) within(key string, v, lo, hi float64) {
	if !(v >= lo && v <= hi) {
		c.refuse("donnez un nombre dans cet intervalle", "« %s » vaut %v, hors de l'intervalle de %v à %v", key, v, lo, hi)
	}
}

func (c *checker) weight(what string, w float64) {
	if !(w >= 0) || math.IsInf(w, 0) {
		c.refuse("donnez un poids nul ou positif", "poids de %s : %v", what, w)
	}
}

// validate checks what needs no catalogue.
func (s *Spec) validate() fault.List {
	c := &checker{}
	if s.Version == "" {
		c.refuse("ajoutez une ligne version = \"…\" en tête du fichier", "version absente")
	}
	if s.Title.FR == "" || s.Title.EN == "" || s.Title.ReferenceFR == "" || s.Title.ReferenceEN == "" {
		c.refuse("donnez fr, en, reference_fr et reference_en sous [title]", "titre incomplet")
	}
	s.validateMethod(c)
	s.validateSensitivity(c)
	s.validateDomains(c)
	return c.list
}

func (s *Spec) validateMethod(c *checker) {
	c.within("reference.coverage", s.Reference.Coverage, 0.01, 1)
	c.oneOf("treatment.method", s.Treatment.Method, treatments)
	c.within("treatment.skewness", s.Treatment.Skewness, 0.01, 100)
	c.within("treatment.kurtosis", s.Treatment.Kurtosis, 0.01, 1000)
	c.within("treatment.share", s.Treatment.Share, 0, 0.5)
	c.oneOf("normalisation.method", s.Normalisation.Method, normalisations)
	c.oneOf("aggregation.domain", s.Aggregation.Domain, aggregations)
	c.oneOf("aggregation.dimension", s.Aggregation.Dimension, aggregations)
	c.oneOf("aggregation.overall", s.Aggregation.Overall, aggregations)
	c.within("aggregation.geometric_floor", s.Aggregation.Floor, 0.01, 1000)
	c.within("missing.domain_weight", s.Missing.DomainWeight, 0, 1)
	c.within("missing.dimension_domains", s.Missing.DimensionDomains, 0, 1)
	c.within("missing.overall_domains", float64(s.Missing.OverallDomains), 1, 1000)
}

func (s *Spec) validateSensitivity(c *checker) {
	v := s.Sensitivity
	c.within("sensitivity.draws", float64(v.Draws), 20, mostDraws)
	c.within("sensitivity.interval", v.Interval, 0.5, 0.99)
	c.within("sensitivity.reversal", v.Reversal, 0, 0.5)
	c.within("sensitivity.class_change", v.ClassChange, 0, 1)
	c.within("sensitivity.weight_spread", v.WeightSpread, 0.01, 2)
	c.within("sensitivity.leave_one_out", v.LeaveOneOut, 0, 1)
	c.allOf("sensitivity.normalisations", v.Normalisations, normalisations)
	c.allOf("sensitivity.weightings", v.Weightings, weightings)
	c.allOf("sensitivity.aggregations", v.Aggregations, aggregations)
}

func (s *Spec) validateDomains(c *checker) {
	domains, codes := map[string]bool{}, map[indicator.Code]bool{}
	total := 0.0
	for _, d := range s.Domains {
		if domains[d.Code] {
			c.refuse("réunissez ses indicateurs sous une seule entrée", "domaine « %s » donné deux fois", d.Code)
		}
		domains[d.Code] = true
		c.weight("domaine « "+d.Code+" »", weightOr1(d.Weight))
		total += weightOr1(d.Weight)
		sum := 0.0
		for _, i := range d.Indicators {
			if codes[i.Code] {
				c.refuse("gardez une seule mention de l'indicateur", "indicateur « %s » donné deux fois", i.Code)
			}
			codes[i.Code] = true
			c.weight("l'indicateur « "+string(i.Code)+" »", weightOr1(i.Weight))
			if i.Direction < -1 || i.Direction > 1 {
				c.refuse("donnez 1 (plus = plus fragile) ou -1", "sens de « %s » : %d", i.Code, i.Direction)
			}
			sum += weightOr1(i.Weight)
		}
		if sum == 0 {
			c.refuse("donnez un poids positif à un indicateur au moins", "les poids du domaine « %s » ont une somme nulle", d.Code)
		}
	}
	if len(s.Domains) > 0 && total == 0 {
		c.refuse("donnez un poids positif à un domaine au moins", "les poids des domaines ont une somme nulle")
	}
}

// Check compares the spec with a catalogue and the domains of a taxonomy:
// each indicator exists, is a state of the territory (or a response, where
// the spec allows it), and has a direction. Error: a fault.List.
func (s *Spec) Check(catalogue []indicator.Indicator, domains []Domain) error {
	c := &checker{}
	known := byCode(catalogue)
	for _, d := range s.Domains {
		if !slices.ContainsFunc(domains, func(k Domain) bool { return k.Code == d.Code }) {
			c.refuse("choisissez un domaine de la taxonomie", "domaine inconnu « %s »", d.Code)
		}
		for _, i := range d.Indicators {
			s.checkIndicator(c, known, i)
		}
	}
	return c.list.Err()
}

func (s *Spec) checkIndicator(c *checker, known map[indicator.Code]*indicator.Indicator, i SpecIndicator) {
	k := known[i.Code]
	switch {
	case k == nil:
		c.refuse("corrigez le code ou ajoutez la série au catalogue", "indicateur inconnu « %s »", i.Code)
	case k.Nature == indicator.Count:
		c.refuse("prenez le rapport qui en est tiré", "« %s » est un effectif ou un montant, pas un indicateur", i.Code)
	case k.Nature == indicator.Response && !s.AllowResponse:
		c.refuse("retirez-le, ou écrivez allow_response = true et dites pourquoi", "« %s » mesure une action publique, non l'état du territoire", i.Code)
	case i.Direction == 0 && k.Direction == 0:
		c.refuse("donnez direction = 1 ou -1", "« %s » n'a pas de sens de fragilité", i.Code)
	}
}

func byCode(catalogue []indicator.Indicator) map[indicator.Code]*indicator.Indicator {
	m := make(map[indicator.Code]*indicator.Indicator, len(catalogue))
	for i := range catalogue {
		m[catalogue[i].Code] = &catalogue[i]
	}
	return m
}

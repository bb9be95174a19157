package fragility

import (
	"fmt"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/index"
	"vigie/indicator"
)

// where names the specification in faults.
const where = "spécification de l’indice"

// ParseSpec reads the specification of an observatory's index, in the language
// of package index. data/spec/fragility.toml is the default and explains each
// key. Error: that of index.ParseSpec; keys and methods that serve files only,
// since an observatory says itself what its series are and how they are read.
// What depends on the catalogue is left to Check.
func ParseSpec(raw []byte) (*index.Spec, error) {
	s, err := index.ParseSpec(where, raw)
	if err != nil {
		return nil, err
	}
	c := &checker{spec: s}
	c.title()
	c.methods()
	c.desk()
	return s, c.list.Err()
}

// checker gathers the faults of a spec.
type checker struct {
	spec *index.Spec
	list fault.List
}

func (c *checker) refuse(path, do, format string, args ...any) {
	if !c.list.Full() {
		c.list = append(c.list, c.spec.Fault(path, do, format, args...))
	}
}

func (c *checker) among(path string, values []string, allowed ...string) {
	for _, v := range values {
		if !slices.Contains(allowed, v) {
			c.refuse(path, "choisissez parmi : "+strings.Join(allowed, ", "), "un observatoire ne prend pas « %s »", v)
		}
	}
}

func (c *checker) title() {
	t := c.spec.Title
	if t.EN == "" || t.ReferenceFR == "" || t.ReferenceEN == "" {
		c.refuse("title", "donnez fr, en, reference_fr et reference_en sous [title]", "titre incomplet")
	}
	if c.spec.Reference.Coverage < 0.01 {
		c.refuse("reference.coverage", "donnez sous [reference] la part des territoires qui doivent avoir une valeur : coverage = 0.9",
			"aucune couverture n’est demandée aux séries")
	}
}

// methods are those under which scores stay between 0 and 100, high where a
// territory is fragile, with a weight and a share for each indicator.
func (c *checker) methods() {
	s := c.spec
	c.among("imputation.method", []string{s.Imputation.Method}, "none")
	c.among("uncertainty.imputations", s.Uncertainty.Imputations, "none", "mean", "median")
	c.among("treatment.method", []string{s.Treatment.Method}, "none", "winsorise")
	scales := []string{"minmax", "zscore", "percentile"}
	c.among("normalisation.method", []string{s.Normalisation.Method}, scales...)
	c.among("uncertainty.normalisations", s.Uncertainty.Normalisations, scales...)
	c.among("weights.method", []string{s.Weights.Method}, "given")
	c.among("uncertainty.weightings", s.Uncertainty.Weightings, "given", "equal_indicator", "equal_part", "random")
	means := []string{"arithmetic", "geometric"}
	c.among("aggregation.method", []string{s.Aggregation.Method}, means...)
	c.among("aggregation.by_level", s.Aggregation.ByLevel, means...)
	c.among("uncertainty.aggregations", s.Uncertainty.Aggregations, means...)
	if r := s.Normalisation.Range; len(r) != 2 || r[0] != 0 || r[1] != 100 || s.Normalisation.Mean != nil || s.Normalisation.SD != nil {
		c.refuse("normalisation.range", "écrivez range = [0, 100], sans mean ni sd", "les scores d’un observatoire vont de 0 à 100")
	}
	if s.Normalisation.Clamp != nil && !*s.Normalisation.Clamp {
		c.refuse("normalisation.clamp", "écrivez clamp = true", "un territoire hors de l’ensemble de référence sortirait de l’échelle")
	}
	if m := s.Aggregation.Mirror; m <= 100 {
		c.refuse("aggregation.mirror", "écrivez mirror = 110", "la moyenne géométrique se prend sur ce qui reste de l’échelle : il faut un nombre au-dessus de 100")
	}
	if s.Output.Classes != Steps || s.Output.Worst != "high" {
		c.refuse("output.classes", "écrivez classes = 5 et worst = \"high\"", "les scores d’un observatoire ont cinq classes, la dernière la plus fragile")
	}
	if s.Uncertainty.Draws == 0 {
		c.refuse("uncertainty.draws", "donnez 20 tirages au moins", "un observatoire ne publie pas de rang sans intervalle")
	}
}

// desk refuses the keys that say what a file holds.
func (c *checker) desk() {
	s := c.spec
	const do = "retirez cette clé : elle sert à vigie index"
	if d := s.Data; d.File+d.Sheet+d.Encoding+d.Delimiter+d.Unit+d.Name+d.Period+d.Reference != "" || d.Groups != nil {
		c.refuse("data", do, "un observatoire lit ses jeux de données, non un fichier")
	}
	if s.Screening != (index.Screening{}) {
		c.refuse("screening", do, "un observatoire n’écarte aucun territoire")
	}
	if s.Links != nil {
		c.refuse("link", do, "un observatoire ne compare pas l’indice à d’autres variables")
	}
	for i, d := range s.Indicators {
		if d.Column+d.Denominator+d.SE != "" || d.Log || d.DF != 0 || d.Treatment != nil || d.Goalposts != nil || d.Target != nil {
			c.refuse(at("indicator", i, "code"), "gardez code, parent, weight, direction et bounds", "« %s » : le reste vient du catalogue", d.Code)
		}
	}
}

// Check compares a spec with a catalogue and the domains of a taxonomy: each
// indicator is in a domain, exists, is a state of the territory (or a response,
// where the spec allows it), and has a direction; an element is a domain.
// Error: a fault.List.
func Check(s *index.Spec, catalogue []indicator.Indicator, domains []Domain) error {
	c := &checker{spec: s}
	known := byCode(catalogue)
	domain := func(code string) bool {
		return slices.ContainsFunc(domains, func(d Domain) bool { return d.Code == code })
	}
	for i, e := range s.Elements {
		if !domain(e.Code) || e.Parent != "" {
			c.refuse(at("element", i, "code"), "ne donnez que des domaines de la taxonomie, sans parent", "« %s » n’est pas un domaine, ou a un parent", e.Code)
		}
	}
	for i, d := range s.Indicators {
		if !domain(d.Parent) {
			c.refuse(at("indicator", i, "parent"), "choisissez un domaine de la taxonomie", "domaine inconnu « %s »", d.Parent)
		}
		c.indicator(at("indicator", i, "code"), known, d)
	}
	if c.list != nil {
		return c.list
	}
	used := func(domain string) bool {
		return slices.ContainsFunc(s.Indicators, func(i index.Indicator) bool { return i.Parent == domain })
	}
	_, err := s.With(elements(domains, weigh(s, domains, used))).Tree()
	return err
}

func (c *checker) indicator(path string, known map[indicator.Code]*indicator.Indicator, d index.Indicator) {
	k := known[indicator.Code(d.Code)]
	switch {
	case k == nil:
		c.refuse(path, "corrigez le code ou ajoutez la série au catalogue", "indicateur inconnu « %s »", d.Code)
	case k.Nature == indicator.Count:
		c.refuse(path, "prenez le rapport qui en est tiré", "« %s » est un effectif ou un montant, pas un indicateur", d.Code)
	case k.Nature == indicator.Response && !c.spec.AllowResponse:
		c.refuse(path, "retirez-le, ou écrivez allow_response = true et dites pourquoi", "« %s » mesure une action publique, non l’état du territoire", d.Code)
	case d.Direction == 0 && k.Direction == 0:
		c.refuse(path, "donnez direction = 1 ou -1", "« %s » n’a pas de sens de fragilité", d.Code)
	}
}

// at is the path of a key of a list.
func at(list string, i int, key string) string { return fmt.Sprintf("%s[%d].%s", list, i+1, key) }

func byCode(catalogue []indicator.Indicator) map[indicator.Code]*indicator.Indicator {
	m := make(map[indicator.Code]*indicator.Indicator, len(catalogue))
	for i := range catalogue {
		m[catalogue[i].Code] = &catalogue[i]
	}
	return m
}

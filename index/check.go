package index

import (
	"math"
	"slices"
	"strings"

	"vigie/fault"
)

// The methods that a specification may name, each in the order in which they
// are told.
var (
	imputations    = []string{"none", "mean", "median", "group_mean", "group_median", "last_observed", "step", "linear"}
	treatments     = []string{"none", "winsorise", "winsorise_log", "log", "boxcox"}
	normalisations = []string{"minmax", "zscore", "rank", "percentile", "borda", "target", "distance_to_max", "fraction_of_max", "goalposts"}
	scopes         = []string{"each_period", "all_periods"}
	weightMethods  = []string{"given", "equal", "budget", "poll", "pca", "optimised", "benefit"}
	aggregations   = []string{"arithmetic", "geometric", "harmonic", "power", "mazziotta", "copeland", "median"}
	weightings     = []string{"given", "equal_indicator", "equal_part", "random", "respondents", "poll"}
	correlations   = []string{"pearson", "spearman", "kendall"}
	smoothings     = []string{"global", "local"}
	neighbourhoods = []string{"boundaries", "touching", "pairs", "nearest", "distance"}
	islandRules    = []string{"listed", "linked"}
	mapTests       = []string{"moran", "geary", "getis_ord", "lisa"}
)

// mostDraws bounds the memory of a result.
const mostDraws = 20_000

// validate checks what needs neither table nor tree.
func (s *Spec) validate() fault.List {
	c := &checker{Spec: s}
	if s.Version == "" {
		c.refuse("version", "ajoutez une ligne version = \"1\" en tête du fichier", "cette clé manque")
	}
	if s.Title.FR == "" {
		c.refuse("title.fr", "donnez fr = \"…\" sous [title]", "l’indice n’a pas de titre")
	}
	c.indicators()
	c.elements()
	c.steps()
	c.uncertainty()
	c.space()
	for i, l := range s.Links {
		if l.Column == "" {
			c.refuse(item("link", i, "column"), "nommez une colonne du fichier", "cette clé manque")
		}
	}
	c.within("profile.top", float64(s.Profile.Top), 0, 1000)
	c.within("output.decimals", float64(s.Output.Decimals), 0, 12)
	c.within("output.classes", float64(s.Output.Classes), 1, 100)
	c.oneOf("output.worst", s.Output.Worst, []string{"low", "high"})
	return c.list
}

func (c *checker) indicators() {
	if len(c.Indicators) == 0 {
		c.refuse("indicator", "ajoutez au moins une table [[indicator]]", "l’indice n’a aucun indicateur")
	}
	for i, d := range c.Indicators {
		at := func(key string) string { return item("indicator", i, key) }
		if d.Code == "" || d.Parent == "" {
			c.refuse(at("code"), "donnez à chaque [[indicator]] un code et un parent", "code ou parent absent")
		}
		if d.Direction < -1 || d.Direction > 1 {
			c.refuse(at("direction"), "donnez 1 (plus élevé compte plus) ou -1", "le sens vaut %d", d.Direction)
		}
		c.weight(at("weight"), d.Weight)
		c.couple(at("bounds"), d.Bounds)
		c.couple(at("goalposts"), d.Goalposts)
		c.finite(at("target"), d.Target)
		if d.DenominatorScale != 0 && (d.Denominator == "" || !(d.DenominatorScale > 0) || math.IsInf(d.DenominatorScale, 0)) {
			c.refuse(at("denominator_scale"), "donnez denominator et un facteur positif", "ce facteur n’a pas de sens")
		}
		if d.DF != 0 && (d.SE == "" || !(d.DF > 0)) {
			c.refuse(at("df"), "donnez se et un nombre de degrés de liberté positif", "ces degrés de liberté n’ont pas de sens")
		}
		if d.Log && !positive(d.Goalposts) {
			c.refuse(at("goalposts"), "donnez les bornes dans l’unité de la colonne, positives", "le logarithme d’une borne n’existe pas")
		}
		if d.Log && d.Target != nil && !(*d.Target > 0) {
			c.refuse(at("target"), "donnez la cible dans l’unité de la colonne, positive", "le logarithme de la cible n’existe pas")
		}
		if d.Treatment != nil {
			c.treatment(at("treatment"), *d.Treatment)
		}
	}
}

func positive(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return !(v > 0) })
}

func (c *checker) elements() {
	for i, e := range c.Elements {
		if e.Code == "" {
			c.refuse(item("element", i, "code"), "donnez un code à chaque [[element]]", "cette clé manque")
		}
		c.weight(item("element", i, "weight"), e.Weight)
		if e.Aggregation != "" {
			c.oneOf(item("element", i, "aggregation"), e.Aggregation, aggregations)
		}
	}
}

func (c *checker) steps() {
	s := c.Spec
	c.within("reference.coverage", s.Reference.Coverage, 0, 1)
	c.within("screening.available", s.Screening.Available, 0, 1)
	c.within("screening.nonzero", s.Screening.NonZero, 0, 1)
	c.within("screening.indicator", s.Screening.Indicator, 0, 1)
	c.imputation("imputation.method", s.Imputation.Method)
	c.within("imputation.most", s.Imputation.Most, 0, 1)
	c.within("imputation.most_time", s.Imputation.MostTime, 0, math.MaxFloat64)
	c.oneOf("analysis.correlation", s.Analysis.Correlation, correlations)
	c.within("analysis.flag_high", s.Analysis.FlagHigh, -1, 1)
	c.within("analysis.flag_low", s.Analysis.FlagLow, -1, 1)
	c.treatment("treatment", s.Treatment)
	c.normalisation("normalisation.method", s.Normalisation.Method)
	c.couple("normalisation.range", s.Normalisation.Range)
	c.oneOf("normalisation.scope", s.Normalisation.Scope, scopes)
	c.finite("normalisation.mean", s.Normalisation.Mean)
	if sd := s.Normalisation.SD; sd != nil && !(*sd > 0 && !math.IsInf(*sd, 0)) {
		c.refuse("normalisation.sd", "donnez un nombre positif", "un écart type est positif")
	}
	c.oneOf("weights.method", s.Weights.Method, weightMethods)
	c.within("weights.level", float64(s.Weights.Level), 0, 100)
	c.oneOf("aggregation.method", s.Aggregation.Method, aggregations)
	for _, m := range s.Aggregation.ByLevel {
		c.oneOf("aggregation.by_level", m, aggregations)
	}
	c.oneOf("aggregation.penalty", s.Aggregation.Penalty, []string{"below", "above"})
	c.oneOf("aggregation.variance", s.Aggregation.Divisor, []string{"n", "n-1"})
	c.within("aggregation.power", s.Aggregation.Power, -100, 100)
	c.within("aggregation.mirror", s.Aggregation.Mirror, 0, math.MaxFloat64)
	for _, v := range s.Missing.Weight {
		c.within("missing.weight", v, 0, 1)
	}
	for _, v := range s.Missing.Children {
		c.within("missing.children", v, 0, 1)
	}
	c.within("missing.least", float64(s.Missing.Least), 0, 1e6)
}

func (c *checker) imputation(path, method string) {
	c.oneOf(path, method, imputations)
	if strings.HasPrefix(method, "group_") && c.Imputation.Group == "" {
		c.refuse("imputation.group", "nommez la colonne des groupes", "« %s » demande des groupes", method)
	}
	if slices.Contains([]string{"last_observed", "step", "linear"}, method) && c.Data.Period == "" {
		c.refuse("data.period", "nommez sous [data] la colonne des périodes", "« %s » suit une unité dans le temps", method)
	}
}

func (c *checker) treatment(path string, t Treatment) {
	c.oneOf(path+".method", t.Method, treatments)
	c.within(path+".skewness", t.Skewness, 0, 100)
	c.within(path+".kurtosis", t.Kurtosis, 0, 1000)
	c.within(path+".share", t.Share, 0, 0.5)
	c.within(path+".points", float64(t.Points), 0, 1e6)
	c.within(path+".lambda", t.Lambda, -10, 10)
}

func (c *checker) normalisation(path, method string) {
	c.oneOf(path, method, normalisations)
	for i, d := range c.Indicators {
		if method == "goalposts" && d.Goalposts == nil {
			c.refuse(item("indicator", i, "goalposts"), "donnez goalposts = [bas, haut]", "« %s » n’a pas de bornes, que la normalisation « goalposts » demande", d.Code)
		}
		if method == "target" && d.Target == nil {
			c.refuse(item("indicator", i, "target"), "donnez target = …", "« %s » n’a pas de cible, que la normalisation « target » demande", d.Code)
		}
	}
}

func (c *checker) uncertainty() {
	u := c.Uncertainty
	if u.Draws != 0 {
		c.within("uncertainty.draws", float64(u.Draws), 20, mostDraws)
	}
	c.within("uncertainty.interval", u.Interval, 0.5, 0.99)
	c.within("uncertainty.reversal", u.Reversal, 0, 0.5)
	c.within("uncertainty.class_change", u.ClassChange, 0, 1)
	c.within("uncertainty.worst", float64(u.Worst), 0, 1e6)
	c.within("uncertainty.weight_spread", u.WeightSpread, 0.01, 2)
	c.within("uncertainty.leave_one_out", u.LeaveOneOut, 0, 1)
	c.within("uncertainty.sobol_rows", float64(u.SobolRows), 0, 1e6)
	c.within("uncertainty.confidence", u.Confidence, 0.5, 0.999)
	c.allOf("uncertainty.imputations", u.Imputations, imputations)
	for _, m := range u.Imputations {
		c.imputation("uncertainty.imputations", m)
	}
	c.allOf("uncertainty.treatments", u.Treatments, treatments)
	c.allOf("uncertainty.normalisations", u.Normalisations, normalisations)
	for _, m := range u.Normalisations {
		c.normalisation("uncertainty.normalisations", m)
	}
	c.allOf("uncertainty.weightings", u.Weightings, weightings)
	c.allOf("uncertainty.aggregations", u.Aggregations, aggregations)
}

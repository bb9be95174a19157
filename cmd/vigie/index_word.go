package main

// words says the codes of a result in French, under the words of statisticians.
var words = map[string]string{
	"left_out": "écarté", "left.available": "trop peu de valeurs", "left.nonzero": "trop de zéros", "left.empty": "aucune valeur", "left.constant": "une seule valeur",

	"step.denomination": "dénominateur", "step.smoothing": "lissage", "smoothed_global": "vers la moyenne de tous", "smoothed_local": "vers la moyenne des voisins", "step.imputation": "imputation", "step.treatment": "valeurs extrêmes", "step.normalisation": "normalisation",
	"denominator_missing": "dénominateur manquant : valeur manquante", "denominator_zero": "dénominateur nul : valeur manquante",
	"winsorised_above": "ramenée au-dessous", "winsorised_below": "ramenée au-dessus",
	"clamped_above": "ramenée au haut de l’échelle", "clamped_below": "ramenée au bas de l’échelle",

	"flag.missing": "valeurs manquantes", "flag.zeros": "zéros", "flag.few_values": "peu de valeurs distinctes", "flag.outliers": "valeurs extrêmes",
	"flag.high": "double emploi", "flag.low": "se contredisent", "flag.size": "suit la taille",
	"kind.siblings": "même élément", "kind.parent": "son élément", "kind.top": "l’indice", "kind.denominator": "dénominateur", "kind.link": "variable extérieure",

	"choice.imputation": "imputation", "choice.treatment": "valeurs extrêmes", "choice.normalisation": "normalisation", "choice.weighting": "poids",
	"choice.weight_noise": "tirage des poids", "choice.aggregation": "agrégation", "choice.leave_one_out": "indicateur laissé de côté", "choice.sampling": "erreur d’échantillonnage",

	"global": "vers tous", "local": "vers les voisins",
	"boundaries": "limite commune", "touching": "limite ou point commun", "pairs": "paires données", "nearest": "les plus proches", "distance": "à distance",
	"moran": "I de Moran", "moran_rates": "I de Moran des taux", "geary": "C de Geary", "getis_ord": "G de Getis et Ord",
	"high_high": "haut parmi des hauts", "low_low": "bas parmi des bas", "high_low": "haut parmi des bas", "low_high": "bas parmi des hauts",
	"hot": "point chaud", "cold": "point froid",

	"none": "aucun", "mean": "moyenne", "median": "médiane", "group_mean": "moyenne du groupe", "group_median": "médiane du groupe",
	"last_observed": "dernière valeur connue", "step": "par paliers", "linear": "par droites",
	"winsorise": "winsorisation", "winsorise_log": "winsorisation, sinon logarithme", "log": "logarithme", "boxcox": "Box–Cox",
	"minmax": "minimum–maximum", "zscore": "écarts réduits", "rank": "rangs", "percentile": "centiles", "borda": "Borda",
	"target": "distance à la cible", "distance_to_max": "distance au maximum", "fraction_of_max": "part du maximum", "goalposts": "bornes fixes",
	"given": "donnés", "equal_indicator": "égaux entre indicateurs", "equal_part": "égaux entre éléments", "random": "tirés au sort", "respondents": "panels de répondants", "poll": "sondage",
	"arithmetic": "moyenne arithmétique", "geometric": "moyenne géométrique", "harmonic": "moyenne harmonique", "power": "moyenne puissance",
	"mazziotta": "Mazziotta–Pareto", "copeland": "Copeland", "leave_one_out": "un indicateur en moins", "weight_noise": "poids tirés au sort", "sampling": "valeurs tirées dans leur erreur",
}

// spoken says a code in French; a code without a word stays as it is.
func spoken(code string) string {
	if word, ok := words[code]; ok {
		return word
	}
	return code
}

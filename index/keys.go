package index

import (
	"fmt"
	"reflect"
	"strings"
)

// Key is one key of a specification.
type Key struct {
	Path    string   // [treatment] skewness, [[indicator]] code
	Does    string   // what it says, in French
	Words   []string // what it may name, nil when it is free
	Default string   // what stands when it is not given, "" nothing
}

// Keys lists the keys of a specification in the order of its declaration.
func Keys() []Key {
	return keysOf("", reflect.ValueOf(*Default()))
}

// keysOf lists the keys of one table of a specification, whose default values
// are given.
func keysOf(table string, v reflect.Value) []Key {
	var keys []Key
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
		if name == "" || name == "-" {
			continue
		}
		kind := field.Type
		for kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		switch {
		case kind.Kind() == reflect.Struct && table == "":
			keys = append(keys, keysOf("["+name+"]", value)...)
		case kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct:
			keys = append(keys, keysOf("[["+name+"]]", reflect.Zero(kind.Elem()))...)
		default:
			path := strings.TrimSpace(table + " " + name)
			key := Key{Path: path, Does: does[path], Words: words[path]}
			if !value.IsZero() {
				key.Default = written(value)
			}
			keys = append(keys, key)
		}
	}
	return keys
}

// written is a default value as a specification writes it.
func written(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return `"` + v.String() + `"`
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = written(v.Index(i))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case reflect.Float64:
		return fmt.Sprintf("%.4g", v.Float())
	}
	return fmt.Sprint(v.Interface())
}

// words lists what the keys that name a method may say.
var words = map[string][]string{
	"[[element]] aggregation":      aggregations,
	"[[indicator]] smooth":         smoothings,
	"[imputation] method":          imputations,
	"[analysis] correlation":       correlations,
	"[treatment] method":           treatments,
	"[normalisation] method":       normalisations,
	"[normalisation] scope":        scopes,
	"[weights] method":             weightMethods,
	"[aggregation] method":         aggregations,
	"[aggregation] by_level":       aggregations,
	"[aggregation] penalty":        {"below", "above"},
	"[aggregation] variance":       {"n", "n-1"},
	"[uncertainty] imputations":    imputations,
	"[uncertainty] treatments":     treatments,
	"[uncertainty] normalisations": normalisations,
	"[uncertainty] weightings":     weightings,
	"[uncertainty] aggregations":   aggregations,
	"[space] neighbours":           neighbourhoods,
	"[space] islands":              islandRules,
	"[space] tests":                mapTests,
	"[output] worst":               {"low", "high"},
}

// does says each key, by path.
var does = map[string]string{
	"version":        "version de l’indice, choisie par vous",
	"allow_response": "admettre des mesures de l’action publique (observatoire)",

	"[title] fr":           "titre de l’indice",
	"[title] en":           "titre en anglais",
	"[title] reference_fr": "ensemble qui fixe l’échelle et qui est classé",
	"[title] reference_en": "le même en anglais",

	"[reference] coverage": "part de l’ensemble de référence qui doit avoir une valeur (observatoire)",

	"[data] file":      "fichier de la table : csv, xlsx, Parquet, sav, dta",
	"[data] sheet":     "feuille d’un classeur ; la première sinon",
	"[data] encoding":  "encodage d’un texte qui ne le dit pas",
	"[data] delimiter": "signe qui sépare les colonnes d’un texte",
	"[data] unit":      "colonne du code des unités",
	"[data] name":      "colonne de leur nom",
	"[data] period":    "colonne de la période",
	"[data] groups":    "colonnes des groupes dans lesquels classer aussi",
	"[data] reference": "colonne de 1 (fixe l’échelle, est classé) et de 0 ; toutes les unités sinon",

	"[[element]] code":        "code d’un élément de l’arbre",
	"[[element]] parent":      "élément au-dessus ; sans parent, l’indice",
	"[[element]] weight":      "poids parmi ses frères",
	"[[element]] name_fr":     "nom",
	"[[element]] name_en":     "nom en anglais",
	"[[element]] aggregation": "agrégation de cet élément, plutôt que celle de son niveau",

	"[[indicator]] code":              "code d’un indicateur",
	"[[indicator]] parent":            "élément au-dessus",
	"[[indicator]] weight":            "poids parmi ses frères",
	"[[indicator]] direction":         "1, plus élevé compte plus ; -1, moins",
	"[[indicator]] column":            "colonne du fichier, si ce n’est pas le code",
	"[[indicator]] name_fr":           "nom",
	"[[indicator]] name_en":           "nom en anglais",
	"[[indicator]] unit":              "unité de mesure",
	"[[indicator]] denominator":       "colonne qui divise",
	"[[indicator]] denominator_scale": "facteur du quotient : 100, 1000",
	"[[indicator]] smooth":            "lisser le taux d’une petite population (bayésien empirique) vers la moyenne de toutes les unités, ou de ses voisines",
	"[[indicator]] log":               "prendre d’abord le logarithme",
	"[[indicator]] bounds":            "ce que la valeur peut être : [0, 100]",
	"[[indicator]] goalposts":         "bornes de la normalisation goalposts",
	"[[indicator]] target":            "cible de la normalisation target",
	"[[indicator]] se":                "colonne des erreurs types, d’une enquête",
	"[[indicator]] df":                "degrés de liberté de ces erreurs",
	"[[indicator]] treatment":         "traitement de cet indicateur : { method = \"log\" }",

	"[screening] available": "part des indicateurs qu’une unité doit avoir",
	"[screening] nonzero":   "part des valeurs d’une unité qui ne doivent pas être nulles",
	"[screening] indicator": "part des unités qu’un indicateur doit couvrir",

	"[imputation] method":    "comment combler les valeurs manquantes",
	"[imputation] group":     "colonne des groupes de group_mean et group_median",
	"[imputation] most":      "part de manquantes au-delà de laquelle rien n’est comblé",
	"[imputation] most_time": "durée la plus longue sur laquelle une valeur est reportée",

	"[analysis] correlation": "coefficient",
	"[analysis] flag_high":   "au-dessus, deux indicateurs d’un même élément font double emploi",
	"[analysis] flag_low":    "au-dessous, ils se compensent",

	"[treatment] method":   "traitement des valeurs extrêmes",
	"[treatment] skewness": "asymétrie au-delà de laquelle un indicateur est traité, si l’aplatissement l’est aussi",
	"[treatment] kurtosis": "aplatissement au-delà duquel",
	"[treatment] share":    "part des valeurs ramenées, au plus ; une au moins",
	"[treatment] points":   "nombre de valeurs ramenées au plus, plutôt qu’une part",
	"[treatment] lambda":   "exposant de boxcox",

	"[normalisation] method": "mise à la même échelle",
	"[normalisation] range":  "bouts de l’échelle",
	"[normalisation] mean":   "moyenne de zscore",
	"[normalisation] sd":     "écart type de zscore",
	"[normalisation] scope":  "une échelle par période, ou une seule, qui rend les périodes comparables",
	"[normalisation] clamp":  "ramener aux bouts les unités hors de l’ensemble de référence",

	"[weights] method": "d’où viennent les poids",
	"[weights] file":   "fichier de budget (un répondant par ligne) ou de poll (element, share, se)",
	"[weights] level":  "niveau que pca et optimised pondèrent ; 0, les indicateurs",
	"[weights] share":  "bornes de la part d’un enfant dans le score, pour benefit",

	"[aggregation] method":   "comment réunir les enfants d’un élément",
	"[aggregation] by_level": "méthode de chaque niveau, le plus bas d’abord",
	"[aggregation] power":    "exposant de power",
	"[aggregation] mirror":   "prendre la moyenne de ce nombre moins x, et revenir",
	"[aggregation] penalty":  "mazziotta : retirer (below) ou ajouter (above) la pénalité",
	"[aggregation] variance": "diviseur de la variance de mazziotta",

	"[missing] weight":   "part du poids des enfants présents qu’un score demande, par niveau",
	"[missing] children": "part des enfants présents, par niveau",
	"[missing] least":    "nombre d’éléments du plus bas niveau que l’indice demande",

	"[uncertainty] draws":          "nombre de tirages ; 0, aucun",
	"[uncertainty] seed":           "graine : mêmes fichiers, même graine, mêmes octets",
	"[uncertainty] interval":       "part des tirages dans un intervalle de rangs",
	"[uncertainty] reversal":       "au-delà, deux unités ne se distinguent pas",
	"[uncertainty] class_change":   "au-delà, une classe est incertaine",
	"[uncertainty] worst":          "k de la probabilité d’être parmi les k derniers ; 0 : 10, mais un cinquième des unités au plus, une au moins",
	"[uncertainty] imputations":    "imputations entre lesquelles tirer",
	"[uncertainty] treatments":     "traitements entre lesquels tirer",
	"[uncertainty] normalisations": "normalisations entre lesquelles tirer",
	"[uncertainty] weightings":     "pondérations entre lesquelles tirer",
	"[uncertainty] weight_spread":  "coefficient de variation des poids de random",
	"[uncertainty] aggregations":   "agrégations entre lesquelles tirer",
	"[uncertainty] leave_one_out":  "part des tirages sans l’un des indicateurs",
	"[uncertainty] sampling":       "tirer l’erreur des indicateurs qui ont une erreur type",
	"[uncertainty] sobol_rows":     "lignes de l’analyse de sensibilité ; 0, aucune",
	"[uncertainty] confidence":     "niveau des ensembles de confiance des rangs",

	"[profile] top":     "forces et faiblesses montrées",
	"[profile] what_if": "l’indice sans chacun de ses éléments",

	"[space] neighbours":      "qui est voisin de qui : limite commune, point commun, paires, les plus proches, à distance",
	"[space] file":            "contours (GeoJSON, code dans la propriété « code ») ou paires (from, to)",
	"[space] coordinates":     "colonnes de la place des unités : x et y",
	"[space] degrees":         "ces colonnes sont une longitude et une latitude",
	"[space] nearest":         "nombre de voisins de nearest",
	"[space] within":          "distance de distance : kilomètres sur la Terre, sinon l’unité des coordonnées",
	"[space] islands":         "une unité sans voisin : la nommer seulement, ou la relier à la plus proche",
	"[space] columns":         "éléments et indicateurs à tester ; l’indice sinon",
	"[space] tests":           "tests de la carte",
	"[space] permutations":    "permutations de moran et de lisa",
	"[space] false_discovery": "part des foyers nommés qui peuvent être dus au hasard",
	"[space] regions":         "nombre de régions d’un seul tenant à découper (SKATER) ; 0, aucune",
	"[space] region_columns":  "éléments et indicateurs qui les rapprochent ; les enfants de l’indice sinon",

	"[[link]] column":  "colonne à laquelle comparer l’indice",
	"[[link]] name_fr": "nom",
	"[[link]] name_en": "nom en anglais",

	"[output] decimals": "décimales des scores affichés",
	"[output] classes":  "nombre de classes de même effectif",
	"[output] worst":    "le pire bout : low, les scores bas ; high, les hauts",
}

package observatory

import (
	"fmt"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
)

// errDiffer says that datasets delivered on one day give other values to some
// observations: how many, of how many series, one of them with what each says,
// and how to choose. rows and tables go together.
func errDiffer(rows []tableRow, tables []*dataset.Table, twice []dataset.Duplicate) error {
	series := map[indicator.Code]bool{}
	for _, d := range twice {
		series[d.Indicator] = true
	}
	first := twice[0]
	var said, names []string
	for i, t := range tables {
		if col := t.Column(first.Indicator, first.Period); col != nil {
			if o, ok := col.At(first.Territory); ok {
				said = append(said, valueSaid(o)+" dans « "+rows[i].Name+" »")
				names = append(names, rows[i].Name)
			}
		}
	}
	day := "dont les descriptions ne disent pas le jour de livraison"
	if rows[0].published != "" {
		day = "livrés le même jour (" + rows[0].published + ")"
	}
	return &fault.Error{Kind: fault.Conflict,
		What: fmt.Sprintf("observations en double et différentes : %d, séries : %d, entre des jeux %s ; par exemple %s, %s, %s : %s",
			len(twice), len(series), day, first.Indicator, first.Territory, first.Period, lang.List(lang.FR, said)),
		Do: fmt.Sprintf("voyez toutes les différences (vigie dataset diff %s %s), puis choisissez : écrivez published = \"AAAA-MM-JJ\" dans les deux descriptions, "+
			"la livraison la plus récente l’emporte ; ou ôtez ces séries de l’une ([keep] series) ; et réimportez (vigie import --source DESCRIPTION.toml FICHIER)",
			names[0], names[1])}
}

// valueSaid writes an observation for a person: its value, or why it has none.
func valueSaid(o dataset.Observation) string {
	switch {
	case o.Status == dataset.Secret:
		return "secret"
	case !o.OK():
		return "manquant"
	}
	for d := range 4 {
		if lang.Round(o.X, d) == o.X {
			return lang.Number(lang.FR, o.X, d)
		}
	}
	return lang.Number(lang.FR, o.X, 4)
}

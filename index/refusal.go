package index

import (
	"errors"
	"fmt"
	"slices"

	"vigie/fault"
	"vigie/stat/composite"
)

// refusal is one thing that the engine refuses, in French.
type refusal struct {
	err      error
	what, do string
}

var refusals = []refusal{
	{composite.ErrConstant, "il ne reste qu’une valeur parmi les unités de référence une fois les extrêmes traités", "donnez-lui treatment = { method = \"none\" }, ou retirez-le"},
	{composite.ErrEmpty, "aucune valeur parmi les unités de référence", "retirez-le, ou complétez la colonne"},
	{composite.ErrWeights, "les poids ont une somme nulle", "donnez un poids positif à l’un au moins"},
	{composite.ErrPosts, "les bornes ou la cible manquent, ou sont du mauvais côté des données", "donnez goalposts = [bas, haut], ou une cible que les données n’ont pas déjà toutes atteinte"},
	{composite.ErrSize, "trop d’unités pour une agrégation qui les compare deux à deux", "prenez une autre agrégation"},
	{composite.ErrFinite, "une valeur n’est pas un nombre fini, ou les valeurs sont trop éloignées les unes des autres pour une échelle", "corrigez-la, ou laissez la cellule vide"},
}

// Told turns an error of the engine into a fault that names what it is about.
func (p *Plan) Told(err error) error {
	r, ok := errors.AsType[*composite.Refusal](err)
	if !ok {
		r = &composite.Refusal{Err: err, Number: -1, Child: -1, Row: -1, Period: -1}
		if !slices.ContainsFunc(refusals, func(known refusal) bool { return errors.Is(err, known.err) }) {
			return err
		}
	}
	what, do := p.reason(r)
	return fault.Invalidf(do, "%s : %s", p.name(r), what)
}

// reason is a refusal in French, without what it is about.
func (p *Plan) reason(r *composite.Refusal) (what, do string) {
	for _, known := range refusals {
		if errors.Is(r, known.err) {
			return known.what, known.do
		}
	}
	switch {
	case !errors.Is(r, composite.ErrDomain):
		return r.Err.Error(), "vérifiez la spécification et les données"
	case r.Number >= 0 && r.Number < len(p.Index.Indicators):
		return "une valeur n’a pas de place dans son traitement ou dans sa normalisation (« boxcox » d’un nombre négatif ou nul, « fraction_of_max » d’un maximum négatif ou nul, une fois le sens appliqué)",
			"donnez à cet indicateur un autre traitement, ou prenez une autre normalisation"
	}
	return "une valeur n’a pas de place dans cette moyenne (un nombre négatif ou nul dans une moyenne géométrique ou harmonique, une moyenne négative sous « mazziotta »)",
		"normalisez sur une échelle positive (range = [1, 100]), donnez mirror, ou prenez la moyenne arithmétique"
}

// name says what a refusal is about: element, unit, period.
func (p *Plan) name(r *composite.Refusal) string {
	if r.Number < 0 || r.Number >= len(p.Node) {
		return "indice « " + p.Spec.Title.FR + " »"
	}
	n := p.Tree.Nodes[p.Node[r.Number]]
	name := "élément « " + n.Code + " »"
	if n.Leaf() {
		name = "indicateur « " + n.Code + " »"
	}
	if r.Child >= 0 && !n.Leaf() {
		name += ", par « " + p.Tree.Nodes[p.Node[p.Index.Parts[r.Number-len(p.Index.Indicators)].Children[r.Child]]].Code + " »"
	}
	switch {
	case r.Row >= 0 && r.Row < len(p.Units):
		u := p.Units[r.Row]
		name += fmt.Sprintf(", unité « %s » (ligne %d)", u.Code, u.Row)
	case r.Period >= 0 && r.Period < len(p.Periods):
		name += ", période " + p.Periods[r.Period]
	}
	return name
}

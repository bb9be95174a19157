package index

import (
	"errors"
	"fmt"

	"vigie/fault"
	"vigie/stat/composite"
)

// refusals say in French what the engine refuses, and what to do.
var refusals = []struct {
	err      error
	what, do string
}{
	{composite.ErrConstant, "il ne reste qu’une valeur parmi les unités de référence une fois les extrêmes traités", "donnez-lui treatment = { method = \"none\" }, ou retirez-le"},
	{composite.ErrEmpty, "aucune valeur parmi les unités de référence", "retirez-le, ou complétez la colonne"},
	{composite.ErrWeights, "les poids ont une somme nulle", "donnez un poids positif à l’un au moins"},
	{composite.ErrPosts, "les bornes ou la cible manquent, ou sont du mauvais côté des données", "donnez goalposts = [bas, haut], ou une cible que les données n’ont pas déjà toutes atteinte"},
	{composite.ErrSize, "trop d’unités pour une agrégation qui les compare deux à deux", "prenez une autre agrégation"},
	{composite.ErrDomain, "une valeur n’a pas de place dans la méthode (un nombre négatif ou nul dans une moyenne géométrique ou harmonique, dans un logarithme ou une pénalité ; fraction_of_max d’un indicateur de sens -1)", "normalisez sur une échelle positive (range = [1, 100]), donnez mirror, ou prenez la moyenne arithmétique"},
	{composite.ErrConvergence, "la recherche des poids n’a pas abouti", "prenez des poids donnés ou égaux"},
	{composite.ErrFinite, "une valeur n’est pas un nombre fini", "corrigez-la, ou laissez la cellule vide"},
}

// Told turns an error of the engine into a fault that names what it is about.
func (p *Plan) Told(err error) error {
	if r, ok := errors.AsType[*composite.Refusal](err); ok {
		what, do := reason(err)
		f := fault.Invalidf(do, "%s : %s", p.name(r), what)
		f.Err = err
		return f
	}
	return err
}

// reason is a refusal in French, whatever it is about.
func reason(err error) (what, do string) {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return r.what, r.do
		}
	}
	return err.Error(), "vérifiez la spécification et les données"
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

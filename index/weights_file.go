package index

import (
	"math"
	"slices"

	"vigie/stat/composite"
)

// opinion is what a file says of the children of one part. entries are columns
// or rows of the file, by node among the children of the specification, so that
// what an indicator left out was given is no one else's.
type opinion struct {
	family
	nodes []int // children of positive weight in the specification, left out or not
	left  []int // by place of the family: position among nodes
}

// opinions lists the parts for which the file names a child: it must then name
// all those of positive weight.
func (p *Plan) opinions(file string, named func(code string) bool) ([]opinion, error) {
	var out []opinion
	for k, part := range p.Index.Parts {
		o := opinion{family: family{part: k}}
		some, missing := false, ""
		for _, c := range p.node(k).Children {
			n := p.Tree.Nodes[c]
			if n.Weight == 0 {
				continue
			}
			if named(n.Code) {
				some = true
			} else {
				missing = n.Code
			}
			if j := slices.Index(part.Children, p.Number[c]); p.Number[c] >= 0 && j >= 0 {
				o.place, o.left = append(o.place, j), append(o.left, len(o.nodes))
			}
			o.nodes = append(o.nodes, c)
		}
		if some && missing != "" {
			return nil, p.Spec.Fault("weights.file", "ajoutez-le, ou ne nommez aucun élément de « "+p.node(k).Code+" »",
				"%s ne dit rien de « %s », du même parent que d’autres qui y sont", file, missing)
		}
		if some && len(o.place) > 0 {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return nil, p.Spec.Fault("weights.file", "nommez les éléments par leur code", "%s ne nomme aucun élément de l’indice", file)
	}
	return out, nil
}

// weights takes the shares of the children that are left.
func (o opinion) weights(shares []float64) []float64 { return at(shares, o.left) }

// load reads the file that [weights] names.
func (p *Plan) load(o Options) (*Table, error) {
	name := p.Spec.Weights.File
	if name == "" {
		return nil, p.Spec.Fault("weights.file", "donnez file = \"…\" sous [weights]", "les poids « %s » viennent d’un fichier", p.Spec.Weights.Method)
	}
	if o.Load == nil {
		return nil, p.Spec.Fault("weights.file", "calculez cet indice par vigie index", "les fichiers de poids ne se lisent pas ici")
	}
	return o.Load(name)
}

// budget weighs by the points that respondents gave: a row a respondent, a
// column an element, texts aside.
func (p *Plan) budget(o Options) (sets [][][]float64, err error) {
	t, err := p.load(o)
	if err != nil {
		return nil, err
	}
	if t.Rows == 0 {
		return nil, t.refuse("donnez une ligne par répondant", "aucun répondant")
	}
	if err := p.knownColumns(t); err != nil {
		return nil, err
	}
	list, err := p.opinions(t.Name, func(code string) bool { return t.Column(code) != nil })
	if err != nil {
		return nil, err
	}
	p.weighing = &Weighing{Method: "budget", File: t.Name, Respondents: t.Rows}
	var centre [][]float64
	drawn := make([][][]float64, len(list))
	for i, one := range list {
		points, err := p.points(t, one)
		if err != nil {
			return nil, err
		}
		a, err := composite.Budget(points)
		if err != nil {
			return nil, p.Told(err)
		}
		centre = append(centre, one.weights(a.Weights))
		drawn[i] = a.Resample(drawnSets, p.Spec.Uncertainty.Seed)
		for j, place := range one.left {
			sd := Number(a.SD[place])
			p.weighted(one.family, j, a.Weights[place], Weighted{SD: &sd})
		}
	}
	return p.take(t, list, centre, drawn)
}

// weighted adds a child to what is told of the weights.
func (p *Plan) weighted(f family, j int, weight float64, w Weighted) {
	child := p.Index.Parts[f.part].Children[f.place[j]]
	w.Code, w.Parent, w.Weight = p.Tree.Nodes[p.Node[child]].Code, p.node(f.part).Code, Number(weight)
	p.weighing.Elements = append(p.weighing.Elements, w)
}

// take makes the centre the weights of the index, and the sets of all parts
// sets of the whole index.
func (p *Plan) take(t *Table, list []opinion, centre [][]float64, drawn [][][]float64) ([][][]float64, error) {
	families := make([]family, len(list))
	for i, one := range list {
		families[i] = one.family
		sum := 0.0
		for _, w := range centre[i] {
			sum += w
		}
		if sum == 0 {
			return nil, t.refuse("donnez un poids à l’un d’eux au moins", "« %s » : les éléments qui ont des données ne reçoivent rien", p.node(one.part).Code)
		}
	}
	p.Method.Weights = p.reweigh(families, centre)
	var sets [][][]float64
	for n := range drawnSets {
		one := make([][]float64, len(list))
		for i := range list {
			one[i] = list[i].weights(drawn[i][n])
			if !slices.ContainsFunc(one[i], func(w float64) bool { return w > 0 }) {
				one[i] = centre[i] // respondents drawn who gave nothing to what is left
			}
		}
		sets = append(sets, p.reweigh(families, one))
	}
	return sets, nil
}

// knownColumns refuses a column of numbers that names no element.
func (p *Plan) knownColumns(t *Table) error {
	for _, c := range t.Columns {
		if c.Number != nil && p.Tree.At(c.Name) < 0 {
			return t.refuse("nommez l’élément par son code, ou retirez la colonne", "colonne « %s » : aucun élément de l’indice n’a ce code", c.Name)
		}
	}
	return nil
}

// points reads what each respondent gave to the children of one part.
func (p *Plan) points(t *Table, o opinion) ([][]float64, error) {
	out := make([][]float64, t.Rows)
	for r := range out {
		out[r] = make([]float64, len(o.nodes))
	}
	for k, c := range o.nodes {
		name := p.Tree.Nodes[c].Code
		x, err := p.Spec.numbers(t, "weights.file", name)
		if err != nil {
			return nil, err
		}
		for r, v := range x {
			switch {
			case math.IsNaN(v):
				return nil, t.refuse("écrivez 0 si rien ne lui est donné, ou retirez la ligne", "ligne %d%s, colonne « %s » : le nombre de points manque", t.line(r), respondent(t, r), name)
			case v < 0:
				return nil, t.refuse("donnez un nombre de points nul ou positif", "ligne %d%s, colonne « %s » : %v point est négatif", t.line(r), respondent(t, r), name, v)
			}
			out[r][k] = v
		}
	}
	for r, row := range out {
		if !slices.ContainsFunc(row, func(v float64) bool { return v > 0 }) {
			return nil, t.refuse("répartissez des points, ou retirez la ligne", "ligne %d%s : aucun point n’est donné à ce que « %s » réunit", t.line(r), respondent(t, r), p.node(o.part).Code)
		}
	}
	return out, nil
}

// respondent names a row by its first text, "" without.
func respondent(t *Table, row int) string {
	for _, c := range t.Columns {
		if c.Text != nil && c.Text[row] != "" {
			return " (répondant « " + c.Text[row] + " »)"
		}
	}
	return ""
}

// poll weighs by what a survey says of each element: a row an element, with its
// share of the answers or its mean mark, and the standard error of that.
func (p *Plan) poll(o Options) ([][][]float64, error) {
	t, err := p.load(o)
	if err != nil {
		return nil, err
	}
	q, err := p.pollRows(t)
	if err != nil {
		return nil, err
	}
	list, err := p.opinions(t.Name, func(code string) bool { _, ok := q.row[code]; return ok })
	if err != nil {
		return nil, err
	}
	p.weighing = &Weighing{Method: "poll", File: t.Name}
	var centre [][]float64
	drawn := make([][][]float64, len(list))
	for i, one := range list {
		poll := composite.Poll{Choice: q.choice}
		for _, c := range one.nodes {
			row := q.row[p.Tree.Nodes[c].Code]
			poll.Value, poll.SE = append(poll.Value, q.value[row]), append(poll.SE, q.se[row])
		}
		weights, err := poll.Weights()
		if err == nil {
			drawn[i], err = poll.Draw(drawnSets, p.Spec.Uncertainty.Seed+uint64(i))
		}
		if err != nil {
			f := t.refuse("donnez, pour les éléments d’un même parent, des parts dont la somme est 1 (ou des moyennes, colonne mean), et leurs erreurs types", "« %s » : ces valeurs ne font pas des poids", p.node(one.part).Code)
			f.Err = err
			return nil, f
		}
		centre = append(centre, one.weights(weights))
		for j, place := range one.left {
			se := Number(poll.SE[place])
			p.weighted(one.family, j, weights[place], Weighted{SE: &se})
		}
	}
	return p.take(t, list, centre, drawn)
}

// pollTable is a poll as read: rows by code.
type pollTable struct {
	row       map[string]int
	value, se []float64
	choice    bool
}

func (p *Plan) pollRows(t *Table) (q pollTable, err error) {
	element := t.Column("element")
	if element == nil {
		return q, t.refuse("donnez les colonnes element, share (ou mean) et se", "il n’y a pas de colonne « element »")
	}
	name := "mean"
	if q.choice = t.Column("share") != nil; q.choice {
		name = "share"
	}
	if q.value, err = p.Spec.numbers(t, "weights.file", name); err != nil {
		return q, err
	}
	if q.se, err = p.Spec.numbers(t, "weights.file", "se"); err != nil {
		return q, err
	}
	q.row = map[string]int{}
	for i, code := range element.labels() {
		if p.Tree.At(code) < 0 {
			return q, t.refuse("nommez l’élément par son code", "ligne %d : aucun élément de l’indice n’a le code « %s »", t.line(i), code)
		}
		if first, twice := q.row[code]; twice {
			return q, t.refuse("gardez une ligne par élément", "lignes %d et %d : « %s » est donné deux fois", t.line(first), t.line(i), code)
		}
		for _, c := range []struct {
			name string
			x    float64
		}{{name, q.value[i]}, {"se", q.se[i]}} {
			if !(c.x >= 0) {
				return q, t.refuse("donnez un nombre nul ou positif", "ligne %d, « %s », colonne « %s » : un nombre nul ou positif est attendu", t.line(i), code, c.name)
			}
		}
		q.row[code] = i
	}
	return q, nil
}

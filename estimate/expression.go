package estimate

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/stat/survey"
)

// variable returns the variable a node names or describes: a column, or an
// object of one of the forms below.
func (d *desk) variable(n node) *survey.Column {
	form, ok := n.v.(map[string]any)
	if !ok {
		return d.named(n)
	}
	for _, key := range slices.Sorted(maps.Keys(form)) {
		if build, ok := expressions[key]; ok {
			n.only(key, "as")
			if key != "is" && n.has("as") {
				n.get("as").refuse("retirez-la", "cette clé n’accompagne que « is »")
			}
			return build(d, n, n.get(key))
		}
	}
	n.refuse("choisissez parmi "+strings.Join(slices.Sorted(maps.Keys(expressions)), ", "), "variable inconnue")
	return nil
}

// expressions builds a variable from the object n, whose value stands in v.
var expressions map[string]func(d *desk, n, v node) *survey.Column

func init() {
	expressions = map[string]func(d *desk, n, v node) *survey.Column{
		"is":           (*desk).is,
		"all":          (*desk).all,
		"answered":     (*desk).answered,
		"log":          (*desk).log,
		"square":       (*desk).square,
		"difference":   (*desk).difference,
		"sum":          (*desk).sum,
		"categorical":  func(d *desk, _, v node) *survey.Column { return d.variable(v).Categorical() },
		"level_number": (*desk).levelNumber,
		"cross":        (*desk).cross,
	}
}

// named returns a column of the data.
func (d *desk) named(n node) *survey.Column {
	name := n.text()
	if c := d.frame.Column(name); c != nil {
		return c
	}
	known := make([]string, len(d.frame.Columns))
	for i, c := range d.frame.Columns {
		known[i] = c.Name
	}
	do := "choisissez parmi les colonnes du fichier : " + strings.Join(known[:min(len(known), 40)], ", ")
	n.refuse(do, "la variable %s n’est pas dans les données", quote(name))
	return nil
}

// numeric returns a variable that must be a number.
func (d *desk) numeric(n node) *survey.Column {
	c := d.variable(n)
	if c.Number == nil {
		if row, text := slip(c); row > 0 {
			n.refuse("corrigez cette valeur dans le fichier, ou videz-la si elle manque",
				"variable %s, enregistrement %d : %s n’est pas un nombre, quand presque toutes les autres valeurs en sont", quote(c.Name), row, quote(text))
		}
		n.refuse("choisissez une variable numérique, ou {level_number = \""+c.Name+"\"}", "%s est une variable de catégories", quote(c.Name))
	}
	return c
}

// slip finds the first answer (1-based, 0 none) that keeps a column from being
// a number, when nine in ten of its answers are numbers.
func slip(c *survey.Column) (row int, text string) {
	number := make([]bool, len(c.Levels))
	for k, level := range c.Levels {
		_, err := strconv.ParseFloat(strings.TrimSpace(level), 64)
		number[k] = err == nil
	}
	answers, numbers := 0, 0
	for i, k := range c.Code {
		switch {
		case k < 0:
			continue
		case number[k]:
			numbers++
		case row == 0:
			row, text = i+1, c.Levels[k]
		}
		answers++
	}
	if numbers*10 < answers*9 {
		return 0, ""
	}
	return row, text
}

// computed returns a number variable computed record by record; NaN is a
// missing value.
func (d *desk) computed(name string, f func(i int) float64) *survey.Column {
	c := &survey.Column{Name: name, Number: make([]float64, d.frame.Rows)}
	for i := range c.Number {
		c.Number[i] = f(i)
	}
	return c
}

// comparisons are the operators of `is`, on the result of a comparison.
var comparisons = map[string]func(order int) bool{
	"==": func(o int) bool { return o == 0 },
	"!=": func(o int) bool { return o != 0 },
	"<":  func(o int) bool { return o < 0 },
	"<=": func(o int) bool { return o <= 0 },
	">":  func(o int) bool { return o > 0 },
	">=": func(o int) bool { return o >= 0 },
}

// is compares a variable with a value: a number with a number, a category with
// the text of a level.
func (d *desk) is(n, v node) *survey.Column {
	parts := v.items()
	if len(parts) != 3 {
		v.refuse("écrivez is = [\"variable\", \"==\", valeur]", "trois éléments sont attendus")
	}
	c := d.variable(parts[0])
	holds, ok := comparisons[parts[1].text()]
	if !ok {
		parts[1].refuse("choisissez parmi ==, !=, <, <=, >, >=", "comparaison inconnue %s", quote(parts[1].text()))
	}
	value := parts[2].label()
	order := func(i int) int { return cmp.Compare(c.Levels[c.Code[i]], value) }
	if c.Number != nil {
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			parts[2].refuse("comparez-la avec un nombre, ou prenez {categorical = \""+c.Name+"\"}", "%s est une variable numérique", quote(c.Name))
		}
		order = func(i int) int { return cmp.Compare(c.Number[i], x) }
	}
	out := d.computed(fmt.Sprintf("%s %s %s", c.Name, parts[1].text(), value), func(i int) float64 {
		if c.Missing(i) {
			return math.NaN()
		}
		return truth(holds(order(i)))
	})
	if n.get("as").choice("", "categorical") == "categorical" {
		return factor(out.Name, out.Number, "false", "true")
	}
	return out
}

// factor turns 0, 1… into the levels that occur.
func factor(name string, rank []float64, levels ...string) *survey.Column {
	c := &survey.Column{Name: name, Code: make([]int32, len(rank)), Levels: levels}
	for i, r := range rank {
		c.Code[i] = int32(r)
		if math.IsNaN(r) {
			c.Code[i] = -1
		}
	}
	return c.Present()
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// all is 1 where every variable holds, 0 where one does not, missing where
// none fails and one is missing.
func (d *desk) all(_, v node) *survey.Column {
	parts := d.conditions(v)
	return d.computed("all", func(i int) float64 {
		out := 1.0
		for _, p := range parts {
			if p.Number[i] == 0 {
				return 0
			}
			if math.IsNaN(p.Number[i]) {
				out = math.NaN()
			}
		}
		return out
	})
}

// conditions returns the variables of a list, which must be numbers.
func (d *desk) conditions(v node) []*survey.Column {
	var out []*survey.Column
	for _, n := range v.items() {
		out = append(out, d.numeric(n))
	}
	if len(out) == 0 {
		v.refuse("donnez-en au moins une", "aucune variable")
	}
	return out
}

func (d *desk) answered(_, v node) *survey.Column {
	c := d.variable(v)
	return d.computed(c.Name, func(i int) float64 { return truth(!c.Missing(i)) })
}

func (d *desk) log(_, v node) *survey.Column {
	c := d.numeric(v)
	return d.computed("log("+c.Name+")", func(i int) float64 {
		if c.Number[i] <= 0 {
			v.check(&survey.Refusal{Variable: c.Name, Row: i + 1, What: fmt.Sprintf("%v n’a pas de logarithme", c.Number[i]),
				Do: "restreignez le fichier aux valeurs positives, ou renoncez au logarithme"})
		}
		return math.Log(c.Number[i])
	})
}

func (d *desk) square(_, v node) *survey.Column {
	c := d.numeric(v)
	return d.computed(c.Name+"²", func(i int) float64 { return c.Number[i] * c.Number[i] })
}

func (d *desk) difference(_, v node) *survey.Column {
	p := d.conditions(v)
	if len(p) != 2 {
		v.refuse("écrivez difference = [\"a\", \"b\"]", "deux variables sont attendues")
	}
	return d.computed(p[0].Name+" - "+p[1].Name, func(i int) float64 { return p[0].Number[i] - p[1].Number[i] })
}

func (d *desk) sum(_, v node) *survey.Column {
	parts := d.conditions(v)
	labels := make([]string, len(parts))
	for i, p := range parts {
		labels[i] = p.Name
	}
	return d.computed(strings.Join(labels, " + "), func(i int) float64 {
		var sum float64
		for _, p := range parts {
			sum += p.Number[i]
		}
		return sum
	})
}

// levelNumber is the rank of a level from 1, in the order of the levels.
func (d *desk) levelNumber(_, v node) *survey.Column {
	c := d.variable(v).Categorical()
	return d.computed(c.Name, func(i int) float64 {
		if c.Missing(i) {
			return math.NaN()
		}
		return float64(c.Code[i] + 1)
	})
}

// cross combines variables into one, the first varying fastest; the levels
// that nobody has are left out.
func (d *desk) cross(_, v node) *survey.Column {
	var parts []*survey.Column
	for _, n := range v.items() {
		parts = append(parts, d.variable(n))
	}
	if len(parts) < 2 {
		v.refuse("écrivez cross = [\"a\", \"b\"]", "deux variables au moins sont attendues")
	}
	return survey.Cross(parts...)
}

// within returns the records where a variable holds: not 0 and not missing.
func (d *desk) within(n node) []bool {
	c := d.numeric(n)
	in := make([]bool, d.frame.Rows)
	for i, x := range c.Number {
		in[i] = x != 0 && !math.IsNaN(x)
	}
	return in
}

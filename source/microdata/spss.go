package microdata

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"vigie/fault"
	"vigie/source/sav"
	"vigie/stat/survey"
)

// plain writes a number as the text of its level.
func plain(x float64) string { return strconv.FormatFloat(x+0, 'f', -1, 64) }

// spss reads a system file. A variable of numbers whose answers all have a
// label becomes categorical under the texts of the labels, unless codes are
// asked; dates become ISO texts; declared missing values are missing and
// remembered.
func (o Options) spss(name string, data []byte) (*survey.Frame, error) {
	f, err := sav.Parse(name, data, o.Encoding)
	if err != nil {
		return nil, err
	}
	if f.Rows == 0 {
		return nil, fault.Invalidf("vérifiez que c'est le bon fichier", "%s : aucune ligne de données", name)
	}
	frame := &survey.Frame{Rows: f.Rows}
	for _, v := range f.Variables {
		c := &survey.Column{Name: nameOf(v), Label: v.Label}
		switch {
		case v.Width > 0:
			o.texts(c, v)
		case v.Print.IsDay() || v.Print.IsMoment():
			dates(c, v)
		default:
			if err := o.numbers(c, v, name); err != nil {
				return nil, err
			}
		}
		frame.Columns = append(frame.Columns, c)
	}
	return frame, nil
}

// original is the attribute that keeps a name that SPSS refuses.
const original = "NomOrigine"

func nameOf(v *sav.Variable) string {
	for _, a := range v.Attributes {
		if a.Name == original && len(a.Values) == 1 {
			return a.Values[0]
		}
	}
	return v.Name
}

// declare remembers that record i of n was declared missing under a code.
func declare(c *survey.Column, n, i int, code, label string) {
	if c.Why == nil {
		c.Why = slices.Repeat([]int32{-1}, n)
	}
	k := slices.IndexFunc(c.Declared, func(d survey.Declared) bool { return d.Code == code })
	if k < 0 {
		k = len(c.Declared)
		c.Declared = append(c.Declared, survey.Declared{Code: code, Label: label})
	}
	c.Why[i] = int32(k)
}

// numbers fills the column of a numeric variable.
func (o Options) numbers(c *survey.Column, v *sav.Variable, name string) error {
	label := map[float64]string{}
	for _, l := range v.Labels {
		label[l.Value] = l.Label
	}
	c.Number = v.Number
	missing := v.Missing.Range || len(v.Missing.Values) > 0
	for i, x := range v.Number {
		switch {
		case math.IsInf(x, 0):
			return fault.Invalidf("videz cette valeur", "%s, enregistrement %d, variable « %s » : nombre infini", name, i+1, v.Name)
		case missing && v.Missing.Number(x):
			declare(c, len(v.Number), i, plain(x), label[x])
			x = math.NaN()
		}
		c.Number[i] = x
	}
	for _, l := range v.Labels {
		if !v.Missing.Number(l.Value) {
			if c.Labels == nil {
				c.Labels = map[string]string{}
			}
			c.Labels[plain(l.Value)] = l.Label
		}
	}
	labelNumbers(c, o.Codes, v.Measure == sav.Ordinal)
	return nil
}

// labelNumbers makes a column of numbers categorical when every answer has a
// label, unless codes are kept.
func labelNumbers(c *survey.Column, codes, ordered bool) {
	if codes || len(c.Labels) == 0 {
		return
	}
	of := c.Categorical()
	for _, level := range of.Levels {
		if _, ok := c.Labels[level]; !ok {
			return
		}
	}
	if len(of.Levels) > 0 {
		*c = *labelled(of, ordered, c)
	}
}

// texts fills the column of a string variable.
func (o Options) texts(c *survey.Column, v *sav.Variable) {
	label := map[string]string{}
	for _, l := range v.Labels {
		label[l.Text] = l.Label
	}
	kept := slices.Clone(v.Text)
	for i, s := range kept {
		if len(v.Missing.Texts) > 0 && v.Missing.Text(s) {
			declare(c, len(kept), i, s, label[s])
			kept[i] = ""
		}
	}
	made := survey.Category(c.Name, kept)
	c.Code, c.Levels = made.Code, made.Levels
	all := len(c.Levels) > 0
	for _, level := range c.Levels {
		_, ok := label[level]
		all = all && ok
	}
	for text, l := range label {
		if !v.Missing.Text(text) {
			if c.Labels == nil {
				c.Labels = map[string]string{}
			}
			c.Labels[text] = l
		}
	}
	if all && !o.Codes {
		*c = *labelled(c, v.Measure == sav.Ordinal, c)
	}
}

// labelled names the levels of a categorical column by their labels, in byte
// order of the labels, or in that of the codes when they are ordered. Two codes
// of one label stay apart.
func labelled(c *survey.Column, ordered bool, from *survey.Column) *survey.Column {
	count := map[string]int{}
	for _, level := range c.Levels {
		count[c.Labels[level]]++
	}
	order, names := make([]int, len(c.Levels)), make([]string, len(c.Levels))
	for k, level := range c.Levels {
		order[k], names[k] = k, c.Labels[level]
		if count[names[k]] > 1 || names[k] == "" {
			names[k] += " (" + level + ")"
		}
	}
	if !ordered {
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	}
	out := &survey.Column{Name: c.Name, Label: c.Label, Code: make([]int32, len(c.Code)), Declared: from.Declared, Why: from.Why}
	rank := make([]int32, len(order))
	for to, k := range order {
		rank[k] = int32(to)
		out.Levels = append(out.Levels, names[k])
	}
	for i, k := range c.Code {
		if out.Code[i] = -1; k >= 0 {
			out.Code[i] = rank[k]
		}
	}
	return out
}

// dates fills the column of a variable of dates with ISO texts.
func dates(c *survey.Column, v *sav.Variable) {
	form := time.DateOnly
	if v.Print.IsMoment() {
		form = "2006-01-02T15:04:05"
	}
	texts, known := make([]string, len(v.Number)), map[float64]string{}
	for i, x := range v.Number {
		if x != x {
			continue
		}
		if v.Missing.Number(x) {
			declare(c, len(texts), i, plain(x), "")
			continue
		}
		text, ok := known[x]
		if !ok {
			if at, ok := sav.Time(x); ok {
				text = at.Format(form)
			}
			known[x] = text
		}
		texts[i] = text
	}
	made := survey.Category(c.Name, texts)
	c.Code, c.Levels = made.Code, made.Levels
}

package survey

import "strings"

// Nonresponse returns the design where respondents stand for those who did
// not answer: inside each cross class of the columns, their weight is
// multiplied by the sum of weights over the sum of responding weights; the
// others weigh zero. responded has an entry a record. Without classes the
// whole domain is one.
//
// Refusals: a missing class in the domain; a class where nobody responded.
//
// Source: Oh and Scheuren (1983), in Incomplete Data in Sample Surveys,
// volume 2, 143-184.
func (d *Design) Nonresponse(classes []*Column, responded []bool) (*Design, error) {
	check(d.n, len(responded))
	if err := complete(d.weights, classes...); err != nil {
		return nil, err
	}
	class := everybody(d.weights)
	for _, c := range classes {
		class = class.split(c)
	}
	answer := &Column{Code: make([]int32, d.n), Levels: []string{"non", "oui"}}
	for i, yes := range responded {
		if yes {
			answer.Code[i] = 1
		}
	}
	both := class.split(answer)
	out, _, err := d.adjust(both, func(w []float64) ([]float64, error) {
		all, ratio := class.sums(w), both.sums(w)
		met := make([]bool, len(all))
		for cell, i := range both.first {
			switch {
			case !responded[i]:
				ratio[cell] = 0
			case ratio[cell] > 0:
				ratio[cell] = all[class.of[i]] / ratio[cell]
				met[class.of[i]] = true
			}
		}
		for c, i := range class.first {
			if !met[c] && all[c] > 0 {
				return nil, refuse(crossName(classes), i+1, "regroupez les classes de non-réponse", "personne n’a répondu dans la classe « %s »", place(classes, i))
			}
		}
		return ratio, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// crossName joins the names of columns.
func crossName(columns []*Column) string {
	list := make([]string, len(columns))
	for k, c := range columns {
		list[k] = c.Name
	}
	return strings.Join(list, " × ")
}

// place joins the levels of record i.
func place(columns []*Column, i int) string {
	list := make([]string, len(columns))
	for k, c := range columns {
		c = c.Categorical()
		list[k] = c.Levels[c.Code[i]]
	}
	return strings.Join(list, " × ")
}

package survey

// Standardise returns the design where, inside each cross class of over, the
// categories of by have the shares of a standard population (one a level of
// by, in their order, of any sum), the weight of the class unchanged. It is a
// post-stratification of the crossed classes, and its variance is that.
//
// Refusals: a missing class; as many shares as levels are needed; a class of
// over without a record of some level of by.
//
// Source: Graubard and Korn (1999), Analysis of Health Surveys, section 3.3.
func (d *Design) Standardise(by *Column, over []*Column, share []float64) (*Design, error) {
	by = by.Categorical()
	if len(share) != len(by.Levels) {
		return nil, refuse(by.Name, 0, "donnez une part par modalité, dans leur ordre", "%d parts pour %d modalités", len(share), len(by.Levels))
	}
	if err := complete(d.weights, append(over[:len(over):len(over)], by)...); err != nil {
		return nil, err
	}
	class := everybody(d.weights)
	for _, c := range over {
		class = class.split(c)
	}
	both := class.split(by)
	size, whole := class.sums(d.weights), total(share)
	cell := &Column{Name: crossName(append(over[:len(over):len(over)], by)), Code: both.of}
	counts := map[string]float64{}
	met := make([]int, len(size))
	for _, i := range both.first {
		name := place(append(over[:len(over):len(over)], by), i)
		cell.Levels = append(cell.Levels, name)
		c := class.of[i]
		counts[name] = size[c] * share[by.Code[i]] / whole
		met[c]++
	}
	for c, i := range class.first {
		if met[c] < len(share) {
			return nil, refuse(by.Name, i+1, "regroupez des modalités ou des classes", "la classe « %s » n’a pas de répondant dans chaque modalité", place(over, i))
		}
	}
	return d.PostStratify(Margin{cell, counts})
}

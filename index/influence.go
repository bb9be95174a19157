package index

import (
	"math"
	"slices"

	"vigie/stat/composite"
)

// choices names what composite.Simulate varies.
var choices = [...]string{
	composite.ChoiceImputation: "imputation", composite.ChoiceTreatment: "treatment", composite.ChoiceScale: "normalisation",
	composite.ChoiceMean: "aggregation", composite.ChoiceWeights: "weighting", composite.ChoiceNoise: "weight_noise",
	composite.ChoiceLeaveOut: "leave_one_out", composite.ChoiceSampling: "sampling",
}

// Influences names the choices of an influence and their alternatives, those
// of the index itself left out. An alternative under which the index cannot be
// built has no shift. A random choice has one alternative, of its own name.
func (p *Plan) Influences(f *composite.Influence) []Sensitive {
	var out []Sensitive
	for _, in := range f.Inputs {
		s := Sensitive{
			Choice: choices[in.Choice],
			First:  Number(in.First.Value), FirstLo: Number(in.First.Lo), FirstHi: Number(in.First.Hi),
			Total: Number(in.Total.Value), TotalLo: Number(in.Total.Lo), TotalHi: Number(in.Total.Hi),
		}
		for _, e := range f.Effects {
			if e.Choice != in.Choice {
				continue
			}
			name := s.Choice
			if e.Alternative >= 0 {
				name = p.alternatives(s.Choice)[e.Alternative]
			}
			if p.own(s.Choice, name) {
				continue
			}
			effect := Effect{Name: name, Shift: Number(e.Shift), Moved: Number(e.Moved)}
			if e.Err != nil {
				effect.Shift, effect.Moved = Number(math.NaN()), Number(math.NaN())
			}
			s.Alternatives = append(s.Alternatives, effect)
		}
		out = append(out, s)
	}
	return out
}

func (p *Plan) alternatives(choice string) []string {
	return p.Alternatives[slices.IndexFunc(p.Alternatives, func(c Choice) bool { return c.Choice == choice })].Alternatives
}

// own tells the alternative of a choice that is the one of the index. Random
// factors, respondents and polls draw around the weights of the index: what
// they do is told as weight_noise.
func (p *Plan) own(choice, name string) bool {
	s := p.Spec
	switch choice {
	case "imputation":
		return name == s.Imputation.Method
	case "treatment":
		return name == s.Treatment.Method
	case "normalisation":
		return name == s.Normalisation.Method
	case "weighting":
		return slices.Contains([]string{"given", "random", "respondents", "poll"}, name)
	case "aggregation":
		for _, n := range p.Tree.Nodes {
			if !n.Leaf() && s.meanOf(n) != name {
				return false
			}
		}
		return true
	}
	return false
}

package survey

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// TermTest is the test that a term of a regression has no effect.
//
// F is set by Wald and ChiSquared and Lambda (the generalised design effects,
// largest first) by LikelihoodRatio. DF is the number of coefficients tested,
// DDF the degrees of freedom of the denominator.
type TermTest struct {
	F, ChiSquared float64
	Lambda        []float64
	DF, DDF, P    float64
}

// Wald tests that the coefficients of the term made of these variables are all
// zero.
//
// Refusals: a term that is not in the model; a singular covariance.
//
// Oracle: R survey::regTermTest(method = "Wald") 4.1.
func (r *Regression) Wald(variables ...string) (*TermTest, error) {
	at, err := r.coefficients(variables)
	if err != nil {
		return nil, err
	}
	beta := mat.NewVecDense(len(at), nil)
	for k, j := range at {
		beta.SetVec(k, r.Value[j])
	}
	chi, ok := quadraticForm(submatrix(r.Cov, at), beta)
	if !ok {
		return nil, refuse(r.data.names[at[0]], 0, "regroupez des modalités, ou augmentez le nombre de grappes", "la covariance des coefficients du terme est singulière")
	}
	df := float64(len(at))
	return &TermTest{F: chi / df, DF: df, DDF: r.DF, P: fisherTail(chi/df, df, r.DF)}, nil
}

// LikelihoodRatio tests the same hypothesis by the difference of the weighted
// deviances of the models with and without the term, against the law of
// Σ λ F(1, DDF) whose tail is taken by the saddlepoint.
//
// Source: Lumley and Scott (2014), Australian & New Zealand Journal of
// Statistics 56(1), 1-14. Oracle: R survey::regTermTest(method = "LRT") 4.1.
func (r *Regression) LikelihoodRatio(variables ...string) (*TermTest, error) {
	at, err := r.coefficients(variables)
	if err != nil {
		return nil, err
	}
	reduced := &fitting{y: r.data.y, family: r.Family}
	for j := range r.data.x {
		if !slices.Contains(at, j) {
			reduced.names, reduced.x = append(reduced.names, r.data.names[j]), append(reduced.x, r.data.x[j])
		}
	}
	if len(reduced.x) == 0 {
		return nil, refuse("", 0, "prenez la méthode Wald", "sans ce terme le modèle est vide")
	}
	without, err := reduced.fit(r.weight, nil)
	if err != nil {
		return nil, err
	}
	lambda := relativeEigen(submatrix(r.naive, at), submatrix(r.Cov, at))
	if lambda == nil {
		return nil, refuse(r.data.names[at[0]], 0, "regroupez des modalités", "l’information sur les coefficients du terme est singulière")
	}
	chi := without.deviance - r.Deviance
	return &TermTest{ChiSquared: chi, Lambda: lambda, DF: float64(len(at)), DDF: r.DF,
		P: eigenChiSquares(lambda).RatioTail(chi, r.DF)}, nil
}

// coefficients returns the places of the coefficients of a term.
func (r *Regression) coefficients(variables []string) ([]int, error) {
	for k, term := range r.model.Terms {
		if !names(term, variables) {
			continue
		}
		var at []int
		for j, t := range r.term {
			if t == k {
				at = append(at, j)
			}
		}
		if len(at) > 0 {
			return at, nil
		}
	}
	name := ""
	if len(variables) > 0 {
		name = variables[0]
	}
	return nil, refuse(name, 0, "nommez un terme tel qu’il est écrit dans le modèle", "ce terme n’a pas de coefficient dans le modèle")
}

// names tells whether a term is made of these variables, in any order.
func names(term []*Column, variables []string) bool {
	if len(term) != len(variables) {
		return false
	}
	for _, c := range term {
		if !slices.Contains(variables, c.Name) {
			return false
		}
	}
	return true
}

// submatrix returns the rows and columns of v at places.
func submatrix(v *mat.SymDense, at []int) *mat.SymDense {
	out := mat.NewSymDense(len(at), nil)
	for i := range at {
		for j := range i + 1 {
			out.SetSym(i, j, v.At(at[i], at[j]))
		}
	}
	return out
}

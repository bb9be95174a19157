package estimate

import (
	"math"
	"reflect"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/survey"
)

// answerOf returns what an estimate says: values, standard errors, covariance,
// 95 % intervals by the normal law and by Student's on the degrees of freedom
// of the prepared sample, and the design effects when they were asked.
func (c *call) answerOf(e *survey.Estimate, err error) map[string]any {
	c.fail(err)
	all := *e
	all.DF = c.whole.SampleDF()
	out := map[string]any{
		"names": e.Names, "est": e.Value, "se": e.SE(), "vcov": matrix(e.Cov), "cv": e.CV(),
		"ci95_normal": e.Interval(0.95, false), "df": all.DF, "ci95_t": all.Interval(0.95, true),
	}
	if e.Deff != nil {
		out["deff"] = e.Deff
	}
	return out
}

// matrix returns a symmetric matrix as its rows.
func matrix(m *mat.SymDense) [][]float64 {
	out := make([][]float64, m.SymmetricDim())
	for i := range out {
		out[i] = mat.Row(nil, i, m)
	}
	return out
}

// clean brings an answer to what JSON can say: maps, lists, texts, numbers and
// null for what is not a finite number.
func clean(v any) any {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Float64:
		if x := r.Float(); !math.IsNaN(x) && !math.IsInf(x, 0) {
			return x
		}
		return nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return float64(r.Int())
	case reflect.Slice, reflect.Array:
		out := make([]any, r.Len())
		for i := range out {
			out[i] = clean(r.Index(i).Interface())
		}
		return out
	case reflect.Map:
		out := make(map[string]any, r.Len())
		for _, k := range r.MapKeys() {
			out[k.String()] = clean(r.MapIndex(k).Interface())
		}
		return out
	}
	return v
}

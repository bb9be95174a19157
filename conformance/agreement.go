package conformance

import (
	"context"
	"io/fs"

	"vigie/fault"
	"vigie/stat/agreement"
)

// agreementFunctions answer the cases of the family agreement by function.
var agreementFunctions = map[string]func(*asked) (map[string]any, error){
	"kappa": askedKappa,
	"alpha": askedAlpha,
}

// fielded answers a case by its function, a field a value.
func fielded(functions map[string]func(*asked) (map[string]any, error)) func(context.Context, fs.FS, *Case) (any, error) {
	return func(_ context.Context, dir fs.FS, c *Case) (any, error) {
		f, ok := functions[c.Function]
		if !ok {
			return nil, fault.NotFoundf("donnez une fonction de la famille", "fonction inconnue « %s »", c.Function)
		}
		return f(newAsked(dir, c))
	}
}

func askedKappa(a *asked) (map[string]any, error) {
	credit := map[string]agreement.Credit{"none": agreement.None, "linear": agreement.Linear, "quadratic": agreement.Quadratic}[a.choice("credit", "none", "linear", "quadratic")]
	rows := value[[]any](a, "counts")
	counts := make([][]int, len(rows))
	for i, row := range rows {
		cells, _ := row.([]any)
		if len(cells) != len(rows) {
			a.fail(fault.Invalidf("donnez un tableau carré", "ligne %d de counts : %d nombres pour %d lignes", i+1, len(cells), len(rows)))
			break
		}
		for _, c := range cells {
			n, ok := c.(float64)
			if !ok || n < 0 || n != float64(int(n)) {
				a.fail(fault.Invalidf("donnez des effectifs", "ligne %d de counts : « %v »", i+1, c))
			}
			counts[i] = append(counts[i], int(n))
		}
	}
	if err := a.done(); err != nil {
		return nil, err
	}
	k, err := agreement.Cohen(counts, credit, 0.95)
	return map[string]any{"kappa": k.Value, "se": k.SE, "observed": k.Observed, "expected": k.Expected, "ci_l": k.Lo, "ci_u": k.Hi, "n": float64(k.N)}, err
}

func askedAlpha(a *asked) (map[string]any, error) {
	scale := map[string]agreement.Scale{"nominal": agreement.Nominal, "ordinal": agreement.Ordinal, "interval": agreement.Interval, "ratio": agreement.Ratio}[a.choice("scale", "nominal", "ordinal", "interval", "ratio")]
	t := a.table("file")
	var codes [][]float64
	for _, coder := range a.texts("coders") {
		codes = append(codes, a.numbers(t, coder))
	}
	if err := a.done(); err != nil {
		return nil, err
	}
	alpha, err := agreement.Krippendorff(codes, scale)
	return map[string]any{"alpha": alpha.Value, "observed": alpha.Observed, "expected": alpha.Expected, "units": float64(alpha.Units), "codes": float64(alpha.Codes)}, err
}

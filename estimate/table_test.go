package estimate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	cases := []struct {
		what, answer string
		want         Table
	}{
		{"a number", `5`, Table{Rows: [][]any{}, Aside: [][2]any{{"op", 5.0}}}},
		{"a mean", `{"names":["x","y"],"est":[1,2],"se":[3,null],"vcov":[[1,2],[3,4]],"ci95_normal":[[0,9],[0,9]],"ci95_t":[[0,2],[1,3]],"df":[7],"more":4}`, Table{
			Head: []string{"names", "est", "se", "ci95_t_low", "ci95_t_high"},
			Rows: [][]any{{"x", 1.0, 3.0, 0.0, 2.0}, {"y", 2.0, nil, 1.0, 3.0}}, Aside: [][2]any{{"df", []any{7.0}}, {"more", 4.0}}}},
		{"a proportion", `{"est":0.5,"var":0.1,"ci95":[0.4,0.6]}`, Table{
			Rows: [][]any{}, Aside: [][2]any{{"est", 0.5}, {"ci95", []any{0.4, 0.6}}, {"var", 0.1}}}},
		{"quantiles", `{"p":[0.1,0.5],"quantile":[3,4],"se":[1,2]}`, Table{
			Head: []string{"p", "quantile", "se"}, Rows: [][]any{{0.1, 3.0, 1.0}, {0.5, 4.0, 2.0}}}},
		{"quantiles of two variables", `{"x":{"p":[0.1],"quantile":[3]},"y":{"p":[0.1],"quantile":[4]}}`, Table{
			Head: []string{"names", "p", "quantile"}, Rows: [][]any{{"x", 0.1, 3.0}, {"y", 0.1, 4.0}}}},
		{"groups of one variable", `{"by":["g"],"groups":{"g":["a","b"]},"columns":["x","se","ci_l","ci_u","cv","var"],"n":[5,6],
			"values":{"x":[1,2],"se":[3,4],"se.x":[3,4],"cv":[5,6],"ci_l":[0,0],"ci_u":[9,9]},"ci95_normal":[[0,1],[0,1]]}`, Table{
			Head: []string{"g", "n", "est", "se", "cv", "ci_l", "ci_u"},
			Rows: [][]any{{"a", 5.0, 1.0, 3.0, 5.0, 0.0, 9.0}, {"b", 6.0, 2.0, 4.0, 6.0, 0.0, 9.0}}}},
		{"groups of two variables", `{"by":["h","g"],"groups":{"g":["a"],"h":["u"]},"columns":["x","y","se.x","se.y"],"values":{"x":[1],"y":[2],"se.x":[3],"se.y":[4]}}`, Table{
			Head: []string{"h", "g", "names", "est", "se"}, Rows: [][]any{{"u", "a", "x", 1.0, 3.0}, {"u", "a", "y", 2.0, 4.0}}}},
		{"a table", `{"order":["g","h"],"dim":[2,2],"dimnames":{"g":["a","b"],"h":["u","v"]},"values_row_major":[1,2,3,4]}`, Table{
			Head: []string{"g", "u", "v"}, Rows: [][]any{{"a", 1.0, 2.0}, {"b", 3.0, 4.0}}}},
		{"a matrix", `{"rows":["a","b"],"cols":["a","b"],"values":[[1,2],[2,4]]}`, Table{
			Head: []string{"", "a", "b"}, Rows: [][]any{{"a", 1.0, 2.0}, {"b", 2.0, 4.0}}}},
		{"pairs", `{"levels":["u","v"],"means":[1,2],"a":[1],"b":[2],"diff":[-1],"se":[3],"t":[4],"p":[0.1],"p_holm":[0.2],"p_bh":[0.3],"p_bonferroni":[0.4],"letters95_unadjusted":["","A"]}`, Table{
			Head:  []string{"a", "b", "diff", "se", "t", "p", "p_holm", "p_bh", "p_bonferroni"},
			Rows:  [][]any{{"u", "v", -1.0, 3.0, 4.0, 0.1, 0.2, 0.3, 0.4}},
			Aside: [][2]any{{"u", []any{1.0, ""}}, {"v", []any{2.0, "A"}}}}},
		{"its own layout", `{"head":["a","b"],"rows":[["x",1],["y",null]],"other":[1]}`, Table{
			Head: []string{"a", "b"}, Rows: [][]any{{"x", 1.0}, {"y", nil}}}},
	}
	for _, c := range cases {
		got := Answer{Op: "op", Value: decoded(t, c.answer)}.Table()
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.what, diff)
		}
	}
}

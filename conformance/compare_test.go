package conformance

import (
	"encoding/json"
	"testing"
)

func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestCompare(t *testing.T) {
	cases := []struct {
		what, want, got string
		c               Case
		field           string // the worst disagreement, "" when they agree
	}{
		{"equal", `{"est":[1,2]}`, `{"est":[1,2],"more":3}`, Case{}, ""},
		{"array of one and scalar", `{"df":[5]}`, `{"df":5}`, Case{}, ""},
		{"scalar and array of one", `{"df":5}`, `{"df":[5]}`, Case{}, ""},
		{"matrix of one and scalar", `{"vcov":[[5]]}`, `{"vcov":5}`, Case{}, ""},
		{"inside the tolerance", `{"est":[1000]}`, `{"est":[1000.5]}`, Case{Tol: 1e-3}, ""},
		{"outside the tolerance", `{"est":[1000]}`, `{"est":[1002]}`, Case{Tol: 1e-3}, "est"},
		{"missing field", `{"est":1,"se":2}`, `{"est":1}`, Case{}, "se"},
		{"null matched", `{"p":null}`, `{"p":null}`, Case{}, ""},
		{"null matched by nothing", `{"est":1,"p":null}`, `{"est":1}`, Case{}, ""},
		{"null unmatched", `{"p":null}`, `{"p":0.5}`, Case{}, "p"},
		{"number against null", `{"p":0.5}`, `{"p":null}`, Case{}, "p"},
		{"lengths differ", `{"est":[1,2]}`, `{"est":[1]}`, Case{}, "est"},
		{"names are by position", `{"names":["a"],"est":[1]}`, `{"names":["b"],"est":[1]}`, Case{}, ""},
		{"other texts are exact", `{"strata":["a","b"]}`, `{"strata":["a","c"]}`, Case{}, "strata[1]"},
		{"floor of the case", `{"est":[1e9,0]}`, `{"est":[1e9,1e-4]}`, Case{}, ""},
		{"above the floor", `{"est":[1e9,0]}`, `{"est":[1e9,1e-2]}`, Case{Tol: 1e-9}, "est[1]"},
		{"zero is absolute", `{"est":[5,0]}`, `{"est":[5,0.0005]}`, Case{Tol: 1e-3}, ""},
		{"small beside the array", `{"v":[1e6,1e-3]}`, `{"v":[1e6,2e-3]}`, Case{Tol: 1e-2}, ""},
		{"alone it is not small", `{"v":[1e-3]}`, `{"v":[2e-3]}`, Case{Tol: 1e-2}, "v"},
		{"p-value floor", `{"p_value":1e-9}`, `{"p_value":2e-9}`, Case{Tol: 1e-2}, ""},
		{"p of a list", `{"p_holm":[0.5,1e-9]}`, `{"p_holm":[0.5,9e-8]}`, Case{Tol: 1e-2}, "p_holm[1]"},
		{"absolute tolerance", `{"se":[1e-9]}`, `{"se":[3e-4]}`, Case{Tol: 1e-9, Atol: map[string]float64{"se": 1e-3}}, ""},
		{"not compared", `{"w":[1],"scale":2}`, `{"w":[9],"scale":2}`, Case{NotEqual: []string{"w"}}, ""},
		{"accepted state", `{"g":[1]}`, `{"state":"infeasible"}`, Case{Accept: []string{"infeasible"}}, ""},
		{"state not accepted", `{"g":[1]}`, `{"state":"infeasible"}`, Case{}, "g"},
		{"worst of several", `{"a":1,"b":1}`, `{"a":1.1,"b":2}`, Case{Tol: 1e-3}, "b"},
		{"columns by position", `{"columns":["x","se"],"values":{"x":[1,2],"se":[3,4]}}`, `{"columns":["api","se.api"],"values":{"api":[1,2],"se.api":[3,5]}}`, Case{}, "values.se[1]"},
		{"columns by name first", `{"columns":["x","ci_l"],"values":{"x":[1],"ci_l":[3]}}`, `{"columns":["y","se","ci_l"],"values":{"y":[1],"se":[9],"ci_l":[3]}}`, Case{}, ""},
		{"a column that is not there", `{"columns":["x","ci_l"],"values":{"x":[1],"ci_l":[3]}}`, `{"columns":["y"],"values":{"y":[1]}}`, Case{}, "values.ci_l"},
		{"scalar answer", `5`, `5`, Case{}, ""},
		{"booleans", `{"mse":false}`, `{"mse":true}`, Case{}, "mse"},
	}
	for _, c := range cases {
		c.c.Expect = decoded(t, c.want)
		k := c.c.compare(decoded(t, c.got))
		if k.failed != (c.field != "") || k.field != c.field {
			t.Errorf("%s: failed %v at %q; want %q", c.what, k.failed, k.field, c.field)
		}
	}
}

package conformance

import (
	"testing"
	"testing/fstest"
)

// COINr leaves a table of one row as it is. Here its columns are divided like
// any other, by the rules of a file or by the denominators of the tree.
func TestOneRowIsDenominated(t *testing.T) {
	dir := fstest.MapFS{
		"data/one.csv":   {Data: []byte("u,a,b,pop\nA,10,3,4\n")},
		"data/rules.csv": {Data: []byte("indicator,denominator,scale\na,pop,2\n")},
		"data/meta.csv":  {Data: []byte("code,parent,level,weight,by\na,I,1,1,pop\nb,I,1,1,NA\nI,NA,2,1,NA\n")},
		"cases.json": {Data: []byte(`{"format":"vigie-cases/1","family":"composite","cases":[
{"id":"rules","group":"denominate","function":"denominate","data":["data/one.csv","data/rules.csv"],
 "params":{"table":"data/one.csv","unit":"u","rules":{"file":"data/rules.csv","indicator":"indicator","denominator":"denominator","scale":"scale"}}},
{"id":"tree","group":"denominate","function":"denominate","data":["data/one.csv","data/meta.csv"],
 "params":{"table":"data/one.csv","unit":"u","scale":10,"denominator_column":"by",
  "tree":{"meta":"data/meta.csv","code":"code","parent":"parent","level":"level","weight":"weight"}}}]}`)},
	}
	cases, err := read(dir, "composite")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]any{{"u": "A", "a": 5.0}, {"u": "A", "a": 25.0, "b": 3.0}} {
		a := newAsked(dir, &cases[i])
		got := denominate(a)
		if a.done() != nil {
			t.Errorf("%s: %v", cases[i].ID, a.done())
			continue
		}
		for key, v := range want {
			if rows := got.tables[0]; len(rows) != 1 || rows[0][key] != v {
				t.Errorf("%s: %v; want %v", cases[i].ID, rows, want)
			}
		}
	}
}

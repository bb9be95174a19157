package casestudytest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/casestudy"
)

func TestSynthetic(t *testing.T) {
	a, b := Synthetic(200, 1), Synthetic(200, 1)
	if d := cmp.Diff(a, b); d != "" {
		t.Fatal(d)
	}
	if cmp.Equal(a[0].Record, Synthetic(1, 2)[0].Record) {
		t.Error("another seed gives the same case")
	}
	base := casestudy.NewBase(a, Names())
	if base.Len() != 200 {
		t.Errorf("%d public cases", base.Len())
	}
	for _, f := range base.Search(casestudy.Query{}).Facets {
		if len(f.Values) == 0 {
			t.Errorf("no value of %s", f.Facet)
		}
	}
}

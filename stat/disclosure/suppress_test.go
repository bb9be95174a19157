package disclosure

import (
	"testing"
)

func TestSuppressReferences(t *testing.T) {
	for _, q := range queries(t, "suppress") {
		t.Run(q.ID, func(t *testing.T) {
			table := q.table(t)
			p, err := Suppress(table, q.sensitive(), Choice{Count: q.Params.Cost == "count", Zeros: q.Params.Zeros, Singletons: q.Params.Singleton})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%v of %v cells: cost %v, optimum %v, ratio %.3f", len(p.Keys), len(table.Cells()), p.Cost, q.Expect.Optimum, p.Cost/q.Expect.Optimum)
			if p.Added < q.Expect.More {
				t.Errorf("%d cells added, want at least %d", p.Added, q.Expect.More)
			}
			if best := q.Expect.Optimum; best > 0 && p.Cost > best*(1+q.Expect.Gap)+1e-9 {
				t.Errorf("cost %v, optimum %v", p.Cost, best)
			}
		})
	}
}

package fragility

import (
	"testing"

	"vigie/index"
	"vigie/territory"
)

// A level's table and completed specification, written and read back, give the
// same scores and ranks at the desk as in the observatory.
func TestReplay(t *testing.T) {
	for _, level := range []territory.Level{territory.Region, territory.Departement, territory.EPCI} {
		spec, in := realInput(t, level)
		spec.Uncertainty.Draws, spec.Uncertainty.SobolRows = 20, 0
		want, err := Compute(t.Context(), spec, in, Run{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := Complete(spec, in).Encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := index.ParseSpec("replay.toml", text)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := read.Plan(in.Table(), index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := plan.Index.Build(plan.Method)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range want.Parts {
			k := plan.Part(plan.Tree.At(p.Code))
			for i, c := range p.Cells {
				if x := got.Score[k][i]; c.OK() != (x == x) || c.OK() && x != c.Score || got.Rank[k][i] != c.Rank {
					t.Fatalf("%s, %s, %s: score %v, rank %d; want %v, %d", level, p.Code, in.Units[i].Code, x, got.Rank[k][i], c.Score, c.Rank)
				}
			}
		}
	}
}

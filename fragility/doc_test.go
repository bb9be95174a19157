package fragility

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"vigie/territory"
)

// TestSpreadTold keeps the table of doc/methods/sensitivity-of-ranks.md that of
// the default index on the starter figures.
func TestSpreadTold(t *testing.T) {
	doc, err := os.ReadFile("../doc/methods/sensitivity-of-ranks.md")
	if err != nil {
		t.Fatal(err)
	}
	results := map[territory.Level]*Result{}
	for _, c := range []struct {
		level territory.Level
		name  string
		parts []string
	}{
		{territory.Region, "region", []string{Overall}},
		{territory.Departement, "département", []string{Overall, "PAU", "SEC", "EMP", "NIV", "CUL", "LOG"}},
		{territory.EPCI, "EPCI", []string{"DEV"}},
	} {
		if results[c.level] == nil {
			spec, in := realInput(t, c.level)
			spec.Uncertainty.SobolRows = 0
			r, err := Compute(t.Context(), spec, in, Run{})
			if err != nil {
				t.Fatal(err)
			}
			results[c.level] = r
		}
		for _, code := range c.parts {
			s := spreadOf(results[c.level], code)
			row := fmt.Sprintf("| %s | %s | %d | %s | %s | %s | %s |", c.name, code, s.series,
				percent(s.width), percent(s.unsure), percent(s.alike), percent(s.far))
			if !strings.Contains(string(doc), row+"\n") {
				t.Errorf("the page lacks\n%s", row)
			}
		}
	}
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// told is what the page says of one part, over its reference units.
type told struct {
	series                    int
	width, unsure, alike, far float64
}

func spreadOf(r *Result, code string) told {
	p := r.Part(code)
	out := told{series: p.Below}
	var pairs, ends float64
	for i, c := range p.Cells {
		if c.Rank == 0 {
			continue
		}
		n := float64(p.Ranked)
		out.width += float64(c.Hi-c.Lo) / n / n
		if c.Unsure {
			out.unsure += 1 / n
		}
		for j, d := range p.Cells[:i] {
			if d.Rank == 0 {
				continue
			}
			apart := math.Abs(float64(c.Step-d.Step)) == Steps-1
			pairs++
			if apart {
				ends++
			}
			if r.Compare(code, r.Units[i].Code, r.Units[j].Code) == Indistinct {
				out.alike++
				if apart {
					out.far++
				}
			}
		}
	}
	out.alike /= pairs
	out.far /= ends
	return out
}

package index

import (
	"math"
	"strings"
	"testing"
)

// COINr leaves a table of one row undivided. Here one unit on goalposts is
// divided as it would be among others.
func TestOneUnitIsDivided(t *testing.T) {
	text := strings.Replace(small, "[uncertainty]", "[normalisation]\nmethod = \"goalposts\"\n[uncertainty]", 1)
	for _, code := range []string{"x", "y", "z"} {
		text = strings.Replace(text, "code = \""+code+"\"\n", "code = \""+code+"\"\ngoalposts = [0, 10]\ndenominator = \"p\"\ndenominator_scale = 10\n", 1)
	}
	one := ran(t, text, units(numeric("x", 2), numeric("y", 2), numeric("z", 1), numeric("p", 4)))
	for code, want := range map[string]float64{"x": 50, "y": 50, "z": 25, "I": 37.5} {
		if got := one.element(code).Score[0]; math.Abs(float64(got)-want) > 1e-12 {
			t.Errorf("%s scores %v alone; want %v", code, got, want)
		}
	}
	two := ran(t, text, units(numeric("x", 2, 1), numeric("y", 2, 3), numeric("z", 1, 2), numeric("p", 4, 5)))
	if a, b := one.element("I").Score[0], two.element("I").Score[0]; a != b {
		t.Errorf("the index of one unit is %v alone, %v among two", a, b)
	}
}

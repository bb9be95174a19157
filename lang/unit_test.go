package lang

import "testing"

func TestUnitOf(t *testing.T) {
	for text, want := range map[string]string{
		"%": "percent", "pourcentage": "percent", "Percentage": "percent", "percent": "percent",
		"pour 1 000": "per_1000", "pour 1000 habitants": "per_1000", "per 1,000 people": "per_1000", "pour 100\u202f000 hab.": "per_100000",
		"€": "euro", "Euros": "euro", "€/hab.": "euro_per_capita", "mois": "month", "ans": "year", "nombre": "count",
		"index_2010": "index_2010", " kWh ": "kWh", "habitants": "habitants", "": "",
	} {
		if got := UnitOf(text); got != want {
			t.Errorf("UnitOf(%q) = %q; want %q", text, got, want)
		}
	}
}

// An index says its year in both languages; a unit that nobody knows is shown
// as it is.
func TestUnitOfAYear(t *testing.T) {
	for _, c := range []struct {
		l                  Lang
		unit, short, value string
	}{
		{FR, "index_2015", "indice, 100 en 2015", "98,5"},
		{EN, "index_2015", "index, 2015 = 100", "98.5"},
		{FR, "year", "ans", "98,5" + NBSP + "ans"},
		{EN, "kWh", "kWh", "98.5" + NBSP + "kWh"},
	} {
		if short, value := Unit(c.l, c.unit), Value(c.l, 98.5, c.unit, 1); short != c.short || value != c.value {
			t.Errorf("%s %s: %q, %q; want %q, %q", c.l, c.unit, short, value, c.short, c.value)
		}
	}
}

package edition_test

import (
	"math"
	"testing"

	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

// TestComposedValue: by hand, what a composed territory's figures rest on. The
// old communes A and B are merged into A, C is split, E stays.
func TestComposedValue(t *testing.T) {
	const a, b, c, e territory.Code = "COM-01001", "COM-01002", "COM-01003", "COM-01005"
	whole := []dataset.Observation{obs("synth_part", a, 10, 'A', 2), obs("synth_part", b, 5, 'P', 3), obs("synth_part", c, 7, 'A', 4), obs("synth_part", e, 1, 'A', 5),
		obs("synth_whole", a, 100, 'A', 6), obs("synth_whole", b, 50, 'A', 7), obs("synth_whole", c, 70, 'A', 8), obs("synth_whole", e, 50, 'A', 9),
		obs("synth_median", a, 20_000, 'A', 10), obs("synth_median", e, 21_000, 'A', 11)}
	with := func(at int, o dataset.Observation) []dataset.Observation {
		rows := append([]dataset.Observation{}, whole...)
		rows[at] = o
		return rows
	}
	secret := with(1, obs("synth_part", b, math.NaN(), dataset.Secret, 3))
	missing := with(7, obs("synth_whole", e, math.NaN(), dataset.Missing, 9))
	cases := []struct {
		name     string
		rows     []dataset.Observation
		code     indicator.Code
		of       []territory.Code
		ok       bool
		x        float64
		status   dataset.Status
		have, nb int
	}{
		{"counts add up, merged communes included", whole, "synth_part", []territory.Code{a, e}, true, 16, dataset.Provisional, 2, 2},
		{"the ratio of the sums", whole, "synth_rate", []territory.Code{a, e}, true, 8, dataset.Provisional, 2, 2},
		{"a split commune has no figures: the ratio says its coverage", whole, "synth_rate", []territory.Code{a, c, e}, true, 8, dataset.Provisional, 2, 3},
		{"and a count is missing", whole, "synth_part", []territory.Code{a, c, e}, true, math.NaN(), dataset.Missing, 2, 3},
		{"a part without its denominator is in neither sum", missing, "synth_rate", []territory.Code{a, e}, true, 10, dataset.Provisional, 1, 2},
		{"one secret part hides the ratio", secret, "synth_rate", []territory.Code{a, e}, true, math.NaN(), dataset.Secret, 1, 2},
		{"and the count", secret, "synth_part", []territory.Code{a, e}, true, math.NaN(), dataset.Secret, 1, 2},
		{"but not where the part is not", secret, "synth_part", []territory.Code{e}, true, 1, dataset.Normal, 1, 1},
		{"no median", whole, "synth_median", []territory.Code{a, e}, false, 0, 0, 0, 0},
		{"nothing at all", whole, "synth_rate", []territory.Code{c}, false, 0, 0, 0, 0},
		{"a commune that does not exist", whole, "synth_rate", []territory.Code{a, "COM-99999"}, true, 10, dataset.Provisional, 1, 1},
	}
	for _, k := range cases {
		in, err := territory.Compose("", 2026, k.of)
		if err != nil {
			t.Fatal(err)
		}
		content := synthetic(t, k.rows...).With(in)
		v, ok := content.Value(k.code, in.Code, "2018")
		if ok != k.ok {
			t.Errorf("%s: %v; want %v", k.name, ok, k.ok)
			continue
		}
		if !ok {
			continue
		}
		same := v.X == k.x || math.IsNaN(v.X) && math.IsNaN(k.x)
		if !same || v.Status != k.status || v.Coverage.Have != k.have || v.Coverage.Of != k.nb || v.OK() == math.IsNaN(k.x) {
			t.Errorf("%s: %v, %c, %+v; want %v, %c, %d of %d", k.name, v.X, v.Status, v.Coverage, k.x, k.status, k.have, k.nb)
		}
		if n := len(content.Members(v)); n != k.nb {
			t.Errorf("%s: %d terms; want %d", k.name, n, k.nb)
		}
	}
}

// TestComposedOfYesterday: a list made in the geography of the files is read
// in today's; the country itself does not know it.
func TestComposedOfYesterday(t *testing.T) {
	in, err := territory.Compose("", 2021, []territory.Code{"COM-01002", "COM-01003"})
	if err != nil {
		t.Fatal(err)
	}
	base := synthetic(t)
	c := base.With(in)
	e, ok := c.Territory.Composition(in.Code)
	if !ok || len(e.Members) != 3 || len(e.Absent) != 0 {
		t.Errorf("%+v, %v; want A, C and D", e, ok)
	}
	if _, ok := base.Territory.Composition(in.Code); ok {
		t.Error("the content itself has changed")
	}
	if _, ok := base.Value("synth_rate", in.Code, "2018"); ok {
		t.Error("a territory that was not composed here has a figure")
	}
}

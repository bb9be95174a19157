package territory

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"vigie/fault"
	"vigie/source/sourcetest"
)

// place is a word of a fault that names an area, a ring, an arc or a position:
// its file was read down to there.
var place = regexp.MustCompile(`arc|anneau|position|entité|territoire|DEP-|se croise`)

// TestMutations spoils boundaries and outlines: no panic, an answer in time, and
// whole outlines or none. 10,000 a reader in a long run.
func TestMutations(t *testing.T) {
	n := 100
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	boundary := func(b []byte) error {
		topology, err := ParseBoundary(Departement, b)
		if err != nil {
			if topology != nil {
				return fmt.Errorf("outlines beside a fault: %w", err)
			}
			return err
		}
		topology.Neighbours()
		return whole(topology)
	}
	outline := func(b []byte) error {
		o, err := ParseOutline(b)
		if err != nil {
			if o != nil {
				return fmt.Errorf("an outline beside a fault: %w", err)
			}
			return err
		}
		shares, err := o.Shares(&Topology{Arcs: [][]LonLat{{{2, 40}, {3, 40}, {3, 41}, {2, 41}, {2, 40}}}, Areas: []Area{{Code: "DEP-00", Polygons: [][]Ring{{{0}}}}}})
		for _, s := range shares {
			if !(s.Share >= 0 && s.Share <= 1) {
				t.Errorf("share %g", s.Share)
			}
		}
		return err
	}
	for k, c := range []struct {
		name, valid string
		read        func([]byte) error
	}{{"f.topojson", twoSquares, boundary}, {"f.geojson", threeFeatures, boundary}, {"outline.geojson", threeFeatures, outline}} {
		valid, err := sourcetest.New(c.name, []byte(c.valid))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.read([]byte(c.valid)); err != nil {
			t.Errorf("%s, valid: %v", c.name, err)
		}
		reached, read, slowest := 0, 0, time.Duration(0)
		for i := range n {
			b := valid.Spoil(rand.New(rand.NewPCG(uint64(k), uint64(i))))
			began := time.Now()
			err := c.read(b)
			slowest = max(slowest, time.Since(began))
			switch {
			case err == nil:
				reached, read = reached+1, read+1
			case fault.KindOf(err) != fault.Invalid || fault.Do(err) == "":
				t.Fatalf("%s, mutation %d: %v: not a fault with a remedy\n%s", c.name, i, err, b)
			case place.MatchString(err.Error()):
				reached++
			}
		}
		t.Logf("%s: %d malformed files, %d reached the outlines, %d read whole; slowest %v", c.name, n, reached, read, slowest)
		if reached*2 < n || slowest > 2*time.Second {
			t.Errorf("%s: %d of %d reached the outlines, slowest %v", c.name, reached, n, slowest)
		}
	}
}

// whole says what a topology that was read must not hold.
func whole(t *Topology) error {
	for _, a := range t.Areas {
		if err := checkRings(a, t.Arcs); err != nil {
			return fmt.Errorf("read, but %w", err)
		}
		if a.Code.Level() != Departement {
			return fmt.Errorf("read, but of code %s", a.Code)
		}
	}
	if i := slices.IndexFunc(slices.Concat(t.Arcs...), func(p LonLat) bool { return !(math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90) }); i >= 0 {
		return fmt.Errorf("read, but off the Earth")
	}
	return nil
}

package disclosure

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
)

// A Key is a fraction of [0, 1) in units of 2⁻⁶⁴. Keys add without their whole
// part, so that the key of a cell is the fractional part of the sum of the keys
// of its records, in whatever order they come.
type Key uint64

// Fraction is the key as a number of [0, 1).
func (k Key) Fraction() float64 { return float64(k>>11) / (1 << 53) }

// RecordKey derives the key of a record from a secret and what identifies it:
// the same in every table, out of reach without the secret.
//
// Source: HMAC (RFC 2104) with SHA-256, its first 64 bits.
func RecordKey(secret []byte, id string) Key {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(id)) // a hash does not fail
	return Key(binary.BigEndian.Uint64(h.Sum(nil)))
}

// CellKey is the key of a cell: the sum of those of its records.
func CellKey(records []Key) Key {
	var k Key
	for _, r := range records {
		k += r
	}
	return k
}

// Target is a published count and its probability.
type Target struct {
	Count int
	P     float64
}

// Transition gives the probabilities of published counts for every true one.
// Rows are those of the counts 1, 2, …, each by increasing target; a larger
// count takes the deviations of the last row. A count of 0 stays 0, whatever a
// row for it says; Check refuses one that says otherwise.
type Transition struct {
	Rows [][]Target
	Zero []Target // nil for none
}

// row is the row of a count of at least 1 and what to add to its targets.
func (t *Transition) row(count int) ([]Target, int) {
	k := min(count, len(t.Rows))
	return t.Rows[k-1], count - k
}

// Publish is the count that stands for a true count in a cell of that key. The
// same records give the same value, in every table and however often it is
// asked.
//
// Refusal: a negative count, a table without rows.
func (t *Transition) Publish(count int, key Key) (int, error) {
	if count < 0 || len(t.Rows) == 0 {
		return 0, refuse("donnez un effectif et une table de passage", "effectif %d, table de %d lignes : rien à publier", count, len(t.Rows))
	}
	if count == 0 {
		return 0, nil
	}
	targets, shift := t.row(count)
	u, at := key.Fraction(), 0.0
	for _, c := range targets {
		if at += c.P; u < at {
			return c.Count + shift, nil
		}
	}
	for k := len(targets) - 1; k > 0; k-- { // the probabilities sum to a little less than 1
		if targets[k].P > 0 {
			return targets[k].Count + shift, nil
		}
	}
	return targets[0].Count + shift, nil
}

// PublishWeighted is the published estimate of a weighted count: the estimate,
// moved by the deviation of the unweighted one times the mean weight, so that a
// base and its estimate move together. It is 0 where the published base is.
//
// Refusal: those of Publish.
func (t *Transition) PublishWeighted(estimate float64, base int, key Key) (float64, error) {
	n, err := t.Publish(base, key)
	if err != nil || n == 0 {
		return 0, err
	}
	return estimate * float64(n) / float64(base), nil
}

// TableCheck is what a transition table was found to be. Sum, Mean and Variance
// are those of the row farthest from 1, from 0 and from the variance asked.
type TableCheck struct {
	Valid               bool
	Sum, Mean, Variance float64
	MaxDeviation        int
	Faults              []string // in French, one a fault of a row
}

// Check says whether a table is admissible: rows are distributions of deviations
// of at most d, without bias, of variance v, and no target is negative or
// stands at or below the threshold js without being 0. Moments may be away from
// what is asked by tol, since tables are printed with few digits.
//
// A variance of 0 is not compared: tables with a threshold have small counts
// that cannot have the variance of the others.
func (t *Transition) Check(d int, v float64, js int, tol float64) TableCheck {
	c := TableCheck{Valid: true, Sum: 1, Variance: v}
	fault := func(format string, args ...any) {
		c.Valid, c.Faults = false, append(c.Faults, refuse("", format, args...).What)
	}
	if len(t.Rows) == 0 {
		fault("la table n’a pas de ligne")
	}
	for _, target := range t.Zero {
		if target.Count != 0 && target.P != 0 || target.Count == 0 && math.Abs(target.P-1) > tol {
			fault("ligne 0 : une cellule vide ne reste pas vide")
		}
	}
	farther := func(worst *float64, value, aim float64) bool {
		if math.Abs(value-aim) > math.Abs(*worst-aim) {
			*worst = value
		}
		return !(math.Abs(value-aim) <= tol)
	}
	for k, row := range t.Rows {
		i := k + 1
		sum, mean, square := 0.0, 0.0, 0.0
		for _, target := range row {
			gap := target.Count - i
			if !(target.P >= 0) || target.P > 1 {
				fault("ligne %d : la probabilité de %d vaut %v", i, target.Count, target.P)
			}
			if target.P == 0 {
				continue
			}
			if target.Count < 0 || target.Count > 0 && target.Count <= js {
				fault("ligne %d : %d ne peut être publié", i, target.Count)
			}
			c.MaxDeviation = max(c.MaxDeviation, gap, -gap)
			sum += target.P
			mean += target.P * float64(gap)
			square += target.P * float64(gap*gap)
		}
		if farther(&c.Sum, sum, 1) {
			fault("ligne %d : les probabilités ont pour somme %v", i, sum)
		}
		if farther(&c.Mean, mean, 0) {
			fault("ligne %d : l’écart moyen vaut %v", i, mean)
		}
		if v > 0 && farther(&c.Variance, square-mean*mean, v) {
			fault("ligne %d : la variance vaut %v", i, square-mean*mean)
		}
	}
	if c.MaxDeviation > d {
		fault("un écart de %d dépasse %d", c.MaxDeviation, d)
	}
	return c
}

// Moments are those of the deviations of many published cells; Expected is the
// variance that the rows of the table give to the counts drawn.
type Moments struct {
	Cells                    int
	Mean, Variance, Expected float64
	Largest                  int // absolute deviation
}

// Simulate publishes cells of records drawn from a seed and returns the moments of
// their deviations. Cells have from least to least + 9 records of a population
// whose keys come from the secret, so that what is tried is the whole way from
// records to counts.
//
// Refusal: a table without rows, a number of cells below 1 or of records below 0.
func (t *Transition) Simulate(cells, least int, secret []byte, seed uint64) (Moments, error) {
	if cells < 1 || least < 0 {
		return Moments{}, refuse("donnez au moins une cellule", "%d cellules d’au moins %d enregistrements : rien à simuler", cells, least)
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	population := make([]Key, max(2000, 4*(least+9)))
	var id [8]byte
	for i := range population {
		binary.BigEndian.PutUint64(id[:], uint64(i))
		population[i] = RecordKey(secret, string(id[:]))
	}
	m := Moments{Cells: cells}
	sum, square, expected := 0.0, 0.0, 0.0
	for range cells {
		n := least + rng.IntN(10)
		for k := range n { // the first n of a partial shuffle: distinct records
			j := k + rng.IntN(len(population)-k)
			population[k], population[j] = population[j], population[k]
		}
		published, err := t.Publish(n, CellKey(population[:n]))
		if err != nil {
			return Moments{}, err
		}
		gap := published - n
		sum, square, expected = sum+float64(gap), square+float64(gap*gap), expected+t.variance(n)
		m.Largest = max(m.Largest, gap, -gap)
	}
	m.Mean = sum / float64(cells)
	m.Variance, m.Expected = square/float64(cells)-m.Mean*m.Mean, expected/float64(cells)
	return m, nil
}

// variance is that of the deviations of a count.
func (t *Transition) variance(count int) float64 {
	if count == 0 {
		return 0
	}
	targets, shift := t.row(count)
	mean, square := 0.0, 0.0
	for _, c := range targets {
		gap := float64(c.Count + shift - count)
		mean, square = mean+c.P*gap, square+c.P*gap*gap
	}
	return square - mean*mean
}

// Sort puts targets in their order; Publish needs them so.
func (t *Transition) Sort() {
	for _, row := range t.Rows {
		slices.SortFunc(row, func(a, b Target) int { return a.Count - b.Count })
	}
}

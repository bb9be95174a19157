package index

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"vigie/fault"
	"vigie/place"
)

// ParseSpec reads a specification in TOML. What the file leaves out takes the
// value of Default. name names the file in the faults.
//
// Error: a fault.List that names the lines and the keys. What depends on the
// table is left to Run, and the tree to Tree, since an observatory adds the
// elements of its taxonomy.
func ParseSpec(name string, raw []byte) (*Spec, error) {
	s := Default()
	d := toml.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, place.Refused(name, raw, err, "doc/methods/index-desk.md")
	}
	s.lines = place.Of(name, raw)
	if err := s.validate().Err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	s.Hash = hex.EncodeToString(sum[:])
	return s, nil
}

// Encode writes a specification in TOML, with every default: ParseSpec reads
// the same choices back.
func (s *Spec) Encode() ([]byte, error) { return toml.Marshal(s) }

// Fault is a fault at a key of the specification, with its line.
func (s *Spec) Fault(path, do, format string, args ...any) *fault.Error {
	f := fault.Invalidf(do, format, args...)
	if path != "" {
		f.What = "clé « " + path + " » : " + f.What
	}
	if at := s.lines.At(path); at != "" {
		f.What = at + " : " + f.What
	}
	return f
}

// checker gathers the faults of a specification.
type checker struct {
	*Spec
	list fault.List
}

func (c *checker) refuse(path, do, format string, args ...any) {
	if !c.list.Full() {
		c.list = append(c.list, c.Fault(path, do, format, args...))
	}
}

func (c *checker) oneOf(path, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		c.refuse(path, "choisissez parmi : "+strings.Join(allowed, ", "), "valeur inconnue « %s »", value)
	}
}

func (c *checker) allOf(path string, values, allowed []string) {
	for i, v := range values {
		c.oneOf(path, v, allowed)
		if slices.Contains(values[:i], v) {
			c.refuse(path, "gardez-la une fois : les alternatives sont également probables", "« %s » est donnée deux fois", v)
		}
	}
}

// within refuses NaN too.
func (c *checker) within(path string, v, lo, hi float64) {
	if !(v >= lo && v <= hi) {
		c.refuse(path, "donnez un nombre dans cet intervalle", "%v est hors de l’intervalle de %v à %v", v, lo, hi)
	}
}

// couple checks a list of two numbers in increasing order, when there is one.
func (c *checker) couple(path string, v []float64) {
	if v != nil && !(len(v) == 2 && v[0] < v[1] && !math.IsInf(v[0], 0) && !math.IsInf(v[1], 0)) {
		c.refuse(path, "donnez deux nombres, le plus petit d’abord : [0, 100]", "deux bornes croissantes sont attendues")
	}
}

func (c *checker) finite(path string, v *float64) {
	if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
		c.refuse(path, "donnez un nombre", "un nombre fini est attendu")
	}
}

func (c *checker) weight(path string, w *float64) {
	if v := weightOr1(w); !(v >= 0) || math.IsInf(v, 0) {
		c.refuse(path, "donnez un poids nul ou positif", "un poids vaut %v", v)
	}
}

func item(list string, i int, key string) string { return fmt.Sprintf("%s[%d].%s", list, i+1, key) }

package territory

import (
	"cmp"
	"slices"
	"strings"

	"vigie/fault"
)

// Postcode is one pair of a postcode and a commune that it serves.
type Postcode struct {
	Postcode string
	Commune  Code
}

// Postcodes are pairs in the order of postcodes, then communes.
type Postcodes []Postcode

// ParsePostcodes reads the table postcode, territory. A postcode serves
// several communes and a commune may have several postcodes.
//
// Errors: a fault.List with the line of up to 20 faults.
func ParsePostcodes(b []byte) (Postcodes, error) {
	var faults fault.List
	r := newReader("codes postaux", b, &faults, "postcode", "territory")
	var out Postcodes
	for r.next() {
		p := Postcode{r.text("postcode"), r.code("territory", Commune)}
		if len(p.Postcode) != 5 || strings.Trim(p.Postcode, "0123456789") != "" {
			r.fail("« " + p.Postcode + " » n’est pas un code postal de cinq chiffres")
		}
		out = append(out, p)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Postcode) int {
		return cmp.Or(cmp.Compare(a.Postcode, b.Postcode), cmp.Compare(a.Commune, b.Commune))
	})
	return slices.Compact(out), nil
}

// WithPrefix returns the pairs whose postcode starts with prefix: a view.
func (p Postcodes) WithPrefix(prefix string) Postcodes {
	lo, _ := slices.BinarySearchFunc(p, prefix, func(a Postcode, s string) int { return cmp.Compare(a.Postcode, s) })
	hi := lo
	for hi < len(p) && strings.HasPrefix(p[hi].Postcode, prefix) {
		hi++
	}
	return p[lo:hi]
}

package territory

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie/fault"
	"vigie/lang"
)

// Composition is a territory that a reader has composed: a list of communes,
// perhaps with a name. Code is made from the rest, so that the same list under
// the same name has one address everywhere, and nobody can rename another's.
type Composition struct {
	Code     Code
	Name     string // "" names it after its largest communes
	Year     int    // geography of the codes
	Communes []Code // by code, each once
}

// longestName bounds the name of a composed territory, in letters.
const longestName = 80

var (
	composedAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	composedCode     = regexp.MustCompile(`^T-[0-9a-hjkmnp-tv-z]{12}$`)
	addressInName    = regexp.MustCompile(`(?i)://|www\.|\.(com|net|org|fr|info)(/|\s|$)`)
)

// IsComposed reports whether c has the form of a composed territory's code: T-
// and the first 60 bits of a SHA-256 in twelve digits and letters.
func (c Code) IsComposed() bool { return composedCode.MatchString(string(c)) }

// Compose makes the territory of a list of communes, in any order, in the
// geography of a year.
//
// Error: Invalid for an empty list, a code that is not a commune's, a name that
// is too long, holds control signs or an address.
func Compose(name string, year int, communes []Code) (Composition, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case utf8.RuneCountInString(name) > longestName:
		return Composition{}, fault.Invalidf(fmt.Sprintf("donnez un nom d’au plus %d signes", longestName), "le nom du territoire est trop long")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, hidden) || addressInName.MatchString(name):
		return Composition{}, fault.Invalidf("donnez un nom fait de lettres et de chiffres, sans adresse de site", "le nom du territoire est refusé")
	case len(communes) == 0:
		return Composition{}, fault.Invalidf("écrivez au moins une commune, un EPCI ou un département", "le territoire n’a aucune commune")
	}
	c := Composition{Name: name, Year: year, Communes: slices.Compact(slices.Sorted(slices.Values(communes)))}
	h := sha256.New()
	fmt.Fprintf(h, "territoire 1\n%d\n%s\n", year, name)
	for _, code := range c.Communes {
		if code.Level() != Commune || !wellFormed(code) {
			return Composition{}, fault.Invalidf("donnez des codes de communes", "« %s » n’est pas une commune", code)
		}
		fmt.Fprintln(h, code.Official())
	}
	c.Code = Code("T-" + composedAlphabet.EncodeToString(h.Sum(nil)[:8])[:12])
	return c, nil
}

// hidden reports signs that a name must not hold: they are not seen, or turn
// what follows.
func hidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// Ensemble is a composition in a vintage: a territory like any other with the
// communes it is made of.
type Ensemble struct {
	Composition
	Territory Territory
	Members   []*Territory // communes, by code
	Absent    []Code       // codes that the vintage does not have
}

// With returns the vintage with composed territories: Get, Children, Parents
// and Place know them; no tier lists them. The vintage itself is unchanged.
func (v *Vintage) With(list ...Composition) *Vintage {
	w := *v
	w.composed = make(map[Code]*Ensemble, len(list)+len(v.composed))
	for code, c := range v.composed {
		w.composed[code] = c
	}
	for _, c := range list {
		w.composed[c.Code] = v.compose(c)
	}
	return &w
}

// Composition returns a composed territory of the vintage, false when it has
// none of that code.
func (v *Vintage) Composition(code Code) (*Ensemble, bool) {
	c, ok := v.composed[code]
	return c, ok
}

// compose works out what the communes say of a composed territory: the larger
// territories that contain it whole, its population, those it touches.
func (v *Vintage) compose(in Composition) *Ensemble {
	c := &Ensemble{Composition: in}
	for _, code := range in.Communes {
		if t, ok := v.Get(code); ok && t.Level == Commune {
			c.Members = append(c.Members, t)
		} else {
			c.Absent = append(c.Absent, code)
		}
	}
	t := &c.Territory
	t.Code, t.Level, t.Communes = in.Code, Composed, len(c.Members)
	for i, m := range c.Members {
		t.Population += m.Population
		t.Overseas = t.Overseas || m.Overseas
		t.Departements = append(t.Departements, m.Departement)
		if i == 0 {
			t.Region, t.Departement, t.EPCI = m.Region, m.Departement, m.EPCI
		}
		t.Region, t.Departement, t.EPCI = shared(t.Region, m.Region), shared(t.Departement, m.Departement), shared(t.EPCI, m.EPCI)
	}
	slices.Sort(t.Departements)
	t.Departements = slices.Compact(t.Departements)
	t.Label, t.LabelEN = in.Name, in.Name
	if in.Name == "" {
		t.Label, t.LabelEN = c.named(lang.FR), c.named(lang.EN)
	}
	return c
}

func shared(a, b Code) Code {
	if a == b {
		return a
	}
	return ""
}

// named names a composed territory after its largest communes.
func (c *Ensemble) named(l lang.Lang) string {
	largest := slices.Clone(c.Members)
	slices.SortStableFunc(largest, func(a, b *Territory) int { return cmp.Compare(b.Population, a.Population) })
	var names []string
	for _, t := range largest[:min(2, len(largest))] {
		names = append(names, t.Label)
	}
	switch others := len(largest) - 2; {
	case len(largest) == 0:
		return string(c.Code)
	case others > 0:
		return lang.T(l, "composed.named", "names", strings.Join(names, ", "), "n", others)
	}
	return lang.List(l, names)
}

// touched returns the territories of a tier that hold communes of a composed
// one, by code.
func (v *Vintage) touched(c *Ensemble, level Level) []*Territory {
	if level == Commune {
		return c.Members
	}
	var codes []Code
	for _, m := range c.Members {
		codes = append(codes, v.Ancestor(m.Code, level))
	}
	slices.Sort(codes)
	var out []*Territory
	for _, code := range slices.Compact(codes) {
		if t, ok := v.Get(code); ok && level != National {
			out = append(out, t)
		}
	}
	return out
}

// Whole returns the territories of a tier that a composed one is exactly made
// of, by code; nil when it holds a part of one of them.
func (v *Vintage) Whole(c *Ensemble, level Level) []Code {
	in := 0
	var out []Code
	for _, t := range v.touched(c, level) {
		in += len(v.in[t.Code])
		out = append(out, t.Code)
	}
	if in != len(c.Members) || len(out) == 0 {
		return nil
	}
	return out
}

// Inside counts the communes that a composed territory holds of each territory
// of a tier.
func (v *Vintage) Inside(c *Ensemble, level Level) map[Code]int {
	held := map[Code]int{}
	for _, m := range c.Members {
		held[v.Ancestor(m.Code, level)]++
	}
	return held
}

// Same returns the EPCI, the département or the region that has exactly the
// communes of a composed territory, "" when none has.
func (v *Vintage) Same(c *Ensemble) Code {
	for _, level := range []Level{EPCI, Departement, Region} {
		if whole := v.Whole(c, level); len(whole) == 1 {
			return whole[0]
		}
	}
	return ""
}

// composedPlace names a composed territory in a sentence: between guillemets,
// as its name is the reader's.
func composedPlace(l lang.Lang, short string) Place {
	p := Place{Label: short, Short: short}
	p.Name, p.In = lang.T(l, "composed.name", "name", short), lang.T(l, "composed.in", "name", short)
	p.Of, p.To = lang.T(l, "composed.of", "name", short), lang.T(l, "composed.to", "name", short)
	return p
}

package edition

import (
	"slices"

	"vigie/territory"
)

// Zoning is a zoning from which a reader composes a territory, in the geography
// of the edition, with the file that gives it.
type Zoning struct {
	*territory.Zoning
	Part     Part   `json:"part"`
	Title    string `json:"title"` // of the file
	Producer string `json:"producer"`
	Licence  string `json:"licence"`
	Vintage  int    `json:"vintage"` // geography of the file
}

// Zoning returns a zoning by its code, false when the edition has none.
func (c *Content) Zoning(code string) (*Zoning, bool) {
	i := slices.IndexFunc(c.Zonings, func(z Zoning) bool { return z.Code == code })
	if i < 0 {
		return nil, false
	}
	return &c.Zonings[i], true
}

// ZoneOf is a zone that is exactly a composed territory.
type ZoneOf struct {
	Zoning *Zoning
	Zone   *territory.Zone
}

// SameZones returns the zones that have exactly the communes of a composed
// territory, in the order of the zonings.
func (c *Content) SameZones(e *territory.Ensemble) []ZoneOf {
	var out []ZoneOf
	for i := range c.Zonings {
		if zone, ok := c.Zonings[i].Same(e.Communes); ok {
			out = append(out, ZoneOf{&c.Zonings[i], zone})
		}
	}
	return out
}

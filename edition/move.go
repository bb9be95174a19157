package edition

import (
	"vigie/fragility"
	"vigie/territory"
)

// Move returns how the place of a territory in a domain ("" overall) changed
// since the edition that this one supersedes, false when that is not known or
// it has no place.
func (c *Content) Move(at territory.Code, domain string) (fragility.Move, bool) {
	m := c.Moves[at.Level()]
	if m == nil {
		return fragility.Move{}, false
	}
	return m.At(part(domain), at)
}

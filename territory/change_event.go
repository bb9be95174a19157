package territory

import "slices"

// The kinds of change that only the larger territories know, and the move of a
// territory from one of them to another.
const (
	GroundChanged ChangeKind = "ground_changed" // same code, other members
	Dissolved     ChangeKind = "dissolved"      // gone, its ground shared by several or by none
	Created       ChangeKind = "created"        // new code on ground that others held
	Moved         ChangeKind = "moved"          // in another département, EPCI or region
)

// Event is what happened to one territory between two geographies.
type Event struct {
	Kind     ChangeKind
	Code     Code // the old code; of a territory created, the new one
	Label    string
	NewLabel string // "" unless the label changed
	From, To []Code // of Moved: the larger territories; otherwise the territories whose ground came, or that have the ground now
}

// Events returns what happened to the territories of a level, by code, those
// created last; a territory on the same ground under the same label and code
// has none. Populations play no part.
func (c *Crossing) Events(level Level) []Event {
	var out []Event
	for _, t := range c.From.ByLevel(level) {
		if e, ok := c.event(t); ok {
			out = append(out, e)
		}
	}
	for _, t := range c.To.ByLevel(level) {
		if _, was := c.From.Get(t.Code); was {
			continue
		}
		from := codesOf(c.into[t.Code])
		if len(from) == 1 {
			if _, same := c.Alone(from[0]); same {
				continue // told as the old one's change of code
			}
		}
		out = append(out, Event{Kind: Created, Code: t.Code, Label: t.Label, From: from})
	}
	return out
}

// event says what happened to an old territory, false when nothing did.
func (c *Crossing) event(t Territory) (Event, bool) {
	e := Event{Code: t.Code, Label: t.Label, To: codesOf(c.parts[t.Code])}
	now, stays := c.To.Get(t.Code)
	if stays && now.Label != t.Label {
		e.NewLabel = now.Label
	}
	if to, ok := c.Alone(t.Code); ok {
		switch {
		case to != t.Code:
			e.Kind = CodeChanged
		case e.NewLabel != "":
			e.Kind = Renamed
		default:
			return e, false
		}
		return e, true
	}
	switch {
	case stays && slices.Contains(e.To, t.Code):
		e.Kind, e.From = GroundChanged, codesOf(c.into[t.Code])
	case len(e.To) == 1:
		e.Kind = MergedInto
	default:
		e.Kind = Dissolved
	}
	return e, true
}

// Moves returns the territories of a level that lie in another one of the
// larger level than they did, by old code: the communes that changed EPCI.
func (c *Crossing) Moves(level, larger Level) []Event {
	var out []Event
	for _, t := range c.From.ByLevel(level) {
		was := c.From.Ancestor(t.Code, larger)
		e := Event{Kind: Moved, Code: t.Code, Label: t.Label}
		for _, p := range c.parts[t.Code] {
			if up := c.To.Ancestor(p.Code, larger); up != was {
				e.To = insert(e.To, up)
			}
		}
		if len(e.To) > 0 {
			e.From = []Code{was}
			out = append(out, e)
		}
	}
	return out
}

// codesOf returns the codes of parts, "" left out.
func codesOf(parts []Part) []Code {
	var out []Code
	for _, p := range parts {
		if p.Code != "" {
			out = append(out, p.Code)
		}
	}
	return out
}

package edition

import (
	"bytes"
	"strings"

	"vigie/fault"
	"vigie/territory"
)

// Draft is what a reader has given to compose a territory, as it was
// understood: a list, and the territories that an outline holds.
type Draft struct {
	Text string // the list, completed by what the outline holds
	territory.Reading
	Outlined bool
	Inside   []territory.Share // taken: at least half of the area lies inside
	Outside  []territory.Share // touched and left out
	Closed   []string          // rings of the outline that were closed
}

// keptShare is the part of a territory's area from which an outline holds it,
// touchedShare that from which it is said to touch it.
const (
	keptShare    = 0.5
	touchedShare = 0.02
)

// IsOutline reports whether bytes are to be read as a GeoJSON outline.
func IsOutline(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\uFEFF")), " \t\r\n"), []byte("{"))
}

// Draft reads a list and, when it is not empty, an outline. The communes have
// no boundaries here: an outline takes the EPCI of which half of the area lies
// inside, and overseas the départements; one whose features all carry the code
// of a territory is read as that list.
//
// Error: Invalid for an outline that cannot be read or holds no territory.
func (c *Content) Draft(text string, outline []byte, o territory.ListOptions) (*Draft, error) {
	d := &Draft{Text: text}
	lister := territory.Lister{Search: c.Search, Passage: c.Passage, History: c.history}
	if len(outline) > 0 {
		d.Outlined = true
		if err := c.outline(d, outline, &lister, o); err != nil {
			return nil, err
		}
	}
	d.Reading = lister.Read(d.Text, o)
	return d, nil
}

// outline adds to a draft's list what an outline holds.
func (c *Content) outline(d *Draft, b []byte, lister *territory.Lister, o territory.ListOptions) error {
	outline, err := territory.ParseOutline(bytes.TrimPrefix(b, []byte("\uFEFF")))
	if err != nil {
		return err
	}
	d.Closed = outline.Closed
	if codes := strings.Join(outline.Codes, "\n"); codes != "" {
		if r := lister.Read(codes, o); r.Faults() == 0 {
			d.Text = joinLines(d.Text, codes)
			return nil
		}
	}
	for _, level := range []territory.Level{territory.EPCI, territory.Departement} {
		t := c.Topology[level]
		if t == nil {
			continue
		}
		shares, err := outline.Shares(t)
		if err != nil {
			return err
		}
		for _, s := range shares {
			at, ok := c.Territory.Get(s.Code)
			switch {
			case !ok || level == territory.Departement && !at.Overseas:
			case s.Share >= keptShare:
				d.Inside = append(d.Inside, s)
				d.Text = joinLines(d.Text, string(s.Code))
			case s.Share >= touchedShare:
				d.Outside = append(d.Outside, s)
			}
		}
	}
	return c.checkOutline(d, outline)
}

// checkOutline refuses an outline that holds nothing, and says why.
func (c *Content) checkOutline(d *Draft, outline *territory.Outline) error {
	switch {
	case len(d.Inside) > 0:
		return nil
	case outline.Swapped():
		return fault.Invalidf("échangez-les : en GeoJSON la longitude vient d’abord", "contour : longitudes et latitudes sont échangées")
	case len(d.Outside) > 0:
		return fault.Invalidf("écrivez plutôt les communes par leur nom ou leur code : leurs contours ne sont pas connus ici",
			"contour : il ne contient la moitié d’aucun EPCI (il en touche %d)", len(d.Outside))
	}
	return fault.Invalidf("vérifiez l’endroit, et que les coordonnées sont en degrés (longitude, latitude)", "contour : il ne touche aucun territoire connu")
}

func joinLines(a, b string) string {
	if a == "" || strings.HasSuffix(a, "\n") {
		return a + b
	}
	return a + "\n" + b
}

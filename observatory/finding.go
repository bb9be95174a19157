package observatory

import (
	"path"
	"time"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/source"
	"vigie/territory"
)

// checking is what the plausibility of a table is judged against. Periods are
// dated against the day of delivery, or today when the description gives none.
func (w *Walk) checking(d *source.Description, v *territory.Vintage, cat *indicator.Catalogue) dataset.Checking {
	in := dataset.Checking{Vintage: v, Catalogue: cat, Today: d.Published}
	if in.Today == "" {
		in.Today = w.Now.Format(time.DateOnly)
	}
	for _, c := range d.Checks {
		in.Controls = append(in.Controls, dataset.Control{Kind: c.Kind, Series: c.Series, Of: c.Of, Is: c.Is, Tolerance: c.Tolerance})
	}
	return in
}

// refused returns the declared controls that fail as faults, nil when none
// does.
func refused(fileName string, all []dataset.Finding) error {
	var l fault.List
	for _, f := range dataset.Refused(all) {
		if l.Full() {
			break
		}
		l = append(l, fault.Invalidf(f.Do+" ; si le producteur le confirme, corrigez [[check]] dans la description",
			"%s, contrôle déclaré : %s", path.Base(fileName), f))
	}
	return l.Err()
}

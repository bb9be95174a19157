package observatory

import (
	"fmt"
	"path"
	"strings"
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

// Place says where a line of an observation is: its sheet, when the file has
// several, and the line as a person counts in it.
func (r *Report) Place(line int32) string {
	at := -1
	for i, s := range r.Sheets {
		if s.Read && s.First > 0 && s.First <= int(line) && (at < 0 || s.First > r.Sheets[at].First) {
			at = i
		}
	}
	if at < 0 || len(r.Sheets) < 2 {
		return fmt.Sprintf("ligne %d", line)
	}
	s := r.Sheets[at]
	name := strings.Trim(s.Member+"/"+s.Name, "/")
	return fmt.Sprintf("« %s », ligne %d", name, int(line)-s.First+1)
}

// refused returns the declared controls that fail as faults, nil when none
// does.
func refused(fileName string, said *Report) error {
	var l fault.List
	for _, f := range dataset.Refused(said.Findings) {
		if l.Full() {
			break
		}
		l = append(l, fault.Invalidf(f.Do+" ; si le producteur le confirme, corrigez [[check]] dans la description",
			"%s, contrôle déclaré : %s", path.Base(fileName), f.Told(said.Place)))
	}
	return l.Err()
}

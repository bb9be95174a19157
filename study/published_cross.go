package study

import (
	"cmp"
	"slices"
	"strings"

	"vigie/territory"
)

// PublishedCross is what was published of one question asked of several
// audiences of the same territories, in one unit.
type PublishedCross struct {
	Construct   string
	Territories []territory.Code
	Unit        string
	Audiences   []string // in the order of the figures
	Figures     []PublishedFigure
	Rows        []PublishedRow // those that several audiences answered; none when each was asked of another base
}

// PublishedRow is one question of one programme, over the audiences. Item is
// what was answered, in the words of its source, where one question has several
// answers: what follows the colon, or the whole when there is none.
type PublishedRow struct {
	Programme string
	Domain    string
	Item      string
	From, To  Date
	Voices    []PublishedVoice
	Reworded  bool // not all audiences were asked in the same words
}

// PublishedVoice is the latest figure of one audience, and those of other
// sources that contradict it.
type PublishedVoice struct {
	PublishedFigure
	Rivals []PublishedFigure
}

// Most returns the largest number of audiences of a row.
func (c *PublishedCross) Most() int {
	n := 0
	for _, r := range c.Rows {
		n = max(n, len(r.Voices))
	}
	return n
}

// Latest returns the latest date of its rows.
func (c *PublishedCross) Latest() string {
	last := ""
	for _, f := range c.Figures {
		last = max(last, f.Date.SortKey())
	}
	return last
}

// Crosses returns the questions that were published for several audiences: the
// ones that most audiences answered first, then the latest.
func (f *Figures) Crosses() []PublishedCross {
	var out []PublishedCross
	for _, p := range f.list {
		if p.Construct == "" {
			continue
		}
		i := slices.IndexFunc(out, func(c PublishedCross) bool {
			return c.Construct == p.Construct && c.Unit == p.Unit && slices.Equal(c.Territories, p.Territories)
		})
		if i < 0 {
			i = len(out)
			out = append(out, PublishedCross{Construct: p.Construct, Territories: p.Territories, Unit: p.Unit})
		}
		c := &out[i]
		c.Figures = append(c.Figures, p)
		if !slices.Contains(c.Audiences, p.Audience) {
			c.Audiences = append(c.Audiences, p.Audience)
		}
	}
	out = slices.DeleteFunc(out, func(c PublishedCross) bool { return len(c.Audiences) < 2 })
	for i := range out {
		out[i].rows(f)
	}
	slices.SortStableFunc(out, func(a, b PublishedCross) int {
		return cmp.Or(cmp.Compare(b.Most(), a.Most()), cmp.Compare(b.Latest(), a.Latest()))
	})
	return out
}

// rows groups the figures by programme and by what was asked.
func (c *PublishedCross) rows(all *Figures) {
	several := c.several()
	for _, p := range c.Figures {
		if p.RivalOf != "" {
			continue
		}
		item := ""
		if _, tail, ok := strings.Cut(p.ItemFR, " : "); p.Domain == "" && (ok || several) {
			item = cmp.Or(words(tail), words(p.ItemFR))
		}
		i := slices.IndexFunc(c.Rows, func(r PublishedRow) bool {
			return r.Programme == p.Programme && r.Domain == p.Domain && r.Item == item
		})
		if i < 0 {
			i = len(c.Rows)
			c.Rows = append(c.Rows, PublishedRow{Programme: p.Programme, Domain: p.Domain, Item: item})
		}
		c.Rows[i].add(PublishedVoice{p, all.Rivals(p.ID)})
	}
	c.Rows = slices.DeleteFunc(c.Rows, func(r PublishedRow) bool { return len(r.Voices) < 2 })
	for i := range c.Rows {
		if !several {
			c.Rows[i].Item = "" // the construct says it
		}
		c.Rows[i].finish()
	}
}

// several reports whether one study put several questions of this construct to
// one audience.
func (c *PublishedCross) several() bool {
	type asked struct{ study, audience, domain string }
	seen := map[asked]bool{}
	for _, p := range c.Figures {
		k := asked{p.Study, p.Audience, p.Domain}
		if p.RivalOf == "" && seen[k] {
			return true
		}
		seen[k] = seen[k] || p.RivalOf == ""
	}
	return false
}

// add keeps the latest figure of an audience.
func (r *PublishedRow) add(v PublishedVoice) {
	i := slices.IndexFunc(r.Voices, func(o PublishedVoice) bool { return o.Audience == v.Audience })
	switch {
	case i < 0:
		r.Voices = append(r.Voices, v)
	case v.Date.SortKey() > r.Voices[i].Date.SortKey():
		r.Voices[i] = v
	}
}

// finish fills the dates and says whether the words differ.
func (r *PublishedRow) finish() {
	for i, v := range r.Voices {
		if r.From.SortKey() == "" || v.Date.SortKey() != "" && v.Date.SortKey() < r.From.SortKey() {
			r.From = v.Date
		}
		if v.Date.SortKey() > r.To.SortKey() {
			r.To = v.Date
		}
		r.Reworded = r.Reworded || i > 0 && words(v.ItemFR) != words(r.Voices[0].ItemFR)
	}
}

package observatory

import (
	"slices"
	"strconv"
	"strings"

	"vigie/store"
	"vigie/territory"
)

// geographies lists the years whose communes were imported, in order.
func (r *references) geographies() []int {
	var out []int
	for key := range r.rows {
		if y, err := strconv.Atoi(strings.TrimPrefix(key, string(store.Territory)+"/communes-")); err == nil {
			out = append(out, y)
		}
	}
	slices.Sort(out)
	return out
}

// standing is the year of the geography, among those held, that stands for that
// of a file: its own, the one of 2015 for a file of an earlier year that speaks
// of regions and départements only, else the closest (of two, the later).
func standing(years []int, year int, levels []territory.Level) int {
	if year <= territory.FormerYear && !small(levels) && !slices.Contains(years, year) {
		return territory.FormerYear
	}
	best := year
	for i, y := range years {
		if i == 0 || max(y-year, year-y) <= max(best-year, year-best) {
			best = y
		}
	}
	return best
}

// small reports whether a file speaks of communes or EPCI, whose ground changes
// from one year to the next.
func small(levels []territory.Level) bool {
	return slices.Contains(levels, territory.Commune) || slices.Contains(levels, territory.EPCI)
}

// geographyYear is the year of the geography that stands for that of a file.
func (r *references) geographyYear(year int, levels []territory.Level) int {
	return standing(r.geographies(), year, levels)
}

// geography returns the geography that stands for that of a file of a year
// speaking of levels: see standing.
//
// Error: Conflict when no geography was imported.
func (r *references) geography(year int, levels []territory.Level) (*territory.Vintage, error) {
	y := r.geographyYear(year, levels)
	if y == territory.FormerYear && !slices.Contains(r.geographies(), y) {
		now, err := r.vintage(r.year())
		if err != nil {
			return nil, err
		}
		return territory.Before2016(now), nil
	}
	return r.vintage(y)
}

// history returns what is known of territories through time: the two latest
// geographies with the events between them, and the regions before 2016.
// people gives the population of a commune of the older one; it may be nil.
func (r *references) history(people func(territory.Code) float64) (*territory.History, error) {
	now, err := r.vintage(r.year())
	if err != nil {
		return nil, err
	}
	h := &territory.History{}
	if from := r.former(); from != now.Year {
		p, err := r.passage(from, now)
		if err != nil {
			return nil, err
		}
		h.Join(p, people)
	}
	h.With(now)
	return h, nil
}

// passage reads the events between the two latest geographies.
func (r *references) passage(from int, now *territory.Vintage) (*territory.Passage, error) {
	before, err := r.vintage(from)
	if err != nil {
		return nil, err
	}
	b, err := r.bytes(store.Change, changeName)
	if err != nil {
		return nil, err
	}
	events, err := territory.ParseChanges(strconv.Itoa(from), strconv.Itoa(now.Year), b)
	if err != nil {
		return nil, err
	}
	return territory.NewPassage(before, now, events)
}

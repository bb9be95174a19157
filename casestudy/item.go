package casestudy

import (
	"strconv"

	"vigie/lang"
	"vigie/territory"
)

// codes describes a list of codes, each its own key.
func codes[T ~string](path, list string, at func(*Record) *[]T) field {
	f := listOf(path, at, func(c T) item { return item{string(c)} }, func(i item) T { return T(i[0]) })
	f.list = list
	return f
}

// listOf describes a list; split and join are inverse of each other.
func listOf[T any](path string, at func(*Record) *[]T, split func(T) item, join func(item) T) field {
	return field{
		path: path,
		key:  func(i item) string { return i[0] },
		items: func(r *Record) []item {
			out := make([]item, len(*at(r)))
			for n, thing := range *at(r) {
				out[n] = split(thing)
			}
			return out
		},
		put: func(r *Record, items []item) {
			*at(r) = nil
			for _, i := range items {
				*at(r) = append(*at(r), join(i))
			}
		},
	}
}

// with names the parts of a list of things and their reference lists.
func (f field) with(key func(item) string, parts, lists []string) field {
	f.key, f.parts, f.lists = key, parts, lists
	return f
}

func folded(i item) string { return lang.Fold(i[0]) }

func territoriesOf(r *Record) *[]territory.Code { return &r.Territories }

func goals() field {
	f := listOf("sdgs", func(r *Record) *[]int { return &r.SDGs },
		func(n int) item { return item{strconv.Itoa(n)} }, func(i item) int { return number(i[0]) })
	f.list = "sdg"
	return f
}

func actors() field {
	return listOf("actors", func(r *Record) *[]Actor { return &r.Actors },
		func(a Actor) item { return item{a.Name, a.Profile, a.Role} },
		func(i item) Actor { return Actor{i[0], i[1], i[2]} },
	).with(folded, []string{"name", "profile", "role"}, []string{"", "actor_profile", "actor_role"})
}

func impacts() field {
	return listOf("impacts", func(r *Record) *[]Impact { return &r.Impacts },
		func(m Impact) item { return item{m.Axis, m.Text, m.ClaimedBy} },
		func(i item) Impact { return Impact{i[0], i[1], i[2]} },
	).with(folded, []string{"axis", "text", "claimed_by"}, []string{"impact", "", ""})
}

func evidence() field {
	return listOf("evidence", func(r *Record) *[]Evidence { return &r.Evidence }, splitEvidence, joinEvidence).
		with(folded, []string{"claim", "value", "unit", "period", "source", "level"}, []string{"", "", "", "", "", "evidence_level"})
}

func splitEvidence(e Evidence) item {
	i := item{e.Claim, "", e.Unit, e.Period, "", e.Level}
	if e.Value != nil {
		i[1] = strconv.FormatFloat(*e.Value, 'f', -1, 64)
	}
	if e.Source != 0 {
		i[sourcePart] = strconv.Itoa(e.Source)
	}
	return i
}

// sourcePart is where an evidence names its source.
const sourcePart = 4

func joinEvidence(i item) Evidence {
	e := Evidence{Claim: i[0], Unit: i[2], Period: i[3], Source: number(i[sourcePart]), Level: i[5]}
	if v, err := strconv.ParseFloat(i[1], 64); err == nil {
		e.Value = &v
	}
	return e
}

func media() field {
	return listOf("media", func(r *Record) *[]Media { return &r.Media },
		func(m Media) item {
			return item{m.Artifact, m.Type, strconv.Itoa(m.Width), strconv.Itoa(m.Height), m.Alt, m.Credit}
		},
		func(i item) Media { return Media{i[0], i[1], number(i[2]), number(i[3]), i[4], i[5]} },
	).with(func(i item) string { return i[0] }, []string{"artifact", "type", "width", "height", "alt", "credit"}, nil)
}

func contacts() field {
	return listOf("contacts", func(r *Record) *[]Contact { return &r.Contacts },
		func(c Contact) item { return item{c.Organisation, c.Address} },
		func(i item) Contact { return Contact{i[0], i[1]} },
	).with(folded, []string{"organisation", "address"}, nil)
}

// sources have their address for a key, or their title when they have none.
func sources() field {
	return listOf("sources", func(r *Record) *[]Source { return &r.Sources },
		func(s Source) item { return item{s.Title, s.Address, s.Date} },
		func(i item) Source { return Source{i[0], i[1], i[2]} },
	).with(func(i item) string {
		if i[1] != "" {
			return sameAddress(i[1])
		}
		return folded(i)
	}, []string{"title", "address", "date"}, nil)
}

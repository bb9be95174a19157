package casestudy

import (
	"cmp"
	"slices"
)

// Alliance is the network of actors: two are linked when one case names both.
// Names are compared without case and accents, nothing more: two spellings of
// one organisation are two actors, and a name for many (« Communes rurales ») is
// one.
type Alliance struct {
	Actors []Member // those with the most cases first
	Links  int      // pairs of actors named together
	Shared []Tie    // pairs with at least two cases in common, the strongest first
	Groups int      // sets of actors tied directly or not, of two at least
}

// Member is one actor of an alliance. Name is as first written, by slug of the
// cases; Profiles and Roles are those given to it, the most frequent first.
type Member struct {
	Name     string
	Profiles []string
	Roles    []string
	Cases    []*Entry
	Degree   int // other actors named with it
}

// Tie is two actors named together in the same cases.
type Tie struct {
	A, B  string
	Cases []*Entry
}

// builder gathers an alliance case by case.
type builder struct {
	at      map[string]int
	members []*gathered
	links   map[[2]int][]*Entry
}

type gathered struct {
	Member
	profiles, roles map[string]int
}

// allied returns the network of the actors of cases, which come by slug.
func allied(cases []*Entry) Alliance {
	b := &builder{at: map[string]int{}, links: map[[2]int][]*Entry{}}
	for _, e := range cases {
		var here []int
		for _, a := range e.Record.Actors {
			if key := sameActor(a.Name); key != "" {
				here = append(here, b.member(key, a))
			}
		}
		slices.Sort(here)
		here = slices.Compact(here)
		for k, i := range here {
			b.members[i].Cases = append(b.members[i].Cases, e)
			for _, j := range here[k+1:] {
				b.links[[2]int{i, j}] = append(b.links[[2]int{i, j}], e)
			}
		}
	}
	return b.alliance()
}

func (b *builder) member(key string, a Actor) int {
	i, ok := b.at[key]
	if !ok {
		i = len(b.members)
		b.at[key] = i
		b.members = append(b.members, &gathered{Member{Name: a.Name}, map[string]int{}, map[string]int{}})
	}
	if a.Profile != "" {
		b.members[i].profiles[a.Profile]++
	}
	if a.Role != "" {
		b.members[i].roles[a.Role]++
	}
	return i
}

func (b *builder) alliance() Alliance {
	out, group := Alliance{Links: len(b.links)}, make([]int, len(b.members))
	for i := range group {
		group[i] = i
	}
	for pair, cases := range b.links {
		b.members[pair[0]].Degree++
		b.members[pair[1]].Degree++
		group[root(group, pair[0])] = root(group, pair[1])
		if len(cases) > 1 {
			out.Shared = append(out.Shared, Tie{b.members[pair[0]].Name, b.members[pair[1]].Name, cases})
		}
	}
	size := map[int]int{}
	for i, m := range b.members {
		if size[root(group, i)]++; size[root(group, i)] == 2 {
			out.Groups++
		}
		m.Profiles, m.Roles = frequent(m.profiles), frequent(m.roles)
		out.Actors = append(out.Actors, m.Member)
	}
	slices.SortFunc(out.Actors, func(x, y Member) int {
		return cmp.Or(cmp.Compare(len(y.Cases), len(x.Cases)), cmp.Compare(y.Degree, x.Degree), cmp.Compare(sameActor(x.Name), sameActor(y.Name)))
	})
	slices.SortFunc(out.Shared, func(x, y Tie) int {
		return cmp.Or(cmp.Compare(len(y.Cases), len(x.Cases)), cmp.Compare(sameActor(x.A), sameActor(y.A)), cmp.Compare(sameActor(x.B), sameActor(y.B)))
	})
	return out
}

// root follows a group to the actor that stands for it.
func root(group []int, i int) int {
	for group[i] != i {
		group[i] = group[group[i]]
		i = group[i]
	}
	return i
}

// frequent returns values from the most frequent, ties by value.
func frequent(number map[string]int) []string {
	out := make([]string, 0, len(number))
	for v := range number {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(number[b], number[a]), cmp.Compare(a, b)) })
	return out
}

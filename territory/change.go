package territory

import (
	"slices"

	"vigie/fault"
)

// ChangeKind says what happened to a commune between two vintages.
type ChangeKind string

// The kinds of change. The last two are never in a file: they are what
// Passage.Sources says of a commune without event or without origin.
const (
	MergedInto     ChangeKind = "merged_into"
	Renamed        ChangeKind = "renamed"
	CodeChanged    ChangeKind = "code_changed"    // same commune, other code
	CodeReassigned ChangeKind = "code_reassigned" // the old code names another commune now
	Split          ChangeKind = "created_by_split"
	Unchanged      ChangeKind = "unchanged"
	NoOrigin       ChangeKind = "no_origin"
)

// Change is one event between two vintages.
type Change struct {
	Kind               ChangeKind
	Old, New           Code
	OldLabel, NewLabel string
	Evidence           string
}

// Changes are the events between two vintages, in file order.
type Changes []Change

// ParseChanges reads a table of events: change, code_2021, label_2021,
// code_2026, label_2026 and perhaps evidence; from and to are the two years.
//
// Errors: a fault.List with the line of up to 20 faults.
func ParseChanges(from, to string, b []byte) (Changes, error) {
	var faults fault.List
	r := newReader("changements de communes "+from+"-"+to, b, &faults, "change", "code_"+from, "label_"+from, "code_"+to, "label_"+to)
	var out Changes
	for r.next() {
		c := Change{Kind: ChangeKind(r.text("change")), Evidence: r.text("evidence"),
			Old: r.code("code_"+from, Commune), OldLabel: r.text("label_" + from),
			New: r.code("code_"+to, Commune), NewLabel: r.text("label_" + to)}
		switch c.Kind {
		case MergedInto, Renamed, CodeChanged, CodeReassigned, Split:
		default:
			r.fail("« " + string(c.Kind) + " » n’est pas un changement connu")
		}
		if (c.Old == "" || c.New == "") && !faults.Full() && (r.text("code_"+from) == "" || r.text("code_"+to) == "") {
			r.fail("un code de commune est vide")
		}
		out = append(out, c)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// Passage says how the communes of an old vintage become those of a new one.
type Passage struct {
	Old, New *Vintage

	targets map[Code][]Code // old code → new codes, by code
	sources map[Code][]Code // new code → old codes, by code
	kind    map[Code]ChangeKind
}

// NewPassage joins two vintages by the events between them.
//
// Errors: a fault.List when an event names a commune that its vintage does not
// have.
func NewPassage(from, to *Vintage, changes Changes) (*Passage, error) {
	p := &Passage{Old: from, New: to, targets: map[Code][]Code{}, sources: map[Code][]Code{}, kind: map[Code]ChangeKind{}}
	var faults fault.List
	moved := map[Code]bool{} // old communes that are not the new one of the same code
	for _, c := range changes {
		p.check(c, &faults)
		if c.Kind == MergedInto || c.Kind == CodeChanged || c.Kind == CodeReassigned {
			moved[c.Old] = true
		}
		if c.Kind != Renamed {
			p.link(c.Old, c.New)
		}
		if was := p.kind[c.New]; was == "" || was == Renamed {
			p.kind[c.New] = c.Kind
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for _, t := range from.ByLevel(Commune) {
		if _, stays := to.Get(t.Code); stays && !moved[t.Code] {
			p.link(t.Code, t.Code)
		}
	}
	return p, nil
}

func (p *Passage) check(c Change, faults *fault.List) {
	if _, ok := p.Old.Get(c.Old); !ok && !faults.Full() {
		*faults = append(*faults, fault.Invalidf("vérifiez le fichier des changements de communes",
			"%s (%s) n’est pas une commune de %d", c.Old, c.OldLabel, p.Old.Year))
	}
	if _, ok := p.New.Get(c.New); !ok && !faults.Full() {
		*faults = append(*faults, fault.Invalidf("vérifiez le fichier des changements de communes",
			"%s (%s) n’est pas une commune de %d", c.New, c.NewLabel, p.New.Year))
	}
}

func (p *Passage) link(from, to Code) {
	p.targets[from] = insert(p.targets[from], to)
	p.sources[to] = insert(p.sources[to], from)
}

// insert keeps a short list of codes sorted and without duplicates.
func insert(list []Code, c Code) []Code {
	i, found := slices.BinarySearch(list, c)
	if found {
		return list
	}
	return slices.Insert(list, i, c)
}

// Targets returns the new communes that hold an old one, by code: one in most
// cases, several after a split, none for an unknown code.
func (p *Passage) Targets(old Code) []Code { return p.targets[old] }

// Sources returns the old communes whose counts, summed, are those of a new
// one. exact is false when one of them was split, so that its counts cannot be
// shared out: neither for what left nor for what stayed. kind says what
// happened, NoOrigin with no source when nothing leads to the commune.
func (p *Passage) Sources(code Code) (olds []Code, exact bool, kind ChangeKind) {
	olds = p.sources[code]
	if len(olds) == 0 {
		return nil, false, NoOrigin
	}
	exact = true
	for _, o := range olds {
		exact = exact && len(p.targets[o]) == 1
	}
	kind = p.kind[code]
	switch {
	case !exact && kind != CodeReassigned:
		kind = Split
	case len(olds) > 1:
		kind = MergedInto
	case kind == "":
		kind = Unchanged
	}
	return olds, exact, kind
}

// Join is how the communes of a file in the old vintage meet the new one; each
// list is by code, in old codes, and every code is in exactly one list.
type Join struct {
	Matched []Code // one new commune, alone in it, same code
	Recoded []Code // one new commune, alone in it, another code
	Merged  []Code // with others in one new commune
	Split   []Code // in several new communes
	Lost    []Code // unknown: not a commune of the old vintage
}

// Join sorts the communes of a file by what became of them. Codes given twice
// count once; codes that are not of communes are lost.
func (p *Passage) Join(codes []Code) Join {
	sorted := slices.Compact(slices.Sorted(slices.Values(codes)))
	var j Join
	for _, c := range sorted {
		to := p.targets[c]
		switch {
		case len(to) == 0:
			j.Lost = append(j.Lost, c)
		case len(to) > 1:
			j.Split = append(j.Split, c)
		case len(p.sources[to[0]]) > 1:
			j.Merged = append(j.Merged, c)
		case to[0] != c:
			j.Recoded = append(j.Recoded, c)
		default:
			j.Matched = append(j.Matched, c)
		}
	}
	return j
}

// SameGround reports whether a region, a département or an EPCI of that code
// covers the same ground in both vintages, so that a figure of the old one
// speaks for the new one.
func (p *Passage) SameGround(code Code) bool {
	before, after := p.Old.Children(code, Commune), p.New.Children(code, Commune)
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	level := code.Level()
	for _, c := range before {
		for _, n := range p.targets[c.Code] {
			if p.New.Ancestor(n, level) != code {
				return false
			}
		}
	}
	for _, c := range after {
		olds := p.sources[c.Code]
		for _, o := range olds {
			if p.Old.Ancestor(o, level) != code {
				return false
			}
		}
		if len(olds) == 0 {
			return false
		}
	}
	return true
}

package casestudy

import "cmp"

// Complete says how much of a record is there, from 0 to 1, part by part, and
// which fields are missing, what matters most to a reader first. It is told to
// authors and editors; nothing is refused for it.
type Complete struct {
	Share   float64
	Parts   []Portion
	Missing []string // paths of fields
}

// Portion is one part of a record. Key names it: identity, alliance, story,
// proof or origin, as the messages record.complete do.
type Portion struct {
	Key     string
	Share   float64 // of its own weight
	Missing []string
}

// expected is one thing that a complete record holds.
type expected struct {
	part   string
	path   string
	weight float64
	share  func(*Record) float64 // how much of it is there
}

// expectations lists what a complete record holds, what matters most first.
// Weights add up to 100. A reader judges a practice by what it is, where, with
// whom and with what effect, then by what supports it.
var expectations = []expected{
	{"identity", "title", 5, present(func(r *Record) bool { return r.Title != "" })},
	{"identity", "summary", 9, present(func(r *Record) bool { return r.Summary != "" })},
	{"identity", "domains", 7, present(func(r *Record) bool { return len(r.Domains) > 0 })},
	{"identity", "territories", 7, present(func(r *Record) bool {
		return len(r.Territories) > 0 || r.Scope == "national" || r.Scope == "international"
	})},
	{"alliance", "actors", 8, upTo(2, func(r *Record) int { return len(r.Actors) })},
	{"origin", "sources", 7, present(func(r *Record) bool { return len(r.Sources) > 0 })},
	{"story", "sections.solution", 6, hasSection("solution")},
	{"story", "sections.results", 6, hasSection("results")},
	{"proof", "evidence", 7, present(func(r *Record) bool { return len(r.Evidence) > 0 })},
	{"identity", "start_year", 4, present(func(r *Record) bool { return r.StartYear != 0 })},
	{"story", "sections.context", 4, hasSection("context")},
	{"story", "sections.governance", 4, hasSection("governance")},
	{"alliance", "relationship_types", 4, present(func(r *Record) bool { return len(r.Relations) > 0 })},
	{"proof", "evidence.level", 4, ofEach(func(r *Record) int { return len(r.Evidence) }, func(r *Record, i int) bool { return r.Evidence[i].Level != "" })},
	{"proof", "evidence.source", 3, ofEach(func(r *Record) int { return len(r.Evidence) }, func(r *Record, i int) bool { return r.Evidence[i].Source > 0 })},
	{"proof", "impacts", 3, present(func(r *Record) bool { return len(r.Impacts) > 0 })},
	{"origin", "licence", 2, present(func(r *Record) bool { return r.Licence != "" })},
	{"identity", "scope", 1, present(func(r *Record) bool { return r.Scope != "" })},
	{"identity", "phase", 1, present(func(r *Record) bool { return r.Phase != "" })},
	{"identity", "sdgs", 1, present(func(r *Record) bool { return len(r.SDGs) > 0 })},
	{"alliance", "co_construction_forms", 1, present(func(r *Record) bool { return len(r.Forms) > 0 })},
	{"alliance", "objectives", 1, present(func(r *Record) bool { return len(r.Objectives) > 0 })},
	{"story", "sections.keys", 1, hasSection("keys")},
	{"story", "sections.resources", 1, hasSection("resources")},
	{"story", "sections.transferability", 1, hasSection("transferability")},
	{"story", "sections.genesis", 1, hasSection("genesis")},
	{"origin", "contacts", 1, present(func(r *Record) bool { return len(r.Contacts) > 0 })},
}

func present(there func(*Record) bool) func(*Record) float64 {
	return func(r *Record) float64 {
		if there(r) {
			return 1
		}
		return 0
	}
}

// upTo counts up to n.
func upTo(n int, count func(*Record) int) func(*Record) float64 {
	return func(r *Record) float64 { return float64(min(n, count(r))) / float64(n) }
}

// ofEach is the share of items for which something is said.
func ofEach(count func(*Record) int, said func(*Record, int) bool) func(*Record) float64 {
	return func(r *Record) float64 {
		n := 0
		for i := range count(r) {
			if said(r, i) {
				n++
			}
		}
		return float64(n) / float64(max(1, count(r)))
	}
}

func hasSection(code string) func(*Record) float64 {
	return present(func(r *Record) bool { return r.Sections[code] != "" })
}

// Completeness says how much of a record is there and what is missing.
func Completeness(r Record) Complete {
	var out Complete
	var got, all [5]float64
	keys := []string{"identity", "alliance", "story", "proof", "origin"}
	for _, key := range keys {
		out.Parts = append(out.Parts, Portion{Key: key})
	}
	total, whole := 0.0, 0.0
	for _, e := range expectations {
		share := e.share(&r)
		k := 0
		for keys[k] != e.part {
			k++
		}
		got[k], all[k] = got[k]+share*e.weight, all[k]+e.weight
		total, whole = total+share*e.weight, whole+e.weight
		if share < 1 {
			out.Missing = append(out.Missing, e.path)
			out.Parts[k].Missing = append(out.Parts[k].Missing, e.path)
		}
	}
	for k := range out.Parts {
		out.Parts[k].Share = got[k] / cmp.Or(all[k], 1)
	}
	out.Share = total / whole
	return out
}

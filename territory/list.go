package territory

import (
	"regexp"
	"slices"
	"strings"

	"vigie/lang"
)

// Remark is what is to be said of one entry of a list: a fault, which names
// nothing that can be taken, or a note on how it was read.
type Remark struct {
	Kind  RemarkKind
	Line  int    // of the text, from 1
	Entry string // as it was written
	Codes []Code // what it may mean, or what it was read as
}

// RemarkKind names a remark.
type RemarkKind string

// The faults: the entry is left out.
const (
	Unknown         RemarkKind = "unknown"         // Codes: the nearest names
	Ambiguous       RemarkKind = "ambiguous"       // Codes: the namesakes
	LostZero        RemarkKind = "lost_zero"       // Codes: the one with its zero
	Arrondissement  RemarkKind = "arrondissement"  // Codes: the whole commune
	Gone            RemarkKind = "gone"            // Codes: the communes that share the former one
	ComposedRefused RemarkKind = "composed"        // a composed territory inside another
	TooMany         RemarkKind = "too_many"        // entries beyond MostEntries
	NotACode        RemarkKind = "not_a_territory" // a number that no code nor postcode is
)

// The notes: the entry was taken as Codes.
const (
	Merged       RemarkKind = "merged"        // a former commune, read as the one it is now part of
	ServedBy     RemarkKind = "postcode"      // a postcode of several communes, all taken
	AlsoPostcode RemarkKind = "also_postcode" // a commune's code that is the postcode of others
	ZeroRestored RemarkKind = "zero_restored"
	Homonym      RemarkKind = "homonym"     // the commune was taken, not what Codes[1:] are
	RegionCode   RemarkKind = "region_code" // a département's code that is a region's too
	OtherName    RemarkKind = "other_name"  // the name beside the code is not the code's
	Former       RemarkKind = "former"      // a territory of another geography, read as its communes of today
	Heading      RemarkKind = "heading"     // the first line names the columns
	OneColumn    RemarkKind = "one_column"  // a table, of which the column of this entry was read
)

// Fault reports whether the entry was left out.
func (k RemarkKind) Fault() bool {
	return slices.Contains([]RemarkKind{Unknown, Ambiguous, LostZero, Arrondissement, Gone, ComposedRefused, TooMany, NotACode}, k)
}

// MostEntries bounds a list: more than all communes of France.
const MostEntries = 50_000

// mostNamed is how many territories a remark proposes.
const mostNamed = 5

// Numbers says what numbers of five digits are, in a list that does not say.
type Numbers string

// The readings of five digits. Either takes what most entries of the list are.
const (
	Either    Numbers = ""
	Officials Numbers = "commune"
	Postal    Numbers = "postal"
)

// ListOptions says how to read a list.
type ListOptions struct {
	Numbers Numbers
	Zeros   bool // put back the zero that a code has lost on its left
}

// Reading is a list as it was understood.
type Reading struct {
	Communes []Code // by code, each once
	Entries  int    // read, heading and empty lines left out
	Twice    int    // communes named more than once
	Remarks  []Remark
}

// Faults counts the entries that were left out.
func (r *Reading) Faults() int {
	n := 0
	for _, m := range r.Remarks {
		if m.Kind.Fault() {
			n++
		}
	}
	return n
}

// Lister reads lists of territories against a vintage. Passage, which may be
// nil, knows the communes of before; History, likewise, the other territories.
type Lister struct {
	Search  *Search
	Passage *Passage
	History func() *History
}

// Read understands a list: one or several entries a line, separated by commas,
// semicolons or tabs; or a table, of which the column that holds most
// territories is read. An entry is a code, ours or the official one, a
// postcode, a name, or a code followed by its name.
func (l *Lister) Read(text string, o ListOptions) Reading {
	r := &listReader{Lister: l, o: o, v: l.Search.v}
	entries := r.entries(text)
	if o.Numbers == Either {
		r.o.Numbers, r.unsure = r.numbersOf(entries)
	}
	for i, e := range entries {
		if i >= MostEntries {
			r.remark(TooMany, e, nil)
			break
		}
		r.out.Entries++
		r.entry(e, i == 0 && len(entries) > 1)
	}
	slices.Sort(r.codes)
	r.out.Communes = slices.Compact(r.codes)
	r.out.Twice = r.taken - len(r.out.Communes)
	return r.out
}

// entry is one cell of the text with its line; beside is the rest of the line.
type listEntry struct {
	line int
	text string
}

type listReader struct {
	*Lister
	o     ListOptions
	v     *Vintage
	out   Reading
	codes []Code
	taken int

	unsure  bool // nothing says whether numbers are codes or postcodes
	guessed int  // names that were looked for by resemblance
}

// mostGuessed bounds the names that are looked for by resemblance, which takes
// some milliseconds each.
const mostGuessed = 100

func (r *listReader) remark(kind RemarkKind, e listEntry, codes []Code) {
	r.out.Remarks = append(r.out.Remarks, Remark{kind, e.line, e.text, codes})
}

// take adds the communes of a territory.
func (r *listReader) take(t *Territory) {
	switch t.Level {
	case Commune:
		r.codes = append(r.codes, t.Code)
		r.taken++
	case National:
		for i := range r.v.ByLevel(Commune) {
			if c := &r.v.ByLevel(Commune)[i]; r.v.inside(c, t) {
				r.take(c)
			}
		}
	default:
		for _, c := range r.v.Children(t.Code, Commune) {
			r.take(c)
		}
	}
}

var numbered = regexp.MustCompile(`^([0-9]{4,5}|[0-9]{9}|2[ABab][0-9]{3}|[0-9]{2,3}|2[ABab])$`)

func (r *listReader) isCode(s string) bool {
	if _, ok := r.v.Get(Code(strings.ToUpper(s))); ok {
		return true
	}
	if len(s) != 4 && len(s) != 5 && len(s) != 9 || !numbered.MatchString(s) {
		return false
	}
	_, commune := r.v.Get(Code("COM-" + strings.ToUpper(s)))
	_, epci := r.v.Get(Code("EPCI-" + s))
	_, padded := r.v.Get(Code("COM-0" + s))
	return commune || epci || padded
}

func (r *listReader) isName(s string) bool {
	return len(r.Search.called(lang.Fold(s))) > 0
}

// numbersOf says what the numbers of five digits of a list are: postcodes when
// more of them are postcodes than codes of communes; unsure when all are both.
func (r *listReader) numbersOf(entries []listEntry) (n Numbers, unsure bool) {
	officials, postal := 0, 0
	for _, e := range entries[:min(len(entries), MostEntries)] {
		if len(e.text) != 5 || !numbered.MatchString(e.text) {
			continue
		}
		if _, ok := r.v.Get(Code("COM-" + e.text)); ok {
			officials++
		}
		if len(r.Search.postcodes.WithPrefix(e.text)) > 0 {
			postal++
		}
	}
	if postal > officials {
		return Postal, false
	}
	return Officials, postal == officials
}

// entry reads one entry; first is true for the first of several.
func (r *listReader) entry(e listEntry, first bool) {
	s := strings.TrimSpace(e.text)
	code := Code(strings.ToUpper(s))
	if t, ok := r.v.Get(code); ok && t.Level != Composed {
		r.take(t)
		return
	}
	if code.Level() == Composed {
		r.remark(ComposedRefused, e, nil)
		return
	}
	if formed(code) {
		r.former(e, code)
		return
	}
	if numbered.MatchString(s) {
		r.number(e, strings.ToUpper(s))
		return
	}
	if token, rest, ok := strings.Cut(s, " "); ok && (numbered.MatchString(token) && len(token) > 3 || r.known(token)) && strings.TrimLeft(rest, "-–:. ") != "" {
		r.withName(e, token, strings.TrimLeft(rest, "-–:. "))
		return
	}
	if digits := strings.ReplaceAll(s, " ", ""); digits != s && strings.Trim(digits, "0123456789") == "" {
		r.entry(listEntry{e.line, digits}, false)
		return
	}
	r.name(e, s, first)
}

// known reports whether a token is a code of ours, of any geography.
func (r *listReader) known(token string) bool {
	_, ok := r.v.Get(Code(strings.ToUpper(token)))
	return ok || formed(Code(strings.ToUpper(token)))
}

// formed reports whether a code has the form of ours for a territory.
func formed(c Code) bool { return slices.Contains(Levels[1:], c.Level()) && wellFormed(c) }

// withName reads a code followed by a name, and compares them. A commune's code
// with its own name is no postcode.
func (r *listReader) withName(e listEntry, token, name string) {
	if t, ok := r.v.Get(Code("COM-" + strings.ToUpper(token))); ok && lang.Fold(t.Label) == lang.Fold(name) {
		r.take(t)
		return
	}
	from, remarks := len(r.codes), len(r.out.Remarks)
	r.entry(listEntry{e.line, token}, false)
	if len(r.out.Remarks) > remarks || len(r.codes) == from {
		return
	}
	hits := r.Search.Find(token, 1)
	if len(hits) == 0 {
		return
	}
	t, ok := r.v.Get(hits[0].Code)
	if !ok {
		return
	}
	if own, said := lang.Fold(t.Label), lang.Fold(name); !strings.Contains(own, said) && !strings.Contains(said, own) {
		r.remark(OtherName, e, []Code{t.Code})
	}
}

// number reads digits: an EPCI, a commune or a postcode, a département.
func (r *listReader) number(e listEntry, s string) {
	switch len(s) {
	case 9:
		if t, ok := r.v.Get(Code("EPCI-" + s)); ok {
			r.take(t)
			return
		}
		r.former(e, Code("EPCI-"+s))
		return
	case 5:
		r.five(e, s)
		return
	case 4:
		r.four(e, s)
		return
	default:
		if t, ok := r.v.Get(Code("DEP-" + s)); ok {
			r.take(t)
			if region, ok := r.v.Get(Code("REG-" + s)); ok {
				r.remark(RegionCode, e, []Code{t.Code, region.Code})
			}
			return
		}
	}
	r.remark(NotACode, e, nil)
}

// five reads a commune's code or a postcode.
func (r *listReader) five(e listEntry, s string) {
	t, official := r.v.Get(Code("COM-" + s))
	var served []Code
	for _, p := range r.Search.postcodes.WithPrefix(s) {
		served = append(served, p.Commune)
	}
	if len(served) > 0 && (!official || r.o.Numbers == Postal) {
		for _, c := range served {
			t, _ := r.v.Get(c) // the search keeps postcodes of known communes only
			r.take(t)
		}
		if len(served) > 1 {
			r.remark(ServedBy, e, served)
		}
		return
	}
	if official {
		r.take(t)
		if r.unsure && len(served) > 0 && !slices.Contains(served, t.Code) {
			r.remark(AlsoPostcode, e, append([]Code{t.Code}, served...))
		}
		return
	}
	r.former(e, Code("COM-"+s))
}

// former reads the code of a territory that is no more: a commune as the one
// that holds its ground, which is refused when several do; an EPCI or a region
// as its communes of today.
func (r *listReader) former(e listEntry, code Code) {
	if city := cityOf(code.Official()); city != "" && code.Level() == Commune {
		r.remark(Arrondissement, e, []Code{city})
		return
	}
	var targets []Code
	if r.Passage != nil && code.Level() == Commune {
		targets = r.Passage.Targets(code)
	}
	switch len(targets) {
	case 0:
		r.formerGround(e, code)
	case 1:
		if t, ok := r.v.Get(targets[0]); ok {
			r.take(t)
		}
		r.remark(Merged, e, targets)
	default:
		r.remark(Gone, e, targets)
	}
}

// formerGround takes the communes of an EPCI or a region of another geography.
func (r *listReader) formerGround(e listEntry, code Code) {
	if r.History == nil || code.Level() == Commune {
		r.remark(NotACode, e, nil)
		return
	}
	communes, known := r.History().Ground(code, r.v.Year)
	if known == 0 {
		r.remark(NotACode, e, nil)
		return
	}
	for _, c := range communes {
		if t, ok := r.v.Get(c); ok {
			r.take(t)
		}
	}
	r.remark(Former, e, communes)
}

// cityOf returns the commune of a municipal arrondissement, "" for others.
func cityOf(s string) Code {
	switch {
	case s > "75100" && s <= "75120":
		return "COM-75056"
	case s > "69380" && s <= "69389":
		return "COM-69123"
	case s > "13200" && s <= "13216":
		return "COM-13055"
	}
	return ""
}

// four reads four digits: a code or a postcode that has lost its first zero.
func (r *listReader) four(e listEntry, s string) {
	var codes []Code
	for _, p := range r.Search.postcodes.WithPrefix("0" + s) {
		codes = append(codes, p.Commune)
	}
	if t, ok := r.v.Get(Code("COM-0" + s)); ok && (r.o.Numbers != Postal || len(codes) == 0) {
		codes = []Code{t.Code}
	}
	switch {
	case len(codes) == 0:
		r.remark(NotACode, e, nil)
	case !r.o.Zeros:
		r.remark(LostZero, e, codes)
	default:
		for _, c := range codes {
			t, _ := r.v.Get(c) // checked above, or by the search
			r.take(t)
		}
		r.remark(ZeroRestored, e, codes)
	}
}

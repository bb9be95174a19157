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
// nil, knows the communes of before.
type Lister struct {
	Search  *Search
	Passage *Passage
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

// cells cuts a line at tabs and semicolons, or at commas when a first line
// looked like a table of these.
func cells(line, sep string) []string {
	out := strings.Split(strings.ReplaceAll(line, "\t", ";"), sep)
	for i, c := range out {
		out[i] = strings.Trim(strings.TrimSpace(c), `"'«» `+"\u00a0\u202f\ufeff")
	}
	return out
}

// split cuts a text in lines and cells; table is true for three lines or more
// with the same number of cells, two at least.
func split(text, sep string) (lines [][]string, at []int, table bool) {
	table = true
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		row := cells(line, sep)
		table = table && len(row) > 1 && (len(lines) == 0 || len(row) == len(lines[0]))
		lines, at = append(lines, row), append(at, i+1)
	}
	return lines, at, table && len(lines) > 2
}

// entries cuts a text. Three lines or more with the same number of cells, two
// at least, are a table: its best column is read.
func (r *listReader) entries(text string) []listEntry {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	lines, at, table := split(text, ";")
	if !table {
		if byComma, _, ok := split(text, ","); ok && !r.rows(byComma) {
			lines, table = byComma, true
		}
	}
	only := -1
	if table {
		if only = r.column(lines); only >= 0 {
			r.remark(OneColumn, listEntry{at[0], lines[0][only]}, nil)
		}
	}
	var out []listEntry
	for i, row := range lines {
		for k, c := range row {
			if only >= 0 && k != only || c == "" {
				continue
			}
			for _, name := range r.apart(c, only >= 0) {
				if len(out) <= MostEntries {
					out = append(out, listEntry{at[i], name})
				}
			}
		}
	}
	return out
}

// rows reports whether each line is a list of its own: codes in all cells.
func (r *listReader) rows(lines [][]string) bool {
	for _, row := range lines[:min(len(lines), mostLooked)] {
		for _, c := range row[:min(len(row), mostColumns)] {
			if c != "" && !r.isCode(c) && !r.isName(c) {
				return false
			}
		}
	}
	return true
}

// apart cuts a cell at its commas, unless it is a column's or a name has them:
// « CC Forêts, Seine et Suzon ».
func (r *listReader) apart(cell string, column bool) []string {
	if column || !strings.Contains(cell, ",") || r.isName(cell) {
		return []string{cell}
	}
	var out []string
	for part := range strings.SplitSeq(cell, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// How far a table is looked at to find its column of territories.
const (
	mostColumns = 200
	mostLooked  = 200
)

// column is the column of a table that holds most codes, else most names.
func (r *listReader) column(lines [][]string) int {
	best, most := -1, 0
	for k := range lines[0][:min(len(lines[0]), mostColumns)] {
		score := 0
		for _, row := range lines[:min(len(lines), mostLooked)] {
			switch {
			case r.isCode(row[k]):
				score += 3
			case r.isName(row[k]):
				score++
			}
		}
		if score > most {
			best, most = k, score
		}
	}
	return best
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

func (r *listReader) known(token string) bool {
	_, ok := r.v.Get(Code(strings.ToUpper(token)))
	return ok
}

// withName reads a code followed by a name, and compares them.
func (r *listReader) withName(e listEntry, token, name string) {
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
	if city := cityOf(s); city != "" {
		r.remark(Arrondissement, e, []Code{city})
		return
	}
	r.former(e, Code("COM-"+s))
}

// former reads the code of a commune that is no more.
func (r *listReader) former(e listEntry, code Code) {
	var targets []Code
	if r.Passage != nil {
		targets = r.Passage.Targets(code)
	}
	switch len(targets) {
	case 0:
		r.remark(NotACode, e, nil)
	case 1:
		if t, ok := r.v.Get(targets[0]); ok {
			r.take(t)
		}
		r.remark(Merged, e, targets)
	default:
		r.remark(Gone, e, targets)
	}
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

// name reads a name: the one territory that is called so; a commune before
// larger ones, which is said; else it is unknown, with the nearest names.
func (r *listReader) name(e listEntry, s string, first bool) {
	folded := lang.Fold(s)
	exact := r.Search.called(folded)
	if before, in, ok := strings.Cut(s, "("); ok && len(exact) == 0 {
		exact = r.Search.calledIn(lang.Fold(before), lang.Fold(in))
		folded = lang.Fold(before)
	}
	same := slices.DeleteFunc(slices.Clone(exact), func(c Code) bool { return lang.Fold(r.v.Label(c)) != folded })
	if len(same) == 0 {
		same = exact
	}
	communes := 0
	for _, c := range same {
		if c.Level() == Commune {
			communes++
		}
	}
	switch {
	case len(same) == 0 && first && headings[folded]:
		r.remark(Heading, e, nil)
		r.out.Entries--
	case len(same) == 0:
		r.remark(Unknown, e, r.near(s))
	case len(same) == 1 || communes == 1:
		if i := slices.IndexFunc(same, func(c Code) bool { return c.Level() == Commune }); i > 0 {
			same[0], same[i] = same[i], same[0]
		}
		t, _ := r.v.Get(same[0]) // the search finds what the vintage has
		r.take(t)
		if len(same) > 1 {
			r.remark(Homonym, e, same)
		}
	default:
		r.remark(Ambiguous, e, same[:min(mostNamed, len(same))])
	}
}

// near returns the territories whose names are nearest.
func (r *listReader) near(s string) []Code {
	if r.guessed++; r.guessed > mostGuessed || len(s) > 100 {
		return nil
	}
	var out []Code
	for _, h := range r.Search.Find(s, 8) {
		if h.Code != "" && len(out) < 3 {
			out = append(out, h.Code)
		}
	}
	return out
}

// called returns the territories of which a folded name is the whole name, or
// the whole name without its article or its kind, the best known first.
func (s *Search) called(folded string) []Code {
	if folded == "" {
		return nil
	}
	var items []int32
	for _, w := range s.starting(folded + "\n") {
		if r := &s.rows[w.row]; w.at == r.start && s.items[r.item].territory != nil {
			items = append(items, r.item)
		}
	}
	return s.codesOf(items)
}

// calledIn is called for a name in a département or region.
func (s *Search) calledIn(folded, place string) []Code {
	var items []int32
	for _, code := range s.called(folded) {
		if i := s.where[code]; s.isAround(i, strings.Split(place, " ")) {
			items = append(items, i)
		}
	}
	return s.codesOf(items)
}

// codesOf returns the codes of items, each once, the best known first.
func (s *Search) codesOf(items []int32) []Code {
	slices.Sort(items)
	var out []Code
	for _, i := range slices.Compact(items) {
		out = append(out, s.items[i].territory.Code)
	}
	return out
}

// headings are the words that open a column of territories.
var headings = map[string]bool{"code": true, "codgeo": true, "code insee": true, "insee": true, "insee com": true, "code commune": true,
	"codes": true, "commune": true, "communes": true, "com": true, "nom": true, "nom commune": true, "libelle": true, "libgeo": true, "lib com": true,
	"territoire": true, "territory": true, "code postal": true, "cp": true, "postcode": true, "epci": true, "code epci": true, "siren": true,
	"siren epci": true, "departement": true, "dep": true, "name": true, "label": true, "depcom": true, "codecommune": true, "code insee commune": true, "insee commune": true, "codeinsee": true, "code geographique": true}

package study

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"vigie/taxonomy"
	"vigie/territory"
)

// Register is the public record of studies, events and partners, as it is
// written line by line: what sources tell, and nothing else. The zero value is
// that of an edition older than it. It is never modified.
type Register struct {
	waves    []Wave
	studies  []Study
	events   []Event
	partners []Partner
}

// Study is what waves of one name have in common. Waves are the earliest first.
type Study struct {
	Slug  string // its address
	Name  string
	Waves []*Wave
}

// Wave is one study at one time: what a line of studies.csv says.
type Wave struct {
	ID              string
	Programme       string // term of the taxonomy programme, "" outside all of them
	Phase           string // term of the taxonomy programme_phase, ""
	Study           string
	Title           Words
	Audiences       []string // terms of the taxonomy audience; none when it asked nobody itself
	FieldStart      Date     // of the answers, no date when not published
	FieldEnd        Date
	Published       Date
	SampleSize      int    // 0 when not published
	SampleQualifier string // ">" when the source says more than
	Mode            string // term of the taxonomy survey_mode, "" when not published
	Universe        Words
	Design          Words
	Institutes      []string
	Territories     []territory.Code
	ComparableWith  string   // ID of the wave that the source calls comparable, ""
	CitedAs         []string // other names under which figures of it were published
	Documents       []Document
	Status          taxonomy.Status
	Note            Words // what is not known, and what the dates are
	Sources         []string
}

// Document is one document of a study or of an event.
type Document struct {
	Kind    string // one of DocumentKinds
	Address string
}

// DocumentKinds are the kinds of documents.
var DocumentKinds = []string{"questionnaire", "report", "summary", "tables", "data", "slides", "proceedings", "kit"}

// RegisterFiles are the texts of the register; nil for one that is not there.
type RegisterFiles struct{ Studies, Events, Partners []byte }

var waveColumns = []string{
	"id", "programme", "phase", "study", "title_fr", "title_en", "audience", "field_start", "field_end", "published", "sample_size", "mode",
	"universe_fr", "universe_en", "design_fr", "design_en", "institute", "territories", "comparable_with", "cited_as", "documents", "status",
	"note_fr", "note_en", "source",
}

// ParseRegister reads the register from CSV texts and checks them together.
// What events and partners name is checked when the studies are there.
//
// Errors are faults naming file, line and column: an identifier empty or twice,
// a term that its list does not have, a date, size, territory or document that
// cannot be read, an end before its beginning, a study unknown, no source.
func ParseRegister(f RegisterFiles, lists *taxonomy.Set) (*Register, error) {
	r := &Register{}
	var err error
	if f.Studies != nil {
		if r.waves, err = parseWaves(f.Studies, lists); err != nil {
			return nil, err
		}
	}
	r.studies = gather(r.waves)
	known := func(id string) bool { return f.Studies == nil || r.at(id) >= 0 }
	if f.Events != nil {
		if r.events, err = parseEvents(f.Events, lists, known); err != nil {
			return nil, err
		}
	}
	if f.Partners != nil {
		if r.partners, err = parsePartners(f.Partners, lists, known); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func parseWaves(data []byte, lists *taxonomy.Set) ([]Wave, error) {
	l, err := taxonomy.ReadList("studies.csv", data, waveColumns...)
	if err != nil {
		return nil, err
	}
	var waves []Wave
	seen := map[string]int{}
	for _, row := range l.Rows {
		identify(row, seen)
		waves = append(waves, parseWave(row, lists))
	}
	for i, row := range l.Rows {
		if other := waves[i].ComparableWith; other != "" && (seen[other] == 0 || other == waves[i].ID) {
			row.Refuse("comparable_with", "donnez l’identifiant d’une autre étude de la liste, ou rien", "étude « %s » inconnue", other)
		}
	}
	slices.SortStableFunc(waves, func(a, b Wave) int { return cmp.Compare(a.Published.SortKey(), b.Published.SortKey()) })
	return waves, l.Err()
}

func parseWave(row taxonomy.Row, lists *taxonomy.Set) Wave {
	w := Wave{
		ID: row.Cell("id"), Programme: term(row, "programme", "programme", lists), Phase: term(row, "phase", "programme_phase", lists), Study: row.Cell("study"),
		Title: required(row, "title"), Audiences: terms(row, "audience", "audience", lists),
		FieldStart: parseDate(row, "field_start"), FieldEnd: parseDate(row, "field_end"), Published: parseDate(row, "published"),
		Mode: term(row, "mode", "survey_mode", lists), Universe: wordsOf(row, "universe"), Design: wordsOf(row, "design"),
		Institutes: parts(row.Cell("institute"), "|"), Territories: codes(row, "territories"), ComparableWith: row.Cell("comparable_with"),
		CitedAs: parts(row.Cell("cited_as"), "|"), Documents: documents(row), Status: status(row), Note: wordsOf(row, "note"), Sources: sources(row),
	}
	w.SampleSize, w.SampleQualifier = sample(row)
	if slug(w.Study) == "" {
		row.Refuse("study", "donnez le nom de l’étude, le même pour toutes ses vagues", "nom « %s » sans lettre", w.Study)
	}
	if w.FieldEnd.SortKey() != "" && w.FieldEnd.SortKey() < w.FieldStart.SortKey() {
		row.Refuse("field_end", "échangez les deux dates du terrain", "fin « %s » avant le début « %s »", w.FieldEnd, w.FieldStart)
	}
	if t, ok := lists.Term("programme_phase", w.Phase); ok && t.ParentTaxonomy == "programme" && t.Parent != w.Programme {
		row.Refuse("phase", "donnez une phase de ce programme, ou rien", "« %s » est une phase du programme « %s »", w.Phase, t.Parent)
	}
	return w
}

// gather puts waves of one name together, the studies by their first wave.
func gather(waves []Wave) []Study {
	var out []Study
	for i := range waves {
		w := &waves[i]
		at := slices.IndexFunc(out, func(s Study) bool { return s.Slug == w.Slug() })
		if at < 0 {
			at, out = len(out), append(out, Study{Slug: w.Slug(), Name: w.Study})
		}
		out[at].Waves = append(out[at].Waves, w)
	}
	return out
}

// Slug is the address of the wave's study.
func (w *Wave) Slug() string { return slug(w.Study) }

// Last is the newest wave of a study.
func (s *Study) Last() *Wave { return s.Waves[len(s.Waves)-1] }

// Waves returns all waves, the earliest first, one without date before them;
// not to be modified.
func (r *Register) Waves() []Wave { return r.waves }

// Studies returns the studies, by their first wave; not to be modified.
func (r *Register) Studies() []Study { return r.studies }

func (r *Register) at(id string) int {
	return slices.IndexFunc(r.waves, func(w Wave) bool { return w.ID == id })
}

// Wave returns one wave by its ID.
func (r *Register) Wave(id string) (*Wave, bool) {
	i := r.at(id)
	if i < 0 {
		return nil, false
	}
	return &r.waves[i], true
}

// Study returns one study by its address.
func (r *Register) Study(slug string) (*Study, bool) {
	i := slices.IndexFunc(r.studies, func(s Study) bool { return s.Slug == slug })
	if i < 0 {
		return nil, false
	}
	return &r.studies[i], true
}

// WaveOf returns the wave that a published figure comes from: by the name of
// its study or one that it is cited as, and its audience; of several waves that
// of its date. False when the register does not tell.
func (r *Register) WaveOf(f *PublishedFigure) (*Wave, bool) {
	var found []*Wave
	for i := range r.waves {
		w := &r.waves[i]
		if (w.Study == f.Study || slices.Contains(w.CitedAs, f.Study)) && (len(w.Audiences) == 0 || slices.Contains(w.Audiences, f.Audience)) {
			found = append(found, w)
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	for _, w := range found {
		if d := f.Date.Start; d != "" && (strings.HasPrefix(w.Published.Start, d) || w.Published.Start != "" && strings.HasPrefix(d, w.Published.Start)) {
			return w, true
		}
	}
	return nil, false
}

var identifier = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,79}$`)

// identify refuses an identifier that is none or stands on an earlier line.
func identify(row taxonomy.Row, seen map[string]int) {
	id := row.Cell("id")
	switch {
	case !identifier.MatchString(id):
		row.Refuse("id", "écrivez des lettres sans accent, des chiffres et des tirets, comme IMPACT-Citoyens-2019", "identifiant « %s » refusé", id)
	case seen[id] > 0:
		row.Refuse("id", "donnez à chaque ligne un identifiant à elle", "identifiant « %s » déjà donné ligne %d", id, seen[id])
	}
	seen[id] = row.Line
}

// term reads a cell that holds a term of a list, or nothing.
func term(row taxonomy.Row, column, list string, lists *taxonomy.Set) string {
	return termNamed(row, column, list, row.Cell(column), lists)
}

func termNamed(row taxonomy.Row, column, list, written string, lists *taxonomy.Set) string {
	if written == "" {
		return ""
	}
	t, ok := lists.Written(list, written)
	if !ok {
		row.Refuse(column, "donnez un terme de la liste « "+list+" », ou ajoutez-le à cette liste", "« %s » inconnu", written)
	}
	return t.Code
}

// terms reads a cell of several terms joined by +.
func terms(row taxonomy.Row, column, list string, lists *taxonomy.Set) []string {
	var out []string
	for _, s := range parts(row.Cell(column), "+") {
		out = append(out, termNamed(row, column, list, s, lists))
	}
	return out
}

func parts(cell, separator string) []string {
	var out []string
	for s := range strings.SplitSeq(cell, separator) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func wordsOf(row taxonomy.Row, name string) Words {
	return Words{row.Cell(name + "_fr"), row.Cell(name + "_en")}
}

// required reads a text that must be there in French.
func required(row taxonomy.Row, name string) Words {
	w := wordsOf(row, name)
	if w.FR == "" {
		row.Refuse(name+"_fr", "remplissez-la", "cellule vide")
	}
	return w
}

func status(row taxonomy.Row) taxonomy.Status {
	return taxonomy.Status(row.OneOf("status", string(taxonomy.Public), string(taxonomy.Partly), string(taxonomy.Ours)))
}

// documents reads kind=address, several joined by " ; ".
func documents(row taxonomy.Row) []Document {
	var out []Document
	for _, s := range parts(row.Cell("documents"), " ; ") {
		kind, address, _ := strings.Cut(s, "=")
		if !slices.Contains(DocumentKinds, kind) || !web(address) {
			row.Refuse("documents", "écrivez genre=adresse, plusieurs joints par « ; » entre espaces ; genres : "+strings.Join(DocumentKinds, ", "), "« %s » refusé", s)
		}
		out = append(out, Document{kind, address})
	}
	return out
}

func web(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}

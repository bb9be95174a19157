package casestudy

import (
	"encoding/json"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/lang"
	"vigie/territory"
)

// Row is one record of a file that a network sends. Line is as a person counts
// in the file. Faults name fields of the record, "external_id" or a column;
// proposals say what an unknown code or place may be. Whether a file with faults
// is taken is for the caller to say: all of it, or nothing.
type Row struct {
	Line       int        `json:"line"`
	ExternalID string     `json:"external_id"`
	Record     Record     `json:"record"`
	Faults     []Fault    `json:"faults,omitempty"`
	Proposals  []Proposal `json:"proposals,omitempty"`
}

// Proposal is what somebody may have meant: Written stands in the file, Code
// and Label are a term or a territory, Score in [0, 1] how alike they are.
type Proposal struct {
	Field   string  `json:"field"`
	Written string  `json:"written"`
	Code    string  `json:"code"`
	Label   string  `json:"label"`
	Score   float64 `json:"score"`
}

// PlaceMatch is a territory that a name may mean, the likeliest first. Exact
// says that the name is its own, spelling aside.
type PlaceMatch struct {
	Code  territory.Code
	Label string // with what tells namesakes apart: « Saint-Denis (93) »
	Exact bool
}

// Bulk reads the rows of one file, in order; it remembers the identifiers it
// has met. It is not for concurrent use.
type Bulk struct {
	in      Lists
	places  func(string) []PlaceMatch
	columns []*column // by place in the file, nil for one that is not read
	lines   map[string]int

	terms map[[2]string]termFound // by list and what is written
	found map[string][]PlaceMatch // by what is written
}

// NewBulk reads the header of a table: columns by their French names, those of
// the JSON or those of the reference list of sections, in any order, whatever
// the accents and capitals. Its faults are severe when rows cannot be read: no
// column of identifiers or of titles, or a column twice. An unknown column is
// told and left out.
func NewBulk(header []string, in Lists, places func(string) []PlaceMatch) (*Bulk, []Fault) {
	b := &Bulk{in: in, places: places, lines: map[string]int{},
		terms: map[[2]string]termFound{}, found: map[string][]PlaceMatch{}}
	var l faults
	seen := map[string]string{}
	for n, name := range header {
		c := b.columnNamed(name)
		b.columns = append(b.columns, c)
		switch {
		case strings.TrimSpace(name) == "":
		case c == nil:
			do := "renommez-la ou retirez-la ; les colonnes lues sont dans le guide"
			if near := b.nearestColumn(name); near != "" {
				do = "voulez-vous dire « " + near + " » ?"
			}
			l.warn("", do, "colonne %d « %s » : elle n'est pas lue", n+1, abridged(name))
		case seen[c.path] != "":
			l.refuse("", "gardez une seule des deux colonnes", "colonne « %s » : « %s » dit déjà la même chose", abridged(name), seen[c.path])
		default:
			seen[c.path] = abridged(name)
		}
	}
	for _, needed := range []string{"external_id", "title"} {
		if seen[needed] == "" {
			l.refuse(needed, "ajoutez la colonne « "+columnOf(needed).name+" »", "la première ligne n'a pas de colonne « %s »", columnOf(needed).name)
		}
	}
	return b, l
}

// Row reads one row; cells beyond the header are faults when they say something.
func (b *Bulk) Row(line int, cells []string) Row {
	w := &bulkRow{bulk: b, row: Row{Line: line}}
	w.row.Record.Language = string(lang.FR)
	for n, cell := range cells {
		switch {
		case strings.TrimSpace(cell) == "":
		case n >= len(b.columns):
			w.refuse("", "vérifiez les séparateurs et les guillemets de cette ligne", "colonne %d : « %s » dépasse la première ligne", n+1, abridged(cell))
		case b.columns[n] != nil:
			w.cell(b.columns[n], cell)
		}
	}
	return w.done()
}

// mostBulk is how many records one file may hold.
const mostBulk = 20000

// JSON reads an array of records, or one record a line, each in the encoding of
// Record with its "external_id". The error is that of a file which is neither;
// a record that is not one is a row with a fault.
func (b *Bulk) JSON(data []byte) ([]Row, error) {
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(string(data), "\uFEFF")))
	array := strings.HasPrefix(strings.TrimLeft(string(data[:min(len(data), 64)]), "\uFEFF \t\r\n"), "[")
	unreadable := func(n int, err error) error {
		return &fault.Error{Kind: fault.Invalid, What: "fiche " + strconv.Itoa(n+1) + " : JSON mal formé", Err: err,
			Do: "donnez un tableau de fiches, ou une fiche par ligne, en UTF-8"}
	}
	if array {
		if _, err := d.Token(); err != nil {
			return nil, unreadable(0, err)
		}
	}
	var rows []Row
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, unreadable(len(rows), err)
		}
		if len(rows) == mostBulk {
			return nil, fault.Invalidf("versez-les en plusieurs fichiers", "plus de %d fiches", mostBulk)
		}
		rows = append(rows, b.object(len(rows)+1, raw))
	}
	if array {
		if _, err := d.Token(); err != nil {
			return nil, unreadable(len(rows), err)
		}
	}
	if d.More() || len(rows) == 0 {
		return nil, fault.Invalidf("donnez un tableau de fiches, ou une fiche par ligne", "aucune fiche, ou du texte après la dernière")
	}
	return rows, nil
}

func (b *Bulk) object(line int, raw []byte) Row {
	w := &bulkRow{bulk: b, row: Row{Line: line}}
	var r struct {
		ExternalID string `json:"external_id"`
		Record
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		w.refuse("", "reprenez l'écriture des fiches que donne l'export en JSON", "fiche illisible : %s", abridged(jsonFault(err)))
	}
	w.row.ExternalID, w.row.Record = strings.TrimSpace(r.ExternalID), r.Record
	if w.row.Record.Language == "" {
		w.row.Record.Language = string(lang.FR)
	}
	w.codes()
	return w.done()
}

// jsonFault says in French what a decoder refuses.
func jsonFault(err error) string {
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return "champ inconnu " + strings.ReplaceAll(name, `"`, "")
	}
	if _, what, ok := strings.Cut(err.Error(), "Go struct field "); ok {
		name, _, _ := strings.Cut(what, " ")
		return "valeur d'un autre type dans " + name[strings.LastIndexByte(name, '.')+1:]
	}
	return "JSON mal formé"
}

// bulkRow is one row being read.
type bulkRow struct {
	faults
	bulk *Bulk
	row  Row
}

// done cleans and checks what was read.
func (w *bulkRow) done() Row {
	id := w.row.ExternalID
	switch first := w.bulk.lines[id]; {
	case id == "":
		w.refuse("external_id", "donnez l'identifiant de la fiche chez vous : il ne doit plus changer", "identifiant absent")
	case first > 0:
		w.refuse("external_id", "un identifiant par fiche", "identifiant « %s » déjà donné ligne %d", abridged(id), first)
	default:
		w.bulk.lines[id] = w.row.Line
	}
	if clean, marked, hidden := cleanText(id, false); clean != id || marked || hidden || len(id) > 200 {
		w.refuse("external_id", "200 caractères au plus, sur une ligne, sans mise en forme", "identifiant « %s » refusé", abridged(clean))
	}
	if len(w.row.Record.Media) > 0 {
		w.row.Record.Media = nil
		w.warn("media", "joignez les images fiche par fiche", "les images ne se versent pas en nombre")
	}
	clean, said := Clean(w.row.Record)
	w.row.Record = clean
	w.faults = append(w.faults, said...)
	for _, l := range Leaves(clean) {
		if strings.ContainsRune("=+@", rune(l.Value[0])) && ListOf(l.Path) == "" {
			w.warn(l.Path, "relisez : ce n'est peut-être pas ce que montrait le tableur", "commence par « %c » : gardé comme du texte, rien n'est calculé", l.Value[0])
		}
	}
	told := map[string]bool{} // fields whose fault has been told, with what it may be
	for _, f := range w.faults {
		told[f.Field] = told[f.Field] || f.Severe
	}
	for _, f := range Check(clean, w.bulk.in) {
		if !told[f.Field] || !f.Severe {
			w.faults = append(w.faults, f)
		}
	}
	w.row.Faults = w.faults
	return w.row
}

// Package taxonomy knows the reference lists of the observatory: 16 domains in
// 4 dimensions, actor profiles, relations, impacts, SDGs, audiences.
//
// They are versioned data, never constants: each term says whether it is
// public, partly public or ours, since when, and from which source, and an
// operator replaces a list without a release. The package knows no file and no
// store. Start with Parse and Set.
package taxonomy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"

	"vigie/lang"
)

// Status says where a term comes from.
type Status string

// The statuses: stated in a public source; concept and count public, list
// completed by us; project decision.
const (
	Public Status = "pub"
	Partly Status = "part"
	Ours   Status = "ours"
)

// Term is one entry of a taxonomy. ParentTaxonomy is set when the parent is a
// term of another list, as a domain's dimension is. ValidFrom and ValidTo are
// ISO dates, "" when open; a term is valid on both days.
type Term struct {
	Taxonomy       string
	Code           string
	LabelFR        string
	LabelEN        string
	ParentTaxonomy string
	Parent         string
	Position       int // 1-based order of presentation
	Status         Status
	ValidFrom      string
	ValidTo        string
	Source         string            // keys or address of the source, "" when ours
	Attributes     map[string]string // the list's other columns, empty cells left out
}

// Label returns the label in one language.
func (t Term) Label(l lang.Lang) string {
	if l == lang.EN {
		return lang.Typeset(l, t.LabelEN)
	}
	return lang.Typeset(l, t.LabelFR)
}

// Attribute returns an attribute in one language (column name_fr or name_en),
// or the column name itself when there is no such pair; "" when absent.
func (t Term) Attribute(name string, l lang.Lang) string {
	return lang.Typeset(l, cmp.Or(t.Attributes[name+"_"+string(l)], t.Attributes[name]))
}

// Short returns the label for narrow places, the full one when there is none.
func (t Term) Short(l lang.Lang) string { return cmp.Or(t.Attribute("short", l), t.Label(l)) }

// InSentence returns the noun with its article, as a sentence needs it:
// « l'emploi », "employment"; the label when the list gives none.
func (t Term) InSentence(l lang.Lang) string {
	return cmp.Or(t.Attribute("in_sentence", l), t.Label(l))
}

// ValidOn reports whether the term was in force on an ISO date.
func (t Term) ValidOn(date string) bool {
	return t.ValidFrom <= date && (t.ValidTo == "" || date <= t.ValidTo)
}

// Version is one state of one taxonomy, named by the SHA-256 of its bytes.
// Terms are ordered by position.
type Version struct {
	Taxonomy string
	ID       string // hexadecimal
	Terms    []Term
}

// ParseVersion reads a list and names it; see Parse.
func ParseVersion(name string, data []byte) (Version, error) {
	terms, err := Parse(name, data)
	if err != nil {
		return Version{}, err
	}
	sum := sha256.Sum256(data)
	return Version{terms[0].Taxonomy, hex.EncodeToString(sum[:]), terms}, nil
}

var fixedColumns = []string{
	"taxonomy", "code", "label_fr", "label_en", "parent", "position", "status", "valid_from", "valid_to", "source",
}

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// Parse reads one taxonomy from CSV. A parent is a code of the same list or
// "taxonomy/code"; columns beyond the fixed ones become attributes. Terms come
// ordered by position. Errors are faults naming line and column: two lists in
// one file, a code or position twice, an unknown status, a parent that does
// not exist in the list, an empty label, a date that is none, no term.
func Parse(name string, data []byte) ([]Term, error) {
	l, err := ReadList(name, data, fixedColumns...)
	if err != nil {
		return nil, err
	}
	var terms []Term
	lineOf := map[string]int{}
	positions := map[int]int{}
	for _, row := range l.Rows {
		t := parseTerm(l, row)
		if first := lineOf[t.Code]; first > 0 {
			row.Refuse("code", "gardez une seule des deux lignes", "code « %s » déjà donné ligne %d", t.Code, first)
		}
		if first := positions[t.Position]; first > 0 {
			row.Refuse("position", "numérotez sans répéter", "position %d déjà prise ligne %d", t.Position, first)
		}
		if len(terms) > 0 && t.Taxonomy != terms[0].Taxonomy {
			row.Refuse("taxonomy", "un fichier par liste", "« %s » dans la liste « %s »", t.Taxonomy, terms[0].Taxonomy)
		}
		lineOf[t.Code], positions[t.Position] = row.Line, row.Line
		terms = append(terms, t)
	}
	for i, t := range terms {
		if t.Parent != "" && t.ParentTaxonomy == "" && (lineOf[t.Parent] == 0 || t.Parent == t.Code) {
			l.Rows[i].Refuse("parent", "donnez un code de la liste, ou « liste/code »", "parent « %s » inconnu", t.Parent)
		}
	}
	if len(l.Rows) == 0 {
		l.refuse(1, "", "donnez au moins un terme", "liste sans terme")
	}
	slices.SortStableFunc(terms, func(a, b Term) int { return cmp.Compare(a.Position, b.Position) })
	return terms, l.Err()
}

func parseTerm(l *List, row Row) Term {
	t := Term{
		Taxonomy: row.Cell("taxonomy"), Code: row.Cell("code"), LabelFR: row.Cell("label_fr"), LabelEN: row.Cell("label_en"),
		Parent: row.Cell("parent"), Position: row.Int("position"),
		Status:    Status(row.OneOf("status", string(Public), string(Partly), string(Ours))),
		ValidFrom: row.Cell("valid_from"), ValidTo: row.Cell("valid_to"), Source: row.Cell("source"),
	}
	for _, column := range []string{"taxonomy", "code"} {
		if !codeForm.MatchString(row.Cell(column)) {
			row.Refuse(column, "lettres sans accent, chiffres, _ . -", "code « %s » refusé", row.Cell(column))
		}
	}
	for _, column := range []string{"label_fr", "label_en"} {
		if row.Cell(column) == "" {
			row.Refuse(column, "donnez le libellé dans les deux langues", "libellé absent")
		}
	}
	for _, column := range []string{"valid_from", "valid_to"} {
		if s := row.Cell(column); s != "" && !isDate(s) {
			row.Refuse(column, "écrivez la date 2024-10-31, ou rien", "date « %s » refusée", s)
		}
	}
	if t.Status == Public && t.Source == "" {
		row.Refuse("source", "citez la source, ou passez le statut à ours", "terme public sans source")
	}
	if other, code, ok := strings.Cut(t.Parent, "/"); ok {
		t.ParentTaxonomy, t.Parent = other, code
	}
	for _, column := range l.Columns() {
		if s := row.Cell(column); s != "" && !slices.Contains(fixedColumns, column) {
			if t.Attributes == nil {
				t.Attributes = map[string]string{}
			}
			t.Attributes[column] = s
		}
	}
	return t
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

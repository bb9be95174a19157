// Package report composes what Vigie says: pages and printed reports as
// sections, sentences, figures, tables and notes, in one language, from a
// frozen edition. It renders nothing: web makes HTML, render/chart SVG,
// render/pdf PDF and render/export CSV from the same Document.
//
// Start with Document; the charts' data are in chart.go.
package report

// Document is one page or one printed report, complete: every form of the
// same address is made from it.
type Document struct {
	ID       string    `json:"id"`   // stable: "territoire/REG-44", "domaine/EMP"
	Kind     string    `json:"kind"` // the page's noun: home, territory, compare, domain, …, report, note
	Lang     string    `json:"lang"` // fr or en
	Path     string    `json:"path"` // address without language or edition prefix
	Title    string    `json:"title"`
	Kicker   string    `json:"kicker,omitempty"`  // short line above the title: tier, region
	Summary  string    `json:"summary,omitempty"` // one plain sentence for <meta description>
	Answer   []Text    `json:"answer"`            // the answer in a sentence or two, before any chart
	Crumbs   []Link    `json:"crumbs,omitempty"`
	Sections []Section `json:"sections"`
	Edition  Edition   `json:"edition"`
	Links    []Link    `json:"links,omitempty"` // other forms: report, note

	// State is the shortest query that names this very state of the page; nil
	// keeps the one that was asked.
	State map[string][]string `json:"-"`
	// Data is what the page is about as it is exchanged, for programs.
	Data any `json:"data,omitempty"`
	// Feeds are the forms of the page beside those of every page, by name:
	// atom, xlsx.
	Feeds []string `json:"-"`

	// Refused says that what was asked cannot be answered, and that the page
	// tells why.
	Refused bool `json:"refused,omitempty"`
}

// Edition says which frozen edition a document speaks for.
type Edition struct {
	Number     string `json:"number"`
	Date       string `json:"date"`                 // ISO, 2026-11-22
	Superseded string `json:"superseded,omitempty"` // number of the edition that replaces this one
	Permanent  string `json:"permanent"`            // path of this document in this very edition

	Errata []Erratum `json:"errata,omitempty"` // what was wrong in it, the first one first
}

// Erratum says what was wrong in an edition.
type Erratum struct {
	Date        string `json:"date"` // ISO, since when it is said
	Text        string `json:"text"`
	CorrectedBy string `json:"corrected_by,omitempty"` // number of the edition that corrects it
}

// Section is a titled part of a document.
type Section struct {
	ID     string  `json:"id"`
	Title  string  `json:"title,omitempty"`
	Layout string  `json:"layout,omitempty"` // "" one column; "pair" two blocks side by side on wide screens; "page" begins a page on paper
	Blocks []Block `json:"blocks"`
}

// Block is one piece of a section: exactly one field is set.
type Block struct {
	Heading string  `json:"heading,omitempty"` // a third-level heading
	Text    Text    `json:"text,omitempty"`    // one paragraph
	List    []Text  `json:"list,omitempty"`    // bulleted
	Facts   []Fact  `json:"facts,omitempty"`   // key figures, large
	Figure  *Figure `json:"figure,omitempty"`
	Table   *Table  `json:"table,omitempty"` // a table without a chart
	Note    Text    `json:"note,omitempty"`  // a caution, set apart
	Form    *Form   `json:"form,omitempty"`  // selectors; ignored in print
	Code    *Code   `json:"code,omitempty"`  // lines of R or Python, or an excerpt of a source file
	Cards   []Card  `json:"cards,omitempty"` // entrances, neighbours, publications

	Picture *Picture `json:"picture,omitempty"`
	Finder  *Finder  `json:"finder,omitempty"`  // a search and what narrows it; left out in print
	Results *Results `json:"results,omitempty"` // what was found

	// Lang is the language of Text and of List when it is not the document's.
	Lang string `json:"lang,omitempty"`
}

// Text is a paragraph as inline spans.
type Text []Span

// Span is a run of text, perhaps strong, perhaps a link.
type Span struct {
	Text   string `json:"text"`
	Href   string `json:"href,omitempty"`
	Strong bool   `json:"strong,omitempty"`
	Marked bool   `json:"marked,omitempty"` // what a search has found
}

// Plain returns the text without marks.
func (t Text) Plain() string {
	s := ""
	for _, p := range t {
		s += p.Text
	}
	return s
}

// Link is a labelled address.
type Link struct {
	Label string `json:"label"`
	Href  string `json:"href"`
}

// Fact is one key figure. Value is formatted for people; Detail gives unit,
// date and tier, so that the figure never stands alone.
type Fact struct {
	Label  string `json:"label"`
	Value  string `json:"value"`
	Detail string `json:"detail,omitempty"`
	Trace  string `json:"trace,omitempty"` // address of « d'où vient ce chiffre ? »
	Href   string `json:"href,omitempty"`
}

// Card is a short linked entry.
type Card struct {
	Title  string `json:"title"`
	Href   string `json:"href,omitempty"`
	Detail string `json:"detail,omitempty"`
	Tag    string `json:"tag,omitempty"`
}

// Form is a GET form whose fields are the state of the page's address; with
// Post, one that sends what it holds.
type Form struct {
	Action string  `json:"action"`
	Intro  Text    `json:"intro,omitempty"` // above the fields: states ready made, as links
	Submit string  `json:"submit"`
	Fields []Field `json:"fields"`
	Post   bool    `json:"post,omitempty"`
	// Live asks a browser that can to answer each change at once; Status is the
	// answer in a few words, beside the button.
	Live   bool   `json:"live,omitempty"`
	Status string `json:"status,omitempty"`

	Kept []NameText `json:"kept,omitempty"` // sent on as they are
}

// The kinds of field besides a line of text and a select.
const (
	AreaField   = "area"
	FileField   = "file"
	CheckField  = "check"
	NumberField = "number"
)

// Field is a select (Options) or, without options, a text input, or what Kind
// says: an area of text, a file, a box to tick, a number from 0 to Most, of
// which a slider covers the part up to Reach.
type Field struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind,omitempty"`
	Label    string   `json:"label"`
	Value    string   `json:"value,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	Multiple bool     `json:"multiple,omitempty"`
	Options  []Option `json:"options,omitempty"`
	Group    string   `json:"group,omitempty"`  // neighbours of one group share a frame of that name
	Beside   string   `json:"beside,omitempty"` // what the number comes to: « 6,3 % »
	Most     int      `json:"most,omitempty"`
	Reach    int      `json:"reach,omitempty"`
}

// Option is one choice of a select.
type Option struct {
	Value    string `json:"value"`
	Label    string `json:"label"`
	Group    string `json:"group,omitempty"`
	Selected bool   `json:"selected,omitempty"`
}

// Code is preformatted text; Language is r, python, csv or toml.
type Code struct {
	Caption  string `json:"caption"`
	Language string `json:"language"`
	Text     string `json:"text"`
}

// Figure is a chart with everything that must stand beside it. Title states
// the finding; Reading is the « Lecture » that teaches how to read one mark.
type Figure struct {
	ID      string   `json:"id"` // unique in the document; ?figure=ID selects it in SVG, CSV, JSON
	Title   string   `json:"title"`
	Unit    string   `json:"unit"`
	Field   string   `json:"field"` // what and where: « Départements de France métropolitaine »
	Date    string   `json:"date"`  // period of the data
	Source  string   `json:"source"`
	Licence string   `json:"licence"`
	Reading string   `json:"reading"`
	Notes   []string `json:"notes,omitempty"`
	Alt     string   `json:"alt"` // text summary for those who do not see the chart
	Chart   Chart    `json:"chart,omitempty"`
	Table   Table    `json:"table"`
}

// Table holds the same data as a chart, or stands alone.
type Table struct {
	ID      string   `json:"id,omitempty"`
	Caption string   `json:"caption"`
	Head    []Head   `json:"head"`
	Rows    []Row    `json:"rows"`
	Notes   []string `json:"notes,omitempty"`
	Source  string   `json:"source,omitempty"`
	Licence string   `json:"licence,omitempty"`
	Open    bool     `json:"-"` // shown at once instead of behind « Voir le tableau »
}

// Head is a column's heading. Key is its name in CSV and JSON.
type Head struct {
	Key     string `json:"key"`
	Label   string `json:"label"`
	Numeric bool   `json:"numeric,omitempty"`
}

// Row is one line of a table; the first cell is its heading.
type Row struct {
	Cells []Cell `json:"cells"`
	Mark  bool   `json:"mark,omitempty"` // the territory that the page is about
}

// Cell is one cell. Text is formatted for people; Value is the number for
// machines, nil when there is none or when the cell is text. Sign is the
// statistical sign shown in its place or beside it: nd (no data), s (secret),
// ns (not significant), /// (cannot exist), p (provisional), e (estimated).
// Level, when set, warns that the figure belongs to another tier than the row.
type Cell struct {
	Text  string   `json:"text"`
	Raw   string   `json:"raw,omitempty"` // what machines read in place of Text: 2024-Q3, per_1000
	Value *float64 `json:"value,omitempty"`
	Sign  string   `json:"sign,omitempty"`
	Level string   `json:"level,omitempty"`
	Href  string   `json:"href,omitempty"`
	Trace string   `json:"trace,omitempty"`
	Step  int      `json:"step,omitempty"` // 1..Steps colours the cell; 0 none
}

package study

import (
	"bytes"
	"encoding/json"
	"slices"

	"vigie/fault"
	"vigie/lang"
)

// Tabulation is what one survey says: the answers of one audience in one wave,
// weighted, tabulated and protected. It is all that an edition, its pages and
// its files know of the answers; what secrecy withholds is not in it.
type Tabulation struct {
	Wave       string      `json:"wave"`     // ID of the wave in the register of studies
	Audience   string      `json:"audience"` // term of the taxonomy audience
	Synthetic  bool        `json:"synthetic,omitempty"`
	Plan       string      `json:"plan"`    // SHA-256 of the plan it was made by
	Answers    string      `json:"answers"` // SHA-256 of the file of answers, which is closed
	Version    string      `json:"version"` // of the program
	Mode       string      `json:"mode"`    // how answers were gathered, as the plan declares it
	Records    int         `json:"records"`
	Overlap    []string    `json:"overlap,omitempty"` // waves with which it shares persons: no change from them is tested
	Weighting  Weighting   `json:"weighting"`
	Secrecy    Secrecy     `json:"secrecy"`
	Breakdowns []Breakdown `json:"breakdowns"`
	Items      []ItemTable `json:"items"`
}

// Words is one text in both languages.
type Words struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// In returns the text in one language, the other one's when it has none.
func (w Words) In(l lang.Lang) string {
	if l == lang.EN && w.EN != "" || w.FR == "" {
		return w.EN
	}
	return w.FR
}

// Item is what was asked: a construct of the observatory in the words of one
// survey. Two surveys that ask the same construct otherwise say how in Differs,
// which pages print and trends mark as a break.
type Item struct {
	Code      string   `json:"code"` // the same in every survey that asks it, such as fragility_priority
	Construct string   `json:"construct,omitempty"`
	Kind      string   `json:"kind"` // a survey.QuestionKind
	Wording   Words    `json:"wording"`
	Scale     string   `json:"scale,omitempty"` // such as 0-10, 3 of 16, yes/no; compared as it is written
	Differs   Words    `json:"differs,omitzero"`
	Options   []Option `json:"options,omitempty"`
}

// Option is one answer that can be given. Code is the same in every survey; it
// is the code of Domain when the options of an item are the domains.
type Option struct {
	Code   string `json:"code"`
	Label  Words  `json:"label"`
	Domain string `json:"domain,omitempty"` // term of the taxonomy domain
}

// Breakdown is a variable that figures are crossed by. Territory is true when
// its levels are codes of territories.
type Breakdown struct {
	Code      string   `json:"code"`
	Label     Words    `json:"label"`
	Territory bool     `json:"territory,omitempty"`
	Levels    []Option `json:"levels"`
}

// ItemTable is one item over everybody and over each breakdown.
type ItemTable struct {
	Item
	Tables []Table `json:"tables"` // everybody first, By ""
}

// Table is one item crossed by one breakdown, a column a level; By "" is
// everybody, one column of level "".
type Table struct {
	By      string   `json:"by,omitempty"`
	Test    *Test    `json:"test,omitempty"` // of no association; nil of everybody and when it cannot be done
	Columns []Column `json:"columns"`
}

// Test is a test of a table: of Rao and Scott's second order.
type Test struct {
	Statistic float64 `json:"statistic"`
	DF1       float64 `json:"df1"`
	DF2       float64 `json:"df2"`
	P         float64 `json:"p"`
}

// Column is the answers of those at one level. Base counts the records that
// answered; Effective is the effective base. Secret is true when the whole
// column is withheld: then Base is 0 and Cells empty.
type Column struct {
	Level     string  `json:"level,omitempty"`
	Letter    string  `json:"letter,omitempty"`
	Base      int     `json:"base"`
	Effective float64 `json:"effective"`
	Unknown   float64 `json:"unknown,omitempty"` // share, 0 to 1, of those asked who do not know
	Secret    bool    `json:"secret,omitempty"`
	Cells     []Cell  `json:"cells"`
}

// The lines of an item that are no option.
const (
	MeanLine = "=mean" // of a score or a number
	RankLine = "=rank" // the mean rank is a line an option: "=rank:EMP"
)

// Cell is one figure: the share (0 to 1) that gives an option, or the mean.
// Higher lists the letters of the columns that it is higher than at the 5 %
// level, p-values adjusted over the line (Holm). A secret cell holds nothing
// else. Imprecise is true when the figure says little: its base is below the
// plan's minimum or its interval is too wide; it is another thing than secrecy.
type Cell struct {
	Line      string  `json:"line"` // code of an option, or one of the lines above
	Percent   bool    `json:"percent,omitempty"`
	Value     float64 `json:"value"`
	SE        float64 `json:"se"`
	Low       float64 `json:"low"`  // of the 95 % interval
	High      float64 `json:"high"` //
	Higher    string  `json:"higher,omitempty"`
	Secret    bool    `json:"secret,omitempty"`
	Imprecise bool    `json:"imprecise,omitempty"`
}

// Weighting is the weighting report of a survey.
type Weighting struct {
	Method     string    `json:"method"`    // none, rake, linear, logit, given
	DesignDF   float64   `json:"design_df"` // degrees of freedom of the design
	DesignKish float64   `json:"kish"`      // 1 + cv² of the weights
	Effective  float64   `json:"effective"` // n / kish
	Quantiles  []float64 `json:"quantiles"` // of weights over their mean: 0, 1, 5, 25, 50, 75, 95, 99, 100 %
	Margins    []Margin  `json:"margins"`   // before and after
	TopShare   float64   `json:"top_share"` // of the total weight that the heaviest 1 % carry
	Iterations int       `json:"iterations"`
}

// Margin is one level of a calibration variable: the shares (0 to 1) of the
// sample, of the first weights, of the final ones, and of the population.
type Margin struct {
	Variable Words   `json:"variable"`
	Level    Words   `json:"level"`
	Sample   float64 `json:"sample"`
	Before   float64 `json:"before"`
	After    float64 `json:"after"`
	Target   float64 `json:"target"`
	Source   string  `json:"source"` // of the target
}

// Secrecy says by what rule figures were withheld, and how many.
type Secrecy struct {
	Rule      string `json:"rule"`     // name of the rule set
	MinBase   int    `json:"min_base"` // a column of fewer answers is withheld
	MinCell   int    `json:"min_cell"` // a cell of fewer citations (or fewer of the others) is withheld; 0 for none
	Primary   int    `json:"primary"`
	Secondary int    `json:"secondary"`
}

// Item returns one item by its code.
func (t *Tabulation) Item(code string) (*ItemTable, bool) {
	i := slices.IndexFunc(t.Items, func(x ItemTable) bool { return x.Code == code })
	if i < 0 {
		return nil, false
	}
	return &t.Items[i], true
}

// By returns the table of one breakdown, "" for everybody.
func (i *ItemTable) By(breakdown string) (*Table, bool) {
	k := slices.IndexFunc(i.Tables, func(x Table) bool { return x.By == breakdown })
	if k < 0 {
		return nil, false
	}
	return &i.Tables[k], true
}

// Cell returns one line of a column.
func (c *Column) Cell(line string) (*Cell, bool) {
	k := slices.IndexFunc(c.Cells, func(x Cell) bool { return x.Line == line })
	if k < 0 {
		return nil, false
	}
	return &c.Cells[k], true
}

// Encode writes the tabulation: the same one, the same bytes.
func (t *Tabulation) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(t)
	return b.Bytes(), err
}

// DecodeTabulation reads what Encode wrote.
//
// Error: Internal when the bytes are not those of a tabulation.
func DecodeTabulation(b []byte) (*Tabulation, error) {
	t := &Tabulation{}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(t); err != nil {
		return nil, &fault.Error{Kind: fault.Internal, What: "une enquête de l’édition est illisible", Do: "restaurez la sauvegarde : son fichier a changé", Err: err}
	}
	return t, nil
}

package report

// Picture is a picture with its credit; Artifact names its bytes.
type Picture struct {
	Artifact string `json:"artifact"`
	Href     string `json:"href"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Alt      string `json:"alt"`
	Credit   string `json:"credit,omitempty"`
}

// Finder is a GET form: a line of text, choices that narrow what it finds, each
// with the number of answers that it leaves, and an order.
type Finder struct {
	Action string     `json:"action"`
	Label  string     `json:"label"` // of the line of text
	Hint   string     `json:"hint,omitempty"`
	Value  string     `json:"value,omitempty"`
	Submit string     `json:"submit"`
	Narrow string     `json:"narrow"` // name of the choices together
	Groups []Choices  `json:"groups,omitempty"`
	Fields []Field    `json:"fields,omitempty"` // beside the choices: years, order
	Kept   []NameText `json:"kept,omitempty"`   // sent on as they are
	// Chosen are the choices that hold, as links to the same without each;
	// Clear leads to none.
	Chosen []Link `json:"chosen,omitempty"`
	Clear  Link   `json:"clear,omitzero"`
}

// NameText is a name of the query with its text.
type NameText struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Choices are the values of one name of the query.
type Choices struct {
	Name  string   `json:"name"`
	Label string   `json:"label"`
	Open  bool     `json:"open,omitempty"`
	Items []Choice `json:"items"`
}

// Choice is one value; Count is how many answers there would be with it.
type Choice struct {
	Value  string `json:"value"`
	Label  string `json:"label"`
	Count  int    `json:"count"`
	Chosen bool   `json:"chosen,omitempty"`
}

// Results are what a search has found; each can be ticked when Name is not "",
// and those that are ticked are sent to Action. Lists of one Choice are sent
// together: the first of them holds the form, the Further ones join it.
type Results struct {
	Label  string     `json:"label"`
	Action string     `json:"action,omitempty"`
	Name   string     `json:"name,omitempty"`
	Tick   string     `json:"tick,omitempty"`
	Submit string     `json:"submit,omitempty"`
	Kept   []NameText `json:"kept,omitempty"`
	Items  []Result   `json:"items"`

	Choice  string `json:"-"`
	Further bool   `json:"-"`
}

// Result is one of them.
type Result struct {
	Value  string `json:"value"`
	Title  string `json:"title"`
	Href   string `json:"href"`
	Detail string `json:"detail,omitempty"` // where, what, since when
	Badge  string `json:"badge,omitempty"`
	Why    string `json:"why,omitempty"`
	Text   Text   `json:"text,omitempty"`
	Lead   string `json:"lead,omitempty"` // what List is
	List   []Text `json:"list,omitempty"` // reasons, one a line
	Fold   string `json:"fold,omitempty"` // what Folded is, which is shown when asked for
	Folded string `json:"folded,omitempty"`
	Beside string `json:"beside,omitempty"`
	Ticked bool   `json:"ticked,omitempty"`
}

package report

// Chart is the data of one drawing; package render/chart draws each kind. It
// is one of *Map, *Ranking, *Heat, *Series, *Profile, *Scatter, *Bars, *Voices.
type Chart interface{ Kind() string }

// Steps is the number of colour classes of the fragility scale: 1 the least
// fragile, Steps the most.
const Steps = 5

// Map is a choropleth. Tier names the boundaries: region, departement, epci.
type Map struct {
	Tier   string   `json:"tier"`
	Areas  []Area   `json:"areas"`  // any order; areas without boundary are listed in the table only
	Legend []string `json:"legend"` // Steps labels, from class 1
	NoData string   `json:"no_data"`
	Secret string   `json:"secret,omitempty"`    // legend text, "" when no area is secret
	Unsure string   `json:"uncertain,omitempty"` // legend text of the hatching, "" when no area is hatched
	More   string   `json:"more,omitempty"`      // legend text of areas whose class is more fragile than the published one, "" when nothing is compared
	Less   string   `json:"less,omitempty"`      // and of those whose class is less fragile
	Focus  string   `json:"focus,omitempty"`     // code of the territory that the page is about
	Within string   `json:"within,omitempty"`    // draw only these codes' extent: prefix-free list "DEP-08 DEP-10", "" whole country with overseas insets
	Small  bool     `json:"small,omitempty"`     // a small multiple
	// Kinds makes it a map of kinds without order: areas are coloured by Kind, the
	// legend is that of the kinds, and Step and Legend are not used.
	Kinds []MapKind `json:"kinds,omitempty"`
}

// Area is one territory of a map. Step 0 means no data.
type Area struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Step   int    `json:"step"`
	Text   string `json:"text"` // what a tooltip and a screen reader say: « 62 sur 100, 3e rang »
	Unsure bool   `json:"uncertain,omitempty"`
	Secret bool   `json:"secret,omitempty"`
	Change int    `json:"change,omitempty"` // 1 in a more fragile class than the published one, -1 in a less fragile one
	Href   string `json:"href,omitempty"`
	Kind   string `json:"kind,omitempty"`   // code of a MapKind, "" no data
	Letter string `json:"letter,omitempty"` // drawn on the area
}

// MostKinds is the number of colours of a map of kinds.
const MostKinds = 8

// MapKind is one kind of areas. Colour is 1 to MostKinds, 0 for the ordinary
// kind, which has none.
type MapKind struct {
	Code   string `json:"code"`
	Letter string `json:"letter,omitempty"`
	Label  string `json:"label"`
	Colour int    `json:"colour"`
}

// Axis is a numeric axis. Ticks are given with their labels, already in the
// reader's language.
type Axis struct {
	Title   string  `json:"title"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Reverse bool    `json:"reverse,omitempty"` // large values first: rank 1 on the right or at the top
	Ticks   []Tick  `json:"ticks"`
}

// Tick is one labelled position.
type Tick struct {
	At    float64 `json:"at"`
	Label string  `json:"label"`
}

// Ranking is a list of points with intervals, one row a territory, in order.
type Ranking struct {
	Axis Axis      `json:"axis"`
	Rows []RankRow `json:"rows"`
}

// RankRow is one territory. Without HasInterval only the point is drawn.
// Same marks rows that cannot be told apart from the focus row.
type RankRow struct {
	Code        string  `json:"code"`
	Label       string  `json:"label"`
	X           float64 `json:"x"`
	Lo          float64 `json:"lo"`
	Hi          float64 `json:"hi"`
	HasInterval bool    `json:"has_interval"`
	Step        int     `json:"step"`
	Text        string  `json:"text"` // at the end of the row: « 3e [1–5] »
	Focus       bool    `json:"focus,omitempty"`
	Same        bool    `json:"same,omitempty"`
	Outside     bool    `json:"outside,omitempty"` // placed on the scale, not ranked
	Href        string  `json:"href,omitempty"`
}

// Heat is a table of classed cells. ColumnGroups spans columns in order.
type Heat struct {
	Columns []HeatHead  `json:"columns"`
	Groups  []HeatGroup `json:"groups,omitempty"`
	Rows    []HeatRow   `json:"rows"`
	Legend  []string    `json:"legend"` // Steps labels
	NoData  string      `json:"no_data"`
	Unsure  string      `json:"uncertain,omitempty"`
}

// HeatHead is a column: Short is what fits (« EMP »), Label the whole name.
type HeatHead struct {
	Code  string `json:"code"`
	Short string `json:"short"`
	Label string `json:"label"`
	Href  string `json:"href,omitempty"`
}

// HeatGroup is a heading over Span consecutive columns.
type HeatGroup struct {
	Label string `json:"label"`
	Span  int    `json:"span"`
}

// HeatRow is one territory with one cell per column.
type HeatRow struct {
	Code  string     `json:"code"`
	Label string     `json:"label"`
	Href  string     `json:"href,omitempty"`
	Focus bool       `json:"focus,omitempty"`
	Cells []HeatCell `json:"cells"`
}

// HeatCell is one class with its short text (a rank or a score).
type HeatCell struct {
	Step   int    `json:"step"`
	Text   string `json:"text"`
	Title  string `json:"title"`
	Unsure bool   `json:"uncertain,omitempty"`
}

// Series is one or several lines over time; X in decimal years.
type Series struct {
	X     Axis       `json:"x"`
	Y     Axis       `json:"y"`
	Lines []Line     `json:"lines"`
	Marks []TimeMark `json:"marks,omitempty"` // from left to right

	// The legends of what points carry, "" when none does.
	Interval string `json:"interval,omitempty"`
	Hollow   string `json:"hollow,omitempty"`
	Rival    string `json:"rival,omitempty"`
	Broken   string `json:"broken,omitempty"`
}

// TimeMark is an instant that divides a series, such as a start or a break in
// how it is measured: an upright rule with its name at the top.
type TimeMark struct {
	X     float64 `json:"x"`
	Label string  `json:"label"`
}

// Line is one territory over time, points in order. A gap in the data is a
// point with OK false.
type Line struct {
	Label     string  `json:"label"`
	Focus     bool    `json:"focus,omitempty"`
	Reference bool    `json:"reference,omitempty"` // drawn dashed: the country, the region
	Points    []Point `json:"points"`
}

// Point is one value of a line; Text formats it for a reader.
type Point struct {
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	OK          bool    `json:"ok"`
	Provisional bool    `json:"provisional,omitempty"`
	Text        string  `json:"text"`
	Low         float64 `json:"low,omitempty"` // of its interval, when HasInterval
	High        float64 `json:"high,omitempty"`
	HasInterval bool    `json:"has_interval,omitempty"`
	Apart       bool    `json:"apart,omitempty"`  // no line leads to it from the one before: they were not measured alike
	Broken      bool    `json:"broken,omitempty"` // a broken line leads to it: the two do not measure quite the same
	Hollow      bool    `json:"hollow,omitempty"` // its margin is not known

	Rivals []Rival `json:"rivals,omitempty"` // other values given of the same measure
}

// Rival is a value that contradicts a point; Text formats it for a reader.
type Rival struct {
	Y    float64 `json:"y"`
	Text string  `json:"text"`
}

// Profile places one territory on each domain against a reference: one row a
// domain, grouped by dimension.
type Profile struct {
	Axis      Axis         `json:"axis"`
	Rows      []ProfileRow `json:"rows"`
	Reference string       `json:"reference"` // legend: « médiane des 13 régions »
	Interval  string       `json:"interval"`  // legend: « sensibilité aux choix de méthode »
}

// ProfileRow is one domain. OK false draws the no-data sign and Text.
type ProfileRow struct {
	Code        string  `json:"code"`
	Label       string  `json:"label"`
	Group       string  `json:"group"`
	OK          bool    `json:"ok"`
	X           float64 `json:"x"`
	Lo          float64 `json:"lo"`
	Hi          float64 `json:"hi"`
	HasInterval bool    `json:"has_interval"`
	Reference   float64 `json:"reference"`
	Step        int     `json:"step"`
	Text        string  `json:"text"`
	Href        string  `json:"href,omitempty"`
}

// Scatter sets objective against perceived, both as ranks or scores.
type Scatter struct {
	X        Axis   `json:"x"`
	Y        Axis   `json:"y"`
	Points   []Dot  `json:"points"`
	Diagonal string `json:"diagonal,omitempty"` // label of the line x = y, "" none
	Above    string `json:"above,omitempty"`    // text in the upper-left half
	Below    string `json:"below,omitempty"`
	// Quarters divides the square in four instead, each with its name.
	Quarters *Quarters `json:"quarters,omitempty"`
	Interval string    `json:"interval,omitempty"` // legend of the whiskers, "" none
	Hollow   string    `json:"hollow,omitempty"`   // legend of the hollow points, "" none
}

// Quarters are the four parts of a scatter, cut at X and Y.
type Quarters struct {
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	TopRight    string  `json:"top_right"`
	TopLeft     string  `json:"top_left"`
	BottomRight string  `json:"bottom_right"`
	BottomLeft  string  `json:"bottom_left"`
}

// Dot is one labelled point. A whisker is drawn on an axis whose Span is not nil.
type Dot struct {
	Label  string  `json:"label"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Text   string  `json:"text"`
	Href   string  `json:"href,omitempty"`
	SpanX  *Reach  `json:"span_x,omitempty"`
	SpanY  *Reach  `json:"span_y,omitempty"`
	Hollow bool    `json:"hollow,omitempty"`
}

// Reach is an interval on an axis.
type Reach struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Bars sets lengths from 0 side by side, one row a choice, grouped: a filled bar
// and, when Whole is not "", an outlined one under it.
type Bars struct {
	Axis     Axis     `json:"axis"`
	Rows     []BarRow `json:"rows"`
	Own      string   `json:"own"`                // legend of the filled bars, "" when they need none
	Whole    string   `json:"whole,omitempty"`    // legend of the outlined ones
	Interval string   `json:"interval,omitempty"` // legend of the whiskers, "" when there are none
}

// BarRow is one choice.
type BarRow struct {
	Group string `json:"group,omitempty"`
	Label string `json:"label"`
	Own   Bar    `json:"own"`
	Whole Bar    `json:"whole"`
}

// Bar is one length with its text and, when HasInterval, its whisker.
type Bar struct {
	X           float64 `json:"x"`
	Lo          float64 `json:"lo"`
	Hi          float64 `json:"hi"`
	HasInterval bool    `json:"has_interval"`
	Text        string  `json:"text"`
}

// MostSpeakers is the number of marks that can be told apart by shape.
const MostSpeakers = 8

// Voices sets what several audiences answered side by side: a row a figure, a
// mark an audience, by shape and colour.
type Voices struct {
	Axis     Axis       `json:"axis"`
	Speakers []string   `json:"speakers"` // at most MostSpeakers
	Rows     []VoiceRow `json:"rows"`
	Interval string     `json:"interval,omitempty"` // legend of the whiskers, "" when there are none
	Hollow   string     `json:"hollow,omitempty"`   // legend of the hollow marks, "" when there are none
}

// VoiceRow is one figure. Group is a heading over its neighbours of the same
// one.
type VoiceRow struct {
	Group string      `json:"group,omitempty"`
	Label string      `json:"label,omitempty"`
	Marks []VoiceMark `json:"marks"`
}

// VoiceMark is one audience's figure. With a Sign (s, nd) there is none: the
// sign stands in its place and X means nothing. Hollow marks a rival value, or
// one that says little.
type VoiceMark struct {
	Speaker     int     `json:"speaker"`
	X           float64 `json:"x"`
	Lo          float64 `json:"lo"`
	Hi          float64 `json:"hi"`
	HasInterval bool    `json:"has_interval"`
	Hollow      bool    `json:"hollow,omitempty"`
	Sign        string  `json:"sign,omitempty"`
	Text        string  `json:"text"`
}

// Kind names the drawing.
func (*Voices) Kind() string { return "voices" }

// Kind names the drawing.
func (*Map) Kind() string { return "map" }

// Kind names the drawing.
func (*Ranking) Kind() string { return "ranking" }

// Kind names the drawing.
func (*Heat) Kind() string { return "heat" }

// Kind names the drawing.
func (*Series) Kind() string { return "series" }

// Kind names the drawing.
func (*Profile) Kind() string { return "profile" }

// Kind names the drawing.
func (*Scatter) Kind() string { return "scatter" }

// Kind names the drawing.
func (*Bars) Kind() string { return "bars" }

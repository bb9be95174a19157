package study

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/pelletier/go-toml/v2"

	analysis "vigie/estimate"
	"vigie/fault"
	"vigie/place"
	"vigie/stat/disclosure"
)

// PlanFormat is the version of plans that this program writes and reads.
const PlanFormat = 1

// Plan says how one file of answers becomes a Tabulation: whose answers they
// are, how they were drawn, what they are calibrated on, which columns answer
// which items of the observatory, and what secrecy withholds.
type Plan struct {
	Format    int
	Wave      string   // ID of the wave in the register of studies
	Audience  string   // term of the taxonomy audience
	Year      int      // of the fieldwork
	Mode      string   // how answers were gathered
	Synthetic bool     // made up: never shown as real
	Overlap   []string // waves with which it shares persons
	After     string   // the wave before of the same audience, whose items these are compared with

	Design      map[string]any   // as an analysis writes it: package estimate
	Prep        []map[string]any // steps before the calibration
	Weights     *WeightFile      `toml:"weight_file"`
	Calibration Calibration
	Secrecy     SecrecyPlan
	Imprecise   Imprecision
	Breakdowns  []PlannedBreakdown `toml:"breakdown"`
	Items       []PlannedItem      `toml:"item"`

	Hash string `toml:"-"` // SHA-256 of the plan, in hexadecimal

	lines       place.Lines
	preparation *analysis.Preparation
	amounts     *disclosure.Rule // of the means of numbers; nil for none
}

// WeightFile is weights delivered apart from the answers: a line a respondent.
type WeightFile struct {
	Data string
	By   string // the variable that names a respondent in both files
}

// Calibration says what the weights are brought to. Method is none, given (the
// institute calibrated them), rake, linear or logit; Bounds are those of the
// ratio of final to first weight. Year is that of the margins: another than
// that of the fieldwork needs Reason. Scale brings every margin to the
// population of the first.
type Calibration struct {
	Method      string
	Margins     string // a file of columns variable, level, total
	Year        int
	Reason      string
	Source      string
	Bounds      []float64
	Tolerance   float64 // persons; 0 as close as numbers allow
	Scale       bool
	Territories []TerritoryMargin `toml:"territory"`
}

// TerritoryMargin is a margin that the observatory holds: the population of the
// territories of a breakdown in one vintage of the geographic code.
type TerritoryMargin struct {
	Breakdown string
	Vintage   int
}

// SecrecyPlan is the rule that figures are withheld by.
type SecrecyPlan struct {
	Rule    string
	MinBase int `toml:"min_base"`
	MinCell int `toml:"min_cell"`
}

// Imprecision is when a figure says little: an effective base below Base, an
// interval further than HalfWidth from the share on either side (a share of the
// scale for a mean). Zero values are 30 and 0.10.
type Imprecision struct {
	Base      float64
	HalfWidth float64 `toml:"half_width"`
}

// PlannedBreakdown is a variable of the file that figures are crossed by.
type PlannedBreakdown struct {
	Code      string
	X         string // the variable
	Label     Words
	Territory bool
	Levels    []PlannedOption
}

// PlannedItem is a question of the file as the observatory's item. X is its
// variable, or one a rank of a ranking; a multiple question and a battery of
// scores have a variable an option. Domains stands for options that are the
// domains in this order, answered 1, 2, 3….
type PlannedItem struct {
	Code      string
	Construct string
	Kind      string
	X         []string
	Wording   Words
	Scale     string
	Differs   Words
	Base      string    // answered (default) or everyone: who cites nothing counts
	Unknown   []string  // answers that mean « ne sait pas »
	Range     []float64 // of a score: its two ends
	Cited     []string  // answers of a multiple question that cite the option; 1 by default
	NotCited  []string  `toml:"not_cited"` // and that do not; 0 by default
	Options   []PlannedOption
	Domains   []string
}

// PlannedOption is an answer or a level: the texts that it has in the file, or
// the variable that holds it.
type PlannedOption struct {
	Code    string
	Label   Words
	Domain  string
	Answers []string
	X       string
}

// planSteps lists the steps that may precede the calibration of a plan: those
// that change neither what the weighting report says nor the method of variance.
var planSteps = []string{"domain", "trim", "nonresponse_classes"}

// ParsePlan reads a plan in TOML. name names the file in the faults.
//
// Error: a fault.List that names the lines and the keys. What depends on the
// lists of the observatory is left to Settle, what depends on the answers to
// Read.
func ParsePlan(name string, raw []byte) (*Plan, error) {
	p := &Plan{}
	d := toml.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return nil, place.Refused(name, raw, err, "doc/operate/study.md")
	}
	p.lines = place.Of(name, raw)
	if p.Format != PlanFormat {
		return nil, p.fault("format", "écrivez format = 1 en tête du plan", "format %d inconnu : ce programme lit le format %d", p.Format, PlanFormat)
	}
	var err error
	if p.preparation, err = analysis.NewPreparation(p.Design, p.Prep, p.lines, planSteps); err != nil {
		return nil, err
	}
	p.defaults()
	if err := p.validate(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	p.Hash = hex.EncodeToString(sum[:])
	return p, nil
}

// defaults writes what the plan leaves out.
func (p *Plan) defaults() {
	if p.Calibration.Method == "" {
		p.Calibration.Method = "none"
	}
	if p.Imprecise.Base == 0 {
		p.Imprecise.Base = 30
	}
	if p.Imprecise.HalfWidth == 0 {
		p.Imprecise.HalfWidth = 0.10
	}
	for i := range p.Items {
		it := &p.Items[i]
		if it.Kind == "multiple" && it.Cited == nil {
			it.Cited, it.NotCited = []string{"1"}, []string{"0"}
		}
		for k, code := range it.Domains {
			o := PlannedOption{Code: code, Domain: code}
			if it.Kind == "multiple" || it.Kind == "score" {
				if k < len(it.X) {
					o.X = it.X[k]
				}
			} else {
				o.Answers = []string{fmt.Sprint(k + 1)}
			}
			it.Options = append(it.Options, o)
		}
	}
}

// fault is a fault at a key of the plan, with its line.
func (p *Plan) fault(path, do, format string, args ...any) *fault.Error {
	f := fault.Invalidf(do, format, args...)
	if path != "" {
		f.What = "clé « " + path + " » : " + f.What
	}
	if at := p.lines.At(path); at != "" {
		f.What = at + " : " + f.What
	}
	return f
}

// Files lists the files that the plan names, the answers first.
func (p *Plan) Files() []string {
	var out []string
	add := func(v any) {
		if s, ok := v.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	add(p.Design["data"])
	add(p.Design["codebook"])
	if joins, ok := p.Design["join"].([]any); ok {
		for _, j := range joins {
			if m, ok := j.(map[string]any); ok {
				add(m["data"])
			}
		}
	}
	if p.Weights != nil {
		add(p.Weights.Data)
	}
	add(p.Calibration.Margins)
	return out
}

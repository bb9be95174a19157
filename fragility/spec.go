package fragility

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"vigie/fault"
	"vigie/indicator"
)

// Spec states every choice of an index. data/spec/fragility.toml is the
// default and explains each key.
type Spec struct {
	Version       string        `toml:"version"`
	Title         Title         `toml:"title"`
	AllowResponse bool          `toml:"allow_response"`
	Reference     ReferenceRule `toml:"reference"`
	Treatment     Treatment     `toml:"treatment"`
	Normalisation Normalisation `toml:"normalisation"`
	Aggregation   Aggregation   `toml:"aggregation"`
	Missing       MissingRule   `toml:"missing"`
	Sensitivity   Sensitivity   `toml:"sensitivity"`
	Domains       []SpecDomain  `toml:"domain"`

	// Hash is the SHA-256 of the bytes that ParseSpec read, in hexadecimal.
	Hash string `toml:"-"`
}

// Title names the index in both languages, and the set that fixes its scale.
type Title struct {
	FR          string `toml:"fr"`
	EN          string `toml:"en"`
	ReferenceFR string `toml:"reference_fr"`
	ReferenceEN string `toml:"reference_en"`
}

// Text returns the title in a language, "fr" or "en".
func (t Title) Text(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.FR
}

// Reference returns the name of the reference set in a language.
func (t Title) Reference(lang string) string {
	if lang == "en" {
		return t.ReferenceEN
	}
	return t.ReferenceFR
}

// ReferenceRule says when a period covers the reference set: the share of its
// units that have a value, in [0, 1].
type ReferenceRule struct {
	Coverage float64 `toml:"coverage"`
}

// Treatment of outliers: "winsorise" or "none". A column fails when both
// limits are exceeded; Share of the reference set at most is drawn in (one
// unit at least).
type Treatment struct {
	Method   string  `toml:"method"`
	Skewness float64 `toml:"skewness"`
	Kurtosis float64 `toml:"kurtosis"`
	Share    float64 `toml:"share"`
}

// Normalisation to the scale 0–100: "minmax", "zscore" or "percentile".
type Normalisation struct {
	Method string `toml:"method"`
}

// Aggregation at each tier: "arithmetic" or "geometric". Floor is the distance
// kept between the scale and zero by the geometric mean, in points.
type Aggregation struct {
	Domain    string  `toml:"domain"`
	Dimension string  `toml:"dimension"`
	Overall   string  `toml:"overall"`
	Floor     float64 `toml:"geometric_floor"`
}

// MissingRule says when there is a score: share of the weight of a domain's
// columns, share of a dimension's domains, number of domains for the overall.
type MissingRule struct {
	DomainWeight     float64 `toml:"domain_weight"`
	DimensionDomains float64 `toml:"dimension_domains"`
	OverallDomains   int     `toml:"overall_domains"`
}

// Sensitivity lists the alternatives that are drawn and the thresholds that
// read them. Shares are in [0, 1].
type Sensitivity struct {
	Draws          int      `toml:"draws"`
	Seed           uint64   `toml:"seed"`
	Interval       float64  `toml:"interval"`
	Reversal       float64  `toml:"reversal"`     // above it, two units cannot be told apart
	ClassChange    float64  `toml:"class_change"` // above it, a class is uncertain
	Normalisations []string `toml:"normalisations"`
	Weightings     []string `toml:"weightings"`
	WeightSpread   float64  `toml:"weight_spread"` // coefficient of variation of random weights
	Aggregations   []string `toml:"aggregations"`
	// LeaveOneOut is the share of draws in which a score is computed without
	// one of its indicators; 0 never.
	LeaveOneOut float64 `toml:"leave_one_out"`
}

// SpecDomain is one domain with its indicators.
type SpecDomain struct {
	Code       string          `toml:"code"`
	Weight     *float64        `toml:"weight"` // 1 when not given
	Indicators []SpecIndicator `toml:"indicator"`
}

// SpecIndicator is one indicator; Direction 0 takes the catalogue's.
type SpecIndicator struct {
	Code      indicator.Code `toml:"code"`
	Weight    *float64       `toml:"weight"` // 1 when not given
	Direction int            `toml:"direction"`
}

func weightOr1(w *float64) float64 {
	if w == nil {
		return 1
	}
	return *w
}

// where prefixes the faults of a spec.
const where = "spécification de l'indice"

// ParseSpec reads a spec in TOML. What the file leaves out takes the default
// of DefaultSpec. Error: a fault.List or a fault.Error that names the line or
// the key. What depends on the catalogue is left to Check.
func ParseSpec(raw []byte) (*Spec, error) {
	s := DefaultSpec()
	d := toml.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, specFault(err)
	}
	if err := s.validate().Err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	s.Hash = hex.EncodeToString(sum[:])
	return s, nil
}

// DefaultSpec returns the choices that a spec need not repeat; it names no
// indicator.
func DefaultSpec() *Spec {
	return &Spec{
		Reference:     ReferenceRule{Coverage: 0.9},
		Treatment:     Treatment{Method: "winsorise", Skewness: 2, Kurtosis: 3.5, Share: 0.05},
		Normalisation: Normalisation{Method: "minmax"},
		Aggregation:   Aggregation{Domain: arithmetic, Dimension: arithmetic, Overall: arithmetic, Floor: 10},
		Missing:       MissingRule{DomainWeight: 0.5, DimensionDomains: 0.5, OverallDomains: 12},
		Sensitivity: Sensitivity{
			Draws: 1000, Seed: 1, Interval: 0.9, Reversal: 0.1, ClassChange: 1.0 / 3,
			Normalisations: []string{"minmax", "zscore", "percentile"},
			Weightings:     []string{"given", "equal_indicator", "equal_dimension", "random"},
			WeightSpread:   0.5,
			Aggregations:   []string{arithmetic, geometric},
			LeaveOneOut:    0.5,
		},
	}
}

// specFault turns the decoder's errors into ours, in French.
func specFault(err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		var list fault.List
		for i := range strict.Errors {
			e := &strict.Errors[i]
			line, _ := e.Position()
			list = append(list, fault.Invalidf("corrigez le nom de la clé, ou retirez-la ; les clés connues sont dans data/spec/fragility.toml",
				"%s, ligne %d : clé inconnue « %s »", where, line, strings.Join(e.Key(), ".")))
			if list.Full() {
				break
			}
		}
		return list
	}
	f := fault.Invalidf("corrigez la syntaxe TOML ou le type de la valeur", "%s illisible", where)
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := e.Position()
		f = fault.Invalidf("corrigez la syntaxe TOML ou le type de la valeur", "%s, ligne %d, colonne %d : valeur illisible", where, line, column)
		if key := e.Key(); len(key) > 0 {
			f.What += " (clé « " + strings.Join(key, ".") + " »)"
		}
	}
	f.Err = err
	return f
}

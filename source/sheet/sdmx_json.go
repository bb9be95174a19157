package sheet

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
)

// cube is an SDMX-JSON message (2.x, and 1.0 by its older places), held in
// memory: one sheet for each dataset.
type cube struct {
	p        *part
	datasets []sdmxDataset
	shapes   []sdmxStructure // of each dataset
}

type sdmxStructure struct {
	Name       string     `json:"name"`
	Dimensions components `json:"dimensions"`
	Measures   components `json:"measures"`
	Attributes components `json:"attributes"`
}

type components struct {
	DataSet     []component `json:"dataSet"`
	Series      []component `json:"series"`
	Observation []component `json:"observation"`
}

type component struct {
	ID          string `json:"id"`
	KeyPosition *int   `json:"keyPosition"`
	Values      []struct {
		ID    string          `json:"id"`
		Value json.RawMessage `json:"value"`
	} `json:"values"`
}

type sdmxDataset struct {
	Structure    int                          `json:"structure"`
	Attributes   []json.RawMessage            `json:"attributes"`
	Series       map[string]sdmxSeries        `json:"series"`
	Observations map[string][]json.RawMessage `json:"observations"`
}

type sdmxSeries struct {
	Attributes   []json.RawMessage            `json:"attributes"`
	Observations map[string][]json.RawMessage `json:"observations"`
}

func newCube(p *part) (*cube, error) {
	b, err := p.all()
	if err != nil {
		return nil, err
	}
	type body struct {
		Structures []sdmxStructure `json:"structures"`
		Structure  *sdmxStructure  `json:"structure"`
		DataSets   []sdmxDataset   `json:"dataSets"`
	}
	var doc struct {
		body
		Data *body `json:"data"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte("\ufeff")), &doc); err != nil {
		t := &tree{p: p}
		if _, ok := err.(*json.UnmarshalTypeError); ok {
			return nil, fault.Invalidf("téléchargez le fichier de nouveau", "%s : message SDMX-JSON mal formé : %v", p.where(), err)
		}
		return nil, t.misread(err, int64(len(b)))
	}
	in := doc.body
	if doc.Data != nil {
		in = *doc.Data
	}
	if in.Structure != nil {
		in.Structures = append(in.Structures, *in.Structure)
	}
	c := &cube{p: p, datasets: in.DataSets}
	if len(c.datasets) == 0 {
		return nil, fault.Invalidf("téléchargez les données, et non leur structure", "%s : message SDMX-JSON sans données", p.where())
	}
	for _, d := range c.datasets {
		if d.Structure < 0 || d.Structure >= len(in.Structures) {
			return nil, fault.Invalidf("téléchargez le fichier de nouveau", "%s : structure n° %d absente du message", p.where(), d.Structure)
		}
		c.shapes = append(c.shapes, in.Structures[d.Structure])
	}
	return c, nil
}

func (c *cube) names() []string {
	list := make([]string, len(c.shapes))
	for i, s := range c.shapes {
		list[i] = s.Name
	}
	return list
}

// cubeRows gives the observations of one dataset.
type cubeRows struct {
	c       *cube
	shape   sdmxStructure
	index   map[string]int
	cells   [][]byte
	kinds   []Kind
	line    int
	ctx     context.Context
	each    func(Row) error
	measure []component
}

func (c *cube) rows(ctx context.Context, sheet int, each func(Row) error) error {
	s := c.shapes[sheet]
	r := &cubeRows{c: c, shape: s, ctx: ctx, each: each, line: 1, index: map[string]int{}, measure: s.Measures.Observation}
	if len(r.measure) == 0 {
		r.measure = []component{{ID: obsValue}}
	}
	dims := slices.Concat(s.Dimensions.DataSet, s.Dimensions.Series, s.Dimensions.Observation)
	slices.SortStableFunc(dims, func(a, b component) int { return cmp.Compare(rank(a), rank(b)) })
	for _, d := range slices.Concat(dims, r.measure, s.Attributes.DataSet, s.Attributes.Series, s.Attributes.Observation) {
		if _, ok := r.index[d.ID]; !ok {
			r.index[d.ID] = len(r.cells)
			r.cells = append(r.cells, []byte(d.ID))
		}
	}
	r.kinds = make([]Kind, len(r.cells))
	if err := each(Row{Line: 1, Cells: r.cells}); err != nil {
		return err
	}
	return r.dataset(c.datasets[sheet])
}

// rank orders the dimensions of a header: time after the others.
func rank(c component) int {
	switch {
	case c.ID == timePeriod:
		return 1000
	case c.KeyPosition != nil:
		return *c.KeyPosition
	}
	return 500
}

func (r *cubeRows) dataset(d sdmxDataset) error {
	clear(r.cells)
	for _, k := range r.shape.Dimensions.DataSet {
		if len(k.Values) > 0 {
			r.set(k, json.RawMessage("0"))
		}
	}
	r.attributes(r.shape.Attributes.DataSet, d.Attributes)
	if err := r.observations(d.Observations, true); err != nil {
		return err
	}
	for _, key := range byIndex(d.Series) {
		s := d.Series[key]
		if err := r.key(r.shape.Dimensions.Series, key); err != nil {
			return err
		}
		r.attributes(r.shape.Attributes.Series, s.Attributes)
		if err := r.observations(s.Observations, false); err != nil {
			return err
		}
	}
	return nil
}

func (r *cubeRows) observations(list map[string][]json.RawMessage, flat bool) error {
	for _, key := range byIndex(list) {
		if r.line++; r.line%ctxStep == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		dims := r.shape.Dimensions.Observation
		if flat && strings.Count(key, ":") == len(dims)+len(r.shape.Dimensions.Series)-1 {
			dims = slices.Concat(r.shape.Dimensions.Series, dims)
		}
		if err := r.key(dims, key); err != nil {
			return err
		}
		values := list[key]
		n := min(len(r.measure), len(values))
		for i, m := range r.measure {
			at := r.index[m.ID]
			r.cells[at], r.kinds[at] = nil, Text
			if i < n && len(values[i]) > 0 {
				r.cells[at], r.kinds[at] = scalar(values[i])
			}
		}
		r.attributes(r.shape.Attributes.Observation, values[n:])
		if err := r.each(Row{Line: r.line, Cells: r.cells, Kinds: r.kinds}); err != nil {
			return err
		}
	}
	return nil
}

// key sets the dimensions of a key "0:3:1".
func (r *cubeRows) key(dims []component, key string) error {
	parts := strings.Split(key, ":")
	if len(parts) != len(dims) && !(len(dims) == 0 && key == "0") {
		return fault.Invalidf("téléchargez le fichier de nouveau", "%s, enregistrement %d : clé « %.40s », dimensions attendues : %d", r.c.p.where(), r.line, key, len(dims))
	}
	for i, d := range dims {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 0 || n >= len(d.Values) {
			return fault.Invalidf("téléchargez le fichier de nouveau", "%s, enregistrement %d : clé « %.40s » hors des valeurs de %s", r.c.p.where(), r.line, key, d.ID)
		}
		r.set(d, json.RawMessage(parts[i]))
	}
	return nil
}

func (r *cubeRows) attributes(list []component, values []json.RawMessage) {
	for i, a := range list {
		at := r.index[a.ID]
		r.cells[at], r.kinds[at] = nil, Text
		if i < len(values) && len(values[i]) > 0 {
			r.set(a, values[i])
		}
	}
}

// set puts the value of a component: an index into its values, or itself.
func (r *cubeRows) set(c component, value json.RawMessage) {
	at := r.index[c.ID]
	n, err := strconv.Atoi(string(value))
	switch {
	case err != nil || n < 0 || n >= len(c.Values):
		r.cells[at], r.kinds[at] = scalar(value)
	case c.Values[n].ID != "":
		r.cells[at], r.kinds[at] = []byte(c.Values[n].ID), Text
	case len(c.Values[n].Value) > 0:
		r.cells[at], r.kinds[at] = scalar(c.Values[n].Value)
	default:
		r.cells[at], r.kinds[at] = nil, Text
	}
}

// byIndex orders keys "0:3:1" by their numbers.
func byIndex[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(slices.CompareFunc(strings.Split(a, ":"), strings.Split(b, ":"), func(x, y string) int {
			return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
		}), strings.Compare(a, b))
	})
	return keys
}

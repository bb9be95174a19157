package sheet

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"vigie/fault"
)

const (
	obsValue   = "OBS_VALUE"
	timePeriod = "TIME_PERIOD"
)

// message is an SDMX-ML data message, generic or structure specific: one sheet
// for each dataset, read twice, for its columns then for its rows.
type message struct {
	p        *part
	datasets []*columns
}

// columns are the parts of the observations of a dataset, in the order of
// the header: dimensions, the dimension at observation, the value, attributes.
type columns struct {
	name                         string
	dimensions, at, values, rest []string
	index                        map[string]int // of the header, once the first reading is over
}

func (c *columns) header() []string {
	return slices.Concat(c.dimensions, c.at, c.values, c.rest)
}

// add places a new column.
func (c *columns) add(name string, list *[]string) {
	if _, ok := c.index[name]; !ok {
		c.index[name] = -1
		*list = append(*list, name)
	}
}

func newMessage(p *part) (*message, error) {
	m := &message{p: p}
	r := &sdmxReading{message: m}
	if err := r.run(context.Background()); err != nil {
		return nil, err
	}
	switch {
	case r.root == "":
		return nil, fault.Invalidf("donnez un message SDMX de données, un csv ou un classeur", "%s : document XML qui n'est pas un message SDMX", p.where())
	case len(m.datasets) == 0 && r.footer != "":
		return nil, fault.Invalidf("attendez que le serveur ait préparé le fichier, puis téléchargez-le à l'adresse dite", "%s : message SDMX sans données : « %.300s »", p.where(), r.footer)
	case len(m.datasets) == 0:
		return nil, fault.Invalidf("téléchargez les données, et non leur structure", "%s : message SDMX « %s » sans données", p.where(), r.root)
	}
	for _, c := range m.datasets {
		for i, name := range c.header() {
			c.index[name] = i
		}
	}
	return m, nil
}

func (m *message) names() []string {
	list := make([]string, len(m.datasets))
	for i, c := range m.datasets {
		list[i] = c.name
	}
	return list
}

func (m *message) rows(ctx context.Context, sheet int, each func(Row) error) error {
	c := m.datasets[sheet]
	header := c.header()
	cells := make([][]byte, len(header))
	for i, name := range header {
		cells[i] = []byte(name)
	}
	if err := each(Row{Line: 1, Cells: cells}); err != nil {
		return err
	}
	r := &sdmxReading{message: m, sheet: sheet, line: 1, each: each, cells: make([][]byte, len(header))}
	err := r.run(ctx)
	if r.theirs != nil {
		return r.theirs
	}
	return err
}

// sdmxReading is the state of one reading of a message.
type sdmxReading struct {
	message *message
	sheet   int
	each    func(Row) error // nil in the first reading
	theirs  error
	cells   [][]byte
	line    int

	root     string
	footer   string
	dataset  int    // the current one, from 0
	atObs    string // dimensionAtObservation
	inSeries bool
	inObs    bool
	inKey    bool // SeriesKey or ObsKey of a generic message
	time     bool // Time of a 2.0 message
	note     bool
	series   []pair
	obs      []pair
}

type pair struct{ name, value string }

func (r *sdmxReading) run(ctx context.Context) error {
	in, err := r.message.p.open()
	if err != nil {
		return r.message.p.unreadable(err)
	}
	defer in.Close()
	text, err := xmlText(in)
	if err != nil {
		return r.message.p.unreadable(err)
	}
	m := newMarkup(text)
	r.dataset = -1
	for n := 0; ; n++ {
		if n%ctxStep == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		e, err := m.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = r.event(m, e)
		}
		if err != nil {
			return r.misread(err)
		}
	}
}

// xmlText decodes a document by its mark or its declaration.
func xmlText(in io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(in, 64<<10)
	head, err := b.Peek(200)
	if err != nil && err != io.EOF {
		return nil, err
	}
	encoding := "utf-8"
	if _, after, ok := bytes.Cut(head, []byte("encoding=")); ok && len(after) > 2 {
		if end := bytes.IndexByte(after[1:], after[0]); end > 0 {
			if known, ok := encodingOf(string(after[1 : 1+end])); ok {
				encoding = known
			}
		}
	}
	text, table, err := decoded(b, encoding)
	if table != nil {
		return table.NewDecoder().Reader(text), err
	}
	return text, err
}

func (r *sdmxReading) misread(err error) error {
	if err == r.theirs {
		return err
	}
	f := r.message.p.unreadable(err).(*fault.Error)
	if strings.HasPrefix(f.Do, "vérifiez") {
		f.Do = "téléchargez le fichier de nouveau"
	}
	if r.line > 1 {
		f.What += fmt.Sprintf(" après l'enregistrement %d", r.line)
	}
	return f
}

func (r *sdmxReading) event(m *markup, e event) error {
	if e == eventText {
		if text := string(bytes.TrimSpace(m.text)); text != "" {
			switch {
			case r.time:
				r.obs = append(r.obs, pair{timePeriod, text})
				r.place(timePeriod, true)
			case r.note && r.footer == "":
				r.footer = text
			}
		}
		return nil
	}
	name := string(m.name)
	if r.root == "" && e == eventOpen {
		for _, known := range []string{"GenericData", "GenericTimeSeriesData", "StructureSpecificData", "StructureSpecificTimeSeriesData", "CompactData", "Structure", "StructureMessage", "MessageGroup"} {
			if name == known {
				r.root = name
			}
		}
		if r.root == "" {
			return fault.Invalidf("donnez un message SDMX de données, un csv ou un classeur", "%s : document XML <%.40s> qui n'est pas un message SDMX", r.message.p.where(), name)
		}
		return nil
	}
	if e == eventClose {
		return r.close(name)
	}
	return r.open(m, name)
}

func (r *sdmxReading) open(m *markup, name string) error {
	switch name {
	case "Structure":
		return m.each(func(k, v []byte) {
			if string(k) == "dimensionAtObservation" {
				r.atObs = string(v)
			}
		})
	case "DataSet":
		return r.begin(m)
	case "Footer":
		r.note = true
	case "Series":
		r.inSeries, r.series = true, r.series[:0]
		return r.specific(m, &r.series)
	case "Obs":
		r.inObs, r.obs = true, r.obs[:0]
		return r.specific(m, &r.obs)
	case "SeriesKey", "ObsKey":
		r.inKey = true
	case "Time":
		r.time = r.inObs
	case "Value", "ObsDimension", "ObsValue":
		if r.dataset >= 0 && (r.inSeries || r.inObs) {
			return r.generic(m, name)
		}
	}
	return nil
}

// begin starts a dataset.
func (r *sdmxReading) begin(m *markup) error {
	r.dataset++
	r.series = r.series[:0]
	name := ""
	err := m.each(func(k, v []byte) {
		if s := string(k); s == "structureRef" || s == "dataSetID" && name == "" {
			name = string(v)
		}
	})
	if r.each == nil {
		r.message.datasets = append(r.message.datasets, &columns{name: name, index: map[string]int{}})
	}
	return err
}

// specific reads the attributes of an element of a structure specific message.
func (r *sdmxReading) specific(m *markup, into *[]pair) error {
	return m.each(func(k, v []byte) {
		name, value := string(k), string(v)
		if name == "type" { // xsi:type names the measure
			if !r.inObs || r.atObs == "" || r.atObs == timePeriod || r.atObs == "AllDimensions" {
				return
			}
			name, value = r.atObs, value[strings.IndexByte(value, ':')+1:]
		}
		*into = append(*into, pair{name, value})
		r.place(name, !r.inObs || !r.inSeries)
	})
}

// generic reads one value of a generic message.
func (r *sdmxReading) generic(m *markup, element string) error {
	var id, value string
	has := false
	if err := m.each(func(k, v []byte) {
		switch string(k) {
		case "id", "concept":
			id = string(v)
		case "value":
			value, has = string(v), true
		}
	}); err != nil || !has {
		return err
	}
	switch {
	case element == "ObsValue":
		id = obsValue
	case element == "ObsDimension" && id == "":
		if id = r.atObs; id == "" {
			id = timePeriod
		}
	}
	into := &r.series
	if r.inObs {
		into = &r.obs
	}
	*into = append(*into, pair{id, value})
	r.place(id, r.inKey || element == "ObsDimension")
	return nil
}

// place makes a column of a name met in the first reading.
func (r *sdmxReading) place(name string, dimension bool) {
	if r.each != nil || r.dataset < 0 {
		return
	}
	switch c := r.message.datasets[r.dataset]; {
	case name == obsValue:
		c.add(name, &c.values)
	case name == timePeriod || name == r.atObs:
		c.add(name, &c.at)
	case dimension:
		c.add(name, &c.dimensions)
	default:
		c.add(name, &c.rest)
	}
}

func (r *sdmxReading) close(name string) error {
	switch name {
	case "SeriesKey", "ObsKey":
		r.inKey = false
	case "Time":
		r.time = false
	case "Footer":
		r.note = false
	case "Series":
		r.inSeries, r.series = false, r.series[:0]
	case "Obs":
		if r.inObs = false; r.dataset >= 0 {
			return r.emit()
		}
	}
	return nil
}

// emit gives one observation.
func (r *sdmxReading) emit() error {
	if r.each == nil {
		if n := len(r.message.datasets[r.dataset].index); n > mostColumns {
			return fault.Invalidf("demandez moins d'attributs au serveur", "%s : %d colonnes, au plus %d", r.message.p.where(), n, mostColumns)
		}
		return nil
	}
	if r.dataset != r.sheet {
		return nil
	}
	r.line++
	clear(r.cells)
	index := r.message.datasets[r.dataset].index
	for _, list := range [][]pair{r.series, r.obs} {
		for _, p := range list {
			if i, ok := index[p.name]; ok {
				r.cells[i] = []byte(p.value)
			}
		}
	}
	r.theirs = r.each(Row{Line: r.line, Cells: r.cells})
	return r.theirs
}

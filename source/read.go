package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/territory"
)

// Env is what a file is checked against. LeaveOut gives the indicators whose
// rows are left out, with the reason; Progress, when set, is told the number
// of rows read now and then.
type Env struct {
	Known     func(territory.Code) bool // is it a territory of the description's vintage?
	Catalogue *indicator.Catalogue
	LeaveOut  map[indicator.Code]string
	Progress  func(rows int)
}

// Read turns a file into a table, all or nothing: with any fault the table is
// nil and the error is a fault.List of up to fault.MostListed faults, in
// reading order, each naming file, line and column. Line numbers are 1-based
// in the decoded file. A cancelled ctx stops the reading with its error.
func Read(ctx context.Context, d *Description, fileName string, r io.Reader, env Env) (*dataset.Table, Report, error) {
	fileName = path.Base(fileName)
	report := Report{File: fileName}
	in, err := d.decoded(r)
	if err != nil {
		return nil, report, fault.List{unreadable(fileName, err)}
	}
	rd := &reader{
		d: d, t: &d.Tables[0], env: env, file: fileName, rec: &records{in: in, comma: d.comma()},
		indicators:  map[string]*series{},
		territories: map[string]*place{}, periods: map[string]string{}, left: map[string]int{},
	}
	if err := rd.header(); err != nil {
		return nil, report, err
	}
	if err := rd.rows(ctx); err != nil {
		return nil, report, err
	}
	table, err := rd.table()
	if err != nil {
		return nil, report, err
	}
	report.Rows, report.Territories = rd.read, rd.placesKept
	report.fill(table, &rd.byStatus, rd.left)
	return table, report, nil
}

// reader is the state of one Read. The maps intern the texts of the cells and
// hold the answer given for each, so that a text is checked once.
type reader struct {
	d      *Description
	t      *Table
	env    Env
	file   string
	rec    *records
	width  int // number of header cells
	at     places
	faults fault.List

	indicators  map[string]*series
	territories map[string]*place
	periods     map[string]string // text → itself, "" when refused
	lastSeries  *series
	lastPeriod  string

	b          dataset.Builder
	read       int
	placesKept int
	byStatus   [256]int
	left       map[string]int
}

// places holds the position of each part in a record, -1 when the file has no
// such column.
type places struct{ indicator, territory, period, value, status int }

// series is what is known of one indicator text: refused when ok is false,
// left out when reason is set.
type series struct {
	code   indicator.Code
	ok     bool
	reason string
}

type place struct {
	code     territory.Code
	ok, kept bool
}

// header reads the first record and places the columns.
func (r *reader) header() error {
	switch err := r.rec.read(); {
	case err == io.EOF:
		return fault.List{fault.Invalidf("vérifiez que c'est le bon fichier", "%s : fichier vide", r.file)}
	case err != nil:
		return fault.List{r.rec.asFault(r.file, err)}
	}
	cells := make([]string, len(r.rec.fields))
	for i, f := range r.rec.fields {
		cells[i] = string(bytes.TrimSpace(f))
	}
	r.width = len(cells)
	names := slices.DeleteFunc([]string{r.t.Value.Indicator, r.t.Territory.Column, r.t.Period.Column, r.t.Value.Column, r.t.Value.Status}, func(s string) bool { return s == "" })
	for _, name := range names {
		switch n := count(cells, name); {
		case n == 0:
			r.refuse("", r.headerRemedy(cells), "colonne « %s » absente ; colonnes trouvées : %v", name, found(cells))
		case n > 1:
			r.refuse("", "gardez une seule colonne de ce nom", "colonne « %s » présente %d fois", name, n)
		}
	}
	c := struct{ Indicator, Territory, Period, Value, Status string }{
		r.t.Value.Indicator, r.t.Territory.Column, r.t.Period.Column, r.t.Value.Column, r.t.Value.Status}
	r.at = places{
		slices.Index(cells, c.Indicator), slices.Index(cells, c.Territory), slices.Index(cells, c.Period),
		slices.Index(cells, c.Value), slices.Index(cells, c.Status),
	}
	if c.Indicator == "" {
		r.at.indicator = -1
	}
	if c.Period == "" {
		r.at.period = -1
	}
	if c.Status == "" {
		r.at.status = -1
	}
	return r.faults.Err()
}

// found is a header in a fault, kept whole.
type found []string

func (f found) String() string { return strings.Join(f, ", ") }

func (r *reader) headerRemedy(cells []string) string {
	if len(cells) == 1 {
		for _, other := range []string{";", "\t", ",", "|"} {
			if strings.Contains(cells[0], other) {
				return fmt.Sprintf("le fichier semble séparé par %q : dites-le dans [file] delimiter de la description « %s »", other, r.d.Name)
			}
		}
	}
	return "renommez la colonne du fichier ou corrigez [column] dans la description « " + r.d.Name + " »"
}

func count(cells []string, name string) int {
	n := 0
	for _, c := range cells {
		if c == name {
			n++
		}
	}
	return n
}

// refuse adds a fault at the current line; column may be "".
func (r *reader) refuse(column, do, format string, args ...any) {
	if r.faults.Full() {
		return
	}
	where := fmt.Sprintf("%s, ligne %d", r.file, r.rec.line)
	if column != "" {
		where += ", colonne « " + column + " »"
	}
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = short(a)
		case []byte:
			args[i] = short(string(a))
		}
	}
	f := fault.Invalidf(do, format, args...)
	f.What = where + " : " + f.What
	r.faults = append(r.faults, f)
}

// short cuts a cell that a fault repeats.
func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// progressStep is the number of rows between two looks at the context.
const progressStep = 16384

// rows reads the observations until the end, or until the list of faults is
// full. The error is not nil only when reading cannot go on.
func (r *reader) rows(ctx context.Context) error {
	for !r.faults.Full() {
		if r.read%progressStep == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.env.Progress != nil {
				r.env.Progress(r.read)
			}
		}
		switch err := r.rec.read(); {
		case err == io.EOF:
			return nil
		case isMisplaced(err):
			r.read++
			r.faults = append(r.faults, r.rec.asFault(r.file, err))
		case err != nil:
			r.faults = append(r.faults, r.rec.asFault(r.file, err))
			return nil
		default:
			r.read++
			r.row()
		}
	}
	return nil
}

func isMisplaced(err error) bool {
	_, ok := err.(*misplaced)
	return ok
}

// row checks one record of a long file and adds its observation.
func (r *reader) row() {
	f := r.rec.fields
	if len(f) != r.width {
		r.refuse("", "vérifiez les séparateurs et les guillemets de cette ligne", "%d champ(s), %d attendus", len(f), r.width)
		return
	}
	before := len(r.faults)
	s := r.series(r.cell(r.at.indicator))
	p := r.place(r.cell(r.at.territory))
	period := r.period(r.cell(r.at.period))
	x, status := r.value(r.cell(r.at.value), r.cell(r.at.status))
	if len(r.faults) > before || !s.ok || !p.ok || period == "" {
		return
	}
	if s.reason != "" {
		r.left[s.reason]++
		return
	}
	if !p.kept {
		p.kept = true
		r.placesKept++
	}
	r.byStatus[status]++
	r.b.Add(dataset.Observation{
		Indicator: s.code, Territory: p.code, Period: period, X: x, Status: status, Line: int32(r.rec.line),
	})
}

func (r *reader) cell(i int) []byte {
	if i < 0 {
		return nil
	}
	f := r.rec.fields[i]
	if n := len(f); n > 0 && (f[0] <= ' ' || f[n-1] <= ' ') {
		return bytes.TrimSpace(f)
	}
	return f
}

// series answers for one indicator text; the text of a file without such a
// column is the fixed one.
func (r *reader) series(text []byte) *series {
	if s := r.lastSeries; s != nil && (r.at.indicator < 0 || string(s.code) == string(text)) {
		return s
	}
	if r.at.indicator < 0 {
		text = []byte("")
	}
	s := r.indicators[string(text)]
	if s == nil {
		s = r.newSeries(indicator.Code(text))
		r.indicators[string(text)] = s
	}
	r.lastSeries = s
	return s
}

func (r *reader) newSeries(code indicator.Code) *series {
	s := &series{code: code, ok: true, reason: r.env.LeaveOut[code]}
	if s.reason != "" {
		return s
	}
	if !r.d.keeps(code) {
		s.reason = "série hors de la règle « keep » de la description"
		return s
	}
	if _, s.ok = r.env.Catalogue.Get(code); !s.ok {
		r.refuse(r.t.Value.Indicator, "ajoutez-le au catalogue des indicateurs ou corrigez son code", "indicateur « %s » inconnu", string(code))
	}
	return s
}

func (r *reader) place(text []byte) *place {
	p := r.territories[string(text)]
	if p != nil {
		return p
	}
	p = &place{code: territory.Code(text)}
	r.territories[string(text)] = p
	level := p.code.Level()
	switch {
	case !slices.Contains(r.d.Levels, level):
		r.refuse(r.t.Territory.Column, "corrigez le code, ou [territory] levels de la description « "+r.d.Name+" »",
			"territoire « %s » : ni %s", string(p.code), strings.Join(levelNames(r.d.Levels), " ni "))
	case !r.env.Known(p.code):
		r.refuse(r.t.Territory.Column, "corrigez le code, ou l'année de la géographie dans [territory] vintage",
			"territoire « %s » inconnu dans la géographie %d", string(p.code), r.d.Vintage)
	default:
		p.ok = true
	}
	return p
}

func levelNames(levels []territory.Level) []string {
	names := make([]string, len(levels))
	for i, l := range levels {
		names[i] = string(l)
	}
	return names
}

func (r *reader) period(text []byte) string {
	if r.at.period < 0 {
		return r.t.Period.Fixed
	}
	if r.lastPeriod != "" && r.lastPeriod == string(text) {
		return r.lastPeriod
	}
	p, seen := r.periods[string(text)]
	if !seen {
		if p = string(text); !dataset.ValidPeriod(p) {
			r.refuse(r.t.Period.Column, "écrivez 2022, 2022-Q3 ou 2022-07", "période « %s » refusée", p)
			p = ""
		}
		r.periods[string(text)] = p
	}
	r.lastPeriod = p
	return p
}

// value reads a number and its mark, which must agree.
func (r *reader) value(text, mark []byte) (float64, dataset.Status) {
	status := dataset.Normal
	missing, none := r.d.Marks[string(text)]
	if r.at.status >= 0 {
		known, ok := r.d.Status[string(mark)]
		if !ok {
			r.refuse(r.t.Value.Status, "écrivez une des marques de [status] dans la description « "+r.d.Name+" »", "statut « %s » inconnu", mark)
			return math.NaN(), dataset.Missing
		}
		status = dataset.Status(known[0])
	} else if none {
		status = dataset.Status(missing[0])
	}
	switch {
	case none && status.HasValue():
		r.refuse(r.t.Value.Column, "donnez la valeur, ou le statut S (secret) ou M (manquant)", "pas de valeur, mais statut « %s »", mark)
	case !none && !status.HasValue():
		r.refuse(r.t.Value.Column, "videz la valeur ou corrigez le statut", "valeur « %s » avec le statut « %s », qui n'en a pas", text, mark)
	case !none:
		x, ok := number(text, r.d.File.Decimal[0])
		if !ok {
			r.refuse(r.t.Value.Column, "écrivez un nombre sans unité ni séparateur de milliers, marque décimale « "+r.d.File.Decimal+" »", "« %s » n'est pas un nombre", text)
		}
		return x, status
	}
	return math.NaN(), status
}

// table closes the reading: the table, or all the faults.
func (r *reader) table() (*dataset.Table, error) {
	table, twice := r.b.Table()
	for _, d := range twice {
		if r.faults.Full() {
			break
		}
		r.faults = append(r.faults, fault.Invalidf("gardez une seule des deux lignes",
			"%s, lignes %d et %d : %s, %s, %s présent deux fois", r.file, d.First, d.Second, d.Indicator, d.Territory, d.Period))
	}
	if r.read == 0 {
		r.faults = append(r.faults, fault.Invalidf("vérifiez que le fichier est complet", "%s : aucune observation", r.file))
	}
	return table, r.faults.Err()
}

package source

import (
	"bytes"
	"math"

	"vigie/dataset"
	"vigie/indicator"
	"vigie/source/sheet"
	"vigie/territory"
)

// cellAt returns a cell without the spaces around it, nil where the row has none.
func cellAt(row sheet.Row, i int) []byte {
	if i < 0 || i >= len(row.Cells) {
		return nil
	}
	c := row.Cells[i]
	if n := len(c); n > 0 && (c[0] <= ' ' || c[n-1] <= ' ' || c[0] >= 0x80 || c[n-1] >= 0x80) {
		return bytes.TrimSpace(c)
	}
	return c
}

func firstText(row sheet.Row) []byte {
	for i := range row.Cells {
		if c := cellAt(row, i); len(c) > 0 {
			return c
		}
	}
	return nil
}

// The reasons of the report that are not the description's own.
const (
	outOfTable    = "après la fin du tableau"
	outOfWhere    = "hors de la sélection"
	outOfSeries   = "hors des séries retenues"
	outOfMarks    = "marque laissée de côté par la description"
	nothingThere  = "ligne sans territoire ni valeur"
	neitherOf     = "sans période ni valeur"
	targetPeriod  = "cible"
	earlierPeriod = "date antérieure de la même période"
	equalCopy     = "copie égale"
)

// row reads one row of data.
func (p *plan) row(row sheet.Row) {
	r := p.r
	if p.ended {
		r.leave(outOfTable, 1)
		return
	}
	if p.reading.end != nil && p.reading.end.Match(firstText(row)) {
		p.ended = true
		r.leave(outOfTable, 1)
		return
	}
	if r.strict && !p.header.none && len(row.Cells) != len(p.header.cells) {
		r.refuse("", "vérifiez les séparateurs et les guillemets de cette ligne, et qu'elle n'est pas coupée", "champs : %d au lieu de %d", len(row.Cells), len(p.header.cells))
		return
	}
	n := max(p.always, 1)
	for i := range p.leaves {
		if u := &p.leaves[i]; u.holds(row) {
			r.leave(u.reason, n)
			return
		}
	}
	for i := range p.wheres {
		if !p.wheres[i].holds(row) {
			r.leave(outOfWhere, n)
			return
		}
	}
	if p.t.Zone != nil {
		p.zoneName(row)
		return
	}
	p.observations(row)
}

// observations reads the cells of a row that is kept.
func (p *plan) observations(row sheet.Row) {
	r := p.r
	var rowPlace *place
	found := 0
	for i := range p.cells {
		c := &p.cells[i]
		if !c.holds(row) {
			continue
		}
		if rowPlace == nil && c.place == nil {
			if rowPlace = p.placeOf(row); rowPlace == nil {
				return
			}
		}
		found++
		at := c.place
		if at == nil {
			at = rowPlace
		}
		p.cell(row, c, at)
		if r.faults.Full() {
			return
		}
	}
	if found == 0 {
		r.leave(outOfSeries, 1)
	}
}

func (c *cell) holds(row sheet.Row) bool {
	for i := range c.when {
		if !c.when[i].holds(row) {
			return false
		}
	}
	return true
}

// placeOf answers for the row's territory; nil for a row that holds neither a
// territory nor a value, which is then counted.
func (p *plan) placeOf(row sheet.Row) *place {
	if p.whole != nil {
		return p.whole
	}
	text := cellAt(row, p.place)
	if len(text) == 0 && !p.hasValue(row) {
		if len(firstText(row)) > 0 {
			p.r.leave(nothingThere, max(p.always, 1))
		}
		return nil
	}
	var within []byte
	if p.within >= 0 {
		if within = cellAt(row, p.within); within == nil {
			within = []byte{}
		}
	}
	return p.places.of(text, p.level >= 0, cellAt(row, p.level), within, "")
}

func (p *plan) hasValue(row sheet.Row) bool {
	for i := range p.cells {
		c := &p.cells[i]
		if len(cellAt(row, c.column)) > 0 || c.mode == counted {
			return true
		}
		for _, k := range c.columns {
			if len(cellAt(row, k)) > 0 {
				return true
			}
		}
	}
	return false
}

// cell reads one value and keeps it, or counts why it is not kept.
func (p *plan) cell(row sheet.Row, c *cell, at *place) {
	r := p.r
	before := r.told
	s := c.series
	if s == nil && c.zoning == nil {
		s = p.indicatorAt(row)
	}
	if at.rows == 0 {
		at.line = r.offset + row.Line
	}
	switch {
	case at.join == left:
		at.rows++
		r.leave(at.said, 1)
		return
	case at.join == unmatched || at.join == ambiguous:
		at.rows++
		r.rows++
		return
	case c.zoning != nil:
		p.belongs(row, c, at)
		return
	}
	when, empty := p.periodOf(row, c)
	if empty {
		r.leave(neitherOf, 1)
		return
	}
	if s.reason != "" {
		r.leave(s.reason, 1)
		return
	}
	x, status, out := p.value(row, c)
	switch {
	case r.told > before || !s.ok || when == nil || when.period == "" || at.join == wrong:
		return
	case out:
		r.leave(outOfMarks, 1)
		return
	case when.target:
		r.leave(targetPeriod, 1)
		return
	}
	at.rows++
	if status.HasValue() {
		status = worse(status, when.status)
	}
	p.keep(row, c, s.code, at.code, when, x, status)
}

func (p *plan) keep(row sheet.Row, c *cell, code indicator.Code, at territory.Code, when *instant, x float64, status dataset.Status) {
	r := p.r
	r.rows++
	o := dataset.Observation{Indicator: code, Territory: at, Period: when.period, X: x, Status: status, Line: int32(r.offset + row.Line)}
	if c.mode == plain {
		r.b.Add(o)
		return
	}
	r.gathers(o, c.mode, when.end)
}

func (p *plan) indicatorAt(row sheet.Row) *series {
	text := cellAt(row, p.indicator)
	if s := p.lastSeries; s != nil && string(s.code) == string(text) {
		return s
	}
	s := p.r.series[string(text)]
	if s == nil {
		s = p.r.indicatorOf(string(text), p.t.Value.Indicator)
	}
	p.lastSeries = s
	return s
}

// periodOf answers for a cell's period; empty means that the row has neither a
// period nor a value.
func (p *plan) periodOf(row sheet.Row, c *cell) (when *instant, empty bool) {
	column := p.period
	switch {
	case c.period != nil:
		return c.period, false
	case c.periodColumn >= 0:
		column = c.periodColumn
	case p.wholePeriod != nil:
		return p.wholePeriod, false
	}
	text := cellAt(row, column)
	if len(text) == 0 && c.column >= 0 && len(cellAt(row, c.column)) == 0 {
		return nil, true
	}
	return p.periods.of(text, p.header.name(column)), false
}

// value reads a cell's number and status, which must agree. out says that its
// mark leaves it out.
func (p *plan) value(row sheet.Row, c *cell) (x float64, status dataset.Status, out bool) {
	if c.mode == counted {
		return 1, dataset.Normal, false
	}
	if len(c.columns) > 0 {
		return p.total(row, c)
	}
	text := cellAt(row, c.column)
	before := p.r.told
	x, status, out = p.number(row, c.column, text)
	if p.r.told > before {
		return x, status, out
	}
	if p.t.Value.Mark != "" && status.HasValue() {
		status = worse(status, dataset.Status(p.t.Value.Mark[0]))
	}
	if c.status >= 0 {
		x, status, out = p.marked(row, c, text, x, status, out)
	}
	return x * c.scale, status, out
}

// marked weighs a value against the status column.
func (p *plan) marked(row sheet.Row, c *cell, text []byte, x float64, status dataset.Status, out bool) (float64, dataset.Status, bool) {
	r := p.r
	mark := cellAt(row, c.status)
	known, ok := r.d.Status[string(mark)]
	column := p.header.name(c.status)
	switch {
	case !ok:
		r.refuse(column, "écrivez une des marques de [status] dans la description « "+r.d.Name+" »", "statut « %s » inconnu", mark)
		return x, status, out
	case known == leftOutMark:
		return x, status, true
	}
	said := dataset.Status(known[0])
	switch none := !status.HasValue(); {
	case none && said.HasValue() && len(mark) > 0:
		r.refuse(p.header.name(c.column), "donnez la valeur, ou le statut S (secret) ou M (manquant)", "pas de valeur, mais statut « %s »", mark)
	case none && said.HasValue():
	case none:
		status = said
	case !said.HasValue():
		r.refuse(p.header.name(c.column), "videz la valeur ou corrigez le statut", "valeur « %s » avec le statut « %s », qui n'en a pas", text, mark)
	default:
		status = worse(status, said)
	}
	return x, status, out
}

// total adds the columns of a cell. A part that is missing makes the whole
// missing, a secret one makes it secret.
func (p *plan) total(row sheet.Row, c *cell) (sum float64, status dataset.Status, out bool) {
	status = dataset.Normal
	add := func(columns []int, sign float64) {
		for _, k := range columns {
			x, s, skip := p.number(row, k, cellAt(row, k))
			sum += sign * x
			status = worse(status, s)
			out = out || skip
		}
	}
	add(c.columns, 1)
	add(c.minus, -1)
	if !status.HasValue() {
		sum = math.NaN()
	}
	return sum * c.scale, status, out
}

// number reads one cell by the marks, the flags and the decimal mark.
func (p *plan) number(row sheet.Row, column int, text []byte) (x float64, status dataset.Status, out bool) {
	kind := row.Kind(column)
	mark := p.r.d.File.Decimal[0]
	if kind == sheet.Number {
		mark = '.'
	}
	if len(text) > 0 && !p.numeric && (text[0] >= '0' && text[0] <= '9' || text[0] == '-') {
		if x, ok := number(text, mark); ok {
			return x, dataset.Normal, false
		}
	}
	if said, ok := p.t.Marks[string(text)]; ok {
		if said == leftOutMark {
			return math.NaN(), dataset.Missing, true
		}
		return math.NaN(), dataset.Status(said[0]), false
	}
	if x, ok := number(text, mark); ok {
		return x, dataset.Normal, false
	}
	return p.flagged(column, kind, text, mark)
}

// flagged reads a cell that is no plain number.
func (p *plan) flagged(column int, kind sheet.Kind, text []byte, mark byte) (x float64, status dataset.Status, out bool) {
	r := p.r
	bare, status := r.unflag(string(text))
	if said, ok := p.t.Marks[bare]; ok && bare != string(text) {
		if said == leftOutMark {
			return math.NaN(), dataset.Missing, true
		}
		return math.NaN(), dataset.Status(said[0]), false
	}
	if x, ok := number([]byte(ungrouped(bare, mark)), mark); ok {
		return x, status, false
	}
	name := p.header.name(column)
	if kind == sheet.Fault {
		r.refuse(name, "corrigez la formule, ou mettez ce texte dans [marks] de la description « "+r.d.Name+" »", "erreur de formule « %s »", text)
		return math.NaN(), dataset.Missing, false
	}
	r.refuse(name, "écrivez un nombre sans unité, marque décimale « "+r.d.File.Decimal+" », ou mettez ce texte dans [marks] ou [flags] de la description « "+r.d.Name+" »", "« %s » n'est pas un nombre", text)
	return math.NaN(), dataset.Missing, false
}

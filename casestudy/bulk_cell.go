package casestudy

import (
	"regexp"
	"strconv"
	"strings"

	"vigie/taxonomy"
	"vigie/territory"
)

// cell reads one cell that is not empty.
func (w *bulkRow) cell(c *column, cell string) {
	r := &w.row.Record
	axis, effect := strings.CutPrefix(c.path, "impacts.")
	switch f := fieldOf(c.path); {
	case c.path == "external_id":
		w.row.ExternalID = strings.TrimSpace(cell)
	case effect:
		r.Impacts = append(r.Impacts, Impact{Axis: axis, Text: cell})
	case c.path == "title" || c.path == "summary" || strings.HasPrefix(c.path, "sections."):
		setText(r, c.path, cell)
	case c.path == "territories":
		for n, v := range several(cell, true) {
			r.Territories = append(r.Territories, w.place("territories."+itoa(n+1), v))
		}
	case c.path == "sdgs":
		for n, v := range several(strings.ReplaceAll(cell, ",", ";"), true) {
			r.SDGs = append(r.SDGs, w.goal("sdgs."+itoa(n+1), v))
		}
	case c.path == "actors":
		for n, v := range several(cell, true) {
			r.Actors = append(r.Actors, w.actor("actors."+itoa(n+1), v))
		}
	case c.path == "evidence":
		for n, v := range several(cell, false) {
			r.Evidence = append(r.Evidence, w.evidence("evidence."+itoa(n+1), v))
		}
	case c.path == "sources":
		for n, v := range severalSources(cell) {
			r.Sources = append(r.Sources, w.source("sources."+itoa(n+1), v))
		}
	case c.path == "contacts":
		for _, v := range several(cell, true) {
			title, address := addressed(v)
			r.Contacts = append(r.Contacts, Contact{title, address})
		}
	case f.year != nil:
		*f.year(r) = w.year(c.path, cell)
	case f.text != nil && f.list != "":
		*f.text(r) = w.term(c.path, f.list, strings.TrimSpace(cell))
	case f.text != nil:
		*f.text(r) = strings.TrimSpace(cell)
	default: // a list of codes
		var items []item
		for n, v := range several(cell, true) {
			items = append(items, item{w.term(c.path+"."+itoa(n+1), f.list, v)})
		}
		f.put(r, items)
	}
}

// termFound is what a text was found to be, once for the whole file.
type termFound struct {
	term    taxonomy.Term
	ok      bool
	near    taxonomy.Term
	nearest bool // near has been looked for
}

func (b *Bulk) written(list, text string) (taxonomy.Term, bool) {
	f, met := b.terms[[2]string{list, text}]
	if !met {
		f.term, f.ok = termWritten(b.in.Terms, list, text)
		b.terms[[2]string{list, text}] = f
	}
	return f.term, f.ok
}

func (b *Bulk) nearest(list, text string) taxonomy.Term {
	f := b.terms[[2]string{list, text}]
	if !f.nearest {
		f.term, f.ok = termWritten(b.in.Terms, list, text)
		f.near, f.nearest = nearestTerm(b.in.Terms, list, text), true
		b.terms[[2]string{list, text}] = f
	}
	return f.near
}

func (b *Bulk) placesNamed(name string) []PlaceMatch {
	if b.places == nil {
		return nil
	}
	found, met := b.found[name]
	if !met {
		found = b.places(name)
		b.found[name] = found
	}
	return found
}

// term reads a code or a label; what is neither is kept as it is written, and
// told with what it may be.
func (w *bulkRow) term(path, list, written string) string {
	if w.bulk.in.Terms == nil || written == "" {
		return written
	}
	if t, ok := w.bulk.written(list, written); ok {
		return t.Code
	}
	do := "écrivez un code ou un libellé de la liste « " + list + " »"
	if t := w.bulk.nearest(list, written); t.Code != "" {
		score := 0.0
		for _, name := range namesOf(t) {
			score = max(score, alikeName(written, name))
		}
		w.row.Proposals = append(w.row.Proposals, Proposal{path, written, t.Code, t.LabelFR, score})
		do = "voulez-vous dire « " + t.Code + " » (" + t.LabelFR + ") ?"
	}
	w.refuse(path, do, "« %s » n'est pas dans la liste « %s »", abridged(written), list)
	return written
}

var goalForm = regexp.MustCompile(`(?i)^(?:odd|sdg|objectif)?\s*n?°?\s*(\d{1,2})(?:[.,]0)?$`)

func (w *bulkRow) goal(path, written string) int {
	if m := goalForm.FindStringSubmatch(written); m != nil && number(m[1]) >= 1 && number(m[1]) <= 17 {
		return number(m[1])
	}
	if w.bulk.in.Terms != nil {
		if t, ok := w.bulk.written("sdg", written); ok {
			return number(t.Code)
		}
	}
	w.refuse(path, "écrivez un nombre de 1 à 17", "« %s » n'est pas un objectif de développement durable", abridged(written))
	return 0
}

var yearForm = regexp.MustCompile(`^(?:\d{1,2}/\d{1,2}/)?(\d{4})(?:[.,]0+)?(?:-\d{2}(?:-\d{2}(?:T[\d:]+)?)?)?$`)

// year reads a year, alone or in a date.
func (w *bulkRow) year(path, cell string) int {
	cell = strings.TrimSpace(cell)
	if m := yearForm.FindStringSubmatch(cell); m != nil {
		return number(m[1])
	}
	w.refuse(path, "écrivez l'année en quatre chiffres", "« %s » n'est pas une année", abridged(cell))
	return 0
}

// placeCode is the form of our codes of territories.
var placeCode = regexp.MustCompile(`^(?:(?:COM|DEP|REG|EPCI)-[0-9AB]{2,9}|FR|FM)$`)

// place reads a territory by its code or its name. A name that several have, or
// that none has, is told with those it may be.
func (w *bulkRow) place(path, written string) territory.Code {
	if c := strings.ToUpper(written); placeCode.MatchString(c) {
		if w.bulk.in.Place == nil || w.bulk.in.Place(territory.Code(c)) {
			return territory.Code(c)
		}
		w.refuse(path, "vérifiez le code ; une commune a pu en rejoindre une autre", "territoire « %s » inconnu", c)
		return territory.Code(c)
	}
	found := w.bulk.placesNamed(written)
	exact := 0
	for _, m := range found {
		if m.Exact {
			exact++
		}
	}
	if exact == 1 && found[0].Exact {
		return found[0].Code
	}
	for n, m := range found[:min(3, len(found))] {
		score := alikeName(written, m.Label)
		w.row.Proposals = append(w.row.Proposals, Proposal{path, written, string(m.Code), m.Label, max(score, 0.1*float64(3-n))})
	}
	switch {
	case exact > 1:
		w.refuse(path, "écrivez le code, ou le département : « "+found[0].Label+" »", "« %s » : plusieurs territoires ont ce nom", abridged(written))
	case len(found) > 0:
		w.refuse(path, "voulez-vous dire « "+found[0].Label+" » ("+string(found[0].Code)+") ?", "territoire « %s » inconnu", abridged(written))
	default:
		w.refuse(path, "écrivez le nom d'une commune, d'un département ou d'une région, ou un code : COM-25056", "territoire « %s » inconnu", abridged(written))
	}
	return ""
}

// actor reads « nom (profil, rôle) »; both are codes or labels, in any order,
// and may be left out. Parentheses that hold neither belong to the name.
func (w *bulkRow) actor(path, written string) Actor {
	open := strings.LastIndexByte(written, '(')
	if open <= 0 || !strings.HasSuffix(written, ")") {
		return Actor{Name: written}
	}
	a := Actor{Name: strings.TrimSpace(written[:open])}
	inside := strings.Split(written[open+1:len(written)-1], ",")
	if len(inside) > 3 || w.bulk.in.Terms == nil {
		return Actor{Name: written}
	}
	known := 0
	var unknown []string
	for _, word := range inside {
		word = strings.TrimSpace(word)
		if t, ok := w.bulk.written("actor_profile", word); ok && a.Profile == "" {
			a.Profile, known = t.Code, known+1
		} else if t, ok := w.bulk.written("actor_role", word); ok && a.Role == "" {
			a.Role, known = t.Code, known+1
		} else if word != "" {
			unknown = append(unknown, word)
		}
	}
	near := func(list, word string) bool { return w.bulk.nearest(list, word).Code != "" }
	if known == 0 && len(unknown) > 0 && !near("actor_profile", unknown[0]) && !near("actor_role", unknown[0]) {
		return Actor{Name: written} // « Société nationale (SNCF) »
	}
	for _, word := range unknown {
		switch {
		case a.Profile == "" && (near("actor_profile", word) || a.Role != ""):
			a.Profile = w.term(path+".profile", "actor_profile", word)
		default:
			a.Role = w.term(path+".role", "actor_role", word)
		}
	}
	return a
}

var figure = regexp.MustCompile(`^([+-]?\d[\d\x{00A0}\x{202F} ]*(?:[.,]\d+)?)\s*(.*)$`)

// evidence reads « affirmation = valeur unité (période, niveau, source 2) »; all
// but the first may be left out.
func (w *bulkRow) evidence(path, written string) Evidence {
	claim, rest, valued := strings.Cut(written, "=")
	if strings.HasPrefix(strings.TrimSpace(written), "=") {
		claim, rest, valued = written, "", false // a formula, not a claim
	}
	e := Evidence{Claim: strings.TrimSpace(claim)}
	if !valued {
		return e
	}
	rest = strings.TrimSpace(rest)
	if open := strings.LastIndexByte(rest, '('); open >= 0 && strings.HasSuffix(rest, ")") {
		for word := range strings.SplitSeq(rest[open+1:len(rest)-1], ",") {
			w.detail(path, &e, strings.TrimSpace(word))
		}
		rest = strings.TrimSpace(rest[:open])
	}
	m := figure.FindStringSubmatch(rest)
	if m == nil {
		e.Claim = strings.TrimSpace(e.Claim + " = " + rest)
		return e
	}
	digits := strings.NewReplacer(" ", "", "\u00A0", "", "\u202F", "", ",", ".").Replace(m[1])
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || len(digits) > 18 {
		w.refuse(path+".value", "écrivez le nombre en chiffres : 1 800 ou 12,5", "« %s » n'est pas un nombre", abridged(m[1]))
		return e
	}
	e.Value, e.Unit = &v, m[2]
	return e
}

var sourceForm = regexp.MustCompile(`(?i)^source\s*n?°?\s*(\d{1,3})$`)

// detail reads one of the words between parentheses after a figure.
func (w *bulkRow) detail(path string, e *Evidence, word string) {
	if m := sourceForm.FindStringSubmatch(word); m != nil {
		e.Source = number(m[1])
		return
	}
	if w.bulk.in.Terms != nil && e.Level == "" {
		if t, ok := w.bulk.written("evidence_level", word); ok {
			e.Level = t.Code
			return
		}
	}
	if e.Period != "" {
		word = e.Period + ", " + word
	}
	e.Period = word
}

// severalSources cuts at « ; » only what holds an address each: titles have
// semicolons of their own.
func severalSources(cell string) []string {
	for _, v := range several(cell, true) {
		if !inText.MatchString(v) {
			return several(cell, false)
		}
	}
	return several(cell, true)
}

// source reads « titre <adresse> », « titre : adresse » or an address.
func (w *bulkRow) source(path, written string) Source {
	title, address := addressed(written)
	if title == "" && address != "" {
		title, _, _ = strings.Cut(sameAddress(address), "/")
		w.warn(path+".title", "donnez le titre de la page : « titre <adresse> »", "source sans titre : nommée par son site")
	}
	return Source{Title: title, Address: address}
}

var inText = regexp.MustCompile(`(?i)<?\b((?:https?://|mailto:|ftp://|javascript:|file:|www\.)[^\s<>]+)>?`)

// addressed separates an address from the words before it.
func addressed(written string) (title, address string) {
	at := inText.FindStringSubmatchIndex(written)
	if at == nil {
		return strings.TrimSpace(written), ""
	}
	address = written[at[2]:at[3]]
	if strings.HasPrefix(strings.ToLower(address), "www.") {
		address = "https://" + address
	}
	rest := strings.TrimSpace(written[:at[0]] + " " + written[at[1]:])
	return strings.TrimRight(strings.TrimSpace(strings.TrimSuffix(rest, ":")), " \u00A0\u202F,–-"), address
}

// codes reads as codes what a JSON may hold as labels.
func (w *bulkRow) codes() {
	r := &w.row.Record
	for i := range fields {
		f := &fields[i]
		switch {
		case f.path == "territories":
			for n, c := range r.Territories {
				r.Territories[n] = w.place("territories."+itoa(n+1), string(c))
			}
		case f.path == "sdgs":
		case f.text != nil && f.list != "":
			*f.text(r) = w.term(f.path, f.list, *f.text(r))
		case f.items != nil:
			items := f.items(r)
			for n, it := range items {
				for k := range it {
					if list := ListOf(f.part(n, k)); list != "" && it[k] != "" {
						it[k] = w.term(f.part(n, k), list, it[k])
					}
				}
			}
			f.put(r, items)
		}
	}
}

package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
	"vigie/territory"
)

// CalendarFile is the calendar for agendas, without language.
const CalendarFile = "/calendrier.ics"

// CalendarFeed is where readers' programs learn of events.
const CalendarFeed = "/calendrier.atom"

// Calendar composes the events, those to come on the day of the edition first,
// and what was published when. releases are the public editions.
func Calendar(c *edition.Content, r Request, releases []Release) (Document, error) {
	w := compose(c, r)
	d := w.document("calendar", "calendrier", w.s("calendar"))
	d.Links = []Link{{w.s("ics"), CalendarFile}, {w.s("feed"), CalendarFeed}}
	day := c.Manifest.Date
	coming := c.Register.EventsWhere(func(e *study.Event) bool { return !e.Past(day) })
	past := c.Register.EventsWhere(func(e *study.Event) bool { return e.Past(day) })
	slices.Reverse(past)
	d.Answer = []Text{w.calendarAnswer(coming, past, releases)}
	d.Summary = d.Answer[0].Plain()
	if len(coming) > 0 {
		d.Sections = append(d.Sections, Section{ID: "a-venir", Title: w.s("coming", "date", lang.Date(w.l, day)), Blocks: []Block{{Table: w.eventTable("prochaines", coming)}}})
	}
	if len(past) > 0 {
		d.Sections = append(d.Sections, Section{ID: "passees", Title: w.s("past"), Blocks: []Block{{Table: w.eventTable("rencontres-passees", past)}}})
	}
	d.Sections = append(d.Sections, Section{ID: "parutions", Title: w.s("releases"), Blocks: []Block{paragraph(plain(w.s("releases_intro"))), {Table: w.releaseTable(releases)}}})
	return d, nil
}

func (w *composer) calendarAnswer(coming, past []*study.Event, releases []Release) Text {
	day := lang.Date(w.l, w.c.Manifest.Date)
	if len(coming) > 0 {
		next := coming[0]
		return w.text("study.calendar_next", "title", Span{Text: lang.Typeset(w.l, next.Title.In(w.l)), Href: hrefEvent(next.ID)}, "date", w.eventDate(next), "n", len(coming), "day", day)
	}
	return plain(w.s("calendar_answer", "day", day, "past", len(past), "publications", len(w.c.Publication), "editions", len(releases)))
}

// eventDate says when an event is, as precisely as it is known.
func (w *composer) eventDate(e *study.Event) string {
	when := w.date(e.Date)
	if e.End.Precision != study.NoDate {
		when = w.t("span", "first", when, "last", w.date(e.End))
	}
	if e.Hour != "" {
		when = w.s("at_hour", "date", when, "hour", strings.Replace(e.Hour, ":", w.s("hour_mark"), 1))
	}
	if e.State != study.Held {
		when += " — " + w.s("state."+e.State)
	}
	return when
}

// eventTable lists events with when, what, where and who.
func (w *composer) eventTable(id string, all []*study.Event) *Table {
	t := &Table{ID: id, Open: true, Caption: w.s("event_caption", "n", len(all)), Head: []Head{{Key: "event", Label: w.s("event")}, {Key: "date", Label: w.t("head.date")},
		{Key: "kind", Label: w.t("head.kind")}, {Key: "programme", Label: w.t("head.programme")}, {Key: "place", Label: w.s("place")}, {Key: "participants", Label: w.s("participants")}}}
	for _, e := range all {
		kind, _ := w.c.Term("event_kind", e.Kind)
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(lang.Typeset(w.l, e.Title.In(w.l)), hrefEvent(e.ID)), {Text: w.eventDate(e), Raw: e.Date.String()}, word(kind.Label(w.l)),
			w.programmeCell(e.Programme), word(w.eventPlace(e)), {Text: w.profiles(e.Participants), Raw: strings.Join(e.Participants, " ")}}})
	}
	return t
}

func (w *composer) programmeCell(code string) Cell {
	if code == "" {
		return word(w.s("outside"))
	}
	return linked(code, hrefProgramme(code))
}

func (w *composer) eventPlace(e *study.Event) string {
	if e.Place == "" && len(e.Territories) > 0 {
		return lang.List(w.l, w.labels(e.Territories))
	}
	return cmp.Or(lang.Typeset(w.l, e.Place), w.s("unknown"))
}

// profiles names actor profiles.
func (w *composer) profiles(codes []string) string {
	var names []string
	for _, code := range codes {
		t, _ := w.c.Term("actor_profile", code)
		names = append(names, t.Label(w.l))
	}
	return cmp.Or(strings.Join(names, semicolon(w.l)), w.s("unknown"))
}

// release is one thing that came out.
type release struct {
	when  study.Date
	title Cell
	kind  string
}

// releaseTable lists the editions and publications, the newest first.
func (w *composer) releaseTable(editions []Release) *Table {
	var all []release
	for _, e := range editions {
		day, _ := study.ParseDate(e.Date)
		all = append(all, release{day, linked(w.s("edition", "number", e.Number), "/editions/"+e.Number), w.s("edition_kind")})
	}
	for i := range w.c.Publication {
		p := &w.c.Publication[i]
		if p.Kind == "event" {
			continue
		}
		kind, _ := w.c.Term("publication_kind", p.Kind)
		title := Cell{Text: lang.Typeset(w.l, p.Title(w.l)), Href: p.URL()}
		if s, ok := w.studyOfPublication(p); ok {
			title.Href = hrefStudy(s.Slug)
		}
		all = append(all, release{p.Date, title, kind.Label(w.l)})
	}
	slices.SortStableFunc(all, func(a, b release) int { return cmp.Compare(b.when.SortKey(), a.when.SortKey()) })
	t := &Table{ID: "liste-parutions", Open: true, Caption: w.s("release_caption", "n", len(all)),
		Head: []Head{{Key: "title", Label: w.t("head.title")}, {Key: "date", Label: w.t("head.date")}, {Key: "kind", Label: w.t("head.kind")}}}
	for _, x := range all {
		t.Rows = append(t.Rows, Row{Cells: []Cell{x.title, {Text: w.date(x.when), Raw: x.when.String()}, word(x.kind)}})
	}
	return t
}

// Event composes one event: when, where, who, what it presented and what came
// out of it.
func Event(c *edition.Content, r Request, id string) (Document, error) {
	w := compose(c, r)
	e, ok := c.Register.Event(id)
	if !ok {
		return Document{}, fault.NotFoundf(w.s("fault.event_do"), "%s", w.s("fault.event", "id", id))
	}
	kind, _ := c.Term("event_kind", e.Kind)
	d := w.document("event", "rencontre/"+e.ID, lang.Typeset(w.l, e.Title.In(w.l)))
	d.Kicker = kind.Label(w.l)
	d.Crumbs = []Link{{w.s("calendar"), CalendarPath}}
	place := e.Place
	if place == "" && len(e.Territories) > 0 {
		place = lang.List(w.l, w.labels(e.Territories))
	}
	d.Answer = []Text{plain(w.s("event_answer", "date", lang.Sentence(w.eventDate(e)), "place", lang.Typeset(w.l, place), "n", len(e.Studies)))}
	d.Summary = d.Answer[0].Plain()
	s := Section{ID: "fiche", Title: w.s("event_sheet")}
	s.Blocks = []Block{{List: w.eventItems(e)}}
	d.Sections = []Section{s}
	var cards []Card
	for _, id := range e.Studies {
		if v, ok := c.Register.Wave(id); ok {
			cards = append(cards, Card{Title: lang.Typeset(w.l, v.Title.In(w.l)), Href: hrefWave(v), Detail: w.audiences(v.Audiences) + " · " + w.date(v.Published)})
		}
	}
	if len(cards) > 0 {
		d.Sections = append(d.Sections, Section{ID: "etudes", Title: w.s("presents"), Blocks: []Block{{Cards: cards}}})
	}
	return d, nil
}

func (w *composer) eventItems(e *study.Event) []Text {
	list := []Text{w.item("date", Span{Text: w.eventDate(e)}), w.item("place", Span{Text: w.eventPlace(e)})}
	if t, ok := w.c.Term("programme", e.Programme); ok {
		list = append(list, w.item("programme", Span{Text: w.programmeTitle(t), Href: hrefProgramme(t.Code)}))
	}
	for _, code := range e.Territories {
		list = append(list, w.item("territory", Span{Text: w.label(code), Href: href(code)}))
	}
	list = append(list, w.item("participants", Span{Text: w.profiles(e.Participants)}),
		w.item("outcome", Span{Text: cmp.Or(lang.Typeset(w.l, e.Outcome.In(w.l)), w.s("unknown"))}))
	for _, x := range e.Documents {
		list = append(list, w.documentItem(x))
	}
	if note := e.Note.In(w.l); note != "" {
		list = append(list, w.item("note", Span{Text: lang.Typeset(w.l, note)}))
	}
	return append(list, w.sourceItem(e.Sources))
}

// eventsAt lists the events of a territory; a section of none when there is none.
func (w *composer) eventsAt(at territory.Code) Section {
	s := Section{ID: "rencontres", Title: w.s("events")}
	if all := w.c.Register.EventsAt(at); len(all) > 0 {
		s.Blocks = []Block{{Table: w.eventTable("rencontres-ici", all)}}
	}
	return s
}

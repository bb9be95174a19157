package study

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"vigie/taxonomy"
	"vigie/territory"
)

// Event is one meeting of the observatory: what a line of events.csv says.
type Event struct {
	ID           string
	Programme    string // term of the taxonomy programme, ""
	Kind         string // term of the taxonomy event_kind
	Date         Date   // no date when it is not known
	End          Date   // the last day, no date when it lasts one
	Hour         string // in Paris, 18:30; "" for a whole day
	Title        Words
	Place        string
	Territories  []territory.Code
	Participants []string // terms of the taxonomy actor_profile
	Studies      []string // IDs of the waves that it presents
	Documents    []Document
	Outcome      Words // what came out of it
	State        string
	Sequence     int // how many times its date, place or state has changed
	Status       taxonomy.Status
	Note         Words
	Sources      []string
}

// The states of an event; Held covers those to come.
const (
	Held      = ""
	Tentative = "tentative"
	Cancelled = "cancelled"
)

// EventStates lists them.
var EventStates = []string{Held, Tentative, Cancelled}

var eventColumns = []string{
	"id", "programme", "kind", "date", "date_end", "hour", "title_fr", "title_en", "place", "territories", "participants", "studies", "documents",
	"outcome_fr", "outcome_en", "state", "sequence", "status", "note_fr", "note_en", "source",
}

// parseEvents reads the events, the earliest first.
func parseEvents(data []byte, lists *taxonomy.Set, known func(string) bool) ([]Event, error) {
	l, err := taxonomy.ReadList("events.csv", data, eventColumns...)
	if err != nil {
		return nil, err
	}
	var events []Event
	seen := map[string]int{}
	for _, row := range l.Rows {
		identify(row, seen)
		events = append(events, parseEvent(row, lists, known))
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.Date.SortKey(), b.Date.SortKey()), cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.ID, b.ID))
	})
	return events, l.Err()
}

func parseEvent(row taxonomy.Row, lists *taxonomy.Set, known func(string) bool) Event {
	e := Event{
		ID: row.Cell("id"), Programme: term(row, "programme", "programme", lists), Kind: term(row, "kind", "event_kind", lists),
		Date: parseDate(row, "date"), End: parseDate(row, "date_end"), Hour: row.Cell("hour"), Title: required(row, "title"), Place: row.Cell("place"),
		Territories: codes(row, "territories"), Participants: terms(row, "participants", "actor_profile", lists), Studies: parts(row.Cell("studies"), "+"),
		Documents: documents(row), Outcome: wordsOf(row, "outcome"), State: row.OneOf("state", EventStates...), Status: status(row),
		Note: wordsOf(row, "note"), Sources: sources(row),
	}
	if e.Kind == "" && row.Cell("kind") == "" {
		row.Refuse("kind", "donnez un terme de la liste « event_kind »", "cellule vide")
	}
	e.days(row)
	if s := row.Cell("sequence"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 9999 {
			row.Refuse("sequence", "écrivez combien de fois la date, le lieu ou l’état a changé, ou rien", "« %s » refusé", s)
		}
		e.Sequence = n
	}
	presents(row, e.Studies, known)
	return e
}

// days refuses an end or an hour that its date does not bear.
func (e *Event) days(row taxonomy.Row) {
	if e.End.Precision != NoDate && (e.End.Precision != Day || e.Date.Precision != Day || e.End.Start < e.Date.Start) {
		row.Refuse("date_end", "donnez deux jours, le dernier après le premier, ou rien", "fin « %s » pour « %s »", e.End, e.Date)
	}
	if e.Hour == "" {
		return
	}
	if t, err := time.Parse("15:04", e.Hour); err != nil || t.Format("15:04") != e.Hour || e.Date.Precision != Day {
		row.Refuse("hour", "écrivez l’heure de Paris, comme 09:30, avec une date au jour, ou rien", "heure « %s » refusée", e.Hour)
	}
}

// presents refuses studies that the register does not have.
func presents(row taxonomy.Row, ids []string, known func(string) bool) {
	for _, id := range ids {
		if !known(id) {
			row.Refuse("studies", "donnez l’identifiant d’une ligne des études, plusieurs joints par +", "étude « %s » inconnue", id)
		}
	}
}

// Last is the last day, month or year of the event.
func (e *Event) Last() Date {
	if e.End.Precision != NoDate {
		return e.End
	}
	return e.Date
}

// Past reports whether the event is over on an ISO day; one without date is.
func (e *Event) Past(today string) bool {
	last := e.Last().SortKey()
	return last == "" || last < today[:min(len(last), len(today))]
}

// Events returns the events, the earliest first, one without date before them;
// not to be modified.
func (r *Register) Events() []Event { return r.events }

// Event returns one event by its ID.
func (r *Register) Event(id string) (*Event, bool) {
	i := slices.IndexFunc(r.events, func(e Event) bool { return e.ID == id })
	if i < 0 {
		return nil, false
	}
	return &r.events[i], true
}

// EventsWhere returns the events that keep holds for, in order.
func (r *Register) EventsWhere(keep func(*Event) bool) []*Event {
	var out []*Event
	for i := range r.events {
		if keep(&r.events[i]) {
			out = append(out, &r.events[i])
		}
	}
	return out
}

// EventsOf returns the events that presented a study.
func (r *Register) EventsOf(s *Study) []*Event {
	return r.EventsWhere(func(e *Event) bool {
		return slices.ContainsFunc(s.Waves, func(w *Wave) bool { return slices.Contains(e.Studies, w.ID) })
	})
}

// EventsAt returns the events of exactly this territory.
func (r *Register) EventsAt(code territory.Code) []*Event {
	return r.EventsWhere(func(e *Event) bool { return slices.Contains(e.Territories, code) })
}

package export

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Agenda is a calendar that agendas take and keep up to date (RFC 5545).
type Agenda struct {
	Name    string
	Entries []AgendaEntry
}

// AgendaEntry is one entry of an agenda. UID is the same for ever and Sequence
// grows when its date, place or status changes: agendas that have it replace it.
// An entry lasts whole days, First to Last, ISO and included; or it begins at
// Start, when Start is not zero.
type AgendaEntry struct {
	UID         string
	Sequence    int
	Stamp       time.Time // when it was written
	First, Last string
	Start       time.Time
	Status      string // CONFIRMED, TENTATIVE or CANCELLED
	Summary     string
	Location    string
	Description string
	URL         string
	Category    string
}

// ICalendar writes an agenda as RFC 5545 says: lines end in CR LF and are folded
// at 75 octets between characters, texts are escaped. The same agenda, the same
// bytes.
func ICalendar(a Agenda) []byte {
	w := &icalWriter{}
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Vigie//Observatoire//FR")
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", "PUBLISH")
	w.text("X-WR-CALNAME", a.Name)
	for _, e := range a.Entries {
		w.entry(e)
	}
	w.line("END", "VCALENDAR")
	return w.out.Bytes()
}

type icalWriter struct{ out bytes.Buffer }

func (w *icalWriter) entry(e AgendaEntry) {
	w.line("BEGIN", "VEVENT")
	w.line("UID", icalEscape(e.UID))
	w.line("DTSTAMP", icalInstant(e.Stamp))
	if e.Start.IsZero() {
		w.line("DTSTART;VALUE=DATE", icalDay(e.First, 0))
		w.line("DTEND;VALUE=DATE", icalDay(e.Last, 1)) // the day after: an end is not included
	} else {
		w.line("DTSTART", icalInstant(e.Start))
	}
	w.line("SEQUENCE", strconv.Itoa(e.Sequence))
	w.line("STATUS", e.Status)
	w.text("SUMMARY", e.Summary)
	w.text("LOCATION", e.Location)
	w.text("DESCRIPTION", e.Description)
	w.text("CATEGORIES", e.Category)
	if e.URL != "" {
		w.line("URL", strings.Map(printable, e.URL))
	}
	w.line("TRANSP", "TRANSPARENT") // it takes nobody's time until they say so
	w.line("END", "VEVENT")
}

// text writes a text when there is one.
func (w *icalWriter) text(name, s string) {
	if s != "" {
		w.line(name, icalEscape(s))
	}
}

// icalWidth is the most octets of a line, its end apart.
const icalWidth = 75

// line writes a content line, folded.
func (w *icalWriter) line(name, value string) {
	s := name + ":" + value
	room := icalWidth
	for len(s) > room {
		at := room
		for !utf8.RuneStart(s[at]) {
			at--
		}
		w.out.WriteString(s[:at] + "\r\n ")
		s, room = s[at:], icalWidth-1
	}
	w.out.WriteString(s + "\r\n")
}

// icalEscape writes a text: backslashes, semicolons, commas and ends of line are
// escaped, other control characters left out.
func icalEscape(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", `\n`).Replace(s)
	return strings.Map(printable, s)
}

func printable(r rune) rune {
	if r < 0x20 && r != '\t' || r == 0x7F {
		return -1
	}
	return r
}

func icalInstant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func icalDay(iso string, after int) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return strings.ReplaceAll(iso, "-", "") // a day: the register has read it
	}
	return t.AddDate(0, 0, after).Format("20060102")
}

package export

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// syntheticAgenda holds made-up entries with every trap of the format.
func syntheticAgenda() Agenda {
	stamp := time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)
	return Agenda{Name: "Agenda synthétique ; d'essai", Entries: []AgendaEntry{
		{UID: "rencontre-essai-1@vigie.test", Stamp: stamp, First: "2026-12-31", Last: "2026-12-31", Status: "CONFIRMED", Summary: "Colloque synthétique, premier ; « essai »",
			Location: `Salle \ 2`, Description: "Une ligne\nune autre\r\net encore\x07 une", URL: "https://vigie.test/calendrier/essai-1", Category: "Colloque"},
		{UID: "rencontre-essai-2@vigie.test", Sequence: 3, Stamp: stamp, First: "2028-02-28", Last: "2028-02-29", Status: "CANCELLED", Summary: strings.Repeat("éàç ", 40)},
		{UID: "rencontre-essai-3@vigie.test", Stamp: stamp, First: "2026-07-01", Last: "2026-07-01", Start: time.Date(2026, 7, 1, 9, 30, 0, 0, time.FixedZone("", 7200)), Status: "TENTATIVE", Summary: "À l'heure"},
	}}
}

func TestICalendarGolden(t *testing.T) {
	got := ICalendar(syntheticAgenda())
	const golden = "testdata/agenda.ics"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// TestICalendarLines: every line ends in CR LF, holds at most 75 octets and
// whole characters; unfolded and unescaped, texts come back.
func TestICalendarLines(t *testing.T) {
	a := syntheticAgenda()
	out := ICalendar(a)
	if bytes.Count(out, []byte("\n")) != bytes.Count(out, []byte("\r\n")) || !bytes.HasSuffix(out, []byte("END:VCALENDAR\r\n")) {
		t.Error("a line does not end in CR LF")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\r\n"), "\r\n") {
		if len(line) > icalWidth || !utf8.ValidString(line) {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	whole := strings.ReplaceAll(string(out), "\r\n ", "")
	for _, want := range []string{"SUMMARY:" + strings.Repeat("éàç ", 40) + "\r\n", `SUMMARY:Colloque synthétique\, premier \; « essai »`, `LOCATION:Salle \\ 2`, `DESCRIPTION:Une ligne\nune autre\net encore une`,
		"DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n", "DTEND;VALUE=DATE:20280301\r\n", "DTSTART:20260701T073000Z\r\n", "DTSTAMP:20260329T013000Z\r\n", "SEQUENCE:3\r\nSTATUS:CANCELLED\r\n"} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %q in\n%s", want, whole)
		}
	}
}

// A text cannot end its line and begin a property of its own.
func FuzzICalendar(f *testing.F) {
	f.Add("x\r\nATTACH:file", "é", "\\;,")
	f.Add("\x00\u2028", strings.Repeat("𝄞", 60), "")
	f.Fuzz(func(t *testing.T, summary, place, url string) {
		out := string(ICalendar(Agenda{Entries: []AgendaEntry{{UID: "x", First: "2026-01-01", Last: "2026-01-01", Status: "CONFIRMED", Summary: summary, Location: place, URL: url}}}))
		whole := strings.ReplaceAll(out, "\r\n ", "")
		for line := range strings.SplitSeq(strings.TrimSuffix(whole, "\r\n"), "\r\n") {
			name, _, _ := strings.Cut(line, ":")
			name, _, _ = strings.Cut(name, ";")
			switch name {
			case "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION", "URL", "TRANSP":
			default:
				t.Fatalf("line %q", line)
			}
			if strings.ContainsAny(line, "\r\n") {
				t.Fatalf("line %q", line)
			}
		}
		for line := range strings.SplitSeq(out, "\r\n") {
			if len(line) > icalWidth {
				t.Fatalf("%d octets", len(line))
			}
		}
	})
}

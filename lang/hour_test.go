package lang_test

import (
	"strings"
	"testing"
	"time"

	"vigie/lang"
)

// TestInstant: winter, summer, the two nights of the year, and a day that is
// another one in Paris.
func TestInstant(t *testing.T) {
	for _, k := range []struct{ at, day, clock string }{
		{"2026-01-15T12:00:00Z", "15 janvier 2026", "13:00"},
		{"2026-07-15T12:00:00Z", "15 juillet 2026", "14:00"},
		{"2026-07-14T22:30:00Z", "15 juillet 2026", "00:30"},
		{"2026-12-31T23:00:00Z", "1er janvier 2027", "00:00"},
		{"2026-03-29T00:59:59Z", "29 mars 2026", "01:59"},
		{"2026-03-29T01:00:00Z", "29 mars 2026", "03:00"},
		{"2026-10-25T00:30:00Z", "25 octobre 2026", "02:30"},
		{"2026-10-25T01:30:00Z", "25 octobre 2026", "02:30"},
	} {
		at, err := time.Parse(time.RFC3339, k.at)
		if err != nil {
			t.Fatal(err)
		}
		for _, zone := range []*time.Location{time.UTC, lang.Paris, time.FixedZone("", -9*3600)} {
			if day, clock := lang.Instant(lang.FR, at.In(zone)); strings.ReplaceAll(day, lang.NBSP, " ") != k.day || clock != k.clock {
				t.Errorf("Instant(%s) = %q, %q; want %q, %q", k.at, day, clock, k.day, k.clock)
			}
		}
	}
	if day, clock := lang.Instant(lang.EN, time.Date(2026, 7, 14, 22, 30, 0, 0, time.UTC)); day != "15\u00A0July 2026" || clock != "00:30" {
		t.Errorf("in English: %q, %q", day, clock)
	}
}

package observatory_test

import (
	"testing"
	"time"

	"vigie/fault"
	"vigie/observatory"
)

// TestParisInstant over the two nights of the year, a leap day, and what is no
// hour.
func TestParisInstant(t *testing.T) {
	for _, k := range []struct{ day, hour, want string }{
		{"2026-03-12", "08:00", "2026-03-12T07:00:00Z"},
		{"2026-07-01", "00:00", "2026-06-30T22:00:00Z"},
		{"2026-03-29", "01:59", "2026-03-29T00:59:00Z"},
		{"2026-03-29", "03:00", "2026-03-29T01:00:00Z"},
		{"2026-10-25", "01:59", "2026-10-24T23:59:00Z"},
		{"2026-10-25", "02:30", "2026-10-25T01:30:00Z"}, // the second one
		{"2026-10-25", "03:00", "2026-10-25T02:00:00Z"},
		{"2028-02-29", "23:59", "2028-02-29T22:59:00Z"},
		{"2026-12-31", "24:00", ""},
		{"2026-02-29", "08:00", ""},
		{"2026-03-29", "02:00", ""},
		{"2026-03-29", "02:59", ""},
		{"demain", "08:00", ""},
		{"2026-03-12", "8 h", ""},
		{"", "", ""},
	} {
		got, err := observatory.ParisInstant(k.day, k.hour)
		if k.want == "" {
			if fault.KindOf(err) != fault.Invalid || err == nil {
				t.Errorf("%s %s: %v, %v; want Invalid", k.day, k.hour, got, err)
			}
			continue
		}
		if err != nil || got.UTC().Format(time.RFC3339) != k.want {
			t.Errorf("%s %s: %v, %v; want %s", k.day, k.hour, got, err, k.want)
		}
		if back := got.In(observatory.Paris).Format("2006-01-02 15:04"); back != k.day+" "+k.hour {
			t.Errorf("%s %s shows as %s", k.day, k.hour, back)
		}
	}
}

package observatory

import (
	"time"

	"vigie/fault"
	"vigie/lang"
)

// Paris is the time that people of the observatory live in.
var Paris = lang.Paris

// ParisDay is the ISO day in Paris at an instant.
func ParisDay(t time.Time) string { return t.In(Paris).Format(time.DateOnly) }

// ParisInstant is the instant at which clocks in Paris show an hour (08:00) of
// an ISO day. An hour that comes twice, the night in autumn, is the second one:
// nothing is seen earlier than asked.
//
// Error: Invalid for a day or an hour that is none, and for an hour that does
// not come, the night in spring.
func ParisInstant(day, hour string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly+" 15:04", day+" "+hour)
	if err != nil {
		return at, fault.Invalidf("écrivez le jour et l’heure ainsi : 2026-03-12 et 08:00", "« %s %s » n’est pas un instant", day, hour)
	}
	for _, offset := range []time.Duration{time.Hour, 2 * time.Hour} { // winter time first: it is the later one
		t := at.Add(-offset)
		if shown := t.In(Paris); shown.Format(time.DateOnly+" 15:04") == at.Format(time.DateOnly+" 15:04") {
			return t, nil
		}
	}
	return at, fault.Invalidf("choisissez une heure avant 02:00 ou à partir de 03:00",
		"le %s à %s n’existe pas : cette nuit-là, l’heure passe de 02:00 à 03:00", day, hour)
}

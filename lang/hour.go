package lang

import (
	"time"
	_ "time/tzdata" // Paris is in the program, whatever the machine has
)

// Paris is the time that people of the observatory live in: what they read and
// write as a day or an hour is of there.
var Paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // the zones are part of the program
	}
	return l
}()

// Instant writes the day of an instant, and the hour that clocks show, in
// Paris: « 12 mars 2026 » and « 08:00 ».
func Instant(l Lang, t time.Time) (day, clock string) {
	t = t.In(Paris)
	return Date(l, t.Format(time.DateOnly)), t.Format("15:04")
}

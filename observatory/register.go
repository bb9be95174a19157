package observatory

import (
	"context"

	"vigie/edition"
	"vigie/store"
	"vigie/study"
	"vigie/territory"
)

// registerNames are the texts of the register of studies, the studies first:
// the others name them.
var registerNames = []string{studyName, eventName, partnerName}

// registerOf puts together the texts that of finds, nil for one that is not there.
func registerOf(of func(name string) ([]byte, error)) (f study.RegisterFiles, err error) {
	for i, to := range []*[]byte{&f.Studies, &f.Events, &f.Partners} {
		if *to, err = of(registerNames[i]); err != nil {
			return f, err
		}
	}
	return f, nil
}

// register returns the texts of the register that are there.
func (r *references) register() (study.RegisterFiles, error) {
	return registerOf(func(name string) ([]byte, error) {
		if _, ok := r.file(store.Register, name); !ok {
			return nil, nil
		}
		return r.bytes(store.Register, name)
	})
}

// checkRegister reads the studies, events and partners together: those that are
// there, the one that is offered in its place.
func (w *Walk) checkRegister(ctx context.Context, refs *references) error {
	lists, err := w.lists(ctx)
	if err != nil {
		return err
	}
	f, err := refs.register()
	if err != nil {
		return err
	}
	_, err = study.ParseRegister(f, lists)
	return err
}

// register reads the studies, events and partners that the edition has: an
// older one has none.
func (l *loading) register() error {
	f, err := registerOf(func(name string) ([]byte, error) { return l.file(edition.RoleRegister, name) })
	if err != nil {
		return err
	}
	l.c.Register, err = study.ParseRegister(f, l.c.Taxonomy)
	return err
}

// searchRegister are the studies and events that the search finds.
func searchRegister(r *study.Register) []territory.Entry {
	var out []territory.Entry
	for _, s := range r.Studies() {
		last := s.Last()
		out = append(out, territory.Entry{Kind: "study", LabelFR: last.Title.FR, LabelEN: last.Title.EN, Href: "/etudes/" + s.Slug, Words: []string{s.Name}})
	}
	for _, e := range r.Events() {
		out = append(out, territory.Entry{Kind: "event", LabelFR: e.Title.FR, LabelEN: e.Title.EN, Href: "/calendrier/" + e.ID, Words: []string{e.Place}})
	}
	return out
}

package observatory

import (
	"context"
	"errors"
	"slices"

	"vigie/account"
	"vigie/fault"
	"vigie/fragility"
	"vigie/index"
	"vigie/indicator"
	"vigie/place"
	"vigie/store"
	"vigie/taxonomy"
	"vigie/territory"
)

// The specifications that are always there: the embedded one, and that of the
// newest public edition.
const (
	EmbeddedSpec = "embarquee"
	EditionSpec  = "publiee"
)

// Specification is one that can be read and computed with. The embedded one and
// that of an edition have no row: they are never changed.
type Specification struct {
	ID      string         `json:"id"`
	Name    string         `json:"name,omitempty"`    // of a row
	Edition string         `json:"edition,omitempty"` // number, of EditionSpec
	File    string         `json:"file"`              // address of its text
	Version string         `json:"version,omitempty"` // that it gives itself; "" where it cannot be read
	Current bool           `json:"current"`           // computed with when nothing else is said
	Row     *store.SpecRow `json:"row,omitempty"`
}

// State is Draft or Kept.
func (s *Specification) State() account.State {
	if s.Row != nil {
		return s.Row.State()
	}
	return account.Kept
}

// Specifications lists them: the embedded one, that of the newest public
// edition, then the rows, the last changed first.
func (w *Walk) Specifications(ctx context.Context) ([]Specification, error) {
	rows, err := w.DB.Specs(ctx)
	if err != nil {
		return nil, err
	}
	ids := []string{EmbeddedSpec, EditionSpec}
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	var out []Specification
	current := slices.IndexFunc(rows, func(r store.SpecRow) bool { return r.Turn > 0 })
	for i, r := range rows {
		if current >= 0 && r.Turn > rows[current].Turn {
			current = i
		}
	}
	for _, id := range ids {
		s, _, err := w.Specification(ctx, id)
		if id == EditionSpec && fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		s.Current = current >= 0 && rows[current].ID == id || current < 0 && id == EmbeddedSpec
		out = append(out, s)
	}
	return out, nil
}

// Specification returns one specification with its text.
//
// Error: NotFound.
func (w *Walk) Specification(ctx context.Context, id string) (Specification, []byte, error) {
	s := Specification{ID: id}
	var text []byte
	var err error
	switch id {
	case EmbeddedSpec:
		if text, err = StarterSpec(false); err == nil {
			s.File = store.ArtifactID(text)
		}
	case EditionSpec:
		var row store.EditionRow
		if row, err = w.publicEdition(ctx); err != nil {
			return s, nil, err
		}
		m, err := w.manifest(ctx, row.Number)
		if err != nil {
			return s, nil, err
		}
		part, _ := m.Part("spec", specName)
		s.Edition, s.File = row.Number, part.Artifact
	default:
		row, err := w.DB.Spec(ctx, id)
		if err != nil {
			return s, nil, err
		}
		s.Row, s.Name, s.File = &row, row.Name, row.File
	}
	if err == nil && text == nil {
		text, err = w.DB.Artifact(ctx, s.File)
	}
	if err != nil {
		return s, nil, err
	}
	if read, err := fragility.ParseSpec(text); err == nil {
		s.Version = read.Version
	}
	return s, text, nil
}

// publicEdition is the newest public edition. Error: NotFound.
func (w *Walk) publicEdition(ctx context.Context) (store.EditionRow, error) {
	rows, err := NewLibrary(w.DB).Public(ctx, w.Now)
	if err != nil {
		return store.EditionRow{}, err
	}
	if len(rows) == 0 {
		return store.EditionRow{}, fault.NotFoundf("publiez une première édition", "aucune édition n’est publiée")
	}
	return rows[0], nil
}

// CurrentSpec returns the specification to compute with when nothing else is
// said: the last one kept, otherwise the embedded one.
func (w *Walk) CurrentSpec(ctx context.Context) (Specification, []byte, error) {
	row, err := w.DB.KeptSpec(ctx)
	id := row.ID
	if fault.KindOf(err) == fault.NotFound {
		id, err = EmbeddedSpec, nil
	}
	if err != nil {
		return Specification{}, nil, err
	}
	s, text, err := w.Specification(ctx, id)
	s.Current = true
	return s, text, err
}

// SpecFault is what is wrong in a specification; Line is 0 where no line says
// it.
type SpecFault struct {
	Line int    `json:"line,omitempty"`
	What string `json:"what"`
	Do   string `json:"do"`
}

// SpecReading is what a specification says, met with the catalogue and the
// reference lists of today.
type SpecReading struct {
	Spec      *index.Spec           // nil when the text cannot be read
	Faults    []SpecFault           // nil when it can be computed with
	Domains   []taxonomy.Term       // in order
	Catalogue []indicator.Indicator // that an index can use
}

// ReadSpec reads a specification and checks it against the catalogue and the
// lists of today. What is wrong in the text is in the reading.
func (w *Walk) ReadSpec(ctx context.Context, text []byte) (*SpecReading, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	lists, err := w.lists(ctx)
	if err != nil {
		return nil, err
	}
	r := &SpecReading{Domains: lists.Terms("domain")}
	catalogue, err := refs.catalogue()
	if err == nil {
		for _, one := range catalogue.All() {
			if one.Nature != indicator.Count {
				r.Catalogue = append(r.Catalogue, one)
			}
		}
	} else if fault.KindOf(err) != fault.Conflict {
		return nil, err
	}
	spec, wrong := fragility.ParseSpec(text)
	if wrong == nil {
		r.Spec = spec
		if wrong = err; err == nil {
			wrong = fragility.Check(spec, catalogue.All(), domains(lists))
		}
	} else if plain, err := index.ParseSpec("", text); err == nil {
		r.Spec = plain
	}
	r.Faults, err = specFaults(wrong)
	return r, err
}

// specFaults lists the faults of a specification with their lines; an error
// that the author cannot mend is returned.
func specFaults(err error) ([]SpecFault, error) {
	if err == nil {
		return nil, nil
	}
	list, ok := errors.AsType[fault.List](err)
	if !ok {
		one, ok := errors.AsType[*fault.Error](err)
		if !ok || one.Kind != fault.Invalid && one.Kind != fault.Conflict {
			return nil, err
		}
		list = fault.List{one}
	}
	var out []SpecFault
	for _, f := range list {
		out = append(out, SpecFault{place.Line(f.What), f.What, f.Do})
	}
	return out, nil
}

// TierReading is what a specification finds in the data of a tier.
type TierReading struct {
	Level  territory.Level    `json:"level"`
	Used   int                `json:"used"` // indicators that have a column
	Absent []fragility.Absent `json:"absent"`
}

// TrySpec meets a specification with the data of today, tier by tier.
//
// Error: those of ParseSpec and Check; Conflict when there are no data.
func (w *Walk) TrySpec(ctx context.Context, text []byte) ([]TierReading, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	spec, g, err := w.specified(ctx, refs, text)
	if err != nil {
		return nil, err
	}
	var out []TierReading
	for _, level := range indexed {
		_, input, err := w.reading(ctx, g, spec, text, level)
		if err != nil {
			return nil, err
		}
		if input != nil {
			out = append(out, TierReading{level, len(input.Columns), input.Absent})
		}
	}
	return out, nil
}

// KeepSpec makes a specification the one to compute with. One that is not a row
// becomes one, under a name.
//
// Error: those of ParseSpec and Check; Conflict when it has changed since
// version; NotFound.
func (w *Walk) KeepSpec(ctx context.Context, id string, version int, name string) (store.SpecRow, error) {
	s, text, err := w.Specification(ctx, id)
	if err != nil {
		return store.SpecRow{}, err
	}
	refs, err := w.references(ctx)
	if err != nil {
		return store.SpecRow{}, err
	}
	if _, _, err := w.specified(ctx, refs, text); err != nil {
		return store.SpecRow{}, err
	}
	if s.Row == nil {
		row, err := w.DB.PutSpec(ctx, store.SpecInput{Name: name, Text: text, By: w.By}, w.Now)
		if err != nil {
			return row, err
		}
		id, version = row.ID, row.Version
	}
	return w.DB.KeepSpec(ctx, w.By, id, version, w.Now)
}

package observatory

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"time"

	"vigie/data"
	"vigie/fault"
	"vigie/journal"
	"vigie/source"
	"vigie/store"
	"vigie/territory"
)

// Described is a source: how a producer's file is read. Its description is
// either shipped with the program or the observatory's own, which comes before a
// shipped one of the same name.
type Described struct {
	Name     string            `json:"name"`
	Title    string            `json:"title"`
	Producer string            `json:"producer"`
	Licence  string            `json:"licence"`
	Page     string            `json:"page,omitempty"`
	Levels   []territory.Level `json:"levels"`
	Files    []string          `json:"files"`
	Shipped  bool              `json:"shipped"` // one of this name is shipped
	Version  int               `json:"version"` // of the observatory's own, 0 for a shipped one
	By       journal.Actor     `json:"by,omitempty"`
	At       time.Time         `json:"at,omitzero"`
	Text     []byte            `json:"-"` // TOML
	Fault    string            `json:"fault,omitempty"`

	Description *source.Description `json:"-"` // nil when Fault says why
}

// shipped are the descriptions of the program, by name.
var shipped = sync.OnceValues(func() ([]Described, error) {
	names, err := fs.Glob(data.FS, "source/*.toml")
	if err != nil {
		return nil, err
	}
	var all []Described
	for _, n := range names {
		b, err := data.FS.ReadFile(n)
		if err != nil {
			return nil, err
		}
		d, err := source.ParseDescription(b)
		if err != nil {
			return nil, fmt.Errorf("%s : %w", path.Base(n), err)
		}
		one := Described{Shipped: true, Text: b}
		one.fill(d)
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Described) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
})

func (s *Described) fill(d *source.Description) {
	s.Name, s.Title, s.Producer, s.Licence, s.Page, s.Levels, s.Files = d.Name, d.Title, d.Producer, d.Licence, d.Page, d.Levels, d.Files
	s.Description = d
}

// Descriptions returns the sources, by name.
func Descriptions(ctx context.Context, db *store.DB) ([]Described, error) {
	born, err := shipped()
	if err != nil {
		return nil, err
	}
	own, err := db.Descriptions(ctx)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(born)
	for _, row := range own {
		one, err := ownDescription(ctx, db, row)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(all, func(d Described) bool { return d.Name == row.Name })
		if one.Shipped = at >= 0; at >= 0 {
			all[at] = one
		} else {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b Described) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// ownDescription reads a version of a description of the observatory's own. One
// that this program no longer reads says why.
func ownDescription(ctx context.Context, db *store.DB, row store.DescriptionRow) (Described, error) {
	text, err := db.Artifact(ctx, row.Text)
	if err != nil {
		return Described{}, err
	}
	one := Described{Name: row.Name, Title: row.Name, Version: row.Version, By: row.By, At: row.At, Text: text}
	d, err := source.ParseDescription(text)
	if err != nil {
		one.Fault = err.Error()
		return one, nil
	}
	one.fill(d)
	return one, nil
}

// Describe returns the source of a name.
//
// Error: NotFound.
func Describe(ctx context.Context, db *store.DB, name string) (Described, error) {
	all, err := Descriptions(ctx, db)
	if err != nil {
		return Described{}, err
	}
	return NamedDescription(all, name)
}

// Shipped returns the sources that the program is born with, by name.
func Shipped() ([]Described, error) {
	all, err := shipped()
	return slices.Clone(all), err
}

// NamedDescription returns the source of a name among others.
//
// Error: NotFound.
func NamedDescription(all []Described, name string) (Described, error) {
	i := slices.IndexFunc(all, func(d Described) bool { return d.Name == name })
	if i < 0 {
		return Described{}, fault.NotFoundf("choisissez-en une dans la liste : vigie source list", "aucune description ne s’appelle « %s »", name)
	}
	return all[i], nil
}

// Recognise returns the sources whose description recognises the name of a
// file, the observatory's own first.
func Recognise(ctx context.Context, db *store.DB, fileName string) ([]Described, error) {
	all, err := Descriptions(ctx, db)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d Described) bool { return d.Description == nil || !d.Description.Matches(fileName) })
	slices.SortStableFunc(all, func(a, b Described) int { return cmp.Compare(min(b.Version, 1), min(a.Version, 1)) })
	return all, nil
}

// DescriptionFor returns the text of the description that recognises the name
// of a file.
//
// Error: Invalid when none does.
func DescriptionFor(ctx context.Context, db *store.DB, fileName string) ([]byte, error) {
	all, err := Recognise(ctx, db, fileName)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.Invalidf("donnez une description : --source DESCRIPTION.toml (vigie source detect en propose une)",
			"aucune description ne reconnaît « %s »", fileName)
	}
	return all[0].Text, nil
}

// WriteDescription keeps a description as the next version of its name, which
// its text gives. version is that which the text was made from, 0 for a new
// one or one made from a shipped description.
//
// Error: Invalid, a fault.List, for a description that cannot be read;
// *store.Changed when somebody has written another version since.
func WriteDescription(ctx context.Context, db *store.DB, by journal.Actor, text []byte, version int, now time.Time) (Described, error) {
	d, err := source.ParseDescription(text)
	if err != nil {
		return Described{}, err
	}
	if _, err := db.PutDescription(ctx, store.DescriptionInput{Name: d.Name, Text: text, Version: version, By: by}, now); err != nil {
		return Described{}, err
	}
	return Describe(ctx, db, d.Name)
}

// ReadDescription reads a description and keeps nothing.
//
// Error: as WriteDescription.
func ReadDescription(text []byte) (Described, error) {
	d, err := source.ParseDescription(text)
	if err != nil {
		return Described{}, err
	}
	one := Described{Text: text}
	one.fill(d)
	return one, nil
}

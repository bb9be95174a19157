package observatory

import (
	"context"
	"slices"
	"strings"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/store"
)

// Approve publishes a proposal as it was frozen, in the name of w.By. Where the
// data have changed since, knowing says that this is known.
//
// Error: NotFound; Denied for the person who proposed it; Conflict when it
// waits no more, when the edition that it replaces has been replaced, or when
// the data have changed since and knowing is false: what changed is said.
func (w *Walk) Approve(ctx context.Context, id string, knowing bool) (store.EditionRow, error) {
	p, err := w.DB.Proposal(ctx, id)
	if err != nil {
		return store.EditionRow{}, err
	}
	m, err := Manifest(ctx, w.DB, p.Manifest)
	if err != nil {
		return store.EditionRow{}, err
	}
	var since []edition.Change
	if p.State == store.ProposalOpen { // otherwise the store says what became of it
		if since, err = w.Since(ctx, m); err != nil {
			return store.EditionRow{}, err
		}
		if len(since) > 0 && !knowing {
			return store.EditionRow{}, errChanged(since)
		}
		if err := w.secrecy(ctx, m); err != nil {
			return store.EditionRow{}, err
		}
	}
	letters, err := w.decidedLetters(ctx, &p, "approved")
	if err != nil {
		return store.EditionRow{}, err
	}
	return w.DB.Approve(ctx, store.Approval{ID: id, Changes: changesOf(m), Stale: len(since) > 0, By: w.By, Letters: letters}, w.Now)
}

// Refuse ends a proposal with the reason why, and tells who proposed it.
//
// Error: those of store.DB.Refuse.
func (w *Walk) Refuse(ctx context.Context, id, reason string) error {
	p, err := w.DB.Proposal(ctx, id)
	if err != nil {
		return err
	}
	letters, err := w.decidedLetters(ctx, &p, "refused")
	if err != nil {
		return err
	}
	return w.DB.Refuse(ctx, w.By, id, reason, w.Now, letters...)
}

// errChanged says what has changed since a proposal was frozen.
func errChanged(since []edition.Change) error {
	var said []string
	for _, c := range since {
		said = append(said, c.FR)
	}
	return &fault.Error{Kind: fault.Conflict, What: "des données ont changé depuis que cette édition a été proposée (" + strings.Join(said, " ") + ")",
		Do: "refusez-la pour qu’elle soit proposée à nouveau, ou cochez la case pour la publier telle qu’elle a été figée"}
}

// Manifest reads the manifest of an edition, frozen or proposed.
func Manifest(ctx context.Context, db *store.DB, id string) (*edition.Manifest, error) {
	b, err := db.Artifact(ctx, id)
	if err != nil {
		return nil, err
	}
	return edition.Decode(b)
}

// Since lists what is newer, in the observatory, than what a manifest froze:
// data, lists, specification, results.
func (w *Walk) Since(ctx context.Context, m *edition.Manifest) ([]edition.Change, error) {
	now, err := w.newest(ctx)
	if err != nil {
		return nil, err
	}
	changes, err := w.partChanges(ctx, m, &edition.Manifest{Parts: now})
	return append(changes, resultChanges(m, now)...), err
}

// newest lists the newest datasets, lists and results, that may not belong
// together.
func (w *Walk) newest(ctx context.Context) ([]edition.Part, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	out, err := w.gathered(ctx, refs)
	if err != nil {
		return nil, err
	}
	rows, err := w.newestResults(ctx)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	for _, r := range rows {
		out = append(out, edition.Part{Role: edition.RoleResult, Name: r.Level, Artifact: r.Result})
	}
	return append(out, edition.Part{Role: edition.RoleSpec, Name: specName, Artifact: rows[0].Spec}), nil
}

func resultChanges(m *edition.Manifest, now []edition.Part) []edition.Change {
	var out []edition.Change
	for _, p := range now {
		if was, ok := m.Part(p.Role, p.Name); p.Role == edition.RoleResult && ok && was.Artifact != p.Artifact {
			key := "report.level." + p.Name + ".many"
			out = append(out, edition.Change{Kind: "score", FR: "L’indice (" + lang.T(lang.FR, key) + ") donne d’autres résultats.",
				EN: "The index (" + lang.T(lang.EN, key) + ") gives other results."})
		}
	}
	return out
}

// Composition is what an edition would be made of today.
type Composition struct {
	Number      string           `json:"number"` // the next one
	Supersedes  string           `json:"supersedes,omitempty"`
	EmbargoedTo time.Time        `json:"embargoed_to,omitzero"` // of the edition that it would replace, when nobody sees that one yet
	Parts       []ComposedPart   `json:"parts"`
	Changes     []edition.Change `json:"changes"` // since the edition that it would replace
	What        string           `json:"what,omitempty"`
	Do          string           `json:"do,omitempty"` // what keeps it from being proposed, and the remedy
}

// ComposedPart is a dataset, a list or a result of a composition; State says
// how it stands to the edition to replace: new, updated or same.
type ComposedPart struct {
	Role     string `json:"role"`
	Name     string `json:"name"`
	Title    Title  `json:"title"`
	FileName string `json:"file_name,omitempty"`
	Dataset  string `json:"dataset,omitempty"`
	Rows     int    `json:"rows,omitempty"`
	State    string `json:"state"`
}

// Compose says what an edition would be made of today, and what keeps it from
// being proposed. It keeps nothing; how places move and why is computed when the
// edition is proposed.
func (w *Walk) Compose(ctx context.Context) (Composition, error) {
	c := Composition{Parts: []ComposedPart{}, Changes: []edition.Change{}}
	var err error
	if c.Number, err = w.NextNumber(ctx, ParisDay(w.Now)); err != nil {
		return c, err
	}
	all, err := w.DB.Editions(ctx)
	if err != nil {
		return c, err
	}
	var old *edition.Manifest
	if len(all) > 0 {
		last := newestOf(all)
		c.Supersedes = last.Number
		if last.EmbargoAt.After(w.Now) {
			c.EmbargoedTo = last.EmbargoAt
		}
		if old, err = Manifest(ctx, w.DB, last.Manifest); err != nil {
			return c, err
		}
	}
	parts, err := w.parts(ctx)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		c.What, c.Do = err.Error(), fault.Do(err)
		parts, err = w.newest(ctx)
	}
	if err != nil {
		return c, err
	}
	m := &edition.Manifest{Parts: parts}
	if c.Parts, err = w.composedParts(ctx, old, parts); err != nil || old == nil {
		return c, err
	}
	changes, err := w.partChanges(ctx, old, m)
	if err != nil {
		return c, err
	}
	moved, err := w.classChanges(ctx, old, m)
	c.Changes = append(append(c.Changes, changes...), moved...)
	return c, err
}

func (w *Walk) composedParts(ctx context.Context, old *edition.Manifest, parts []edition.Part) ([]ComposedPart, error) {
	out := make([]ComposedPart, len(parts))
	for i, p := range parts {
		title, err := w.PartName(ctx, p)
		if err != nil {
			return nil, err
		}
		out[i] = ComposedPart{Role: p.Role, Name: p.Name, Title: title, FileName: p.FileName, Dataset: p.Dataset, Rows: p.Rows, State: "new"}
		if old == nil {
			continue
		}
		if was, ok := old.Part(p.Role, p.Name); ok && was.Artifact == p.Artifact {
			out[i].State = "same"
		} else if ok {
			out[i].State = "updated"
		}
	}
	slices.SortStableFunc(out, func(a, b ComposedPart) int { return strings.Compare(a.Role, b.Role) })
	return out, nil
}

package observatory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// Examined is one part of an observatory that a doctor has looked at.
type Examined struct {
	Part   string   `json:"part"`
	Said   string   `json:"said"`
	Faults []Ailing `json:"faults,omitempty"`
}

// Ailing is something wrong, with its remedy.
type Ailing struct {
	What string `json:"what"`
	Do   string `json:"do"`
}

// late is how long after its day what has expired should be gone.
const late = 48 * time.Hour

// Doctor looks at a whole observatory: schema, constraints, journal, artifacts
// byte by byte, editions, what should have gone. It changes nothing.
//
// Error: only when it cannot look; what it finds is in the parts.
func (w *Walk) Doctor(ctx context.Context) ([]Examined, error) {
	var all []Examined
	for _, look := range []func(context.Context) (Examined, error){
		w.examineSchema, w.examineConstraints, w.examineJournal, w.examineArtifacts, w.examineEditions, w.examineExpired,
	} {
		part, err := look(ctx)
		if err != nil {
			return all, err
		}
		all = append(all, part)
	}
	return all, nil
}

func ailing(list fault.List) (out []Ailing) {
	for _, f := range list {
		out = append(out, Ailing{f.Error(), f.Do})
	}
	return out
}

func (w *Walk) examineSchema(ctx context.Context) (Examined, error) {
	w.step("schéma")
	version, faults, err := w.DB.CheckSchema(ctx)
	return Examined{"schéma", fmt.Sprintf("version %d (%s)", version, w.DB.Engine()), ailing(faults)}, err
}

func (w *Walk) examineConstraints(ctx context.Context) (Examined, error) {
	w.step("base")
	faults, err := w.DB.CheckConstraints(ctx)
	return Examined{"base", "relue en entier", ailing(faults)}, err
}

func (w *Walk) examineJournal(ctx context.Context) (Examined, error) {
	w.step("journal")
	head, err := w.DB.VerifyJournal(ctx)
	if b, ok := errors.AsType[*journal.Break](err); ok {
		f := b.Fault()
		return Examined{"journal", fmt.Sprintf("rompu après %d entrées", head.Seq), []Ailing{{f.What, f.Do}}}, nil
	}
	said := "vide"
	if head.Seq > 0 {
		said = fmt.Sprintf("%d entrées, tête %s", head.Seq, head)
	}
	return Examined{Part: "journal", Said: said}, err
}

func (w *Walk) examineArtifacts(ctx context.Context) (Examined, error) {
	w.step("artefacts")
	n, faults, err := w.DB.CheckArtifacts(ctx, w.Now, w.at)
	return Examined{"artefacts", fmt.Sprintf("%d relus", n), ailing(faults)}, err
}

// examineEditions loads every edition as a page would.
func (w *Walk) examineEditions(ctx context.Context) (Examined, error) {
	w.step("éditions")
	rows, err := w.DB.Editions(ctx)
	out := Examined{Part: "éditions", Said: fmt.Sprintf("%d lues", len(rows))}
	for i, row := range rows {
		if _, err := Load(ctx, w.DB, row.Manifest); err != nil {
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			do := fault.Do(err)
			if do == "" {
				do = "restaurez l’observatoire depuis une sauvegarde"
			}
			out.Faults = append(out.Faults, Ailing{"l’édition " + row.Number + " ne se lit plus : " + err.Error(), do})
		}
		w.at(i+1, len(rows))
	}
	return out, err
}

var expiredFrench = map[string]string{
	"session": "sessions", "secret": "liens à usage unique", "attempt": "essais de connexion", "run": "travaux", "recipient": "adresses de courriels envoyés",
}

func (w *Walk) examineExpired(ctx context.Context) (Examined, error) {
	w.step("durées de conservation")
	counts, err := w.DB.Expired(ctx, w.Now, late)
	out := Examined{Part: "durées de conservation", Said: "respectées"}
	for _, noun := range slices.Sorted(maps.Keys(counts)) {
		out.Said = "dépassées"
		name := expiredFrench[noun]
		if name == "" {
			name = noun
		}
		out.Faults = append(out.Faults, Ailing{fmt.Sprintf("gardé trop longtemps : %s (%d)", name, counts[noun]),
			"laissez tourner « vigie serve », qui efface chaque jour, ou lancez « vigie doctor --tidy »"})
	}
	return out, err
}

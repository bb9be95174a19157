package observatory

import (
	"context"
	"encoding/json"

	"vigie/edition"
	"vigie/fault"
	"vigie/fragility"
	"vigie/index"
	"vigie/lang"
	"vigie/store"
)

// EffectRun is the kind of the runs that say what a specification would change.
const EffectRun = "effect"

// The data that an effect is worked out from: those of the edition, so that
// what moves is due to the specification alone, or those of today.
const (
	OnEdition = "edition"
	OnToday   = "today"
)

// EffectArgs are those of an effect.
type EffectArgs struct {
	Spec   string `json:"spec"`             // TOML
	Ground string `json:"ground,omitempty"` // "": that of the edition where the specification can be read on it
}

// EffectResult is what the run of an effect leaves.
type EffectResult struct {
	Effect  string `json:"effect"`
	Edition string `json:"edition"`
	Ground  string `json:"ground"`
}

// Effect is what a specification would change in the newest public edition.
type Effect struct {
	Edition string             `json:"edition"`
	Spec    string             `json:"spec"` // address of its text
	Was     string             `json:"was"`  // that of the edition's
	Ground  string             `json:"ground"`
	Tiers   []*fragility.Shift `json:"tiers"`
}

func runEffect(ctx context.Context, _ *Shop, w *Walk, args EffectArgs) (any, error) {
	row, err := w.Effect(ctx, []byte(args.Spec), args.Ground)
	return EffectResult{row.ID, row.Edition, row.Ground}, err
}

// Effect works out what a specification would change in the newest public
// edition, and keeps it; the edition is not touched. The scores, places and
// classes are those that Compute would give; nothing is drawn, so that it takes
// seconds.
//
// Error: those of ParseSpec and Check; NotFound without an edition.
func (w *Walk) Effect(ctx context.Context, text []byte, on string) (store.EffectRow, error) {
	w.step("lecture de l’édition")
	public, err := w.publicEdition(ctx)
	if err != nil {
		return store.EffectRow{}, err
	}
	m, err := w.manifest(ctx, public.Number)
	if err != nil {
		return store.EffectRow{}, err
	}
	spec, g, on, err := w.effectGround(ctx, m, text, on)
	if err != nil {
		return store.EffectRow{}, err
	}
	was, _ := m.Part(edition.RoleSpec, specName)
	out := Effect{Edition: m.Number, Spec: store.ArtifactID(text), Was: was.Artifact, Ground: on}
	for i, level := range indexed {
		w.step("effet : " + lang.T(lang.FR, "report.level."+string(level)+".many"))
		w.at(i, len(indexed))
		published, ok, err := w.result(ctx, m, string(level))
		if err != nil {
			return store.EffectRow{}, err
		}
		_, input, err := w.reading(ctx, g, spec, text, level)
		if err != nil {
			return store.EffectRow{}, err
		}
		if !ok || input == nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return store.EffectRow{}, err
		}
		is, err := fragility.Nominal(spec, input, fragility.Run{Code: w.Version})
		if err != nil {
			return store.EffectRow{}, err
		}
		out.Tiers = append(out.Tiers, fragility.ShiftOf(published, is))
	}
	b, err := json.Marshal(out)
	if err != nil {
		return store.EffectRow{}, err
	}
	return w.DB.PutEffect(ctx, store.EffectInput{Spec: text, Edition: m.Number, Ground: on, Text: b, By: w.By}, w.Now)
}

// effectGround is what the effect of a specification is worked out from.
func (w *Walk) effectGround(ctx context.Context, m *edition.Manifest, text []byte, on string) (*index.Spec, *ground, string, error) {
	spec, err := fragility.ParseSpec(text)
	if err != nil {
		return nil, nil, "", err
	}
	if on != OnToday {
		p, err := w.past(ctx, m)
		if err != nil {
			return nil, nil, "", err
		}
		err = fragility.Check(spec, p.ground.catalogue.All(), p.ground.domains)
		if err == nil || on == OnEdition {
			return spec, p.ground, OnEdition, err
		}
	}
	refs, err := w.references(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	spec, g, err := w.specified(ctx, refs, text)
	return spec, g, OnToday, err
}

// KeptEffect reads an effect.
//
// Error: NotFound.
func KeptEffect(ctx context.Context, db *store.DB, id string) (store.EffectRow, *Effect, error) {
	row, err := db.Effect(ctx, id)
	if err != nil {
		return row, nil, err
	}
	b, err := db.Artifact(ctx, row.Artifact)
	if err != nil {
		return row, nil, err
	}
	var e Effect
	if err := json.Unmarshal(b, &e); err != nil {
		return row, nil, &fault.Error{What: "effet illisible", Do: "demandez-le à nouveau", Err: err}
	}
	return row, &e, nil
}

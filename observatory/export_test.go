package observatory

import (
	"bytes"
	"context"
	"path"
	"time"

	"vigie/data"
)

// StarterReferences imports the embedded reference files without any table of
// observations.
func (w *Walk) StarterReferences(ctx context.Context) error {
	if err := w.starterTaxonomies(ctx); err != nil {
		return err
	}
	for _, f := range starterFiles {
		b, err := data.FS.ReadFile(f.file)
		if err != nil {
			return err
		}
		if _, _, err := w.Import(ctx, Importing{Kind: f.kind, Name: f.name, FileName: path.Base(f.file), File: bytes.NewReader(b)}); err != nil {
			return err
		}
	}
	_, err := w.starterCatalogue(ctx, false)
	return err
}

// Read loads what a manifest lists, as Load does after having read it.
var Read = load

// RestBetween changes, for a test, the rest between two pages of a site.
func RestBetween(t interface{ Cleanup(func()) }, d time.Duration) {
	before := askedRest
	askedRest = d
	t.Cleanup(func() { askedRest = before })
}

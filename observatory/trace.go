package observatory

import (
	"context"

	"vigie/edition"
	"vigie/report"
	"vigie/source"
	"vigie/store"
)

// Lines returns a reader of the source lines behind an edition's figures: the
// raw file as it was imported, opened at the lines asked for.
func Lines(ctx context.Context, db *store.DB) report.Lines {
	return func(p edition.Part, want []int) (map[int]string, error) {
		text, err := db.Artifact(ctx, p.Source)
		if err != nil {
			return nil, err
		}
		d, err := source.ParseDescription(text)
		if err != nil {
			return nil, err
		}
		file, err := db.OpenArtifact(ctx, p.File)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return source.Lines(ctx, d, p.FileName, file, file.Size(), want)
	}
}

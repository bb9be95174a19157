package observatory

import (
	"context"

	"vigie/casestudy"
)

// PutMedia keeps a picture that somebody sends for a case, made anew: the record
// then names it. What no record names is swept a day later.
//
// Error: Invalid for what is no picture, is too large or is hostile.
func (w *Walk) PutMedia(ctx context.Context, raw []byte) (m casestudy.Media, err error) {
	p, err := casestudy.Reencode(raw, casestudy.PictureBounds)
	if err != nil {
		return m, err
	}
	id, err := w.DB.PutArtifact(ctx, "picture", p.Bytes, w.Now)
	return casestudy.Media{Artifact: id, Type: p.Type, Width: p.Width, Height: p.Height}, err
}

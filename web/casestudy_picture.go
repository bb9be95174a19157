package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"html/template"
	"image"
	_ "image/jpeg" // pictures of a record
	_ "image/png"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"vigie/casestudy"
)

// withPicture adds the picture that was sent.
func (s *Server) withPicture(r *http.Request, v *visitor, e *caseEditing, sent url.Values, f sentFile) (url.Values, error) {
	if e.out && !s.limits.allow(s.client(r), contributeCost) {
		return sent, busy(v.l)
	}
	b, err := io.ReadAll(io.NewSectionReader(f, 0, mostCaseForm))
	if err != nil {
		return sent, err
	}
	m, err := s.Office.Walk(v.actor(), nil).PutMedia(r.Context(), b)
	if err != nil {
		return sent, err
	}
	next := 1
	for _, n := range rowsOf(sent, "media") {
		next = n + 1
	}
	return with(sent, rowPart("media", next, "artifact"), m.Artifact, rowPart("media", next, "type"), m.Type,
		rowPart("media", next, "width"), strconv.Itoa(m.Width), rowPart("media", next, "height"), strconv.Itoa(m.Height)), nil
}

// strangePictures refuses what a form names as a picture and is none of ours:
// nothing else that is kept is shown for being named.
func (s *Server) strangePictures(r *http.Request, v *visitor, record, base casestudy.Record) (faults formFaults) {
	for i, m := range record.Media {
		known := slices.ContainsFunc(base.Media, func(o casestudy.Media) bool {
			return o.Artifact == m.Artifact && o.Type == m.Type && o.Width == m.Width && o.Height == m.Height
		})
		if known {
			continue
		}
		b, err := s.Office.DB.Artifact(r.Context(), m.Artifact)
		if err == nil {
			var c image.Config
			var format string
			if c, format, err = image.DecodeConfig(bytes.NewReader(b)); err == nil && ("image/"+format != m.Type || c.Width != m.Width || c.Height != m.Height) {
				err = errUpload
			}
		}
		if err != nil {
			faults.add(rowPart("media", i+1, "alt"), v.T("case.fault.strange"), v.T("case.fault.strange_do"))
		}
	}
	return faults
}

// How small pictures are shown beside the fields of a record.
const (
	thumbSide  = 240 // pixels
	mostThumbs = 500 // remembered
)

// thumbs are pictures made small, by their artifact. The zero value is empty.
type thumbs struct {
	mu   sync.Mutex
	held map[string]template.URL
}

// thumbnail is a picture of a record made small, within the page: it may be that
// of a draft, which has no address. "" for what is no picture.
func (s *Server) thumbnail(ctx context.Context, artifact string) template.URL {
	s.thumbs.mu.Lock()
	small, known := s.thumbs.held[artifact]
	s.thumbs.mu.Unlock()
	if known {
		return small
	}
	raw, err := s.Office.DB.Artifact(ctx, artifact)
	if err != nil {
		return ""
	}
	bounds := casestudy.PictureBounds
	bounds.Side = thumbSide
	p, err := casestudy.Reencode(raw, bounds)
	if err != nil {
		return ""
	}
	small = template.URL("data:" + p.Type + ";base64," + base64.StdEncoding.EncodeToString(p.Bytes)) // our own bytes, of one of two types
	s.thumbs.mu.Lock()
	defer s.thumbs.mu.Unlock()
	if s.thumbs.held == nil || len(s.thumbs.held) >= mostThumbs {
		s.thumbs.held = map[string]template.URL{}
	}
	s.thumbs.held[artifact] = small
	return small
}

// lineThumbnail is the picture of a line of a record, "" for other lines.
func (s *Server) lineThumbnail(r *http.Request, record *casestudy.Record, line string) template.URL {
	n, ok := strings.CutPrefix(line, "media.")
	if i := atoi(n); ok && i > 0 && i <= len(record.Media) {
		return s.thumbnail(r.Context(), record.Media[i-1].Artifact)
	}
	return ""
}

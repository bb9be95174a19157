package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"vigie/store"
)

// mostFiles is how many files a form may hold.
const mostFiles = 4

// sentFile is a file of a form, on its way in: in the observatory's folder,
// under no name, gone with the request.
type sentFile struct {
	input, Name string
	*store.Scratch
}

var errUpload = errors.New("form not read to its end")

// readParts reads a form, its files aside: they are the visitor's, see sent.
// What it has read of a form that is cut is not left behind.
func (s *Server) readParts(r *http.Request, v *visitor) error {
	parts, err := r.MultipartReader()
	if err := r.ParseForm(); err != nil { // the address; and the body, when it is not in parts
		return err
	}
	if errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	if err != nil {
		return err
	}
	left := int64(mostInMemory)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n > mostFields {
			return errUpload
		}
		if part.FileName() != "" {
			err = s.takeFile(v, part)
		} else {
			err = takeField(r, part, &left)
		}
		if err != nil {
			return err
		}
	}
}

// takeField notes a part that is no file; left is how many bytes those may
// still hold.
func takeField(r *http.Request, part *multipart.Part, left *int64) error {
	b, err := io.ReadAll(io.LimitReader(part, *left+1))
	if err != nil {
		return err
	}
	if *left -= int64(len(b)); *left < 0 {
		return errUpload
	}
	name, value := part.FormName(), string(b)
	r.Form[name], r.PostForm[name] = append(r.Form[name], value), append(r.PostForm[name], value)
	return nil
}

func (s *Server) takeFile(v *visitor, part *multipart.Part) error {
	if len(v.files) == mostFiles {
		return errUpload
	}
	to, err := s.Office.DB.Scratch()
	if err != nil {
		return err
	}
	v.files = append(v.files, sentFile{part.FormName(), part.FileName(), to})
	_, err = io.Copy(to, part)
	return err
}

// sent is the file of an input, false when none was chosen.
func (v *visitor) sent(input string) (sentFile, bool) {
	for _, f := range v.files {
		if f.input == input {
			return f, true
		}
	}
	return sentFile{}, false
}

// drop lets go of the files of the form.
func (v *visitor) drop() {
	for _, f := range v.files {
		_ = f.Close() // what was read is kept; the rest goes
	}
	v.files = nil
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"

	"vigie"
	"vigie/lang"
	"vigie/source/microdata"
	"vigie/stat/survey"
)

// record is what it takes to make a computation on plain files again: the
// program, the specification and the bytes that were read.
type record struct {
	Program string     `json:"program"`
	File    string     `json:"file"`
	Data    []readings `json:"data"`
	dir     string     // folder of the files that the specification names
	given   string     // a file that the command names, which stands where it is run
}

// readings is a file that a computation read.
type readings struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows,omitempty"` // 0: no table, a codebook or a specification
	role   string // what it served for, in French
}

// newRecord begins the record of a specification, whose files stand in dir, or
// beside it when dir is "".
func newRecord(spec, dir string) record {
	if dir == "" {
		dir = filepath.Dir(spec)
	}
	return record{Program: "vigie " + vigie.Version, File: filepath.Base(spec), dir: dir}
}

// read returns the bytes of a file that the specification, or the command,
// names.
func (r *record) read(name string) ([]byte, error) {
	if name != r.given && !filepath.IsAbs(name) {
		name = filepath.Join(r.dir, name)
	}
	return readFile(name)
}

// load reads a table, with its codebook unless that is "", and notes both.
func (r *record) load(name, codebook string, o microdata.Options) (*survey.Frame, error) {
	if codebook != "" {
		data, err := r.read(codebook)
		if err == nil {
			o.Codebook, err = microdata.ParseCodebook(codebook, data)
		}
		if err != nil {
			return nil, err
		}
		r.note("dictionnaire", codebook, data, 0)
	}
	data, err := r.read(name)
	if err != nil {
		return nil, err
	}
	frame, err := o.Parse(name, data)
	if err == nil {
		r.note("données", name, data, frame.Rows)
	}
	return frame, err
}

// note keeps the hash of a file that was read, once.
func (r *record) note(role, path string, data []byte, rows int) {
	sum := sha256.Sum256(data)
	if was := (readings{path, hex.EncodeToString(sum[:]), rows, role}); !slices.Contains(r.Data, was) {
		r.Data = append(r.Data, was)
	}
}

// lines lists the specification, whose hash is given, then the files.
func (r *record) lines(hash string) [][2]string {
	rows := [][2]string{{"spécification", r.File + ", sha256 " + hash}}
	for _, d := range r.Data {
		text := d.Path + ", sha256 " + d.SHA256
		if d.Rows > 0 {
			plural := ""
			if d.Rows > 1 {
				plural = "s"
			}
			text = fmt.Sprintf("%s, %s ligne%s, sha256 %s", d.Path, lang.Number(lang.FR, float64(d.Rows), 0), plural, d.SHA256)
		}
		rows = append(rows, [2]string{d.role, text})
	}
	return rows
}

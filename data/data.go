// Package data holds the content that Vigie is born with, embedded: the starter
// figures with their territories and boundaries, the published results and
// publications, the first cases and the words they are searched by, the
// reference lists, the source descriptions, the index specifications and the
// accessibility audit of the site.
//
// It is all public or ours, and all replaceable by an operator's own files: no
// code depends on a value found here. starter/README.md says who produced what
// under which licence. Start with FS.
package data

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"strings"
)

// FS holds every folder beside this file: starter, published, casestudy,
// taxonomy, source, spec, accessibility.
//
//go:embed */*
var FS embed.FS

// Read returns one embedded file, decompressed when its name ends in .gz.
func Read(name string) ([]byte, error) {
	raw, err := FS.ReadFile(name)
	if err != nil || !strings.HasSuffix(name, ".gz") {
		return raw, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

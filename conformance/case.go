// Package conformance runs reference cases, computed by others, through the
// engines of the program, and tells where they disagree.
//
// It knows the format of cases (vigie-cases/1), how answers are compared and
// what is reported. It computes nothing itself: a family is a function that
// answers a case through the same functions as the other verbs, and the
// expected values are read only after the answer exists. Start with Run.
package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"vigie/fault"
)

// format is the only format of cases that is known.
const format = "vigie-cases/1"

// Case is one reference case. Tree is the whole object, for its family.
type Case struct {
	ID       string             `json:"id"`
	Family   string             `json:"family"`
	Group    string             `json:"group"`
	Function string             `json:"function"`
	Expect   any                `json:"expect"` // nil: the case is answered, not compared
	Tol      float64            `json:"tol"`
	Atol     map[string]float64 `json:"atol"`
	Accept   []string           `json:"accept"`
	NotEqual []string           `json:"not_compared"`
	Tree     map[string]any     `json:"-"`
}

// UnmarshalJSON reads the fields that every family shares and keeps the rest.
func (c *Case) UnmarshalJSON(raw []byte) error {
	type fields Case
	if err := json.Unmarshal(raw, (*fields)(c)); err != nil {
		return err
	}
	return json.Unmarshal(raw, &c.Tree)
}

// list is a file of cases.
type list struct {
	Format string `json:"format"`
	Family string `json:"family"`
	Cases  []Case `json:"cases"`
}

// read returns the cases of a family found in dir, in the order of the files.
//
// Error: a fault that names the file when none can be used: unreadable, of
// another format, or no case of the family anywhere.
func read(dir fs.FS, family string) ([]Case, error) {
	files, err := fs.Glob(dir, "ref/*.json")
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(dir, "cases.json"); err == nil {
		files = slices.Insert(files, 0, "cases.json")
	}
	var out []Case
	for _, name := range files {
		cases, err := readList(dir, name)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if c.Family == family {
				out = append(out, c)
			}
		}
	}
	if len(out) == 0 {
		return nil, fault.NotFoundf("donnez un dossier qui contient cases.json ou "+path.Join("ref", "*.json"), "aucun cas de la famille « %s »", family)
	}
	return out, nil
}

func readList(dir fs.FS, name string) ([]Case, error) {
	raw, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: name + " ne se lit pas", Do: "vérifiez le fichier et ses droits", Err: err}
	}
	var l list
	if err := json.Unmarshal(raw, &l); err != nil {
		f := fault.Invalidf("vérifiez que le fichier est entier", "%s n’est pas une liste de cas en JSON", name)
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			f.What += fmt.Sprintf(" (octet %d)", e.Offset)
		}
		return nil, f
	}
	if l.Format != format {
		return nil, fault.Invalidf("donnez des cas au format "+format, "%s est au format « %s »", name, l.Format)
	}
	for i := range l.Cases {
		if c := &l.Cases[i]; c.Family == "" {
			c.Family = l.Family
		}
	}
	return l.Cases, nil
}

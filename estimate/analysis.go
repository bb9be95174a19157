// Package estimate runs an analysis of a survey: data, a design, steps of
// preparation and a list of estimates, all stated in one specification.
//
// It knows how a specification is written (TOML or JSON, the cases of the
// conformance sets included), what its variables mean and which method of
// stat/survey or stat/smallarea each operation calls. It reads no file: data
// come from the Load it is given. It computes nothing that stat does not.
// Start with Parse, then Run; the operations are listed in op.go, the steps of
// preparation in prep.go.
package estimate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"vigie/fault"
	"vigie/place"
)

// Analysis is a specification that was read: every key, operation and step of
// preparation in it is known; the variables are met when it runs.
type Analysis struct {
	Title string
	Seed  uint64 // of the random methods
	Hash  string // SHA-256 of the specification, in hexadecimal
	Asks  []Ask

	places places
	design node
	prep   []node
}

// Ask is one estimate asked for.
type Ask struct {
	Name string // of the answer; "" when it is the only one
	Op   string
	args node
}

// Keys of a specification; those of a case which say nothing about the work
// are passed over.
var (
	specKeys = []string{"title", "note", "seed", "design", "prep", "estimate"}
	caseKeys = []string{"id", "format", "family", "group", "function", "data", "design", "prep", "eval", "seed", "title",
		"expect", "ask", "tol", "atol", "compare", "accept", "not_compared", "note", "meta",
		"r_prep", "r_call", "also_newer_version", "also_older_version"}
	designKeys = []string{"data", "encoding", "delimiter", "sheet", "text", "codes", "codebook", "join", "rows", "drop_rows", "categorical", "keep", "ids", "strata", "weights", "fpc", "nest", "pps",
		"lonely_psu", "lonely_psu_in_domain"}
)

// Parse reads a specification. name tells TOML from JSON by its ending and
// names the file in the faults.
//
// Error: a fault.Error or a fault.List that names the line and the key.
func Parse(name string, raw []byte) (*Analysis, error) {
	var tree map[string]any
	var err error
	if strings.HasSuffix(name, ".json") {
		err = decodeJSON(raw, &tree)
	} else {
		err = toml.Unmarshal(raw, &tree)
	}
	if err != nil {
		return nil, place.Unreadable(name, raw, err)
	}
	at := places{place.Of(name, raw)}
	a, err := read(node{v: plain(tree)})
	if err != nil {
		return nil, at.add(err)
	}
	sum := sha256.Sum256(raw)
	a.places, a.Hash = at, hex.EncodeToString(sum[:])
	return a, nil
}

// Case reads the JSON object of a conformance case, already decoded. Its
// identifier seeds the random methods.
func Case(tree map[string]any) (*Analysis, error) {
	return read(node{v: plain(tree)})
}

func decodeJSON(raw []byte, tree *map[string]any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(tree); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the object")
	}
	return nil
}

// read checks a tree and takes it apart. Every unknown key, operation or step
// is told, up to fault.MostListed.
func read(n node) (a *Analysis, err error) {
	defer recovered(&err)
	a = &Analysis{}
	keys, asks := specKeys, "estimate"
	if n.has("eval") {
		keys, asks = caseKeys, "eval"
	}
	var list faults
	check := func(step func()) {
		if t, ok := errors.AsType[*told](attempt(step)); ok && len(list) < fault.MostListed {
			list = append(list, t)
		}
	}
	check(func() { n.only(keys...) })
	check(func() { a.Title, a.Seed = n.get("title").text(), seedOf(n) })
	check(func() {
		a.design = n.need("design")
		a.design.only(designKeys...)
		a.design.need("data")
	})
	a.prep = n.get("prep").items()
	for _, p := range a.prep {
		check(func() { checkPrep(p) })
	}
	for _, e := range n.need(asks).items() {
		check(func() { a.Asks = append(a.Asks, readAsk(e, asks == "eval")) })
	}
	if len(list) > 0 {
		return nil, list
	}
	return a, nil
}

// attempt runs a step and returns what it refused.
func attempt(step func()) (err error) {
	defer recovered(&err)
	step()
	return nil
}

// seedOf returns the seed given, else one made of the case's identifier.
func seedOf(n node) uint64 {
	if id := n.get("id"); id.v != nil && !n.has("seed") {
		sum := sha256.Sum256([]byte(id.text()))
		var seed uint64
		for _, b := range sum[:8] {
			seed = seed<<8 | uint64(b)
		}
		return seed
	}
	seed := n.get("seed")
	if seed.number(1) < 0 {
		seed.refuse("donnez un nombre entier positif", "la graine est négative")
	}
	return uint64(seed.whole(1))
}

// readAsk takes an estimate apart. In a case the arguments stand in `args`; in
// a specification written by a person they stand beside `op`.
func readAsk(n node, inCase bool) Ask {
	a := Ask{Op: n.need("op").text()}
	op, ok := ops[a.Op]
	if !ok {
		n.get("op").unknown("opération inconnue", names(ops))
	}
	if inCase {
		n.only("field", "op", "args")
		a.Name, a.args = n.get("field").text(), n.get("args")
		if a.args.v == nil {
			a.args.v = map[string]any{}
		}
		a.args.only(op.allowed(a.args)...)
		return a
	}
	a.Name, a.args = n.get("name").text(), n
	a.args.only(append(op.allowed(a.args), "name", "op")...)
	return a
}

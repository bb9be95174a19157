// Command sbom writes what Vigie is made of, as a CycloneDX 1.6 document: the Go
// modules that are in the program, from the build list and the licence files of
// the modules themselves, and the npm packages, from package-lock.json. The same
// tree gives the same bytes: no date, no serial number.
//
//	go run ./tool/sbom -o build/release/vigie.cdx.json
//
// It ends with an error when a licence is not one of those allowed, or is not
// found.
package main

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"vigie"
)

// allowed are the licences that a part of Vigie may have.
var allowed = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "0BSD", "MPL-2.0", "OFL-1.1", "BlueOak-1.0.0", "CC0-1.0", "Unlicense", "Zlib", "Python-2.0"}

// component is one part; Dev is only used to build or to test.
type component struct {
	Name, Version, Licence, PURL, Hash, Alg string
	Dev                                     bool
}

func main() {
	out := flag.String("o", "", "`file` to write; standard output when empty")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	all, err := components(".")
	if err != nil {
		return err
	}
	body, err := document(all)
	if err != nil {
		return err
	}
	if out == "" {
		_, err = os.Stdout.Write(body)
		return err
	}
	return os.WriteFile(out, body, 0o644)
}

// components lists the parts of the tree at root, those of Go then those of npm.
func components(root string) ([]component, error) {
	modules, err := goModules(root)
	if err != nil {
		return nil, err
	}
	lock, err := os.ReadFile(filepath.Join(root, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	packages, err := npmPackages(lock)
	if err != nil {
		return nil, err
	}
	all := append(modules, packages...)
	var wrong []error
	for _, c := range all {
		if !permitted(c.Licence) {
			wrong = append(wrong, fmt.Errorf("%s %s: licence %q is not allowed", c.Name, c.Version, c.Licence))
		}
	}
	return all, errors.Join(wrong...)
}

// permitted reports whether a licence, or one side of each OR and both sides of
// each AND, is allowed.
func permitted(expression string) bool {
	expression = strings.Trim(expression, "() ")
	for _, choice := range strings.Split(expression, " OR ") {
		good := true
		for _, part := range strings.Split(choice, " AND ") {
			good = good && slices.Contains(allowed, strings.Trim(part, "() "))
		}
		if good {
			return true
		}
	}
	return false
}

// goModules lists the modules whose packages are linked into the program.
func goModules(root string) ([]component, error) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/vigie")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=-mod=readonly")
	list, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	slices.Sort(lines)
	var all []component
	for _, line := range slices.Compact(lines) {
		field := strings.Split(line, "\t")
		if len(field) != 3 {
			continue
		}
		c := component{Name: field[0], Version: field[1], PURL: "pkg:golang/" + field[0] + "@" + field[1], Licence: licenceOf(field[2])}
		c.Alg, c.Hash = "h1", sumOf(sums, field[0], field[1])
		all = append(all, c)
	}
	return all, nil
}

// sumOf returns the digest of a module in go.sum, "" when it is not there.
func sumOf(sums []byte, name, version string) string {
	for line := range bytes.Lines(sums) {
		if rest, ok := bytes.CutPrefix(line, []byte(name+" "+version+" h1:")); ok {
			return "h1:" + string(bytes.TrimSpace(rest))
		}
	}
	return ""
}

// licenceOf reads the licence file of a module.
func licenceOf(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		if found := licence(string(text)); found != "" {
			return found
		}
	}
	return ""
}

// licence names a licence by words that only it has.
func licence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	has := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case has("Apache License") && has("Version 2.0"):
		return "Apache-2.0"
	case has("Mozilla Public License") && has("2.0"):
		return "MPL-2.0"
	case has("GNU GENERAL PUBLIC LICENSE"), has("GNU LESSER GENERAL PUBLIC LICENSE"), has("GNU AFFERO"):
		return "GPL"
	case has("Permission is hereby granted, free of charge"):
		return "MIT"
	case has("Permission to use, copy, modify, and/or distribute this software for any purpose"), has("Permission to use, copy, modify, and distribute this software for any purpose"):
		return "ISC"
	case has("Redistribution and use in source and binary forms") && (has("Neither the name") || has("names of its contributors") || has("name of the copyright holder nor")):
		return "BSD-3-Clause"
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("SIL OPEN FONT LICENSE"):
		return "OFL-1.1"
	}
	return ""
}

// npmPackages lists the packages of a package-lock.json, once for each version.
func npmPackages(lock []byte) ([]component, error) {
	var file struct {
		Packages map[string]struct {
			Version, License, Integrity string
			Dev, DevOptional            bool
		}
	}
	if err := json.Unmarshal(lock, &file); err != nil {
		return nil, fmt.Errorf("package-lock.json: %w", err)
	}
	var all []component
	for where, p := range file.Packages {
		i := strings.LastIndex(where, "node_modules/")
		if i < 0 {
			continue
		}
		name := where[i+len("node_modules/"):]
		c := component{Name: name, Version: p.Version, Licence: p.License, Dev: p.Dev || p.DevOptional, PURL: "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version}
		if sum, ok := strings.CutPrefix(p.Integrity, "sha512-"); ok {
			raw, err := base64.StdEncoding.DecodeString(sum)
			if err != nil {
				return nil, fmt.Errorf("package-lock.json, %s: %w", name, err)
			}
			c.Alg, c.Hash = "SHA-512", hex.EncodeToString(raw)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b component) int { return cmp.Or(cmp.Compare(a.PURL, b.PURL), cmp.Compare(a.Hash, b.Hash)) })
	return slices.CompactFunc(all, func(a, b component) bool { return a.PURL == b.PURL }), nil
}

// document writes the parts as CycloneDX 1.6.
func document(all []component) ([]byte, error) {
	type object = map[string]any
	var parts []object
	for _, c := range all {
		o := object{"type": "library", "bom-ref": c.PURL, "name": c.Name, "version": c.Version, "purl": c.PURL, "scope": "required"}
		if c.Dev {
			o["scope"] = "excluded" // builds or tests, is not in the program
		}
		if strings.ContainsAny(c.Licence, " ") {
			o["licenses"] = []object{{"expression": c.Licence}}
		} else {
			o["licenses"] = []object{{"license": object{"id": c.Licence}}}
		}
		switch {
		case c.Alg == "h1" && c.Hash != "":
			o["properties"] = []object{{"name": "go:sum", "value": c.Hash}}
		case c.Hash != "":
			o["hashes"] = []object{{"alg": c.Alg, "content": c.Hash}}
		}
		parts = append(parts, o)
	}
	var out bytes.Buffer
	e := json.NewEncoder(io.Writer(&out))
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(object{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts,
		"metadata": object{"component": object{"type": "application", "name": "vigie", "version": vigie.Version, "bom-ref": "vigie"}}})
	return out.Bytes(), err
}

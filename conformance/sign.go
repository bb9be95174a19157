package conformance

import (
	"fmt"
	"math"

	"vigie/fault"
)

// rotation compares the columns of a matrix, given by rows, each up to its
// sign.
func (p *part) rotation(k *comparison) error {
	if p.spec["layout"] != "rotation_rows" {
		return fault.NotFoundf("choisissez une forme décrite dans SCHEMA.md", "forme inconnue « %v »", p.spec["layout"])
	}
	want, got := listed(p.want), listed(p.got)
	if len(got) != len(want) || len(want) == 0 || len(listed(got[0])) != len(listed(want[0])) {
		k.fail(p.name, len(got), len(want), math.Inf(1))
		return nil
	}
	for j := range listed(want[0]) {
		w, g := make([]any, len(want)), make([]any, len(want))
		for i := range want {
			w[i], g[i] = listed(want[i])[j], listed(got[i])[j]
		}
		p.upToSign(k, fmt.Sprintf("%s[%d]", p.name, j), w, g)
	}
	return nil
}

// signs compares a column of weights, of which those of level 1 under one
// parent share a free sign.
func (p *part) signs(k *comparison, name string, want, got []any) error {
	if p.spec["sign_group"] != "parent_level1" {
		return fault.NotFoundf("choisissez un groupe décrit dans SCHEMA.md", "groupe de signes inconnu « %v »", p.spec["sign_group"])
	}
	a := newAsked(p.dir, p.c)
	tree := a.object("tree")
	meta := tree.table("meta")
	code, parent, level := tree.labels(meta, "code"), tree.labels(meta, "parent"), tree.column(meta, "level")
	if *a.err != nil {
		return *a.err
	}
	group := map[string]string{}
	for i, c := range code {
		if level[i] == 1 {
			group[c] = parent[i]
		}
	}
	keys, _, err := p.column(p.keys[0])
	if err != nil {
		return err
	}
	w, g := map[string][]any{}, map[string][]any{}
	for i, key := range keys {
		under := group[fmt.Sprint(key)]
		if under == "" {
			p.cell(k, fmt.Sprintf("%s[%d]", name, i), want[i], got[i], largest(want))
			continue
		}
		w[under], g[under] = append(w[under], want[i]), append(g[under], got[i])
	}
	for _, c := range code {
		p.upToSign(k, name+" "+c, w[c], g[c])
	}
	return nil
}

// upToSign compares values whose signs may all be turned.
func (p *part) upToSign(k *comparison, path string, want, got []any) {
	sum := 0.0
	for i := range want {
		w, _ := want[i].(float64)
		g, _ := got[i].(float64)
		sum += w * g
	}
	for i := range want {
		g := got[i]
		if v, ok := g.(float64); ok && sum < 0 {
			g = -v
		}
		p.cell(k, fmt.Sprintf("%s[%d]", path, i), want[i], g, largest(want))
	}
}

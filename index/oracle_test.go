package index

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"testing"
)

// asem is the ASEM index of the reference set, to the scores.
const asem = `
[data]
unit = "uCode"
[imputation]
method = "group_mean"
group = "EurAsia_group"
most = 0
[treatment]
method = "winsorise_log"
points = 5
[analysis]
flag_high = 0.75
[uncertainty]
draws = 0
`

// near compares with a text of a reference file.
func near(t *testing.T, what string, got Number, want string) {
	t.Helper()
	w, err := strconv.ParseFloat(want, 64)
	if err != nil || !(math.Abs(float64(got)-w) <= 1e-9*max(1, math.Abs(w))) {
		t.Errorf("%s: %v; want %s", what, got, want)
	}
}

// Correlations, their flags and probabilities, alpha, components and the effect
// of removing each pillar are COINr's.
func TestAnalysisAgrees(t *testing.T) {
	r := ran(t, lay(shared(t, "data/asem_imeta.csv"), true, asem), tableOf(shared(t, "data/asem_idata.csv")))
	for _, row := range shared(t, "reference/corr/level1_parent_pearson.csv")[1:] {
		near(t, row[1]+" in "+row[0], correlationOf(t, r.Analysis.Correlations, "parent", row[1], row[0]).R, row[2])
	}
	flagged := map[string]string{}
	for _, row := range shared(t, "reference/corr/flags_high_075.csv")[1:] {
		flagged[min(row[1], row[2])+" "+max(row[1], row[2])] = row[3]
	}
	for _, c := range r.Analysis.Correlations {
		pair := min(c.A, c.B) + " " + max(c.A, c.B)
		if r.element(c.A).Level == 0 && (flagged[pair] != "") != (c.Flag == "high") {
			t.Errorf("%s: %+v; COINr flags %q", pair, c, flagged[pair])
		} else if c.Flag == "high" {
			near(t, pair, c.R, flagged[pair])
		}
	}
	p := shared(t, "reference/corr/pillars_pvalues.csv")
	for _, row := range p[1:] {
		for k, other := range p[0][1:] {
			for _, c := range r.Analysis.Correlations {
				if c.Kind == "siblings" && c.A == row[0] && c.B == other {
					near(t, "p of "+c.A+" and "+c.B, c.P, row[k+1])
				}
			}
		}
	}
	for _, row := range shared(t, "reference/corr/cronbach.csv")[1:] {
		if k := parentOf(r, row[1]); row[0] != "Raw" && k >= 0 && (row[0] == "Aggregated") == (r.element(row[1]).Level == 2) {
			near(t, "alpha of "+row[1], r.Analysis.Parents[k].Alpha, row[2])
		}
	}
	componentsAgree(t, r)
	whatIfAgrees(t, r)
}

func parentOf(r *Result, code string) int {
	return slices.IndexFunc(r.Analysis.Parents, func(c Coherence) bool { return c.Code == code })
}

// componentsAgree compares with prcomp of R: shares of variance, and loadings up
// to their side.
func componentsAgree(t *testing.T, r *Result) {
	t.Helper()
	var want map[string]struct {
		Share    []float64   `json:"variance_share"`
		Rotation [][]float64 `json:"rotation_rows"`
	}
	if err := json.Unmarshal(sharedFile(t, "reference/pca/pca_by_pillar.json"), &want); err != nil || len(want) != 8 {
		t.Fatal(err, len(want))
	}
	for code, w := range want {
		got := r.Analysis.Parents[parentOf(r, code)]
		for k, v := range w.Share {
			if math.Abs(float64(got.Components[k])-v) > 1e-9 {
				t.Errorf("components of %s: %v; want %v", code, got.Components, w.Share)
				break
			}
		}
		for _, l := range got.Loadings {
			if !slices.ContainsFunc(w.Rotation, func(row []float64) bool { return math.Abs(math.Abs(row[0])-math.Abs(float64(l))) < 1e-9 }) {
				t.Errorf("loading %v of %s is none of prcomp's", l, code)
			}
		}
	}
}

func whatIfAgrees(t *testing.T, r *Result) {
	t.Helper()
	by := map[string]Without{}
	for _, w := range r.WhatIf {
		by[w.Code] = w
	}
	for _, row := range shared(t, "reference/whatif/remove_pillar_mean_abs_diff.csv")[2:] {
		near(t, "index without "+row[0], by[row[0]].Shift, row[1])
	}
	ranks := shared(t, "reference/whatif/remove_pillar_ranks.csv")
	for _, row := range ranks[1:] {
		u := slices.IndexFunc(r.Units, func(u Unit) bool { return u.Code == row[0] })
		for k, code := range ranks[0][2:] {
			near(t, row[0]+" without "+code, Number(by[code].Place[u]), row[k+2])
		}
	}
}

// Strengths and weaknesses of two countries, on the values as published, are
// those of COINr; where it leaves out the last of all, those of the cases.
func TestProfilesAgree(t *testing.T) {
	r := ran(t, lay(shared(t, "data/asem_imeta.csv"), false, "[data]\nunit = \"uCode\"\n[uncertainty]\ndraws = 0\n"), tableOf(shared(t, "data/asem_idata.csv")))
	profile := func(code string) ProfileOf {
		return r.Profiles[slices.IndexFunc(r.Units, func(u Unit) bool { return u.Code == code })]
	}
	for _, c := range []struct {
		file string
		got  []Placed
	}{{"FRA_strengths", profile("FRA").Strengths}, {"FRA_weaknesses", profile("FRA").Weaknesses}, {"MMR_strengths", profile("MMR").Strengths}} {
		rows := shared(t, "reference/profiles/"+c.file+".csv")[1:]
		if c.file == "FRA_weaknesses" {
			slices.Reverse(rows) // the worst first
		}
		if len(rows) != len(c.got) {
			t.Errorf("%s: %d places; want %d", c.file, len(c.got), len(rows))
			continue
		}
		for k, row := range rows {
			if c.got[k].Code != row[0] || strconv.Itoa(c.got[k].Place) != row[3] {
				t.Errorf("%s, place %d: %+v; want %v", c.file, k, c.got[k], row)
			}
			near(t, c.file+" "+row[0], c.got[k].Value, row[4])
		}
	}
	last := profile("MMR").Weaknesses
	if len(last) != 5 || last[0].Place != 51 || last[0].Of != 51 {
		t.Errorf("a country that is last of all: %+v", last)
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"vigie/index"
)

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("no room") }

// A result written as it goes is the text that an encoder makes of it.
func TestStreamJSON(t *testing.T) {
	full := &indexed{record: record{Program: "vigie", File: "a & <b>", Data: []readings{{Path: "x"}, {Path: "y", Rows: 3}}}, Result: &index.Result{
		Title: "É", Units: []index.Unit{{Code: "A"}, {Code: "B"}}, Elements: []index.Scores{{Code: "e", Score: index.Numbers{1, 2.5}, Rank: []int{1, 2}}},
		Summaries: []index.Summary{}, Warnings: []string{"w"}, Uncertainty: &index.Uncertain{Draws: 3},
	}, Since: &index.Change{}}
	for _, x := range []*indexed{full, {Result: &index.Result{}}} {
		var got, want bytes.Buffer
		if err := json.NewEncoder(&want).Encode(x); err != nil {
			t.Fatal(err)
		}
		if err := streamJSON(&got, x); err != nil || got.String() != want.String() {
			t.Errorf("%v\n%s\nwant\n%s", err, got.String(), want.String())
		}
	}
	if err := streamJSON(closed{}, full); err == nil {
		t.Error("a full disk says nothing")
	}
}

package main

import (
	"errors"
	"io"
	"os"
	"testing"
)

// A file is written whole or not at all.
func TestWriteFile(t *testing.T) {
	t.Chdir(t.TempDir())
	fill := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			io.WriteString(w, text) // the file is read below
			return err
		}
	}
	failed := errors.New("half way")
	if err := writeFile("a", fill("half", failed)); !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
	if list, _ := os.ReadDir("."); len(list) != 0 {
		t.Errorf("a write that failed leaves %v", list)
	}
	if err := writeFile("a", fill("whole", nil)); err != nil {
		t.Fatal(err)
	}
	if err := writeFile("a", fill("half", failed)); !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
	list, _ := os.ReadDir(".")
	if got, _ := os.ReadFile("a"); string(got) != "whole" || len(list) != 1 {
		t.Errorf("a write that failed leaves %q in %v", got, list)
	}
	if err := writeFile("absent/a", fill("", nil)); err == nil {
		t.Error("written in a folder that does not exist")
	}
}

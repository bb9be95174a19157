package journal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie/fault"
	"vigie/journal"
)

var at = time.Date(2026, 3, 12, 7, 30, 15, 999, time.UTC)

// chain makes a journal of n entries.
func chain(n int) []journal.Entry {
	var all []journal.Entry
	var head journal.Head
	for i := range n {
		e := journal.Next(head, at.Add(time.Duration(i)*time.Minute), journal.Act{
			Actor: journal.PersonActor(fmt.Sprint("p", i%3)), Action: "edition.propose", Object: fmt.Sprint("edition:2026-", i),
			Before: json.RawMessage(`{"state": "draft"}`), After: fmt.Appendf(nil, `{"n": %d}`, i),
		})
		all, head = append(all, e), e.Head()
	}
	return all
}

func each(all []journal.Entry) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestVerify(t *testing.T) {
	all := chain(6)
	head, last := all[5].Head(), all[3].Head()
	swapped := slices.Clone(all)
	swapped[2], swapped[3] = swapped[3], swapped[2]
	replaced := slices.Clone(all)
	replaced[2] = journal.Next(all[1].Head(), at, journal.Act{Actor: "x", Action: "y", Object: "z"})
	other := chain(7)[1:]
	cases := []struct {
		name    string
		entries []journal.Entry
		stated  []journal.Head
		want    journal.Break
	}{
		{"whole", all, []journal.Head{head, last}, journal.Break{}},
		{"empty", nil, nil, journal.Break{}},
		{"first missing", other, nil, journal.Break{Seq: 1, How: journal.Missing}},
		{"missing", slices.Delete(slices.Clone(all), 2, 4), []journal.Head{head}, journal.Break{Seq: 3, How: journal.Missing}},
		{"reordered", swapped, nil, journal.Break{Seq: 3, How: journal.Reordered}},
		{"doubled", slices.Insert(slices.Clone(all), 3, all[1]), nil, journal.Break{Seq: 2, How: journal.Doubled}},
		{"replaced", replaced, nil, journal.Break{Seq: 4, How: journal.Detached}},
		{"truncated", all[:4], []journal.Head{last, head}, journal.Break{Seq: 5, How: journal.Truncated}},
		{"rewritten", append(slices.Clone(all[:5]), journal.Next(all[4].Head(), at, journal.Act{Actor: "x"})), []journal.Head{head},
			journal.Break{Seq: 6, How: journal.Rewritten}},
	}
	for _, c := range cases {
		_, err := journal.Verify(each(c.entries), c.stated...)
		var got journal.Break
		if b, ok := errors.AsType[*journal.Break](err); ok {
			got = *b
		}
		if got != c.want {
			t.Errorf("%s: Verify = %v; want %v", c.name, err, &c.want)
		}
	}
}

// alter changes one field of an entry, which is another one then.
var alter = map[string]func(e *journal.Entry, text string){
	"seq":      func(e *journal.Entry, text string) { e.Seq += int64(len(text)) },
	"at":       func(e *journal.Entry, text string) { e.At = e.At.Add(time.Duration(len(text)) * time.Second) },
	"actor":    func(e *journal.Entry, text string) { e.Actor += journal.Actor(text) },
	"action":   func(e *journal.Entry, text string) { e.Action += text },
	"object":   func(e *journal.Entry, text string) { e.Object += text },
	"before":   func(e *journal.Entry, text string) { e.Before = append(slices.Clone(e.Before), text...) },
	"after":    func(e *journal.Entry, text string) { e.After = append(slices.Clone(e.After), text...) },
	"previous": func(e *journal.Entry, text string) { e.Previous += text },
	"hash":     func(e *journal.Entry, text string) { e.Hash += text },
	"moved": func(e *journal.Entry, text string) { // from one field into the next
		n := min(len(text), len(e.Object))
		e.Action, e.Object = e.Action+e.Object[:n], e.Object[n:]
	},
}

func TestVerifyFindsAny(t *testing.T) {
	names := []string{"remove", "swap", "insert", "cut"}
	for name := range alter {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		all := chain(rapid.IntRange(2, 12).Draw(t, "entries"))
		head := all[len(all)-1].Head()
		i := rapid.IntRange(0, len(all)-1).Draw(t, "at")
		j := rapid.IntRange(0, len(all)-1).Draw(t, "other")
		how := rapid.SampledFrom(names).Draw(t, "how")
		switch how {
		case "remove":
			all = slices.Delete(all, i, i+1)
		case "swap":
			if i == j {
				return
			}
			all[i], all[j] = all[j], all[i]
		case "insert":
			all = slices.Insert(all, i, all[j])
		case "cut":
			all = all[:i]
		default:
			alter[how](&all[i], rapid.StringN(1, 8, -1).Draw(t, "text"))
		}
		_, err := journal.Verify(each(all), head)
		if _, ok := errors.AsType[*journal.Break](err); !ok {
			t.Fatalf("%s at %d, %d: Verify = %v; want a Break", how, i, j, err)
		}
	})
}

func TestVerifyReadingFails(t *testing.T) {
	want := errors.New("no disk")
	_, err := journal.Verify(func(yield func(journal.Entry, error) bool) { yield(journal.Entry{}, want) })
	if err != want {
		t.Errorf("Verify = %v; want the error of the entries", err)
	}
}

func TestParseHead(t *testing.T) {
	h := chain(3)[2].Head()
	if got, err := journal.ParseHead(h.String()); err != nil || got != h {
		t.Errorf("ParseHead(%s) = %v, %v", h, got, err)
	}
	for _, s := range []string{"", ":", "1:", "0:" + h.Hash, "x:" + h.Hash, "1:" + h.Hash[1:], "1:" + h.Hash + "00"} {
		if _, err := journal.ParseHead(s); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("ParseHead(%q) = %v; want Invalid", s, err)
		}
	}
}

func TestActCheck(t *testing.T) {
	good := journal.Act{Actor: journal.System, Action: "a", Object: "o"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*journal.Act){
		"actor":  func(a *journal.Act) { a.Actor = "" },
		"action": func(a *journal.Act) { a.Action = "a\nb" },
		"object": func(a *journal.Act) { a.Object = "" },
		"before": func(a *journal.Act) { a.Before = json.RawMessage("{") },
	} {
		a := good
		spoil(&a)
		if a.Check() == nil {
			t.Errorf("%s: Check found nothing", name)
		}
	}
}

package casestudy

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/territory"
)

func TestEntriesAreFrozenInTheSameBytes(t *testing.T) {
	paris := time.FixedZone("Paris", 3600)
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	a := answer("a", []string{"EMP"}, []territory.Code{"DEP-08"}, "measured", 2015)
	a.ChangedAt, a.Record.Summary = at, "<b>1 & 2</b> « trois »"
	a.Record.Contacts = []Contact{{Organisation: "Mairie", Address: "mailto:a@example.org"}}
	b, draft := answer("b", nil, nil, "", 0), answer("c", nil, nil, "", 0)
	b.Record.Contacts, b.Record.Consent = a.Record.Contacts, Consent{By: "Mairie"}
	draft.State = Draft
	first, err := EncodeEntries([]Entry{b, draft, a})
	if err != nil {
		t.Fatal(err)
	}
	a.ChangedAt = at.In(paris)
	again, err := EncodeEntries([]Entry{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Errorf("order, zone and drafts change the bytes:\n%s\n%s", first, again)
	}
	got, err := DecodeEntries(first)
	if err != nil {
		t.Fatal(err)
	}
	a.ChangedAt, a.Record.Contacts = at, nil // nobody agreed to it
	if diff := cmp.Diff([]Entry{a, b}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := DecodeEntries(append(first, '{')); fault.KindOf(err) != fault.Internal {
		t.Errorf("half a line: %v", err)
	}
}

func TestRenewed(t *testing.T) {
	before := []Entry{answer("a", nil, nil, "", 0), answer("b", nil, nil, "", 0), answer("c", nil, nil, "", 0), answer("d", nil, nil, "", 0)}
	after := slices.Clone(before[1:])
	after[0].Version = 2
	after[2].State = Archived
	after = append(after, answer("e", nil, nil, "", 0), answer("f", nil, nil, "", 0))
	if got, want := Renewed(before, after), (Renewal{Added: 2, Removed: 2, Changed: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func FuzzDecodeEntries(f *testing.F) {
	f.Add([]byte(`{"id":"a","slug":"a","state":"published","version":1,"record":{"title":"t","language":"fr"}}` + "\n"))
	f.Add([]byte("{}{"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := DecodeEntries(raw)
		if err != nil {
			return
		}
		if _, err := EncodeEntries(all); err != nil {
			t.Skip("a year that JSON cannot write")
		}
	})
}

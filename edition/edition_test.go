package edition_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/edition"
	"vigie/fault"
)

func TestCheckNumber(t *testing.T) {
	for number, ok := range map[string]bool{"2026-1": true, "2026-12": true, "1999-999": true, "": false, "2026": false, "2026-": false, "26-1": false,
		"2026-1000": false, "2026-1 ": false, "2026-1\n": false, "../2026-1": false, "2026-a": false} {
		err := edition.CheckNumber(number)
		if (err == nil) != ok {
			t.Errorf("CheckNumber(%q) = %v; want accepted: %v", number, err, ok)
		}
		if err != nil && (fault.KindOf(err) != fault.Invalid || fault.Do(err) == "") {
			t.Errorf("CheckNumber(%q) = %v: no remedy", number, err)
		}
	}
}

func sampleManifest() *edition.Manifest {
	return &edition.Manifest{Number: "2026-2", Date: "2026-03-12", Embargo: time.Date(2026, 3, 12, 7, 0, 0, 0, time.UTC), Version: "test", Supersedes: "2026-1",
		Parts:   []edition.Part{{Role: edition.RoleResult, Name: "region", Artifact: "ab"}, {Role: edition.RoleTaxonomy, Name: "region", Artifact: "cd"}},
		Changes: []edition.Change{{Kind: "dataset", FR: "Mis à jour : « régions & départements ».", EN: "Updated: “regions & départements”."}}}
}

func TestManifest(t *testing.T) {
	m := sampleManifest()
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := edition.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, back); diff != "" {
		t.Errorf("a manifest is not what it was:\n%s", diff)
	}
	again, err := back.Encode()
	if err != nil || string(again) != string(b) {
		t.Errorf("the same manifest has other bytes (%v):\n%s\n%s", err, b, again)
	}
	if p, ok := m.Part(edition.RoleTaxonomy, "region"); !ok || p.Artifact != "cd" {
		t.Errorf("Part = %+v, %v", p, ok)
	}
	if _, ok := m.Part(edition.RoleSpec, "region"); ok {
		t.Error("a part that is not there is found")
	}
	_, err = edition.Decode([]byte("{"))
	if fault.KindOf(err) != fault.Internal || fault.Do(err) == "" {
		t.Errorf("Decode of a damaged manifest: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	b, err := sampleManifest().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"number":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := edition.Decode(b)
		if err != nil {
			return
		}
		once, err := m.Encode()
		if err != nil {
			return // an instant that JSON cannot hold
		}
		back, err := edition.Decode(once)
		if err != nil {
			t.Fatalf("%q: what is encoded cannot be read: %v", b, err)
		}
		if again, err := back.Encode(); err != nil || string(again) != string(once) {
			t.Errorf("%q: %q, then %q (%v)", b, once, again, err)
		}
	})
}

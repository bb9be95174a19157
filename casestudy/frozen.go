package casestudy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"slices"

	"vigie/fault"
)

// EncodeEntries writes the public cases of a moment, one JSON line a case, by
// identifier: the same cases, the same bytes, in whatever order they come. Who
// can be reached is left out where nobody has agreed to it.
func EncodeEntries(all []Entry) ([]byte, error) {
	list := slices.DeleteFunc(slices.Clone(all), func(e Entry) bool { return !e.State.Public() })
	slices.SortFunc(list, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	var out bytes.Buffer
	to := json.NewEncoder(&out)
	to.SetEscapeHTML(false)
	for _, e := range list {
		if e.Record.Consent.By == "" {
			e.Record.Contacts = nil
		}
		e.PublishedAt, e.ChangedAt, e.ReviewedAt = e.PublishedAt.UTC(), e.ChangedAt.UTC(), e.ReviewedAt.UTC()
		if err := to.Encode(e); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// DecodeEntries reads what EncodeEntries has written.
func DecodeEntries(raw []byte) ([]Entry, error) {
	var out []Entry
	from := json.NewDecoder(bytes.NewReader(raw))
	for {
		var e Entry
		switch err := from.Decode(&e); err {
		case nil:
			out = append(out, e)
		case io.EOF:
			return out, nil
		default:
			return nil, &fault.Error{Kind: fault.Internal, What: "fiches figées illisibles", Err: err, Do: "restaurez l’observatoire depuis une sauvegarde"}
		}
	}
}

// Renewal counts what became of the cases from one moment to another.
type Renewal struct{ Added, Removed, Changed int }

// Renewed compares the public cases of two moments, by identifier.
func Renewed(before, after []Entry) Renewal {
	was := map[string]int{}
	for i := range before {
		if before[i].State.Public() {
			was[before[i].ID] = before[i].Version
		}
	}
	var out Renewal
	kept := 0
	for i := range after {
		if !after[i].State.Public() {
			continue
		}
		version, ok := was[after[i].ID]
		switch {
		case !ok:
			out.Added++
			continue
		case version != after[i].Version:
			out.Changed++
		}
		kept++
	}
	out.Removed = len(was) - kept
	return out
}

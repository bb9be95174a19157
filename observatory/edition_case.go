package observatory

import (
	"context"
	"slices"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
	"vigie/store"
)

// caseName names the part of an edition that holds the public cases.
const caseName = "cases"

// cases are the public cases of now, written as an edition freezes them, and the
// part that they would be; false when there are none.
func (w *Walk) cases(ctx context.Context) (p edition.Part, text []byte, ok bool, err error) {
	all, _, err := w.DB.Entries(ctx)
	if err != nil {
		return p, nil, false, err
	}
	if text, err = casestudy.EncodeEntries(all); err != nil || len(text) == 0 {
		return p, nil, false, err
	}
	n := 0
	for i := range all {
		if all[i].State.Public() {
			n++
		}
	}
	return edition.Part{Role: edition.RoleCase, Name: caseName, Artifact: store.ArtifactID(text), Rows: n}, text, true, nil
}

// keepCases puts the public cases of now among the parts of an edition to
// freeze, and their bytes in the bucket.
func (w *Walk) keepCases(ctx context.Context, parts []edition.Part) ([]edition.Part, error) {
	parts = slices.DeleteFunc(parts, func(p edition.Part) bool { return p.Role == edition.RoleCase })
	p, text, ok, err := w.cases(ctx)
	if err != nil || !ok {
		return parts, err
	}
	if p.Artifact, err = w.DB.PutArtifact(ctx, edition.RoleCase, text, w.Now); err != nil {
		return nil, err
	}
	return append(parts, p), nil
}

// caseChanges counts the cases added, removed and changed since an edition.
func (w *Walk) caseChanges(ctx context.Context, old, now *edition.Manifest) ([]edition.Change, error) {
	before, _ := old.Part(edition.RoleCase, caseName)
	after, _ := now.Part(edition.RoleCase, caseName)
	if before.Artifact == after.Artifact {
		return nil, nil
	}
	was, err := w.frozenCases(ctx, before)
	if err != nil {
		return nil, err
	}
	is, err := w.frozenCases(ctx, after)
	if err != nil {
		return nil, err
	}
	r := casestudy.Renewed(was, is)
	say := func(l lang.Lang) string {
		return lang.T(l, "edition.cases", "added", r.Added, "removed", r.Removed, "changed", r.Changed, "same", r.Added+r.Removed+r.Changed == 0)
	}
	return []edition.Change{{Kind: edition.RoleCase, FR: say(lang.FR), EN: say(lang.EN)}}, nil
}

// frozenCases reads the cases of a part: those of now when it is not kept yet,
// none for a part that does not exist.
func (w *Walk) frozenCases(ctx context.Context, p edition.Part) ([]casestudy.Entry, error) {
	if p.Artifact == "" {
		return nil, nil
	}
	now, text, ok, err := w.cases(ctx)
	if err != nil {
		return nil, err
	}
	if !ok || now.Artifact != p.Artifact {
		if text, err = w.DB.Artifact(ctx, p.Artifact); err != nil {
			return nil, err
		}
	}
	return casestudy.DecodeEntries(text)
}

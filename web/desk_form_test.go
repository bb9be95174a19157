package web

import "testing"

// Choices of one name in several groups: each label leads to its own box.
func TestFieldsNamedOnce(t *testing.T) {
	group := func() deskField {
		return deskField{Kind: "checks", Name: "indicateur", Options: []deskOption{{Value: "a"}, {Value: "b"}}}
	}
	f := (&deskForm{Fields: []deskField{{Name: "version"}, group(), group(), group()}}).ready(&visitor{}, nil)
	seen := map[string]bool{}
	for _, field := range f.Fields {
		ids := []string{field.ID}
		for _, o := range field.Options {
			ids = append(ids, o.ID)
		}
		for _, id := range ids {
			if seen[id] {
				t.Errorf("two elements are named %s", id)
			}
			seen[id] = true
		}
	}
	if f.Fields[0].ID != fieldID("version") || f.Fields[1].ID != fieldID("indicateur") {
		t.Errorf("the first of a name is %s, %s: a fault leads to it by its name", f.Fields[0].ID, f.Fields[1].ID)
	}
}

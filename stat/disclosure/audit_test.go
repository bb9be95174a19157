package disclosure

import (
	"maps"
	"slices"
	"testing"
)

func (q query) sensitive() []Sensitive {
	var list []Sensitive
	for _, key := range slices.Sorted(maps.Keys(q.Params.Primary)) {
		p := q.Params.Primary[key]
		list = append(list, Sensitive{key, p.Lower, p.Upper})
	}
	return list
}

func TestAuditReferences(t *testing.T) {
	for _, q := range queries(t, "audit") {
		t.Run(q.ID, func(t *testing.T) {
			v, err := Audit(q.table(t), q.sensitive(), q.Params.Pattern, q.Params.Singleton)
			if err != nil {
				t.Fatal(err)
			}
			if v.Safe != q.Expect.Safe || v.Safe != (len(v.Breaches) == 0) {
				t.Errorf("safe is %v, want %v: %+v", v.Safe, q.Expect.Safe, v.Breaches)
			}
		})
	}
}

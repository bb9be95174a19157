package observatory

import (
	"context"

	"vigie/edition"
	"vigie/fault"
	"vigie/store"
	"vigie/territory"
)

// WithComposed returns an edition that knows the composed territories among
// some codes; the others are left alone.
//
// Error: NotFound for a composed territory that nobody has composed here.
func WithComposed(ctx context.Context, db *store.DB, c *edition.Content, codes ...string) (*edition.Content, error) {
	var list []territory.Composition
	for _, code := range codes {
		if !territory.Code(code).IsComposed() {
			continue
		}
		in, err := db.Composed(ctx, territory.Code(code))
		if fault.KindOf(err) == fault.NotFound {
			return nil, fault.NotFoundf("vérifiez l’adresse, ou composez-le de nouveau : la même liste et le même nom redonnent la même adresse",
				"aucun territoire composé n’a l’adresse « %s » ici", code)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, in)
	}
	if list == nil {
		return c, nil
	}
	return c.With(list...), nil
}

package study

import (
	"fmt"
	"slices"
	"strings"

	"vigie/lang"
)

// sameWords is how alike two wordings are of one question whose code changed.
const sameWords = 0.85

// Against compares the items of a plan with those of the wave before of the same
// audience. An item asked otherwise says so in differs; a question that has only
// changed its code keeps the one it had.
//
// Error: a fault.List that names the items.
func (p *Plan) Against(before *Tabulation) error {
	c := &planCheck{Plan: p}
	for i := range p.Items {
		it := &p.Items[i]
		path := p.itemPath(i)
		if was, ok := before.Item(it.Code); ok {
			if changed := it.changed(&was.Item); changed != "" && it.Differs == (Words{}) {
				c.refuse(path+".differs", "dites la différence aux lecteurs : differs = { fr = \"…\", en = \"…\" }",
					"« %s » n’est pas posée comme dans %s : %s", it.Code, before.Wave, changed)
			}
			continue
		}
		for k := range before.Items {
			old := &before.Items[k].Item
			if p.has(old.Code) || it.Differs != (Words{}) {
				continue
			}
			if alike(it.Wording.FR, old.Wording.FR) >= sameWords || it.Construct != "" && it.Construct == old.Construct && it.Kind == old.Kind {
				c.refuse(path+".code", fmt.Sprintf("gardez le code « %s », ou dites avec differs en quoi la question est une autre", old.Code),
					"« %s » semble être « %s » de %s sous un autre nom", it.Code, old.Code, before.Wave)
			}
		}
	}
	return c.list.Err()
}

func (p *Plan) has(code string) bool {
	return slices.ContainsFunc(p.Items, func(it PlannedItem) bool { return it.Code == code })
}

// changed says in what an item is not asked as it was, "" when it is.
func (it *PlannedItem) changed(was *Item) string {
	var out []string
	if it.Kind != was.Kind {
		out = append(out, "nature "+was.Kind+", puis "+it.Kind)
	}
	if it.Scale != was.Scale {
		out = append(out, "échelle « "+was.Scale+" », puis « "+it.Scale+" »")
	}
	if lang.Fold(it.Wording.FR) != lang.Fold(was.Wording.FR) {
		out = append(out, "autre formulation")
	}
	same := slices.EqualFunc(it.Options, was.Options, func(a PlannedOption, b Option) bool {
		return a.Code == b.Code && lang.Fold(a.Label.FR) == lang.Fold(b.Label.FR)
	})
	if !same {
		out = append(out, "autres réponses proposées")
	}
	return strings.Join(out, ", ")
}

package observatory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vigie/journal"
	"vigie/lang"
	"vigie/store"
)

// deskCase is where the desk shows a case.
const deskCase = "/atelier/fiches/"

// publicCase is where readers find a case.
const publicCase = "/pratiques/"

// addressee is somebody to write to about a case.
type addressee struct{ name, mail, lang string }

// caseLetters tell the author of a case what became of it, once for a version of
// its row; somebody without an account is told where they said. A command, and
// who has left, has nobody to tell.
func (w *Walk) caseLetters(ctx context.Context, id, told string, version int) ([]store.Letter, error) {
	row, err := w.DB.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	if told != "asked" && row.Author == w.By {
		return nil, nil
	}
	to, err := w.authorOf(ctx, &row)
	if err != nil || to.mail == "" {
		return nil, err
	}
	return []store.Letter{w.caseLetter(to, &row, told, fmt.Sprintf("case.%s:%s:%d", told, row.ID, version))}, nil
}

// authorOf is who wrote a case, the zero addressee when nobody can be told.
func (w *Walk) authorOf(ctx context.Context, row *store.CaseRow) (to addressee, err error) {
	if row.Link != "" {
		c, err := w.DB.CaseContributor(ctx, row.ID)
		return addressee{c.Name, c.Mail, c.Lang}, err
	}
	people, err := w.DB.People(ctx)
	if err != nil {
		return to, err
	}
	i := slices.IndexFunc(people, func(p store.PersonRow) bool {
		return journal.PersonActor(p.ID) == journal.PersonActor(row.Author.Person())
	})
	if i < 0 || people[i].Erased || people[i].Disabled {
		return to, nil
	}
	return addressee{people[i].Name, people[i].Mail, people[i].Lang}, nil
}

// caseLetter is what becomes of a case, told to one person. The desk is for who
// has an account; others are led to what readers see.
func (w *Walk) caseLetter(to addressee, row *store.CaseRow, told, event string) store.Letter {
	l, _ := lang.Parse(to.lang)
	path := deskCase + row.ID
	if row.Link != "" {
		path = ""
		if row.Slug != "" {
			path = publicCase + row.Slug
		}
	}
	return store.Letter{Event: event, To: to.mail,
		Subject: lang.T(l, "letter.case."+told+".subject", "title", row.Title),
		Body: said(lang.T(l, "letter.hello", "name", to.name), lang.T(l, "letter.case."+told+".body", "title", row.Title),
			w.address(l, path), lang.T(l, "letter.case.why")),
	}
}

// address is a path of the site as a letter gives it, "" without a path or when
// the site's address is not set.
func (w *Walk) address(l lang.Lang, path string) string {
	if w.Site == "" || path == "" {
		return ""
	}
	if l == lang.EN {
		path = "/en" + path
	}
	return strings.TrimSuffix(w.Site, "/") + path
}

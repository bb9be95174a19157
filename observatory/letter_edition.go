package observatory

import (
	"context"
	"slices"
	"strings"

	"vigie/account"
	"vigie/lang"
	"vigie/store"
)

// waitingLetters tell everybody else who may approve a proposal that it waits.
// A letter names nobody: it says which edition, and leads to its page.
func (w *Walk) waitingLetters(ctx context.Context, id, number string) ([]store.Letter, error) {
	people, err := w.DB.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []store.Letter
	object := account.Object{State: account.Proposed, By: w.By.Person()}
	for i := range people {
		if p := &people[i]; !p.Erased && p.Mail != "" && p.May(account.ApproveEdition, object) {
			out = append(out, w.editionLetter(&p.Person, "waiting", id, number))
		}
	}
	return out, nil
}

// decidedLetters tell who proposed an edition that it was approved or refused;
// a command has nobody to tell.
func (w *Walk) decidedLetters(ctx context.Context, p *store.ProposalRow, decided string) ([]store.Letter, error) {
	id := p.By.Person()
	if id == "" {
		return nil, nil
	}
	people, err := w.DB.People(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(people, func(r store.PersonRow) bool { return r.ID == id })
	if i < 0 || people[i].Erased || people[i].Disabled || people[i].Mail == "" {
		return nil, nil
	}
	return []store.Letter{w.editionLetter(&people[i].Person, decided, p.ID, p.Number)}, nil
}

// editionLetter is what becomes of a proposal, told to one person, once.
func (w *Walk) editionLetter(to *account.Person, told, id, number string) store.Letter {
	l, _ := lang.Parse(to.Lang)
	where := lang.T(l, "letter.edition.page")
	if w.Site != "" {
		path := "/atelier/editions/" + id
		if l == lang.EN {
			path = "/en" + path
		}
		where = strings.TrimSuffix(w.Site, "/") + path
	}
	return store.Letter{Event: "edition." + told + ":" + id + ":" + to.ID, To: to.Mail,
		Subject: lang.T(l, "letter.edition."+told+".subject", "number", number),
		Body:    paragraphs(lang.T(l, "letter.edition.hello"), lang.T(l, "letter.edition."+told+".body", "number", number), where)}
}

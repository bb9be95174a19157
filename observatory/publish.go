package observatory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/store"
)

// Publishing is an edition to freeze. Number "" takes the next one of the
// year; the edition supersedes the newest one.
type Publishing struct {
	Number  string    `json:"number"`
	Date    string    `json:"date"`    // ISO day
	Embargo time.Time `json:"embargo"` // nobody sees the edition before
}

// Publish freezes an edition: everything that pages will show, by content
// address, with the list of what changed. Nothing of it is ever edited. Where
// there are accounts an edition takes two persons: Propose, then Approve.
//
// Error: Invalid for a number or a day that is none; Conflict when the number
// exists, when the results are older than the data they would stand for, or
// when the embargo ends before that of the edition to replace; Denied where
// there are accounts.
func (w *Walk) Publish(ctx context.Context, in Publishing) (store.EditionRow, error) {
	people, err := w.DB.CountPeople(ctx)
	if err == nil && people > 0 {
		err = &fault.Error{Kind: fault.Denied, What: "cet observatoire a des comptes : une édition s’y publie à deux personnes",
			Do: "proposez-la, puis faites-la approuver dans l’atelier"}
	}
	if err != nil {
		return store.EditionRow{}, err
	}
	put, err := w.freeze(ctx, in, nil)
	if err != nil {
		return store.EditionRow{}, err
	}
	return w.DB.PutEdition(ctx, put)
}

// freeze makes an edition ready to be kept: its manifest, and its changes,
// those that it is told first.
func (w *Walk) freeze(ctx context.Context, in Publishing, told []edition.Change) (store.EditionInput, error) {
	w.step("édition")
	m, err := w.numbered(ctx, in)
	if err != nil {
		return store.EditionInput{}, err
	}
	if m.Parts, err = w.parts(ctx); err != nil {
		return store.EditionInput{}, err
	}
	if m.Parts, err = w.keepCases(ctx, m.Parts); err != nil {
		return store.EditionInput{}, err
	}
	old, err := w.superseded(ctx, m)
	if err != nil {
		return store.EditionInput{}, err
	}
	moves, err := w.moves(ctx, old, m)
	if err != nil {
		return store.EditionInput{}, err
	}
	slices.SortFunc(m.Parts, compareParts)
	changes, err := w.changes(ctx, old, m, moves)
	if err != nil {
		return store.EditionInput{}, err
	}
	m.Changes = append(told, changes...)
	w.step("relecture de l’édition")
	if _, err := load(ctx, w.DB, m); err != nil { // what cannot be read must not be frozen
		return store.EditionInput{}, err
	}
	if err := w.secrecy(ctx, m); err != nil {
		return store.EditionInput{}, err
	}
	b, err := m.Encode()
	return store.EditionInput{Number: m.Number, Title: "Édition " + m.Number, PublishedAt: m.Date, EmbargoAt: m.Embargo,
		Manifest: b, Supersedes: m.Supersedes, Changes: changesOf(m), CreatedAt: w.Now, By: w.By}, err
}

// numbered begins the manifest of an edition: its number, its day, its hour and
// the edition that it replaces.
func (w *Walk) numbered(ctx context.Context, in Publishing) (*edition.Manifest, error) {
	all, err := w.DB.Editions(ctx)
	if err != nil {
		return nil, err
	}
	if in.Number == "" {
		if in.Number, err = w.NextNumber(ctx, in.Date); err != nil {
			return nil, err
		}
	}
	if err := edition.CheckNumber(in.Number); err != nil {
		return nil, err
	}
	m := &edition.Manifest{Number: in.Number, Date: in.Date, Embargo: wholeSecond(in.Embargo), Version: w.Version}
	if len(all) > 0 {
		last := newestOf(all)
		if m.Embargo.Before(last.EmbargoAt) {
			return nil, errBefore(last)
		}
		m.Supersedes = last.Number
	}
	return m, nil
}

// changesOf are the changes of a manifest, as the store keeps them.
func changesOf(m *edition.Manifest) []store.EditionChange {
	var out []store.EditionChange
	for _, c := range m.Changes {
		out = append(out, store.EditionChange{Kind: c.Kind, WhatFR: c.FR, WhatEN: c.EN})
	}
	return out
}

// wholeSecond is the instant that the store can keep, never earlier than asked.
func wholeSecond(t time.Time) time.Time {
	s := t.UTC().Truncate(time.Second)
	if s.Before(t) {
		s = s.Add(time.Second)
	}
	return s
}

// errBefore refuses an edition that would be public before the one that it
// replaces, and would tell of it.
func errBefore(last store.EditionRow) error {
	at := last.EmbargoAt.Format(time.RFC3339)
	return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("l’édition %s, à remplacer, est sous embargo jusqu’au %s", last.Number, at),
		Do: "donnez un embargo qui ne la précède pas : --embargo " + at + " ; pour corriger plus tôt l’édition publique, publiez un erratum, " +
			"ou rappelez d’abord l’édition " + last.Number + ", que nul n’a vue, et reproposez-la après la correction"}
}

// NextNumber is the first free number of the year of a day, that nobody has
// proposed either.
func (w *Walk) NextNumber(ctx context.Context, day string) (string, error) {
	editions, err := w.DB.Editions(ctx)
	if err != nil {
		return "", err
	}
	proposals, err := w.DB.Proposals(ctx)
	if err != nil {
		return "", err
	}
	year, _, _ := strings.Cut(day, "-")
	last := 0
	note := func(number string) {
		if y, n, _ := strings.Cut(number, "-"); y == year {
			if k, err := strconv.Atoi(n); err == nil {
				last = max(last, k)
			}
		}
	}
	for _, e := range editions {
		note(e.Number)
	}
	for _, p := range proposals {
		if p.State == store.ProposalOpen {
			note(p.Number)
		}
	}
	return year + "-" + strconv.Itoa(last+1), nil
}

// newestOf is the edition that none supersedes; the list is never empty.
func newestOf(all []store.EditionRow) store.EditionRow {
	for _, e := range all {
		if e.SupersededBy == "" {
			return e
		}
	}
	return all[0]
}

// partRole says for each kind of dataset which role it plays in an edition.
var partRole = map[store.DatasetKind]string{
	store.Observation: edition.RoleObservation, store.Zoning: edition.RoleZoning, store.Territory: edition.RoleTerritory, store.Boundary: edition.RoleBoundary,
	store.Postcode: edition.RolePostcode, store.Change: edition.RoleChange, store.Catalogue: edition.RoleCatalogue,
	store.Published: edition.RolePublished, store.Publication: edition.RolePublication,
	store.Register: edition.RoleRegister,
}

// parts lists the newest datasets, lists and results, in a fixed order.
func (w *Walk) parts(ctx context.Context) ([]edition.Part, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	out, err := w.gathered(ctx, refs)
	if err != nil {
		return nil, err
	}
	results, err := w.results(ctx, refs)
	if err != nil {
		return nil, err
	}
	out = append(out, results...)
	slices.SortFunc(out, compareParts)
	return out, nil
}

// gathered lists the newest datasets and lists, and the public cases.
func (w *Walk) gathered(ctx context.Context, refs *references) ([]edition.Part, error) {
	var out []edition.Part
	for _, row := range refs.rows {
		p := edition.Part{Role: partRole[row.Kind], Name: row.Name, Artifact: row.File, Dataset: row.ID, File: row.File, FileName: row.FileName,
			Source: row.Source, Address: row.Origin, Rows: row.Rows}
		if row.Observations != "" {
			p.Artifact = row.Observations
		}
		out = append(out, p)
	}
	lists, err := w.DB.Taxonomies(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range lists {
		out = append(out, edition.Part{Role: edition.RoleTaxonomy, Name: t.Name, Artifact: t.File, File: t.File, FileName: t.Source})
	}
	cases, _, ok, err := w.cases(ctx)
	if err != nil {
		return nil, err
	}
	if ok {
		out = append(out, cases)
	}
	surveys, err := w.surveyParts(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out, surveys...)
	slices.SortFunc(out, compareParts)
	return out, nil
}

func compareParts(a, b edition.Part) int {
	return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Name, b.Name))
}

// results are the newest computation of each tier, which must be the one that
// would be made of today's data and lists, and their specification.
func (w *Walk) results(ctx context.Context, refs *references) ([]edition.Part, error) {
	newest, err := w.newestResults(ctx)
	if err != nil {
		return nil, err
	}
	if len(newest) == 0 {
		return nil, errStale("aucun indice n’est calculé")
	}
	specID := newest[0].Spec
	text, err := w.DB.Artifact(ctx, specID)
	if err != nil {
		return nil, err
	}
	spec, g, err := w.specified(ctx, refs, text)
	if err != nil {
		return nil, err
	}
	var out []edition.Part
	for _, level := range indexed {
		in, input, err := w.reading(ctx, g, spec, text, level)
		if err != nil {
			return nil, err
		}
		if input == nil {
			continue
		}
		i := slices.IndexFunc(newest, func(r store.ComputationRow) bool { return r.Level == string(level) })
		if i < 0 || newest[i].ID != in.ID() {
			return nil, errStale("l’indice (" + lang.T(lang.FR, "report.level."+string(level)+".many") +
				") n’est pas calculé sur les données, les listes et la spécification d’aujourd’hui, par cette version")
		}
		out = append(out, edition.Part{Role: edition.RoleResult, Name: string(level), Artifact: newest[i].Result})
	}
	return append(out, edition.Part{Role: edition.RoleSpec, Name: specName, Artifact: specID}), nil
}

// newestResults are the last computation of each tier, the largest tier first.
func (w *Walk) newestResults(ctx context.Context) ([]store.ComputationRow, error) {
	var out []store.ComputationRow
	for _, level := range indexed {
		rows, err := w.DB.Computations(ctx, string(level))
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			out = append(out, rows[0])
		}
	}
	return out, nil
}

func errStale(what string) error {
	return &fault.Error{Kind: fault.Conflict, What: what, Do: "calculez l’indice sur les données d’aujourd’hui : vigie compute"}
}

// secrecy has the last word before anything is published: an observation
// marked secret or missing carries no number.
func (w *Walk) secrecy(ctx context.Context, m *edition.Manifest) error {
	for _, p := range m.Parts {
		if p.Role != edition.RoleObservation {
			continue
		}
		row, err := w.DB.Dataset(ctx, p.Dataset)
		if err != nil {
			return err
		}
		t, err := w.DB.Table(ctx, row)
		if err != nil {
			return err
		}
		for i := range t.Columns {
			c := &t.Columns[i]
			for k, s := range c.Status {
				if !s.HasValue() && !math.IsNaN(c.X[k]) {
					return &fault.Error{Kind: fault.Internal, Do: "n’imprimez ni ne transmettez ce jeu ; réimportez le fichier d’origine",
						What: fmt.Sprintf("jeu « %s » : %s, %s, %s est secret ou manquant et porte pourtant un nombre", p.Name, c.Indicator, c.Territory[k], c.Period)}
				}
			}
		}
	}
	return nil
}

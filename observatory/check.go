package observatory

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/store"
	"vigie/study"
	"vigie/taxonomy"
	"vigie/territory"
)

// referenceNames are the names of reference files, by kind, each as an edition
// looks for it. Those of territories are followed by a hyphen and a year.
var referenceNames = map[store.DatasetKind][]string{
	store.Territory:   vintageFiles,
	store.Boundary:    {string(territory.Region), string(territory.Departement), string(territory.EPCI)},
	store.Change:      {changeName},
	store.Postcode:    {postcodeName},
	store.Catalogue:   {catalogueName, licenceName},
	store.Published:   {publishedName, itemName},
	store.Publication: {publicationName, translationName},
	store.Register:    {studyName, eventName, partnerName},
}

// checkReference reads a reference file as the walk will and counts its rows;
// id is the key of its bytes.
//
// Error: a fault of the file itself, or of the files it goes with.
func (w *Walk) checkReference(ctx context.Context, in Importing, id string) (int, error) {
	year, err := checkName(in)
	if err != nil {
		return 0, err
	}
	b, err := plain(in.FileName, io.NewSectionReader(in.File, 0, in.File.Size()))
	if err != nil {
		return 0, err
	}
	refs, err := w.references(ctx)
	if err != nil {
		return 0, err
	}
	refs.offer(in, id, b)
	lines := max(0, bytes.Count(b, []byte("\n"))-1)
	switch in.Kind {
	case store.Territory:
		err = refs.checkVintage(year)
	case store.Change:
		err = refs.checkChanges(b)
	case store.Boundary:
		t, e := territory.ParseBoundary(territory.Level(in.Name), b)
		if e != nil {
			return 0, e
		}
		return len(t.Areas), nil
	case store.Postcode:
		_, err = territory.ParsePostcodes(b)
	case store.Catalogue:
		if in.Name == licenceName {
			_, err = indicator.ParseLicences(in.FileName, b)
			return 0, err
		}
		_, err = indicator.ParseCatalogue(bytes.NewReader(b), in.FileName)
	case store.Register:
		err = w.checkRegister(ctx, refs)
	default:
		err = w.checkStudies(ctx, refs, in, b)
	}
	return lines, err
}

// checkName refuses a kind or a name that no edition would look for. It
// returns the year of a territory file.
func checkName(in Importing) (year int, err error) {
	names, ok := referenceNames[in.Kind]
	if !ok {
		var kinds []string
		for _, k := range store.DatasetKinds[2:] {
			kinds = append(kinds, string(k))
		}
		return 0, fault.Invalidf("donnez l’un de : "+strings.Join(kinds, ", "), "« %s » n’est pas un genre de fichier de référence", in.Kind)
	}
	name := in.Name
	if in.Kind == store.Territory {
		at := strings.LastIndexByte(name, '-')
		if year, err = strconv.Atoi(name[at+1:]); err != nil || year < 1900 || year > 2200 || at < 0 {
			name = ""
		} else {
			name = name[:at]
		}
	}
	if slices.Contains(names, name) {
		return year, nil
	}
	do := "donnez l’un de ces noms : " + lang.List(lang.FR, names)
	if in.Kind == store.Territory {
		do += ", suivi d’un tiret et de l’année : communes-2026"
	}
	return 0, fault.Invalidf(do, "« %s » n’est pas le nom d’un fichier de genre « %s »", in.Name, in.Kind)
}

// checkVintage reads a whole geography, once all its files are there: a file
// alone says too little.
func (r *references) checkVintage(year int) error {
	for i, name := range vintageFiles {
		if _, ok := r.file(store.Territory, r.vintageName(i, name, year)); !ok {
			return nil
		}
	}
	_, err := r.vintage(year)
	return err
}

// checkChanges reads the events between the two latest geographies, against
// them when they are there.
func (r *references) checkChanges(b []byte) error {
	from, to := r.former(), r.year()
	if from == to || r.checkVintage(from) != nil || r.checkVintage(to) != nil {
		return nil // nothing to check against yet: an edition has the last word
	}
	events, err := territory.ParseChanges(strconv.Itoa(from), strconv.Itoa(to), b)
	if err != nil {
		return err
	}
	before, err := r.vintage(from)
	if err != nil {
		return err
	}
	now, err := r.vintage(to)
	if err != nil {
		return err
	}
	_, err = territory.NewPassage(before, now, events)
	return err
}

// checkStudies reads published figures and publications, their wordings with
// the file that these are for.
func (w *Walk) checkStudies(ctx context.Context, refs *references, in Importing, b []byte) error {
	lists, err := w.lists(ctx)
	if err != nil {
		return err
	}
	main, words := b, []byte(nil)
	if in.Name == itemName || in.Name == translationName {
		words = b
		of := publishedName
		if in.Name == translationName {
			of = publicationName
		}
		if main, err = refs.bytes(in.Kind, of); err != nil {
			return err
		}
	}
	if in.Kind == store.Published {
		_, err = study.ParsePublishedFigures(in.FileName, main, words, lists)
	} else {
		_, err = study.ParsePublications(in.FileName, main, words, lists)
	}
	return err
}

// checkList checks a reference list against the others, once those that they
// name are all there.
func (w *Walk) checkList(ctx context.Context, v taxonomy.Version) error {
	rows, err := w.DB.Taxonomies(ctx)
	if err != nil {
		return err
	}
	all := []taxonomy.Version{v}
	have := map[string]bool{v.Taxonomy: true}
	for _, row := range rows {
		if row.Name == v.Taxonomy {
			continue
		}
		b, err := w.DB.Artifact(ctx, row.File)
		if err != nil {
			return err
		}
		other, err := taxonomy.ParseVersion(row.Name, b)
		if err != nil {
			return err
		}
		all = append(all, other)
		have[row.Name] = true
	}
	for _, l := range all {
		for _, t := range l.Terms {
			if t.ParentTaxonomy != "" && !have[t.ParentTaxonomy] {
				return nil // the first lists of a new observatory
			}
		}
	}
	_, err = taxonomy.NewSet(all...)
	return err
}

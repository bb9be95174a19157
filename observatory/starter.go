package observatory

import (
	"bytes"
	"context"
	"encoding/csv"
	"io/fs"
	"path"
	"slices"
	"strings"

	"vigie/data"
	"vigie/indicator"
	"vigie/lang"
	"vigie/store"
)

// starterFile is one embedded reference file and how it is kept.
type starterFile struct {
	kind store.DatasetKind
	name string
	file string
}

// starterFiles are the embedded reference files, in the order in which each
// can be checked.
var starterFiles = []starterFile{
	{store.Territory, "national-2026", "starter/territories/national.csv"},
	{store.Territory, "regions-2026", "starter/territories/regions.csv"},
	{store.Territory, "departements-2026", "starter/territories/departements.csv"},
	{store.Territory, "epci-2026", "starter/territories/epci.csv"},
	{store.Territory, "communes-2026", "starter/territories/communes.csv.gz"},
	{store.Territory, "epci-2021", "starter/territories/epci_2021.csv"},
	{store.Territory, "communes-2021", "starter/territories/communes_2021.csv.gz"},
	{store.Change, changeName, "starter/territories/changes_2021_2026.csv"},
	{store.Postcode, postcodeName, "starter/territories/postcodes.csv.gz"},
	{store.Boundary, "region", "starter/boundaries/regions.topojson.gz"},
	{store.Boundary, "departement", "starter/boundaries/departements.topojson.gz"},
	{store.Boundary, "epci", "starter/boundaries/epci.topojson.gz"},
	{store.Catalogue, licenceName, "starter/licence.toml"},
	{store.Published, publishedName, "published/published-figures.csv"},
	{store.Published, itemName, "published/item.csv"},
	{store.Publication, publicationName, "published/publications.csv"},
	{store.Publication, translationName, "published/publication_fr.csv"},
	{store.Register, studyName, "published/studies.csv"},
	{store.Register, eventName, "published/events.csv"},
	{store.Register, partnerName, "published/partners.csv"},
}

// starterTables are the embedded tables of observations, by tier.
var starterTables = []string{"region", "departement", "epci", "commune"}

// Starter imports the embedded content by the same road as any file.
// withoutSecondary leaves out the series read in third parties' copies.
func (w *Walk) Starter(ctx context.Context, withoutSecondary bool) error {
	if err := w.starterReferences(ctx); err != nil {
		return err
	}
	leaveOut, err := w.starterCatalogue(ctx, withoutSecondary)
	if err != nil {
		return err
	}
	for _, level := range starterTables {
		if err := w.starterTable(ctx, level, leaveOut); err != nil {
			return err
		}
	}
	return nil
}

// starterReferences imports the embedded lists and reference files.
func (w *Walk) starterReferences(ctx context.Context) error {
	w.step("listes de référence")
	if err := w.starterTaxonomies(ctx); err != nil {
		return err
	}
	w.step("territoires, contours, publications")
	for i, f := range starterFiles {
		b, err := data.FS.ReadFile(f.file)
		if err != nil {
			return err
		}
		if _, _, err := w.Import(ctx, Importing{Kind: f.kind, Name: f.name, FileName: path.Base(f.file), File: bytes.NewReader(b)}); err != nil {
			return err
		}
		w.at(i+1, len(starterFiles))
	}
	return nil
}

func (w *Walk) starterTaxonomies(ctx context.Context) error {
	names, err := fs.Glob(data.FS, "taxonomy/*.csv")
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := data.FS.ReadFile(name)
		if err != nil {
			return err
		}
		if _, _, err := w.ImportTaxonomy(ctx, name, b); err != nil {
			return err
		}
	}
	return nil
}

// starterCatalogue imports the catalogue, whole or without the secondary
// series, and returns the codes that the tables then leave out.
func (w *Walk) starterCatalogue(ctx context.Context, withoutSecondary bool) (map[indicator.Code]string, error) {
	const file = "starter/indicators.csv"
	b, err := data.FS.ReadFile(file)
	if err != nil {
		return nil, err
	}
	name := path.Base(file)
	leaveOut := map[indicator.Code]string{}
	if withoutSecondary {
		full, err := indicator.ParseCatalogue(bytes.NewReader(b), name)
		if err != nil {
			return nil, err
		}
		kept := full.WithoutSecondary()
		for _, i := range full.All() {
			if _, ok := kept.Get(i.Code); !ok {
				leaveOut[i.Code] = "série lue dans une copie tierce"
			}
		}
		if b, err = withoutRows(b, leaveOut); err != nil {
			return nil, err
		}
		name = "indicators_primary.csv"
	}
	_, _, err = w.Import(ctx, Importing{Kind: store.Catalogue, Name: catalogueName, FileName: name, File: bytes.NewReader(b)})
	return leaveOut, err
}

// withoutRows returns a catalogue's CSV without the rows of some codes.
func withoutRows(b []byte, codes map[indicator.Code]string) ([]byte, error) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	at := slices.Index(rows[0], "code")
	rows = slices.DeleteFunc(rows, func(row []string) bool { _, out := codes[indicator.Code(row[at])]; return out })
	var out bytes.Buffer
	c := csv.NewWriter(&out)
	if err := c.WriteAll(rows); err != nil {
		return nil, err
	}
	return out.Bytes(), c.Error()
}

// starterTable imports the observations of one tier.
func (w *Walk) starterTable(ctx context.Context, level string, leaveOut map[indicator.Code]string) error {
	w.step("import : " + lang.T(lang.FR, "report.level."+level+".many"))
	description, err := data.FS.ReadFile("source/vigie_starter_" + level + ".toml")
	if err != nil {
		return err
	}
	file := "starter/observations_" + level + ".csv.gz"
	b, err := data.FS.ReadFile(file)
	if err != nil {
		return err
	}
	_, _, err = w.Import(ctx, Importing{Description: description, FileName: path.Base(file), File: bytes.NewReader(b), LeaveOut: leaveOut})
	return err
}

// StarterSpec returns the embedded specification of the index: the one that
// does without the secondary series when they were left out.
func StarterSpec(withoutSecondary bool) ([]byte, error) {
	name := "spec/fragility.toml"
	if withoutSecondary {
		name = strings.Replace(name, ".toml", "_primary.toml", 1)
	}
	return data.FS.ReadFile(name)
}

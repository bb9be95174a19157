package observatory

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/indicator"
	"vigie/source"
	"vigie/store"
	"vigie/taxonomy"
	"vigie/territory"
)

// The names of reference datasets. Territory files are named
// <file>-<year>, boundaries by their tier.
const (
	catalogueName   = "indicators"
	licenceName     = "licences"
	changeName      = "changes"
	postcodeName    = "postcodes"
	publishedName   = "published-figures"
	itemName        = "published-items"
	publicationName = "publications"
	translationName = "publications-fr"
	studyName       = "studies"
	eventName       = "events"
	partnerName     = "partners"
	specName        = "fragility" // of the part of an edition
)

// references are the newest reference datasets, by kind and name.
type references struct {
	ctx     context.Context
	walk    *Walk
	rows    map[string]store.DatasetRow
	offered map[string][]byte // decompressed files to check as if they were in
}

// offer adds a file that is not kept, in place of the one of its name: the key
// of its bytes, and its text decompressed.
func (r *references) offer(in Importing, id string, text []byte) {
	key := string(in.Kind) + "/" + in.Name
	r.offered = map[string][]byte{key: text}
	r.rows[key] = store.DatasetRow{Kind: in.Kind, Name: in.Name, File: id}
}

// file reports whether a dataset is there, and which.
func (r *references) file(kind store.DatasetKind, name string) (store.DatasetRow, bool) {
	row, ok := r.rows[string(kind)+"/"+name]
	return row, ok
}

// references finds the newest dataset of each kind and name, of those that are
// not withdrawn.
func (w *Walk) references(ctx context.Context) (*references, error) {
	r := &references{ctx: ctx, walk: w, rows: map[string]store.DatasetRow{}}
	for _, kind := range store.DatasetKinds {
		rows, err := w.DB.Datasets(ctx, kind)
		if err != nil {
			return nil, err
		}
		for _, row := range store.Current(rows) {
			key := string(kind) + "/" + row.Name
			if _, ok := r.rows[key]; !ok { // the newest comes first
				r.rows[key] = row
			}
		}
	}
	return r, nil
}

// row returns the newest dataset of a kind and name.
//
// Error: Conflict when nothing of that name was imported.
func (r *references) row(kind store.DatasetKind, name string) (store.DatasetRow, error) {
	row, ok := r.file(kind, name)
	if !ok {
		return row, errMissing(kind, name)
	}
	return row, nil
}

func errMissing(kind store.DatasetKind, name string) error {
	return &fault.Error{Kind: fault.Conflict, What: "l’observatoire n’a pas encore le fichier de référence « " + name + " »",
		Do: "importez-le : vigie import --kind " + string(kind) + " --name " + name + " FICHIER"}
}

// bytes returns the decompressed file of a dataset.
func (r *references) bytes(kind store.DatasetKind, name string) ([]byte, error) {
	if b, ok := r.offered[string(kind)+"/"+name]; ok {
		return b, nil
	}
	row, err := r.row(kind, name)
	if err != nil {
		return nil, err
	}
	b, err := r.walk.DB.Artifact(r.ctx, row.File)
	if err != nil {
		return nil, err
	}
	return plain(row.FileName, bytes.NewReader(b))
}

// catalogue is the reference catalogue with the series that the descriptions
// of the imported files define.
func (r *references) catalogue() (*indicator.Catalogue, error) { return r.catalogueFor(nil) }

// catalogueFor is the catalogue that a file is checked against: the definitions
// of its own description come before those of other files.
//
// Error: Invalid when d defines a series that the catalogue has in another unit.
func (r *references) catalogueFor(d *source.Description) (*indicator.Catalogue, error) {
	b, err := r.bytes(store.Catalogue, catalogueName)
	if err != nil {
		return nil, err
	}
	cat, err := indicator.ParseCatalogue(bytes.NewReader(b), "indicators.csv")
	if err != nil {
		return nil, err
	}
	rows, err := r.walk.tableRows(r.ctx, r)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if d == nil || row.Name != d.Name {
			cat = cat.With(row.defined)
		}
	}
	if d == nil {
		return cat, nil
	}
	full := cat.With(d.Indicators())
	return full, agree(cat, full, d)
}

// agree refuses a series that d defines otherwise than the catalogue, or as the
// quotient of series that nobody defines.
func agree(cat, full *indicator.Catalogue, d *source.Description) error {
	var l fault.List
	for _, i := range d.Indicators() {
		for _, part := range []indicator.Code{i.Numerator, i.Denominator} {
			if _, ok := full.Get(part); part != "" && !ok && !l.Full() {
				l = append(l, fault.Invalidf("définissez cette série dans la description, ou corrigez son code",
					"description « %s » : la série « %s » est le rapport de « %s », que le catalogue n’a pas", d.Name, i.Code, part))
			}
		}
		if known, ok := cat.Get(i.Code); ok && known.Unit != i.Unit && !l.Full() {
			l = append(l, fault.Invalidf("donnez un autre code à cette série, ou ôtez son label et son unité",
				"description « %s » : la série « %s » est déjà au catalogue avec une autre unité (%s, et non %s)", d.Name, i.Code, known.Unit, i.Unit))
		}
	}
	return l.Err()
}

// vintageFiles are the territory files of a geography. The national, regional
// and departmental files of the current one serve an older one that has none:
// regions and départements are the same.
var vintageFiles = []string{"national", "regions", "departements", "epci", "communes"}

// vintage reads the geography of a year, once a walk.
func (r *references) vintage(year int) (*territory.Vintage, error) {
	all := make([][]byte, len(vintageFiles))
	key := ""
	for i, name := range vintageFiles {
		row, err := r.row(store.Territory, r.vintageName(i, name, year))
		if err != nil {
			return nil, err
		}
		key += row.File + " "
	}
	key = strconv.Itoa(year) + " " + key
	if v, ok := r.walk.vintages[key]; ok {
		return v, nil
	}
	for i, name := range vintageFiles {
		b, err := r.bytes(store.Territory, r.vintageName(i, name, year))
		if err != nil {
			return nil, err
		}
		all[i] = b
	}
	v, err := territory.ParseVintage(year, territory.Files{National: all[0], Regions: all[1], Departements: all[2], EPCI: all[3], Communes: all[4]})
	if err != nil {
		return nil, err
	}
	if r.walk.vintages == nil {
		r.walk.vintages = map[string]*territory.Vintage{}
	}
	r.walk.vintages[key] = v
	return v, nil
}

// vintageName is the name of the i-th file of a year's geography.
func (r *references) vintageName(i int, name string, year int) string {
	full := name + "-" + strconv.Itoa(year)
	if _, ok := r.file(store.Territory, full); !ok && i < 3 {
		if other := r.newest(name); other != name {
			return other
		}
	}
	return full
}

// newest returns the territory file of that name with the latest year.
func (r *references) newest(name string) string {
	best := name
	for key := range r.rows {
		kind, full, _ := strings.Cut(key, "/")
		if kind == string(store.Territory) && strings.HasPrefix(full, name+"-") && full > best {
			best = full
		}
	}
	return best
}

// lists returns the newest version of every taxonomy, checked together.
func (w *Walk) lists(ctx context.Context) (*taxonomy.Set, error) {
	rows, err := w.DB.Taxonomies(ctx)
	if err != nil {
		return nil, err
	}
	var versions []taxonomy.Version
	for _, row := range rows {
		b, err := w.DB.Artifact(ctx, row.File)
		if err != nil {
			return nil, err
		}
		v, err := taxonomy.ParseVersion(row.Name, b)
		if err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	return taxonomy.NewSet(versions...)
}

// plain returns a file's bytes decompressed when its name ends in .gz.
func plain(name string, r io.Reader) ([]byte, error) {
	if !strings.HasSuffix(name, ".gz") {
		return bounded(name, r)
	}
	unreadable := func(err error) error {
		return &fault.Error{Kind: fault.Invalid, What: name + " : compression gzip illisible", Do: "redemandez le fichier : il est tronqué ou abîmé", Err: err}
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, unreadable(err)
	}
	out, err := bounded(name, z)
	if _, ok := errors.AsType[*fault.Error](err); err != nil && !ok {
		return nil, unreadable(err)
	}
	return out, err
}

func bounded(name string, r io.Reader) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(r, maxPlain+1))
	if err != nil {
		return nil, err
	}
	if len(out) > maxPlain {
		return nil, fault.Invalidf("coupez le fichier", "%s : plus d’un gibioctet une fois décompressé", name)
	}
	return out, nil
}

// maxPlain bounds what a reference file may hold, decompressed.
const maxPlain = 1 << 30

// year is the latest geography that has communes.
func (r *references) year() int {
	y, err := strconv.Atoi(strings.TrimPrefix(r.newest("communes"), "communes-"))
	if err != nil {
		return 0 // no geography yet: vintage then says what to import
	}
	return y
}

// former is the geography of the communal tables: the one before the latest,
// or the latest itself when there is no other.
func (r *references) former() int {
	best := 0
	last := r.year()
	for key := range r.rows {
		y, err := strconv.Atoi(strings.TrimPrefix(key, string(store.Territory)+"/communes-"))
		if err == nil && y > best && y < last {
			best = y
		}
	}
	if best == 0 {
		return last
	}
	return best
}

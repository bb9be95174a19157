package observatory

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/fault"
	"vigie/fragility"
	"vigie/indicator"
	"vigie/source"
	"vigie/store"
	"vigie/study"
	"vigie/taxonomy"
	"vigie/territory"
)

// Library loads editions once and hands them out. It is safe for concurrent
// use; what it hands out never changes.
type Library struct {
	db     *store.DB
	mu     sync.Mutex
	loaded map[string]*edition.Content // by manifest and successor
	used   []string                    // keys of loaded, the latest used last
	rows   []store.EditionRow
	read   time.Time
}

// mostLoaded is the number of editions kept in memory; an older one is read
// again when somebody asks for it.
const mostLoaded = 4

// NewLibrary returns a library of the editions of db.
func NewLibrary(db *store.DB) *Library {
	return &Library{db: db, loaded: map[string]*edition.Content{}}
}

// freshness is how long the list of editions is believed: an edition shows
// within a second of its hour or of its publication.
const freshness = time.Second

// Public returns the editions that are public at now, newest first.
func (l *Library) Public(ctx context.Context, now time.Time) ([]store.EditionRow, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.public(ctx, now)
}

func (l *Library) public(ctx context.Context, now time.Time) ([]store.EditionRow, error) {
	if l.rows == nil || now.Sub(l.read) > freshness || now.Before(l.read) {
		rows, err := l.db.Editions(ctx)
		if err != nil {
			return nil, err
		}
		l.rows, l.read = rows, now
	}
	var out []store.EditionRow
	for _, e := range l.rows {
		if !e.EmbargoAt.After(now) {
			out = append(out, e)
		}
	}
	return out, nil
}

// Edition returns an edition that is public at now by its number, the newest
// one when number is "".
//
// Error: NotFound when there is none; an edition under embargo answers like
// one that does not exist.
func (l *Library) Edition(ctx context.Context, number string, now time.Time) (*edition.Content, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rows, err := l.public(ctx, now)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(e store.EditionRow) bool { return number == "" || e.Number == number })
	if i < 0 && number == "" {
		return nil, fault.NotFoundf("composez la première dans l’atelier, ou publiez-la : vigie publish", "aucune édition n’est publiée")
	}
	if i < 0 {
		return nil, fault.NotFoundf("choisissez une édition dans la liste : /editions", "l’édition « %s » n’existe pas", number)
	}
	next := ""
	if by := rows[i].SupersededBy; slices.ContainsFunc(rows, func(e store.EditionRow) bool { return e.Number == by }) {
		next = by // a successor under embargo is not named
	}
	errata, mark := shownErrata(rows[i].Errata, rows, now)
	key := rows[i].Manifest + "/" + next + mark
	if c, ok := l.loaded[key]; ok {
		l.used = append(slices.DeleteFunc(l.used, func(k string) bool { return k == key }), key)
		return c, nil
	}
	c, err := l.take(ctx, rows[i].Manifest)
	if err != nil {
		return nil, err
	}
	c.Superseded, c.Errata = next, errata
	l.keep(key, c)
	return c, nil
}

// keep holds a content; the one that was not asked for longest goes.
func (l *Library) keep(key string, c *edition.Content) {
	l.loaded[key] = c
	l.used = append(l.used, key)
	for len(l.loaded) > mostLoaded {
		delete(l.loaded, l.used[0])
		l.used = l.used[1:]
	}
}

// take returns a content of its own, read again only when no other of the same
// manifest is there: what is said of an edition has changed, not the edition.
func (l *Library) take(ctx context.Context, manifest string) (*edition.Content, error) {
	for key, c := range l.loaded {
		if strings.HasPrefix(key, manifest+"/") {
			other := *c
			return &other, nil
		}
	}
	return Load(ctx, l.db, manifest)
}

// shownErrata are the errata that may be seen at now, and a mark of them. An
// edition under embargo that corrects is not named.
func shownErrata(all []store.Erratum, public []store.EditionRow, now time.Time) (out []edition.Erratum, mark string) {
	for _, e := range all {
		if e.At.After(now) {
			continue
		}
		shown := edition.Erratum{At: e.At, Date: ParisDay(e.At), FR: e.FR, EN: e.EN}
		if slices.ContainsFunc(public, func(r store.EditionRow) bool { return r.Number == e.CorrectedBy }) {
			shown.CorrectedBy = e.CorrectedBy
		}
		out = append(out, shown)
		mark += "/" + e.ID + shown.CorrectedBy
	}
	return out, mark
}

// Errata are those of an edition that may be seen at now, of the editions that
// are public then.
func Errata(e *store.EditionRow, public []store.EditionRow, now time.Time) []edition.Erratum {
	out, _ := shownErrata(e.Errata, public, now)
	return out
}

// Frozen returns an edition by its number whatever its embargo, for those who
// keep the observatory: to trace and to print it before its hour. When number is
// "" it is the newest public one.
//
// Error: NotFound when there is none.
func Frozen(ctx context.Context, db *store.DB, number string, now time.Time) (*edition.Content, error) {
	rows, err := db.Editions(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(e store.EditionRow) bool { return e.Number == number })
	if i >= 0 && rows[i].EmbargoAt.After(now) {
		return Load(ctx, db, rows[i].Manifest)
	}
	return NewLibrary(db).Edition(ctx, number, now)
}

// Load reads an edition into memory by the address of its manifest.
func Load(ctx context.Context, db *store.DB, manifest string) (*edition.Content, error) {
	b, err := db.Artifact(ctx, manifest)
	if err != nil {
		return nil, err
	}
	m, err := edition.Decode(b)
	if err != nil {
		return nil, err
	}
	c, err := load(ctx, db, m)
	if err != nil {
		return nil, fmt.Errorf("édition %s : %w", m.Number, err)
	}
	c.ID = manifest
	return c, nil
}

// load reads all that a manifest lists.
func load(ctx context.Context, db *store.DB, m *edition.Manifest) (*edition.Content, error) {
	l := &loading{ctx: ctx, db: db, defined: map[string][]indicator.Indicator{}, days: map[string]string{}, c: &edition.Content{Manifest: m,
		Topology: map[territory.Level]*territory.Topology{}, Observation: map[territory.Level][]edition.Observed{},
		Fragility: map[territory.Level]*fragility.Result{}, Moves: map[territory.Level]*fragility.Moves{}}}
	for _, n := range needed {
		if _, ok := m.Part(n.role, n.name); !ok {
			return nil, errMissing(n.kind, n.name)
		}
	}
	if err := l.all(); err != nil {
		return nil, err
	}
	return edition.New(l.c), nil
}

// needed are the parts without which no page can be composed: what the figures
// mean, under which licences, by which choices.
var needed = []struct {
	role, name string
	kind       store.DatasetKind
}{
	{edition.RoleCatalogue, catalogueName, store.Catalogue}, {edition.RoleCatalogue, licenceName, store.Catalogue},
	{edition.RoleSpec, specName, ""},
}

// loading fills a content; the parts that do not depend on each other are
// read at the same time.
type loading struct {
	ctx context.Context
	db  *store.DB
	c   *edition.Content
	mu  sync.Mutex
	pc  territory.Postcodes

	entries []casestudy.Entry

	defined map[string][]indicator.Indicator // by the files' descriptions, by name
	days    map[string]string                // day of delivery, by name
}

func (l *loading) all() error {
	if err := l.lists(); err != nil {
		return err
	}
	g, _ := errgroup.WithContext(l.ctx)
	for _, p := range l.c.Manifest.Parts {
		switch p.Role {
		case edition.RoleObservation:
			g.Go(func() error { return l.table(p) })
		case edition.RoleZoning:
			g.Go(func() error { return l.zoning(p) })
		case edition.RoleBoundary:
			g.Go(func() error { return l.boundary(p) })
		case edition.RoleResult:
			g.Go(func() error { return l.result(p) })
		case edition.RoleMove:
			g.Go(func() error { return l.move(p) })
		case edition.RoleCase:
			g.Go(func() error { return l.cases(p) })
		case edition.RolePostcode, edition.RoleCatalogue, edition.RoleSpec:
			g.Go(func() error { return l.small(p) })
		}
	}
	g.Go(l.geography)
	g.Go(l.published)
	g.Go(l.surveys)
	if err := g.Wait(); err != nil {
		return err
	}
	for _, o := range l.c.Observation {
		slices.SortFunc(o, func(a, b edition.Observed) int { return l.delivery(a).compare(l.delivery(b)) })
	}
	for _, name := range slices.Sorted(maps.Keys(l.defined)) {
		l.c.Catalogue = l.c.Catalogue.With(l.defined[name])
	}
	l.c.Zonings = zonedToday(l.c.Zonings, l.c.Territory, l.c.Passage)
	if l.entries != nil {
		l.c.Cases = casestudy.NewBase(l.entries, casestudy.NewNames(l.c.Taxonomy, l.c.Territory))
	}
	l.c.Search = territory.NewSearch(l.c.Territory, l.pc, searchEntries(l.c))
	return nil
}

// file returns the decompressed bytes of a part.
func (l *loading) file(role, name string) ([]byte, error) {
	p, ok := l.c.Manifest.Part(role, name)
	if !ok {
		return nil, nil
	}
	b, err := l.db.Artifact(l.ctx, p.Artifact)
	if err != nil {
		return nil, err
	}
	return plain(p.FileName, bytes.NewReader(b))
}

func (l *loading) lists() error {
	var versions []taxonomy.Version
	for _, p := range l.c.Manifest.Parts {
		if p.Role != edition.RoleTaxonomy {
			continue
		}
		b, err := l.db.Artifact(l.ctx, p.Artifact)
		if err != nil {
			return err
		}
		v, err := taxonomy.ParseVersion(p.Name, b)
		if err != nil {
			return err
		}
		versions = append(versions, v)
	}
	var err error
	l.c.Taxonomy, err = taxonomy.NewSet(versions...)
	return err
}

func (l *loading) table(p edition.Part) error {
	b, err := l.db.Artifact(l.ctx, p.Artifact)
	if err != nil {
		return err
	}
	t, err := store.DecodeTable(b)
	if err != nil {
		return err
	}
	text, err := l.db.Artifact(l.ctx, p.Source)
	if err != nil {
		return err
	}
	d, err := source.ParseDescription(text)
	if err != nil {
		return err
	}
	p.Title, p.Origin, p.Derivation = d.Title, d.Origin, derivation(&d.Derivation)
	years := l.years()
	read := standing(years, d.Vintage, d.Levels)
	today := len(years) > 0 && read == years[len(years)-1]
	if !small(d.Levels) {
		read = d.Vintage
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.defined[p.Name], l.days[p.Name] = d.Indicators(), d.Published
	for _, level := range d.Levels {
		if level != territory.National || len(d.Levels) == 1 {
			l.c.Observation[level] = append(l.c.Observation[level], edition.Observed{Part: p, Table: t, Today: today, Said: d.Vintage, Read: read})
		}
	}
	return nil
}

func (l *loading) delivery(o edition.Observed) delivery {
	return delivery{o.Part.Name, l.days[o.Part.Name]}
}

func (l *loading) zoning(p edition.Part) error {
	all, err := zoningsOf(l.ctx, l.db, p)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.c.Zonings = append(l.c.Zonings, all...)
	return err
}

func (l *loading) boundary(p edition.Part) error {
	b, err := l.file(p.Role, p.Name)
	if err != nil {
		return err
	}
	t, err := territory.ParseBoundary(territory.Level(p.Name), b)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.c.Topology[territory.Level(p.Name)] = t
	return err
}

func (l *loading) result(p edition.Part) error {
	b, err := l.db.Artifact(l.ctx, p.Artifact)
	if err != nil {
		return err
	}
	r, err := fragility.Decode(b)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.c.Fragility[territory.Level(p.Name)] = r
	return err
}

func (l *loading) move(p edition.Part) error {
	b, err := l.db.Artifact(l.ctx, p.Artifact)
	if err != nil {
		return err
	}
	m, err := fragility.DecodeMoves(b)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.c.Moves[territory.Level(p.Name)] = m
	return err
}

func (l *loading) cases(p edition.Part) error {
	b, err := l.db.Artifact(l.ctx, p.Artifact)
	if err != nil {
		return err
	}
	l.entries, err = casestudy.DecodeEntries(b)
	return err
}

// small reads the postcodes, the catalogue, the licences and the spec: each
// field is written by one goroutine.
func (l *loading) small(p edition.Part) error {
	b, err := l.file(p.Role, p.Name)
	if err != nil {
		return err
	}
	switch p.Role + "/" + p.Name {
	case edition.RolePostcode + "/" + postcodeName:
		l.pc, err = territory.ParsePostcodes(b)
	case edition.RoleCatalogue + "/" + catalogueName:
		l.c.Catalogue, err = indicator.ParseCatalogue(bytes.NewReader(b), p.FileName)
	case edition.RoleCatalogue + "/" + licenceName:
		l.c.Licences, err = indicator.ParseLicences(p.FileName, b)
	default:
		l.c.SpecText = b
		l.c.Spec, err = fragility.ParseSpec(b)
	}
	return err
}

// geography reads both vintages, the passage between them.
func (l *loading) geography() error {
	years := l.years()
	if len(years) == 0 {
		return &fault.Error{Kind: fault.Internal, What: "aucune géographie dans l’édition", Do: "restaurez l’observatoire depuis une sauvegarde"}
	}
	last, first := years[len(years)-1], years[max(0, len(years)-2)]
	now, err := l.vintage(last, last)
	if err != nil {
		return err
	}
	before := now
	if first != last {
		if before, err = l.vintage(first, last); err != nil {
			return err
		}
	}
	b, err := l.file(edition.RoleChange, changeName)
	if err != nil {
		return err
	}
	var events territory.Changes
	if first != last && b == nil {
		return errMissing(store.Change, changeName)
	}
	if first != last {
		if events, err = territory.ParseChanges(strconv.Itoa(first), strconv.Itoa(last), b); err != nil {
			return err
		}
	}
	l.c.Territory, l.c.Former = now, before
	l.c.Passage, err = territory.NewPassage(before, now, events)
	return err
}

// years of the communal files, in order.
func (l *loading) years() []int {
	var out []int
	for _, p := range l.c.Manifest.Parts {
		if rest, ok := strings.CutPrefix(p.Name, "communes-"); ok && p.Role == edition.RoleTerritory {
			if y, err := strconv.Atoi(rest); err == nil {
				out = append(out, y)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (l *loading) vintage(year, last int) (*territory.Vintage, error) {
	all := make([][]byte, len(vintageFiles))
	for i, name := range vintageFiles {
		b, err := l.file(edition.RoleTerritory, name+"-"+strconv.Itoa(year))
		if err != nil {
			return nil, err
		}
		if b == nil {
			if b, err = l.file(edition.RoleTerritory, name+"-"+strconv.Itoa(last)); err != nil {
				return nil, err
			}
		}
		all[i] = b
	}
	return territory.ParseVintage(year, territory.Files{National: all[0], Regions: all[1], Departements: all[2], EPCI: all[3], Communes: all[4]})
}

func (l *loading) published() error {
	read := func(role, name string, to *[]byte) error {
		b, err := l.file(role, name)
		*to = b
		return err
	}
	var figures, items, list, words []byte
	for _, f := range []struct {
		role, name string
		to         *[]byte
	}{{edition.RolePublished, publishedName, &figures}, {edition.RolePublished, itemName, &items},
		{edition.RolePublication, publicationName, &list}, {edition.RolePublication, translationName, &words}} {
		if err := read(f.role, f.name, f.to); err != nil {
			return err
		}
	}
	var err error
	l.c.Published = &study.Figures{}
	if figures != nil {
		if l.c.Published, err = study.ParsePublishedFigures(publishedName, figures, items, l.c.Taxonomy); err != nil {
			return err
		}
	}
	if err := l.register(); err != nil {
		return err
	}
	if list == nil {
		return nil
	}
	l.c.Publication, err = study.ParsePublications(publicationName, list, words, l.c.Taxonomy)
	return err
}

// searchEntries are what the search finds beside territories.
func searchEntries(c *edition.Content) []territory.Entry {
	var out []territory.Entry
	for _, d := range c.Domains() {
		out = append(out, territory.Entry{Kind: "domain", LabelFR: d.LabelFR, LabelEN: d.LabelEN, Href: "/domaines/" + d.Code,
			Words: []string{d.Code, d.Attributes["short_fr"], d.Attributes["short_en"]}, Weight: 1 << 40})
	}
	for _, i := range c.Catalogue.All() {
		if i.Nature != indicator.Count {
			out = append(out, territory.Entry{Kind: "indicator", LabelFR: i.LabelFR, LabelEN: i.LabelEN, Href: "/indicateurs/" + string(i.Code),
				Words: []string{string(i.Code)}})
		}
	}
	return append(out, searchRegister(c.Register)...)
}

package source

import (
	"cmp"
	"context"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"

	"vigie/fault"
	"vigie/source/sheet"
	"vigie/territory"
)

// Zoning says which column of a table gives the zone of each row's commune. A
// description that has some makes zonings of a file, no observations.
type Zoning struct {
	Code    string `toml:"code"`
	Label   string `toml:"label"` // of one zone, in lower case: « zone d'emploi 2020 »
	LabelEN string `toml:"label_en"`
	Column  string `toml:"column"` // the zone's code
	Name    string `toml:"name"`   // its name, when the row has it
	None    string `toml:"none"`   // regexp: codes that say that the commune is in no zone
}

// ZoneNames says where a sheet that names zones has the code and the name of
// each, and of which zoning it is: the text of a column → the zoning's code.
type ZoneNames struct {
	Code    string            `toml:"code"`
	Name    string            `toml:"name"`
	Of      string            `toml:"of"`
	Zonings map[string]string `toml:"zonings"`
}

// ZoningReport counts what a file gives of one zoning.
type ZoningReport struct {
	Code     string `json:"code"`
	Zones    int    `json:"zones"`
	Communes int    `json:"communes"`
}

// HasZonings reports whether the description reads zonings.
func (d *Description) HasZonings() bool {
	return slices.ContainsFunc(d.Tables, func(t Table) bool { return len(t.Zonings) > 0 })
}

// The reasons of the report for the rows of zonings.
const (
	outOfZoning = "commune hors du zonage"
	zoneNamed   = "ligne qui nomme une zone"
)

// zoning is what has been read of one zoning.
type zoning struct {
	said  *Zoning
	none  *regexp.Regexp
	zones map[string]map[territory.Code]int // zone → commune → line
	of    map[territory.Code]string
	names map[string]string // zone → name
}

// ReadZonings turns a file into the zonings of its description, in their order,
// all or nothing as Read does. The observations that the report counts are the
// communes of each zoning.
func ReadZonings(ctx context.Context, d *Description, fileName string, r io.ReaderAt, size int64, env Env) ([]territory.Zoning, Report, error) {
	rd := newReader(d, path.Base(fileName), env)
	if err := rd.read(ctx, r, size); err != nil {
		return nil, rd.report, err
	}
	all, err := rd.zoned()
	if err != nil {
		return nil, rd.report, err
	}
	rd.count(all)
	return all, rd.report, nil
}

// zoningOf is what is read of a zoning, which a sheet of names may meet first.
func (r *reader) zoningOf(code string) *zoning {
	z := r.zonings[code]
	if z == nil {
		z = &zoning{zones: map[string]map[territory.Code]int{}, of: map[territory.Code]string{}, names: map[string]string{}}
		r.zonings[code] = z
	}
	return z
}

// zoningCells are the cells of a table's zonings.
func (p *plan) zoningCells() []cell {
	var out []cell
	for i := range p.t.Zonings {
		said := &p.t.Zonings[i]
		z := p.r.zoningOf(said.Code)
		z.said, z.none = said, compiled(said.None)
		out = append(out, cell{zoning: z, column: p.column(said.Column), status: p.optional(said.Name), periodColumn: -1})
	}
	return out
}

// belongs puts the commune of a row in the zone that a cell says.
func (p *plan) belongs(row sheet.Row, c *cell, at *place) {
	z, code := c.zoning, string(cellAt(row, c.column))
	switch was, known := z.of[at.code]; {
	case at.join == wrong:
		return
	case code == "" || z.none != nil && z.none.MatchString(code):
		p.r.leave(outOfZoning, 1)
		return
	case known && was != code:
		p.r.refuse(p.header.name(c.column), "gardez une seule ligne par commune, ou laissez l'autre par leave", "%s est dans deux zones : « %s » et « %s »", string(at.code), was, code)
		return
	case known:
		p.r.leave(equalCopy, 1)
		return
	}
	at.rows++
	p.r.rows++
	if z.zones[code] == nil {
		z.zones[code] = map[territory.Code]int{}
	}
	z.zones[code][at.code], z.of[at.code] = p.r.offset+row.Line, code
	if c.status >= 0 {
		p.name(z, code, string(cellAt(row, c.status)), p.header.name(c.status))
	}
}

// name keeps the name of a zone, which has one only.
func (p *plan) name(z *zoning, code, name, column string) {
	switch was := z.names[code]; {
	case name == "":
	case was != "" && was != name:
		p.r.refuse(column, "corrigez le nom, ou le code de la zone", "la zone « %s » a deux noms : « %s » et « %s »", code, was, name)
	default:
		z.names[code] = spaced(name)
	}
}

// zoneName reads a row of a sheet that names zones.
func (p *plan) zoneName(row sheet.Row) {
	of, known := p.t.Zone.Zonings[string(cellAt(row, p.zoneOf))]
	if !known {
		p.r.leave(outOfWhere, 1)
		return
	}
	p.name(p.r.zoningOf(of), string(cellAt(row, p.zoneCode)), string(cellAt(row, p.zoneLabel)), p.header.name(p.zoneLabel))
	p.r.leave(zoneNamed, 1)
}

// zoned closes the reading of zonings: each one of the description has a zone,
// or all the faults are told.
func (r *reader) zoned() ([]territory.Zoning, error) {
	var out []territory.Zoning
	if err := r.refused(); err != nil {
		return nil, err
	}
	for i := range r.d.Tables {
		for k := range r.d.Tables[i].Zonings {
			said := &r.d.Tables[i].Zonings[k]
			z := r.zoningOf(said.Code)
			if len(z.zones) == 0 {
				r.faults = append(r.faults, fault.Invalidf("corrigez la colonne, ou none, dans la description « "+r.d.Name+" »",
					"%s : aucune commune dans le zonage « %s »", r.file, said.Code))
				continue
			}
			out = append(out, z.zoning(r.d.Vintage))
		}
	}
	return out, r.refused()
}

// zoning puts in order what was read.
func (z *zoning) zoning(year int) territory.Zoning {
	out := territory.Zoning{Code: z.said.Code, LabelFR: z.said.Label, LabelEN: z.said.LabelEN, Year: year}
	for _, code := range slices.Sorted(maps.Keys(z.zones)) {
		zone := territory.Zone{Code: code, Label: cmp.Or(z.names[code], code)}
		for _, c := range slices.Sorted(maps.Keys(z.zones[code])) {
			zone.Members = append(zone.Members, territory.Member{Commune: c, Line: z.zones[code][c]})
		}
		out.Zones = append(out.Zones, zone)
	}
	return out
}

// count fills the report from the finished zonings.
func (r *reader) count(all []territory.Zoning) {
	communes := map[territory.Code]bool{}
	for i := range all {
		said := ZoningReport{Code: all[i].Code, Zones: len(all[i].Zones)}
		for _, zone := range all[i].Zones {
			said.Communes += len(zone.Members)
			for _, m := range zone.Members {
				communes[m.Commune] = true
			}
		}
		r.report.Kept += said.Communes
		r.report.Zonings = append(r.report.Zonings, said)
	}
	r.report.Rows, r.report.Territories = r.rows, len(communes)
	r.report.leftOut(r.left)
	r.joined()
}

// check lists what is wrong in the zonings of one table.
func (t *Table) checkZonings(d *Description, refuse refuser) {
	for i := range t.Zonings {
		z := &t.Zonings[i]
		refuse := refuse.under("zoning « " + z.Code + " »")
		if !nameForm.MatchString(z.Code) {
			refuse("code", "donnez un code en minuscules, chiffres et _", "code %q refusé", z.Code)
		}
		for _, must := range [][2]string{{"label", z.Label}, {"label_en", z.LabelEN}, {"column", z.Column}} {
			if must[1] == "" {
				refuse(must[0], "dites-le : le nom d'une zone en français, en anglais, la colonne de son code", "absent")
			}
		}
		refuse.regexp("none", z.None, "")
	}
	if len(t.Series) > 0 || t.Value.Indicator != "" || len(t.Zonings) == 0 && t.Zone == nil {
		refuse("series", "une description fait des zonages ou des observations : faites-en deux ; chaque [[table]] d'un zonage a des [[table.zoning]] ou une partie [table.zone]", "séries et zonages ensemble, ou ni l'un ni l'autre")
	}
	if len(t.Zonings) > 0 && t.Territory.Level != string(territory.Commune) {
		refuse("territory.level", "écrivez level = \"commune\"", "un zonage est fait de communes")
	}
	if t.Zone == nil {
		return
	}
	for _, must := range [][2]string{{"code", t.Zone.Code}, {"name", t.Zone.Name}, {"of", t.Zone.Of}} {
		if must[1] == "" {
			refuse("zone."+must[0], "nommez les colonnes du code, du nom et du zonage de chaque zone", "absent")
		}
	}
	for _, text := range slices.Sorted(maps.Keys(t.Zone.Zonings)) {
		if !slices.ContainsFunc(d.Tables, func(o Table) bool {
			return slices.ContainsFunc(o.Zonings, func(z Zoning) bool { return z.Code == t.Zone.Zonings[text] })
		}) {
			refuse("zone.zonings", "écrivez le code d'une partie [[table.zoning]]", "« %s » → « %s » inconnu", text, t.Zone.Zonings[text])
		}
	}
}

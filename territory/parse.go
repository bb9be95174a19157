package territory

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"

	"vigie/fault"
)

// Files are the texts of one vintage, already decompressed, as CSV with a
// heading. Columns (those in brackets may be absent, others are ignored):
//
//	National      code, label_fr [label_en]
//	Regions       code, label [zone, seat_commune, population]
//	Departements  code, label, region [zone, seat_commune, population]
//	EPCI          code, label [type, main_departement, population]
//	Communes      code, label, departement, region, epci [population]
type Files struct {
	National, Regions, Departements, EPCI, Communes []byte
}

// ParseVintage reads the geographic code of a year. The number of communes,
// the départements of an EPCI and, where the files do not say, its main one
// and its kind are worked out from the communes.
//
// Errors: a fault.List with file and line of up to 20 faults: bad heading,
// code of a wrong form, duplicate, unknown or contradictory parent.
func ParseVintage(year int, f Files) (*Vintage, error) {
	size := 150 + bytes.Count(f.EPCI, []byte("\n")) + bytes.Count(f.Communes, []byte("\n"))
	p := &vintageParser{v: &Vintage{Year: year, Territories: make([]Territory, 0, size),
		index: make(map[Code]int32, size), span: map[Level][2]int{}}}
	p.national(f.National)
	p.regions(f.Regions)
	p.departements(f.Departements)
	p.epci(f.EPCI)
	p.communes(f.Communes)
	if err := p.faults.Err(); err != nil {
		return nil, err
	}
	p.v.settle()
	return p.v, nil
}

type vintageParser struct {
	v      *Vintage
	faults fault.List
}

// open names the file as a person knows it: « communes 2026 ».
func (p *vintageParser) open(name string, b []byte, columns ...string) *reader {
	return newReader(name+" "+strconv.Itoa(p.v.Year), b, &p.faults, columns...)
}

// add appends a territory whose code must be new and of the level.
func (p *vintageParser) add(r *reader, t Territory) {
	if t.Code = r.code("code", t.Level); t.Code == "" {
		if r.text("code") == "" {
			r.fail("le code est vide")
		}
		return
	}
	if t.Label == "" {
		r.fail("le libellé de " + string(t.Code) + " est vide")
	}
	if _, twice := p.v.index[t.Code]; twice {
		r.fail("le code " + string(t.Code) + " est déjà donné plus haut")
		return
	}
	p.v.index[t.Code] = int32(len(p.v.Territories))
	p.v.Territories = append(p.v.Territories, t)
}

// level closes a level: it sorts what was added since start and records where
// it stands, so that the next file can refer to it.
func (p *vintageParser) level(l Level, start int) {
	rows := p.v.Territories[start:]
	slices.SortFunc(rows, func(a, b Territory) int { return cmp.Compare(a.Code, b.Code) })
	for i := range rows {
		p.v.index[rows[i].Code] = int32(start + i)
	}
	p.v.span[l] = [2]int{start, len(p.v.Territories)}
}

// parent returns the code in a column if the vintage knows it; the code is
// then the one already held in memory.
func (p *vintageParser) parent(r *reader, column string, level Level, needed bool) Code {
	c := r.code(column, level)
	if t, ok := p.v.Get(c); ok {
		return t.Code
	}
	if c != "" {
		r.fail(string(c) + " (colonne « " + column + " ») n’est pas dans le fichier de son échelon")
	} else if needed && r.text(column) == "" {
		r.fail("la colonne « " + column + " » est vide")
	}
	return ""
}

func (p *vintageParser) national(b []byte) {
	r := p.open("ensembles nationaux", b, "code", "label_fr")
	for r.next() {
		en := r.text("label_en")
		if en == r.text("label_fr") {
			en = ""
		}
		p.add(r, Territory{Level: National, Label: r.text("label_fr"), LabelEN: en})
	}
	p.level(National, 0)
	for _, c := range []Code{France, Metropolis} {
		if _, ok := p.v.Get(c); !ok && len(p.faults) == 0 {
			r.refuse(1, "le code "+string(c)+" manque")
		}
	}
	slices.SortFunc(p.v.Territories, func(a, b Territory) int { return cmp.Compare(b.Code, a.Code) }) // FR before FM
	for i := range p.v.Territories {
		p.v.index[p.v.Territories[i].Code] = int32(i)
	}
}

func (p *vintageParser) regions(b []byte) {
	start := len(p.v.Territories)
	r := p.open("régions", b, "code", "label")
	for r.next() {
		p.add(r, Territory{Level: Region, Label: r.text("label"), Overseas: overseas(r),
			Seat: r.code("seat_commune", Commune), Population: r.count("population")})
	}
	p.level(Region, start)
}

func (p *vintageParser) departements(b []byte) {
	start := len(p.v.Territories)
	r := p.open("départements", b, "code", "label", "region")
	for r.next() {
		p.add(r, Territory{Level: Departement, Label: r.text("label"), Overseas: overseas(r),
			Region: p.parent(r, "region", Region, true),
			Seat:   r.code("seat_commune", Commune), Population: r.count("population")})
	}
	p.level(Departement, start)
}

// overseas reads the zone: metro, or an overseas one.
func overseas(r *reader) bool { z := r.text("zone"); return z != "" && z != "metro" }

func (p *vintageParser) epci(b []byte) {
	start := len(p.v.Territories)
	r := p.open("EPCI", b, "code", "label")
	for r.next() {
		label := r.text("label")
		p.add(r, Territory{Level: EPCI, Label: label, Kind: epciKind(r.text("type"), label),
			Departement: p.parent(r, "main_departement", Departement, false), Population: r.count("population")})
	}
	p.level(EPCI, start)
}

// epciKind returns CC, CA, CU or METRO from the published type or, without
// one, from the first word of the label. The métropole de Lyon, a case of its
// own in law, is a METRO.
func epciKind(published, label string) string {
	switch {
	case published == "CC" || published == "CA" || published == "CU":
		return published
	case published == "" && len(label) > 3 && label[2] == ' ' && (label[:2] == "CC" || label[:2] == "CA" || label[:2] == "CU"):
		return label[:2]
	}
	return "METRO"
}

func (p *vintageParser) communes(b []byte) {
	start := len(p.v.Territories)
	r := p.open("communes", b, "code", "label", "departement", "region", "epci")
	for r.next() {
		t := Territory{Level: Commune, Label: r.text("label"), Communes: 1, Population: r.count("population"),
			Departement: p.parent(r, "departement", Departement, true),
			Region:      p.parent(r, "region", Region, true),
			EPCI:        p.parent(r, "epci", EPCI, false)}
		if d, ok := p.v.Get(t.Departement); ok && d.Region != t.Region && t.Region != "" {
			r.fail("le département " + string(d.Code) + " est dans " + string(d.Region) + ", pas dans " + string(t.Region))
		} else if ok {
			t.Overseas = d.Overseas
		}
		p.add(r, t)
	}
	p.level(Commune, start)
}

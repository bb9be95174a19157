package source

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/territory"
)

var (
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	formats  = []string{"auto", "csv", "xlsx", "xls", "zip", "json", "sdmx-ml", "sdmx-json"}
	measures = []string{"", "count", "ratio", "median", "mean", "index"}
)

// check lists what is wrong in d, in the order of its keys.
func (d *Description) check() fault.List {
	var l fault.List
	var refuse refuser = func(key, do, format string, args ...any) {
		if !l.Full() {
			f := fault.Invalidf(do, format, args...)
			f.What = "description, « " + key + " » : " + f.What
			l = append(l, f)
		}
	}
	d.checkHead(refuse)
	d.checkFile(refuse)
	d.checkMarks(refuse)
	if len(d.Tables) == 0 {
		refuse("table", "écrivez une partie [[table]] qui dit où sont le territoire, la période et les valeurs", "absent")
	}
	for i := range d.Tables {
		name := "table"
		if len(d.Tables) > 1 {
			name = fmt.Sprintf("table n° %d", i+1)
		}
		d.Tables[i].check(d, refuse.under(name))
	}
	patterns(refuse, "keep.series", d.Keep.Series)
	refuse.oneOf("keep.unmatched", d.Keep.Unmatched, "refuse", "report")
	refuse.oneOf("keep.copies", d.Keep.Copies, "refuse", "count")
	d.checkControls(refuse)
	d.Derivation.check(refuse)
	return l
}

func (d *Description) checkHead(refuse refuser) {
	if !nameForm.MatchString(d.Name) {
		refuse("name", "donnez un nom en minuscules, chiffres et _", "nom %q refusé", d.Name)
	}
	for _, must := range [][2]string{{"title", d.Title}, {"producer", d.Producer}, {"licence", d.Licence}} {
		if strings.TrimSpace(must[1]) == "" {
			refuse(must[0], "dites-le : chaque page le montre", "absent")
		}
	}
	patterns(refuse, "files", d.Files)
	if _, err := time.Parse(time.DateOnly, d.Published); d.Published != "" && err != nil {
		refuse("published", "écrivez le jour de la livraison : 2024-12-19", "date %q refusée", d.Published)
	}
	if len(d.Levels) == 0 {
		refuse("levels", `écrivez par exemple levels = ["departement"]`, "absent")
	}
	for _, level := range d.Levels {
		if !slices.Contains(territory.Levels[:], level) {
			refuse("levels", "écrivez national, region, departement, epci ou commune", "niveau %q inconnu", level)
		}
	}
	if d.Vintage < 1900 || d.Vintage > 2100 {
		refuse("vintage", "donnez l'année de la géographie, par exemple 2026", "année %d refusée", d.Vintage)
	}
}

func (d *Description) checkFile(refuse refuser) {
	refuse.oneOf("file.format", d.File.Format, formats...)
	refuse.oneOf("file.encoding", d.File.Encoding, "auto", "utf-8", "utf-16", "utf-16le", "utf-16be", "windows-1252", "latin-1", "iso-8859-1", "iso-8859-15", "macintosh", "cp850")
	refuse.oneOf("file.decimal", d.File.Decimal, ".", ",")
	c := d.File.Delimiter
	if c != "auto" && (len(c) != 1 || strings.ContainsAny(c, "\"\r\n") || c[0] >= 0x80) {
		refuse("file.delimiter", `écrivez "," ou ";" ou "\t"`, "un seul caractère simple attendu, %q lu", c)
	}
	patterns(refuse, "file.members", d.File.Members)
}

func patterns(refuse refuser, key string, list []string) {
	for _, p := range list {
		if _, err := path.Match(p, ""); err != nil {
			refuse(key, "corrigez les crochets du motif", "motif %q mal formé", p)
		}
	}
}

func (d *Description) checkMarks(refuse refuser) {
	checkMissing(refuse, d.Marks)
	for _, mark := range slices.Sorted(maps.Keys(d.Status)) {
		if s := d.Status[mark]; s != leftOutMark && (len(s) != 1 || !dataset.Status(s[0]).Valid()) {
			refuse("status", "écrivez A, P, E, S, M ou - (laissé de côté)", "marque %q → %q inconnue", mark, s)
		}
	}
	for _, mark := range slices.Sorted(maps.Keys(d.Flags)) {
		refuse.regexp("flags", mark, "")
		if s := d.Flags[mark]; len(s) != 1 || !dataset.Status(s[0]).HasValue() {
			refuse("flags", "écrivez A (simple renvoi), P (provisoire) ou E (estimé)", "marque %q → %q refusée", mark, s)
		}
	}
}

func checkMissing(refuse refuser, marks map[string]string) {
	for _, mark := range slices.Sorted(maps.Keys(marks)) {
		if s := marks[mark]; s != "S" && s != "M" && s != leftOutMark {
			refuse("marks", "écrivez S (secret), M (manquant) ou - (laissé de côté)", "marque %q → %q refusée", mark, s)
		}
	}
}

// leftOutMark is what a mark means when its cell is not an observation.
const leftOutMark = "-"

// check lists what is wrong in one table.
func (t *Table) check(d *Description, refuse refuser) {
	patterns(refuse, "sheets", t.Sheets)
	patterns(refuse, "members", t.Members)
	if t.Header != nil && t.HeaderFind != "" {
		refuse("header", "gardez l'un des deux", "donné avec header_find")
	}
	if t.Header != nil && (*t.Header < 0 || *t.Header > 10_000) {
		refuse("header", "donnez le numéro de la ligne d'en-tête, 0 s'il n'y en a pas", "ligne %d refusée", *t.Header)
	}
	if t.Headers < 1 || t.Headers > 20 {
		refuse("headers", "donnez le nombre de lignes d'en-tête, de 1 à 20", "%d refusé", t.Headers)
	}
	refuse.regexp("header_find", t.HeaderFind, "")
	refuse.regexp("end", t.End, "")
	for _, r := range t.Leave {
		r.check(refuse, "leave")
		if r.Reason == "" {
			refuse("leave", "dites pourquoi ces lignes sont laissées de côté : reason = \"total\"", "raison absente")
		}
	}
	for _, r := range t.Where {
		r.check(refuse, "where")
	}
	if len(t.Marks) > len(d.Marks) || !maps.Equal(t.Marks, d.Marks) {
		checkMissing(refuse, t.Marks)
	}
	if t.Zone == nil {
		t.Territory.check(d, refuse.under("territory"))
	}
	if d.HasZonings() || t.Zone != nil {
		t.checkZonings(d, refuse)
		return
	}
	t.Period.check(t, refuse.under("period"))
	t.checkSeries(refuse)
	t.checkColumns(refuse)
}

func (r *Rule) check(refuse refuser, key string) {
	refuse.regexp(key, r.Match, "")
	if (r.Match == "") == (len(r.In) == 0) {
		refuse(key, "écrivez match = \"expression\" ou in = [\"texte\"], l'un des deux", "règle sur « %s » sans critère, ou avec deux", r.Column)
	}
}

// one reports how many of the texts are given.
func one(texts ...string) int {
	n := 0
	for _, t := range texts {
		if t != "" {
			n++
		}
	}
	return n
}

func (p *Place) check(d *Description, refuse refuser) {
	switch n := one(p.Column, p.Fixed, p.Header, p.Sheet, p.Member); {
	case n == 0:
		refuse("column", "nommez la colonne du territoire, ou écrivez fixed, header, sheet ou member", "absent")
	case n > 1:
		refuse("column", "gardez une seule façon de dire le territoire", "territoire dit de %d façons", n)
	}
	refuse.oneOf("join", p.Join, "code", "label")
	refuse.oneOf("form", p.Form, "official", "vigie", "nuts")
	refuse.regexp("strip", p.Strip, "")
	for key, text := range map[string]string{"header": p.Header, "sheet": p.Sheet, "member": p.Member} {
		refuse.regexp(key, text, "territory")
	}
	if p.Pad < 0 || p.Pad > 9 {
		refuse("pad", "donnez la longueur du code : 2 pour un département, 5 pour une commune", "longueur %d refusée", p.Pad)
	}
	refuse.regexp("within.match", p.Within.Match, "territory")
	if (p.Within.Column == "") != (p.Within.Match == "") || p.Within.Column != "" && p.Join != "label" {
		refuse("within", "donnez column et match, avec join = \"label\"", "incomplet")
	}
	p.checkLevel(d, refuse)
	for _, from := range slices.Sorted(maps.Keys(p.Rewrite)) {
		if to := p.Rewrite[from]; to != "" && p.Join == "code" && p.Form == "official" && strings.Contains(to, "-") && territory.Code(to).Level() == "" {
			refuse("rewrite", "écrivez un code de Vigie : DEP-2A, REG-84, FR", "« %s » → « %s » n'est pas un code", from, to)
		}
	}
	if p.Fixed != "" && territory.Code(p.Fixed).Level() == "" {
		refuse("fixed", "écrivez un code de Vigie : FR, REG-84, DEP-2A", "« %s » n'est pas un code", p.Fixed)
	}
}

func (p *Place) checkLevel(d *Description, refuse refuser) {
	level := territory.Level(p.Level)
	known := slices.Contains(territory.Levels[:], level)
	switch {
	case p.Fixed != "" || p.Form != "official" && p.Join == "code":
	case p.Level == "" && p.LevelColumn == "":
		refuse("level", "écrivez national, region, departement, epci, commune ou auto, ou nommez level_column", "absent")
	case p.Level != "" && p.LevelColumn != "":
		refuse("level", "gardez l'un des deux", "donné avec level_column")
	case p.Level != "" && p.Level != "auto" && !known:
		refuse("level", "écrivez national, region, departement, epci, commune ou auto", "niveau %q inconnu", p.Level)
	case known && !slices.Contains(d.Levels, level):
		refuse("level", "ajoutez-le à levels", "niveau « %s » absent de levels", p.Level)
	case p.Level == "auto" && p.Join == "code" && slices.Contains(d.Levels, territory.Region) && slices.Contains(d.Levels, territory.Departement):
		refuse("level", "nommez level_column, ou séparez les lignes en deux [[table]] par where",
			"« auto » ne peut pas distinguer la région 84 du département 84")
	}
	if p.LevelColumn != "" && len(p.LevelMarks) == 0 {
		refuse("level_marks", "dites le niveau de chaque texte : { \"COM\" = \"commune\" }", "absent")
	}
	for _, mark := range slices.Sorted(maps.Keys(p.LevelMarks)) {
		if l := p.LevelMarks[mark]; l != "" && !slices.Contains(territory.Levels[:], territory.Level(l)) {
			refuse("level_marks", "écrivez national, region, departement, epci, commune, ou \"\" pour laisser la ligne", "%q → %q inconnu", mark, l)
		}
	}
}

func (p *Period) check(t *Table, refuse refuser) {
	n := one(p.Column, p.Header, p.Sheet, p.Member, p.Fixed)
	own := len(t.Series) > 0 && !slices.ContainsFunc(t.Series, func(s Series) bool {
		return s.Period == "" && s.PeriodColumn == "" && !strings.Contains(s.Column, "(?P<period>")
	})
	switch {
	case n == 0 && !own:
		refuse("column", "nommez la colonne de la période, ou écrivez header, sheet, member ou fixed", "absent")
	case n > 1:
		refuse("column", "gardez une seule façon de dire la période", "période dite de %d façons", n)
	}
	for key, text := range map[string]string{"header": p.Header, "sheet": p.Sheet, "member": p.Member} {
		refuse.regexp(key, text, "period")
	}
	refuse.regexp("strip", p.Strip, "")
	if p.Fixed != "" && !dataset.ValidPeriod(p.Fixed) {
		refuse("fixed", "écrivez 2022, 2022-Q3 ou 2022-07", "période %q refusée", p.Fixed)
	}
	if p.Provisional != "" && !dataset.ValidPeriod(p.Provisional) {
		refuse("provisional", "écrivez 2022, 2022-Q3 ou 2022-07", "période %q refusée", p.Provisional)
	}
	refuse.oneOf("last_of", p.LastOf, "", "year", "quarter", "month")
}

func (t *Table) checkSeries(refuse refuser) {
	if (len(t.Series) == 0) == (t.Value.Indicator == "") {
		refuse("series", "écrivez des [[table.series]], ou [table.value] indicator, l'un des deux", "série absente, ou dite deux fois")
	}
	if t.Value.Indicator != "" && t.Value.Column == "" {
		refuse("value.column", "nommez la colonne de la valeur", "absent")
	}
	refuse.oneOf("value.mark", t.Value.Mark, "", "A", "P", "E")
	for i := range t.Series {
		s := &t.Series[i]
		t.checkOne(s, refuse.under("series « "+s.Code+" »"))
	}
}

func (t *Table) checkOne(s *Series, refuse refuser) {
	if s.Code == "" {
		refuse("code", "donnez le code de l'indicateur", "absent")
	}
	values := t.Value.Column != "" || t.Period.Header != "" || t.Territory.Header != ""
	if s.Column == "" && len(s.Columns) == 0 && !s.Count && !values {
		refuse("column", "nommez la colonne de ses valeurs, ou [table.value] column", "absent")
	}
	if len(s.Columns) > 0 && s.Column != "" || len(s.Minus) > 0 && len(s.Columns) == 0 {
		refuse("columns", "gardez column ou columns ; minus va avec columns", "colonnes de valeur dites deux fois")
	}
	if s.Count && (s.Column != "" || s.Sum) {
		refuse("count", "un décompte n'a ni colonne de valeur ni somme", "donné avec column ou sum")
	}
	if re, ok := strings.CutPrefix(s.Column, "~"); ok {
		refuse.regexp("column", re, "")
	}
	for _, c := range slices.Sorted(maps.Keys(s.When)) {
		if re, ok := strings.CutPrefix(s.When[c], "~"); ok {
			refuse.regexp("when", re, "")
		}
	}
	patterns(refuse, "sheets", s.Sheets)
	patterns(refuse, "members", s.Members)
	if s.Period != "" && !dataset.ValidPeriod(s.Period) {
		refuse("period", "écrivez 2022, 2022-Q3 ou 2022-07", "période %q refusée", s.Period)
	}
	defining := one(s.Label, s.LabelEN, s.Unit, s.Nature, s.Measure, s.Domain, s.Definition, s.Numerator, s.Denominator, s.Notes) > 0
	if defining && (s.Label == "" || s.Unit == "") {
		refuse("label", "une série définie ici a un libellé et une unité ; une série du catalogue n'en a pas", "label ou unit absent")
	}
	if !defining {
		return
	}
	refuse.oneOf("nature", s.Nature, string(indicator.State), string(indicator.Response), string(indicator.Count))
	refuse.oneOf("measure", s.Measure, measures...)
	if (s.Numerator == "") != (s.Denominator == "") {
		refuse("numerator", "donnez le numérateur et le dénominateur, ou aucun", "l'un va sans l'autre")
	}
	if *s.Decimals < 0 || *s.Decimals > 6 || s.Direction < -1 || s.Direction > 1 {
		refuse("decimals", "decimals de 0 à 6 ; direction -1, 0 ou 1", "decimals = %d, direction = %d", *s.Decimals, s.Direction)
	}
}

// checkColumns refuses a column that serves two parts of one observation.
func (t *Table) checkColumns(refuse refuser) {
	v := t.Value
	seen := map[string]bool{}
	for _, name := range []string{t.Territory.Column, t.Period.Column, v.Column, v.Status, v.Indicator} {
		if name != "" && seen[name] {
			refuse("value.column", "chaque colonne ne sert qu'une fois", "colonne « %s » nommée deux fois", name)
		}
		seen[name] = true
	}
	for _, name := range []string{t.Territory.Column, t.Territory.LevelColumn, t.Period.Column, v.Column, v.Status, v.Indicator} {
		if re, ok := strings.CutPrefix(name, "~"); ok {
			refuse.regexp("column", re, "")
		}
	}
}

func (d *Description) checkControls(refuse refuser) {
	for _, c := range d.Checks {
		refuse.oneOf("check.kind", c.Kind, "sum", "share")
		patterns(refuse, "check.series", c.Series)
		if c.Tolerance < 0 {
			refuse("check.tolerance", "donnez une part : 0.001 pour un pour mille", "%v refusée", c.Tolerance)
		}
		if c.Kind != "sum" {
			continue
		}
		if !slices.Contains(territory.Levels[:], territory.Level(c.Of)) {
			refuse("check.of", "écrivez le niveau des parties : region, departement, epci ou commune", "niveau %q inconnu", c.Of)
		}
		if !slices.Contains(territory.Levels[:], territory.Level(c.Is)) && territory.Code(c.Is).Level() == "" {
			refuse("check.is", "écrivez le niveau ou le code du total : region, FR", "%q inconnu", c.Is)
		}
	}
}

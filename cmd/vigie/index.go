package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/index"
	"vigie/lang"
	"vigie/render/export"
)

// indexed is an index with all that its reproduction needs.
type indexed struct {
	record
	*index.Result
	Since    *index.Change `json:"since,omitempty"`
	decimals int           // of scores on a terminal
	seed     uint64
}

func runIndex(ctx context.Context, e *env, args []string) error {
	f := flags(e, "index", "SPEC | --keys [--data FICHIER] [--since SPEC [--passage FICHIER]] [--only TABLEAU] [--json] [--csv FICHIER] [--xlsx FICHIER] [--dir DOSSIER]")
	data := f.String("data", "", "`fichier` de la table, plutôt que celui que la spécification nomme")
	since := f.String("since", "", "ancienne `spécification` : dire ce qui a changé, par cause")
	passage := f.String("passage", "", "`fichier` de passage des anciennes unités aux nouvelles : old, new, weight")
	only := f.String("only", "", "ne montrer que ce `tableau` : "+strings.Join(partNames(), ", "))
	asJSON := f.Bool("json", false, "écrire tout le résultat en JSON")
	csvFile := f.String("csv", "", "écrire les résultats dans ce `fichier` : un chiffre par ligne ; avec --only, le tableau")
	xlsxFile := f.String("xlsx", "", "écrire les résultats dans ce `fichier`, une feuille par tableau")
	dir := f.String("dir", "", "`dossier` des fichiers que la spécification nomme ; vide : le sien")
	keys := f.Bool("keys", false, "lister les clés d’une spécification")
	args, err := e.parse(f, args, 0, 1)
	if err != nil {
		return err
	}
	if *keys {
		return tellIndexKeys(e.stdout)
	}
	if len(args) == 0 {
		f.Usage()
		return errUsage
	}
	todo := parts
	if *only != "" {
		if todo, err = onePart(*only); err != nil {
			return err
		}
	}
	if *passage != "" && *since == "" {
		return fault.Invalidf("donnez aussi --since SPEC", "--passage accompagne --since")
	}
	x, err := computeIndex(ctx, e, indexCall{args[0], *dir, *data, *since, *passage})
	if err != nil {
		return err
	}
	if *csvFile != "" {
		write := func(w io.Writer) error { return writeFigures(w, []string{"table"}, x.tables(todo)) }
		if *only != "" {
			write = x.table(todo[0]).writeTable
		}
		if err := writeFile(*csvFile, write); err != nil {
			return err
		}
	}
	if *xlsxFile != "" {
		err := writeFile(*xlsxFile, func(w io.Writer) error { return writeWorkbook(w, x.first(), slices.Collect(x.tables(todo))) })
		if err != nil {
			return err
		}
	}
	switch {
	case *asJSON:
		return streamJSON(e.stdout, x)
	case *only != "":
		for _, warning := range x.Warnings {
			fmt.Fprintf(e.stderr, "à savoir : %s\n", warning)
		}
		t := x.table(todo[0])
		t.without(t.blank())
		t.tell(e.stdout)
	default:
		x.tell(e.stdout)
	}
	return nil
}

func partNames() []string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.name
	}
	return names
}

// partOf is the part of a name, with or without accents; the zero part when
// there is none.
func partOf(name string) part {
	for _, p := range parts {
		if lang.Fold(p.name) == lang.Fold(name) {
			return p
		}
	}
	return part{}
}

// onePart is the part that --only names.
func onePart(name string) ([]part, error) {
	if p := partOf(name); p.name != "" {
		return []part{p}, nil
	}
	return nil, fault.NotFoundf("choisissez parmi : "+strings.Join(partNames(), " ; "), "aucun tableau ne s’appelle « %s »", name)
}

// tellIndexKeys lists what a specification may hold, a line a key.
func tellIndexKeys(w io.Writer) error {
	var lines [][]string
	for _, k := range index.Keys() {
		does := k.Does
		if k.Words != nil {
			does += " : " + strings.Join(k.Words, ", ")
		}
		if k.Default != "" {
			does += " (" + k.Default + ")"
		}
		lines = append(lines, []string{k.Path, does})
	}
	align(w, lines, []bool{false, false})
	return nil
}

// indexCall names what an index is computed from.
type indexCall struct{ spec, dir, data, since, passage string }

// computeIndex runs a specification on its table, or on the one given.
func computeIndex(ctx context.Context, e *env, c indexCall) (*indexed, error) {
	raw, err := readFile(c.spec)
	if err != nil {
		return nil, err
	}
	s, err := index.ParseSpec(filepath.Base(c.spec), raw)
	if err != nil {
		return nil, err
	}
	x := &indexed{record: newRecord(c.spec, c.dir), decimals: s.Output.Decimals, seed: s.Uncertainty.Seed}
	t, err := x.loadIndex(s, c.data)
	if err != nil {
		return nil, err
	}
	if e.terminal {
		step := e.progress()
		step.Step("calcul de l’indice")
		defer step.Done()
	}
	now := index.Side{Spec: s, Table: t, Options: x.options()}
	if x.Result, err = index.Run(ctx, s, t, now.Options); err != nil || c.since == "" {
		return x, err
	}
	x.Since, err = x.compare(now, c)
	return x, err
}

// options read what a specification names besides its table where it stands.
func (r *record) options() index.Options {
	return index.Options{Boundaries: r.loadBoundaries, Load: func(name string) (*index.Table, error) {
		return r.loadTable(name, index.Data{}, []string{"element", "from", "to"})
	}}
}

// compare says what changed since an old specification, whose files stand
// beside it or in dir.
func (x *indexed) compare(now index.Side, c indexCall) (*index.Change, error) {
	raw, err := readFile(c.since)
	if err != nil {
		return nil, err
	}
	old := index.Side{}
	if old.Spec, err = index.ParseSpec(filepath.Base(c.since), raw); err != nil {
		return nil, err
	}
	before := newRecord(c.since, c.dir)
	before.note("spécification", filepath.Base(c.since), raw, 0)
	if old.Table, err = before.loadIndex(old.Spec, ""); err != nil {
		return nil, err
	}
	old.Options = before.options()
	steps := record{given: c.passage}
	var passage *index.Table
	if c.passage != "" {
		if passage, err = steps.loadTable(c.passage, index.Data{}, []string{"old", "new"}); err != nil {
			return nil, err
		}
	}
	change, err := index.Since(old, now, passage)
	for _, d := range before.Data {
		d.role = "avant, " + d.role
		x.Data = append(x.Data, d)
	}
	for _, d := range steps.Data {
		d.role = "passage"
		x.Data = append(x.Data, d)
	}
	return change, err
}

// loadIndex reads the table of a specification, or the one given in its place.
func (r *record) loadIndex(s *index.Spec, data string) (*index.Table, error) {
	d := s.Data
	if data == "" {
		if data = d.File; data == "" {
			return nil, s.Fault("data.file", "nommez le fichier sous [data], ou donnez --data FICHIER", "la table n’est pas donnée")
		}
		return r.loadTable(data, d, coded(s))
	}
	d.Sheet, d.Encoding, d.Delimiter = "", "", "" // those of the other file
	r.given = data
	defer func() { r.given = "" }() // the specification may name another file so
	return r.loadTable(data, d, coded(s))
}

// table lays out one part.
func (x *indexed) table(p part) *printed {
	t := p.lay(x)
	t.Key, t.Title = []string{p.name}, p.about
	return t
}

// tables lays out the parts that have something to say, one when the one
// before it is done with.
func (x *indexed) tables(todo []part) iter.Seq[printed] {
	return func(yield func(printed) bool) {
		for _, p := range todo {
			t := x.table(p)
			if t.Title = p.name; len(t.Rows) > 0 && !yield(*t) {
				return
			}
		}
	}
}

// first is the sheet of the record and of the warnings.
func (x *indexed) first() export.Sheet {
	s := export.Sheet{Name: "indice", Rows: [][]any{{"indice", x.Title}}}
	for _, row := range x.lines() {
		s.Rows = append(s.Rows, []any{row[0], row[1]})
	}
	for _, warning := range x.Warnings {
		s.Rows = append(s.Rows, []any{"à savoir", warning})
	}
	return s
}

// lines lists what a reader needs to make the same index again.
func (x *indexed) lines() [][2]string {
	count := func(n int, one, many string) string {
		if n > 1 {
			one = many
		}
		return lang.Number(lang.FR, float64(n), 0) + " " + one
	}
	units := map[string]bool{}
	for _, u := range x.Units {
		units[u.Code] = true
	}
	indicators := 0
	for _, e := range x.kept() {
		if e.Level == 0 {
			indicators++
		}
	}
	what := []string{count(len(units), "unité", "unités")}
	if len(x.Periods) > 0 {
		what = append(what, count(len(x.Periods), "période", "périodes"))
	}
	what = append(what, count(indicators, "indicateur", "indicateurs"))
	rows := append(x.record.lines(x.Spec), [2]string{"indice", "version " + x.Version + ", " + strings.Join(what, ", ")})
	if u := x.Uncertainty; u != nil {
		failed := 0
		for _, f := range u.Failed {
			failed += f.Draws
		}
		text := count(u.Draws, "tirage", "tirages")
		if failed > 0 {
			text += ", dont " + lang.Number(lang.FR, float64(failed), 0) + " sans indice"
		}
		rows = append(rows, [2]string{"incertitude", text + ", intervalles à " + percent(u.Interval)})
	}
	if x.Map != nil {
		rows = append(rows, [2]string{"voisinage", x.neighbourhood()})
	}
	return append(rows, [2]string{"programme", fmt.Sprintf("%s, graine %d", x.Program, x.seed)})
}

// shown is the number of units of the ranking on a terminal.
const shown = 30

// tell writes one screen: the record, the warnings, the ranking of the last
// period, the weights, what was varied and what it changes.
func (x *indexed) tell(w io.Writer) {
	fmt.Fprintf(w, "%s\n\n", x.Title)
	for _, row := range x.lines() {
		fmt.Fprintf(w, "%s : %s\n", row[0], row[1])
	}
	for _, warning := range x.Warnings {
		fmt.Fprintf(w, "à savoir : %s\n", warning)
	}
	tables := []*printed{x.ranking()}
	if x.Since != nil {
		t := x.table(partOf("depuis"))
		t.Rows = t.Rows[:min(shown, len(x.Since.Units))]
		tables = append(tables, t)
	}
	for _, name := range []string{"poids", "carte", "régions", "tirages", "sensibilité", "alternatives"} {
		tables = append(tables, x.table(partOf(name)))
	}
	for _, t := range tables {
		if len(t.Rows) > 0 {
			fmt.Fprintln(w)
			t.without(t.blank())
			t.tell(w)
		}
	}
}

// ranking is the first units of the last period, in fewer columns.
func (x *indexed) ranking() *printed {
	t := x.table(parts[0])
	narrow := []string{"period", "rank_median", "set_low", "set_high", "alike"}
	for _, g := range x.Groups {
		narrow = append(narrow, "group_"+g, "rank_"+g)
	}
	total := len(x.Units)
	if n := len(x.Periods); n > 0 {
		t.Title += ", " + x.Periods[n-1]
		total = 0
		for _, u := range x.Units {
			if u.Period == x.Periods[n-1] {
				total++
			}
		}
	}
	t.Rows = t.Rows[:min(total, shown)]
	t.without(narrow)
	if total > shown {
		t.Aside = append(t.Aside, [2]any{fmt.Sprintf("… et %s autres", lang.Number(lang.FR, float64(total-shown), 0)), "--only rangs"})
	}
	return t
}

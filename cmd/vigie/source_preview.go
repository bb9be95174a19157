package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"vigie/data"
	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/observatory"
	"vigie/source"
	"vigie/territory"
)

// mostPreviewed bounds the observations that a preview shows.
const mostPreviewed = 20

// previewSource reads a file as an import would and keeps nothing.
func previewSource(ctx context.Context, e *env, args []string) error {
	f := flags(e, "source preview", "[--dir DOSSIER] [--source NOM | --description DESCRIPTION.toml] [--json] FICHIER…|DOSSIER|https://…")
	c := configFlags(f)
	name := f.String("source", "", "`nom` d’une description embarquée : vigie source list")
	description := f.String("description", "", "`description` de la source ; vide : celle des descriptions embarquées qui reconnaît le nom du fichier")
	asJSON := f.Bool("json", false, "écrire le compte rendu en JSON")
	files, err := e.parse(f, args, 1, mostFiles)
	if err != nil {
		return err
	}
	file, fileName, err := c.delivery(ctx, files)
	if err != nil {
		return err
	}
	defer file.Close()
	in := observatory.Importing{File: file, FileName: fileName}
	if *name != "" {
		in.Description, err = embeddedSource(*name)
	} else {
		in.Description, err = describe(*description, fileName)
	}
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	w.Tell.Step("lecture")
	r, err := w.Read(ctx, in)
	e.done(w)
	if err != nil {
		return err
	}
	if *asJSON {
		out := map[string]any{"source": r.Description.Name, "report": r.Report}
		if r.Table != nil {
			out["first"] = previewed(r.Table)
		}
		return json.NewEncoder(e.stdout).Encode(out)
	}
	tellReading(e.stdout, &r)
	return nil
}

// tellReading writes a preview, in French.
func tellReading(w io.Writer, r *observatory.Reading) {
	said := &r.Report
	fmt.Fprintf(w, "%s, lu par la description « %s »", said.File, r.Description.Name)
	if said.Format != "" {
		fmt.Fprintf(w, ", format %s", said.Format)
	}
	fmt.Fprintln(w)
	tellSheets(w, said.Sheets)
	for _, note := range said.Notes {
		fmt.Fprintln(w, note)
	}
	if r.Zonings != nil {
		tellZoned(w, said)
		tellReport(w, said)
		return
	}
	fmt.Fprintf(w, "observations gardées : %d sur %d ; séries : %d ; territoires : %d ; %s\n", said.Kept, said.Rows, said.Indicators, said.Territories, span(said.Periods))
	fmt.Fprintln(w, "premières observations :")
	for _, o := range firstRows(r.Table) {
		value := "pas de valeur"
		if o.Status.HasValue() {
			value = fmt.Sprint(o.X)
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%c\t%s\n", o.Indicator, o.Territory, o.Period, value, o.Status, said.Place(o.Line))
	}
	tellReport(w, said)
	if n := len(dataset.Refused(said.Findings)); n > 0 {
		fmt.Fprintf(w, "l’import serait refusé ; contrôles déclarés qui échouent : %d\n", n)
	}
}

// mostSheets bounds the sheets named one by one; --json gives all.
const mostSheets = 12

// tellSheets says which sheets are read, and the columns that nothing reads.
func tellSheets(w io.Writer, all []source.SheetReport) {
	read := 0
	for i, s := range all {
		state := "aucune table de la description ne la lit"
		if s.Read {
			read++
			state = "lue"
		}
		if name := strings.Trim(s.Member+"/"+s.Name, "/"); name != "" && i < mostSheets {
			fmt.Fprintf(w, "feuille « %s » : %s\n", name, state)
		}
		if s.Read && len(s.Unread) > 0 && i < mostSheets {
			fmt.Fprintf(w, "  colonnes non lues : %s\n", strings.Join(s.Unread, ", "))
		}
	}
	if len(all) > mostSheets {
		fmt.Fprintf(w, "… feuilles lues : %d sur %d\n", read, len(all))
	}
}

// span says the periods of a table.
func span(periods []string) string {
	switch len(periods) {
	case 0:
		return "aucune période"
	case 1:
		return "période : " + periods[0]
	}
	return fmt.Sprintf("périodes : %d, de %s à %s", len(periods), periods[0], periods[len(periods)-1])
}

// firstRows returns the observations that come first in the file.
func firstRows(t *dataset.Table) []dataset.Observation {
	var first []dataset.Observation
	before := func(a, b dataset.Observation) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Period, b.Period), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Territory, b.Territory))
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		for k, line := range c.Line {
			if len(first) == mostPreviewed && line > first[mostPreviewed-1].Line {
				continue
			}
			o := dataset.Observation{Indicator: c.Indicator, Territory: c.Territory[k], Period: c.Period, X: c.X[k], Status: c.Status[k], Line: line}
			at, _ := slices.BinarySearchFunc(first, o, before)
			first = slices.Insert(first, at, o)
			first = first[:min(len(first), mostPreviewed)]
		}
	}
	return first
}

// previewedRow is an observation in JSON; no value is null.
type previewedRow struct {
	Indicator indicator.Code `json:"indicator"`
	Territory territory.Code `json:"territory"`
	Period    string         `json:"period"`
	Value     *float64       `json:"value"`
	Status    string         `json:"status"`
	Line      int32          `json:"line"`
}

func previewed(t *dataset.Table) []previewedRow {
	var out []previewedRow
	for _, o := range firstRows(t) {
		row := previewedRow{o.Indicator, o.Territory, o.Period, nil, string(rune(o.Status)), o.Line}
		if o.OK() {
			row.Value = &o.X
		}
		out = append(out, row)
	}
	return out
}

// embeddedSources returns the embedded descriptions, by name.
func embeddedSources() ([]*source.Description, map[string][]byte, error) {
	names, err := fs.Glob(data.FS, "source/*.toml")
	if err != nil {
		return nil, nil, err
	}
	var all []*source.Description
	text := map[string][]byte{}
	for _, n := range names {
		b, err := data.FS.ReadFile(n)
		if err != nil {
			return nil, nil, err
		}
		d, err := source.ParseDescription(b)
		if err != nil {
			return nil, nil, fmt.Errorf("%s : %w", path.Base(n), err)
		}
		all = append(all, d)
		text[d.Name] = b
	}
	slices.SortFunc(all, func(a, b *source.Description) int { return cmp.Compare(a.Name, b.Name) })
	return all, text, nil
}

func embeddedSource(name string) ([]byte, error) {
	_, text, err := embeddedSources()
	if err != nil {
		return nil, err
	}
	b, ok := text[name]
	if !ok {
		return nil, fault.NotFoundf("choisissez-en une dans la liste : vigie source list", "aucune description embarquée ne s’appelle « %s »", name)
	}
	return b, nil
}

// listSources lists the embedded descriptions.
func listSources(_ context.Context, e *env, args []string) error {
	f := flags(e, "source list", "[--json]")
	asJSON := f.Bool("json", false, "écrire en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	all, _, err := embeddedSources()
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(all)
	}
	for _, d := range all {
		var levels []string
		for _, l := range d.Levels {
			levels = append(levels, lang.T(lang.FR, "report.level."+string(l)+".many"))
		}
		fmt.Fprintf(e.stdout, "%s\t%s\t%s\t%s\t%s\n", d.Name, d.Title, d.Producer, strings.Join(levels, ", "), strings.Join(d.Files, " "))
	}
	return nil
}

// showSource writes an embedded description, to be copied and corrected.
func showSource(_ context.Context, e *env, args []string) error {
	f := flags(e, "source show", "NOM")
	names, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	b, err := embeddedSource(names[0])
	if err != nil {
		return err
	}
	_, err = e.stdout.Write(b)
	return err
}

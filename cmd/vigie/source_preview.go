package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"vigie/dataset"
	"vigie/indicator"
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
	name := f.String("source", "", "`nom` d’une source : vigie source list")
	description := f.String("description", "", "`description` de la source ; vide : celle qui reconnaît le nom du fichier")
	asJSON := f.Bool("json", false, "écrire le compte rendu en JSON")
	files, err := e.parse(f, args, 1, mostFiles)
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	file, fileName, err := c.delivery(ctx, files, w.DB.Scratch)
	if err != nil {
		return err
	}
	defer file.Close()
	in := observatory.Importing{File: file, FileName: fileName}
	if *name != "" {
		var d observatory.Described
		d, err = observatory.Describe(ctx, w.DB, *name)
		in.Description = d.Text
	} else {
		in.Description, err = describe(ctx, w.DB, *description, fileName)
	}
	if err != nil {
		return err
	}
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
	for _, o := range observatory.First(r.Table, mostPreviewed) {
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
	for _, o := range observatory.First(t, mostPreviewed) {
		row := previewedRow{o.Indicator, o.Territory, o.Period, nil, string(rune(o.Status)), o.Line}
		if o.OK() {
			row.Value = &o.X
		}
		out = append(out, row)
	}
	return out
}

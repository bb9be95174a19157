package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"vigie/dataset"
	"vigie/lang"
	"vigie/observatory"
	"vigie/territory"
)

// convertDataset brings a dataset to another geography.
func convertDataset(ctx context.Context, e *env, args []string) error {
	f := flags(e, "dataset convert", "NOM --to ANNÉE [--dir DOSSIER] [--json]")
	c := configFlags(f)
	to := f.Int("to", 0, "`année` de la géographie où porter le jeu : 2026")
	asJSON := f.Bool("json", false, "écrire le compte rendu en JSON")
	names, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	if *to == 0 {
		f.Usage()
		return errUsage
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	w.Tell.Step("conversion")
	got, err := w.Convert(ctx, names[0], *to)
	e.done(w)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(map[string]any{"dataset": got.Row.ID, "name": got.Row.Name, "rows": got.Row.Rows, "origin": got.Origin.ID, "conversion": got.Said})
	}
	tellConversion(e.stdout, got)
	return nil
}

// tellConversion says what became of every observation, the refusals by series.
func tellConversion(out io.Writer, c observatory.Converted) {
	fmt.Fprintf(out, "jeu %s (%s) : %d lignes, géographie %d, d’après %s (géographie %d)\n", c.Row.Name, c.Row.ID[:12], c.Row.Rows, c.Said.To, c.Origin.ID[:12], c.Said.From)
	fmt.Fprintf(out, "reprises telles quelles : %d\nconverties : %d\nestimées (partage selon la population) : %d\n", c.Said.Matched, c.Said.Converted, c.Said.Estimated)
	for i := 0; i < len(c.Said.Refused); {
		i += tellRefusal(out, c.Said.Refused[i:])
	}
}

// tellRefusal says in one line the first refusal and those of the same series
// for the same reason at the periods that follow; it returns how many.
func tellRefusal(out io.Writer, all []dataset.Refusal) int {
	r, n, rows := all[0], 0, 0
	for n < len(all) && all[n].Indicator == r.Indicator && all[n].Reason == r.Reason {
		rows += len(all[n].Territory)
		n++
	}
	periods := r.Period
	if n > 1 {
		periods = fmt.Sprintf("%s à %s (%d périodes)", r.Period, all[n-1].Period, n)
	}
	fmt.Fprintf(out, "refusées, %s, %s : %d (%s) : %s\n", r.Indicator, periods, rows, r.Reason, first(r.Territory))
	return n
}

// first lists a few codes and says how many more there are.
func first(codes []territory.Code) string {
	const most = 5
	var out []string
	for _, c := range codes[:min(most, len(codes))] {
		out = append(out, string(c))
	}
	if more := len(codes) - most; more > 0 {
		out = append(out, fmt.Sprintf("%d autres", more))
	}
	return lang.List(lang.FR, out)
}

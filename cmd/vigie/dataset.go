package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

func runDataset(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 && args[0] == "diff" {
		return diffDataset(ctx, e, args[1:])
	}
	if len(args) > 0 && args[0] == "convert" {
		return convertDataset(ctx, e, args[1:])
	}
	if len(args) > 0 && args[0] == "show" {
		return showDataset(ctx, e, args[1:])
	}
	if len(args) > 0 && (args[0] == "withdraw" || args[0] == "restore") {
		return withdrawDataset(ctx, e, args[0], args[1:])
	}
	return list(ctx, e, "dataset", args, func(db *store.DB) (any, []string, error) {
		rows, err := db.Datasets(ctx, "")
		listed := make([]listedDataset, len(rows))
		for i, r := range rows {
			listed[i].DatasetRow = r
		}
		// Of one kind and name the newest comes first: each supersedes the next.
		for i := range rows {
			if rows[i].Withdrawn() {
				continue
			}
			for k := i + 1; k < len(rows) && rows[k].Name == rows[i].Name; k++ {
				if rows[k].Kind == rows[i].Kind && !rows[k].Withdrawn() {
					listed[i].Supersedes, listed[k].SupersededBy = rows[k].ID, rows[i].ID
					break
				}
			}
		}
		var lines []string
		for _, r := range listed {
			lines = append(lines, r.line())
		}
		return listed, lines, err
	})
}

// listedDataset is a dataset with its neighbours among those of its name.
type listedDataset struct {
	store.DatasetRow
	Supersedes   string `json:",omitempty"`
	SupersededBy string `json:",omitempty"`
}

func (r *listedDataset) line() string {
	s := fmt.Sprintf("%s\t%s\t%s\t%d lignes\t%s\t%s", r.ID[:12], r.Kind, r.Name, r.Rows, r.FileName, r.ImportedAt.Format(time.DateOnly))
	if r.Supersedes != "" {
		s += "\tremplace " + r.Supersedes[:12]
	}
	if r.SupersededBy != "" {
		s += "\tremplacé par " + r.SupersededBy[:12]
	}
	if r.Withdrawn() {
		s += "\tretiré le " + r.WithdrawnAt.Format(time.DateOnly) + " : " + r.WithdrawnFor
	}
	return s
}

// withdrawDataset takes a dataset out of what comes next, or puts it back.
func withdrawDataset(ctx context.Context, e *env, verb string, args []string) error {
	usage := "JEU"
	if verb == "withdraw" {
		usage = "--because RAISON JEU"
	}
	c := e.call("dataset "+verb, usage)
	var reason *string
	if verb == "withdraw" {
		reason = c.flags.String("because", "", "`raison` du retrait, que d’autres liront")
	}
	if err := c.open(ctx, args, 1, 1); err != nil {
		return err
	}
	defer c.DB.Close()
	row, err := observatory.FindDataset(ctx, c.DB, c.args[0])
	if err != nil {
		return err
	}
	if verb == "withdraw" {
		row, err = c.DB.WithdrawDataset(ctx, c.By, row.ID, *reason, c.Now)
	} else {
		row, err = c.DB.RestoreDataset(ctx, c.By, row.ID, c.Now)
	}
	if err != nil {
		return err
	}
	return c.tell(row, (&listedDataset{DatasetRow: row}).line())
}

// showDataset lists the series of a dataset, old ones included, or writes one
// of them as CSV.
func showDataset(ctx context.Context, e *env, args []string) error {
	f := flags(e, "dataset show", "[--dir DOSSIER] JEU [SÉRIE PÉRIODE]")
	c := configFlags(f)
	refs, err := e.parse(f, args, 1, 3)
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	row, err := observatory.FindDataset(ctx, w.DB, refs[0])
	if err != nil {
		return err
	}
	table, err := w.DB.OpenTable(ctx, row)
	if err != nil {
		return err
	}
	if len(refs) < 3 {
		for _, c := range table.Columns() {
			if len(refs) == 1 || string(c.Indicator) == refs[1] {
				fmt.Fprintf(e.stdout, "%s\t%s\n", c.Indicator, c.Period)
			}
		}
		return nil
	}
	col, err := table.Column(indicator.Code(refs[1]), refs[2])
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "territory,value,status,line")
	for i, code := range col.Territory {
		value := ""
		if col.Status[i].HasValue() {
			value = strconv.FormatFloat(col.X[i], 'f', -1, 64)
		}
		fmt.Fprintf(e.stdout, "%s,%s,%c,%d\n", code, value, col.Status[i], col.Line[i])
	}
	return nil
}

// diffDataset says what changed between two deliveries.
func diffDataset(ctx context.Context, e *env, args []string) error {
	c := e.call("dataset diff", "ANCIEN NOUVEAU | NOM")
	if err := c.open(ctx, args, 1, 2); err != nil {
		return err
	}
	defer c.DB.Close()
	old, now, err := pair(ctx, c.DB, c.args)
	if err != nil {
		return err
	}
	r, err := observatory.Revision(ctx, c.DB, old, now)
	if err != nil {
		return err
	}
	if *c.json {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	fmt.Fprintf(e.stdout, "de %s (%s) à %s (%s)\n", old.ID[:12], old.FileName, now.ID[:12], now.FileName)
	tellRevision(e.stdout, &r)
	return nil
}

// pair returns the two datasets named, or the last two of one name.
func pair(ctx context.Context, db *store.DB, refs []string) (old, now store.DatasetRow, err error) {
	if len(refs) == 1 {
		all, err := observatory.Deliveries(ctx, db, refs[0])
		if err == nil && len(all) < 2 {
			err = fault.NotFoundf("importez-en une autre, ou nommez deux jeux", "« %s » n’a qu’une livraison", refs[0])
		}
		if err != nil {
			return old, now, err
		}
		return all[1], all[0], nil
	}
	if old, err = observatory.FindDataset(ctx, db, refs[0]); err != nil {
		return old, now, err
	}
	now, err = observatory.FindDataset(ctx, db, refs[1])
	return old, now, err
}

// tellRevision writes what changed, in French.
func tellRevision(w io.Writer, r *dataset.Revision) {
	fmt.Fprintf(w, "valeurs inchangées : %d ; révisées : %d ; ajoutées : %d ; retirées : %d ; devenues connues : %d ; devenues inconnues : %d ; statut changé : %d\n",
		r.Same, r.Revised, r.Added, r.Removed, r.Gained, r.Lost, r.Marked)
	for _, s := range r.Series {
		fmt.Fprintf(w, "  %s : %d révisées", s.Indicator, s.Revised)
		if s.Revised > 0 {
			fmt.Fprintf(w, " (médiane %s, au plus %s)", relative(s.Median), relative(s.Most))
		}
		fmt.Fprintf(w, ", %d ajoutées, %d retirées", s.Added, s.Removed)
		if s.Gained+s.Lost+s.Marked > 0 {
			fmt.Fprintf(w, ", %d devenues connues, %d devenues inconnues, %d d’un autre statut", s.Gained, s.Lost, s.Marked)
		}
		if len(s.NewPeriods) > 0 {
			fmt.Fprintf(w, ", périodes nouvelles : %s", lang.List(lang.FR, s.NewPeriods))
		}
		if len(s.OldPeriods) > 0 {
			fmt.Fprintf(w, ", périodes disparues : %s", lang.List(lang.FR, s.OldPeriods))
		}
		fmt.Fprintln(w)
	}
	if len(r.Largest) > 0 {
		fmt.Fprintln(w, "les plus grandes révisions :")
	}
	for _, v := range r.Largest {
		fmt.Fprintf(w, "  %s, %s, %s : de %g (ligne %d) à %g (ligne %d), %s\n", v.Indicator, v.Territory, v.Period, v.Old, v.OldLine, v.New, v.NewLine, relative(v.Change()))
	}
}

// relative writes a relative change.
func relative(fraction float64) string {
	s := lang.Percent(lang.FR, 100*fraction, 1)
	if fraction > 0 {
		s = "+" + s
	}
	return s
}

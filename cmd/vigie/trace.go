package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/report"
)

func runTrace(ctx context.Context, e *env, args []string) error {
	c := e.call("trace", "[--lang fr] ÉDITION CHIFFRE")
	in := c.flags.String("lang", "fr", "`langue` : fr ou en")
	if err := c.open(ctx, args, 2, 2); err != nil {
		return err
	}
	defer c.DB.Close()
	l, ok := lang.Parse(*in)
	if !ok {
		return fault.Invalidf("écrivez --lang fr ou --lang en", "« %s » n’est pas une langue de Vigie", *in)
	}
	number, figure := c.args[0], c.args[1]
	content, err := observatory.Frozen(ctx, c.DB, number, e.now())
	if err != nil {
		return err
	}
	if content, err = observatory.WithComposed(ctx, c.DB, content, strings.Split(figure, "/")...); err != nil {
		return err
	}
	d, err := report.Trace(content, report.Request{Lang: l, Path: "/provenance/" + figure, Whole: true}, figure, observatory.Archive(ctx, c.DB, content))
	if err != nil {
		return err
	}
	if *c.json {
		return json.NewEncoder(e.stdout).Encode(d)
	}
	printTrace(e, d)
	return nil
}

// printTrace writes a trace as plain text: the sentence, the steps, the lines.
func printTrace(e *env, d report.Document) {
	for _, t := range d.Answer {
		fmt.Fprintln(e.stdout, t.Plain())
	}
	for _, s := range d.Sections {
		fmt.Fprintf(e.stdout, "\n%s\n", s.Title)
		for _, b := range s.Blocks {
			switch {
			case b.Text != nil:
				fmt.Fprintln(e.stdout, b.Text.Plain())
			case b.Code != nil:
				fmt.Fprint(e.stdout, b.Code.Text)
			case b.List != nil:
				for _, item := range b.List {
					fmt.Fprintln(e.stdout, "- "+item.Plain())
				}
			case b.Table != nil:
				printTable(e, b.Table)
			}
		}
	}
}

// printTable writes a table's cells, separated by tabs.
func printTable(e *env, t *report.Table) {
	for i, h := range t.Head {
		if i > 0 {
			fmt.Fprint(e.stdout, "\t")
		}
		fmt.Fprint(e.stdout, h.Label)
	}
	fmt.Fprintln(e.stdout)
	for _, row := range t.Rows {
		for i, c := range row.Cells {
			if i > 0 {
				fmt.Fprint(e.stdout, "\t")
			}
			text := c.Text
			if text == "" {
				text = c.Sign
			}
			fmt.Fprint(e.stdout, text)
		}
		fmt.Fprintln(e.stdout)
	}
}

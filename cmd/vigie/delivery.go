package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"vigie/account"
	"vigie/observatory"
	"vigie/source/fetch"
	"vigie/store"
)

// deliveryVerbs are the second words of « vigie delivery », without list.
var deliveryVerbs = map[string]func(context.Context, *env, []string) error{
	"send":    sendDelivery("send", "FICHIER"),
	"fetch":   sendDelivery("fetch", "https://…"),
	"show":    oneDelivery("show", lookDelivery),
	"check":   checkDelivery,
	"keep":    oneDelivery("keep", keepDelivery),
	"discard": oneDelivery("discard", discardDelivery),
}

// runDelivery does what the pages of the files that people send do.
func runDelivery(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if run, known := deliveryVerbs[args[0]]; known {
			return run(ctx, e, args[1:])
		}
		if args[0] != "list" && !strings.HasPrefix(args[0], "-") {
			fmt.Fprintf(e.stderr, "vigie : « %s » ne suit pas « vigie delivery »\nà faire : list, send, fetch, show, check, keep ou discard\n", args[0])
			return errUsage
		}
	}
	return list(ctx, e, "delivery", args, func(db *store.DB) (any, []string, error) {
		rows, err := db.Deliveries(ctx)
		var lines []string
		for _, r := range rows {
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", r.ID, r.CreatedAt.Format(time.RFC3339), deliveryFrench(&r), r.FileName, r.Name, r.By))
		}
		return rows, lines, err
	})
}

// deliveryFrench says where a file sent stands.
func deliveryFrench(r *store.DeliveryRow) string {
	if r.State == account.Sent && !r.Arrived() {
		return "en route"
	}
	return map[account.State]string{account.Sent: "à regarder", account.Kept: "gardé", account.Withdrawn: "écarté"}[r.State]
}

// desk is what a command works at as the pages do.
type desk struct {
	*env
	*observatory.Walk
	shop   *observatory.Shop
	asJSON bool
}

// desk opens the observatory; close its DB.
func (c *config) desk(ctx context.Context, e *env, asJSON bool) (*desk, error) {
	w, err := c.walk(ctx, e)
	if err != nil {
		return nil, err
	}
	return &desk{e, w, &observatory.Shop{DB: w.DB, Fetch: c.fetcher(), Now: e.now}, asJSON}, nil
}

// finish does the run that was asked for, or waits for its end.
func (d *desk) finish(ctx context.Context, run string) error {
	_, err := d.shop.Finish(ctx, d.Walk, run)
	d.done(d.Walk)
	return err
}

// sendDelivery sends a file, or has one brought from an address, and looks at
// it.
func sendDelivery(verb, takes string) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		f := flags(e, "delivery "+verb, "[--dir DOSSIER] [--scope TERRITOIRE] [--remark TEXTE] [--json] "+takes)
		c := configFlags(f)
		scope := f.String("scope", "", "`territoire` pour lequel il est envoyé ; vide : tout l’observatoire")
		remark := f.String("remark", "", "`texte` pour qui le regardera : d’où il vient, ce qu’il remplace")
		asJSON := f.Bool("json", false, "écrire en JSON")
		names, err := e.parse(f, args, 1, 1)
		if err != nil {
			return err
		}
		d, err := c.desk(ctx, e, *asJSON)
		if err != nil {
			return err
		}
		defer d.DB.Close()
		in := store.DeliveryInput{Scope: *scope, Remark: *remark}
		if in.Within, err = d.Within(ctx, *scope); err != nil {
			return err
		}
		row, err := d.take(ctx, names[0], in)
		if err != nil {
			return err
		}
		return d.tell(ctx, row.ID)
	}
}

// take sends a file, or fetches it, and looks at it.
func (d *desk) take(ctx context.Context, name string, in store.DeliveryInput) (row store.DeliveryRow, err error) {
	if fetch.IsAddress(name) {
		in.Origin = name
		if row, err = d.FetchFile(ctx, d.shop.Fetch, in); err != nil {
			return row, err
		}
		if err := d.finish(ctx, row.FetchRun); err != nil {
			return row, err
		}
		if row, err = d.DB.Delivery(ctx, row.ID); err != nil {
			return row, err
		}
		return row, d.finish(ctx, row.CheckRun)
	}
	file, err := openFile(name)
	if err != nil {
		return row, err
	}
	defer file.Close()
	in.FileName, in.File = name, file
	if row, err = d.SendFile(ctx, in); err != nil {
		return row, err
	}
	return row, d.finish(ctx, row.CheckRun)
}

// oneDelivery makes a verb about one file sent.
func oneDelivery(verb string, do func(context.Context, *desk, store.DeliveryRow) error) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		f := flags(e, "delivery "+verb, "[--dir DOSSIER] [--json] IDENTIFIANT")
		c := configFlags(f)
		asJSON := f.Bool("json", false, "écrire en JSON")
		ids, err := e.parse(f, args, 1, 1)
		if err != nil {
			return err
		}
		d, err := c.desk(ctx, e, *asJSON)
		if err != nil {
			return err
		}
		defer d.DB.Close()
		row, err := d.DB.Delivery(ctx, ids[0])
		if err != nil {
			return err
		}
		return do(ctx, d, row)
	}
}

func lookDelivery(ctx context.Context, d *desk, row store.DeliveryRow) error {
	return d.tell(ctx, row.ID)
}

// keepDelivery makes a dataset of a file sent.
func keepDelivery(ctx context.Context, d *desk, row store.DeliveryRow) error {
	row, err := d.KeepFile(ctx, row.ID, row.Version)
	if err != nil {
		return err
	}
	if err := d.finish(ctx, row.KeepRun); err != nil {
		return err
	}
	return d.tell(ctx, row.ID)
}

func discardDelivery(ctx context.Context, d *desk, row store.DeliveryRow) error {
	if err := d.DB.DiscardDelivery(ctx, d.By, row.ID, row.Version, d.Now); err != nil {
		return err
	}
	return d.tell(ctx, row.ID)
}

// checkDelivery looks at a file sent again, read otherwise when it is said how;
// a file that never came is fetched once more.
func checkDelivery(ctx context.Context, e *env, args []string) error {
	f := flags(e, "delivery check", "[--dir DOSSIER] [--source DESCRIPTION | --kind GENRE --name NOM] [--json] IDENTIFIANT")
	c := configFlags(f)
	source := f.String("source", "", "`description` qui le lit : un fichier ou le nom d’une source ; vide : celle qui reconnaît son nom")
	kind := f.String("kind", "", "`genre` d’un fichier de référence : territory, boundary, change, postcode, catalogue, published, publication, register")
	name := f.String("name", "", "`nom` d’un fichier de référence : communes-2026, indicators")
	asJSON := f.Bool("json", false, "écrire en JSON")
	ids, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	d, err := c.desk(ctx, e, *asJSON)
	if err != nil {
		return err
	}
	defer d.DB.Close()
	row, err := d.DB.Delivery(ctx, ids[0])
	if err != nil {
		return err
	}
	if row, err = d.again(ctx, row); err != nil {
		return err
	}
	reading, err := d.reading(ctx, row, *source, *kind, *name)
	if err != nil {
		return err
	}
	if row, err = d.ReadFile(ctx, row.ID, row.Version, reading); err != nil {
		return err
	}
	if err := d.finish(ctx, row.CheckRun); err != nil {
		return err
	}
	return d.tell(ctx, row.ID)
}

// again fetches the file of a delivery that has none yet.
func (d *desk) again(ctx context.Context, row store.DeliveryRow) (store.DeliveryRow, error) {
	if row.Arrived() || row.State != account.Sent {
		return row, nil
	}
	row, err := d.FetchAgain(ctx, row.ID, row.Version)
	if err != nil {
		return row, err
	}
	if err := d.finish(ctx, row.FetchRun); err != nil {
		return row, err
	}
	return d.DB.Delivery(ctx, row.ID)
}

// reading is how a file is to be read: as somebody says, or by its name.
func (d *desk) reading(ctx context.Context, row store.DeliveryRow, source, kind, name string) (r store.Reading, err error) {
	if kind != "" {
		return store.Reading{Kind: store.DatasetKind(kind), Name: name}, nil
	}
	if source == "" {
		return d.Recognised(ctx, row.FileName)
	}
	text, err := describe(ctx, d.DB, source, row.FileName)
	if err != nil {
		return r, err
	}
	described, err := observatory.ReadDescription(text)
	return store.Reading{Kind: store.Observation, Name: described.Name, Description: text}, err
}

// toldDelivery is a file sent with what looking at it has found.
type toldDelivery struct {
	store.DeliveryRow
	Checked *observatory.Checked `json:"checked,omitempty"`
}

// tell writes a file sent, and what looking at it has found.
func (d *desk) tell(ctx context.Context, id string) error {
	row, err := d.DB.Delivery(ctx, id)
	if err != nil {
		return err
	}
	c, err := d.Checked(ctx, row)
	if err != nil {
		return err
	}
	if d.asJSON {
		return json.NewEncoder(d.stdout).Encode(toldDelivery{row, c})
	}
	fmt.Fprintf(d.stdout, "envoi %s : %s, %s\n", row.ID, row.FileName, deliveryFrench(&row))
	if row.Origin != "" {
		fmt.Fprintf(d.stdout, "téléchargé depuis %s\n", row.Origin)
	}
	if row.Dataset != "" {
		fmt.Fprintf(d.stdout, "jeu %s\n", row.Dataset[:12])
	}
	if c != nil {
		d.tellChecked(&row, c)
	}
	return nil
}

// tellChecked writes what looking at a file has found, in French.
func (d *desk) tellChecked(row *store.DeliveryRow, c *observatory.Checked) {
	w := d.stdout
	switch {
	case c.Proposal != "":
		fmt.Fprintf(w, "aucune description ne reconnaît ce fichier ; en voici une, à relire, puis : vigie delivery check --source DESCRIPTION.toml %s\n%s", row.ID, c.Proposal)
	case !c.Good():
		fmt.Fprintf(w, "ce fichier ne peut pas être gardé tel quel : %d\n", len(c.Faults))
	case c.Report == nil:
		fmt.Fprintf(w, "lu comme fichier de référence « %s » : %d lignes\n", row.Name, c.Rows)
	default:
		fmt.Fprintf(w, "lu par la description « %s » : %d observations sur %d ; séries : %d ; territoires : %d ; %s\n", row.Name, c.Report.Kept, c.Report.Rows,
			c.Report.Indicators, c.Report.Territories, span(c.Report.Periods))
	}
	for _, f := range c.Faults {
		fmt.Fprintf(w, "  %s\n    à faire : %s\n", f.What, f.Do)
	}
	if c.Report != nil && c.Good() {
		tellReport(w, c.Report)
	}
}

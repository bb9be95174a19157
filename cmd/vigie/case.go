package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// caseVerbs are the second words of « vigie case », without list.
var caseVerbs = map[string]func(context.Context, *env, []string) error{
	"show":        showCase,
	"history":     caseHistory,
	"diff":        diffCase,
	"import":      importCases,
	"export":      exportCases,
	"take":        caseStep("take", "met en relecture", (*observatory.Walk).TakeCase),
	"submit":      caseStep("submit", "propose à la relecture", (*observatory.Walk).SubmitCase),
	"publish":     caseStep("publish", "publie", (*observatory.Walk).PublishCase),
	"restore":     caseStep("restore", "remet dans la base", (*observatory.Walk).UnarchiveCase),
	"confirm":     confirmCase,
	"archive":     archiveCase,
	"merge":       mergeCase,
	"link":        linkCase,
	"check-links": checkCaseLinks,
	"remind":      remindCases,
}

// runCase is the care of the base of cases.
func runCase(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if run, known := caseVerbs[args[0]]; known {
			return run(ctx, e, args[1:])
		}
		if args[0] != "list" && !strings.HasPrefix(args[0], "-") {
			fmt.Fprintf(e.stderr, "vigie : « %s » ne suit pas « vigie case »\n"+
				"à faire : list, show, history, diff, import, export, submit, take, publish, confirm, archive, restore, merge, link, check-links ou remind\n", args[0])
			return errUsage
		}
	}
	c := e.call("case", "[list] [--state ÉTAT] [--network RÉSEAU]")
	state := c.flags.String("state", "", "`état` : draft, submitted, in_review, published, to_update, archived, merged ; vide : tous")
	network := c.flags.String("network", "", "`réseau` ; vide : tous")
	return c.listed(ctx, args, func() (any, []string, error) {
		var f store.CaseFilter
		if *state != "" {
			f.States = []casestudy.State{casestudy.State(*state)}
		}
		if *network != "" {
			f.Network = network
		}
		rows, err := c.DB.Cases(ctx, f)
		var lines []string
		for i := range rows {
			lines = append(lines, caseLine(&rows[i]))
		}
		return rows, lines, err
	})
}

// caseLine is a case in a list.
func caseLine(r *store.CaseRow) string {
	state := lang.T(lang.FR, "state."+string(r.State))
	if r.Pending() {
		state += ", une version attend"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", r.ID, state, r.Network, r.Slug, r.Title)
}

// oneCase opens the observatory and the case that the first argument names, by
// identifier or by address.
func (c *call) oneCase(ctx context.Context, args []string, most int) (store.CaseRow, error) {
	if err := c.open(ctx, args, 1, most); err != nil {
		return store.CaseRow{}, err
	}
	row, err := c.DB.Case(ctx, c.args[0])
	if err != nil {
		c.DB.Close()
	}
	return row, err
}

// caseStep makes a verb of a step that asks for nothing but the case.
func caseStep(verb, does string, step func(*observatory.Walk, context.Context, string, int) (store.CaseRow, error)) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		c := e.call("case "+verb, "IDENTIFIANT")
		row, err := c.oneCase(ctx, args, 1)
		if err != nil {
			return err
		}
		defer c.DB.Close()
		if row, err = step(c.Walk, ctx, row.ID, row.Version); err != nil {
			return fmt.Errorf("%s : %w", does, err)
		}
		return c.tell(row, caseLine(&row))
	}
}

func showCase(ctx context.Context, e *env, args []string) error {
	c := e.call("case show", "[--version N] IDENTIFIANT")
	number := c.flags.Int("version", 0, "`numéro` de version ; 0 : la dernière")
	row, err := c.oneCase(ctx, args, 1)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	v, err := c.DB.CaseVersion(ctx, row.ID, *number)
	if err != nil {
		return err
	}
	faults, err := c.CheckCase(ctx, row.ID)
	if err != nil {
		return err
	}
	lines := []string{caseLine(&row), fmt.Sprintf("version %d, du %s", v.Number, v.At.Format("2006-01-02 15:04"))}
	for _, l := range casestudy.Leaves(v.Record) {
		lines = append(lines, casestudy.Label(lang.FR, l.Path)+" : "+l.Value)
	}
	for _, f := range faults {
		lines = append(lines, fmt.Sprintf("! %s : %s (%s)", casestudy.Label(lang.FR, f.Field), f.What, f.Do))
	}
	return c.tell(map[string]any{"case": row, "version": v, "faults": faults}, lines...)
}

func caseHistory(ctx context.Context, e *env, args []string) error {
	c := e.call("case history", "IDENTIFIANT")
	row, err := c.oneCase(ctx, args, 1)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	all, err := c.DB.CaseHistory(ctx, row.ID)
	var lines []string
	for _, v := range all {
		line := fmt.Sprintf("%d\t%s\t%s\t%s", v.Number, v.At.Format("2006-01-02 15:04"), v.By, v.Remark)
		if v.Restores > 0 {
			line += fmt.Sprintf("(retour à la version %d)", v.Restores)
		}
		if v.Number == row.Published {
			line += "\tcelle que lisent les lecteurs"
		}
		lines = append(lines, line)
	}
	if err != nil {
		return err
	}
	return c.tell(all, lines...)
}

// diffCase says what changed between two versions of a case.
func diffCase(ctx context.Context, e *env, args []string) error {
	c := e.call("case diff", "[--from N] [--to N] IDENTIFIANT")
	from := c.flags.Int("from", 0, "`numéro` de la première version ; 0 : celle que lisent les lecteurs")
	to := c.flags.Int("to", 0, "`numéro` de l’autre ; 0 : la dernière")
	row, err := c.oneCase(ctx, args, 1)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	if *from == 0 {
		*from = max(row.Published, 1)
	}
	a, err := c.DB.CaseVersion(ctx, row.ID, *from)
	if err != nil {
		return err
	}
	b, err := c.DB.CaseVersion(ctx, row.ID, *to)
	if err != nil {
		return err
	}
	changes := casestudy.Diff(a.Record, b.Record)
	var lines []string
	for _, one := range changes {
		lines = append(lines, fmt.Sprintf("%s\n- %s\n+ %s", casestudy.Label(lang.FR, one.Field), one.Before, one.After))
	}
	if len(changes) == 0 {
		lines = []string{"rien ne change"}
	}
	return c.tell(changes, lines...)
}

func confirmCase(ctx context.Context, e *env, args []string) error {
	c := e.call("case confirm", "[--reviewed] IDENTIFIANT")
	reviewed := c.flags.Bool("reviewed", false, "dire aussi qu’un éditeur l’a relue")
	row, err := c.oneCase(ctx, args, 1)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	if row, err = c.ConfirmCase(ctx, row.ID, row.Version, *reviewed); err != nil {
		return err
	}
	return c.tell(row, row.Title+" : toujours vraie, à redemander le "+row.ReviewDue)
}

func archiveCase(ctx context.Context, e *env, args []string) error {
	c := e.call("case archive", "--reason MOTIF IDENTIFIANT")
	reason := c.flags.String("reason", "", "`motif`, que liront les lecteurs")
	row, err := c.oneCase(ctx, args, 1)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	if row, err = c.ArchiveCase(ctx, row.ID, row.Version, *reason); err != nil {
		return err
	}
	return c.tell(row, caseLine(&row))
}

func mergeCase(ctx context.Context, e *env, args []string) error {
	c := e.call("case merge", "IDENTIFIANT DANS")
	row, err := c.oneCase(ctx, args, 2)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	if len(c.args) < 2 {
		return fault.Invalidf("donnez deux fiches : celle qui s’efface, puis celle qui reste", "une seule fiche")
	}
	if row, err = c.MergeCase(ctx, row.ID, row.Version, c.args[1]); err != nil {
		return err
	}
	return c.tell(row, caseLine(&row)+"\tmène à "+row.MergedInto)
}

// linkCase makes a link to contribute by, lists them, or ends one.
func linkCase(ctx context.Context, e *env, args []string) error {
	c := e.call("case link", "[--revoke IDENTIFIANT] [--network RÉSEAU] [--days JOURS] [--quota FICHES] [POUR QUI]")
	network := c.flags.String("network", "", "`réseau` dont seront les fiches")
	days := c.flags.Int("days", 90, "`jours` que dure le lien")
	quota := c.flags.Int("quota", 20, "nombre de `fiches` qu’il peut apporter")
	revoke := c.flags.String("revoke", "", "`identifiant` du lien à retirer")
	if err := c.open(ctx, args, 0, 1); err != nil {
		return err
	}
	defer c.DB.Close()
	switch {
	case *revoke != "":
		if err := c.DB.RevokeCaseLink(ctx, c.By, *revoke, c.Now); err != nil {
			return err
		}
		return c.tell(map[string]string{"revoked": *revoke}, *revoke+" : lien retiré")
	case len(c.args) == 0:
		all, err := c.DB.CaseLinks(ctx)
		var lines []string
		for _, l := range all {
			state := "sert"
			if !l.Serves(c.Now) {
				state = "ne sert plus"
			}
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%d sur %d\tjusqu’au %s", l.ID, state, l.Label, l.Network, l.Used, l.Quota, l.Expires.Format("2006-01-02")))
		}
		if err != nil {
			return err
		}
		return c.tell(all, lines...)
	}
	link, row, err := c.NewCaseLink(ctx, c.args[0], *network, *days, *quota)
	if err != nil {
		return err
	}
	return c.tell(map[string]any{"link": link, "row": row}, strings.TrimSuffix(c.Site, "/")+link.Path,
		fmt.Sprintf("%s : %d fiches, jusqu’au %s ; ce lien n’est montré qu’une fois", row.ID, row.Quota, row.Expires.Format("2006-01-02")))
}

func checkCaseLinks(ctx context.Context, e *env, args []string) error {
	c := e.call("case check-links", "[--broken]")
	broken := c.flags.Bool("broken", false, "ne rien demander : dire ce qui ne répondait pas la dernière fois")
	if err := c.open(ctx, args, 0, 0); err != nil {
		return err
	}
	defer c.DB.Close()
	if !*broken {
		_, err := observatory.AsRun(ctx, c.Walk, observatory.CaseLinksRun, "liens des fiches", func(ctx context.Context) (observatory.LinksResult, error) {
			return c.CheckCaseLinks(ctx, c.config.fetcher(), c.Now)
		})
		e.done(c.Walk)
		if err != nil {
			return err
		}
	}
	all, err := c.BrokenAddresses(ctx)
	if err != nil {
		return err
	}
	lines := []string{fmt.Sprintf("%d lien(s) de fiches ne répondent pas", len(all))}
	for _, b := range all {
		lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\tdepuis le %s", b.Title, b.Field, b.Address, b.Fault, b.Failing.Format("2006-01-02")))
	}
	return c.tell(all, lines...)
}

func remindCases(ctx context.Context, e *env, args []string) error {
	c := e.call("case remind", "")
	if err := c.open(ctx, args, 0, 0); err != nil {
		return err
	}
	defer c.DB.Close()
	r, err := c.RemindCases(ctx)
	if err != nil {
		return err
	}
	return c.tell(r, fmt.Sprintf("%d fiche(s) à confirmer, %d courriel(s) posté(s)", r.Due, r.Asked))
}

// exportCases writes what readers see, a case a line, as « vigie case import »
// reads it.
func exportCases(ctx context.Context, e *env, args []string) error {
	c := e.call("case export", "")
	if err := c.open(ctx, args, 0, 0); err != nil {
		return err
	}
	defer c.DB.Close()
	entries, _, err := c.DB.Entries(ctx)
	if err != nil {
		return err
	}
	return writeCases(e.stdout, entries)
}

func writeCases(w io.Writer, entries []casestudy.Entry) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for i := range entries {
		one := &entries[i]
		if !one.State.Public() {
			continue
		}
		id := one.ExternalID
		if id == "" {
			id = one.Slug
		}
		if err := out.Encode(struct {
			ExternalID string `json:"external_id"`
			casestudy.Record
		}{id, one.Record}); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
	"vigie/study"
)

// studyVerbs are the second words of « vigie study », without list.
var studyVerbs = map[string]func(context.Context, *env, []string) error{
	"put":      putStudy,
	"show":     showStudy,
	"check":    checkStudy,
	"weigh":    weighStudy,
	"tabulate": tabulateStudy,
	"approve":  approveStudy,
	"withdraw": withdrawStudy,
	"export":   exportStudy,
}

// runStudy is the care of surveys, from a file of answers to what an edition
// takes.
func runStudy(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if run, known := studyVerbs[args[0]]; known {
			return run(ctx, e, args[1:])
		}
		if args[0] != "list" && !strings.HasPrefix(args[0], "-") {
			fmt.Fprintf(e.stderr, "vigie : « %s » ne suit pas « vigie study »\nà faire : list, show, put, check, weigh, tabulate, approve, withdraw ou export\n", args[0])
			return errUsage
		}
	}
	c := e.call("study", "[list]")
	return c.listed(ctx, args, func() (any, []string, error) {
		rows, err := c.DB.Surveys(ctx, account.None)
		var lines []string
		for i := range rows {
			lines = append(lines, rows[i].ID+"\t"+studyLine(&rows[i]))
		}
		return rows, lines, err
	})
}

// studyLine is a survey in a list.
func studyLine(r *store.SurveyRow) string {
	line := fmt.Sprintf("%s\t%s\t%s", r.Wave, r.Audience, lang.T(lang.FR, "state."+string(r.State)))
	if r.Synthetic {
		line += "\tinventée"
	}
	return line
}

// oneStudy opens the observatory and the survey that the first argument names:
// by identifier, or by its wave, of which the newest that is not withdrawn.
func (c *call) oneStudy(ctx context.Context, args []string) (row store.SurveyRow, err error) {
	if err := c.open(ctx, args, 1, 1); err != nil {
		return row, err
	}
	if row, err = c.studyNamed(ctx, c.args[0]); err != nil {
		c.DB.Close()
	}
	return row, err
}

func (c *call) studyNamed(ctx context.Context, name string) (store.SurveyRow, error) {
	row, err := c.DB.Survey(ctx, name)
	if fault.KindOf(err) != fault.NotFound {
		return row, err
	}
	all, listed := c.DB.Surveys(ctx, account.None)
	if listed != nil {
		return row, listed
	}
	wave, audience, _ := strings.Cut(name, "/")
	var found *store.SurveyRow
	for i := range all {
		r := &all[i]
		if r.Wave != wave || audience != "" && r.Audience != audience || r.State == account.Withdrawn {
			continue
		}
		if found != nil && found.Audience != r.Audience {
			return row, fault.Invalidf("précisez : "+wave+"/"+found.Audience+" ou "+wave+"/"+r.Audience, "la vague « %s » a plusieurs publics", wave)
		}
		if found == nil || r.PutAt.After(found.PutAt) {
			found = r
		}
	}
	if found == nil {
		return row, err
	}
	return *found, nil
}

func putStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study put", "[--files DOSSIER] PLAN.toml")
	dir := c.flags.String("files", "", "`dossier` des fichiers que le plan nomme ; vide : le sien")
	if err := c.open(ctx, args, 1, 1); err != nil {
		return err
	}
	defer c.DB.Close()
	text, err := readFile(c.args[0])
	if err != nil {
		return err
	}
	if *dir == "" {
		*dir = filepath.Dir(c.args[0])
	}
	var opened []*store.OpenedFile
	defer func() {
		for _, f := range opened {
			f.Close()
		}
	}()
	row, err := c.PutSurvey(ctx, filepath.Base(c.args[0]), text, func(name string) (store.RawFile, error) {
		f, err := openFile(filepath.Join(*dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		opened = append(opened, f)
		return f, nil
	})
	if err != nil {
		return err
	}
	return c.tell(row, studyLine(&row))
}

func checkStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study check", "ENQUÊTE")
	row, err := c.oneStudy(ctx, args)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	said, err := c.CheckSurvey(ctx, row.ID)
	if err != nil {
		return err
	}
	return c.tell(said, fmt.Sprintf("%s répondants ; toutes les variables et tous les codes du plan sont dans le fichier", lang.Number(lang.FR, float64(said.Records), 0)),
		"questions : "+strings.Join(said.Items, ", "),
		fmt.Sprintf("poids : effet de plan %s, effectif équivalent %s", lang.Number(lang.FR, said.Weighting.DesignKish, 3), lang.Number(lang.FR, said.Weighting.Effective, 1)))
}

func weighStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study weigh", "ENQUÊTE")
	row, err := c.oneStudy(ctx, args)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	said, err := c.CheckSurvey(ctx, row.ID)
	if err != nil {
		return err
	}
	if *c.json {
		return json.NewEncoder(e.stdout).Encode(said.Weighting)
	}
	w := said.Weighting
	for _, line := range [][2]string{
		{"méthode", w.Method}, {"tours", strconv.Itoa(w.Iterations)},
		{"effet de plan des poids (1 + cv²)", lang.Number(lang.FR, w.DesignKish, 4)}, {"effectif équivalent", lang.Number(lang.FR, w.Effective, 1)},
		{"degrés de liberté", lang.Number(lang.FR, w.DesignDF, 0)}, {"part du poids que porte le centième le plus lourd", onePercent(w.TopShare)},
	} {
		fmt.Fprintf(e.stdout, "%s : %s\n", line[0], line[1])
	}
	fmt.Fprint(e.stdout, "poids rapportés à leur moyenne :")
	for i, of := range []string{"minimum", "1 %", "5 %", "25 %", "médiane", "75 %", "95 %", "99 %", "maximum"} {
		fmt.Fprintf(e.stdout, " %s %s ;", of, lang.Number(lang.FR, w.Quantiles[i], 2))
	}
	fmt.Fprint(e.stdout, "\n\n")
	lines := [][]string{{"variable", "niveau", "échantillon", "avant", "après", "population"}}
	for _, m := range w.Margins {
		lines = append(lines, []string{m.Variable.FR, m.Level.FR, onePercent(m.Sample), onePercent(m.Before), onePercent(m.After), onePercent(m.Target)})
	}
	align(e.stdout, lines, []bool{false, false, true, true, true, true})
	return nil
}

func onePercent(share float64) string { return lang.Number(lang.FR, 100*share, 1) + " %" }

func tabulateStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study tabulate", "ENQUÊTE")
	row, err := c.oneStudy(ctx, args)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	defer e.done(c.Walk)
	if row, err = c.TabulateSurvey(ctx, row.ID, row.Version); err != nil {
		return err
	}
	t, err := c.Tabulation(ctx, row)
	if err != nil {
		return err
	}
	return c.tell(row, studyLine(&row), fmt.Sprintf("%s répondants, %d questions ; chiffres retirés : %d par la règle « %s », %d pour qu’on ne les recalcule pas",
		lang.Number(lang.FR, float64(t.Records), 0), len(t.Items), t.Secrecy.Primary, t.Secrecy.Rule, t.Secrecy.Secondary))
}

func showStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study show", "[--item QUESTION [--by CROISEMENT]] ENQUÊTE")
	item := c.flags.String("item", "", "`question` à montrer ; vide : leur liste")
	by := c.flags.String("by", "", "`croisement` ; vide : l’ensemble")
	row, err := c.oneStudy(ctx, args)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	if row.Tabulation == "" {
		return c.tell(row, studyLine(&row))
	}
	t, err := c.Tabulation(ctx, row)
	if err != nil {
		return err
	}
	if *c.json {
		return json.NewEncoder(e.stdout).Encode(map[string]any{"survey": row, "tabulation": t})
	}
	if *item == "" {
		fmt.Fprintln(e.stdout, studyLine(&row))
		for i := range t.Items {
			fmt.Fprintf(e.stdout, "%s\t%s\t%s\n", t.Items[i].Code, t.Items[i].Kind, t.Items[i].Wording.FR)
		}
		return nil
	}
	return e.tellItem(t, *item, *by)
}

// tellItem prints one item crossed by one breakdown.
func (e *env) tellItem(t *study.Tabulation, code, by string) error {
	it, ok := t.Item(code)
	if !ok {
		return fault.NotFoundf("lisez vigie study show sans --item", "la question « %s » n’est pas dans cette enquête", code)
	}
	table, ok := it.By(by)
	if !ok {
		return fault.NotFoundf("choisissez un croisement du plan", "le croisement « %s » n’est pas dans cette enquête", by)
	}
	fmt.Fprintln(e.stdout, it.Wording.FR)
	if t.Synthetic {
		fmt.Fprintln(e.stdout, "Enquête inventée : rien ici n’est un résultat.")
	}
	lines := [][]string{{"niveau", "réponse", "valeur", "erreur type", "IC bas", "IC haut", "plus que", "base"}}
	for _, c := range table.Columns {
		level := c.Level
		if level == "" {
			level = "Ensemble"
		}
		if c.Letter != "" {
			level += " (" + c.Letter + ")"
		}
		if c.Secret {
			lines = append(lines, []string{level, "secret", "", "", "", "", "", ""})
			continue
		}
		for _, cell := range c.Cells {
			lines = append(lines, append([]string{level, cell.Line}, append(cellTexts(&cell), strconv.Itoa(c.Base))...))
		}
	}
	align(e.stdout, lines, []bool{false, false, true, true, true, true, false, true})
	if table.Test != nil {
		fmt.Fprintf(e.stdout, "indépendance (Rao et Scott, second ordre) : p = %s\n", lang.Number(lang.FR, table.Test.P, 4))
	}
	return nil
}

func cellTexts(c *study.Cell) []string {
	if c.Secret {
		return []string{"secret", "", "", "", ""}
	}
	number := func(v float64) string { return lang.Number(lang.FR, v, 2) }
	if c.Percent {
		number = onePercent
	}
	value := number(c.Value)
	if c.Imprecise {
		value += " ~"
	}
	return []string{value, number(c.SE), number(c.Low), number(c.High), c.Higher}
}

// approveStudy lets the next edition take a survey, in the name of a person who
// has that right: the command knows the machine's account only.
func approveStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study approve", "[--person ADRESSE] ENQUÊTE")
	mail := c.flags.String("person", "", "`adresse` du compte qui approuve ; vide : celui de la machine")
	row, err := c.oneStudy(ctx, args)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	if *mail != "" {
		p, err := c.DB.PersonByMail(ctx, *mail)
		if err != nil {
			return err
		}
		if !p.May(account.ApproveSurvey, account.Object{State: row.State, By: row.PutBy.Person()}) {
			return &fault.Error{Kind: fault.Denied, What: "ce compte n’approuve pas cette enquête", Do: "donnez-lui le rôle publisher, et vérifiez que l’enquête est tabulée et qu’il ne l’a pas apportée"}
		}
		c.By = journal.PersonActor(p.ID)
	}
	if row, err = c.ApproveSurvey(ctx, row.ID, row.Version); err != nil {
		return err
	}
	return c.tell(row, studyLine(&row))
}

func withdrawStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study withdraw", "--reason RAISON ENQUÊTE")
	reason := c.flags.String("reason", "", "`raison` du retrait")
	row, err := c.oneStudy(ctx, args)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	if row, err = c.WithdrawSurvey(ctx, row.ID, row.Version, *reason); err != nil {
		return err
	}
	return c.tell(row, studyLine(&row))
}

// exportStudy tells how exposed the answers of a survey are, and with --to lets
// them out, which the journal keeps.
func exportStudy(ctx context.Context, e *env, args []string) error {
	c := e.call("study export", "--quasi VARIABLES [--sensitive VARIABLES] [--k N] [--to FICHIER --reason RAISON] ENQUÊTE")
	quasi := c.flags.String("quasi", "", "`variables` que l’on peut connaître par ailleurs, virgules entre elles")
	sensitive := c.flags.String("sensitive", "", "`variables` qu’on ne doit pas apprendre")
	k := c.flags.Int("k", 5, "`nombre` de répondants qui doivent se ressembler")
	to := c.flags.String("to", "", "`fichier` où écrire les réponses ; vide : le rapport seulement")
	reason := c.flags.String("reason", "", "`raison` : pour qui, pour quoi")
	row, err := c.oneStudy(ctx, args)
	if err != nil {
		return err
	}
	defer c.DB.Close()
	in := observatory.SurveyExport{Survey: row.ID, Quasi: byComma(*quasi), Sensitive: byComma(*sensitive), K: *k, L: 2, Reason: *reason}
	report, err := c.ExposeSurvey(ctx, in)
	if err != nil {
		return err
	}
	lines := []string{fmt.Sprintf("%s répondants ; %d sont seuls de leur sorte ; le plus petit groupe en a %d ; %d sont dans un groupe de moins de %d",
		lang.Number(lang.FR, float64(report.Records), 0), report.Unique, report.MinK, report.BelowK, *k)}
	for _, d := range report.Dropped {
		lines = append(lines, fmt.Sprintf("sans %s : %d dans un groupe de moins de %d", d.Name, d.BelowK, *k))
	}
	for _, s := range report.Sensitive {
		lines = append(lines, fmt.Sprintf("%s : une seule valeur dans le groupe de %d répondants", s.Name, s.Homogeneous))
	}
	if *to == "" {
		return c.tell(report, lines...)
	}
	var kept strings.Builder
	if _, err := c.ExportSurvey(ctx, in, &kept); err != nil {
		return err
	}
	if err := writeFile(*to, func(w io.Writer) error { _, err := io.WriteString(w, kept.String()); return err }); err != nil {
		return err
	}
	return c.tell(report, append(lines, "réponses écrites dans "+*to+" ; le journal le dit")...)
}

// byComma cuts a list at its commas.
func byComma(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

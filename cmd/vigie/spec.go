package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/fragility"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// specVerbs are the second words of « vigie spec », without list.
var specVerbs = map[string]func(context.Context, *env, []string) error{
	"show":         showSpec,
	"check":        checkSpec,
	"draft":        draftSpec,
	"drop":         dropSpec,
	"effect":       specEffect,
	"keep":         keepSpec,
	"computations": listComputations,
}

// runSpec is the care of the specifications of the index.
func runSpec(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if run, known := specVerbs[args[0]]; known {
			return run(ctx, e, args[1:])
		}
		if args[0] == "list" {
			args = args[1:]
		} else if !strings.HasPrefix(args[0], "-") {
			fmt.Fprintf(e.stderr, "vigie : « %s » ne suit pas « vigie spec »\nà faire : list, show, check, draft, drop, effect, keep ou computations\n", args[0])
			return errUsage
		}
	}
	f := flags(e, "spec list", "[--dir DOSSIER] [--json]")
	c := configFlags(f)
	asJSON := f.Bool("json", false, "écrire la liste en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		all, err := w.Specifications(ctx)
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(e.stdout).Encode(all)
		}
		for _, s := range all {
			fmt.Fprintf(e.stdout, "%s\t%s\tversion %s\t%s\t%s\n", s.ID, calledSpec(&s), orNone(s.Version, "illisible"), stateOfSpec(&s), s.File[:12])
		}
		return nil
	})
}

// withWalk opens the observatory, walks, and closes it.
func (c *config) withWalk(ctx context.Context, e *env, do func(w *observatory.Walk) error) error {
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	defer e.done(w)
	return do(w)
}

func orNone(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// calledSpec is what people call a specification.
func calledSpec(s *observatory.Specification) string {
	switch s.ID {
	case observatory.EmbeddedSpec:
		return "spécification embarquée"
	case observatory.EditionSpec:
		return "spécification de l’édition " + s.Edition
	}
	return s.Name
}

func stateOfSpec(s *observatory.Specification) string {
	switch {
	case s.Current:
		return "celle qui est calculée"
	case s.State() == account.Draft:
		return fmt.Sprintf("brouillon (version %d)", s.Row.Version)
	case s.Row != nil:
		return "déjà retenue"
	}
	return "fixe"
}

// specText returns the text of a specification named as a file or as an
// identifier, and what people call it. "" is the one to compute with.
func specText(ctx context.Context, w *observatory.Walk, named string) ([]byte, string, error) {
	if strings.HasSuffix(named, ".toml") || strings.ContainsRune(named, filepath.Separator) {
		text, err := readFile(named)
		return text, filepath.Base(named), err
	}
	s, text, err := w.Specification(ctx, named)
	if named == "" {
		s, text, err = w.CurrentSpec(ctx)
	}
	if fault.KindOf(err) == fault.NotFound && named != "" {
		if text, err := readFile(named); err == nil {
			return text, filepath.Base(named), nil
		}
	}
	return text, calledSpec(&s), err
}

func showSpec(ctx context.Context, e *env, args []string) error {
	f := flags(e, "spec show", "[--dir DOSSIER] embarquee|publiee|IDENTIFIANT")
	c := configFlags(f)
	named, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		_, text, err := w.Specification(ctx, named[0])
		if err == nil {
			_, err = e.stdout.Write(text)
		}
		return err
	})
}

// checkSpec checks a specification against today's catalogue, lists and data.
func checkSpec(ctx context.Context, e *env, args []string) error {
	f := flags(e, "spec check", "[--dir DOSSIER] [--json] SPEC.toml|IDENTIFIANT")
	c := configFlags(f)
	asJSON := f.Bool("json", false, "écrire le résultat en JSON")
	named, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		text, _, err := specText(ctx, w, named[0])
		if err != nil {
			return err
		}
		read, err := w.ReadSpec(ctx, text)
		if err != nil {
			return err
		}
		if len(read.Faults) > 0 {
			if *asJSON {
				err = json.NewEncoder(e.stdout).Encode(map[string]any{"faults": read.Faults})
			}
			return errors.Join(err, faultsOf(read.Faults))
		}
		tiers, err := w.TrySpec(ctx, text)
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(e.stdout).Encode(map[string]any{"faults": []observatory.SpecFault{}, "tiers": tiers})
		}
		tellTiers(e.stdout, tiers)
		return nil
	})
}

func faultsOf(all []observatory.SpecFault) error {
	var list fault.List
	for _, one := range all {
		list = append(list, &fault.Error{Kind: fault.Invalid, What: one.What, Do: one.Do})
	}
	return list
}

func tellTiers(out io.Writer, tiers []observatory.TierReading) {
	for _, t := range tiers {
		fmt.Fprintf(out, "%s : %d indicateurs utilisés, %d sans données\n", lang.Sentence(lang.T(lang.FR, "report.level."+string(t.Level)+".many")), t.Used, len(t.Absent))
		for _, a := range t.Absent {
			fmt.Fprintf(out, "  %s : %s\n", a.Indicator, lang.T(lang.FR, "spec.absent."+string(a.Why)))
		}
	}
}

// draftSpec adds a draft, or replaces the text of one.
func draftSpec(ctx context.Context, e *env, args []string) error {
	f := flags(e, "spec draft", "[--dir DOSSIER] [--name NOM] [--note NOTE] [--to IDENTIFIANT --version N] SPEC.toml|embarquee|publiee|IDENTIFIANT")
	c := configFlags(f)
	name := f.String("name", "", "`nom` du brouillon ; vide : celui du fichier, ou celui qu’il a")
	note := f.String("note", "", "`note` : pourquoi ces choix")
	to := f.String("to", "", "`identifiant` du brouillon dont remplacer le texte")
	version := f.Int("version", 0, "`version` du brouillon remplacé, que dit vigie spec list")
	named, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		text, called, err := specText(ctx, w, named[0])
		if err != nil {
			return err
		}
		in := store.SpecInput{Name: orNone(*name, called), Note: *note, Text: text, By: w.By}
		var row store.SpecRow
		if *to == "" {
			row, err = w.DB.PutSpec(ctx, in, w.Now)
		} else if row, err = w.DB.Spec(ctx, *to); err == nil {
			in.Name, in.Note = orNone(*name, row.Name), orNone(*note, row.Note)
			row, err = w.DB.ChangeSpec(ctx, *to, *version, in, w.Now)
		}
		if err == nil {
			fmt.Fprintf(e.stdout, "%s : brouillon « %s », version %d\n", row.ID, row.Name, row.Version)
		}
		return err
	})
}

func dropSpec(ctx context.Context, e *env, args []string) error {
	f := flags(e, "spec drop", "[--dir DOSSIER] IDENTIFIANT")
	c := configFlags(f)
	named, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		row, err := w.DB.Spec(ctx, named[0])
		if err != nil {
			return err
		}
		if err := w.DB.DropSpec(ctx, w.By, row.ID, row.Version, w.Now); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s : brouillon supprimé\n", row.ID)
		return nil
	})
}

func keepSpec(ctx context.Context, e *env, args []string) error {
	f := flags(e, "spec keep", "[--dir DOSSIER] embarquee|publiee|IDENTIFIANT")
	c := configFlags(f)
	named, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		s, _, err := w.Specification(ctx, named[0])
		if err != nil {
			return err
		}
		version := 0
		if s.Row != nil {
			version = s.Row.Version
		}
		row, err := w.KeepSpec(ctx, s.ID, version, calledSpec(&s))
		if err == nil {
			fmt.Fprintf(e.stdout, "%s : « %s » est retenue pour les calculs\n", row.ID, row.Name)
		}
		return err
	})
}

// specEffect says what a specification would change in the public edition.
func specEffect(ctx context.Context, e *env, args []string) error {
	f := flags(e, "spec effect", "[--dir DOSSIER] [--today] [--json] SPEC.toml|IDENTIFIANT")
	c := configFlags(f)
	today := f.Bool("today", false, "avec les données d’aujourd’hui plutôt que celles de l’édition")
	asJSON := f.Bool("json", false, "écrire tout l’effet en JSON : rangs, classes et scores de chaque territoire")
	named, err := e.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	on := ""
	if *today {
		on = observatory.OnToday
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		text, called, err := specText(ctx, w, named[0])
		if err != nil {
			return err
		}
		left, err := observatory.AsRun(ctx, w, observatory.EffectRun, called, func(ctx context.Context) (observatory.EffectResult, error) {
			row, err := w.Effect(ctx, text, on)
			return observatory.EffectResult{Effect: row.ID, Edition: row.Edition, Ground: row.Ground}, err
		})
		if err != nil {
			return err
		}
		_, effect, err := observatory.KeptEffect(ctx, w.DB, left.Effect)
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(e.stdout).Encode(effect)
		}
		tellEffect(e.stdout, effect)
		return nil
	})
}

func tellEffect(out io.Writer, effect *observatory.Effect) {
	ground := "ses données"
	if effect.Ground == observatory.OnToday {
		ground = "les données d’aujourd’hui"
	}
	fmt.Fprintf(out, "effet sur l’édition %s, avec %s\n", effect.Edition, ground)
	for _, tier := range effect.Tiers {
		fmt.Fprintf(out, "%s : %d pages de territoires sur %d changeraient\n", lang.Sentence(lang.T(lang.FR, "report.level."+string(tier.Level)+".many")),
			len(tier.Changed()), len(tier.Units))
		for _, p := range tier.Parts {
			if p.Kind == fragility.OfDimension || p.Moved+p.Classes+p.Lost+p.Gained == 0 {
				continue
			}
			fmt.Fprintf(out, "  %s : sur %d, rangs changés %d (de %d places au plus), hors de l’intervalle publié %d, classes changées %d\n",
				p.Code, p.Of, p.Moved, p.Largest, p.Beyond, p.Classes)
		}
	}
}

// listComputations lists what was computed, and what is no longer up to date.
func listComputations(ctx context.Context, e *env, args []string) error {
	f := flags(e, "spec computations", "[--dir DOSSIER] [--json]")
	c := configFlags(f)
	asJSON := f.Bool("json", false, "écrire la liste en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	return c.withWalk(ctx, e, func(w *observatory.Walk) error {
		all, err := w.KeptComputations(ctx)
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(e.stdout).Encode(all)
		}
		for _, one := range all {
			state := "à jour"
			if !one.Newest {
				state = "remplacé"
			}
			var why []string
			for _, reason := range one.Why {
				why = append(why, strings.TrimRight(lang.T(lang.FR, "computation.stale_"+reason), ". :\u00a0\u202f"))
			}
			if len(why) > 0 {
				state = "à refaire : " + strings.Join(append(why, one.Datasets...), ", ")
			}
			fmt.Fprintf(e.stdout, "%s\t%s\tspécification %s\tgraine %d\t%s\t%s\n", one.ID[:12], one.Level, one.Spec[:12], one.Seed, one.CreatedAt.Format("2006-01-02 15:04"), state)
		}
		return nil
	})
}

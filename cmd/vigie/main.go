// Command vigie runs an observatory of alliances for the common good: it
// imports public files, computes fragility indices, publishes dated editions
// and serves them.
//
// One file per verb; the table of verbs is below. Results go to standard
// output, talk and progress to standard error; exit status 0 done, 1 refused
// or failed, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"vigie/fault"
)

// verb is one row of the command's help.
type verb struct {
	name string
	does string
	run  func(ctx context.Context, e *env, args []string) error
}

// verbs, in the order of the walk, then the care.
var verbs = []verb{
	{"init", "créer un observatoire dans un dossier", runInit},
	{"source", "proposer, lister, montrer ou essayer une description de fichier", runSource},
	{"delivery", "les fichiers envoyés : lister, envoyer, télécharger, regarder, garder, écarter", runDelivery},
	{"import", "lire un fichier brut et en faire un jeu de données", runImport},
	{"spec", "les spécifications de l’indice : lister, montrer, vérifier, brouillons, effet, retenir ; les calculs", runSpec},
	{"case", "la base de cas : lister, montrer, comparer, verser, exporter, publier, archiver, réunir ; liens, rappels", runCase},
	{"study", "les enquêtes : lister, montrer, apporter, vérifier, peser, tabuler, approuver, retirer, exporter", runStudy},
	{"compute", "calculer les indices de fragilité", runCompute},
	{"publish", "figer une édition numérotée et datée", runPublish},
	{"render", "composer les rapports et les notes en PDF", runRender},
	{"serve", "servir les pages publiques", runServe},
	{"demo", "créer, remplir, publier et servir un observatoire de démonstration", runDemo},
	{"edition", "composer, proposer, montrer les éditions et les propositions, refuser, retirer, rappeler, publier un erratum, rendre l’indice à « vigie index »", runEdition},
	{"dataset", "lister, montrer, comparer ou convertir les jeux de données", runDataset},
	{"territory", "dire ce que devient un code, lister les événements entre géographies, les zonages", runTerritory},
	{"taxonomy", "lister, montrer ou remplacer une liste de référence", runTaxonomy},
	{"user", "les comptes : lister, créer, inviter, rôles, désactiver, effacer, jetons", runUser},
	{"journal", "lire le journal de ce qui a été fait, vérifier que nul n’y a touché", runJournal},
	{"job", "suivre les travaux, en recommencer ou en annuler un", runJob},
	{"mail", "lister les courriels, en renvoyer un qui n’est peut-être pas parti", runMail},
	{"config", "dire les réglages de l’installation, sans leurs secrets", runConfig},
	{"doctor", "examiner tout l’observatoire : base, journal, artefacts, éditions", runDoctor},
	{"trace", "remonter d’un chiffre publié aux lignes de ses fichiers", runTrace},
	{"rebuild", "refaire l’observatoire par défaut depuis les fichiers des producteurs", runRebuild},
	{"answers", "dire ce que contient un fichier de réponses, ou le convertir", runAnswers},
	{"estimate", "estimer d’après une enquête : plan, calage, résultats avec leurs marges d’erreur", runEstimate},
	{"index", "calculer un indice composite : scores, rangs, intervalles, effet de chaque choix", runIndex},
	{"conformance", "confronter les calculs à des cas de référence", runConformance},
	{"version", "dire la version", runVersion},
}

// env is what a verb may touch of the outside.
type env struct {
	stdout, stderr io.Writer
	now            func() time.Time
	terminal       bool // standard error is a terminal: progress may rewrite its line
}

// errUsage marks a wrong call, errHelp a call for help; what there is to say has
// been printed.
var (
	errUsage = errors.New("usage")
	errHelp  = errors.New("help")
)

func main() {
	os.Exit(run())
}

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &env{stdout: os.Stdout, stderr: os.Stderr, now: time.Now}
	if st, err := os.Stderr.Stat(); err == nil {
		e.terminal = st.Mode()&os.ModeCharDevice != 0
	}
	return dispatch(ctx, e, os.Args[1:])
}

func dispatch(ctx context.Context, e *env, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return help(e, args)
	}
	for _, v := range verbs {
		if v.name != args[0] {
			continue
		}
		err := v.run(ctx, e, args[1:])
		switch {
		case err == nil, errors.Is(err, errHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		}
		complain(e.stderr, err)
		return 1
	}
	fmt.Fprintf(e.stderr, "vigie : « %s » n’est pas un verbe\nà faire : vigie help\n", args[0])
	return 2
}

// complain prints what is wrong, then what to do, each on its line.
func complain(w io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(w, "vigie : %s\n", line)
	}
	if do := fault.Do(err); do != "" {
		fmt.Fprintf(w, "à faire : %s\n", do)
	}
}

// help lists the verbs, or the flags of one.
func help(e *env, args []string) int {
	if len(args) > 1 {
		return dispatch(context.Background(), e, []string{args[1], "-h"})
	}
	fmt.Fprintln(e.stdout, "vigie : le moteur ouvert d’un observatoire des alliances pour le bien commun")
	fmt.Fprint(e.stdout, "\nusage : vigie VERBE [options]\n\n")
	for _, v := range verbs {
		fmt.Fprintf(e.stdout, "  %-11s %s\n", v.name, v.does)
	}
	fmt.Fprintln(e.stdout, "\nvigie help VERBE montre les options d’un verbe.")
	return 0
}

// flags returns a flag set that says its usage in French.
func flags(e *env, name, usage string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(e.stderr)
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "usage : vigie %s %s\n", name, usage)
		f.VisitAll(func(o *flag.Flag) {
			takes, does := flag.UnquoteUsage(o)
			fmt.Fprintf(f.Output(), "  --%s\n        %s\n", strings.TrimSpace(o.Name+" "+takes), does)
		})
	}
	return f
}

// quietly parses flags without a word of the flag package, which speaks
// English.
func quietly(f *flag.FlagSet, args []string) error {
	usage, out := f.Usage, f.Output()
	f.Usage = func() {}
	f.SetOutput(io.Discard)
	err := f.Parse(args)
	f.Usage = usage
	f.SetOutput(out)
	return err
}

// wrongOption says in French what the flag package refuses.
func wrongOption(err error) string {
	text := err.Error()
	name := text[strings.LastIndex(text, " -")+1:]
	name, _, _ = strings.Cut(name, ":")
	switch {
	case strings.HasPrefix(text, "flag provided but not defined"):
		return "option inconnue : " + name
	case strings.HasPrefix(text, "flag needs an argument"):
		return "l’option " + name + " attend une valeur"
	}
	return "valeur refusée pour l’option " + name
}

// parse reads flags that may stand before or after the positional arguments,
// whose number must lie in [least, most].
func (e *env) parse(f *flag.FlagSet, args []string, least, most int) ([]string, error) {
	var positional []string
	for {
		if err := quietly(f, args); errors.Is(err, flag.ErrHelp) {
			f.SetOutput(e.stdout)
			f.Usage()
			return nil, errHelp
		} else if err != nil {
			fmt.Fprintf(e.stderr, "vigie : %s\n", wrongOption(err))
			f.Usage()
			return nil, errUsage
		}
		if f.NArg() == 0 {
			break
		}
		positional = append(positional, f.Arg(0))
		args = f.Args()[1:]
	}
	if len(positional) < least || len(positional) > most {
		f.Usage()
		return nil, errUsage
	}
	return positional, nil
}

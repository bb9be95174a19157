package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vigie/job"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// jobVerbs are the second words of « vigie job », without list.
var jobVerbs = map[string]func(context.Context, *env, []string) error{
	"show":   showJob,
	"retry":  turnJob("retry", "remis en file", (*store.DB).RetryRun),
	"cancel": turnJob("cancel", "annulé", (*store.DB).CancelRun),
}

// jobFrench says where a run stands.
var jobFrench = map[job.State]string{job.Waiting: "en attente", job.Running: "en cours", job.Done: "terminé", job.Failed: "échoué"}

// runJob lists the work behind the pages, or acts on one.
func runJob(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if run, known := jobVerbs[args[0]]; known {
			return run(ctx, e, args[1:])
		}
		if args[0] != "list" && !strings.HasPrefix(args[0], "-") {
			fmt.Fprintf(e.stderr, "vigie : « %s » ne suit pas « vigie job »\nà faire : list, show, retry ou cancel\n", args[0])
			return errUsage
		}
	}
	return list(ctx, e, "job", args, func(db *store.DB) (any, []string, error) {
		rows, err := db.Runs(ctx, store.RunFilter{})
		var lines []string
		for _, r := range rows {
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", r.ID, r.CreatedAt.Format(time.RFC3339), r.Kind, r.What, jobState(&r), r.By))
		}
		return rows, lines, err
	})
}

func jobState(r *store.RunRow) string {
	if r.Cancelled() {
		return "annulé"
	}
	return jobFrench[r.State]
}

// showJob tells one run, its fault and what to do among it.
func showJob(ctx context.Context, e *env, args []string) error {
	c := e.call("job show", "IDENTIFIANT")
	if err := c.open(ctx, args, 1, 1); err != nil {
		return err
	}
	defer c.DB.Close()
	r, err := c.DB.Run(ctx, c.args[0])
	if err != nil {
		return err
	}
	lines := []string{"identifiant\t" + r.ID, "genre\t" + r.Kind, "sujet\t" + r.What, "par\t" + string(r.By), "état\t" + jobState(&r),
		"demandé\t" + r.CreatedAt.Format(time.RFC3339), fmt.Sprintf("essais\t%d", r.Attempt)}
	if r.State == job.Running {
		lines = append(lines, fmt.Sprintf("étape\t%s (%d sur %d)", r.Step, r.Done, r.Total))
	}
	if r.FaultWhat != "" {
		lines = append(lines, "défaut\t"+r.FaultWhat, "à faire\t"+r.FaultDo)
	}
	if object := observatory.RunObject(r); object != "" {
		lines = append(lines, "résultat\t"+object)
	}
	return c.tell(r, lines...)
}

// turnJob makes a verb that acts on one run.
func turnJob(verb, said string, turn func(*store.DB, context.Context, journal.Actor, string, time.Time) error) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		return turnOne(ctx, e, "job "+verb, args, said, turn)
	}
}

package observatory

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/mail"
	"vigie/source/fetch"
	"vigie/store"
)

// Shop is where the work behind the pages is done: runs, one at a time, letters
// beside them. Several processes may have one on the same observatory.
type Shop struct {
	DB    *store.DB
	Walk  func(by journal.Actor, tell Teller) *Walk
	Press func(ctx context.Context, c *edition.Content) (*Press, error) // nil: renders nothing
	Mail  mail.Sender                                                   // nil: letters wait
	From  string                                                        // of the letters
	Fetch *fetch.Fetcher                                                // nil: brings nothing
	Now   func() time.Time
	Log   *slog.Logger

	Poll time.Duration // between two looks for work; 0: a second
}

// How often work is tried. A letter waits for a server two days and more.
var (
	runPolicy  = job.Policy{Most: 5, First: 10 * time.Second, Longest: 10 * time.Minute}
	mailPolicy = job.Policy{Most: 60, First: time.Minute, Longest: time.Hour}
)

// Run works until ctx ends, and returns within ten seconds of it: the run under
// way is given back, to be done again.
func (s *Shop) Run(ctx context.Context) {
	var all sync.WaitGroup
	runs := &job.Worker{Table: s.DB.RunTable(RunKinds()...), Work: s.run, Policy: runPolicy, Now: s.Now, Log: s.Log, Tick: s.tick, Poll: s.Poll}
	all.Go(func() { runs.Run(ctx) })
	if s.Mail != nil {
		letters := &job.Worker{Table: s.DB.MailTable(), Work: s.send, Policy: mailPolicy, Now: s.Now, Log: s.Log, Poll: s.Poll}
		all.Go(func() { letters.Run(ctx) })
	}
	all.Wait()
}

// run does a run in the name of who asked for it.
func (s *Shop) run(ctx context.Context, t job.Task, tell func(job.Progress)) (any, error) {
	do, known := runners[t.Kind]
	if !known {
		return nil, &fault.Error{What: "genre de travail inconnu : " + t.Kind, Do: "mettez à jour le serveur"}
	}
	return do(ctx, s, s.Walk(t.By, &runTeller{tell: tell}), t.Args)
}

// send hands a letter to the mail server.
func (s *Shop) send(ctx context.Context, t job.Task, _ func(job.Progress)) (any, error) {
	var l store.Letter
	if err := json.Unmarshal(t.Args, &l); err != nil {
		return nil, &fault.Error{What: "courriel illisible", Do: "recommencez l’action qui l’envoie", Err: err}
	}
	m := mail.Message{From: s.From, To: l.To, Subject: l.Subject, Text: l.Body, Event: l.Event, At: s.Now()}
	return nil, s.Mail.Send(ctx, m, func() error { return s.DB.MailTable().Hand(ctx, t) })
}

// daily are the kinds of runs done once a day, by whichever process is first.
var daily = map[string]string{
	TidyRun:       "effacement de ce qui a expiré",
	CaseLinksRun:  "vérification des liens des fiches",
	CaseRemindRun: "« toujours vrai ? »",
	CaseAlertRun:  "alertes de la base de cas",
}

// tick asks for the runs of the day.
func (s *Shop) tick(ctx context.Context, now time.Time) error {
	for _, kind := range slices.Sorted(maps.Keys(daily)) {
		if kind == CaseLinksRun && s.Fetch == nil {
			continue // this server asks nothing outside
		}
		in := store.RunInput{Kind: kind, What: daily[kind], Args: struct{}{}, By: journal.System, Event: kind + "/" + now.UTC().Format(time.DateOnly)}
		if _, err := s.DB.Enqueue(ctx, in, now); err != nil {
			return err
		}
	}
	return s.DB.EndLapsed(ctx, now)
}

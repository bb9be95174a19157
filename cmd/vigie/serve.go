package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"

	"vigie"
	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/web"
)

func runServe(ctx context.Context, e *env, args []string) error {
	f := flags(e, "serve", "[--dir DOSSIER] [--addr HÔTE:PORT] [--base-url https://…]")
	c := configFlags(f)
	f.StringVar(&c.Addr, "addr", "", "`adresse` où écouter (127.0.0.1:8080)")
	f.StringVar(&c.BaseURL, "base-url", "", "`adresse` publique du site, pour les liens permanents")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	l, err := web.Listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	return serve(ctx, e, c, w, l, false)
}

// serve answers on l until ctx ends; with reports, those of the newest edition
// are rendered behind it, their progress shown.
func serve(ctx context.Context, e *env, c *config, w *observatory.Walk, l net.Listener, reports bool) error {
	log := slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	public, err := w.DB.Public(ctx, c.Public)
	if err != nil {
		return err
	}
	if public != w.DB {
		defer public.Close()
	}
	lib := observatory.NewLibrary(public)
	printer := &web.Printer{DB: public, Library: lib, Now: e.now, Version: vigie.Version, BaseURL: c.BaseURL, Cache: c.Cache}
	own := lib // what the back office reads, editions under embargo too
	if public != w.DB {
		own = observatory.NewLibrary(w.DB)
	}
	office, err := newOffice(ctx, e, c, w, own)
	if err != nil {
		return err
	}
	office.Preview, office.Print = own.Preview, printer.Print
	meter := c.meter(w.DB)
	cases := web.NewCaseBase(public, w.DB, e.now)
	defer cases.Close()
	s, err := web.New(web.Config{Meter: meter, Pages: web.ExplorerPages(web.PracticePages(web.SitePages(public, lib, e.now), cases), observatory.NewExplorers(w.DB, e.now)), Cases: cases, Contact: c.Contact, Edition: lib.Edition, PDF: printer.PDF, Paths: web.SitePaths, Releases: web.SiteReleases(lib),
		Office: office, Now: e.now, Log: log, BaseURL: c.BaseURL, Proxies: c.proxies, Version: vigie.Version})
	if err != nil {
		return err
	}
	shop, err := newShop(e, c, w.DB, printer, log)
	if err != nil {
		return err
	}
	closeMetrics, err := c.serveMetrics(ctx, e, meter)
	if err != nil {
		return err
	}
	defer closeMetrics()
	w.Tell.Step("lecture de l’édition")
	if err := warm(ctx, e, w, s); ctx.Err() != nil {
		return nil // told to stop before the first reader: nothing went wrong
	} else if err != nil {
		return err
	}
	e.done(w)
	fmt.Fprintf(e.stderr, "l’observatoire est servi : http://%s/ (Ctrl-C pour arrêter)\n", l.Addr())
	var behind sync.WaitGroup
	behind.Go(func() { shop.Run(ctx) })
	if reports {
		behind.Go(func() {
			if err := renderAll(ctx, e, w, lib, printer); err != nil && ctx.Err() == nil {
				complain(e.stderr, err)
			}
		})
	}
	err = s.Serve(ctx, l)
	behind.Wait()
	if closed := printer.Close(context.WithoutCancel(ctx)); err == nil {
		err = closed
	}
	return err
}

// warm reads the newest edition before the first reader does. Without one, an
// observatory is served once it has accounts: its first edition is composed in
// the back office.
//
// Error: NotFound without edition and without account.
func warm(ctx context.Context, e *env, w *observatory.Walk, s *web.Server) error {
	err := s.Warm(ctx)
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	people, counted := w.DB.CountPeople(ctx)
	if counted != nil || people == 0 {
		return errors.Join(counted, err)
	}
	e.done(w)
	fmt.Fprintln(e.stderr, "aucune édition n’est publiée : la première se compose dans l’atelier")
	return nil
}

// newOffice makes the back office of a server. Where there are accounts, the key
// that seals their second factors must be there.
func newOffice(ctx context.Context, e *env, c *config, w *observatory.Walk, lib *observatory.Library) (*web.Office, error) {
	people, err := w.DB.CountPeople(ctx)
	if err != nil {
		return nil, err
	}
	if people > 0 {
		if err := w.DB.CheckKey(); err != nil {
			return nil, err
		}
	}
	strong, err := account.ParseFactorRoles(c.Factor)
	if err != nil {
		return nil, fmt.Errorf("second_factor : %w", err)
	}
	provider, err := c.provider.open()
	if err != nil {
		return nil, err
	}
	return &web.Office{Settings: c.settings(), DB: w.DB, Library: lib, Random: rand.Reader, Strong: strong, Outside: provider, Fetch: c.fetcher(),
		Walk: func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
			return e.walkFor(w.DB, c.BaseURL, by, tell)
		}}, nil
}

// renderAll renders the French reports and notes of the newest edition.
func renderAll(ctx context.Context, e *env, w *observatory.Walk, lib *observatory.Library, printer *web.Printer) error {
	content, err := lib.Edition(ctx, "", e.now())
	if err != nil {
		return err
	}
	press, err := printer.Press(ctx, content, 0)
	if err != nil {
		return err
	}
	said, err := w.Render(ctx, content, press, observatory.Rendering{
		Kinds: []string{observatory.ReportKind, observatory.NoteKind}, Langs: []lang.Lang{lang.FR}})
	e.done(w)
	if err == nil {
		fmt.Fprintf(e.stderr, "rapports prêts : %d composés, %d inchangés\n", said.Printed, said.Unchanged)
	}
	return err
}

// Package web is the only one that speaks HTTP: it finds the page of an
// address, has its document composed, and sends it in the form asked for
// (HTML, JSON, CSV, SVG, PDF, embedded frame), in French or in English, from
// the newest public edition or from the one that the address names.
//
// It computes no figure and reads no file of an observatory: Config gives it
// the editions, Pages the compositions. Start with routes.go, the site map,
// then page.go, the life of a request.
package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"vigie/edition"
	"vigie/fault"
	"vigie/render/chart"
	"vigie/report"
)

// Config is what a server needs. Pages, Edition, Now and Log are required.
type Config struct {
	Pages Pages

	// Edition returns an edition that is public at now, by number, the newest
	// one when number is "". Error: NotFound when there is none.
	Edition func(ctx context.Context, number string, now time.Time) (*edition.Content, error)

	// PDF prints a document; nil when this server prints none.
	PDF func(ctx context.Context, d report.Document) ([]byte, error)

	// Paths lists the pages of an edition for the sitemap, part by part; nil
	// lists the pages of the menu only.
	Paths func(e *edition.Content) []SitemapPart

	Cases *CaseBase // the case base; nil for a site without one

	Contact string // mail address that harvesters are told; "" and only a site on this machine serves them

	Office *Office // the back office; nil for a server of the public pages only

	Meter *Meter // counts the answers; nil to count nothing

	// Releases lists the public editions, newest first; nil when only Edition
	// knows them.
	Releases func(ctx context.Context, now time.Time) ([]report.Release, error)

	Now     func() time.Time
	Log     *slog.Logger
	BaseURL string         // https://observatoire.example, "" to take it from each request
	Proxies []netip.Prefix // whose X-Forwarded-For and X-Forwarded-Proto are believed
	Version string         // of the program, part of every ETag
}

// Server answers requests. Make it with New; it is safe for concurrent use.
type Server struct {
	Config
	menu    []route
	mux     *http.ServeMux // pages, by bare path
	plain   *http.ServeMux // the rest
	openapi *huma.OpenAPI
	entries map[string]entry // by pattern
	origin  *http.CrossOriginProtection
	ui      *template.Template
	bundle  *assets
	limits  *limits
	guesses *limits // of secret addresses
	thumbs  thumbs
	exports *limits
	atlas   atlas
	shelf   *shelf

	previews *http.ServeMux // pages of an edition that is not public
}

// New returns a server of these pages.
//
// Error: Internal when the templates, which are part of the program, are broken.
func New(c Config) (*Server, error) {
	ui, err := parseTemplates()
	if err != nil {
		return nil, err
	}
	bundle, err := loadAssets(assetFiles)
	if err != nil {
		return nil, err
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	s := &Server{Config: c, ui: ui, bundle: bundle, limits: newLimits(c.Now), guesses: newGuessLimits(c.Now), exports: newExportLimits(c.Now), shelf: newShelf(), atlas: atlas{held: map[string]*chart.Geography{}},
		mux: http.NewServeMux(), plain: http.NewServeMux(), entries: map[string]entry{}, origin: http.NewCrossOriginProtection()}
	if c.BaseURL != "" {
		_ = s.origin.AddTrustedOrigin(c.BaseURL) // an address with a path is no origin, and none is sent with it
	}
	for _, r := range c.Pages.routes() {
		if r.Compose != nil && r.Menu != "" {
			s.menu = append(s.menu, r)
		}
	}
	if err := s.register(s.everything()); err != nil {
		return nil, &fault.Error{Kind: fault.Internal, Err: err, What: "la liste des routes est fautive", Do: "corrigez web/routes.go ou account/matrix.go"}
	}
	s.registerPreviews()
	return s, nil
}

// The limits of a connection. Pages answer in milliseconds; a PDF of its own
// may take some seconds.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = 60 * time.Second
	idleTimeout  = 120 * time.Second
	drain        = 10 * time.Second
	maxHeader    = 32 << 10
	maxURL       = 8 << 10
)

// Listen takes the address, for instance 127.0.0.1:8080.
//
// Error: Conflict when it is in use, Invalid when it is no address.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err == nil {
		return l, nil
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		_, port, _ := net.SplitHostPort(addr) // cannot fail: the address was understood
		return nil, &fault.Error{Kind: fault.Conflict, Err: err,
			What: fmt.Sprintf("le port %s est déjà pris (%s)", port, addr),
			Do:   "arrêtez l’autre programme, ou choisissez un autre port : --addr 127.0.0.1:8081"}
	}
	return nil, &fault.Error{Kind: fault.Invalid, Err: err,
		What: fmt.Sprintf("impossible d’écouter sur « %s »", addr),
		Do:   "donnez une adresse de cette machine et un port : --addr 127.0.0.1:8080"}
}

// Serve answers on l until ctx ends, then drains for at most ten seconds.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		return srv.Close()
	}
	return nil
}

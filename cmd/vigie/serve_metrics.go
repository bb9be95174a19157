package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"vigie"
	"vigie/fault"
	"vigie/store"
	"vigie/web"
)

// meter counts the answers of a server that is asked for its counts, nil
// otherwise.
func (c *config) meter(db *store.DB) *web.Meter {
	if c.Metrics == "" {
		return nil
	}
	return &web.Meter{Version: vigie.Version, Gauges: db.Gauges}
}

// serveMetrics answers the counts on a listener of their own, until close is
// called. The address names one interface: counts are not for everybody.
func (c *config) serveMetrics(ctx context.Context, e *env, m *web.Meter) (closeMetrics func(), err error) {
	if m == nil {
		return func() {}, nil
	}
	host, _, err := net.SplitHostPort(c.Metrics)
	if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() || c.Metrics == c.Addr {
		return nil, fault.Invalidf("écrivez une adresse de cette machine et un port : 127.0.0.1:9464", "configuration, metrics_addr : « %s » ouvrirait les mesures à tous", c.Metrics)
	}
	l, err := web.Listen(ctx, c.Metrics)
	if err != nil {
		return nil, err
	}
	s := &http.Server{Handler: m.Handler(c.Profiles), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 2 * time.Minute, MaxHeaderBytes: 8 << 10}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			complain(e.stderr, err)
		}
	}()
	fmt.Fprintf(e.stderr, "mesures : http://%s/metrics\n", l.Addr())
	return func() {
		_ = s.Close() // nobody waits for the counts of a server that ends
		<-done
	}, nil
}

// checkFile refuses a vigie.toml that holds a password and that others may read.
func (c *config) checkFile(file config) error {
	secret := false
	for _, address := range []string{file.Database, file.Public, file.SMTP} {
		if u, err := url.Parse(address); err == nil && u.User != nil {
			_, has := u.User.Password()
			secret = secret || has
		}
	}
	if !secret {
		return nil
	}
	info, err := os.Stat(filepath.Join(c.Dir, "vigie.toml"))
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return &fault.Error{Kind: fault.Denied, What: "vigie.toml contient un mot de passe et peut être lu par d’autres", Do: "retirez-leur ce droit : chmod 600 vigie.toml"}
	}
	return nil
}

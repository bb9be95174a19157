package main

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"net/mail"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"github.com/pelletier/go-toml/v2"

	"vigie"
	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// config is what an installation chooses: flags first, then VIGIE_*
// variables, then vigie.toml in the observatory's folder.
type config struct {
	Dir      string `toml:"-"`
	Database string `toml:"database"`         // postgres://…, "" for the embedded SQLite
	Public   string `toml:"database_public"`  // postgres://… of the role that the public pages read with; "" for Database
	Factor   string `toml:"second_factor"`    // roles that ask for a second factor, parted by commas; "" for publisher,administrator
	Secret   string `toml:"secret_file"`      // file of the keys that seal the second factors; "" for secret.key in the folder
	Cache    string `toml:"cache"`            // folder of the compiled PDF engine
	BaseURL  string `toml:"base_url"`         // https://observatoire.example
	Addr     string `toml:"addr"`             // host:port of serve
	SMTP     string `toml:"smtp"`             // smtp://user@host:587, smtps://…; "": letters go to MailDir
	MailFrom string `toml:"mail_from"`        // who the letters come from
	Contact  string `toml:"contact"`          // where who keeps the site is written to; "" for mail_from
	MailDir  string `toml:"mail_dir"`         // "": mail in the observatory's folder
	Metrics  string `toml:"metrics_addr"`     // host:port of the counts that a machine reads; "" for none
	Profiles bool   `toml:"metrics_profiles"` // profiles of the running program there too

	network
	provider
}

// configFlags declares the flags shared by the verbs that open an observatory.
func configFlags(f *flag.FlagSet) *config {
	c := &config{}
	f.StringVar(&c.Dir, "dir", env0("VIGIE_DIR", "."), "`dossier` de l’observatoire")
	f.StringVar(&c.Database, "database", os.Getenv("VIGIE_DATABASE"), "`adresse` PostgreSQL (postgres://…) ; vide : SQLite dans le dossier")
	return c
}

func env0(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// fill completes c from the environment, then from vigie.toml, then from the
// defaults.
func (c *config) fill() error {
	file := config{}
	b, err := os.ReadFile(filepath.Join(c.Dir, "vigie.toml"))
	if err == nil {
		err = toml.Unmarshal(b, &file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &fault.Error{Kind: fault.Invalid, What: "vigie.toml illisible", Do: "corrigez ce fichier : database, database_public, second_factor, secret_file, cache, base_url, addr, smtp, mail_from, mail_dir, contact, proxies, fetch_hosts, fetch_networks, metrics_addr, metrics_profiles, oidc_name, oidc_issuer, oidc_client_id, oidc_secret_file, en TOML", Err: err}
	}
	first := func(values ...string) string {
		for _, v := range values {
			if v != "" {
				return v
			}
		}
		return ""
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	c.Database = first(c.Database, file.Database)
	c.Public = first(os.Getenv("VIGIE_DATABASE_PUBLIC"), file.Public)
	c.Factor = first(os.Getenv("VIGIE_SECOND_FACTOR"), file.Factor)
	c.Secret = first(os.Getenv("VIGIE_SECRET_FILE"), file.Secret)
	c.Cache = first(c.Cache, os.Getenv("VIGIE_CACHE"), file.Cache, filepath.Join(cache, "vigie"))
	c.BaseURL = first(c.BaseURL, os.Getenv("VIGIE_BASE_URL"), file.BaseURL)
	c.Addr = first(c.Addr, os.Getenv("VIGIE_ADDR"), file.Addr, "127.0.0.1:8080")
	c.SMTP = first(os.Getenv("VIGIE_SMTP"), file.SMTP)
	if c.Contact, err = contactOf(first(os.Getenv("VIGIE_CONTACT"), file.Contact, os.Getenv("VIGIE_MAIL_FROM"), file.MailFrom)); err != nil {
		return err
	}
	c.MailFrom = first(os.Getenv("VIGIE_MAIL_FROM"), file.MailFrom, "observatoire@localhost")
	c.MailDir = first(os.Getenv("VIGIE_MAIL_DIR"), file.MailDir, filepath.Join(c.Dir, "mail"))
	if err := c.checkFile(file); err != nil {
		return err
	}
	c.Metrics = first(os.Getenv("VIGIE_METRICS_ADDR"), file.Metrics)
	c.Profiles = file.Profiles || os.Getenv("VIGIE_METRICS_PROFILES") == "1"
	c.provider.fill(file.provider)
	return c.network.fill(file.network)
}

// contactOf is the address that a setting names, "" for none.
func contactOf(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		return "", &fault.Error{Kind: fault.Invalid, What: "contact ou mail_from n’est pas une adresse de messagerie", Do: "écrivez contact@exemple.fr, ou Observatoire <contact@exemple.fr>", Err: err}
	}
	return a.Address, nil
}

// options of the store.
func (c *config) options() store.Options {
	return store.Options{DatabaseURL: c.Database, SecretFile: c.Secret}
}

// walk opens the observatory; the caller closes its DB.
func (c *config) walk(ctx context.Context, e *env) (*observatory.Walk, error) {
	if err := c.fill(); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, c.Dir, c.options())
	if err != nil {
		return nil, err
	}
	w := e.walk(db)
	w.Site = c.BaseURL
	return w, nil
}

// walk makes a walk that tells its progress on standard error.
func (e *env) walk(db *store.DB) *observatory.Walk {
	return &observatory.Walk{DB: db, Now: e.now().UTC(), Version: vigie.Version, Tell: e.progress(), By: localActor()}
}

// localActor is the account of the system that runs the command.
func localActor() journal.Actor {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return journal.LocalActor(u.Username)
	}
	return journal.LocalActor(strconv.Itoa(os.Getuid()))
}

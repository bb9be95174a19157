package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"

	"vigie/web"
)

// settings is what the configuration says, in the words of vigie.toml. Of a
// secret it says only whether there is one.
func (c *config) settings() []web.Setting {
	set := func(yes bool) string { return map[bool]string{true: "posé"}[yes] }
	return []web.Setting{
		{Name: "dir", Value: c.Dir},
		{Name: "database", Value: withoutSecret(c.Database)},
		{Name: "database_public", Value: withoutSecret(c.Public)},
		{Name: "second_factor", Value: c.Factor},
		{Name: "secret_file", Value: c.Secret},
		{Name: "cache", Value: c.Cache},
		{Name: "base_url", Value: withoutSecret(c.BaseURL)},
		{Name: "addr", Value: c.Addr},
		{Name: "smtp", Value: withoutSecret(c.SMTP)},
		{Name: "VIGIE_SMTP_PASSWORD", Value: set(os.Getenv("VIGIE_SMTP_PASSWORD") != "" || os.Getenv("VIGIE_SMTP_PASSWORD_FILE") != "")},
		{Name: "mail_from", Value: c.MailFrom},
		{Name: "mail_dir", Value: c.MailDir},
		{Name: "contact", Value: c.Contact},
		{Name: "oidc_name", Value: c.provider.Name},
		{Name: "oidc_issuer", Value: withoutSecret(c.provider.Issuer)},
		{Name: "oidc_client_id", Value: c.provider.ClientID},
		{Name: "oidc_secret_file", Value: c.provider.SecretFile},
		{Name: "metrics_addr", Value: c.Metrics},
		{Name: "proxies", Value: strings.Join(c.Proxies, ", ")},
		{Name: "fetch_hosts", Value: strings.Join(c.FetchHosts, ", ")},
		{Name: "fetch_networks", Value: strings.Join(c.FetchNetworks, ", ")},
	}
}

// withoutSecret is an address without what may be secret in it: the name and
// the password of who asks, and its parameters. What cannot be read is not told.
func withoutSecret(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "posé"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// runConfig tells the settings as the back office shows them.
func runConfig(_ context.Context, e *env, args []string) error {
	f := flags(e, "config", "[--dir DOSSIER] [--json]")
	c := configFlags(f)
	asJSON := f.Bool("json", false, "écrire en JSON")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	if err := c.fill(); err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(c.settings())
	}
	for _, s := range c.settings() {
		fmt.Fprintf(e.stdout, "%s\t%s\n", s.Name, s.Value)
	}
	return nil
}

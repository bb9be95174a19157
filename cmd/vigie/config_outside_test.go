package main

import (
	"os"
	"path/filepath"
	"testing"

	"vigie/fault"
)

func TestOutsideSettings(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := write("secret", "secret du client\n", 0o600)
	write("vigie.toml", "oidc_name = 'Agents'\noidc_issuer = 'https://id.example'\noidc_client_id = 'vigie'\noidc_secret_file = '"+file+"'\n", 0o600)
	c := &config{Dir: dir}
	if err := c.fill(); err != nil {
		t.Fatal(err)
	}
	if p, err := c.provider.open(); err != nil || p.Name != "Agents" || p.Secret != "secret du client" {
		t.Errorf("open = %+v, %v", p, err)
	}
	good := c.provider
	for want, change := range map[fault.Kind]func(*provider){
		fault.Invalid:     func(o *provider) { o.Issuer = "http://id.example" },
		fault.Unavailable: func(o *provider) { o.SecretFile += "x" },
		fault.Denied:      func(o *provider) { o.SecretFile = write("open", "x", 0o644) },
	} {
		o := good
		change(&o)
		if _, err := o.open(); fault.KindOf(err) != want {
			t.Errorf("%v: %v", want, err)
		}
	}
	none := provider{}
	if p, err := none.open(); p != nil || err != nil {
		t.Errorf("no provider: %v, %v", p, err)
	}
}

package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"vigie/fault"
	"vigie/web"
)

// provider is the OpenID Connect provider that people may sign in by. Its secret
// is in a file or in VIGIE_OIDC_SECRET, never in vigie.toml.
type provider struct {
	Name       string `toml:"oidc_name"`        // as its people call it
	Issuer     string `toml:"oidc_issuer"`      // https://…, "" for no provider
	ClientID   string `toml:"oidc_client_id"`   // given by the provider
	SecretFile string `toml:"oidc_secret_file"` // file of the client's secret
}

// fill completes o from the environment, then from vigie.toml.
func (o *provider) fill(file provider) {
	o.Name = env0("VIGIE_OIDC_NAME", file.Name)
	o.Issuer = env0("VIGIE_OIDC_ISSUER", file.Issuer)
	o.ClientID = env0("VIGIE_OIDC_CLIENT_ID", file.ClientID)
	o.SecretFile = env0("VIGIE_OIDC_SECRET_FILE", file.SecretFile)
}

// open returns the provider, nil when there is none.
//
// Error: Invalid for settings that cannot be; Unavailable without the file of
// the secret; Denied when others may read it.
func (o *provider) open() (*web.Outside, error) {
	if o.Issuer == "" {
		return nil, nil //nolint:nilnil // no provider
	}
	secret := os.Getenv("VIGIE_OIDC_SECRET")
	if o.SecretFile != "" {
		info, err := os.Stat(o.SecretFile)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &fault.Error{Kind: fault.Unavailable, What: "le fichier que donne oidc_secret_file n’existe pas", Do: "remettez-le : il contient le secret donné par le fournisseur de connexion", Err: err}
		}
		if err != nil {
			return nil, err
		}
		if info.Mode().Perm()&0o077 != 0 {
			return nil, &fault.Error{Kind: fault.Denied, What: "le fichier que donne oidc_secret_file peut être lu par d’autres", Do: "retirez-leur ce droit : chmod 600"}
		}
		b, err := os.ReadFile(o.SecretFile)
		if err != nil {
			return nil, err
		}
		secret = strings.TrimSpace(string(b))
	}
	p := &web.Outside{Name: o.Name, Issuer: o.Issuer, ClientID: o.ClientID, Secret: secret}
	return p, p.Check()
}

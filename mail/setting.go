package mail

import (
	"net/url"
	"os"
	"strings"

	"vigie/fault"
)

// Settings are an installation's. The password is never in the address, nor in
// a file that others read.
type Settings struct {
	SMTP         string // smtp://user@host:587 (STARTTLS) or smtps://user@host:465; "": a folder
	From         string
	Dir          string // of the messages when there is no server
	Password     string
	PasswordFile string
}

// Open returns the sender that the settings call for.
//
// Error: Invalid, naming the setting; Denied for a password that others can
// read.
func Open(s Settings) (Sender, error) {
	if s.SMTP == "" {
		return &File{s.Dir}, nil
	}
	if _, err := address(s.From, "VIGIE_MAIL_FROM"); err != nil {
		return nil, err
	}
	u, err := url.Parse(s.SMTP)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, fault.Invalidf("écrivez smtp://utilisateur@serveur:587 ou smtps://utilisateur@serveur:465", "adresse du serveur de courrier mal formée (VIGIE_SMTP)")
	}
	if _, told := u.User.Password(); told {
		return nil, fault.Invalidf("retirez-le de l’adresse : VIGIE_SMTP_PASSWORD_FILE ou VIGIE_SMTP_PASSWORD", "mot de passe dans VIGIE_SMTP")
	}
	out := &SMTP{Host: u.Hostname(), Port: u.Port(), Implicit: u.Scheme == "smtps", User: u.User.Username(), Password: s.Password}
	if out.Port == "" {
		out.Port = map[bool]string{false: "587", true: "465"}[out.Implicit]
	}
	if s.PasswordFile != "" {
		if out.Password, err = password(s.PasswordFile); err != nil {
			return nil, err
		}
	}
	if out.User != "" && out.Password == "" {
		return nil, fault.Invalidf("donnez VIGIE_SMTP_PASSWORD_FILE ou VIGIE_SMTP_PASSWORD", "serveur de courrier avec un utilisateur, sans mot de passe")
	}
	return out, nil
}

// password reads a file that its owner alone may read.
func password(file string) (string, error) {
	info, err := os.Stat(file)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		return "", &fault.Error{Kind: fault.Denied, What: "le fichier du mot de passe du courrier est lisible par d’autres", Do: "chmod 600 sur ce fichier"}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", &fault.Error{Kind: fault.Invalid, What: "fichier du mot de passe du courrier illisible", Do: "vérifiez VIGIE_SMTP_PASSWORD_FILE", Err: err}
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vigie/account"
	"vigie/observatory"
	"vigie/store"
)

// userSessions lists the open sessions of a person, or ends them all.
func userSessions(ctx context.Context, e *env, args []string) error {
	u := callUser(e, "sessions", "[--end] ADRESSE|IDENTIFIANT")
	end := u.flags.Bool("end", false, "les terminer toutes")
	if err := u.find(ctx, args, 1, 1); err != nil {
		return err
	}
	defer u.DB.Close()
	if *end {
		n, err := u.DB.EndSessions(ctx, u.By, u.who.ID, "", u.Now)
		if err != nil {
			return err
		}
		return u.tell(map[string]int64{"ended": n}, fmt.Sprintf("sessions terminées : %d", n))
	}
	open, err := u.DB.Sessions(ctx, u.who.ID, u.Now)
	if err != nil {
		return err
	}
	type seenSession struct {
		ID      string    `json:"id"`
		Created time.Time `json:"created"`
		Seen    time.Time `json:"seen"`
		Method  string    `json:"method"`
		Address string    `json:"address"`
		Agent   string    `json:"agent"`
	}
	seen, lines := make([]seenSession, len(open)), make([]string, len(open))
	for i, s := range open {
		seen[i] = seenSession{s.ID, s.Created, s.Seen, s.Method, s.Address, s.Agent}
		lines[i] = strings.Join([]string{s.ID, s.Created.Format(time.RFC3339), s.Seen.Format(time.RFC3339), s.Method, s.Address, s.Agent}, "\t")
	}
	return u.tell(seen, lines...)
}

// seenToken is an API token as the command line shows it; Text is told once.
type seenToken struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Scopes  []account.Scope `json:"scopes"`
	Expires time.Time       `json:"expires"`
	Used    time.Time       `json:"used,omitzero"`
	Text    string          `json:"token,omitempty"`
}

// userToken lists the API tokens of a person, makes one or ends one.
func userToken(ctx context.Context, e *env, args []string) error {
	u := callUser(e, "token", "[--scope PORTÉES --name NOM [--days JOURS] | --end IDENTIFIANT] ADRESSE|IDENTIFIANT")
	scope := u.flags.String("scope", "", "en faire un, de ces `portées` : read,import,text,compute,propose")
	name := u.flags.String("name", "", "à quoi il `sert`")
	days := u.flags.Int("days", 90, "durée, en `jours`, 366 au plus")
	end := u.flags.String("end", "", "`identifiant` du jeton à terminer")
	if err := u.find(ctx, args, 1, 1); err != nil {
		return err
	}
	defer u.DB.Close()
	switch {
	case *end != "":
		if err := u.DB.EndToken(ctx, u.By, u.who.ID, *end, u.Now); err != nil {
			return err
		}
		return u.tell(map[string]string{"ended": *end}, "jeton terminé : "+*end)
	case *scope != "" || *name != "":
		return u.makeToken(ctx, *scope, *name, *days)
	}
	rows, err := u.DB.Tokens(ctx, u.who.ID, u.Now)
	if err != nil {
		return err
	}
	seen, lines := make([]seenToken, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		seen[i] = seenToken{r.ID, r.Name, r.Scopes, r.ExpiresAt, r.UsedAt, ""}
		lines[i] = fmt.Sprintf("%s\t%s\t%v\tjusqu’au %s", r.ID, r.Name, r.Scopes, r.ExpiresAt.Format(time.DateOnly))
	}
	return u.tell(seen, lines...)
}

func (u *userCall) makeToken(ctx context.Context, scope, name string, days int) error {
	scopes, err := account.ParseScopes(scope)
	if err != nil {
		return err
	}
	in := store.TokenInput{Person: u.who.ID, Name: name, Scopes: scopes, ExpiresAt: u.Now.AddDate(0, 0, days)}
	id, text, err := observatory.MakeToken(ctx, u.DB, u.By, in, u.Now)
	if err != nil {
		return err
	}
	return u.tell(seenToken{id, name, scopes, in.ExpiresAt.Truncate(time.Second), time.Time{}, text},
		"jeton fait : "+id, "il n’est montré qu’ici, une fois :", text)
}

// rekey seals the secrets of second factors again with the first key of the key
// file.
func rekey(ctx context.Context, e *env, args []string) error {
	u := callUser(e, "rekey", "")
	if err := u.open(ctx, args, 0, 0); err != nil {
		return err
	}
	defer u.DB.Close()
	n, err := u.DB.Reseal(ctx)
	if err != nil {
		return err
	}
	return u.tell(map[string]int{"sealed": n}, fmt.Sprintf("secrets scellés avec la première clé : %d ; les clés suivantes peuvent être retirées du fichier", n))
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// userVerbs are the second words of « vigie user », without list.
var userVerbs = map[string]func(context.Context, *env, []string) error{
	"show":     showUser,
	"add":      addUser,
	"invite":   linkUser("invite", account.Invitation),
	"reset":    linkUser("reset", account.Reset),
	"correct":  correctUser,
	"grant":    grantUser("grant"),
	"revoke":   grantUser("revoke"),
	"disable":  switchUser("disable", "désactivé : sessions terminées, jetons sans effet"),
	"enable":   switchUser("enable", "réactivé"),
	"erase":    switchUser("erase", "effacé : adresse, nom, rôles, facteurs, sessions et jetons ; le journal reste"),
	"unlink":   switchUser("unlink", "détaché de ses identités extérieures ; sans mot de passe, vigie user invite lui donne un lien"),
	"sessions": userSessions,
	"token":    userToken,
	"rekey":    rekey,
}

func runUser(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		if run, known := userVerbs[args[0]]; known {
			return run(ctx, e, args[1:])
		}
		if args[0] != "list" && !strings.HasPrefix(args[0], "-") {
			fmt.Fprintf(e.stderr, "vigie : « %s » ne suit pas « vigie user »\nà faire : list, show, add, invite, reset, correct, grant, revoke, disable, enable, erase, unlink, sessions, token ou rekey\n", args[0])
			return errUsage
		}
	}
	c := e.call("user", "[list]")
	return c.listed(ctx, args, func() (any, []string, error) {
		rows, err := observatory.ReadPeople(ctx, c.DB, c.By, account.ReadPerson, c.Now)
		seen, lines := make([]seenUser, len(rows)), make([]string, len(rows))
		for i := range rows {
			seen[i] = see(&rows[i])
			lines[i] = seen[i].line()
		}
		return seen, lines, err
	})
}

// seenUser is an account as the command line shows it.
type seenUser struct {
	ID       string    `json:"id"`
	Mail     string    `json:"mail"`
	Name     string    `json:"name"`
	Lang     string    `json:"lang"`
	Roles    []string  `json:"roles"`
	State    string    `json:"state"` // invited, active, disabled, erased
	TOTP     bool      `json:"totp"`
	Recovery int       `json:"recovery"`
	Passkeys int       `json:"passkeys"`
	Outside  bool      `json:"outside"` // signs in by an outside provider
	Created  time.Time `json:"created"`
	Seen     time.Time `json:"seen,omitzero"`
}

func see(r *store.PersonRow) seenUser {
	u := seenUser{
		ID: r.ID, Mail: r.Mail, Name: r.Name, Lang: r.Lang, Roles: []string{}, State: "active",
		TOTP: r.TOTP, Recovery: r.Recovery, Passkeys: r.Passkeys, Outside: r.Outside, Created: r.Created, Seen: r.SeenAt,
	}
	for _, g := range r.Grants {
		u.Roles = append(u.Roles, g.String())
	}
	switch {
	case r.Erased:
		u.State = "erased"
	case r.Disabled:
		u.State = "disabled"
	case !r.Taken():
		u.State = "invited"
	}
	return u
}

func (u *seenUser) line() string {
	return strings.Join([]string{u.ID, u.Mail, u.Name, u.State, strings.Join(u.Roles, " ")}, "\t")
}

// lines tells the account in full.
func (u *seenUser) lines() []string {
	row := []string{
		"identifiant\t" + u.ID, "adresse\t" + u.Mail, "nom\t" + u.Name, "langue\t" + u.Lang, "état\t" + u.State,
		"rôles\t" + strings.Join(u.Roles, " "), fmt.Sprintf("codes à usage unique\t%v, %d codes de secours", u.TOTP, u.Recovery),
		"créé\t" + u.Created.Format(time.RFC3339),
	}
	if !u.Seen.IsZero() {
		row = append(row, "vu\t"+u.Seen.Format(time.RFC3339))
	}
	return row
}

// userCall is a call about one person, whom the first argument names.
type userCall struct {
	*call
	who store.PersonRow
}

func callUser(e *env, name, usage string) *userCall {
	return &userCall{call: e.call("user "+name, usage)}
}

// find opens the observatory and finds the person whom the first argument
// names, by address or identifier.
func (u *userCall) find(ctx context.Context, args []string, least, most int) error {
	if err := u.open(ctx, args, least, most); err != nil {
		return err
	}
	var err error
	if strings.Contains(u.args[0], "@") {
		u.who, err = u.DB.PersonByMail(ctx, u.args[0])
	} else {
		u.who, err = u.DB.Person(ctx, u.args[0])
	}
	if fault.KindOf(err) == fault.NotFound {
		err = fault.NotFoundf("regardez la liste : vigie user list", "aucun compte ne correspond à « %s »", u.args[0])
	}
	if err != nil {
		u.DB.Close()
	}
	return err
}

func showUser(ctx context.Context, e *env, args []string) error {
	u := callUser(e, "show", "ADRESSE|IDENTIFIANT")
	if err := u.find(ctx, args, 1, 1); err != nil {
		return err
	}
	defer u.DB.Close()
	row, err := observatory.ReadPerson(ctx, u.DB, u.By, u.who.ID, u.Now)
	seen := see(&row)
	if err != nil {
		return err
	}
	return u.tell(seen, seen.lines()...)
}

// madeLink is a link as the command line hands it over, once.
type madeLink struct {
	seenUser
	Link    string    `json:"link"`
	Expires time.Time `json:"expires"`
}

// handOver tells a link. Without an address of the site it is a path.
func (u *userCall) handOver(row *store.PersonRow, l observatory.Link, said string) error {
	link := strings.TrimSuffix(u.config.BaseURL, "/") + l.Path
	return u.tell(madeLink{see(row), link, l.Expires}, said,
		"lien à transmettre à cette seule personne, valable une fois, jusqu’au "+l.Expires.In(lang.Paris).Format("02/01/2006 15:04")+" (heure de Paris) :", link)
}

func addUser(ctx context.Context, e *env, args []string) error {
	u := callUser(e, "add", "[--admin] [--role RÔLE[:ÉTENDUE]]… [--name NOM] [--lang fr|en] ADRESSE")
	p, purpose := account.Person{}, account.Invitation
	isAdmin := u.flags.Bool("admin", false, "administrateur, comme le premier compte d’un observatoire")
	u.flags.StringVar(&p.Name, "name", "", "`prénom et nom` ; d’après l’adresse sinon, la personne le corrige")
	u.flags.StringVar(&p.Lang, "lang", "fr", "`langue` : fr ou en")
	u.flags.Func("role", "`rôle` : reader, contributor, editor, analyst, publisher, administrator ; avec une étendue : contributor:REG-76", func(s string) error {
		g, err := account.ParseGrant(s)
		p.Grants = append(p.Grants, g)
		return err
	})
	if err := u.open(ctx, args, 1, 1); err != nil {
		return err
	}
	defer u.DB.Close()
	p.Mail = u.args[0]
	if p.Name == "" {
		local, _, _ := strings.Cut(p.Mail, "@")
		p.Name = strings.NewReplacer(".", " ", "_", " ").Replace(local)
	}
	if *isAdmin {
		p.Grants, purpose = append(p.Grants, account.Grant{Role: account.Administrator}), account.First
	}
	row, l, err := observatory.Invite(ctx, u.DB, u.By, p, purpose, u.Now)
	if err != nil {
		return err
	}
	return u.handOver(&row, l, "compte créé : "+row.ID)
}

// linkUser makes another link for somebody who has an account.
func linkUser(name string, purpose account.Purpose) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		u := callUser(e, name, "ADRESSE|IDENTIFIANT")
		factor := new(bool)
		if purpose == account.Reset {
			factor = u.flags.Bool("factor", false, "retirer aussi l’application de codes, perdue par exemple")
		}
		if err := u.find(ctx, args, 1, 1); err != nil {
			return err
		}
		defer u.DB.Close()
		if purpose == account.Invitation && u.who.Password {
			return &fault.Error{Kind: fault.Conflict, What: "cette personne a déjà pris son compte", Do: "pour un nouveau mot de passe : vigie user reset"}
		}
		if u.who.Disabled {
			return &fault.Error{Kind: fault.Denied, What: "ce compte est désactivé", Do: "réactivez-le d’abord : vigie user enable"}
		}
		if *factor {
			if err := u.DB.DropTOTP(ctx, u.By, u.who.ID, "", u.Now); err != nil {
				return err
			}
		}
		l, err := observatory.MakeLink(ctx, u.DB, u.By, u.who.ID, purpose, "", u.Now)
		if err != nil {
			return err
		}
		return u.handOver(&u.who, l, "compte : "+u.who.ID)
	}
}

// grantUser adds roles to a person's, or takes them away.
func grantUser(name string) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		u := callUser(e, name, "ADRESSE|IDENTIFIANT RÔLE[:ÉTENDUE]…")
		if err := u.find(ctx, args, 2, 20); err != nil {
			return err
		}
		defer u.DB.Close()
		grants := slices.Clone(u.who.Grants)
		for _, word := range u.args[1:] {
			g, err := account.ParseGrant(word)
			if err != nil {
				return err
			}
			i := slices.Index(grants, g)
			switch {
			case name == "grant":
				grants = append(grants, g)
			case i < 0:
				return fault.NotFoundf("regardez ses rôles : vigie user show", "cette personne n’a pas le rôle %s", g)
			default:
				grants = slices.Delete(grants, i, i+1)
			}
		}
		row, err := u.DB.SetGrants(ctx, u.By, u.who.ID, grants, u.who.Version, u.Now)
		if err != nil {
			return err
		}
		seen := see(&row)
		return u.tell(seen, "rôles : "+strings.Join(seen.Roles, " "))
	}
}

// unlink takes every outside identity away from the person.
func (u *userCall) unlink(ctx context.Context) error {
	all, err := u.DB.Identities(ctx, u.who.ID)
	for _, one := range all {
		if err == nil {
			err = u.DB.DropIdentity(ctx, u.By, u.who.ID, one.Issuer, "", u.Now)
		}
	}
	if err == nil && len(all) == 0 {
		err = fault.NotFoundf("regardez : vigie user show", "ce compte n’a pas d’identité extérieure")
	}
	return err
}

// warnErase says what would go and what would stay, and erases nothing.
func (u *userCall) warnErase(ctx context.Context) error {
	left, err := u.DB.Remains(ctx, u.who.ID)
	if err != nil {
		return err
	}
	if left.Last {
		return &fault.Error{Kind: fault.Conflict, What: "personne d’autre n’administre l’observatoire : ce compte ne peut pas être effacé",
			Do: "donnez d’abord le rôle administrator à quelqu’un d’autre"}
	}
	return fault.Invalidf("relancez avec --yes pour effacer l’adresse, le nom, les rôles, les facteurs, les sessions, les jetons et les courriels en attente",
		"rien n’est effacé : un compte effacé ne revient pas ; il en resterait %d entrée(s) du journal, sous l’identifiant %s", left.Entries, u.who.ID)
}

// correctUser changes the name, the language or the address of an account.
func correctUser(ctx context.Context, e *env, args []string) error {
	u := callUser(e, "correct", "[--name NOM] [--lang fr|en] [--mail ADRESSE] ADRESSE|IDENTIFIANT")
	var in observatory.Correction
	u.flags.StringVar(&in.Name, "name", "", "`prénom et nom`")
	u.flags.StringVar(&in.Lang, "lang", "", "`langue` : fr ou en")
	u.flags.StringVar(&in.Mail, "mail", "", "nouvelle `adresse`, à confirmer par le lien qui s’affiche")
	if err := u.find(ctx, args, 1, 1); err != nil {
		return err
	}
	defer u.DB.Close()
	in.Name, in.Lang, in.Mail = cmp.Or(in.Name, u.who.Name), cmp.Or(in.Lang, u.who.Lang), cmp.Or(in.Mail, u.who.Mail)
	in.Version = u.who.Version
	row, l, err := observatory.Post{DB: u.DB}.Correct(ctx, u.By, u.who, in, true, u.Now)
	if err != nil {
		return err
	}
	if l.Path != "" {
		return u.handOver(&row, l, "compte corrigé : "+row.ID)
	}
	return u.tell(see(&row), "compte corrigé : "+row.ID)
}

// switchUser disables, enables or erases an account.
func switchUser(name, said string) func(context.Context, *env, []string) error {
	return func(ctx context.Context, e *env, args []string) error {
		u := callUser(e, name, "ADRESSE|IDENTIFIANT")
		sure := new(bool)
		if name == "erase" {
			sure = u.flags.Bool("yes", false, "effacer pour de bon")
		}
		if err := u.find(ctx, args, 1, 1); err != nil {
			return err
		}
		defer u.DB.Close()
		do := map[string]func() error{
			"disable": func() error { return u.DB.Disable(ctx, u.By, u.who.ID, u.Now) },
			"enable":  func() error { return u.DB.Enable(ctx, u.By, u.who.ID, u.Now) },
			"unlink":  func() error { return u.unlink(ctx) },
			"erase": func() error {
				if !*sure {
					return u.warnErase(ctx)
				}
				return u.DB.Erase(ctx, u.By, u.who.ID, u.Now)
			},
		}
		if err := do[name](); err != nil {
			return err
		}
		row, err := u.DB.Person(ctx, u.who.ID)
		if err != nil {
			return err
		}
		return u.tell(see(&row), "compte "+row.ID+" "+said)
	}
}

package web

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/job"
	"vigie/journal"
	"vigie/store"
)

const siteOfTest = "https://observatoire.example"

func atSite(c *Config) { c.BaseURL = siteOfTest }

// letters takes the letters that wait, in the order they were posted.
func (o *office) letters() (all []store.Letter) {
	o.Helper()
	for table := o.db.MailTable(); ; {
		task, ok, err := table.Take(o.Context(), "essai", o.now, o.now.Add(time.Hour))
		if err != nil {
			o.Fatal(err)
		}
		if !ok {
			return all
		}
		var l store.Letter
		if err := json.Unmarshal(task.Args, &l); err != nil {
			o.Fatal(err)
		}
		all = append(all, l)
		if err := table.Settle(o.Context(), task, job.Outcome{State: job.Done}, o.now); err != nil {
			o.Fatal(err)
		}
	}
}

// letter takes the one letter that waits for somebody.
func (o *office) letter(to string) store.Letter {
	o.Helper()
	all := o.letters()
	if len(all) != 1 || all[0].To != to {
		o.Fatalf("letters %v; want one to %s", all, to)
	}
	return all[0]
}

var linkInLetter = regexp.MustCompile(regexp.QuoteMeta(siteOfTest) + `(/\S+)`)

// linkIn returns the path of the link of a letter, which is on the site's own
// address whatever host was asked.
func linkIn(t testing.TB, l store.Letter) string {
	t.Helper()
	found := linkInLetter.FindStringSubmatch(l.Body)
	if found == nil || strings.Count(l.Body, "://") != 1 {
		t.Fatalf("no link of the site, or another one, in\n%s", l.Body)
	}
	return found[1]
}

func TestForgottenPassword(t *testing.T) {
	o := newOffice(t, atSite)
	o.newPerson("Gardien", "administrator")
	claire, denis := o.newPerson("Claire", "analyst"), o.newPerson("Denis")
	if err := o.db.Disable(t.Context(), journal.System, denis.ID, o.now); err != nil {
		t.Fatal(err)
	}
	b := o.nobody()
	b.want(b.get(signPath), 200, `href="/mot-de-passe"`)
	b.want(b.get(resetPath), 200, "Adresse de courriel")
	b.want(b.post(resetPath, mailInput, "pas une adresse"), http.StatusUnprocessableEntity, "impossible")
	said := map[string]string{}
	for _, mail := range []string{claire.Mail, denis.Mail, "personne@exemple.test"} {
		w := b.postForm(resetPath, formOfPairs(mailInput, mail), "X-Forwarded-Host", "ailleurs.example")
		b.leadsTo(w, signPath)
		said[w.Header().Get("Location")+w.Result().Cookies()[0].Value] = mail
	}
	if len(said) != 1 {
		t.Errorf("the answer tells who has an account: %v", said)
	}
	link := linkIn(t, o.letter(claire.Mail))
	open := o.as(claire)
	b.want(b.get(link), 200, "Nouveau mot de passe")
	if got := b.get(link).Header().Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("Referrer-Policy %q", got)
	}
	const fresh = "hamac boussole 72 écluse tilleul"
	b.leadsTo(b.post(link, passwordInput, fresh, againInput, fresh), signPath)
	if l := o.letter(claire.Mail); !strings.Contains(l.Subject, "mot de passe changé") || strings.Contains(l.Body, "http") {
		t.Errorf("letter %+v", l)
	}
	open.leadsTo(open.get("/atelier"), "/connexion?retour=%2Fatelier")
	b.want(b.get(link), http.StatusConflict, "Ce lien a déjà servi", `href="/mot-de-passe"`)
	b.leadsTo(b.post(signPath, mailInput, claire.Mail, passwordInput, fresh), "/atelier")
	b = o.nobody()
	b.leadsTo(b.post(resetPath, mailInput, claire.Mail), signPath)
	link = linkIn(t, o.letter(claire.Mail))
	o.now = o.now.Add(account.Reset.Lifetime())
	b.want(b.get("/en"+link), http.StatusForbidden, "This link has expired")
	b.want(b.post(link, passwordInput, fresh, againInput, fresh), http.StatusForbidden, "Ce lien a expiré", "Recevoir un nouveau lien")
	b.want(b.get(resetPath+"/inconnu"), http.StatusNotFound, "n’est pas connu")
	for range account.ByAccount.Free {
		b.post(resetPath, mailInput, "autre@exemple.test")
	}
	b.want(b.post(resetPath, mailInput, "autre@exemple.test"), http.StatusTooManyRequests)
}

// TestNoSiteNoLink: without the public address of the site, no letter with a
// link leaves, whatever host is asked, and the page says so.
func TestNoSiteNoLink(t *testing.T) {
	o := newOffice(t)
	claire := o.newPerson("Claire", "reader")
	b := o.nobody()
	if strings.Contains(b.get(signPath).Body.String(), "/mot-de-passe") {
		t.Error("the page to sign in offers a letter that cannot leave")
	}
	b.want(b.get(resetPath), http.StatusServiceUnavailable, "n’est pas réglée")
	b.want(b.post(resetPath, mailInput, claire.Mail), http.StatusServiceUnavailable, "n’est pas réglée")
	b.want(o.as(claire).get(mailOwn), http.StatusServiceUnavailable, "base_url")
	if got := o.letters(); got != nil {
		t.Errorf("letters %v", got)
	}
}

func TestInvitationByLetter(t *testing.T) {
	o := newOffice(t, atSite)
	row, err := o.post().Invite(t.Context(), journal.System, account.Person{Mail: "Nadia@exemple.test", Name: "Nadia", Lang: "en", Grants: []account.Grant{{Role: account.Editor}}}, o.now)
	if err != nil {
		t.Fatal(err)
	}
	link := linkIn(t, o.letter("nadia@exemple.test"))
	if !strings.HasPrefix(link, "/en/bienvenue/") {
		t.Errorf("link %s; want it in her language", link)
	}
	b := o.nobody()
	o.now = o.now.Add(account.Invitation.Lifetime())
	b.want(b.get(link), http.StatusForbidden, "has expired", "/renouveler")
	b.leadsTo(b.post(link+"/renouveler"), "/en/connexion")
	again := linkIn(t, o.letter("nadia@exemple.test"))
	b.want(b.get(link), http.StatusNotFound, "later link may have replaced it")
	b.leadsTo(b.post(again, nameInput, "Nadia", passwordInput, goodPassword, againInput, goodPassword), "/en/atelier")
	if got := o.letters(); got != nil {
		t.Errorf("letters %v", got)
	}
	b = o.nobody()
	b.want(b.get(again), http.StatusConflict, "used already")
	b.want(b.post(link+"/renouveler"), http.StatusNotFound)
	if err := o.post().Link(t.Context(), journal.System, row.Person, account.Reset, "", o.now); err != nil {
		t.Fatal(err)
	}
}

func TestChangeOfMail(t *testing.T) {
	o := newOffice(t, atSite)
	claire, denis := o.newPerson("Claire", "reader"), o.newPerson("Denis")
	b := o.as(claire)
	b.want(b.get(ownPath), 200, mailOwn)
	b.want(b.get(mailOwn), 200, claire.Mail)
	b.want(b.post(mailOwn, mailInput, "x\r\nBcc: y@exemple.test"), http.StatusUnprocessableEntity)
	b.leadsTo(b.post(mailOwn, mailInput, denis.Mail), ownPath) // told to nobody but its person
	b.want(b.post(linkIn(t, o.letter(denis.Mail))), http.StatusConflict, "déjà un compte")
	b.leadsTo(b.post(mailOwn, mailInput, "claire.b@exemple.test"), ownPath)
	link := linkIn(t, o.letter("claire.b@exemple.test"))
	b.want(b.get(link), 200, "claire.b@exemple.test")
	other := o.nobody()
	other.leadsTo(other.post(link), signPath)
	if l := o.letter(claire.Mail); !strings.Contains(l.Subject, "adresse changée") {
		t.Errorf("letter %+v", l)
	}
	b.want(b.get(ownPath), 200, "claire.b@exemple.test")
	b.want(b.get(link), http.StatusConflict, "déjà servi")
	o.now = o.now.Add(account.RecentFor)
	b.leadsTo(b.get(mailOwn), confirmPath+"?retour=%2Fatelier%2Fcompte%2Fcourriel")
}

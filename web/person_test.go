package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// version is that of an account, as its form sends it back.
func (o *office) version(p account.Person) string {
	o.Helper()
	return strconv.Itoa(must(o.db.Person(o.Context(), p.ID)).Version)
}

var shownLink = regexp.MustCompile(`<code class="desk-code">https?://[^/]+(/[^<]+)</code>`)

// TestPeople: the list says of each person the roles, the second factor, the
// last sign-in and how the account stands, and of nobody more than that.
func TestPeople(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.Office.Strong = account.FactorRoles })
	root := o.newPerson("Hélène", "administrator")
	paul := o.newPerson("Paul", "contributor:REG-76", "contributor:reseau:Banques alimentaires")
	if err := o.db.Disable(t.Context(), journal.System, paul.ID, o.now); err != nil {
		t.Fatal(err)
	}
	b := o.as(root)
	b.want(b.get(peoplePath), http.StatusOK, "Paul", "Contributeur pour", "le réseau Banques alimentaires", "désactivé", "jamais", "manque")
	var list []personBody
	w := b.get(peoplePath + ".json")
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list) != 2 || list[0].State != activePerson || list[0].SignedIn.IsZero() || !list[1].SignedIn.IsZero() {
		t.Fatalf("%v, %+v", err, list)
	}
	if strings.Contains(w.Body.String(), "password") || strings.Contains(w.Body.String(), "argon2") {
		t.Fatalf("the list says too much:\n%s", w.Body)
	}
	b.want(b.get(peoplePath+"/"+paul.ID), http.StatusOK, "Réactiver ce compte", "Effacer ce compte", "Aucune session")
	b.want(b.get(peoplePath+"/"+root.ID), http.StatusOK, "Ce compte est le vôtre")
	b.want(b.get(peoplePath+"/inconnu"), http.StatusNotFound)
}

// TestInvitePerson: by letter when letters can leave, else by a link that is
// shown once; a mistake loses nothing.
func TestInvitePerson(t *testing.T) {
	t.Run("letter", func(t *testing.T) {
		o := newOffice(t, atSite)
		b := o.as(o.newPerson("Hélène", "administrator"))
		b.want(b.get(invitePath), http.StatusOK, "Par courriel")
		w := b.post(invitePath, mailInput, "claire@exemple.test", nameInput, "Claire", "langue", "fr", roleInput, "analyst", handInput, byLetter)
		row := must(o.db.PersonByMail(t.Context(), "claire@exemple.test"))
		b.leadsTo(w, peoplePath+"/"+row.ID)
		b.want(b.get(peoplePath+"/"+row.ID), http.StatusOK, "L’invitation part pour claire@exemple.test", "invité", "Analyste", "Renvoyer l’invitation")
		if strings.Contains(w.Body.String(), welcomePath) {
			t.Error("the link of a letter is shown")
		}
		o.nobody().want(o.nobody().get(linkIn(t, o.letter("claire@exemple.test"))), http.StatusOK, "Claire")
	})
	t.Run("link", func(t *testing.T) {
		o := newOffice(t)
		b := o.as(o.newPerson("Hélène", "administrator"))
		b.want(b.get(invitePath), http.StatusOK, "vous sera montré une fois")
		w := b.post(invitePath, mailInput, "pas une adresse", nameInput, "Claire", "langue", "fr")
		b.want(w, http.StatusUnprocessableEntity, `value="pas une adresse"`, `value="Claire"`)
		w = b.post(invitePath, mailInput, "claire@exemple.test", nameInput, "Claire", "langue", "fr", roleInput, "publisher", networkInput, "Nord")
		b.want(w, http.StatusUnprocessableEntity, "Ce rôle vaut pour tout l’observatoire")
		w = b.post(invitePath, mailInput, "claire@exemple.test", nameInput, "Claire", "langue", "fr", roleInput, "contributor", networkInput, "Banques alimentaires")
		b.want(w, http.StatusOK, "ne sera plus montré", "une fois")
		path := shownLink.FindStringSubmatch(w.Body.String())
		if path == nil {
			t.Fatalf("no link:\n%s", w.Body)
		}
		o.nobody().want(o.nobody().get(path[1]), http.StatusOK, "Claire")
		row := must(o.db.PersonByMail(t.Context(), "claire@exemple.test"))
		if len(row.Grants) != 1 || row.Grants[0].Scope != "reseau:Banques alimentaires" {
			t.Errorf("grants %v", row.Grants)
		}
		b.want(b.post(invitePath, mailInput, "CLAIRE@exemple.test", nameInput, "Autre", "langue", "fr"), http.StatusConflict, "déjà un compte")

		// The link again: the one before serves no more.
		w = b.post(peoplePath + "/" + row.ID + "/lien")
		b.want(w, http.StatusOK, "ne sera plus montré")
		again := shownLink.FindStringSubmatch(w.Body.String())
		if gone := o.nobody().get(path[1]); gone.Code == http.StatusOK || again == nil || again[1] == path[1] {
			t.Errorf("the first link answers %d", gone.Code)
		}
	})
}

// TestGrant: a territory is found by its name without script, a second editor
// is told and overwrites nothing, one's own roles ask for a word more, and the
// last administrator stays.
func TestGrant(t *testing.T) {
	o := newOffice(t)
	root := o.newPerson("Hélène", "administrator")
	paul := o.newPerson("Paul", "contributor:reseau:Nord")
	b, roles := o.as(root), peoplePath+"/"+paul.ID+"/roles"
	start := o.version(paul)

	kept := []string{keptInput, "contributor:reseau:Nord", "version", start}
	b.want(b.post(roles, append(kept, placeInput, "Occitanie")...), http.StatusUnprocessableEntity, "donné sans rôle", `value="Occitanie"`)
	b.want(b.post(roles, append(kept, roleInput, "reader", placeInput, "zzz-nulle-part")...), http.StatusUnprocessableEntity, "Aucun territoire ne répond")
	b.want(b.post(roles, append(kept, roleInput, "roi")...), http.StatusUnprocessableEntity)

	b.leadsTo(b.post(roles, append(kept, roleInput, "editor")...), peoplePath+"/"+paul.ID)
	row := must(o.db.Person(t.Context(), paul.ID))
	if len(row.Grants) != 2 {
		t.Fatalf("grants %v", row.Grants)
	}

	// Somebody else started from the page of before.
	w := b.post(roles, "version", start, roleInput, "analyst")
	b.want(w, http.StatusConflict, "par Hélène", "rien n’a été enregistré")
	if now := must(o.db.Person(t.Context(), paul.ID)); len(now.Grants) != 2 {
		t.Fatalf("the second editor overwrote: %v", now.Grants)
	}
	w = b.post(roles, "version", o.version(paul), keptInput, "analyst")
	b.want(w, http.StatusConflict) // a role that is not there does not come by the list of those to keep

	// One's own: a word more; and nobody is left without an administrator.
	own := peoplePath + "/" + root.ID + "/roles"
	b.want(b.post(own, "version", o.version(root), keptInput, "administrator", roleInput, "publisher"), http.StatusUnprocessableEntity, "Vos rôles n’ont pas changé")
	b.want(b.post(own, "version", o.version(root), "oui", "1"), http.StatusConflict, "Il ne resterait personne")
	b.want(b.post(peoplePath+"/"+root.ID+"/desactiver"), http.StatusForbidden, "ne pouvez pas désactiver")
	b.want(b.post(peoplePath+"/"+root.ID+"/effacer", "oui", "1", "version", o.version(root)), http.StatusConflict, "Il ne resterait personne")
	b.leadsTo(b.post(own, "version", o.version(root), keptInput, "administrator", roleInput, "publisher", "oui", "1"), signPath)
	b.leadsTo(b.get(peoplePath), signPath+"?retour=%2Fatelier%2Fpersonnes")
}

// TestPersonEnds: disabling and ending sessions hold at once; erasing asks
// twice and leaves nothing of the person.
func TestPersonEnds(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Hélène", "administrator"))
	paul := o.newPerson("Paul", "analyst")
	one, his := peoplePath+"/"+paul.ID, o.as(paul)

	b.want(b.get(one), http.StatusOK, "Terminer toutes ses sessions")
	b.leadsTo(b.post(one+"/sessions"), one)
	if w := his.get(homePath); w.Code != http.StatusSeeOther {
		t.Errorf("an ended session answers %d", w.Code)
	}
	b.leadsTo(b.post(one+"/desactiver"), one)
	b.want(b.get(one+"/lien"), http.StatusConflict, "désactivé")
	b.leadsTo(b.post(one+"/reactiver"), one)

	b.want(b.get(one+"/effacer"), http.StatusOK, "Ce qui disparaît", "Ce qui reste")
	b.want(b.post(one+"/effacer", "version", o.version(paul)), http.StatusUnprocessableEntity, "n’a été effacé")
	b.want(b.post(one+"/effacer", "version", "1", "oui", "1"), http.StatusConflict, "a été changé entre-temps")
	b.leadsTo(b.post(one+"/effacer", "version", o.version(paul), "oui", "1"), one)
	for _, path := range []string{one, one + ".json", peoplePath, peoplePath + ".json"} {
		if w := b.get(path); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Paul") || strings.Contains(w.Body.String(), paul.Mail) {
			t.Errorf("%s = %d still names who was erased:\n%s", path, w.Code, w.Body)
		}
	}
	b.want(b.get(one+"/roles"), http.StatusNotFound)
	entries := must(o.db.Journal(t.Context(), store.JournalFilter{Object: "person:" + paul.ID, Action: "person.e"}))
	if entries[0].Action != "person.erase" || entries[0].Actor.Person() == "" {
		t.Errorf("the journal ends with %+v", entries[0])
	}
}

// TestPersonCanaries: a name and a scope are text wherever they are shown.
func TestPersonCanaries(t *testing.T) {
	const canary = `"><img src=x onerror=alert(1)>`
	o := newOffice(t)
	b := o.as(o.newPerson("Hélène", "administrator"))
	odd := o.newPerson("Paul", "reader")
	if _, err := o.db.Rename(t.Context(), journal.System, odd.ID, "Paul "+canary, "fr", must(o.db.Person(t.Context(), odd.ID)).Version, o.now); err != nil {
		t.Log("the name is refused:", err)
	}
	one := peoplePath + "/" + odd.ID
	for _, path := range []string{peoplePath, one, one + "/roles", one + "/effacer", one + "/lien"} {
		if w := b.get(path); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "<img src=x") {
			t.Errorf("%s = %d shows markup", path, w.Code)
		}
	}
	for _, field := range []string{mailInput, nameInput, "langue", roleInput, scopeInput, placeInput, networkInput, handInput, keptInput, "version"} {
		for _, path := range []string{invitePath, one + "/roles", one + "/lien", one + "/effacer"} {
			o.limits = newLimits(o.Now)
			w := b.post(path, field, canary, roleInput, "reader")
			if w.Code >= 500 || strings.Contains(w.Body.String(), "<img src=x") {
				t.Errorf("%s with %s = %d\n%s", path, field, w.Code, w.Body)
			}
		}
	}
}

// count is how many entries of the journal have this action.
func (o *office) count(action string) int {
	o.Helper()
	return len(must(o.db.Journal(o.Context(), store.JournalFilter{Action: action})))
}

// TestPeopleRead: the journal says who read the accounts or took them away; the
// file, and the list for programs, ask for the password again; one's own page is
// nobody's reading.
func TestPeopleRead(t *testing.T) {
	o := newOffice(t)
	root, paul := o.newPerson("Hélène", "administrator"), o.newPerson("Paul", "analyst")
	b := o.as(root)
	for _, k := range []struct {
		path, action string
		more         int
	}{
		{peoplePath, "person.read", 1},
		{peoplePath + "/" + paul.ID, "person.read", 1},
		{peoplePath + "/" + paul.ID + "/modifier", "person.read", 1},
		{peoplePath + "/" + root.ID, "person.read", 0},
		{peoplePath + "/export", "person.export", 0},
		{peoplePath + "/export.csv", "person.export", 1},
		{postPath, "mail.read", 1},
	} {
		before := o.count(k.action)
		b.want(b.get(k.path), http.StatusOK)
		if got := o.count(k.action) - before; got != k.more {
			t.Errorf("%s: %d entries %s; want %d", k.path, got, k.action, k.more)
		}
	}
	w := b.get(peoplePath + "/export.csv")
	b.want(w, http.StatusOK, "id,mail,name,lang,state,roles,second_factor,created,signed_in", ",paul@exemple.test,Paul,fr,active,analyst,false,")
	if strings.Contains(w.Body.String(), "argon2") || !strings.Contains(w.Header().Get("Content-Disposition"), "personnes.csv") {
		t.Errorf("%v\n%s", w.Header(), w.Body)
	}
	o.now = o.now.Add(account.RecentFor + time.Second)
	for _, path := range []string{"/export", "/export.csv", ".json"} {
		if w := b.get(peoplePath + path); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), confirmPath) {
			t.Errorf("%s with an old sign-in = %d", path, w.Code)
		}
	}
}

// TestCorrectPerson: the name at once; an address once its letter is answered,
// the old one told; two editors; an invitation gone to a wrong address.
func TestCorrectPerson(t *testing.T) {
	o := newOffice(t, atSite)
	root, paul := o.newPerson("Claude", "administrator"), o.newPerson("Paul", "analyst")
	b, edit := o.as(root), peoplePath+"/"+paul.ID+"/modifier"
	send := func(version, name, mail string) *httptest.ResponseRecorder {
		return b.post(edit, "version", version, nameInput, name, "langue", "en", mailInput, mail, handInput, byLetter)
	}
	first := o.version(paul)
	b.want(b.get(edit), http.StatusOK, `value="paul@exemple.test"`, "confirmée par le lien")
	b.want(send(first, "Paul Aubert", "pas une adresse"), http.StatusUnprocessableEntity, `value="Paul Aubert"`, "impossible")
	b.want(send(first, "Paul Aubert", root.Mail), http.StatusConflict, "déjà un compte")
	b.leadsTo(send(first, "Paul Aubert", paul.Mail), peoplePath+"/"+paul.ID)
	b.want(send(first, "Paul Autre", paul.Mail), http.StatusConflict, "Claude", `value="Paul Autre"`)

	b.leadsTo(send(o.version(paul), "Paul Aubert", "aubert@exemple.test"), peoplePath+"/"+paul.ID)
	if row := must(o.db.Person(t.Context(), paul.ID)); row.Mail != paul.Mail || row.Name != "Paul Aubert" || row.Lang != "en" {
		t.Errorf("before the link: %+v", row)
	}
	path := linkIn(t, o.letter("aubert@exemple.test"))
	o.nobody().want(o.nobody().get(path), http.StatusOK, "aubert@exemple.test")
	o.nobody().leadsTo(o.nobody().post(path), "/en"+signPath)
	if row := must(o.db.Person(t.Context(), paul.ID)); row.Mail != "aubert@exemple.test" {
		t.Errorf("after the link: %+v", row)
	}
	o.letter(paul.Mail) // a notice
	for e, err := range o.db.JournalEntries(t.Context()) {
		if text := string(e.Before) + string(e.After); err != nil || strings.Contains(text, "exemple.test") || strings.Contains(text, "Aubert") {
			t.Errorf("the journal says %s, %v", text, err)
		}
	}

	b.post(invitePath, mailInput, "fautive@exemple.test", nameInput, "Claire", "langue", "fr", handInput, byLetter)
	claire := must(o.db.PersonByMail(t.Context(), "fautive@exemple.test"))
	old := linkIn(t, o.letter("fautive@exemple.test"))
	edit = peoplePath + "/" + claire.ID + "/modifier"
	b.want(b.get(edit), http.StatusOK, "n’a pas encore pris son compte")
	b.leadsTo(send(o.version(claire.Person), "Claire", "claire@exemple.test"), peoplePath+"/"+claire.ID)
	all := o.letters()
	if len(all) != 2 || all[0].To+all[1].To != "fautive@exemple.testclaire@exemple.test" && all[0].To+all[1].To != "claire@exemple.testfautive@exemple.test" {
		t.Fatalf("letters %v", all)
	}
	if w := o.nobody().get(old); w.Code == http.StatusOK {
		t.Error("the first invitation still serves")
	}
}

// TestErasePages: what goes and what stays is said before; the last
// administrator is told instead of asked; two editors.
func TestErasePages(t *testing.T) {
	o := newOffice(t)
	root, paul := o.newPerson("Hélène", "administrator"), o.newPerson("Paul")
	b, own := o.as(root), o.as(paul)
	for path, who := range map[string]*browser{erasePath: own, peoplePath + "/" + paul.ID + "/effacer": b} {
		who.want(who.get(path), http.StatusOK, "3 entrées du journal", paul.ID, "sans retour", `name="oui"`)
	}
	w := b.get(erasePath)
	if b.want(w, http.StatusOK, "Personne d’autre n’administre"); strings.Contains(w.Body.String(), `name="oui"`) {
		t.Error("the last administrator is asked to confirm")
	}
	b.want(b.post(erasePath, "oui", "1"), http.StatusConflict, "Il ne resterait personne")
	own.want(own.post(erasePath), http.StatusUnprocessableEntity, "Cochez la case")
	own.leadsTo(own.post(erasePath, "oui", "1"), signPath)
	b.want(b.get(peoplePath+"/"+paul.ID), http.StatusOK, "a été effacé")
}

// TestMember: somebody without any role reaches the home and their own account,
// sees what to ask for, ends sessions, and nothing else.
func TestMember(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Paul"))
	b.want(b.get(homePath), http.StatusOK, "pas encore de rôle", `href="`+rolePath+`"`)
	b.want(b.get(rolePath), http.StatusOK, "Analyste", "Proposer une édition", "Responsable de publication")
	b.want(b.get(ownPath), http.StatusOK, "Aucun rôle", `href="`+rolePath+`"`)
	b.leadsTo(b.post(ownPath+"/sessions"), ownPath)
	for _, path := range []string{peoplePath, journalPath, sourcePath, taxonomyPath, datasetPath} {
		b.want(b.get(path), http.StatusNotFound)
	}
}

// TestHomeFirst: in an empty observatory the home says to each role where to
// begin, and to nobody what they may not do.
func TestHomeFirst(t *testing.T) {
	o := newOffice(t)
	o.newPerson("Hélène", "administrator")
	for role, sends := range map[string]bool{"analyst": true, "contributor:REG-76": true, "editor": true, "reader": false, "publisher": false} {
		b := o.as(o.newPerson("Claire"+role[:3], role))
		w := b.get(homePath)
		b.want(w, http.StatusOK, "Posez un second facteur")
		if got := strings.Contains(w.Body.String(), "Envoyez un premier fichier"); got != sends {
			t.Errorf("%s: told to send a file %v; want %v", role, got, sends)
		}
		if strings.Contains(w.Body.String(), invitePath) {
			t.Errorf("%s is told to invite", role)
		}
	}
}

// TestHomeOfAdministrator: what waits for who looks after the observatory.
func TestHomeOfAdministrator(t *testing.T) {
	o := newOffice(t)
	root := o.newPerson("Hélène", "administrator")
	b := o.as(root)
	b.want(b.get(homePath), http.StatusOK, "Par où commencer", "Invitez une deuxième personne")
	o.newPerson("Paul")
	b.post(invitePath, mailInput, "claire@exemple.test", nameInput, "Claire", "langue", "fr")
	failed, cancelled := o.newRun("cassé.csv"), o.newRun("annulé.csv")
	if err := o.db.CancelRun(t.Context(), journal.System, cancelled, o.now); err != nil {
		t.Fatal(err)
	}
	o.settle(observatory.ImportRun, nil, &fault.Error{Kind: fault.Invalid, What: "fichier vide", Do: "envoyez-en un autre"})
	w := b.get(homePath)
	b.want(w, http.StatusOK, "Paul n’a encore aucun rôle", "Un travail a échoué", runPath+"/"+failed)
	for _, not := range []string{"Par où commencer", "Claire", "Un travail a échoué : Import : annulé"} {
		if strings.Contains(w.Body.String(), not) {
			t.Errorf("the home says %q", not)
		}
	}
	o.now = o.now.Add(8 * 24 * time.Hour)
	b = o.as(root)
	w = b.get(homePath)
	if b.want(w, http.StatusOK, "L’invitation de Claire ne sert plus"); strings.Contains(w.Body.String(), "Un travail a échoué") {
		t.Error("a run that failed long ago still waits")
	}
}

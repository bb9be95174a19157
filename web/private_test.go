package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/account"
	"vigie/journal"
	"vigie/store"
)

// TestPrivateDownloads: a file of the back office is for whoever may have it,
// while their session lasts, is kept by no cache, and runs nothing where it is
// opened.
func TestPrivateDownloads(t *testing.T) {
	o := sweepOffice(t)
	known := targets(o)
	all := o.newPerson("Toute", everyRole...)
	reader := o.as(o.newPerson("Luc", "reader"))
	files := 0
	for _, e := range o.everything() {
		if e.Desk == nil || e.Desk.Program || !strings.HasPrefix(e.Pattern, "GET ") {
			continue
		}
		for _, f := range e.Forms {
			if f == asHTML || f == asJSON {
				continue
			}
			for _, target := range known[e.Pattern] {
				path := target + "." + string(f)
				b := o.as(all)
				w := b.ask("GET", path, "")
				if w.Code != http.StatusOK {
					continue
				}
				files++
				h := w.Header()
				shown := strings.HasPrefix(h.Get("Content-Type"), "text/html") // a frame of ours
				alone := strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || strings.HasSuffix(h.Get("Content-Security-Policy"), "; sandbox")
				if pdf := h.Get("Content-Type") == "application/pdf"; h.Get("Cache-Control") != never || h.Get("X-Content-Type-Options") != "nosniff" || !alone && !shown && !pdf {
					t.Errorf("%s: headers %v", path, h)
				}
				who := reader.Person()
				may := who.MayAnywhere(e.Action)
				if got := reader.ask("GET", path, ""); !may && (got.Code != http.StatusNotFound || bytes.Contains(got.Body.Bytes(), w.Body.Bytes())) {
					t.Errorf("%s for a reader = %d", path, got.Code)
				}
				o.now = o.now.Add(account.SessionIdle)
				if got := b.ask("GET", path, ""); got.Code == http.StatusOK {
					t.Errorf("%s once the session is over = %d", path, got.Code)
				}
				o.now = o.now.Add(-account.SessionIdle)
				b.post(outPath)
				if got := b.ask("GET", path, ""); got.Code == http.StatusOK {
					t.Errorf("%s after signing out = %d", path, got.Code)
				}
			}
		}
	}
	if files < 3 {
		t.Errorf("%d files; the test has lost them", files)
	}
}

// Person is who the browser is signed in as.
func (b *browser) Person() account.Person {
	b.Helper()
	return must(b.db.Session(b.Context(), account.HashSecret(b.jar[sessionCookie]), b.now)).Person
}

// TestForeignFields: a form changes what its page offers and nothing else,
// whatever more is sent with it.
func TestForeignFields(t *testing.T) {
	o := newOffice(t)
	o.newPerson("Gardien", "administrator")
	claire, victim := o.newPerson("Claire", "reader"), o.newPerson("Victime", "analyst")
	b := o.as(claire)
	more := []string{}
	for _, name := range []string{"id", "ID", "person", "personne", "account", "compte", "actor", "by", "By"} {
		more = append(more, name, victim.ID)
	}
	for _, name := range []string{"role", "roles", "grant", "grants", "Grants", "role-1", "roles[]"} {
		more = append(more, name, "administrator")
	}
	more = append(more, "courriel", "autre@exemple.test", "mail", "autre@exemple.test", "disabled", "1", "erased", "1", "totp", "", "hash", "x", "password", goodPassword, "etendue", "FR")
	for _, e := range o.everything() {
		if method, path := split(e.Pattern); e.Desk != nil && method == http.MethodPost && strings.HasPrefix(path, ownPath) && !slices.Contains(spared, path) {
			b.limits = newLimits(b.Now)
			if w := b.post(path, append([]string{nameInput, "Claire Dubois", "langue", "en", "version", o.version(claire)}, more...)...); w.Code == http.StatusInternalServerError {
				t.Errorf("POST %s = %d", path, w.Code)
			}
		}
	}
	got := must(o.db.Person(t.Context(), claire.ID))
	if got.Name != "Claire Dubois" || got.Mail != claire.Mail || len(got.Grants) != 1 || got.Grants[0].Role != account.Reader || got.Disabled {
		t.Errorf("the form has made %+v", got)
	}
	if other := must(o.db.Person(t.Context(), victim.ID)); other.Name != victim.Name || other.Mail != victim.Mail || other.Disabled || len(other.Grants) != 1 {
		t.Errorf("somebody else has become %+v", other)
	}
}

// TestPersonalData: the address of somebody is shown to administrators and to
// that person, and what proves who one is to nobody.
func TestPersonalData(t *testing.T) {
	o := sweepOffice(t)
	known := targets(o)
	zoe := o.newPerson("Zéphyrine", "analyst")
	hers := o.as(zoe)
	token := o.bearer(zoe, account.ScopeRead)[1]
	secrets := []string{"$argon2id", hers.jar[sessionCookie], account.HashSecret(hers.jar[sessionCookie]), strings.TrimPrefix(token, "Bearer "), account.HashSecret(strings.TrimPrefix(token, "Bearer "))}
	for _, r := range account.Roles {
		b := o.as(o.newPerson("Rôle-"+string(r), string(r)))
		for _, e := range o.everything() {
			if e.Desk == nil || e.Desk.Program || !strings.HasPrefix(e.Pattern, "GET ") {
				continue
			}
			for _, target := range known[e.Pattern] {
				for _, path := range []string{target, target + ".json"} {
					body := b.ask("GET", path, "").Body.String()
					for _, secret := range secrets {
						if strings.Contains(body, secret) {
							t.Errorf("%s for %s holds a secret", path, r)
						}
					}
					if r != account.Administrator && strings.Contains(body, zoe.Mail) {
						t.Errorf("%s for %s holds somebody's address", path, r)
					}
				}
			}
		}
	}
}

// TestTwoObservatories: nothing of one is worth anything in another.
func TestTwoObservatories(t *testing.T) {
	here, there := newOffice(t), newOffice(t)
	p := here.newPerson("Claire", everyRole...)
	there.newPerson("Claire", everyRole...)
	b := here.as(p)
	row := must(here.db.PutDelivery(t.Context(), store.DeliveryInput{FileName: "a.csv", File: strings.NewReader("code\n"), By: journal.PersonActor(p.ID)}, here.now))
	b.want(b.get(deliveryPath+"/"+row.ID), http.StatusOK)
	token := here.bearer(p, account.ScopeRead)
	stranger := there.nobody()
	stranger.jar[sessionCookie] = b.jar[sessionCookie]
	if w := stranger.get(homePath); w.Code != http.StatusSeeOther {
		t.Errorf("a session of the other = %d", w.Code)
	}
	if w := there.nobody().get(apiPath+"/envois", token...); w.Code != http.StatusUnauthorized {
		t.Errorf("a token of the other = %d", w.Code)
	}
	local := there.as(there.newPerson("Denis", everyRole...))
	for _, path := range []string{deliveryPath + "/" + row.ID, peoplePath + "/" + p.ID} {
		local.want(local.get(path), http.StatusNotFound)
	}
}

// TestNoSetUpRoute: over the network nobody makes the first account: while there
// is none, no form makes one.
func TestNoSetUpRoute(t *testing.T) {
	o := newOffice(t)
	b := o.nobody()
	for _, e := range o.everything() {
		method, path := split(e.Pattern)
		if method != http.MethodPost {
			continue
		}
		b.limits = newLimits(b.Now)
		b.post(path, mailInput, "intrus@exemple.test", nameInput, "Intrus", passwordInput, goodPassword, againInput, goodPassword, "role", "administrator", codeInput, "x", "langue", "fr")
		if n := must(o.db.CountPeople(t.Context())); n != 0 || b.jar[sessionCookie] != "" {
			t.Fatalf("POST %s: %d accounts, session %q", path, n, b.jar[sessionCookie])
		}
	}
}

// TestSecretsAtRest: no file of the observatory holds a password, a session, a
// token or a TOTP key; runs and the journal hold no address, no name and not the
// code of a link, which letters alone hold until they have left.
func TestSecretsAtRest(t *testing.T) {
	o := newOffice(t, atSite)
	root := o.as(o.newPerson("Gardien", "administrator"))
	root.post(invitePath, mailInput, "zephyrine@exemple.test", nameInput, "Zéphyrine Canari", "langue", "fr", roleInput, "analyst", handInput, byLetter)
	link := linkIn(t, o.letter("zephyrine@exemple.test"))
	b := o.nobody()
	const password = "canari jaune dans la mine 7"
	if w := b.post(link, nameInput, "Zéphyrine Canari", passwordInput, password, againInput, password); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	row := must(o.db.PersonByMail(t.Context(), "zephyrine@exemple.test"))
	const key = "JBSWY3DPEHPK3PXPCANARI23"
	if err := o.db.SetTOTP(t.Context(), journal.PersonActor(row.ID), row.ID, key, 1, nil, "", o.now); err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(o.bearer(row.Person, account.ScopeRead)[1], "Bearer ")
	o.newRun("canari.csv")
	code := link[strings.LastIndexByte(link, '/')+1:]
	for where, list := range map[string]any{"the runs": must(o.db.Runs(t.Context(), store.RunFilter{})), "the journal": must(o.db.Journal(t.Context(), store.JournalFilter{}))} {
		text := string(must(json.Marshal(list)))
		for _, private := range []string{"zephyrine@", "Zéphyrine", password, code, token, key} {
			if strings.Contains(text, private) {
				t.Errorf("%s hold %q", where, private)
			}
		}
	}
	secrets := map[string]string{"the password": password, "the session": b.jar[sessionCookie], "the token": token, "the TOTP key": key}
	read := 0
	err := filepath.WalkDir(o.db.Dir(), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		read += len(text)
		for name, secret := range secrets {
			if secret == "" || bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s holds %s", filepath.Base(path), name)
			}
		}
		return err
	})
	if err != nil || read < 4096 {
		t.Fatalf("%d bytes read, %v", read, err)
	}
}

// TestCodesStayHere: a page whose address is a secret tells it to nobody, not
// even to the style sheets of this site.
func TestCodesStayHere(t *testing.T) {
	o := newOffice(t)
	pages := 0
	for _, e := range o.everything() {
		if e.Desk == nil || !strings.Contains(e.Pattern, "{code}") {
			continue
		}
		method, path := split(e.Pattern)
		w := httptest.NewRecorder()
		o.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader("")))
		if got := w.Header().Get("Referrer-Policy"); got != "no-referrer" {
			t.Errorf("%s: Referrer-Policy %q", e.Pattern, got)
		}
		if !slices.ContainsFunc(secretPaths, func(p string) bool { return strings.HasPrefix(path, p) }) {
			t.Errorf("%s: the code would be in the log", e.Pattern)
		}
		pages++
	}
	if pages < 6 {
		t.Errorf("%d pages; the test has lost them", pages)
	}
}

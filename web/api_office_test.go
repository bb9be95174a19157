package web

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"slices"
	"testing"

	"vigie/account"
	"vigie/journal"
	"vigie/store"
)

func init() { examples = append(examples, apiExamples) }

// sendFile keeps a file that somebody sends, for a scope.
func (o *office) sendFile(by account.Person, scope string) store.DeliveryRow {
	o.Helper()
	in := store.DeliveryInput{FileName: "valeurs.csv", File: bytes.NewReader([]byte("code;valeur\nDEP-08;1\n" + scope)), By: journal.PersonActor(by.ID)}
	if scope != "" {
		in.Scope, in.Within = scope, []string{scope}
	}
	row, err := o.db.PutDelivery(o.Context(), in, o.now)
	if err != nil {
		o.Fatal(err)
	}
	return row
}

func apiExamples(o *office) map[string][]example {
	by := o.newPerson("Expediteur"+must(account.NewID(rand.Reader)), "contributor")
	whole, region := o.sendFile(by, ""), o.sendFile(by, "REG-76")
	run, err := o.db.Enqueue(o.Context(), store.RunInput{Kind: "essai", What: "essai", By: journal.System}, o.now)
	if err != nil {
		o.Fatal(err)
	}
	return map[string][]example{
		"GET " + apiPath + "/envois/{id}": {
			{Path: apiPath + "/envois/" + whole.ID, Object: account.Object{State: account.Sent, By: by.ID}},
			{Path: apiPath + "/envois/" + region.ID, Object: account.Object{State: account.Sent, Scopes: []string{"REG-76"}, By: by.ID}},
		},
		"GET " + apiPath + "/travaux/{id}": {{Path: apiPath + "/travaux/" + run}},
	}
}

// bearer is the header of a token of a person.
func (o *office) bearer(p account.Person, scopes ...account.Scope) []string {
	o.Helper()
	secret, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		o.Fatal(err)
	}
	in := store.TokenInput{ID: must(account.NewID(rand.Reader)), Hash: hash, Person: p.ID, Name: "essai", Scopes: scopes, ExpiresAt: o.now.AddDate(0, 1, 0)}
	if err := o.db.PutToken(o.Context(), journal.System, in, o.now); err != nil {
		o.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + secret}
}

// TestAPIOffice asks every reading operation of the back office: what it
// answers is what the document says, within the rights of the person and the
// scopes of the token, and a cookie is worth nothing.
func TestAPIOffice(t *testing.T) {
	o := newOffice(t)
	claire := o.newPerson("Claire", "analyst")
	known := apiExamples(o)
	reading := o.bearer(claire, account.ScopeRead)
	signed := o.as(claire)
	for pattern, op := range operations(o.Server) {
		method, path := split(pattern)
		if len(op.Security) == 0 || method != http.MethodGet {
			continue
		}
		if list := known[pattern]; list != nil {
			path = list[0].Path
		}
		w := o.nobody().get(path, reading...)
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != never || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s = %d %v\n%s", path, w.Code, w.Header(), w.Body)
			continue
		}
		checkAnswer(t, o.Server, op, w)
		if w := signed.get(path); w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s with a cookie = %d; want 401", path, w.Code)
		}
	}
	contributor := o.newPerson("Paul", "contributor:REG-76")
	w := o.nobody().get(apiPath+"/envois", o.bearer(contributor, account.ScopeRead)...)
	if got := bytes.Count(w.Body.Bytes(), []byte(`"id"`)); w.Code != 200 || got != 1 {
		t.Errorf("a contributor of REG-76 sees %d deliveries; want 1\n%s", got, w.Body)
	}
	if w := o.nobody().get(apiPath+"/jeux", o.bearer(claire, account.ScopeCompute)...); w.Code != http.StatusNotFound {
		t.Errorf("a token that may not read = %d; want 404", w.Code)
	}
	if !slices.Contains(account.Scopes[account.ScopeRead], account.ReadRun) {
		t.Error("the scope to read does not follow the works")
	}
}

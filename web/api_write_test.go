package web

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// fields is a body of JSON.
type fields = map[string]any

// TestAPIWrites is the day of a program that may all that a token may: every
// operation of the back office does what it says, answers as the document says,
// and is entered in the journal in the name of the token.
func TestAPIWrites(t *testing.T) {
	called, done := map[string]bool{}, 0
	for _, part := range []struct {
		name string
		open func(*testing.T) *office
		do   func(*testing.T, *office, *program)
	}{
		{"files", newWorkshop, apiFiles},
		{"texts", newLists, apiTexts},
		{"specifications", func(t *testing.T) *office { return realOffice(t) }, apiSpecifications},
		{"editions", func(t *testing.T) *office { return realOffice(t) }, apiEditions},
		{"cases", func(t *testing.T) *office { return realOffice(t) }, apiPractices},
	} {
		t.Run(part.name, func(t *testing.T) {
			o := part.open(t)
			who := o.newPerson("Claire", "analyst", "publisher", "editor")
			p := o.program(who, allScopes()...)
			since := len(must(o.db.Journal(t.Context(), store.JournalFilter{Most: 100_000})))
			p.does("GET", "/moi", nil, nil)
			part.do(t, o, p)
			maps.Copy(called, p.called)
			done++
			acts := 0
			for _, e := range must(o.db.Journal(t.Context(), store.JournalFilter{Most: 100_000})) {
				if e.Actor == p.actor {
					acts++
				} else if e.Actor.Person() == who.ID && e.Seq > int64(since) {
					t.Errorf("a person did what their program did: %+v", e.Act)
				}
			}
			if acts < 3 {
				t.Errorf("%d acts of the program in the journal", acts)
			}
		})
	}
	for pattern, op := range operations(newOffice(t).Server) {
		if done == 5 && len(op.Security) > 0 && !called[pattern] {
			t.Errorf("%s was never answered", pattern)
		}
	}
}

// sent is what a program keeps of a file sent.
type sent struct {
	ID, State, Dataset string
	Version            int
	Ended              bool
	Checked            *struct{ Rows int }
}

// settled waits for the end of the work about a file sent.
func (p *program) settled(id string) (f sent) {
	p.Helper()
	for range 500 {
		if p.does("GET", "/envois/"+id, nil, &f); f.Ended {
			return f
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.Fatalf("%s: the work does not end", id)
	return f
}

func apiFiles(t *testing.T, o *office, p *program) {
	var wrote struct{ Version int }
	p.refuses(422, "Description, ligne 1", "POST", "/sources", fields{"version": 0, "text": "name = 3\nvintag = 1\n"})
	p.does("POST", "/sources", fields{"version": 0, "text": tinyDescription}, &wrote)
	p.refuses(409, "a modifié ceci entre-temps", "POST", "/sources", fields{"version": 0, "text": tinyDescription + "\n"})
	p.does("GET", "/sources", nil, nil)
	p.does("GET", "/sources/essai", nil, nil)

	file := []byte("code,annee,valeur\n01,2024,12\n02,2024,9\n2A,2024,7\n")
	var f sent
	if code, fault := p.send(p.parts("essai-2024.csv", file, "remarque", "par un programme"), &f); code != 200 {
		t.Fatalf("%d %+v", code, fault)
	}
	p.does("GET", "/envois", nil, nil)
	f = p.settled(f.ID)
	at := "/envois/" + f.ID
	p.refuses(409, "Claire a modifié ceci entre-temps", "POST", at+"/garder", fields{"version": f.Version - 1})
	p.refuses(422, "Cette lecture n’existe pas", "POST", at+"/lecture", fields{"version": f.Version, "reading": "source:inconnue"})
	p.does("POST", at+"/lecture", fields{"version": f.Version, "reading": "source:essai"}, &f)
	f = p.settled(f.ID)
	p.does("POST", at+"/garder", fields{"version": f.Version}, &f)
	if f = p.settled(f.ID); f.State != "kept" || f.Dataset == "" {
		t.Fatalf("%+v", f)
	}
	p.refuses(404, "n’existe pas", "POST", at+"/garder", fields{"version": f.Version})

	var again sent
	if code, _ := p.send(p.parts("essai-2024.csv", file), &again); code != 200 || again.ID == f.ID {
		t.Errorf("sent twice: %d %+v", code, again)
	}
	again = p.settled(again.ID)
	p.does("POST", "/envois/"+again.ID+"/ecarter", fields{"version": again.Version}, &again)
	if again.State != "withdrawn" {
		t.Errorf("set aside: %+v", again)
	}

	jeu := "/jeux/" + f.Dataset
	p.does("GET", "/jeux", nil, nil)
	p.does("GET", jeu, nil, nil)
	var data struct{ Items []dataRow }
	p.does("GET", jeu+"/donnees?serie=tst_essai&periode=2024", nil, &data)
	if len(data.Items) != 3 || data.Items[0].Territory != "DEP-01" || *data.Items[0].Value != 12 {
		t.Errorf("%+v", data)
	}
	taken := must(o.db.Journal(t.Context(), store.JournalFilter{Object: "dataset:" + f.Dataset, Action: "dataset.export"}))
	if len(taken) != 1 {
		t.Errorf("an export is entered %d times", len(taken))
	}
	p.refuses(404, "", "GET", jeu+"/donnees?serie=absente", nil)
	p.refuses(422, "reason", "POST", jeu+"/retirer", fields{"reason": ""})
	p.does("POST", jeu+"/retirer", fields{"reason": "millésime faux"}, nil)
	p.does("POST", jeu+"/remettre", nil, nil)
	apiFilesRefused(t, o, p)
}

// apiFilesRefused: what a file to send must be.
func apiFilesRefused(t *testing.T, o *office, p *program) {
	before := len(must(o.db.Deliveries(t.Context())))
	for name, c := range map[string]struct {
		r    *http.Request
		want int
	}{
		"not what it says":    {p.parts("a.xlsx", []byte("<html>")), 422},
		"no kind of ours":     {p.parts("a.exe", []byte("MZ")), 422},
		"empty":               {p.parts("a.csv", nil), 422},
		"an unknown field":    {p.parts("a.csv", []byte("a,b\n"), "etat", "kept"), 422},
		"a field twice":       {p.parts("a.csv", []byte("a,b\n"), "remarque", "a", "remarque", "b"), 422},
		"an unknown scope":    {p.parts("a.csv", []byte("a,b\n"), "etendue", "REG-99"), 422},
		"a long remark":       {p.parts("a.csv", []byte("a,b\n"), "remarque", strings.Repeat("a", 2001)), 422},
		"a file as a field":   {p.parts("a.csv", []byte("a,b\n"), fileInput, "a"), 422},
		"an unknown question": {withQuery(p.parts("a.csv", []byte("a,b\n")), "etendue=REG-76"), 422},
		"JSON":                {withKind(p.parts("a.csv", []byte("a,b\n")), jsonKind), 415},
		"a body as it is":     {withKind(p.parts("a.csv", []byte("a,b\n")), "text/csv"), 415},
	} {
		if code, f := p.send(c.r, nil); code != c.want {
			t.Errorf("%s: %d %s; want %d", name, code, f.What, c.want)
		}
	}
	whole := p.parts("a.csv", []byte("a,b\n1,2\n"))
	var b bytes.Buffer
	_, _ = b.ReadFrom(whole.Body)
	for _, n := range []int{0, 1, b.Len() / 2, b.Len() - 5} {
		r := httptest.NewRequest(http.MethodPost, apiPath+"/envois", bytes.NewReader(b.Bytes()[:n]))
		r.Header = whole.Header
		if code, f := p.send(r, nil); code != 422 {
			t.Errorf("cut at %d: %d %s", n, code, f.What)
		}
	}
	if after := len(must(o.db.Deliveries(t.Context()))); after != before {
		t.Errorf("%d deliveries are left by what was refused", after-before)
	}
	lent := o.program(o.newPerson("Paul", "contributor:REG-76"), account.ScopeImport, account.ScopeRead)
	if code, _ := lent.send(lent.parts("a.csv", []byte("a,b\n")), nil); code != 422 {
		t.Errorf("sent for the whole by a contributor of a region: %d", code)
	}
	var f sent
	if code, _ := lent.send(lent.parts("a.csv", []byte("a,b\n"), "etendue", "REG-76"), &f); code != 200 {
		t.Errorf("sent for their region: %d", code)
	}
	lent.refuses(404, "", "POST", "/envois/"+f.ID+"/garder", fields{"version": f.Version})
}

func withKind(r *http.Request, kind string) *http.Request {
	r.Header.Set("Content-Type", kind)
	return r
}

func withQuery(r *http.Request, query string) *http.Request {
	r.URL.RawQuery = query
	return r
}

func apiTexts(t *testing.T, o *office, p *program) {
	p.does("GET", "/textes", nil, nil)
	var table observatory.TextTable
	p.does("GET", "/textes/publications", nil, &table)
	lines, was := len(table.Rows), table.Dataset
	study := fields{"programme": "ARPEA", "title": "Étude synthétique", "kind": "study", "date": "2025-13", "source_address": "https://exemple.test/e"}
	p.refuses(422, "date", "POST", "/textes/publications", fields{"dataset": was, "line": 0, "cells": study})
	p.refuses(422, "etat", "POST", "/textes/publications", fields{"dataset": was, "line": 0, "cells": fields{"etat": "x"}})
	study["date"] = "2025-11"
	p.does("POST", "/textes/publications", fields{"dataset": was, "line": 0, "cells": study}, &table)
	if len(table.Rows) != lines+1 {
		t.Errorf("%d lines after %d", len(table.Rows), lines)
	}
	p.refuses(409, "Claire a modifié ceci entre-temps", "POST", "/textes/publications", fields{"dataset": was, "line": 0, "cells": study})
	p.refuses(404, "", "POST", "/textes/publications", fields{"dataset": table.Dataset, "line": lines + 9, "cells": study})
	p.does("POST", "/textes/publications", fields{"dataset": table.Dataset, "line": lines + 1}, &table)
	if len(table.Rows) != lines {
		t.Errorf("%d lines after one was taken away of %d", len(table.Rows), lines+1)
	}
	p.refuses(404, "", "GET", "/textes/absent", nil)

	p.does("GET", "/listes", nil, nil)
	var list struct {
		Text           string
		Version, Terms any
	}
	p.does("GET", "/listes/audience", nil, &list)
	text := strings.TrimSuffix(list.Text, "\n")
	line := map[string]string{"taxonomy": "audience", "code": "voisins", "label_fr": "Voisins", "label_en": "Neighbours", "position": "99", "status": "ours"}
	var cells []string
	for _, name := range strings.Split(strings.SplitN(text, "\n", 2)[0], ",") {
		cells = append(cells, line[name])
	}
	p.refuses(422, "", "POST", "/listes", fields{"version": list.Version, "text": "taxonomy,code\n"})
	p.does("POST", "/listes", fields{"version": list.Version, "text": text + "\n" + strings.Join(cells, ",") + "\n"}, nil)
	p.refuses(409, "Claire a modifié ceci entre-temps", "POST", "/listes", fields{"version": list.Version, "text": list.Text})
	p.refuses(404, "", "GET", "/listes/absente", nil)
}

func apiSpecifications(t *testing.T, o *office, p *program) {
	p.does("GET", "/specifications", nil, nil)
	var spec struct {
		ID, State string
		Version   int
		Faults    []observatory.SpecFault
	}
	var read struct {
		Text string
		Row  struct{ Version int }
	}
	p.does("GET", "/specifications/"+observatory.EmbeddedSpec, nil, &read)
	text := read.Text
	wrong := strings.Replace(text, "emp_unemployment_rate", "emp_inconnu", 1)
	p.refuses(409, "", "POST", "/specifications/"+observatory.EmbeddedSpec, fields{"version": 0, "name": "x", "text": text})
	p.does("POST", "/specifications", fields{"name": "Essai", "text": wrong}, &spec)
	at := "/specifications/" + spec.ID
	if len(spec.Faults) != 1 || spec.State != string(account.Draft) {
		t.Errorf("%+v", spec.Faults)
	}
	p.refuses(422, "faute", "POST", at+"/calculer", nil)
	p.refuses(422, "emp_inconnu", "POST", at+"/retenir", fields{"version": spec.Version})
	p.does("POST", at, fields{"version": spec.Version, "name": "Essai", "note": "d’un programme", "text": text}, &spec)
	if p.does("GET", at, nil, &read); read.Row.Version != spec.Version || read.Text != text {
		t.Errorf("read as version %d", read.Row.Version)
	}
	p.refuses(409, "", "POST", at, fields{"version": spec.Version - 1, "name": "Autre", "text": text})
	p.refuses(422, "name", "POST", at, fields{"version": spec.Version, "name": "", "text": text})
	p.refuses(422, "turn", "POST", at, fields{"version": spec.Version, "name": "a", "text": text, "turn": 3})
	p.does("POST", at+"/retenir", fields{"version": spec.Version}, &spec)
	p.refuses(409, "", "POST", at+"/supprimer", fields{"version": spec.Version})
	var asked apiAsked
	p.does("POST", at+"/calculer", nil, &asked)
	run := "/travaux/" + asked.Run
	var body apiRunBody
	p.does("GET", run, nil, &body)
	if body.Kind != observatory.ComputeRun || body.State != "waiting" {
		t.Errorf("%+v", body)
	}
	p.refuses(409, "", "POST", run+"/recommencer", nil)
	p.does("POST", run+"/annuler", nil, &body)
	p.does("POST", run+"/recommencer", nil, &body)
	p.does("POST", run+"/annuler", nil, &body)
	p.does("GET", "/travaux", nil, nil)
	p.does("POST", "/specifications", fields{"name": "Autre", "text": "x"}, &spec)
	p.does("POST", "/specifications/"+spec.ID+"/supprimer", fields{"version": spec.Version}, nil)
	p.refuses(404, "", "GET", "/specifications/"+spec.ID, nil)
}

func apiEditions(t *testing.T, o *office, p *program) {
	var made observatory.Composition
	p.does("GET", "/composition", nil, &made)
	day := observatory.ParisDay(o.now)
	p.refuses(422, "", "POST", "/propositions", fields{"number": made.Number, "date": day, "embargo": o.now.Add(-time.Hour)})
	p.refuses(422, "", "POST", "/propositions", fields{"number": made.Number, "date": day, "erratum_fr": "Une seule langue."})
	p.refuses(422, "date", "POST", "/propositions", fields{"number": made.Number, "date": "demain"})
	var asked apiAsked
	p.does("POST", "/propositions", fields{"number": made.Number, "date": day, "embargo": o.now.Add(48 * time.Hour), "note": "d’un programme"}, &asked)
	if asked.Run == "" {
		t.Error("no run is named")
	}
	p.does("POST", "/travaux/"+asked.Run+"/annuler", nil, nil)
	mine := o.propose(p.actor, "2026-8", "2026-1", o.now.Add(time.Hour))
	another := o.propose(journal.PersonActor("autre"), "2026-9", "2026-1", o.now.Add(time.Hour))
	p.does("GET", "/propositions", nil, nil)
	p.does("GET", "/propositions/"+mine.ID, nil, nil)
	p.refuses(403, "eule la personne", "POST", "/propositions/"+another.ID+"/retirer", nil)
	var c observatory.Candidate
	p.does("POST", "/propositions/"+mine.ID+"/retirer", nil, &c)
	if c.State != account.Withdrawn {
		t.Errorf("%+v", c)
	}
	p.refuses(404, "", "POST", "/propositions/"+mine.ID+"/retirer", nil)
	for _, verb := range []string{"approuver", "refuser"} {
		if w := p.do(httptest.NewRequest("POST", apiPath+"/propositions/"+another.ID+"/"+verb, nil), p.header...); w.Code != 405 && w.Code != 404 {
			t.Errorf("%s by a program: %d", verb, w.Code)
		}
	}
	p.refuses(422, "erratum_en", "POST", "/propositions/2026-1/erratum", fields{"erratum_fr": "Lire 12 au lieu de 21."})
	p.does("POST", "/propositions/2026-1/erratum", fields{"erratum_fr": "Lire 12 au lieu de 21.", "erratum_en": "Read 12 instead of 21."}, &c)
	if len(c.Errata) != 1 {
		t.Errorf("%+v", c.Errata)
	}
}

// TestAPIBodies: a body that is not of its kind, cut, too large, too deep or that
// can be read in two ways is refused by every operation that writes, and nothing
// is done.
func TestAPIBodies(t *testing.T) {
	o := newOffice(t)
	p := o.program(o.newPerson("Toute", everyRole...), allScopes()...)
	known, before := o.known(), 0
	last := func() int { return len(must(o.db.Journal(t.Context(), store.JournalFilter{Most: 100_000}))) }
	deep := strings.Repeat(`{"a":`, mostDepth+1) + "1" + strings.Repeat("}", mostDepth+1)
	cases := []struct {
		name, kind, body string
		want             int
	}{
		{"no kind", "", `{}`, 415},
		{"text", "text/plain", `{}`, 415},
		{"a form", "application/x-www-form-urlencoded", `version=1`, 415},
		{"another charset", "application/json; charset=utf-16", `{}`, 415},
		{"not JSON", jsonKind, `version=1`, 422},
		{"empty", jsonKind, ``, 422},
		{"cut", jsonKind, `{"version":1`, 422},
		{"two values", jsonKind, `{"version":1} {"version":2}`, 422},
		{"twice", jsonKind, `{"version":1,"version":2}`, 422},
		{"twice by case", jsonKind, `{"version":1,"Version":2}`, 422},
		{"twice inside", jsonKind, `{"cells":{"a":"1","a":"2"}}`, 422},
		{"another case", jsonKind, `{"VERSION":1,"TEXT":"a"}`, 422},
		{"deep", jsonKind, deep, 422},
		{"deep list", jsonKind, strings.Repeat("[", 100000), 422},
		{"not UTF-8", jsonKind, "{\"text\":\"\xff\"}", 422},
		{"unknown", jsonKind, `{"inconnu":1}`, 422},
		{"a list", jsonKind, `[]`, 422},
		{"null", jsonKind, `null`, 422},
		{"of another type", jsonKind, `{"version":"1","text":3,"name":null,"reason":[],"number":{},"dataset":1,"erratum_fr":true}`, 422},
	}
	writes := 0
	for pattern, op := range operations(o.Server) {
		method, path := split(pattern)
		if method != http.MethodPost {
			continue
		}
		writes++
		for _, x := range known[pattern] {
			if slices.Contains(account.Matrix[o.entries[pattern].Action].States, x.Object.State) {
				path = x.Path
			}
		}
		before = last()
		for _, c := range cases {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(c.body))
			if c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
			}
			want := c.want
			if op.RequestBody == nil {
				want = 422
			} else if op.RequestBody.Content[partsKind] != nil {
				want = 415
			}
			if op.RequestBody == nil && c.body == "" {
				continue // as it should be
			}
			if code, f := p.send(r, nil); code != want {
				t.Errorf("%s, %s: %d %s; want %d", pattern, c.name, code, f.What, want)
			}
		}
		most := o.entries[pattern].Body
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"text":"`))
		r.Header.Set("Content-Type", jsonKind)
		if r.ContentLength = most + 1; o.nobody().do(r).Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s takes more than its %d bytes", pattern, most)
		}
		if op.RequestBody == nil || op.RequestBody.Content[partsKind] != nil {
			continue
		}
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"text":"`+strings.Repeat("a", int(most))+`"}`))
		r.Header.Set("Content-Type", jsonKind)
		r.ContentLength = -1
		if code, _ := p.send(r, nil); code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s, a body without length: %d; want 413", pattern, code)
		}
		if last() != before {
			t.Errorf("%s did something of what it refused", pattern)
		}
	}
	if writes < 15 {
		t.Errorf("%d operations write", writes)
	}
}

package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/index"
	"vigie/job"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

func init() { examples = append(examples, specExamples) }

// specExamples are a draft and a specification that was kept.
func specExamples(o *office) map[string][]example {
	text := must(observatory.StarterSpec(false))
	draft := must(o.db.PutSpec(o.Context(), store.SpecInput{Name: "Brouillon", Text: text, By: journal.System}, o.now))
	kept := must(o.db.PutSpec(o.Context(), store.SpecInput{Name: "Retenue", Text: text, By: journal.System}, o.now))
	kept = must(o.db.KeepSpec(o.Context(), journal.System, kept.ID, kept.Version, o.now))
	out := map[string][]example{}
	for _, one := range []struct {
		id    string
		state account.State
	}{{draft.ID, account.Draft}, {kept.ID, account.Kept}, {observatory.EmbeddedSpec, account.Kept}} {
		here := specPath + "/" + one.id
		add := func(method, tail string, o account.Object, form ...string) {
			pattern := method + " " + specPath + "/{id}" + tail
			out[pattern] = append(out[pattern], example{Path: here + tail, Form: form, Object: o})
		}
		state := account.Object{State: one.state}
		add("GET", "", state)
		add("GET", "/essai", state)
		add("GET", "/effet", state)
		add("POST", "", state, "nom", "Essai", "texte", "version = 1", "version", "1")
		add("POST", "/choix", state, "version", "1")
		add("POST", "/retenir", state, "version", "1")
		add("POST", "/supprimer", state, "version", "9")
		add("POST", "/effet", account.Object{})
		add("POST", "/calculer", account.Object{})
	}
	return out
}

// realOffice is a back office on a copy of the real observatory.
func realOffice(t testing.TB) *office {
	t.Helper()
	w := observatorytest.Copy(t)
	o := newOffice(t, func(c *Config) {
		c.Office.DB, c.Office.Library = w.DB, observatory.NewLibrary(w.DB)
		c.Edition = c.Office.Library.Edition
	})
	o.db = w.DB
	o.Office.Walk = func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
		return &observatory.Walk{DB: w.DB, Now: o.now, Version: observatorytest.Version, Tell: tell, By: by}
	}
	return o
}

// work does the runs that wait, and returns the last one that somebody asked for.
func (o *office) work() store.RunRow {
	o.Helper()
	ctx, stop := context.WithCancel(o.Context())
	done := make(chan struct{})
	shop := &observatory.Shop{DB: o.db, Walk: o.Office.Walk, Now: func() time.Time { return o.now }, Log: slog.New(slog.DiscardHandler), Poll: 5 * time.Millisecond}
	go func() { defer close(done); shop.Run(ctx) }()
	defer func() { stop(); <-done }()
	for range 4000 {
		rows, err := o.db.Runs(o.Context(), store.RunFilter{})
		if err != nil {
			o.Fatal(err)
		}
		for _, row := range rows {
			if row.By != journal.System && (row.State == job.Done || row.State == job.Failed) {
				return row
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.Fatal("the run does not end")
	return store.RunRow{}
}

// location is where an answer sends to.
func location(w *httptest.ResponseRecorder) string { return w.Header().Get("Location") }

// TestSpecDay is the day of an analyst who doubles the weight of employment:
// draft, choices, faults in place, effect, kept.
func TestSpecDay(t *testing.T) {
	o := realOffice(t)
	b := o.as(o.newPerson("Anne", "analyst"))
	b.want(b.get(specPath), http.StatusOK, "Spécification embarquée", "Spécification de l’édition 2026-1", "celle qui est calculée")
	at := location(b.post(specPath, "depuis", observatory.EmbeddedSpec))
	page := b.get(at)
	b.want(page, http.StatusOK, "Copie de", "Poids des domaines", "[[indicator]] code", "emp_activity_rate")
	form := choicesSent(t, b, at)
	form["poids-EMP"] = []string{"2"}
	form["version_texte"] = []string{"emploi-double"}
	w := b.postForm(at+"/choix", form)
	b.leadsTo(w, at)
	want := must(index.Amend("t", must(observatory.StarterSpec(false)), index.Amendment{Version: "emploi-double", Weights: map[string]float64{"EMP": 2}}))
	var body specBody
	if err := json.Unmarshal(b.get(at+".json").Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if body.Text != string(want) || len(body.Faults) > 0 {
		t.Fatalf("the text is not the one amended (%d bytes, %d; faults %v)", len(body.Text), len(want), body.Faults)
	}
	w = b.postForm(at+"/choix", form) // from the page of before
	b.want(w, http.StatusConflict, "entre-temps")
	wrong := strings.Replace(body.Text, "emp_unemployment_rate", "emp_inconnu", 1)
	b.leadsTo(b.post(at, "nom", "Emploi", "note", "pour voir", "texte", wrong, "version", "2"), at)
	b.want(b.get(at), http.StatusOK, `id="ligne-22"`, "emp_inconnu", "Une faute dans le texte")
	b.want(b.post(at+"/effet", "donnees", "edition"), http.StatusUnprocessableEntity, "ne faute est à corriger")
	b.want(b.post(at+"/retenir", "version", "3"), http.StatusUnprocessableEntity, "emp_inconnu")
	b.leadsTo(b.post(at, "nom", "Emploi", "note", "pour voir", "texte", strings.ReplaceAll(body.Text, "\n", "\r\n"), "version", "3"), at)
	b.want(b.get(at+"/essai"), http.StatusOK, "Régions", "aucune valeur à ce niveau")
	b.want(b.get(at+"/effet"), http.StatusOK, "pas encore été mesuré")
	asked := location(b.post(at+"/effet", "donnees", "edition"))
	b.want(b.get(asked), http.StatusOK, "data-progress")
	if run := o.work(); run.State != job.Done {
		t.Fatalf("the run: %+v", run)
	}
	b.want(b.get(asked), http.StatusOK, "Face à l’édition 2026-1", "12", "<svg", "/territoires/DEP-")
	var effect struct{ Part effectPart }
	if err := json.Unmarshal(b.get(at+"/effet.json?niveau=departement").Body.Bytes(), &effect); err != nil {
		t.Fatal(err)
	}
	content := observatorytest.Content(t)
	other := must(content.Reweigh("departement", map[string]float64{"EMP": 2}))
	for i, u := range effect.Part.Units {
		if c := other.Index.Cells[i]; u.NewPlace != c.Place || u.NewClass != c.Step {
			t.Errorf("%s: place %d, class %d; want %d, %d", u.Code, u.NewPlace, u.NewClass, c.Place, c.Step)
		}
	}
	b.leadsTo(b.post(at+"/retenir", "version", "4"), at)
	b.want(b.get(at), http.StatusOK, "celle qui est calculée")
	b.want(b.post(at, "nom", "Emploi", "texte", "x", "version", "5"), http.StatusConflict, "des calculs en dépendent")
	b.want(b.get(computationPath), http.StatusOK, "à refaire", "Une autre spécification est retenue")
	asked = location(b.post(at + "/calculer"))
	b.want(b.get(asked), http.StatusOK, "data-progress")
	if runs := must(o.db.Runs(o.Context(), store.RunFilter{Kind: observatory.ComputeRun})); len(runs) != 1 || runs[0].What != "Emploi" || runs[0].By.Person() == "" {
		t.Errorf("runs: %+v", runs)
	}
	if rows := must(o.db.Editions(o.Context())); len(rows) != 1 {
		t.Errorf("%d editions", len(rows))
	}
}

// choicesSent is what a browser sends of the form of the choices as it stands.
func choicesSent(t *testing.T, b *browser, at string) map[string][]string {
	t.Helper()
	one, text, err := b.Office.Walk("", nil).Specification(b.Context(), strings.TrimPrefix(at, specPath+"/"))
	if err != nil {
		t.Fatal(err)
	}
	read := must(b.Office.Walk("", nil).ReadSpec(b.Context(), text))
	form := map[string][]string{"version": {"1"}}
	for _, f := range choiceForm(&visitor{words: words{"fr"}}, &one, string(text), read).Fields {
		switch f.Kind {
		case "select", "checks":
			for _, o := range f.Options {
				if o.Selected {
					form[f.Name] = append(form[f.Name], o.Value)
				}
			}
		default:
			form[f.Name] = []string{f.Value}
		}
	}
	return form
}

// TestSpecReader reads, and changes nothing.
func TestSpecReader(t *testing.T) {
	o := newOffice(t)
	draft := must(o.db.PutSpec(o.Context(), store.SpecInput{Name: "Brouillon <b>", Text: []byte("version = \"<script>\"\nx = \n"), By: journal.System}, o.now))
	b := o.as(o.newPerson("Lise", "reader"))
	w := b.get(specPath + "/" + draft.ID)
	b.want(w, http.StatusOK, "ligne 2", "&lt;script&gt;")
	for _, not := range []string{"<script>\"", "<textarea", "Retenir"} {
		if strings.Contains(w.Body.String(), not) {
			t.Errorf("the page of a reader holds %q", not)
		}
	}
	b.want(b.post(specPath+"/"+draft.ID, "nom", "x", "texte", "y", "version", "1"), http.StatusNotFound)
	b.want(b.get(computationPath), http.StatusOK, "Rien n’est encore calculé")
	b.want(b.get(specPath+"/inconnue"), http.StatusNotFound)
}

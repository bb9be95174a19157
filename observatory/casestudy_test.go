package observatory_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/source/fetch"
	"vigie/store"
	"vigie/store/storetest"
	"vigie/territory"
)

// caseWalk is an observatory with lists and places and no edition, and two
// persons: an author and an editor.
func caseWalk(t *testing.T) (author, editor *observatory.Walk) {
	t.Helper()
	db := storetest.Open(t)
	w := observatorytest.New(db)
	if err := w.StarterReferences(t.Context()); err != nil {
		t.Fatal(err)
	}
	by := func(name string, role account.Role) *observatory.Walk {
		p := account.Person{Mail: name + "@exemple.invalid", Name: name, Lang: "fr", Grants: []account.Grant{{Role: role}}}
		row, _, err := observatory.Invite(t.Context(), db, journal.System, p, account.Invitation, w.Now)
		if err != nil {
			t.Fatal(err)
		}
		own := *w
		own.By, own.Site = journal.PersonActor(row.ID), "https://vigie.exemple.invalid"
		return &own
	}
	return by("autrice", account.Contributor), by("editeur", account.Editor)
}

func essay(title string) casestudy.Record {
	return casestudy.Record{Text: casestudy.Text{Title: title, Summary: "Une <b>fiche</b> d’essai."}, Language: "fr", Territories: []territory.Code{"COM-01001"},
		Domains: []string{"EMP"}, Sources: []casestudy.Source{{Title: "Une source", Address: "https://exemple.org/" + url.PathEscape(title)}}}
}

// must is a step that succeeds.
func must(t *testing.T) func(row store.CaseRow, err error) store.CaseRow {
	return func(row store.CaseRow, err error) store.CaseRow {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
}

// published brings a case to the readers.
func published(t *testing.T, author, editor *observatory.Walk, title string) store.CaseRow {
	t.Helper()
	ctx, ok := t.Context(), must(t)
	row, _, err := author.CreateCase(ctx, store.CaseInput{Record: essay(title)})
	if err != nil {
		t.Fatal(err)
	}
	row = ok(author.SubmitCase(ctx, row.ID, row.Version))
	row = ok(editor.TakeCase(ctx, row.ID, row.Version))
	return ok(editor.PublishCase(ctx, row.ID, row.Version))
}

// subjects lists the letters that wait or went, the first first.
func subjects(t *testing.T, db *store.DB) (all []string) {
	t.Helper()
	rows, err := db.Mail(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range slices.Backward(rows) {
		all = append(all, strings.SplitN(l.Event, ":", 2)[0]+" "+l.To)
	}
	slices.Sort(all)
	return all
}

// TestCaseActs: what is written is cleaned, where it lies is known, what is wrong
// is refused, and its author is told what becomes of it, once.
func TestCaseActs(t *testing.T) {
	author, editor := caseWalk(t)
	ctx, ok := t.Context(), must(t)
	bad := essay("Sans commune")
	bad.Territories, bad.Domains = []territory.Code{"COM-99999"}, []string{"XYZ"}
	row, _, err := author.CreateCase(ctx, store.CaseInput{Record: bad})
	if err != nil {
		t.Fatal(err) // a draft may hold faults
	}
	if _, err := author.SubmitCase(ctx, row.ID, row.Version); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "COM-99999") {
		t.Errorf("handed in with unknown codes: %v", err)
	}
	row, said, err := author.SaveCase(ctx, row.ID, row.Version, essay("Une épicerie"), "corrigée")
	if err != nil || len(said) == 0 {
		t.Fatalf("saved: %+v, %v", said, err)
	}
	if want := []string{"COM-01001", "DEP-01", "REG-84"}; !slices.ContainsFunc(row.Within, func(s string) bool { return s == want[2] }) || row.Within[0] != want[0] {
		t.Errorf("it lies in %v, want %v", row.Within, want)
	}
	row = ok(author.SubmitCase(ctx, row.ID, row.Version))
	row = ok(editor.TakeCase(ctx, row.ID, row.Version))
	row = ok(editor.ReturnCase(ctx, row.ID, row.Version, []store.CaseNoteInput{{Field: "summary", Text: "un peu court"}}))
	row = ok(author.SubmitCase(ctx, row.ID, row.Version))
	row = ok(editor.TakeCase(ctx, row.ID, row.Version))
	row = ok(editor.PublishCase(ctx, row.ID, row.Version))
	base, _, err := editor.LiveCases(ctx)
	if err != nil || base.Len() != 1 || strings.Contains(base.Entries()[0].Record.Summary, "<") {
		t.Fatalf("live: %+v, %v", base.Entries(), err)
	}
	row = ok(author.ConfirmCase(ctx, row.ID, row.Version, false))
	if row.ReviewDue != "2027-03-12" {
		t.Errorf("asked again on %s", row.ReviewDue)
	}

	theirs := base.Entries()[0].Record
	theirs.StartYear = 2015
	visitor := *author
	visitor.By = journal.Visitor
	a, err := visitor.ProposeAmendment(ctx, store.AmendmentInput{Case: row.ID, Base: row.Published, Record: theirs, Sender: "une mairie"})
	if err != nil {
		t.Fatal(err)
	}
	mine := base.Entries()[0].Record
	mine.EndYear = 2020
	if row, _, err = author.SaveCase(ctx, row.ID, row.Version, mine, ""); err != nil {
		t.Fatal(err)
	}
	both, err := editor.Amending(ctx, a.ID)
	if err != nil || len(both.Conflicts) != 0 || len(both.Changes) != 1 || both.Merged.StartYear != 2015 || both.Merged.EndYear != 2020 {
		t.Errorf("amending: %+v, %v", both, err)
	}
	row = ok(editor.MergeAmendment(ctx, a.ID, row.Version, nil))
	row = ok(author.PublishCase(ctx, row.ID, row.Version)) // rights are the caller's; here who wrote the amendment's merge is another
	if v, err := editor.DB.CaseVersion(ctx, row.ID, row.Published); err != nil || v.Record.StartYear != 2015 || v.Record.EndYear != 2020 {
		t.Errorf("published: %+v, %v", v, err)
	}
	row = ok(editor.FlagCase(ctx, row.ID, row.Version, "chiffres anciens"))
	row = ok(editor.RestoreCaseVersion(ctx, row.ID, row.Version, 2))
	row = ok(editor.ArchiveCase(ctx, row.ID, row.Version, "a cessé"))
	row = ok(editor.UnarchiveCase(ctx, row.ID, row.Version))
	other := published(t, author, editor, "Une autre")
	row = ok(editor.MergeCase(ctx, row.ID, row.Version, other.Slug))
	if row.MergedInto != other.ID {
		t.Errorf("merged into %s", row.MergedInto)
	}
	want := []string{"case.flagged autrice@exemple.invalid", "case.published autrice@exemple.invalid", "case.published autrice@exemple.invalid", "case.returned autrice@exemple.invalid"}
	if got := subjects(t, editor.DB); !slices.Equal(got, want) {
		t.Errorf("letters: %q", got)
	}
}

// TestContribute: a partner without an account, by a secret link; refused when
// something is severe, told where they said.
func TestContribute(t *testing.T) {
	author, editor := caseWalk(t)
	ctx, ok := t.Context(), must(t)
	link, row, err := editor.NewCaseLink(ctx, "les communes d’essai", "RÉSEAU", 30, 2)
	if err != nil || !strings.HasPrefix(link.Path, "/proposer/") || row.Quota != 2 {
		t.Fatal(link, row, err)
	}
	visitor := *author
	visitor.By = journal.Visitor
	c := observatory.Contribution{Code: link.Code, Record: essay("Par lien"), Contributor: store.Contributor{Name: "Une mairie", Mail: "Mairie@exemple.invalid", Lang: "fr"}}
	wrong := c
	wrong.Record.Domains = []string{"XYZ"}
	if _, _, err := visitor.Contribute(ctx, wrong); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown code: %v", err)
	}
	wrong.Code = "x"
	if _, _, err := visitor.Contribute(ctx, wrong); fault.KindOf(err) != fault.Denied {
		t.Errorf("another code: %v", err)
	}
	got, _, err := visitor.Contribute(ctx, c)
	if err != nil || got.State != casestudy.Submitted || got.Network != "RÉSEAU" || got.Author != journal.LinkActor(row.ID) {
		t.Fatalf("contributed: %+v, %v", got, err)
	}
	got = ok(editor.TakeCase(ctx, got.ID, got.Version))
	got = ok(editor.PublishCase(ctx, got.ID, got.Version))
	if letters := subjects(t, editor.DB); !slices.Contains(letters, "case.published mairie@exemple.invalid") {
		t.Errorf("letters: %q", letters)
	}
	v, err := editor.DB.CaseVersion(ctx, got.ID, 0)
	if err != nil || strings.Contains(v.Record.Summary+v.Record.Title, "mairie@") || v.Record.Contacts != nil {
		t.Errorf("the record knows who wrote it: %+v, %v", v, err)
	}
}

// TestRemindCases: once for a due day, however often it runs; the editors when
// the author has left.
func TestRemindCases(t *testing.T) {
	author, editor := caseWalk(t)
	ctx := t.Context()
	published(t, author, editor, "Ancienne")
	local := *author
	local.By = journal.LocalActor("essai")
	published(t, &local, editor, "Sans auteur")
	w := observatorytest.New(editor.DB)
	w.By = journal.System
	if r, err := w.RemindCases(ctx); err != nil || r.Due != 0 {
		t.Errorf("too early: %+v, %v", r, err)
	}
	w.Now = w.Now.AddDate(1, 0, 1)
	for n, want := range []int{2, 0} {
		if r, err := w.RemindCases(ctx); err != nil || r.Due != 2 || r.Asked != want {
			t.Errorf("time %d: %+v, %v", n, r, err)
		}
	}
	got := subjects(t, w.DB)
	for _, want := range []string{"case.asked autrice@exemple.invalid", "case.asked editeur@exemple.invalid"} {
		if !slices.Contains(got, want) {
			t.Errorf("letters %q, want %s", got, want)
		}
	}
}

// TestCaseAlerts: a person is told of what is published after they asked, once.
func TestCaseAlerts(t *testing.T) {
	author, editor := caseWalk(t)
	ctx := t.Context()
	published(t, author, editor, "Une épicerie d’avant")
	person := author.By.Person()
	for range 2 {
		if err := author.AskCaseAlert(ctx, person, url.Values{"q": {"épicerie"}, "page": {"3"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := author.AskCaseAlert(ctx, person, url.Values{"q": {"vélo"}}); err != nil {
		t.Fatal(err)
	}
	later := func(w *observatory.Walk) *observatory.Walk {
		own := *w
		own.Now = w.Now.Add(time.Hour)
		return &own
	}
	row := published(t, later(author), later(editor), "Une épicerie d’après")
	w := observatorytest.New(editor.DB)
	w.Now, w.By, w.Site = w.Now.Add(24*time.Hour), journal.System, "https://vigie.exemple.invalid"
	for n, want := range []int{1, 0} {
		if r, err := w.TellCaseAlerts(ctx); err != nil || r.Alerts != 2 || r.Told != want {
			t.Errorf("time %d: %+v, %v", n, r, err)
		}
	}
	body := letterBody(t, w.DB, "case.alert:")
	if !strings.Contains(body, "Une épicerie d’après") || strings.Contains(body, "d’avant") || !strings.Contains(body, "https://vigie.exemple.invalid/pratiques/"+row.Slug) {
		t.Errorf("the letter: %s", body)
	}
}

// letterBody is the text of the first letter of an event.
func letterBody(t *testing.T, db *store.DB, event string) string {
	t.Helper()
	for {
		task, ok, err := db.MailTable().Take(t.Context(), "essai", observatorytest.Now.AddDate(0, 1, 0), observatorytest.Now.AddDate(0, 2, 0))
		if err != nil || !ok {
			t.Fatalf("no letter %s: %v", event, err)
		}
		if l := string(task.Args); strings.Contains(l, event) {
			return l
		}
	}
}

// TestCheckCaseLinks: each address once a week, the broken ones named with their
// field, private ones never asked.
func TestCheckCaseLinks(t *testing.T) {
	author, editor := caseWalk(t)
	ctx := t.Context()
	observatory.RestBetween(t, 0)
	asked := 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.URL.Path == "/parti" {
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	r := essay("Des liens")
	r.Sources = []casestudy.Source{{Title: "a", Address: "https://exemple.org/a"}, {Title: "b", Address: "https://exemple.org/parti"}}
	row, _, err := author.CreateCase(ctx, store.CaseInput{Record: r})
	if err != nil {
		t.Fatal(err)
	}
	// What the form refuses may be in the base since long: it is put there directly.
	r.Sources[0].Address, r.Sources[1].Address = site.URL+"/ici", site.URL+"/parti"
	turn := func(row store.CaseRow) store.CaseTurn {
		return store.CaseTurn{ID: row.ID, Version: row.Version, By: editor.By, At: editor.Now}
	}
	ok := must(t)
	row = ok(editor.DB.SaveCase(ctx, turn(row), r, nil, ""))
	row = ok(editor.DB.SubmitCase(ctx, turn(row)))
	row = ok(editor.DB.TakeCase(ctx, turn(row)))
	ok(editor.DB.PublishCase(ctx, turn(row), ""))

	if got, err := editor.CheckCaseLinks(ctx, &fetch.Fetcher{}, editor.Now.Add(-time.Hour)); err != nil || got.Asked != 0 {
		t.Errorf("a case just published: %+v, %v", got, err)
	}
	if got, err := editor.CheckCaseLinks(ctx, &fetch.Fetcher{}, editor.Now); err != nil || got != (observatory.LinksResult{Asked: 2, Failing: 2}) || asked != 0 {
		t.Errorf("this machine: %+v, %v, asked %d", got, err, asked)
	}
	broken, err := editor.BrokenAddresses(ctx)
	if err != nil || len(broken) != 2 || !strings.Contains(broken[0].Fault, "réseau privé") || broken[0].Field == "" {
		t.Errorf("broken: %+v, %v", broken, err)
	}
	w := *editor
	w.Now = w.Now.Add(8 * 24 * time.Hour)
	home := &fetch.Fetcher{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for n, want := range []int{2, 0} {
		if got, err := w.CheckCaseLinks(ctx, home, w.Now); err != nil || got != (observatory.LinksResult{Asked: want, Failing: 1}) {
			t.Errorf("time %d: %+v, %v", n, got, err)
		}
	}
	broken, err = w.BrokenAddresses(ctx)
	if err != nil || len(broken) != 1 || broken[0].Address != site.URL+"/parti" || broken[0].Status != 404 || !broken[0].Failing.Equal(editor.Now) {
		t.Errorf("broken: %+v, %v", broken, err)
	}
}

// TestPutMedia: a picture is made anew and stays as long as a record names it;
// what is no picture is refused.
func TestPutMedia(t *testing.T) {
	author, _ := caseWalk(t)
	ctx := t.Context()
	if _, err := author.PutMedia(ctx, []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>`)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a drawing with a script: %v", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	m, err := author.PutMedia(ctx, b.Bytes())
	if err != nil || m.Width != 30 || m.Height != 20 {
		t.Fatalf("%+v, %v", m, err)
	}
	r := essay("Avec une image")
	m.Alt = "un carré gris"
	r.Media = []casestudy.Media{m}
	if _, _, err := author.CreateCase(ctx, store.CaseInput{Record: r}); err != nil {
		t.Fatal(err)
	}
	if _, err := author.DB.Sweep(ctx, journal.System, time.Now().AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := author.DB.Artifact(ctx, m.Artifact); err != nil {
		t.Errorf("a picture that a record names is swept: %v", err)
	}
}

package casestudy

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/data"
	"vigie/taxonomy"
	"vigie/territory"
)

// today is the day of these tests.
const today = "2026-11-23"

var shippedLists = sync.OnceValues(func() (*taxonomy.Set, error) {
	entries, err := data.FS.ReadDir("taxonomy")
	if err != nil {
		return nil, err
	}
	var all []taxonomy.Version
	for _, e := range entries {
		raw, err := data.Read("taxonomy/" + e.Name())
		if err != nil {
			return nil, err
		}
		v, err := taxonomy.ParseVersion(e.Name(), raw)
		if err != nil && e.Name() != "source_key.csv" { // the keys of sources are no list of terms
			return nil, err
		}
		if err == nil {
			all = append(all, v)
		}
	}
	return taxonomy.NewSet(all...)
})

// lists are the lists that Vigie is born with, on the day of these tests.
func lists(t testing.TB) Lists {
	t.Helper()
	set, err := shippedLists()
	if err != nil {
		t.Fatal(err)
	}
	return Lists{Terms: set, On: today}
}

// right is a record without a fault.
func right() Record {
	r := full()
	delete(r.Sections, "zzz")
	r.Media[0].Artifact = strings.Repeat("ab", 32)
	return r
}

func TestCheckOfARightRecord(t *testing.T) {
	if got := Check(right(), lists(t)); len(got) > 0 {
		t.Errorf("Check = %v", got)
	}
	if got := Check(Record{Text: Text{Title: "Un titre"}, Language: "fr"}, lists(t)); len(got) > 0 {
		t.Errorf("a draft with a title: %v", got)
	}
}

func TestCheck(t *testing.T) {
	long := strings.Repeat("a", 251)
	cases := []struct {
		what   string
		change func(*Record)
		field  string
		said   string // in What or Do
		severe bool
	}{
		{"no title", func(r *Record) { r.Title = "" }, "title", "titre absent", true},
		{"long title", func(r *Record) { r.Title = long }, "title", "251 caractères ; 250 au plus", true},
		{"markup", func(r *Record) { r.Summary = "un <b>mot</b>" }, "summary", "HTML", true},
		{"control", func(r *Record) { r.Summary = "un\x00mot" }, "summary", "invisibles", true},
		{"language", func(r *Record) { r.Language = "de" }, "language", "« de »", true},
		{"translation of itself", func(r *Record) { r.Translations["fr"] = Text{Title: "x"} }, "translations", "« fr »", true},
		{"section", func(r *Record) { r.Sections["contexte"] = "x" }, "sections.contexte", "« context »", true},
		{"domain", func(r *Record) { r.Domains[0] = "Emplois" }, "domains.1", "« EMP »", true},
		{"goal", func(r *Record) { r.SDGs[0] = 18 }, "sdgs.1", "« 18 »", true},
		{"profile", func(r *Record) { r.Actors[1].Profile = "compagny" }, "actors.2.profile", "« company »", true},
		{"role", func(r *Record) { r.Actors[0].Role = "x" }, "actors.1.role", "choisissez dans la liste", true},
		{"phase", func(r *Record) { r.Phase = "deploiement" }, "phase", "« deployment »", true},
		{"place of no form", func(r *Record) { r.Territories[0] = "25056" }, "territories.1", "« 25056 » inconnu", true},
		{"composed place", func(r *Record) { r.Territories[0] = "T-abc" }, "territories.1", "inconnu", true},
		{"place unknown", func(r *Record) { r.Territories[1] = "REG-99" }, "territories.2", "inconnu", true},
		{"twice", func(r *Record) { r.Domains = []string{"AUT", "AUT"} }, "domains.2", "deux fois", false},
		{"early", func(r *Record) { r.StartYear = 208 }, "start_year", "208", true},
		{"late", func(r *Record) { r.StartYear, r.EndYear = 2030, 0 }, "start_year", "2030", true},
		{"end before start", func(r *Record) { r.EndYear = 2001 }, "end_year", "précède", true},
		{"actor without name", func(r *Record) { r.Actors[0].Name = "" }, "actors.1.name", "sans nom", true},
		{"a person", func(r *Record) { r.Actors[0].Name = "Mme Martin" }, "actors.1.name", "personne", false},
		{"mail in text", func(r *Record) { r.Summary = "Écrire à jeanne.martin@ville.fr" }, "summary", "messagerie", false},
		{"hidden mail", func(r *Record) { r.Summary = "Écrire à contact [at] ville.fr" }, "summary", "messagerie", false},
		{"phone", func(r *Record) { r.Sections["context"] = "Appeler le 06 12 34 56 78." }, "sections.context", "téléphone", false},
		{"evidence of no source", func(r *Record) { r.Evidence[0].Source = 2 }, "evidence.1.source", "la fiche en a 1", true},
		{"evidence without unit", func(r *Record) { r.Evidence[0].Unit = "" }, "evidence.1.unit", "sans unité", false},
		{"evidence level", func(r *Record) { r.Evidence[0].Level = "mesuré" }, "evidence.1.level", "« measured »", true},
		{"claim", func(r *Record) { r.Evidence[0].Claim = "" }, "evidence.1.claim", "sans affirmation", true},
		{"effect", func(r *Record) { r.Impacts[0].Axis = "" }, "impacts.1.axis", "sans axe", true},
		{"picture without words", func(r *Record) { r.Media[0].Alt = "" }, "media.1.alt", "remplacement", true},
		{"picture of elsewhere", func(r *Record) { r.Media[0].Artifact = "https://x.fr/a.png" }, "media.1.artifact", "inconnue", true},
		{"svg", func(r *Record) { r.Media[0].Type = "image/svg+xml" }, "media.1.artifact", "inconnue", true},
		{"credit", func(r *Record) { r.Media[0].Credit = "" }, "media.1.credit", "sans crédit", false},
		{"contact without consent", func(r *Record) { r.Consent = Consent{} }, "consent", "accord", true},
		{"contact, somebody's", func(r *Record) { r.Contacts[0].Address = "mailto:jeanne.martin@regie.fr" }, "contacts.1.address", "personne", false},
		{"contact, ill written", func(r *Record) { r.Contacts[0].Address = "mailto:regie" }, "contacts.1.address", "mal écrite", true},
		{"contact, script", func(r *Record) { r.Contacts[0].Address = "javascript:alert(1)" }, "contacts.1.address", "https", true},
		{"source, private", func(r *Record) { r.Sources[0].Address = "http://192.168.1.1/a" }, "sources.1.address", "privée", true},
		{"source date", func(r *Record) { r.Sources[0].Date = "2021-02-30" }, "sources.1.date", "2021-02-30", true},
		{"source of tomorrow", func(r *Record) { r.Sources[0].Date = "2026-11-24" }, "sources.1.date", "2026-11-24", true},
		{"source without title", func(r *Record) { r.Sources[0].Title = "" }, "sources.1.title", "sans titre", true},
		{"licence", func(r *Record) { r.Licence = "libre" }, "licence", "« libre »", true},
		{"consent month", func(r *Record) { r.Consent.On = "2026-01" }, "consent.on", "2026-01", true},
		{"consent of nobody", func(r *Record) { r.Consent.By = "" }, "consent.by", "sans organisation", true},
	}
	in := lists(t)
	in.Place = func(c territory.Code) bool { return c != "REG-99" }
	for _, c := range cases {
		r := right()
		c.change(&r)
		got := Check(r, in)
		at := slices.IndexFunc(got, func(f Fault) bool { return f.Field == c.field })
		if at < 0 || !strings.Contains(got[at].What+got[at].Do, c.said) || got[at].Severe != c.severe || got[at].Do == "" {
			t.Errorf("%s: %+v; want %q of %s", c.what, got, c.said, c.field)
		}
	}
}

func TestTermsInForce(t *testing.T) {
	v, err := taxonomy.ParseVersion("phase", []byte("taxonomy,code,label_fr,label_en,parent,position,status,valid_from,valid_to,source\n"+
		"evaluation_phase,rd,R&D,R&D,,1,ours,,2020-12-31,\n"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := taxonomy.NewSet(v)
	if err != nil {
		t.Fatal(err)
	}
	r := Record{Text: Text{Title: "x"}, Language: "fr", Phase: "rd"}
	if got := Check(r, Lists{Terms: set, On: "2020-06-01"}); len(got) > 0 {
		t.Errorf("in force: %v", got)
	}
	if got := Check(r, Lists{Terms: set, On: today}); len(got) != 1 || !strings.Contains(got[0].What, "en vigueur") {
		t.Errorf("past: %v", got)
	}
}

func TestRefusedAddress(t *testing.T) {
	for _, a := range []string{
		"https://www.ville.fr/a?b=c#d", "http://xn--trs-vma.fr/", "https://8.8.8.8/", "https://[2001:4860:4860::8888]/", "https://ville.fr:8443/", "https://été.fr/",
	} {
		if what, _ := refusedAddress(a); what != "" {
			t.Errorf("%s: %s", a, what)
		}
	}
	for _, a := range []string{
		"", "ville.fr", "//ville.fr", "ftp://ville.fr", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "https://", "https:///a",
		"http://localhost/", "http://LOCALHOST:8080", "http://a.localhost", "http://nas.local", "http://intranet/", "http://x.internal./",
		"http://127.0.0.1/", "http://10.0.0.1", "http://172.16.0.1", "http://192.168.0.1", "http://169.254.169.254/latest", "http://100.64.0.1", "http://0.0.0.0",
		"http://2130706433/", "http://0x7f000001", "http://0x7f.1", "http://127.1", "http://0177.0.0.1", "http://224.0.0.1", "http://255.255.255.255",
		"http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://[fc00::1]", "http://[::]", "http://[64:ff9b::7f00:1]", "http://[fe80::1%25eth0]/",
		"https://user:pass@ville.fr/", "https://ville.fr/a b", "https://ville.fr/\n", "http://[::1", "https://ville.fr/\"onclick=",
	} {
		if what, do := refusedAddress(a); what == "" || do == "" {
			t.Errorf("%q is not refused", a)
		}
	}
}

func TestSameAddress(t *testing.T) {
	for _, a := range []string{"http://Ville.fr/a/", "https://www.ville.fr/a#b", " https://ville.fr/a?utm_source=x&fbclid=1 "} {
		if got := sameAddress(a); got != "ville.fr/a" {
			t.Errorf("sameAddress(%q) = %q", a, got)
		}
	}
	if sameAddress("https://ville.fr/a?id=1") == sameAddress("https://ville.fr/a?id=2") {
		t.Error("two pages are one")
	}
}

func TestDated(t *testing.T) {
	for s, want := range map[string]bool{
		"2024": true, "2024-10": true, "2024-02-29": true, "2023-02-29": false, "2024-13": false, "2024-00": false, "2024-04-31": false,
		"": false, "24": false, "2024-1": false, "2024-10-31T08:00": false, "1799": false, "2000-02-29": true, "1900-02-29": false,
	} {
		if dated(s) != want {
			t.Errorf("dated(%q) = %v", s, !want)
		}
	}
}

// Faults come in one order, whatever that of the languages in memory.
func TestCheckOfManyLanguages(t *testing.T) {
	r := right()
	for _, l := range []string{"de", "es", "it", "nl", "pt"} {
		r.Translations[l] = Text{Title: "x"}
	}
	want := Check(r, lists(t))
	for range 20 {
		if d := cmp.Diff(want, Check(r, lists(t))); d != "" {
			t.Fatal(d)
		}
	}
}

// Any record is judged, the same way each time, and each fault says what to do.
func TestCheckProperties(t *testing.T) {
	in := lists(t)
	rapid.Check(t, func(t *rapid.T) {
		r := record(t, "record")
		r.Summary = rapid.String().Draw(t, "text")
		r.Sources = append(r.Sources, Source{Title: "x", Address: rapid.String().Draw(t, "address")})
		got := Check(r, in)
		if d := cmp.Diff(got, Check(r, in)); d != "" {
			t.Fatal(d)
		}
		for _, f := range got {
			if f.What == "" || f.Do == "" || f.Field == "" {
				t.Fatalf("%+v", f)
			}
		}
		clean, _ := Clean(r)
		for _, f := range Check(clean, in) {
			if strings.Contains(f.What, "HTML") || strings.Contains(f.What, "invisibles") {
				t.Fatalf("%+v in a clean record", f)
			}
		}
	})
}

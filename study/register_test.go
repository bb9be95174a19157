package study_test

import (
	"slices"
	"strings"
	"testing"

	"vigie/study"
	"vigie/taxonomy"
)

func registerFiles(tb testing.TB) study.RegisterFiles {
	return study.RegisterFiles{Studies: read(tb, "published/studies.csv"), Events: read(tb, "published/events.csv"), Partners: read(tb, "published/partners.csv")}
}

func register(tb testing.TB) *study.Register {
	tb.Helper()
	r, err := study.ParseRegister(registerFiles(tb), lists(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestRegister(t *testing.T) {
	r := register(t)
	if len(r.Waves()) != 31 || len(r.Events()) != 7 || len(r.Partners()) != 29 {
		t.Fatalf("%d waves, %d events, %d partners", len(r.Waves()), len(r.Events()), len(r.Partners()))
	}
	w, ok := r.Wave("IT-Elus-locaux-2024")
	if !ok || w.SampleSize != 302 || w.Mode != "phone" || w.FieldStart.Start != "2024-09-30" || w.FieldEnd.Start != "2024-10-28" || w.Slug() != "impacts-trajectoires-elus-locaux" {
		t.Errorf("%+v", w)
	}
	if w, _ := r.Wave("PHARE-Citoyens-2015"); w.SampleSize != 2000 || w.SampleQualifier != ">" || w.Mode != "" || !slices.Equal(w.Sources, []string{"PC1 PC2"}) {
		t.Errorf("%+v", w)
	}
	s, ok := r.Study("impact-citoyens")
	if !ok || s.Last().ID != "IMPACT-Citoyens-2019" || s.Last().ComparableWith != "PHARE-Citoyens-2015" {
		t.Errorf("%+v", s)
	}
	s, _ = r.Study("impact-elus-locaux")
	if all := r.EventsOf(s); len(all) != 1 || all[0].ID != "diner-elus-entreprises-3" || !slices.Equal(all[0].Participants, []string{"local_authority", "company"}) {
		t.Errorf("%+v", all)
	}
	if all := r.PartnersOf(s); len(all) != 1 || all[0].Organisation != "OpinionWay" {
		t.Errorf("%+v", all)
	}
	if all := r.EventsAt("REG-76"); len(all) != 1 || all[0].Date.Precision != study.NoDate || !all[0].Past("2026-11-23") {
		t.Errorf("%+v", all)
	}
	if _, ok := r.Study("nulle-part"); ok {
		t.Error("a study nobody wrote")
	}
}

// Every source of the register is an address, a key of the list of sources, or
// several keys.
func TestRegisterSources(t *testing.T) {
	set := lists(t)
	check := func(id string, sources []string) {
		for _, s := range sources {
			if strings.HasPrefix(s, "http") {
				continue
			}
			for key := range strings.FieldsSeq(s) {
				if _, ok := set.Term("source_key", key); !ok {
					t.Errorf("%s: source %q", id, key)
				}
			}
		}
	}
	r := register(t)
	for _, w := range r.Waves() {
		check(w.ID, w.Sources)
		if w.Status == taxonomy.Ours || w.Title.EN == "" || w.Note.FR != "" && w.Note.EN == "" || w.Design.FR != "" && w.Design.EN == "" {
			t.Errorf("%s: %q %q", w.ID, w.Status, w.Title)
		}
	}
	for _, e := range r.Events() {
		check(e.ID, e.Sources)
	}
	for _, p := range r.Partners() {
		check(p.ID, p.Sources)
	}
}

func TestWaveOf(t *testing.T) {
	r, f := register(t), figures(t)
	for id, want := range map[string]string{"F007": "PHARE-Citoyens-2015", "F067": "PHARE-Entreprises-2015", "F068": "PHARE-Associations-2015", "F070": "PHARE-Institutions-2016",
		"F051": "PHARE-Centre-Val-de-Loire-2016", "F072": "IMPACT-Occitanie-2019", "F101": "IMPACT-Synthese-2023", "F102": "IT-Elus-locaux-2024", "F110": "Dialogues-gouvernance-2025", "F003": "", "F063": "", "F075": ""} {
		p, _ := f.Figure(id)
		w, ok := r.WaveOf(p)
		if got := func() string {
			if ok {
				return w.ID
			}
			return ""
		}(); got != want {
			t.Errorf("%s comes from %q, want %q", id, got, want)
		}
	}
}

// Two waves of one study take the figures of their date; a date that is
// neither's is told apart from both.
func TestWaveOfSeveral(t *testing.T) {
	line := "W%,IMPACT,,Suivi,Suivi,Follow-up,citizens,,,DATE,,,,,,,,FR,,,,pub,,,SEED\n"
	head, _, _ := strings.Cut(string(read(t, "published/studies.csv")), "\n")
	text := head + "\n" + strings.NewReplacer("%", "1", "DATE", "2020-05").Replace(line) + strings.NewReplacer("%", "2", "DATE", "2022-05-03").Replace(line)
	r, err := study.ParseRegister(study.RegisterFiles{Studies: []byte(text)}, lists(t))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := r.Study("suivi"); !ok || len(s.Waves) != 2 || s.Last().ID != "W2" {
		t.Fatalf("%+v", s)
	}
	for date, want := range map[string]string{"2020-05": "W1", "2022-05": "W2", "2021": ""} {
		d, _ := study.ParseDate(date)
		w, ok := r.WaveOf(&study.PublishedFigure{Study: "Suivi", Audience: "citizens", Date: d})
		if ok != (want != "") || ok && w.ID != want {
			t.Errorf("%s: %v %v", date, w, ok)
		}
	}
}

// The text of each file with one cell changed, and what is said of it.
func TestRegisterFaults(t *testing.T) {
	all := registerFiles(t)
	for _, c := range []struct{ file, old, new, want string }{
		{"studies", "IMPACT-Citoyens-2019,IMPACT", "IMPACT Citoyens,IMPACT", "studies.csv, ligne 16, colonne « id » : identifiant « IMPACT Citoyens » refusé"},
		{"studies", "IMPACT-Citoyens-2019,IMPACT", "PHARE-Citoyens-2015,IMPACT", "déjà donné ligne 7"},
		{"studies", "2019-10-01", "1er octobre", "colonne « published » : date « 1er octobre » refusée"},
		{"studies", ",2400,", ",environ 2400,", "colonne « sample_size »"},
		{"studies", ",phone,", ",fax,", "colonne « mode » : « fax » inconnu"},
		{"studies", "2024-10-28", "2024-09-01", "colonne « field_end » : fin « 2024-09-01 » avant le début « 2024-09-30 »"},
		{"studies", "REG-76", "76", "colonne « territories » : territoire « 76 » refusé"},
		{"studies", ",ARPEA-citizens,", ",IMPACT-debates,", "colonne « phase » : « IMPACT-debates » est une phase du programme « IMPACT »"},
		{"studies", ",PHARE-Citoyens-2015,,", ",PHARE-Habitants,,", "colonne « comparable_with » : étude « PHARE-Habitants » inconnue"},
		{"studies", "report=https://fdocuments", "rapport=https://fdocuments", "colonne « documents »"},
		{"studies", "report=https://fdocuments", "report=javascript:", "colonne « documents »"},
		{"studies", ",pub,,,SIT", ",sure,,,SIT", "colonne « status » : « sure » inconnu"},
		{"studies", ",pub,,,SIT", ",pub,,,", "colonne « source » : ligne sans source"},
		{"studies", "ARPEA-Associations,ARPEA-Associations :", "???,ARPEA-Associations :", "colonne « study »"},
		{"studies", "citizens+local_elected", "citizens+senators", "colonne « audience » : « senators » inconnu"},
		{"events", ",colloquium,", ",banquet,", "events.csv, ligne 3, colonne « kind » : « banquet » inconnu"},
		{"events", ",colloquium,", ",,", "colonne « kind » : cellule vide"},
		{"events", "2018-01-12,,", "2018-01-12,2018-01-11,", "colonne « date_end »"},
		{"events", "2018-01-12,,", "2018-01-12,,9h", "colonne « hour » : heure « 9h » refusée"},
		{"events", "2017-11,,", "2017-11,,09:30", "colonne « hour »"},
		{"events", "IMPACT-Synthese-2023", "IMPACT-Synthese", "colonne « studies » : étude « IMPACT-Synthese » inconnue"},
		{"events", "local_authority+company", "local_authority+press", "colonne « participants »"},
		{"events", ",,,pub,adresse complète", ",perdu,,pub,adresse complète", "colonne « state »"},
		{"events", ",,,pub,adresse complète", ",,-1,pub,adresse complète", "colonne « sequence »"},
		{"partners", "ARPEA-Associations-2009,,,https", "ARPEA-Associations,,,https", "partners.csv, ligne 6, colonne « studies »"},
		{"partners", ",founder,", ",godfather,", "colonne « kind »"},
		{"partners", "Avise,study", ",study", "colonne « organisation » : cellule vide"},
		{"partners", "cofondateur et pilote", "", "colonne « role_fr » : cellule vide"},
	} {
		f := all
		of := map[string]*[]byte{"studies": &f.Studies, "events": &f.Events, "partners": &f.Partners}[c.file]
		text := strings.Replace(string(*of), c.old, c.new, 1)
		if text == string(*of) {
			t.Errorf("%q is not in %s", c.old, c.file)
			continue
		}
		*of = []byte(text)
		if _, err := study.ParseRegister(f, lists(t)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %q: %v, want %q", c.file, c.new, err, c.want)
		}
	}
}

func TestRegisterOfNothing(t *testing.T) {
	r, err := study.ParseRegister(study.RegisterFiles{}, lists(t))
	if err != nil || len(r.Studies())+len(r.Events())+len(r.Partners()) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, ok := (&study.Register{}).WaveOf(&study.PublishedFigure{Study: "PHARE-Citoyens"}); ok {
		t.Error("an edition without register knows a wave")
	}
}

func TestEventPast(t *testing.T) {
	for _, c := range []struct {
		date, end string
		want      bool
	}{{"2026-11-22", "", true}, {"2026-11-23", "", false}, {"2026-11-22", "2026-11-24", false}, {"2026-11", "", false}, {"2026-10", "", true},
		{"2026", "", false}, {"2018/2022", "", true}, {"2025/2026", "", false}, {"", "", true}} {
		e := study.Event{}
		e.Date, _ = study.ParseDate(c.date)
		e.End, _ = study.ParseDate(c.end)
		if got := e.Past("2026-11-23"); got != c.want {
			t.Errorf("%s %s: %v", c.date, c.end, got)
		}
	}
}

func FuzzRegister(f *testing.F) {
	set := lists(f)
	all := registerFiles(f)
	f.Add(all.Studies, all.Events, all.Partners)
	f.Add([]byte("id\n"), []byte("\xff"), []byte(""))
	f.Fuzz(func(t *testing.T, studies, events, partners []byte) {
		r, err := study.ParseRegister(study.RegisterFiles{Studies: studies, Events: events, Partners: partners}, set)
		if err != nil {
			return
		}
		for _, s := range r.Studies() {
			if len(s.Waves) == 0 || s.Slug == "" {
				t.Errorf("%+v", s)
			}
		}
		for _, e := range r.Events() {
			if !e.Past("9999-12-31") && e.Last().SortKey() < "9999" {
				t.Errorf("%+v", e)
			}
		}
	})
}

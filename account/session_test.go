package account

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/fault"
)

func TestSessionAlive(t *testing.T) {
	cases := []struct {
		created, seen time.Duration // before now
		disabled      bool
		want          bool
	}{
		{0, 0, false, true},
		{11*time.Hour + 59*time.Minute, time.Hour, false, true},
		{12 * time.Hour, 0, false, false},
		{3 * time.Hour, 2*time.Hour - time.Second, false, true},
		{3 * time.Hour, 2 * time.Hour, false, false},
		{0, 0, true, false},
		{-time.Minute, -time.Minute, false, true},        // the clock of another node
		{-24 * time.Hour, -24 * time.Hour, false, false}, // a clock put back by a day
		{time.Hour, -24 * time.Hour, false, true},        // seen under a clock that was ahead
	}
	for _, c := range cases {
		s := Session{Person: Person{ID: "p", Disabled: c.disabled}, Created: at.Add(-c.created), Seen: at.Add(-c.seen), Signed: at.Add(-c.created)}
		if got := s.Alive(at); got != c.want {
			t.Errorf("created %v, seen %v ago, disabled %v: Alive = %v; want %v", c.created, c.seen, c.disabled, got, c.want)
		}
	}
	for ago, want := range map[time.Duration]bool{0: true, 10*time.Minute - time.Second: true, 10 * time.Minute: false, -time.Minute: true, -time.Hour: false} {
		s := Session{Signed: at.Add(-ago)}
		if got := s.Recent(at); got != want {
			t.Errorf("signed %v ago: Recent = %v; want %v", ago, got, want)
		}
	}
}

func TestCoarseAddress(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.77": "192.0.2.0/24", "192.0.2.77:4711": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1::/48", "[2001:db8:1:2::5]:443": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48",
		"": "", "exemple.fr": "", "@": "",
	} {
		if got := CoarseAddress(address); got != want {
			t.Errorf("CoarseAddress(%q) = %q; want %q", address, got, want)
		}
	}
}

func TestShortAgent(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                           "Firefox, Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0":        "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile Safari/604.1": "Safari, iPhone",
		"curl/8.5": "curl", "": "", "<script>alert(1)</script>": "",
	} {
		if got := ShortAgent(agent); got != want {
			t.Errorf("ShortAgent(%q) = %q; want %q", agent, got, want)
		}
	}
}

func TestThrottleWait(t *testing.T) {
	cases := []struct {
		failures int
		ago      time.Duration
		want     time.Duration
	}{
		{0, 0, 0}, {4, 0, 0}, {5, 0, time.Second}, {5, time.Second, 0}, {6, 0, 2 * time.Second}, {8, 3 * time.Second, 5 * time.Second},
		{14, 0, 512 * time.Second}, {15, 0, 15 * time.Minute}, {1 << 40, 0, 15 * time.Minute}, {1 << 40, 16 * time.Minute, 0},
		{15, -365 * 24 * time.Hour, 15 * time.Minute}, // a clock put back
	}
	for _, c := range cases {
		if got := ByAccount.Wait(c.failures, at.Add(-c.ago), at); got != c.want {
			t.Errorf("Wait(%d, %v ago) = %v; want %v", c.failures, c.ago, got, c.want)
		}
	}
	a := Attempt{Mail: " Eve@Exemple.fr", Address: "192.0.2.0/24"}
	b := Attempt{Mail: "eve@exemple.fr", Address: "192.0.2.0/24"}
	if len(a.Keys()) != 2 || len(Attempt{}.Keys()) != 0 {
		t.Errorf("Keys = %v", a.Keys())
	}
	for key := range a.Keys() {
		if _, same := b.Keys()[key]; !same || strings.Contains(key, "eve") {
			t.Errorf("key %q", key)
		}
	}
}

func TestParseMail(t *testing.T) {
	for in, want := range map[string]string{
		"Eve@Exemple.FR": "eve@exemple.fr", " a.b+c@x.y.fr\t": "a.b+c@x.y.fr", "ève@exemple.fr": "ève@exemple.fr",
		"": "", "eve": "", "eve@local": "", "@exemple.fr": "", "eve@": "", "Eve <eve@exemple.fr>": "", "a@b.fr,c@d.fr": "", "a@b.fr; c@d.fr": "",
		"eve@exemple.fr\r\nBcc: all@exemple.fr": "", "eve@exem\nple.fr": "", "eve\x00@exemple.fr": "", "eve@exemple.fr\u2028x": "",
		`"eve martin"@exemple.fr`: "", "eve@[127.0.0.1]": "", "eve@exemple.fr (Eve)": "", "\xff@exemple.fr": "", "eve\u202e@exemple.fr": "",
		strings.Repeat("a", 65) + "@exemple.fr": "", "a@" + strings.Repeat("b", 250) + ".fr": "",
	} {
		got, err := ParseMail(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseMail(%q) = %q, %v; want %q", in, got, err, want)
		}
		if err != nil && (fault.KindOf(err) != fault.Invalid || fault.Do(err) == "") {
			t.Errorf("ParseMail(%q) = %v", in, err)
		}
	}
}

func FuzzParseMail(f *testing.F) {
	f.Add("eve@exemple.fr")
	f.Add("eve@exemple.fr\nBcc: x@y.fr")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseMail(s)
		if err != nil {
			return
		}
		if strings.ContainsAny(got, "\r\n\x00<>\" ,;") || len(got) > 254 {
			t.Errorf("ParseMail(%q) = %q", s, got)
		}
		if again, err := ParseMail(got); err != nil || again != got {
			t.Errorf("ParseMail(%q) = %q, then %q, %v", s, got, again, err)
		}
	})
}

func TestParseName(t *testing.T) {
	for in, want := range map[string]string{
		"  Ève   Martin ": "Ève Martin", "O’Neill-Dupré": "O’Neill-Dupré", "李小龍": "李小龍", "Jean\u00a0Paul": "Jean Paul",
		"": "", "\u00a0": "", "a\nb": "", "a\rb": "", "<b>x</b>": "", "eve@exemple.fr": "", "a\x00b": "", strings.Repeat("é", 101): "",
		strings.Repeat("é", 100): strings.Repeat("é", 100), "{{.}}": "", "x\u202ey": "",
	} {
		if got, err := ParseName(in); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseName(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestParseGrant(t *testing.T) {
	for in, good := range map[string]bool{
		"analyst": true, "contributor:REG-76": true, "editor:reseau:Villes en transition": true, "reader:FR": true, "analyst:EPCI-200000172": true,
		"": false, "nobody": false, "roi": false, "publisher:REG-76": false, "administrator:FR": false, "analyst:Occitanie": false,
		"contributor:reseau: ": false, "contributor:REG-76\n": true, "contributor:REG-\x0076": false, "contributor:reseau:<b>": false,
		"contributor:reseau:" + strings.Repeat("x", 90): false,
	} {
		g, err := ParseGrant(in)
		if (err == nil) != good {
			t.Errorf("ParseGrant(%q) = %v, %v; want good %v", in, g, err, good)
		}
		if again, err2 := ParseGrant(g.String()); good && (again != g || err2 != nil) {
			t.Errorf("ParseGrant(%q) = %v, then %v", in, g, again)
		}
	}
	mixed := []Grant{{Administrator, ""}, {Reader, "REG-76"}, {Analyst, ""}, {Reader, "REG-11"}, {Analyst, ""}}
	want := []Grant{{Reader, "REG-11"}, {Reader, "REG-76"}, {Analyst, ""}, {Administrator, ""}}
	if got := SortGrants(mixed); !slices.Equal(got, want) || mixed[0].Role != Administrator {
		t.Errorf("SortGrants = %v; want %v", got, want)
	}
}

func TestParseScopes(t *testing.T) {
	if got, err := ParseScopes("read, import read"); err != nil || !slices.Equal(got, []Scope{ScopeImport, ScopeRead}) {
		t.Errorf("ParseScopes = %v, %v", got, err)
	}
	for _, bad := range []string{"", " , ", "admin", "read,write"} {
		if _, err := ParseScopes(bad); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("ParseScopes(%q) = %v; want Invalid", bad, err)
		}
	}
}

func TestSecrets(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		text, hash, err := NewSecret(rand.Reader)
		id, err2 := NewID(rand.Reader)
		if err != nil || err2 != nil || len(text) != 43 || HashSecret(text) != hash || len(hash) != 64 || len(id) != 26 || seen[text] || seen[id] {
			t.Fatalf("NewSecret, NewID = %q, %q, %q, %v, %v", text, hash, id, err, err2)
		}
		seen[text], seen[id] = true, true
	}
	for _, p := range []Purpose{First, Invitation, Reset, MailChange, Step} {
		if l := p.Lifetime(); l <= 0 || l > 7*24*time.Hour {
			t.Errorf("%s lives %v", p, l)
		}
	}
}

func TestNeedsFactor(t *testing.T) {
	p := Person{Grants: []Grant{{Analyst, ""}, {Publisher, ""}}}
	if !p.NeedsFactor(FactorRoles) || p.NeedsFactor([]Role{Administrator}) || (&Person{}).NeedsFactor(FactorRoles) {
		t.Error("NeedsFactor: want it of a publisher, by the default roles")
	}
}

func TestParseFactorRoles(t *testing.T) {
	for in, want := range map[string][]Role{
		"": {Publisher, Administrator}, " ": {Publisher, Administrator}, "none": nil, "analyst, editor": {Analyst, Editor}, "administrator": {Administrator},
	} {
		if got, err := ParseFactorRoles(in); err != nil || !slices.Equal(got, want) {
			t.Errorf("ParseFactorRoles(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, bad := range []string{"roi", "analyst,none", "analyst:REG-76"} {
		if _, err := ParseFactorRoles(bad); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("ParseFactorRoles(%q) = %v; want Invalid", bad, err)
		}
	}
}

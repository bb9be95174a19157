package account

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vigie/fault"
)

// leaked are passwords of twelve characters and more that lists of leaks put
// high, and their like in French.
const leaked = `
123456789012 1234567890123 111111111111 000000000000 123123123123 121212121212 112233445566 987654321098 147258369147
qwertyuiop123 qwertyuiop[] qwerty123456 1q2w3e4r5t6y 1qaz2wsx3edc zaq1xsw2cde3 qazwsxedcrfv asdfghjkl123 zxcvbnm12345 q1w2e3r4t5y6
azertyuiop123 azertyazerty azerty123456 1a2z3e4r5t6y azertyuiopqs qsdfghjklm12 wxcvbn123456 aqwzsxedcrfv
password1234 password12345 password123! Password2024! passwordpassword P@ssw0rd1234 p4ssw0rd2023 mypassword123 thisismypassword 1234password
motdepasse12 motdepasse123 Motdepasse2025! m0td3p4ss312 monmotdepasse motdepasse!!! MotDePasse1! 2024motdepasse
administrator administrateur adminadmin12 admin1234567 administrateur1 rootrootroot changeme1234 changezmoi2024 welcome12345 bienvenue2024 Bonjour12345
iloveyou1234 iloveyou2023 ilovechocolate jetaimejetaime jetaime12345 monamour1234 jetaimepourlavie loveyouforever amouramouramour doudou123456
soleil123456 soleilsoleil chocolat1234 football1234 basketball12 princesse123 princess2010 doudoudoudou loulouloulou
marseille1313 parissaintgermain allezlom1899 realmadrid2020 fcbarcelona10 manchesterunited ronaldo77777 zidane101998
nicolas19851985 marie14071989 jeanmartin1985 camille2005!! sophie.martin martin.sophie thomasthomas alexandre1990 stephanie123 14071989paris
superman1234 harrypotter7 pokemon12345 dragonball123 starwars1977 minecraft2015 maytheforcebewithyou correcthorsebatterystaple
abcdefghijkl abcdef123456 abcd1234abcd aaaaaaaaaaaa zzzzzzzzzzzzzzzz a1b2c3d4e5f6 abc123abc123 !@#$%^&*()!@
unbelievable trustno1trustno1 letmeinplease opensesame123 michaeljordan23 jenniferlopez1 emiliejolie11 vivelafrance14 liberteegalitefraternite
anticonstitutionnellement nimportequoi1 quedubonheur2 connardconnard1 putaindemerde fuckyou12345 vacances2024! Noel2023Noel Janvier2024! Printemps2025! Vendredi13!! Octobre-2026
observatoire1 vigie2026vigie observatoire2026! Vigie-Atelier-1 1eriotavresbo essapedtom321 drowssap1234`

func TestCheckPasswordRefusesTheCommon(t *testing.T) {
	for _, p := range strings.Fields(leaked) {
		if err := CheckPassword(p, "x@exemple.fr", "Zoltan Ű"); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("CheckPassword(%q) = %v (%.0f bits); want Invalid", p, err, guessBits(p, "x@exemple.fr", "Zoltan Ű"))
		} else if strings.Contains(err.Error()+fault.Do(err), p) {
			t.Errorf("the refusal tells the password %q", p)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	const mail, name = "genevieve.delacroix-hurtebise@epicentre.fr", "Geneviève Delacroix-Hurtebise"
	cases := []struct {
		password string
		good     bool
	}{
		{"", false},
		{"xk4#pQ9zt!v", false}, // eleven
		{"xk4#pQ9zt!vw", true},
		{strings.Repeat("xk4#pQ9zt!vw7ru ", 8), true}, // 128
		{strings.Repeat("xk4#pQ9zt!vw7ru ", 8) + "x", false},
		{"ééééééééééé", false}, // eleven characters of two bytes
		{"l’été à Hourtin, sous la pluie", true},
		{"сорок тысяч обезьян", true},
		{"蜂蜜と柚子の長い夜の物語です", true},
		{"🦉🌾🪵🧭🥕🎻🪁🧵🪔🧊🫖🪐", true},
		{"tab\tand\x00nul inside", true},
		{"\xff\xfe0123456789ab", false}, // not text
		{"delacroixhurtebise", false},
		{"Genevieve2024!", false},
		{"hurtebise.genevieve", false},
		{"epicentre1985!", false},
		{"esibetruhxiorcaled", false}, // backwards
		{"G3n3v13v3-D3l4cr01x", false},
		{"hurtebise vend quatre barriques de goudron", true},
		{"agrafe corniche débonnaire glouton", true},
		{"soleil marteau biscuit", true}, // three words of everyone, unlike two
		{"soleil biscuit", false},
	}
	for _, c := range cases {
		err := CheckPassword(c.password, mail, name)
		if (err == nil) != c.good {
			t.Errorf("CheckPassword(%q) = %v (%.0f bits); want good %v", c.password, err, guessBits(c.password, mail, name), c.good)
		}
		if err != nil && fault.Do(err) == "" {
			t.Errorf("CheckPassword(%q) = %v without a remedy", c.password, err)
		}
	}
}

// What is drawn at random passes: letters, digits, words.
func TestCheckPasswordTakesTheRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(n int, from string) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = from[rng.IntN(len(from))]
		}
		return string(b)
	}
	refused := map[string]int{}
	for range 5000 {
		for kind, p := range map[string]string{
			"12 letters":        draw(12, "abcdefghijklmnopqrstuvwxyz"),
			"12 letters, mixed": draw(12, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
			"14 digits":         draw(14, "0123456789"),
			"16 hexadecimal":    draw(16, "0123456789abcdef"),
		} {
			if CheckPassword(p, "eve@exemple.fr", "Ève Martin") != nil {
				refused[kind]++
			}
		}
	}
	for kind, n := range refused {
		if n > 10 { // two in a thousand look like dates or walks
			t.Errorf("%s: %d of 5000 refused", kind, n)
		}
	}
}

// A longer password is never easier than what it begins with, by more than
// the pieces that its end completes.
func TestGuessBitsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.StringN(0, 140, -1).Draw(t, "password")
		bits := guessBits(p, rapid.String().Draw(t, "mail"), rapid.String().Draw(t, "name"))
		if n := float64(len([]rune(plain(p)))); bits < 0 || bits > n*signBits {
			t.Errorf("guessBits(%q) = %v for %v characters", p, bits, n)
		}
	})
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("motdepasse123", "eve@exemple.fr", "Ève Martin")
	f.Add("\xff", "@", "")
	f.Fuzz(func(t *testing.T, password, mail, name string) {
		if err := CheckPassword(password, mail, name); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("CheckPassword(%q) = %v", password, err)
		}
	})
}

func BenchmarkCheckPassword(b *testing.B) {
	p := strings.Repeat("l’été à Hourtin ", 8)
	for b.Loop() {
		_ = CheckPassword(p, "eve.martin@exemple.fr", "Ève Martin") // good or not, it takes the same path
	}
}

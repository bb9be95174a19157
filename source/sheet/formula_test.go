package sheet

import (
	"strings"
	"testing"
)

func TestHarmless(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Ain": "Ain", "L’Isle-d’Abeau": "L’Isle-d’Abeau", "a=b": "a=b", "01": "01",
		"=1+1": "'=1+1", "+cmd": "'+cmd", "-cmd|' /C calc'!A0": "'-cmd|' /C calc'!A0", "@SUM(A1)": "'@SUM(A1)",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "\x00=1": "'=1", "  =1": "'  =1", "\u00a0=1": "'\u00a0=1", "\ufeff=1": "'\ufeff=1", "\u200b=1": "'\u200b=1",
		"＝1": "'＝1", "－1+2": "'－1+2", "-": "'-", "+": "'+", "--1": "'--1",
		"-3": "-3", "+4": "+4", "-3.2": "-3.2", "-3,2": "-3,2", "-1e-7": "-1e-7", "-1e": "'-1e", "-1+2": "'-1+2", "-3 %": "'-3 %", "−3": "−3", "- 3": "'- 3",
	} {
		if got := Harmless(text); got != want {
			t.Errorf("Harmless(%q) = %q; want %q", text, got, want)
		}
	}
}

func FuzzHarmless(f *testing.F) {
	f.Add("=1")
	f.Add("\x00\x00@")
	f.Fuzz(func(t *testing.T, text string) {
		got := Harmless(text)
		if Formula(got) || strings.ContainsRune(got, 0) {
			t.Fatalf("Harmless(%q) = %q", text, got)
		}
		if again := Harmless(got); again != got {
			t.Fatalf("Harmless(%q) = %q, then %q", text, got, again)
		}
	})
}

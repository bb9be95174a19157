package main

import "testing"

func TestWithoutSecret(t *testing.T) {
	for address, want := range map[string]string{
		"":                                      "",
		"postgres://vigie:secret@h:5432/base":   "postgres://h:5432/base",
		"postgres://h/base?password=secret":     "postgres://h/base",
		"host=h user=vigie password=secret":     "posé",
		"smtps://jeton-secret@mail.example:465": "smtps://mail.example:465",
		"https://observatoire.example/alliance": "https://observatoire.example/alliance",
		"postgres://vigie:sec%ret@h/base":       "posé",
	} {
		if got := withoutSecret(address); got != want {
			t.Errorf("withoutSecret(%q) = %q; want %q", address, got, want)
		}
	}
}

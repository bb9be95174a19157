package fetch

import "testing"

func TestShown(t *testing.T) {
	for address, want := range map[string]string{
		"https://exemple.test/a.csv":                             "https://exemple.test/a.csv",
		"https://moi:passe@exemple.test/a.csv#x":                 "https://exemple.test/a.csv",
		"https://exemple.test/a?lang=fr&where=annee%3D2024":      "https://exemple.test/a?lang=fr&where=annee%3D2024",
		"https://exemple.test/a?lang=fr&access_token=abc&page=2": "https://exemple.test/a?lang=fr&access_token=…&page=2",
		"https://exemple.test/a?apikey=abc&X-Amz-Signature=def":  "https://exemple.test/a?apikey=…&X-Amz-Signature=…",
		"https://exemple.test/a?%74oken=abc":                     "https://exemple.test/a?%74oken=…",
		"https://exemple.test/a?sig=a;b&x":                       "https://exemple.test/a?sig=…&x",
		"":                                                       "",
		"pas une adresse":                                        "",
		"://":                                                    "",
	} {
		if got := Shown(address); got != want {
			t.Errorf("Shown(%q) = %q; want %q", address, got, want)
		}
	}
}

func TestNamed(t *testing.T) {
	for address, want := range map[string]string{
		"https://exemple.test/dossier/a.csv?x=1": "a.csv",
		"https://exemple.test/":                  "fichier",
		"https://exemple.test":                   "fichier",
		"https://exemple.test/%2e%2e/%0a":        "fichier",
		"http://[":                               "fichier",
	} {
		if got := Named(address); got != want {
			t.Errorf("Named(%q) = %q; want %q", address, got, want)
		}
	}
}

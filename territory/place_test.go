package territory

import (
	"strings"
	"testing"

	"vigie/lang"
)

func TestPlaceInFrench(t *testing.T) {
	v := vintage(t, 2026)
	cases := []struct {
		code             Code
		name, in, of, to string
	}{
		{"FR", "la France", "en France", "de la France", "à la France"},
		{"FM", "la France métropolitaine", "en France métropolitaine", "de la France métropolitaine", "à la France métropolitaine"},
		{"DEP-08", "les Ardennes", "dans les Ardennes", "des Ardennes", "aux Ardennes"},
		{"DEP-59", "le Nord", "dans le Nord", "du Nord", "au Nord"},
		{"DEP-01", "l’Ain", "dans l’Ain", "de l’Ain", "à l’Ain"},
		{"DEP-93", "la Seine-Saint-Denis", "en Seine-Saint-Denis", "de la Seine-Saint-Denis", "à la Seine-Saint-Denis"},
		{"DEP-22", "les Côtes-d’Armor", "dans les Côtes-d’Armor", "des Côtes-d’Armor", "aux Côtes-d’Armor"},
		{"DEP-94", "le Val-de-Marne", "dans le Val-de-Marne", "du Val-de-Marne", "au Val-de-Marne"},
		{"DEP-44", "la Loire-Atlantique", "en Loire-Atlantique", "de la Loire-Atlantique", "à la Loire-Atlantique"},
		{"DEP-75", "Paris", "à Paris", "de Paris", "à Paris"},
		{"DEP-974", "La Réunion", "à La Réunion", "de La Réunion", "à La Réunion"},
		{"REG-53", "la Bretagne", "en Bretagne", "de la Bretagne", "à la Bretagne"},
		{"REG-11", "l’Île-de-France", "en Île-de-France", "de l’Île-de-France", "à l’Île-de-France"},
		{"REG-44", "le Grand Est", "dans le Grand Est", "du Grand Est", "au Grand Est"},
		{"REG-32", "les Hauts-de-France", "dans les Hauts-de-France", "des Hauts-de-France", "aux Hauts-de-France"},
		{"REG-84", "Auvergne-Rhône-Alpes", "en Auvergne-Rhône-Alpes", "d’Auvergne-Rhône-Alpes", "à Auvergne-Rhône-Alpes"},
		{"REG-06", "Mayotte", "à Mayotte", "de Mayotte", "à Mayotte"},
		{"REG-01", "la Guadeloupe", "en Guadeloupe", "de la Guadeloupe", "à la Guadeloupe"},
		{"REG-94", "la Corse", "en Corse", "de la Corse", "à la Corse"},
		{"COM-08105", "Charleville-Mézières", "à Charleville-Mézières", "de Charleville-Mézières", "à Charleville-Mézières"},
		{"COM-76351", "Le Havre", "au Havre", "du Havre", "au Havre"},
		{"COM-91692", "Les Ulis", "aux Ulis", "des Ulis", "aux Ulis"},
		{"COM-17300", "La Rochelle", "à La Rochelle", "de La Rochelle", "à La Rochelle"},
		{"COM-80021", "Amiens", "à Amiens", "d’Amiens", "à Amiens"},
		{"COM-94038", "L’Haÿ-les-Roses", "à L’Haÿ-les-Roses", "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"},
		{"COM-67180", "Haguenau", "à Haguenau", "de Haguenau", "à Haguenau"},
		{"COM-83069", "Hyères", "à Hyères", "d’Hyères", "à Hyères"},
		{"COM-91228", "Évry-Courcouronnes", "à Évry-Courcouronnes", "d’Évry-Courcouronnes", "à Évry-Courcouronnes"},
		{"COM-76758", "Yvetot", "à Yvetot", "d’Yvetot", "à Yvetot"},
		{"COM-57757", "Yutz", "à Yutz", "de Yutz", "à Yutz"},
		{"COM-80829", "Y", "à Y", "d’Y", "à Y"},
		{"EPCI-200042935", "la communauté d’agglomération Haut-Bugey Agglomération", "dans la communauté d’agglomération Haut-Bugey Agglomération",
			"de la communauté d’agglomération Haut-Bugey Agglomération", "à la communauté d’agglomération Haut-Bugey Agglomération"},
		{"EPCI-200054781", "la Métropole du Grand Paris", "dans la Métropole du Grand Paris", "de la Métropole du Grand Paris", "à la Métropole du Grand Paris"},
		{"EPCI-243300316", "Bordeaux Métropole", "dans Bordeaux Métropole", "de Bordeaux Métropole", "à Bordeaux Métropole"},
		{"EPCI-246700488", "l’Eurométropole de Strasbourg", "dans l’Eurométropole de Strasbourg", "de l’Eurométropole de Strasbourg", "à l’Eurométropole de Strasbourg"},
	}
	for _, c := range cases {
		p := v.Place(c.code, lang.FR)
		if p.Name != c.name || p.In != c.in || p.Of != c.of || p.To != c.to {
			t.Errorf("%s: %q, %q, %q, %q; want %q, %q, %q, %q", c.code, p.Name, p.In, p.Of, p.To, c.name, c.in, c.of, c.to)
		}
	}
	if p := v.Place("COM-99999", lang.FR); p.Label != "COM-99999" {
		t.Errorf("unknown code is named %q", p.Label)
	}
}

func TestPlaceInEnglish(t *testing.T) {
	v := vintage(t, 2026)
	for code, want := range map[Code]string{
		"DEP-08": "in Ardennes", "REG-44": "in Grand Est", "COM-76351": "in Le Havre", "FM": "in Metropolitan France",
		"EPCI-200054781": "in the Métropole du Grand Paris", "EPCI-243300316": "in Bordeaux Métropole",
		"EPCI-200000933": "in the communauté de communes Sauldre et Sologne",
	} {
		if got := v.Place(code, lang.EN).In; got != want {
			t.Errorf("Place(%s, en).In = %q; want %q", code, got, want)
		}
	}
}

// Whatever the territory: no straight apostrophe, no double space, no form
// that French would contract or elide; the table covers all that it must.
func TestPlacesAreWellFormed(t *testing.T) {
	v := vintage(t, 2026)
	bad := []string{"'", "  ", "de le ", "de les ", "à le ", "à les ", "à Le ", "de Le ", "à Les ", "de Les ", "de A", "de E", "de É", "de I", "de O", "de Œ", "de U", "CC ", "CA ", "CU "}
	for i := range v.Territories {
		tr := &v.Territories[i]
		p := PlaceOf(tr, lang.FR)
		for _, form := range []string{p.Name, p.In, p.Of, p.To} {
			for _, b := range bad {
				if strings.HasPrefix(form, b) || (b == "'" || b == "  ") && strings.Contains(form, b) {
					t.Errorf("%s: %q holds %q", tr.Code, form, b)
				}
			}
		}
		if _, ok := grammars()[tr.Code]; !ok && tr.Level != EPCI && tr.Level != Commune {
			t.Errorf("article.csv has no line for %s", tr.Code)
		}
	}
	for code, g := range grammars() {
		if _, ok := v.Get(code); !ok || !strings.Contains("|le|la|l'|les||", "|"+g.article+"|") || !strings.Contains("|dans|en|à|", "|"+g.in+"|") {
			t.Errorf("article.csv: bad line for %s: %+v", code, g)
		}
	}
}

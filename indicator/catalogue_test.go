package indicator_test

import (
	"bytes"
	"strings"
	"testing"

	"vigie/data"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
)

func starter(t *testing.T) *indicator.Catalogue {
	t.Helper()
	raw, err := data.Read("starter/indicators.csv")
	if err != nil {
		t.Fatal(err)
	}
	c, err := indicator.ParseCatalogue(bytes.NewReader(raw), "indicators.csv")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The counts are those that the starter set's own description gives.
func TestStarterCatalogue(t *testing.T) {
	c := starter(t)
	inIndex, counts := 0, 0
	for _, i := range c.All() {
		if i.InIndex {
			inIndex++
		}
		if i.Nature == indicator.Count {
			counts++
		}
	}
	if len(c.All()) != 141 || inIndex != 38 || counts != 62 {
		t.Errorf("%d series, %d in the index, %d counts; want 141, 38, 62", len(c.All()), inIndex, counts)
	}
	i, ok := c.Get("emp_activity_rate")
	if !ok || i.LabelEN != "Activity rate 15-64" || i.Direction != -1 || i.Numerator != "emp_active_census" || i.Scale() != 100 {
		t.Errorf("emp_activity_rate = %+v, %v", i, ok)
	}
	if _, ok := c.Get("nowhere"); ok {
		t.Error("an unknown code was found")
	}
	if n := len(c.ByDomain("SEC")); n != 22 {
		t.Errorf("%d series of SEC, want 22", n)
	}
}

func TestWithoutSecondary(t *testing.T) {
	c := starter(t).WithoutSecondary()
	if n := len(c.All()); n != 104 {
		t.Errorf("%d series stay, want 104", n)
	}
	for _, i := range c.All() {
		for _, part := range []indicator.Code{i.Numerator, i.Denominator} {
			if _, ok := c.Get(part); part != "" && !ok {
				t.Errorf("%s stays without %s", i.Code, part)
			}
		}
		if i.Secondary {
			t.Errorf("%s is secondary", i.Code)
		}
	}
}

const columns = "code,domain,label_fr,label_en,definition_fr,unit,decimals,direction,numerator,denominator,aggregation,producer,source_title,source_page,licence,vintage,origin,nature,in_index,notes\n"

const (
	num  = "n,EMP,N,N,,count,0,0,,,sum,P,T,,L,2020,primary,count,no,\n"
	den  = "d,EMP,D,D,,count,0,0,,,sum,P,T,,L,2020,secondary,count,no,\n"
	rate = "r,EMP,R,R,,percent,1,1,n,d,ratio,P,T,,L,2020,primary,state,yes,\n"
)

func TestRatioOfSecondaryCountLeavesToo(t *testing.T) {
	c, err := indicator.ParseCatalogue(strings.NewReader(columns+rate+num+den), "made_up.csv")
	if err != nil {
		t.Fatal(err)
	}
	if all := c.WithoutSecondary().All(); len(all) != 1 || all[0].Code != "n" {
		t.Errorf("stay: %v", all)
	}
}

func TestParseCatalogueFaults(t *testing.T) {
	cases := []struct{ name, rows, want string }{
		{"code twice", num + num, "ligne 3, colonne « code » : indicateur « n » déjà donné"},
		{"unit", strings.Replace(num, "count,0", "lieue,0", 1), "colonne « unit » : « lieue » inconnu"},
		{"direction", strings.Replace(num, "count,0,0", "count,0,2", 1), "sens 2 refusé"},
		{"decimals", strings.Replace(num, "count,0,0", "count,x,0", 1), "« x » n'est pas un nombre entier"},
		{"nature", strings.Replace(num, "primary,count", "primary,guess", 1), "« guess » inconnu"},
		{"origin", strings.Replace(num, "primary", "hearsay", 1), "« hearsay » inconnu"},
		{"unknown denominator", num + rate, "ligne 3, colonne « denominator » : série « d » inconnue"},
		{"half a ratio", num + den + strings.Replace(rate, "n,d,ratio", "n,,ratio", 1), "l'un va sans l'autre"},
		{"ratio of a rate", num + den + rate + strings.Replace(strings.Replace(rate, "r,EMP", "s,EMP", 1), "n,d,ratio", "n,r,ratio", 1), "série « r » de nature « state »"},
		{"response in index", num + den + strings.Replace(rate, "state", "response", 1), "dans l'indice"},
		{"no producer", strings.Replace(num, "sum,P,", "sum,,", 1), "colonne « producer » : cellule vide"},
	}
	for _, c := range cases {
		_, err := indicator.ParseCatalogue(strings.NewReader(columns+c.rows), "made_up.csv")
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: %v, want %q with a remedy", c.name, err, c.want)
		}
	}
}

func TestLicences(t *testing.T) {
	raw, err := data.Read("starter/licence.toml")
	if err != nil {
		t.Fatal(err)
	}
	licences, err := indicator.ParseLicences("licence.toml", raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range starter(t).All() {
		if _, ok := licences.Of(i.Licence); !ok {
			t.Errorf("%s: licence %q is not in the table", i.Code, i.Licence)
		}
	}
	readme, err := data.Read("starter/README.md")
	if err != nil || !bytes.Contains(readme, []byte(licences.Attribution(lang.FR))) {
		t.Errorf("the mention differs from README.md (%v)", err)
	}
	if l, _ := licences.Of("Licence Ouverte"); l.Name(lang.EN) != "Open Licence" || l.Note(lang.FR) == "" || l.Note(lang.EN) == "" {
		t.Errorf("Licence Ouverte = %+v", l)
	}
}

func TestParseLicencesFaults(t *testing.T) {
	mention := "attribution_fr = \"a\"\nattribution_en = \"a\"\n"
	whole := "[[licence]]\nwritten=\"w\"\nname_fr=\"n\"\nname_en=\"n\"\nurl=\"u\"\ntext=\"t\"\n"
	cases := []struct{ text, want string }{
		{"x = ", "illisible"},
		{mention + "unknown = 1", "illisible"},
		{"[text]\nt=\"T\"", "mention des sources absente"},
		{mention + whole, "licence n° 1 « w » : incomplète"},
		{mention + whole + whole + "[text]\nt=\"T\"", "donnée deux fois"},
	}
	for _, c := range cases {
		if _, err := indicator.ParseLicences("made_up.toml", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func FuzzParseCatalogue(f *testing.F) {
	f.Add([]byte(columns + num + den + rate))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := indicator.ParseCatalogue(bytes.NewReader(raw), "fuzz.csv")
		if err != nil {
			return
		}
		for _, i := range c.WithoutSecondary().All() {
			if _, ok := c.Get(i.Code); !ok || i.Secondary {
				t.Errorf("%+v", i)
			}
		}
	})
}

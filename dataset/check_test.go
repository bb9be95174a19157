package dataset_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

// The made-up geography of these tests: three regions of real code, twelve
// départements, four communes of DEP-75.
func checking(t *testing.T) dataset.Checking {
	t.Helper()
	departements := "code,label,region,zone\n"
	for i := range 12 {
		departements += fmt.Sprintf("%s,Département %02d,%s,metro\n", departement(i), i, [...]territory.Code{"REG-11", "REG-84", "REG-93"}[i%3])
	}
	v, err := territory.ParseVintage(2026, territory.Files{
		National:     []byte("code,label_fr\nFM,France métropolitaine\nFR,France\n"),
		Regions:      []byte("code,label,zone\nREG-11,Île-de-France,metro\nREG-84,Auvergne-Rhône-Alpes,metro\nREG-93,Provence-Alpes-Côte d'Azur,metro\n"),
		Departements: []byte(departements),
		EPCI:         []byte("code,label,type,main_departement\n"),
		Communes: []byte("code,label,departement,region,epci\nCOM-13055,Marseille,DEP-13,REG-93,\nCOM-69123,Lyon,DEP-69,REG-84,\n" +
			"COM-75056,Paris,DEP-75,REG-11,\nCOM-75999,Inventée,DEP-75,REG-11,\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	const header = "code,domain,label_fr,label_en,definition_fr,unit,decimals,direction,numerator,denominator,aggregation,producer,source_title,source_page,licence,vintage,origin,nature,in_index,notes,method\n"
	entry := func(code, unit, decimals, aggregation, nature string) string {
		return code + ",,Inventé,Made up,Inventé.," + unit + "," + decimals + ",0,,," + aggregation + ",Personne,Titre,https://example.org,Licence Ouverte,2024,primary," + nature + ",no,,\n"
	}
	cat, err := indicator.ParseCatalogue(bytes.NewReader([]byte(header+entry("count", "count", "0", "sum", "count")+
		strings.Replace(entry("change", "percent", "1", "none", "state"), "Inventé", "Taux d'évolution inventé", 1)+
		entry("other", "count", "0", "sum", "count")+entry("rate", "percent", "1", "none", "state")+entry("income", "euro", "0", "none", "state"))), "test.csv")
	if err != nil {
		t.Fatal(err)
	}
	return dataset.Checking{Vintage: v, Catalogue: cat, Today: "2024-12-19"}
}

// departement is the i-th of twelve: real codes, some of which the cities need.
func departement(i int) territory.Code {
	return [...]territory.Code{"DEP-75", "DEP-69", "DEP-13", "DEP-77", "DEP-01", "DEP-04", "DEP-78", "DEP-03", "DEP-05", "DEP-91", "DEP-07", "DEP-06"}[i]
}

// rows builds a table from lines "indicator territory period value[ status]".
type rows []dataset.Observation

func (r *rows) add(code indicator.Code, place territory.Code, period string, x float64) {
	*r = append(*r, dataset.Observation{Indicator: code, Territory: place, Period: period, X: x, Status: dataset.Normal, Line: int32(len(*r) + 2)})
}

// spread adds a value for each of the twelve départements and returns the sum.
func (r *rows) spread(code indicator.Code, period string, f func(i int) float64) (sum float64) {
	for i := range 12 {
		r.add(code, departement(i), period, f(i))
		sum += f(i)
	}
	return sum
}

func counts(i int) float64 { return float64(1000 + 137*i) }
func rates(i int) float64  { return 5 + float64(i)*1.7 + float64(i*i%7)*0.3 }

// TestCheckTraps: each trap seen in real files, on made-up tables.
func TestCheckTraps(t *testing.T) {
	cases := []struct {
		name  string
		make  func(*rows)
		rule  dataset.Rule // "" when nothing is to be said
		place territory.Code
		words []string
	}{
		{"a sound table", func(r *rows) {
			r.add("count", "FR", "2020", r.spread("count", "2020", counts))
			r.add("rate", "FR", "2020", 12)
			r.spread("rate", "2020", rates)
		}, "", "", nil},
		{"a total rounded to the hundred", func(r *rows) {
			r.add("count", "FR", "2020", 100*float64(int(r.spread("count", "2020", counts)/100)))
		}, "", "", nil},
		{"a France row that is an average", func(r *rows) { r.add("count", "FR", "2020", r.spread("count", "2020", counts)/12) },
			dataset.RuleAverage, "FR", []string{"moyenne", "12 départements"}},
		{"a France row that is a mean of other places", func(r *rows) { r.add("count", "FR", "2020", r.spread("count", "2020", counts)/11) },
			dataset.RuleAverage, "FR", []string{"plus petite que la plus grande de ses parties"}},
		{"a rate of France that is a simple mean", func(r *rows) {
			r.add("rate", "FR", "2020", r.spread("rate", "2020", func(i int) float64 { return rates(i) + 0.00123*float64(i) })/12)
		},
			dataset.RuleAverage, "FR", []string{"moyenne simple"}},
		{"a total that counts its parts twice", func(r *rows) { r.add("count", "FR", "2020", 2*r.spread("count", "2020", counts)) },
			dataset.RuleSum, "FR", []string{"deux fois chaque partie"}},
		{"a partial total", func(r *rows) { r.add("count", "FR", "2020", r.spread("count", "2020", counts)/4) },
			dataset.RuleSum, "FR", []string{"s’écarte de 75,0", "12 départements"}},
		{"communes against their département", func(r *rows) {
			r.add("count", "COM-75056", "2020", 900)
			r.add("count", "COM-75999", "2020", 300)
			r.add("count", "DEP-75", "2020", 2100)
		}, dataset.RuleSum, "DEP-75", []string{"deux fois Paris, Lyon et Marseille"}},
		{"secret parts may miss", func(r *rows) {
			r.add("count", "COM-75056", "2020", 900)
			r.add("count", "DEP-75", "2020", 2000)
		}, "", "", nil},
		{"a total among the parts", func(r *rows) { r.add("count", "DEP-08", "2020", r.spread("count", "2020", counts)) },
			dataset.RuleTotal, "DEP-08", []string{"somme des 12 autres"}},
		{"Paris and its arrondissements", func(r *rows) {
			r.add("count", "COM-75056", "2020", 900)
			r.add("count", "COM-75101", "2020", 400)
			r.add("count", "COM-75102", "2020", 500)
		}, dataset.RuleTwice, "COM-75056", []string{"Paris", "2 de ses arrondissements"}},
		{"Marseille and its arrondissements", func(r *rows) {
			r.add("count", "COM-13055", "2020", 900)
			r.add("count", "COM-13201", "2020", 400)
		}, dataset.RuleTwice, "COM-13055", []string{"Marseille"}},
		{"22 and 13 regions", func(r *rows) {
			for _, c := range []territory.Code{"REG-82", "REG-83", "REG-84"} {
				r.add("rate", c, "2020", 8)
			}
		}, dataset.RuleRegions, "REG-82", []string{"2016"}},
		{"a target", func(r *rows) { r.add("rate", "DEP-01", "2027", 8) }, dataset.RuleFuture, "DEP-01", []string{"19 décembre 2024"}},
		{"a target of next quarter", func(r *rows) { r.add("rate", "DEP-01", "2025-Q1", 8) }, dataset.RuleFuture, "DEP-01", nil},
		{"a share over 100", func(r *rows) {
			r.spread("rate", "2020", func(i int) float64 { return rates(i) + 110*float64(i/11) })
		}, dataset.RuleShare, "DEP-06", []string{"entre 0 et 100", "ligne sur 12"}},
		{"a change in percent, seldom negative in a year", func(r *rows) {
			for p := range 5 {
				r.spread("rate", fmt.Sprint(2018+p), func(i int) float64 { return rates(i) - 6 + 0.4*float64(p*i%5) })
			}
		}, "", "", nil},
		{"a change that says so", func(r *rows) { r.spread("change", "2020", func(i int) float64 { return rates(i) - 6 }) }, "", "", nil},
		{"a change that says so, all below 1 in magnitude", func(r *rows) {
			for i := range 30 {
				r.add("change", territory.Code(fmt.Sprintf("COM-%05d", 1001+i)), "2020", float64(i)/30)
			}
		}, "", "", nil},
		{"a share with a sign too many", func(r *rows) {
			for p := range 5 {
				r.spread("rate", fmt.Sprint(2018+p), func(i int) float64 {
					if p == 2 && i == 3 {
						return -rates(i)
					}
					return rates(i) + 0.1*float64(p*i%5)
				})
			}
		}, dataset.RuleShare, "DEP-77", []string{"entre 0 et 100"}},
		{"a change in percent", func(r *rows) { r.spread("rate", "2020", func(i int) float64 { return rates(i) - 12 }) }, "", "", nil},
		{"a national rate above all its parts", func(r *rows) {
			r.spread("rate", "2020", rates)
			r.add("rate", "FR", "2020", 47)
		}, dataset.RuleRange, "FR", []string{"hors des valeurs de ses 12 départements"}},
		{"an income of zero", func(r *rows) {
			r.spread("income", "2020", func(i int) float64 { return float64(i) * 4000 })
		}, dataset.RuleZero, "DEP-75", []string{"secret"}},
		{"a zero between two counts", func(r *rows) {
			for p, x := range []float64{1, 0, 1.02} {
				r.spread("count", fmt.Sprint(2018+p), func(i int) float64 {
					if i == 3 {
						return x * counts(i)
					}
					return counts(i) * (1 + 0.01*float64(p))
				})
			}
		}, dataset.RuleZero, "DEP-77", []string{"remplissage", "2018", "2020"}},
		{"a moved decimal point", func(r *rows) {
			r.spread("count", "2018", counts)
			r.spread("count", "2019", func(i int) float64 {
				if i == 4 {
					return counts(i) * 10
				}
				return counts(i) * (1.01 + 0.001*float64(i))
			})
		}, dataset.RuleJump, "DEP-01", []string{"1 saut depuis 2018", "Département 04"}},
		{"a change of concept", func(r *rows) {
			r.spread("count", "2018", counts)
			r.spread("count", "2019", func(i int) float64 { return counts(i) * (5 + 0.02*float64(i)) })
		}, dataset.RuleBreak, "", []string{"multipliées par 5"}},
		{"small counts jump by chance", func(r *rows) {
			r.spread("count", "2018", func(i int) float64 { return float64(3 + i%3) })
			r.spread("count", "2019", func(i int) float64 { return float64(3 + i%4) })
		}, "", "", nil},
		{"the value of France copied everywhere", func(r *rows) {
			r.spread("rate", "2020", func(int) float64 { return 61.5 })
			r.add("rate", "FR", "2020", 61.5)
		}, dataset.RuleCopy, "DEP-01", []string{"la valeur de la France", "12 territoires sur 12"}},
		{"all at 100 percent", func(r *rows) { r.spread("rate", "2020", func(int) float64 { return 100 }) }, "", "", nil},
		{"a year copied from the year before", func(r *rows) {
			r.spread("count", "2020", counts)
			r.spread("count", "2021", counts)
		}, dataset.RuleCopy, "DEP-01", []string{"celles de 2020"}},
		{"two series from one column", func(r *rows) {
			r.spread("count", "2020", counts)
			r.spread("other", "2020", counts)
		}, dataset.RuleCopy, "DEP-01", []string{"celles de la série count"}},
		{"fractions for percentages", func(r *rows) {
			for i := range 30 {
				r.add("rate", territory.Code(fmt.Sprintf("COM-%05d", 1001+i)), "2020", float64(i)/30)
			}
		}, dataset.RuleShare, "", []string{"entre 0 et 1"}},
		{"secrecy written zero", func(r *rows) {
			for i := range 40 {
				r.add("count", territory.Code(fmt.Sprintf("COM-%05d", 1001+i)), "2020", float64((i%4)*(5+i%7)))
			}
		}, dataset.RuleZero, "COM-01001", []string{"zéros", "de 1 à 4"}},
	}
	in := checking(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var r rows
			c.make(&r)
			found := dataset.Check(dataset.NewTable(r), in)
			if c.rule == "" {
				if len(found) > 0 {
					t.Errorf("Check = %v; want nothing", found)
				}
				return
			}
			if len(found) != 1 {
				t.Fatalf("Check = %d findings %v; want one", len(found), found)
			}
			f := found[0]
			said := f.String()
			if f.Rule != c.rule || f.Territory != c.place || f.Do == "" || f.Refused {
				t.Errorf("Check = %s of %s, refused %v: %s", f.Rule, f.Territory, f.Refused, said)
			}
			for _, w := range c.words {
				if !strings.Contains(strings.ReplaceAll(said+" lignes", "\u00a0", " "), w) {
					t.Errorf("%s; want %q", said, w)
				}
			}
			if f.Territory != "" && (len(f.Lines) == 0 || f.Lines[0] < 2) {
				t.Errorf("%s: no line", said)
			}
		})
	}
}

// TestCheckDeclared: a declared control refuses what a found one would let go.
func TestCheckDeclared(t *testing.T) {
	in := checking(t)
	in.Controls = []dataset.Control{
		{Kind: "sum", Series: []string{"cou*"}, Of: "departement", Is: "region"},
		{Kind: "sum", Series: []string{"other"}, Of: "departement", Is: "FR", Tolerance: 0.1},
		{Kind: "share", Series: []string{"rate"}},
	}
	var r rows
	r.spread("count", "2020", counts)
	for k, code := range []territory.Code{"REG-11", "REG-84", "REG-93"} {
		sum := 0.0
		for i := k; i < 12; i += 3 {
			sum += counts(i)
		}
		r.add("count", code, "2020", sum+10*float64(k)) // 10 and 20 too much in some 7,000
	}
	r.add("other", "FR", "2020", 1.05*r.spread("other", "2020", func(i int) float64 { return counts(i) + 3 }))
	r.spread("rate", "2020", func(i int) float64 { return rates(i) - 12 })
	found := dataset.Refused(dataset.Check(dataset.NewTable(r), in))
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprint(f.Indicator, " ", f.Rule, " ", f.Territory, " ", f.Times))
	}
	if want := []string{"count sum REG-93 2", "rate share DEP-75 1"}; !slices.Equal(got, want) {
		t.Errorf("refused %v; want %v\n%v", got, want, found)
	}
}

// TestCheckOrder: the findings do not depend on the order of the rows.
func TestCheckOrder(t *testing.T) {
	in := checking(t)
	var r rows
	r.add("count", "FR", "2020", 2*r.spread("count", "2020", counts))
	r.spread("rate", "2030", func(int) float64 { return 61.5 })
	want := fmt.Sprint(dataset.Check(dataset.NewTable(r), in))
	slices.Reverse(r)
	if got := fmt.Sprint(dataset.Check(dataset.NewTable(r), in)); got != want {
		t.Errorf("reversed rows: %s; want %s", got, want)
	}
}

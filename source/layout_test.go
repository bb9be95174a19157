package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/dataset"
)

// head is the start of the made-up descriptions of this file; %s are the
// levels.
const head = `
name = "made"
title = "Essai"
producer = "Personne"
licence = "Aucune"
vintage = 2026
levels = [%s]
`

// births is a series that a description defines.
const births = `[[table.series]]
code = "made_births"
label = "Naissances inventées"
unit = "count"
`

// flat prints a table, an observation a line.
func flat(t *dataset.Table) string {
	var out []string
	for i := range t.Columns {
		c := &t.Columns[i]
		for k := range c.X {
			out = append(out, fmt.Sprintf("%s %s %s %v %c %d", strings.TrimPrefix(string(c.Indicator), "made_"), c.Territory[k], c.Period, c.X[k], c.Status[k], c.Line[k]))
		}
	}
	return strings.Join(out, "\n")
}

// Each way of laying figures out, in its smallest form.
func TestLayouts(t *testing.T) {
	cases := []struct{ name, levels, description, text, want string }{
		{"a series a column", `"departement"`, "[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n[table.period]\nfixed=\"2020\"\n" + births + "column=\"n\"\n[[table.series]]\ncode=\"made_deaths\"\nlabel=\"Décès\"\nunit=\"count\"\ncolumn=\"d\"\nscale=1000\n",
			"dep,n,d\n01,5,0.25\n2A,6,\n", "births DEP-01 2020 5 A 2\nbirths DEP-2A 2020 6 A 3\ndeaths DEP-01 2020 250 A 2\ndeaths DEP-2A 2020 NaN M 3"},
		{"periods in columns", `"departement"`, "[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n[table.period]\nheader='^P(?P<period>\\d{4})$'\n" + births,
			"dep,P2019,P2020,note\n01,5,6,x\n", "births DEP-01 2019 5 A 2\nbirths DEP-01 2020 6 A 2"},
		{"series and periods in columns", `"departement"`, "[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n" + births + "column='~^N(?P<period>\\d{4})$'\nstatus='~^S(?P<period>\\d{4})$'\n",
			"dep,N2019,S2019,N2020,S2020\n01,5,A,6,P\n", "births DEP-01 2019 5 A 2\nbirths DEP-01 2020 6 P 2"},
		{"territories in columns", `"region"`, "[[table]]\n[table.territory]\nheader='^(?P<territory>[A-Z].+)$'\njoin=\"label\"\nlevel=\"region\"\n[table.period]\ncolumn=\"mois\"\n" + births,
			"mois,Bretagne,Ile de France\njuil-22,5,6\n2022-T3,7,8\n", "births REG-11 2022-07 6 A 2\nbirths REG-53 2022-07 5 A 2\nbirths REG-11 2022-Q3 8 A 3\nbirths REG-53 2022-Q3 7 A 3"},
		{"rows of a series", `"national"`, "[[table]]\n[table.territory]\nfixed=\"FR\"\n[table.period]\ncolumn=\"an\"\n[table.value]\ncolumn=\"v\"\n" + births + "when={ quoi = \"naissances\" }\n[[table.series]]\ncode=\"made_deaths\"\nlabel=\"Décès\"\nunit=\"count\"\nwhen={ quoi = \"~^d\" }\n",
			"an,quoi,v\n2020,naissances,5\n2020,décès,6\n2020,mariages,7\n", "births FR 2020 5 A 2\ndeaths FR 2020 6 A 3"},
		{"levels mixed", `"region", "departement"`, "[[table]]\n[table.territory]\ncolumn=\"code\"\nlevel_column=\"niveau\"\nlevel_marks={ R = \"region\", D = \"departement\", C = \"\" }\n[table.period]\nfixed=\"2020\"\n" + births + "column=\"n\"\n",
			"code,niveau,n\n84,R,5\n84,D,6\n84001,C,7\n", "births DEP-84 2020 6 A 3\nbirths REG-84 2020 5 A 2"},
		{"zeros put back", `"departement"`, "[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\npad=2\nrewrite={ \"20A\" = \"DEP-2A\", tot = \"\" }\n[table.period]\nfixed=\"2020\"\n" + births + "column=\"n\"\n",
			"dep,n\n1,5\n20A,6\ntot,11\n", "births DEP-01 2020 5 A 2\nbirths DEP-2A 2020 6 A 3"},
		{"labels", `"departement"`, "[[table]]\n[table.territory]\ncolumn=\"nom\"\njoin=\"label\"\nlevel=\"departement\"\nrewrite={ \"Cote d or\" = \"DEP-21\" }\nstrip='^\\d+ - '\n[table.period]\nfixed=\"2020\"\n" + births + "column=\"n\"\n",
			"nom,n\n01 - AIN,5\nVal d’Oise,6\nCôte d'Or,7\nRéunion,8\nFINISTERE,9\n", "births DEP-01 2020 5 A 2\nbirths DEP-21 2020 7 A 4\nbirths DEP-29 2020 9 A 6\nbirths DEP-95 2020 6 A 3\nbirths DEP-974 2020 8 A 5"},
		{"within", `"commune"`, "[[table]]\n[table.territory]\ncolumn=\"nom\"\njoin=\"label\"\nlevel=\"commune\"\nwithin={ column=\"cp\", match='^(?P<territory>..)' }\n[table.period]\nfixed=\"2020\"\n" + births + "count=true\n",
			"nom,cp\nSaint-Denis,93200\nST DENIS,93210\n", "births COM-93066 2020 2 A 2"},
		{"tall header", `"departement"`, "[[table]]\nheader=3\nheaders=2\nend='^Source'\nleave=[ { match='^Total', reason=\"total\" } ]\n[table.territory]\ncolumn=\"Code\"\nlevel=\"departement\"\n[table.period]\nheader='^Naissances \\| (?P<period>\\d{4})$'\n" + births,
			"Titre,,\n,,\n,Naissances,\nCode,2019,2020\n01,5,6\nTotal,5,6\nSource : nous,,\n", "births DEP-01 2019 5 A 5\nbirths DEP-01 2020 6 A 5"},
		{"header found", `"departement"`, "[[table]]\nheader_find='^Code'\nwhere=[ { column=\"#2\", in=[\"Ensemble\"] } ]\n[table.territory]\ncolumn=\"~^Code\"\nlevel=\"departement\"\n[table.period]\nfixed=\"2020\"\n" + births + "column=\"#3\"\n",
			"Un titre,,\nCode dép,Sexe,n\n01,Ensemble,5\n01,Femmes,3\n", "births DEP-01 2020 5 A 3"},
		{"no header", `"departement"`, "[[table]]\nheader=0\n[table.territory]\ncolumn=\"#1\"\nlevel=\"departement\"\n[table.period]\ncolumn=\"#2\"\n" + births + "column=\"#3\"\n",
			"01,2020,5\n", "births DEP-01 2020 5 A 1"},
		{"marks and flags", `"departement"`, "[marks]\ns=\"S\"\n\"n.d.\"=\"-\"\n[flags]\n'\\*+$'=\"A\"\n'\\s*\\(e\\)$'=\"E\"\n[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n[table.period]\nheader='^(?P<period>\\d{4}.*)$'\n" + births,
			"dep,2009**,2010 (e)\n01,s,1 234*\n02,n.d.,5 (e)\n", "births DEP-01 2009 NaN S 2\nbirths DEP-01 2010 1234 E 2\nbirths DEP-02 2010 5 E 3"},
		{"sums", `"departement"`, "[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n[table.period]\nfixed=\"2020\"\n" + births + "columns=[\"f\", \"g\"]\nminus=[\"m\"]\nsum=true\n",
			"dep,f,g,m\n01,5,6,1\n01,1,1,0\n02,1,,0\n", "births DEP-01 2020 12 A 2\nbirths DEP-02 2020 NaN M 4"},
		{"last reading of a year", `"departement"`, "published=\"2024-06-30\"\n[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n[table.period]\ncolumn=\"date\"\nlast_of=\"year\"\nprovisional=\"2023\"\n" + births + "column=\"n\"\n",
			"dep,date,n\n01,31/12/2022,5\n01,30/06/2022,4\n01,2023-06-30,7\n01,2024-12-31,9\n", "births DEP-01 2022 5 A 2\nbirths DEP-01 2023 7 P 4"},
		{"Eurostat", `"national", "departement"`, "[[table]]\n[table.territory]\ncolumn=\"geo\"\nform=\"nuts\"\n[table.period]\ncolumn=\"t\"\n" + births + "column=\"n\"\n",
			"geo,t,n\nFR,2020M10,5\nFRF11,2020,6\nFRB0,2020,7\n", "births DEP-67 2020 6 A 3\nbirths FR 2020-10 5 A 2"},
		{"copies", `"departement"`, "[keep]\ncopies=\"count\"\n[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n[table.period]\nfixed=\"2020\"\n" + births + "column=\"n\"\n",
			"dep,n\n01,5\n02,6\n01,5\n", "births DEP-01 2020 5 A 2\nbirths DEP-02 2020 6 A 3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := parse(t, fmt.Sprintf(head, c.levels)+c.description)
			table, report, err := readText(t, d, "made.csv", c.text, smallEnv(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, flat(table)); diff != "" {
				t.Error(diff)
			}
			balanced(t, &report)
		})
	}
}

// balanced checks that a report accounts for each possible observation.
func balanced(t *testing.T, r *Report) {
	t.Helper()
	n := r.Kept + r.Gathered + r.Join.Lost()
	for _, l := range r.LeftOut {
		n += l.Rows
	}
	if n != r.Rows {
		t.Errorf("%d possible observations, %d accounted for: %+v", r.Rows, n, r)
	}
}

// Periods and territories may be in the name of a member, and lines go on from
// one member to the next.
func TestMembers(t *testing.T) {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, m := range [][2]string{{"n_2019_01.csv", "v\n5\n"}, {"n_2020_2A.csv", "v\n6\n"}, {"lisez.csv", "x\n1\n"}} {
		w, err := z.Create(m[0])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(m[1])) // a bytes.Buffer does not fail
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	d := parse(t, fmt.Sprintf(head, `"departement"`)+"[[table]]\nmembers=[\"n_*.csv\"]\n[table.territory]\nmember='_(?P<territory>..)\\.csv$'\nlevel=\"departement\"\n[table.period]\nmember='_(?P<period>\\d{4})_'\n"+births+"column=\"v\"\n")
	table, report, err := readText(t, d, "made.zip", packed.String(), smallEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("births DEP-01 2019 5 A 2\nbirths DEP-2A 2020 6 A 4", flat(table)); diff != "" {
		t.Error(diff)
	}
	if len(report.Sheets) != 3 || report.Sheets[2].Read {
		t.Errorf("%+v", report.Sheets)
	}
	lines, err := Lines(t.Context(), d, "made.zip", bytes.NewReader(packed.Bytes()), int64(packed.Len()), []int{4, 2})
	want := map[int]string{2: "membre « n_2019_01.csv », ligne 2 : 5", 4: "membre « n_2020_2A.csv », ligne 2 : 6"}
	if diff := cmp.Diff(want, lines); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

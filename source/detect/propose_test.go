package detect

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"vigie/indicator"
	"vigie/source"
	"vigie/source/sourcetest"
	"vigie/territory"
)

// TestPropose proposes descriptions for small files with made-up values, in
// layouts that producers use, and imports them as proposed.
func TestPropose(t *testing.T) {
	list := vintages(t)
	known := New(list)
	for _, c := range []struct {
		name, text string
		says       []string // lines of the proposal
		kept       int      // observations of the import
		series     int
	}{
		{"long.csv", "code_departement,nom_departement,annee,valeur\n01,Ain,2020,1.5\n01,Ain,2021,1.6\n02,Aisne,2020,2.5\n02,Aisne,2021,2.6\n2A,Corse-du-Sud,2020,3\n2A,Corse-du-Sud,2021,4\n",
			[]string{`levels = ["departement"]`, `column = "code_departement"`, `column = "annee"`}, 6, 1},
		{"titles.csv", "Taux de pauvreté en 2021;;\nSource : Insee;;\n;;\nCode géographique;Libellé;Taux (en %)\nCODGEO;LIBGEO;TP60\n01001;L'Abergement-Clémenciat;12,5\n01002;L'Abergement-de-Varey;s\n01004;Ambérieu-en-Bugey;18,1\n01005;Ambérieux-en-Dombes;9,0\nNote : valeurs inventées;;\n",
			[]string{`levels = ["commune"]`, `header = 5`, `"s" = "S"`, `decimal = ","`, `fixed = "2021"`, `end = "^Note`}, 4, 1},
		{"wide.csv", "Région;2019;2020;2021 (p)\nBretagne;1;2;3\nNormandie;4;5;6\nCorse;7;8;nd\nFrance métropolitaine;9;10;11\n",
			[]string{`join = "label"`, `level = "region"`, `"France métropolitaine" = "FM"`, `"nd" = "M"`}, 12, 1},
		{"prefixed.csv", "zone;maille;date;valeur\nD01;DEPT;2022-12-31;1\nD2A;DEPT;2022-12-31;2\nR84;REG;2022-12-31;3\nFRANCE;NAT;2022-12-31;4\n",
			[]string{`level_column = "maille"`, `strip = "^(D|R)[-_ ]?"`, `last_of = "year"`, `"FRANCE" = "FR"`}, 4, 1},
		{"dims.csv", "dep,annee,sexe,indicateur,nombre\n01,2020,Ensemble,A,10\n01,2020,Femmes,A,4\n01,2020,Hommes,A,6\n01,2020,Ensemble,B,20\n01,2020,Femmes,B,12\n01,2020,Hommes,B,8\n02,2020,Ensemble,A,11\n02,2020,Femmes,A,5\n02,2020,Hommes,A,6\n02,2020,Ensemble,B,21\n02,2020,Femmes,B,13\n02,2020,Hommes,B,8\n",
			[]string{`{ column = "sexe", in = ["Ensemble"] }`, `when = { "indicateur" = "A" }`}, 4, 2},
		{"zeros.csv", "dept;annee;taux\n1;2020;1,5\n2;2020;2,5\n9;2020;3,5\n31;2020;4,5\n",
			[]string{`pad = 2`, `column = "dept"`}, 4, 1},
		{"eurostat.csv", "freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nA,PC,FR10,2020,1.5,\nA,PC,FRB0,2020,2.5,e\nA,PC,FR,2020,2,\nA,PC,DE11,2020,3.5,p\n",
			[]string{`form = "nuts"`, `status = "OBS_FLAG"`}, 0, 0},
		{"glued.csv", "Département;Part\n01 - Ain;12,5 %\n02 - Aisne;13 %\n33 - Gironde;14,1 %\n2A - Corse-du-Sud;10 %\n",
			[]string{`join = "label"`, `strip =`}, 4, 1},
		{"overseas.csv", "Département;Revenu\nAin;1000\nAisne;1001\nAllier;1002\nArdèche;1003\nArdennes;1004\nAriège;1005\nAube;1006\nAude;1007\nAveyron;1008\nCalvados;1009\nCantal;1010\nCharente;1011\nCher;1012\nCorrèze;1013\nCreuse;1014\nDordogne;1015\nDoubs;1016\nDrôme;1017\nEure;1018\nFinistère;1019\nGuadeloupe;1020\nMartinique;1021\nGuyane;1022\nMayotte;1023\nLa Réunion;1024\n",
			[]string{`join = "label"`, `level = "departement"`}, 25, 1},
		{"own.csv", "CODGEO;P20_POP;P14_POP;MED21\n01001;100;90;21000\n01002;200;190;22000\n01004;300;290;\n",
			[]string{`period = "2020"`, `period = "2014"`, `period = "2021"`}, 9, 2},
		{"regions.json", `{"data":[{"code_region":"84","annee":2020,"valeur":1.5},{"code_region":"53","annee":2020,"valeur":2},{"code_region":"28","annee":2020,"valeur":2}]}`,
			[]string{`levels = ["region"]`}, 3, 1},
	} {
		p, err := known.Propose(context.Background(), c.name, strings.NewReader(c.text), int64(len(c.text)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, line := range c.says {
			if !strings.Contains(string(p.TOML), line) {
				t.Errorf("%s: no %s in\n%s", c.name, line, p.TOML)
			}
		}
		d, err := source.ParseDescription(p.TOML)
		if err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, p.TOML)
			continue
		}
		if c.kept == 0 {
			continue
		}
		env := source.Env{Vintage: list[0], Became: func(territory.Code) string { return "" }, Catalogue: &indicator.Catalogue{}}
		table, report, err := source.Read(context.Background(), d, c.name, strings.NewReader(c.text), int64(len(c.text)), env)
		if err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, p.TOML)
			continue
		}
		kept := 0
		for i := range table.Columns {
			kept += len(table.Columns[i].X)
		}
		if kept != c.kept || report.Indicators != c.series {
			t.Errorf("%s: %d observations of %d series, want %d of %d\n%s", c.name, kept, report.Indicators, c.kept, c.series, p.TOML)
		}
	}
}

// TestProposeMutations spoils a file: no panic, an answer in time, and what is
// proposed is a description.
func TestProposeMutations(t *testing.T) {
	valid := "Titre\nCode géographique;Libellé;2019;2020;statut\n01001;Un;1;2;A\n01002;Deux;3;nd;P\n01004;Trois;5 (e);6;\nFR;France;7;8;\nSource : inventée\n"
	spoilt, err := sourcetest.New("f.csv", []byte(valid))
	if err != nil {
		t.Fatal(err)
	}
	known := New(vintages(t))
	for i := range 300 {
		b := spoilt.Spoil(rand.New(rand.NewPCG(7, uint64(i))))
		start := time.Now()
		p, err := known.Propose(context.Background(), "f.csv", bytes.NewReader(b), int64(len(b)))
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%d: %v", i, d)
		}
		if err != nil {
			continue
		}
		if _, err := source.ParseDescription(p.TOML); err != nil {
			t.Errorf("%q: %v\n%s", b, err, p.TOML)
		}
	}
}

func FuzzPropose(f *testing.F) {
	known := New(vintages(f))
	f.Add([]byte("dep;annee;taux\n01;2020;1,5\n02;2020;2,5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := known.Propose(context.Background(), "f.csv", bytes.NewReader(b), int64(len(b))); err == nil {
			if _, err := source.ParseDescription(p.TOML); err != nil {
				t.Errorf("%v\n%s", err, p.TOML)
			}
		}
	})
}

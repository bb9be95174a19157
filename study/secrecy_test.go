package study_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"vigie/stat/disclosure"
	"vigie/stat/survey"
	"vigie/study"
)

// counted counts, apart from the package, the records of the example by answer
// and level: of the citizens of 2021.
func counted(t *testing.T, answer []string, by string) map[string]map[string]int {
	t.Helper()
	p, err := example(t)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Read(context.Background(), loadExample(nil), vintages(t))
	if err != nil {
		t.Fatal(err)
	}
	f := r.Frame()
	text := func(c *survey.Column, i int) string {
		c = c.Categorical()
		if c.Code[i] < 0 {
			return ""
		}
		return c.Levels[c.Code[i]]
	}
	wave, public := f.Column("wave").Categorical(), f.Column("public")
	columns := make([]*survey.Column, len(answer))
	for k, name := range answer {
		columns[k] = f.Column(name).Categorical()
	}
	level := f.Column(by)
	out := map[string]map[string]int{}
	add := func(answer, level string) {
		if out[answer] == nil {
			out[answer] = map[string]int{}
		}
		out[answer][level]++
		out[answer][""]++
	}
	for i := range f.Rows {
		if text(wave, i) != "2021" || text(public, i) != "citoyens" {
			continue
		}
		answered := false
		for _, c := range columns {
			if a := text(c, i); a != "" {
				answered = true
				add(a, text(level, i))
			}
		}
		if answered {
			add("base", text(level, i))
		}
	}
	return out
}

// domains are the answers of the priorities, from 1.
var domains = []string{"EMP", "NIV", "DEV", "NUM", "PAU", "SAN", "LOG", "AUT", "ENV", "ENE", "MOB", "ALI", "EDU", "LIE", "SEC", "CUL"}

// Somebody who reads the tables, knows the base of every column and how they add
// up, works out no count that is withheld for its smallness: neither of an
// answer of few, nor of a region of few.
func TestWithheldCountsCannotBeWorkedOut(t *testing.T) {
	got := tabulated(t, nil)
	regionOf := map[string]string{}
	for i, code := range []string{"REG-11", "REG-84", "REG-75", "REG-76", "REG-32", "REG-93", "REG-44", "REG-52", "REG-53", "REG-28", "REG-27", "REG-24", "REG-94"} {
		regionOf[code] = "R" + string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10))
	}
	for _, c := range []struct {
		item    string
		answers []string
		option  func(code string) string
	}{
		{"cooperation", []string{"coop"}, func(code string) string { return map[string]string{"yes": "1", "no": "0"}[code] }},
		{"satisfaction", []string{"satisfaction"}, func(code string) string { return code }},
		{"fragility_priority", []string{"prio1", "prio2", "prio3"}, func(code string) string { return number(slices.Index(domains, code) + 1) }},
	} {
		counts := counted(t, c.answers, "region")
		item, _ := got.Item(c.item)
		table, _ := item.By("region")
		whole, _ := item.By("")
		var cells []disclosure.Cell
		var sums []disclosure.Sum
		var hidden, must []string
		add := func(o study.Option, column *study.Column, level string) {
			key := o.Code + "|" + column.Level
			n, base := counts[c.option(o.Code)][level], counts["base"][level]
			cells = append(cells, disclosure.Cell{Key: key, Value: float64(n), N: n},
				disclosure.Cell{Key: "not " + key, Value: float64(base - n)}, disclosure.Cell{Key: "base " + key, Value: float64(base)})
			sums = append(sums, disclosure.Sum{Total: "base " + key, Parts: []string{key, "not " + key}})
			if cell, ok := column.Cell(o.Code); column.Secret || ok && cell.Secret {
				hidden = append(hidden, key, "not "+key)
				if base < 30 || n > 0 && n < 5 {
					must = append(must, key)
				}
			} else if base < 30 || n > 0 && n < 5 {
				t.Errorf("%s: %s is published: %d of %d", c.item, key, n, base)
			}
		}
		for _, o := range item.Options {
			add(o, &whole.Columns[0], "")
			sum := disclosure.Sum{Total: o.Code + "|"}
			for k := range table.Columns {
				column := &table.Columns[k]
				add(o, column, regionOf[column.Level])
				sum.Parts = append(sum.Parts, o.Code+"|"+column.Level)
			}
			sums = append(sums, sum)
		}
		for _, column := range append([]study.Column{whole.Columns[0]}, table.Columns...) {
			level := regionOf[column.Level]
			if item.Kind != "ranking" {
				sum := disclosure.Sum{Total: "total " + column.Level}
				for _, o := range item.Options {
					sum.Parts = append(sum.Parts, o.Code+"|"+column.Level)
				}
				cells = append(cells, disclosure.Cell{Key: sum.Total, Value: float64(counts["base"][level])})
				sums = append(sums, sum)
			}
		}
		all, err := disclosure.Linked(cells, sums)
		if err != nil {
			t.Fatal(err)
		}
		bounds, err := disclosure.Attack(all, hidden, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bounds {
			if slices.Contains(must, b.Key) && !(b.High-b.Low >= 2) && !math.IsInf(b.High, 1) {
				t.Errorf("%s: %s is known to be in %v–%v", c.item, b.Key, b.Low, b.High)
			}
		}
		if len(must) == 0 {
			t.Errorf("%s: nothing had to be withheld", c.item)
		}
	}
}

func number(n int) string {
	if n >= 10 {
		return "1" + string(rune('0'+n-10))
	}
	return string(rune('0' + n))
}

// A breakdown that says « Corsica, the mainland » beside the regions would give
// Corsica by subtraction: the mainland is withheld with it.
func TestBreakdownsThatContainOneAnother(t *testing.T) {
	const island = `[[breakdown]]
code = "island"
x = "region"
label = { fr = "Île", en = "Island" }
levels = [
  { code = "corsica", answers = ["R13"], label = { fr = "Corse", en = "Corsica" } },
  { code = "mainland", answers = ["R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12"], label = { fr = "Continent", en = "Mainland" } },
]

[[item]]`
	got := tabulated(t, nil, withoutRanking(t), "", "[[item]]", island)
	item, _ := got.Item("cooperation")
	table, _ := item.By("island")
	for i := range table.Columns {
		c := &table.Columns[i]
		if yes, ok := c.Cell("yes"); !c.Secret && (!ok || !yes.Secret) {
			t.Errorf("%s is published: %+v", c.Level, c)
		}
	}
	if everybody, _ := item.By(""); everybody.Columns[0].Secret || everybody.Columns[0].Cells[0].Secret {
		t.Error("everybody is withheld: nothing is left")
	}
}

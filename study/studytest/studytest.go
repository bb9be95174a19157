// Package studytest makes surveys up for tests: synthetic in name and in mark,
// from a seed, the same ones each time.
//
// Respondents are drawn, then counted as a simple random sample; nothing here
// says anything about anybody. Start with Surveys; Canary is a value that no
// output may show.
package studytest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"vigie/stat/survey"
	"vigie/study"
)

// The items that are asked.
const (
	Priority   = "fragility_priority"               // 3 of 16 domains
	Concern    = "fragility_concern"                // 16 domains noted 0 to 10
	Innovation = "partnership_source_of_innovation" // yes or no
)

// Audiences are those asked, and Regions those of the breakdown.
var (
	Audiences = []string{"citizens", "local_elected", "companies", "associations"}
	Regions   = []string{"REG-11", "REG-24", "REG-27", "REG-28", "REG-32", "REG-44", "REG-52", "REG-53", "REG-75", "REG-76", "REG-84", "REG-93", "REG-94"}
	Domains   = []string{"EMP", "NIV", "DEV", "NUM", "PAU", "SAN", "LOG", "AUT", "ENV", "ENE", "MOB", "ALI", "EDU", "LIE", "SEC", "CUL"}
)

// Wave names the synthetic wave of an audience in a year.
func Wave(audience string, year int) string { return fmt.Sprintf("SYNTHETIC-%s-%d", audience, year) }

// Surveys returns the surveys of four audiences in 2024 and 2026: 600 persons
// each, citizens 1,200. Company leaders are asked their priorities on another
// scale in 2024 (5 of 16), and are asked by another mode in 2026.
func Surveys(seed uint64) []*study.Tabulation {
	var out []*study.Tabulation
	for a, audience := range Audiences {
		for _, year := range []int{2024, 2026} {
			n := 600
			if audience == "citizens" {
				n = 1200
			}
			g := &maker{rng: rand.New(rand.NewPCG(seed, uint64(100*a+year))), audience: a, year: year, n: n}
			out = append(out, g.survey())
		}
	}
	return out
}

type maker struct {
	rng      *rand.Rand
	audience int
	year, n  int
	region   []int
}

func (g *maker) survey() *study.Tabulation {
	g.region = make([]int, g.n)
	for i := range g.region {
		g.region[i] = int(float64(len(Regions)) * math.Pow(g.rng.Float64(), 1.7)) // the last ones have few
	}
	name := Audiences[g.audience]
	t := &study.Tabulation{Wave: Wave(name, g.year), Audience: name, Synthetic: true, Plan: "synthetic", Answers: "synthetic", Version: "synthetic",
		Mode: "online", Records: g.n, Secrecy: study.Secrecy{Rule: "survey", MinBase: 30, MinCell: 5}}
	if name == "companies" && g.year == 2026 {
		t.Mode = "phone"
	}
	t.Weighting = g.weighting()
	t.Breakdowns = []study.Breakdown{{Code: "region", Label: study.Words{FR: "Région", EN: "Region"}, Territory: true, Levels: regions()}}
	t.Items = []study.ItemTable{g.priority(), g.concern(), g.innovation()}
	return t
}

func regions() []study.Option {
	var out []study.Option
	for _, r := range Regions {
		out = append(out, study.Option{Code: r, Label: study.Words{FR: r, EN: r}})
	}
	return out
}

func (g *maker) weighting() study.Weighting {
	n := float64(g.n)
	return study.Weighting{Method: "rake", DesignDF: n - 1, DesignKish: 1.21, Effective: n / 1.21, Iterations: 7, TopShare: 0.024,
		Quantiles: []float64{0.31, 0.42, 0.55, 0.78, 0.96, 1.17, 1.62, 2.31, 2.9},
		Margins: []study.Margin{
			{Variable: study.Words{FR: "Taille de la commune", EN: "Size of the commune"}, Level: study.Words{FR: "moins de 2 000 habitants", EN: "under 2,000 inhabitants"}, Sample: 0.31, Before: 0.30, After: 0.22, Target: 0.22, Source: "Insee, RP 2021 (synthétique)"},
			{Variable: study.Words{FR: "Taille de la commune", EN: "Size of the commune"}, Level: study.Words{FR: "2 000 habitants et plus", EN: "2,000 inhabitants and more"}, Sample: 0.69, Before: 0.70, After: 0.78, Target: 0.78, Source: "Insee, RP 2021 (synthétique)"},
		}}
}

func domainOptions() []study.Option {
	var out []study.Option
	for _, d := range Domains {
		out = append(out, study.Option{Code: d, Domain: d, Label: study.Words{FR: "Domaine " + d, EN: "Domain " + d}})
	}
	return out
}

// taste is how much an audience minds a domain, 0 to 1.
func (g *maker) taste(d int) float64 {
	shared := []float64{.9, .85, .5, .2, .7, .8, .55, .5, .6, .45, .4, .3, .5, .45, .75, .2}[d]
	own := [][]float64{{}, {2: .3, 5: .15, 10: .2}, {0: -.2, 2: .4, 14: -.2}, {13: .4, 4: .2, 14: -.4}}[g.audience]
	if d < len(own) {
		shared += own[d]
	}
	if g.year == 2026 && d == 5 {
		shared += .15
	}
	return shared
}

func (g *maker) priority() study.ItemTable {
	picks, scale := 3, "3 of 16"
	if g.year == 2024 && Audiences[g.audience] == "companies" {
		picks, scale = 5, "5 of 16"
	}
	cited := make([][]float64, len(Domains))
	for d := range cited {
		cited[d] = make([]float64, g.n)
	}
	for i := range g.n {
		for range picks {
			for {
				d := g.rng.IntN(len(Domains))
				if cited[d][i] == 0 && g.rng.Float64() < g.taste(d)*g.taste(d) {
					cited[d][i] = 1
					break
				}
			}
		}
	}
	return g.table(study.Item{Code: Priority, Construct: Priority, Kind: string(survey.MultipleQuestion), Scale: scale, Options: domainOptions(),
		Wording: study.Words{FR: "Question synthétique : vos priorités ?", EN: "Synthetic question: your priorities?"}}, cited, true)
}

func (g *maker) concern() study.ItemTable {
	noted := make([][]float64, len(Domains))
	for d := range noted {
		noted[d] = make([]float64, g.n)
		for i := range noted[d] {
			local := 0.6 * float64((7*g.region[i]+3*d)%5-2)
			noted[d][i] = math.Round(min(10, max(0, 3+5*g.taste(d)+local+2*g.rng.NormFloat64())))
		}
	}
	return g.table(study.Item{Code: Concern, Construct: Concern, Kind: string(survey.ScoreQuestion), Scale: "0-10", Options: domainOptions(),
		Wording: study.Words{FR: "Question synthétique : votre préoccupation ?", EN: "Synthetic question: your concern?"}}, noted, false)
}

func (g *maker) innovation() study.ItemTable {
	yes, no := make([]float64, g.n), make([]float64, g.n)
	for i := range yes {
		if g.rng.Float64() < []float64{.74, .9, .82, .88}[g.audience] {
			yes[i] = 1
		}
		no[i] = 1 - yes[i]
	}
	return g.table(study.Item{Code: Innovation, Construct: Innovation, Kind: string(survey.SingleQuestion), Scale: "yes/no",
		Wording: study.Words{FR: "Question synthétique : source d'innovation ?", EN: "Synthetic question: a source of innovation?"},
		Options: []study.Option{{Code: "yes", Label: study.Words{FR: "Oui", EN: "Yes"}}, {Code: "no", Label: study.Words{FR: "Non", EN: "No"}}}}, [][]float64{yes, no}, true)
}

// table counts one item over everybody and over the regions.
func (g *maker) table(item study.Item, answers [][]float64, percent bool) study.ItemTable {
	everybody := study.Table{Columns: []study.Column{g.column(item, answers, percent, -1)}}
	by := study.Table{By: "region"}
	for r := range Regions {
		by.Columns = append(by.Columns, g.column(item, answers, percent, r))
	}
	return study.ItemTable{Item: item, Tables: []study.Table{everybody, by}}
}

// column counts those of one region, everybody when it is negative.
func (g *maker) column(item study.Item, answers [][]float64, percent bool, region int) study.Column {
	c := study.Column{Letter: "A"}
	if region >= 0 {
		c.Level, c.Letter = Regions[region], survey.Letter(region)
	}
	n := 0.0
	for i := range g.n {
		if region < 0 || g.region[i] == region {
			n++
		}
	}
	c.Base, c.Effective = int(n), n/1.21
	if region >= 0 && c.Base < 30 {
		return study.Column{Level: c.Level, Letter: c.Letter, Secret: true}
	}
	for o, option := range item.Options {
		sum, square := 0.0, 0.0
		for i := range g.n {
			if region < 0 || g.region[i] == region {
				sum, square = sum+answers[o][i], square+answers[o][i]*answers[o][i]
			}
		}
		mean := sum / n
		se := math.Sqrt(max(0, square/n-mean*mean)/(n-1)) * 1.1
		cell := study.Cell{Line: option.Code, Percent: percent, Value: mean, SE: se, Low: mean - 1.96*se, High: mean + 1.96*se}
		if percent {
			cell.Low, cell.High = max(0, cell.Low), min(1, cell.High)
			cell.Imprecise = c.Base < 60
			if sum < 5 {
				cell = study.Cell{Line: option.Code, Percent: true, Secret: true}
			}
		}
		c.Cells = append(c.Cells, cell)
	}
	return c
}

// Canary is put in secret cells by Withhold: no output may show it, as a share
// (31,41…), a mean or a place.
const Canary = 0.31415926

// Withhold makes one figure of everybody's column secret but leaves, against
// the contract, a value in it: whatever shows it did not look at the mark.
func Withhold(t *study.Tabulation, item, line string) {
	i, _ := t.Item(item)
	for k := range i.Tables {
		for c := range i.Tables[k].Columns {
			column := &i.Tables[k].Columns[c]
			for n := range column.Cells {
				if column.Cells[n].Line == line {
					column.Cells[n] = study.Cell{Line: line, Percent: column.Cells[n].Percent, Value: Canary, SE: Canary / 100,
						Low: Canary - 0.001, High: Canary + 0.001, Secret: true}
				}
			}
		}
	}
}

package study

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	analysis "vigie/estimate"
	"vigie/fault"
	"vigie/stat/survey"
)

// tried is a survey drawn from a seed: one question of three answers, one of them
// rare, and three breakdowns of which any two may be crossed.
type tried struct {
	frame  *survey.Frame
	levels map[string]int
}

func draw(n int, seed uint64) *tried {
	r := rand.New(rand.NewPCG(seed, 3))
	x := &tried{&survey.Frame{Rows: n}, map[string]int{"a": 2, "b": 2, "c": 2, "q": 3}}
	for _, name := range []string{"a", "b", "c", "q"} {
		text := make([]string, n)
		for i := range text {
			k := r.IntN(x.levels[name])
			if name == "q" && k > 1 && r.IntN(8) > 0 {
				k = 0
			}
			if i < x.levels[name] {
				k = i
			}
			text[i] = string(rune('1' + k))
		}
		x.frame.Columns = append(x.frame.Columns, survey.Category(name, text))
	}
	weight := &survey.Column{Name: "w", Number: make([]float64, n)}
	for i := range weight.Number {
		weight.Number[i] = 1 + r.Float64()
	}
	x.frame.Columns = append(x.frame.Columns, weight)
	return x
}

// explorer keeps the survey under a tabulation that withholds nothing, so that
// an attacker has every margin.
func (x *tried) explorer(t testing.TB, least int) *Explorer {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "format = 1\nwave = \"ESSAI-2026\"\naudience = \"citizens\"\nyear = 2026\nmode = \"essai\"\nsynthetic = true\n[design]\ndata = \"essai.csv\"\nweights = \"w\"\n[secrecy]\nrule = \"survey\"\nmin_base = %d\n", least)
	options := func(key string, levels int) {
		fmt.Fprintf(&b, "%s = [\n", key)
		for k := range levels {
			fmt.Fprintf(&b, "{ code = \"%c\", answers = [\"%c\"], label = { fr = \"N%d\", en = \"L%d\" } },\n", '1'+k, '1'+k, k, k)
		}
		b.WriteString("]\n")
	}
	for _, name := range []string{"a", "b", "c"} {
		fmt.Fprintf(&b, "[[breakdown]]\ncode = %q\nx = %q\nlabel = { fr = %q, en = %q }\n", name, name, name, name)
		options("levels", x.levels[name])
	}
	b.WriteString("[[item]]\ncode = \"q\"\nkind = \"single\"\nx = [\"q\"]\nwording = { fr = \"Q\", en = \"Q\" }\n")
	options("options", x.levels["q"])
	p, err := ParsePlan("plan.toml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return open(t, p, x.frame)
}

// open reads answers and keeps them under a tabulation that withholds nothing.
func open(t testing.TB, p *Plan, f *survey.Frame) *Explorer {
	t.Helper()
	r, err := p.Read(context.Background(), func(analysis.File) (*survey.Frame, error) { return f, nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	tab := &Tabulation{Wave: p.Wave, Audience: p.Audience, Plan: p.Hash, Secrecy: Secrecy{MinBase: p.Secrecy.MinBase}}
	for _, b := range p.Breakdowns {
		one := Breakdown{Code: b.Code, Territory: b.Territory}
		for _, l := range b.Levels {
			one.Levels = append(one.Levels, Option{Code: l.Code})
		}
		tab.Breakdowns = append(tab.Breakdowns, one)
	}
	for _, it := range p.Items {
		item := ItemTable{Item: Item{Code: it.Code, Kind: it.Kind}, Tables: []Table{{Columns: []Column{{Base: 1}}}}}
		for _, b := range tab.Breakdowns {
			table := Table{By: b.Code}
			for k, l := range b.Levels {
				table.Columns = append(table.Columns, Column{Level: l.Code, Letter: survey.Letter(k), Base: 1})
			}
			item.Tables = append(item.Tables, table)
		}
		tab.Items = append(tab.Items, item)
	}
	e, err := r.Explore(tab, []byte("un secret qui n’est que d’essai"))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// crossOf counts one cross as Ask does.
func crossOf(t testing.TB, e *Explorer, first, second int) *counted {
	t.Helper()
	g, err := e.grid(&e.items[0], first, second)
	if err != nil {
		t.Fatal(err)
	}
	tables := &e.tab.Items[0]
	g.pick(columnsBy(tables, e.tab.Breakdowns[first].Code), columnsBy(tables, e.tab.Breakdowns[second].Code))
	return g.count(&g.x.parts[0])
}

// TestExploreAttack gives an attacker the true counts of every level of every
// breakdown, the published count of every answer of every cross (what shares
// and bases tell at best) and how far counts move. Linear programmes on the
// whole table of three breakdowns then bound each small count: none of 1 or 2
// may be known to the unit.
func TestExploreAttack(t *testing.T) {
	small, told, narrow, seeds := 0, 0, 0, uint64(1)
	if os.Getenv("VIGIE_LONG") != "" {
		seeds = 20
	}
	for seed := range seeds {
		e := draw(110, seed).explorer(t, 11)
		a := newAttacker(e)
		for _, pair := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
			a.learn(crossOf(t, e, pair[0], pair[1]), pair)
		}
		for _, k := range a.targets {
			if k.n == 0 || k.n > 2 {
				continue
			}
			low, high := a.bounds(t, k.of)
			if low > float64(k.n)+0.1 || high < float64(k.n)-0.1 {
				t.Fatalf("seed %d: the attacker is wrong: %v to %v, true %d", seed, low, high, k.n)
			}
			small++
			if math.Floor(high+1e-6)-math.Ceil(low-1e-6) < 1 {
				told++
			}
			if math.Floor(high+1e-6)-math.Ceil(low-1e-6) < 2 {
				narrow++
			}
		}
	}
	t.Logf("%d small counts, %d known to the unit, %d to one of two", small, told, narrow)
	if small == 0 || told > 0 {
		t.Errorf("%d small counts, %d known to the unit", small, told)
	}
}

// attacker holds what was learnt: rows of G x ≤ h over the counts of the whole
// table.
type attacker struct {
	size    [4]int // levels of a, b, c, q
	rows    [][]float64
	limits  []float64
	targets []target
}

type target struct {
	of []float64
	n  int
}

func newAttacker(e *Explorer) *attacker {
	a := &attacker{size: [4]int{2, 2, 2, 3}}
	for b := range 3 {
		for level := range a.size[b] {
			for q := range a.size[3] {
				n := 0
				for i, code := range e.items[0].parts[0].code {
					if int(e.by[b][i]) == level && int(code) == q {
						n++
					}
				}
				a.between(a.sum(map[int]int{b: level, 3: q}), float64(n), float64(n))
			}
		}
	}
	return a
}

// sum is the row of the counts at the given levels.
func (a *attacker) sum(at map[int]int) []float64 {
	row := make([]float64, a.size[0]*a.size[1]*a.size[2]*a.size[3])
	for k := range row {
		rest, in := k, true
		for d := 3; d >= 0; d-- {
			if level, fixed := at[d]; fixed && rest%a.size[d] != level {
				in = false
			}
			rest /= a.size[d]
		}
		if in {
			row[k] = 1
		}
	}
	return row
}

func (a *attacker) between(row []float64, low, high float64) {
	minus := make([]float64, len(row))
	for k, v := range row {
		minus[k] = -v
	}
	slack := 1e-3 * (1 + float64(len(a.rows)*7%97)/97) // so that the programmes do not turn in circles
	a.rows, a.limits = append(a.rows, row, minus), append(a.limits, high+slack, slack*1.3-low)
}

func (a *attacker) learn(c *counted, pair [2]int) {
	for at, shown := range c.g.shown {
		if !shown {
			continue
		}
		i, j := at/c.g.cols, at%c.g.cols
		a.between(a.sum(map[int]int{pair[0]: i, pair[1]: j}), math.Max(0, float64(c.g.moved[at]-crossReach)), float64(c.g.moved[at]+crossReach))
		for q := range c.p.size {
			k := at*c.p.size + q
			of := a.sum(map[int]int{pair[0]: i, pair[1]: j, 3: q})
			a.between(of, math.Max(0, float64(c.moved[k]-crossReach)), float64(c.moved[k]+crossReach))
			a.targets = append(a.targets, target{of, c.n[k]})
		}
	}
}

func (a *attacker) bounds(t *testing.T, of []float64) (low, high float64) {
	n, m := len(of), len(a.rows)
	data := mat.NewDense(m, n+m, nil)
	for r, row := range a.rows {
		for k, v := range row {
			data.Set(r, k, v)
		}
		data.Set(r, n+r, 1)
	}
	solve := func(sign float64) float64 {
		c := make([]float64, n+m)
		for k, v := range of {
			c[k] = sign * v
		}
		f, _, err := lp.Simplex(c, data, a.limits, 1e-9, nil)
		if err != nil {
			t.Fatal(err)
		}
		return sign * f
	}
	return solve(1), solve(-1)
}

// TestExploreDifference adds one person to a survey: the published counts of
// the cell that he joins do not move by one more often than by chance.
func TestExploreDifference(t *testing.T) {
	x := draw(401, 9)
	sum, square, exact, n := 0.0, 0.0, 0, 0
	whole := x.explorer(t, 11)
	for i := 10; i < 400; i++ {
		p, key := whole.passage, mixed(whole.keys[i], 1)
		for j := range i % 3 { // a cell of some of the others
			key += whole.keys[(i+j+1)%400]
		}
		before, _ := p.Publish(8+i%5, key)
		after, _ := p.Publish(9+i%5, key+whole.keys[i])
		gap := float64(after - before)
		sum, square, n = sum+gap, square+gap*gap, n+1
		if gap == 1 {
			exact++
		}
	}
	mean := sum / float64(n)
	if variance := square/float64(n) - mean*mean; math.Abs(mean-1) > 0.35 || variance < 1.5*crossVariance || float64(exact)/float64(n) > 0.3 {
		t.Errorf("mean difference %v, variance %v, %d of %d tell", mean, variance, exact, n)
	}
}

// TestExploreSame checks that one question has one answer: asked again, asked
// with its breakdowns in the other order, asked of another process.
func TestExploreSame(t *testing.T) {
	e, again := draw(300, 1).explorer(t, 11), draw(300, 1).explorer(t, 11)
	q := CrossQuery{Item: "q", By: []string{"a", "b"}}
	one, _ := e.Ask(q)
	other, _ := again.Ask(q)
	turned, err := e.Ask(CrossQuery{Item: "q", By: []string{"b", "a"}})
	if err != nil || fmt.Sprint(one) != fmt.Sprint(other) {
		t.Fatal("one question has two answers", err)
	}
	for i, b := range one.Blocks {
		for j, c := range b.Table.Columns {
			was := turned.Blocks[j].Table.Columns[i]
			if was.Base != c.Base || c.Base == 0 || len(was.Cells) != len(c.Cells) {
				t.Fatalf("%s %s: base %d, turned %d", b.Level, c.Level, c.Base, was.Base)
			}
			for k := range c.Cells {
				if was.Cells[k].Value != c.Cells[k].Value || was.Cells[k].SE != c.Cells[k].SE {
					t.Errorf("%s %s: %+v, turned %+v", b.Level, c.Level, c.Cells[k], was.Cells[k])
				}
			}
		}
	}
}

// TestExploreWithheld checks that a column of fewer than the minimum is withheld
// whole, and a cross of nothing else refused.
func TestExploreWithheld(t *testing.T) {
	x := draw(300, 2)
	out, err := x.explorer(t, 75).Ask(CrossQuery{Item: "q", By: []string{"a", "b"}})
	if err != nil || out.Withheld == 0 || out.Withheld == out.Columns {
		t.Fatalf("%+v %v", out, err)
	}
	for _, b := range out.Blocks {
		for _, c := range b.Table.Columns {
			if c.Secret != (c.Base == 0) || c.Secret && (len(c.Cells) > 0 || c.Effective != 0) || !c.Secret && c.Base < 75 {
				t.Errorf("%s %s: %+v", b.Level, c.Level, c)
			}
		}
	}
	_, err = x.explorer(t, 120).Ask(CrossQuery{Item: "q", By: []string{"a", "b"}})
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Denied || !strings.Contains(f.What, "isolerait trop peu de personnes") || f.Do == "" {
		t.Errorf("nothing to show: %v", err)
	}
}

// TestExploreHolders checks that no cross comes near one person of a place.
func TestExploreHolders(t *testing.T) {
	e := draw(300, 2).explorer(t, 11)
	e.tab.Breakdowns[0].Territory, e.tab.Breakdowns[1].Territory = true, true
	if _, err := e.Ask(CrossQuery{Item: "q", By: []string{"a", "b"}}); err == nil {
		t.Error("two divisions of the territory are crossed")
	}
	b := Breakdown{Code: "commune", Territory: true, Levels: []Option{{Code: "COM-01001"}}}
	if !soleHolder("local_elected", &b) || soleHolder("citizens", &b) {
		t.Error("the mayor of a commune is not told apart")
	}
}

// TestExploreSpread checks on many crosses that published shares stay around
// the true ones, as far as the moves allow.
func TestExploreSpread(t *testing.T) {
	sum, n := 0.0, 0.0
	for seed := range uint64(6) {
		c := crossOf(t, draw(600, seed).explorer(t, 11), 0, 1)
		for k := range c.n {
			if c.g.shown[k/c.p.size] && c.n[k] > 0 {
				gap := float64(c.moved[k] - c.n[k])
				sum, n = sum+gap*gap, n+1
				if math.Abs(gap) > crossReach {
					t.Errorf("a count of %d is published as %d", c.n[k], c.moved[k])
				}
			}
			if c.n[k] == 0 && c.moved[k] != 0 {
				t.Error("nobody is published as somebody")
			}
		}
	}
	if v := sum / n; v < 1.2 || v > 2.8 {
		t.Errorf("variance of the moves %v over %v counts", v, n)
	}
}

// BenchmarkExplore crosses 16 options by 13 × 5 levels over 200,000 people, under
// a stratified and raked design.
func BenchmarkExplore(b *testing.B) {
	const n = 200_000
	r := rand.New(rand.NewPCG(1, 8))
	f := &survey.Frame{Rows: n}
	column := func(name string, levels int) {
		c := &survey.Column{Name: name, Code: make([]int32, n)}
		for k := range levels {
			c.Levels = append(c.Levels, fmt.Sprintf("%02d", k))
		}
		for i := range c.Code {
			c.Code[i] = int32(r.IntN(levels))
		}
		f.Columns = append(f.Columns, c)
	}
	column("region", 13)
	column("size", 5)
	column("sex", 2)
	w := &survey.Column{Name: "w", Number: make([]float64, n)}
	for i := range w.Number {
		w.Number[i] = 200 + 100*r.Float64()
	}
	f.Columns = append(f.Columns, w)
	var t strings.Builder
	t.WriteString("format = 1\nwave = \"ESSAI-2026\"\naudience = \"citizens\"\nyear = 2026\nmode = \"essai\"\nsynthetic = true\n[design]\ndata = \"essai.csv\"\nweights = \"w\"\nstrata = [\"region\"]\n[secrecy]\nrule = \"survey\"\nmin_base = 30\n")
	for _, x := range []struct {
		name   string
		levels int
	}{{"region", 13}, {"size", 5}} {
		fmt.Fprintf(&t, "[[breakdown]]\ncode = %q\nx = %q\nlabel = { fr = \"x\", en = \"x\" }\nlevels = [\n", x.name, x.name)
		for k := range x.levels {
			fmt.Fprintf(&t, "{ code = \"%02d\", answers = [\"%02d\"], label = { fr = \"x\", en = \"x\" } },\n", k, k)
		}
		t.WriteString("]\n")
	}
	t.WriteString("[[item]]\ncode = \"q\"\nkind = \"multiple\"\nwording = { fr = \"Q\", en = \"Q\" }\noptions = [\n")
	for k := range 16 {
		c := &survey.Column{Name: fmt.Sprintf("q%d", k), Number: make([]float64, n)}
		for i := range c.Number {
			c.Number[i] = float64(r.IntN(5) / 4)
		}
		f.Columns = append(f.Columns, c)
		fmt.Fprintf(&t, "{ code = \"o%d\", x = \"q%d\", label = { fr = \"x\", en = \"x\" } },\n", k, k)
	}
	t.WriteString("]\n")
	p, err := ParsePlan("plan.toml", []byte(t.String()))
	if err != nil {
		b.Fatal(err)
	}
	e := open(b, p, f)
	b.ReportMetric(float64(e.Bytes())/1e6, "MB")
	for b.Loop() {
		if _, err := e.Ask(CrossQuery{Item: "q", By: []string{"region", "size"}}); err != nil {
			b.Fatal(err)
		}
	}
}

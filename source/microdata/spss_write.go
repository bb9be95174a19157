package microdata

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"vigie/source/sav"
	"vigie/stat/survey"
)

// mostLabel is the longest value label that SPSS shows, in bytes.
const mostLabel = 120

// spssOf makes a system file of a frame. A category is written as codes 1, 2…
// under value labels, or as texts when one is too long for a label.
func spssOf(f *survey.Frame) *sav.File {
	out := &sav.File{Rows: f.Rows}
	taken := map[string]bool{}
	for _, c := range f.Columns {
		if sav.ValidName(c.Name) {
			taken[strings.ToUpper(c.Name)] = true
		}
	}
	for _, c := range f.Columns {
		v := &sav.Variable{Name: c.Name, Label: cut(c.Label, 255), Align: sav.Right}
		if !sav.ValidName(c.Name) {
			v.Name = validName(c.Name, taken)
			v.Attributes = []sav.Attribute{{Name: original, Values: []string{c.Name}}}
		}
		switch {
		case c.Number != nil:
			writeNumbers(v, c)
		case numeric(c.Levels):
			writeNumbers(v, numbersOf(c))
			v.Measure = sav.Nominal
		default:
			writeCategories(v, c)
		}
		out.Variables = append(out.Variables, v)
	}
	return out
}

// cut shortens a text to at most n bytes, between characters.
func cut(s string, n int) string {
	for len(s) > n {
		_, size := lastRune(s)
		s = s[:len(s)-size]
	}
	return s
}

func lastRune(s string) (r rune, size int) {
	runes := []rune(s)
	r = runes[len(runes)-1]
	return r, len(string(r))
}

// validName makes a name that SPSS takes, and that no other variable has.
func validName(name string, taken map[string]bool) string {
	var b strings.Builder
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			c = '_'
		}
		if b.Len() == 0 && !unicode.IsLetter(c) {
			b.WriteByte('v')
		}
		b.WriteRune(c)
	}
	stem := strings.TrimRight(cut(b.String(), 56), "_")
	for n := 1; ; n++ {
		try := stem
		if n > 1 || !sav.ValidName(try) {
			try = fmt.Sprintf("%s_%d", stem, n)
		}
		if !taken[strings.ToUpper(try)] && sav.ValidName(try) {
			taken[strings.ToUpper(try)] = true
			return try
		}
	}
}

// numeric reports whether all levels are numbers written the usual way.
func numeric(levels []string) bool {
	for _, level := range levels {
		if x, err := strconv.ParseFloat(level, 64); err != nil || plain(x) != level {
			return false
		}
	}
	return len(levels) > 0
}

// numbersOf returns a categorical column of numbers as numbers.
func numbersOf(c *survey.Column) *survey.Column {
	out := *c
	out.Number, out.Code, out.Levels = make([]float64, len(c.Code)), nil, nil
	for i, k := range c.Code {
		out.Number[i] = math.NaN()
		if k >= 0 {
			out.Number[i], _ = strconv.ParseFloat(c.Levels[k], 64) // numeric has read it
		}
	}
	return &out
}

func writeNumbers(v *sav.Variable, c *survey.Column) {
	v.Number, v.Measure = slices.Clone(c.Number), sav.Scale
	v.Print = sav.Numeric(12, decimals(c.Number))
	v.Write = v.Print
	for _, text := range sortedKeys(c.Labels) {
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			v.Labels = append(v.Labels, sav.Label{Value: x, Label: cut(c.Labels[text], 255)})
			v.Measure = sav.Nominal
		}
	}
	restore(v, c)
}

// decimals returns how many decimals show the numbers, at most 6.
func decimals(list []float64) int {
	most := 0
	for _, x := range list {
		for most < 6 && x == x && math.Abs(x*math.Pow10(most)-math.Round(x*math.Pow10(most))) > 1e-9*math.Abs(x) {
			most++
		}
	}
	return most
}

// restore puts back the values declared missing, when they are numbers that
// the format can declare: up to three, or a range that holds no other answer.
func restore(v *sav.Variable, c *survey.Column) {
	var codes []float64
	for _, d := range c.Declared {
		x, err := strconv.ParseFloat(d.Code, 64)
		if err != nil {
			return
		}
		codes = append(codes, x)
	}
	if len(codes) == 0 {
		return
	}
	low, high := slices.Min(codes), slices.Max(codes)
	if len(codes) <= 3 {
		v.Missing.Values = slices.Sorted(slices.Values(codes))
	} else if !slices.ContainsFunc(c.Number, func(x float64) bool { return x >= low && x <= high }) {
		v.Missing.Range, v.Missing.Low, v.Missing.High = true, low, high
	} else {
		return
	}
	for i, k := range c.Why {
		if k >= 0 {
			v.Number[i] = codes[k]
		}
	}
	for k, d := range c.Declared {
		if d.Label != "" {
			v.Labels = append(v.Labels, sav.Label{Value: codes[k], Label: cut(d.Label, 255)})
		}
	}
}

func writeCategories(v *sav.Variable, c *survey.Column) {
	v.Measure, v.Align = sav.Nominal, sav.Left
	width := 1
	for _, level := range c.Levels {
		width = max(width, len(level))
	}
	if width <= mostLabel && len(c.Labels) == 0 && len(c.Levels) <= 1000 {
		if !slices.IsSorted(c.Levels) {
			v.Measure = sav.Ordinal
		}
		v.Number, v.Print, v.Write = make([]float64, len(c.Code)), sav.Numeric(4, 0), sav.Numeric(4, 0)
		for i, k := range c.Code {
			if v.Number[i] = float64(k + 1); k < 0 {
				v.Number[i] = math.NaN()
			}
		}
		for k, level := range c.Levels {
			v.Labels = append(v.Labels, sav.Label{Value: float64(k + 1), Label: level})
		}
		return
	}
	v.Width, v.Text = width, make([]string, len(c.Code))
	for i, k := range c.Code {
		if k >= 0 {
			v.Text[i] = c.Levels[k]
		}
	}
	for _, text := range sortedKeys(c.Labels) {
		if len(text) <= width {
			v.Labels = append(v.Labels, sav.Label{Text: text, Label: cut(c.Labels[text], 255)})
		}
	}
	for i, k := range c.Why {
		if k >= 0 && len(c.Declared) <= 3 && len(c.Declared[k].Code) <= min(width, 8) {
			v.Text[i] = c.Declared[k].Code
			if !v.Missing.Text(v.Text[i]) {
				v.Missing.Texts = append(v.Missing.Texts, v.Text[i])
				v.Labels = append(v.Labels, sav.Label{Text: v.Text[i], Label: c.Declared[k].Label})
			}
		}
	}
}

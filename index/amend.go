package index

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/place"
)

// Amendment is a change of a few choices in the text of a specification; what
// is empty is left.
type Amendment struct {
	Version       string
	Normalisation string             // [normalisation] method
	Aggregation   string             // [aggregation] method
	Weights       map[string]float64 // of elements, by code
	Without       []string           // indicators left out
	With          []Indicator        // indicators put in: code and parent
}

// Amend writes an amendment into the text of a specification. Every other byte
// stays, comments included: an indicator left out becomes a comment, and is
// read again when it is put back.
//
// Errors: those of ParseSpec; Invalid where the text is written in a way that
// cannot be changed faithfully.
func Amend(name string, raw []byte, a Amendment) ([]byte, error) {
	before, err := ParseSpec(name, raw)
	if err != nil {
		return nil, err
	}
	if a.idle(before) {
		return raw, nil
	}
	text := string(raw)
	for _, code := range a.Without {
		text = leaveOut(name, text, code)
	}
	for _, d := range a.With {
		text = putIn(name, text, d)
	}
	for _, code := range slices.Sorted(maps.Keys(a.Weights)) {
		text = weighElement(name, text, code, a.Weights[code])
	}
	for _, set := range []struct{ table, key, value string }{
		{"", "version", a.Version}, {"normalisation", "method", a.Normalisation}, {"aggregation", "method", a.Aggregation},
	} {
		if set.value != "" {
			text = setKey(name, text, set.table, set.key, strconv.Quote(set.value))
		}
	}
	after, err := ParseSpec(name, []byte(text))
	if err != nil || !a.holds(before, after) {
		f := fault.Invalidf("écrivez ce changement dans le texte", "%s : ce texte est écrit d’une manière que le formulaire ne sait pas modifier sans y toucher ailleurs", name)
		f.Err = err
		return nil, f
	}
	return []byte(text), nil
}

// idle reports whether the specification already says all of the amendment.
func (a *Amendment) idle(s *Spec) bool {
	out := *s
	return len(a.With) == 0 && len(a.Without) == 0 && reflect.DeepEqual(a.amended(s), a.bare(&out))
}

// bare is a specification without what an amendment does not compare: the
// indicators that come or go, hash and lines.
func (a *Amendment) bare(s *Spec) *Spec {
	out := *s
	out.Hash, out.lines = "", place.Lines{}
	out.Indicators = slices.DeleteFunc(slices.Clone(s.Indicators), func(d Indicator) bool {
		return slices.Contains(a.Without, d.Code) || slices.ContainsFunc(a.With, func(w Indicator) bool { return w.Code == d.Code })
	})
	return &out
}

// amended is what a specification becomes.
func (a *Amendment) amended(s *Spec) *Spec {
	out := a.bare(s)
	for _, set := range []struct {
		to    *string
		value string
	}{{&out.Version, a.Version}, {&out.Normalisation.Method, a.Normalisation}, {&out.Aggregation.Method, a.Aggregation}} {
		if set.value != "" {
			*set.to = set.value
		}
	}
	out.Elements = slices.Clone(s.Elements)
	for _, code := range slices.Sorted(maps.Keys(a.Weights)) {
		x := a.Weights[code]
		i := slices.IndexFunc(out.Elements, func(e Element) bool { return e.Code == code })
		switch {
		case i >= 0 && weightOr1(out.Elements[i].Weight) != x:
			out.Elements[i].Weight = &x
		case i < 0 && x != 1:
			out.Elements = append(out.Elements, Element{Code: code, Weight: &x})
		}
	}
	return out
}

// holds reports whether after is before amended, and nothing else.
func (a *Amendment) holds(before, after *Spec) bool {
	has := func(code string) bool {
		return slices.ContainsFunc(after.Indicators, func(d Indicator) bool { return d.Code == code })
	}
	return reflect.DeepEqual(a.amended(before), a.bare(after)) &&
		!slices.ContainsFunc(a.Without, has) && !slices.ContainsFunc(a.With, func(d Indicator) bool { return !has(d.Code) })
}

// item returns the number of the item of a list with this code, from 1.
func itemOf(w place.Written, list, code string) int {
	for i, n := 1, w.Len(list); i <= n; i++ {
		if v, ok := w.Value(fmt.Sprintf("%s[%d].code", list, i)); ok && plainText(w.Text[v.Start:v.End]) == code {
			return i
		}
	}
	return 0
}

func plainText(literal string) string { return strings.Trim(literal, `"'`) }

// weighElement gives an element a weight.
func weighElement(name, text, code string, x float64) string {
	w, value := place.Write(text), strconv.FormatFloat(x, 'g', -1, 64)
	i := itemOf(w, "element", code)
	if i == 0 {
		if x == 1 {
			return text
		}
		return addItem(w, "element", fmt.Sprintf("code = %q", code), "weight = "+value)
	}
	if v, ok := w.Value(fmt.Sprintf("element[%d].weight", i)); ok {
		if plainText(text[v.Start:v.End]) == value {
			return text
		}
		return text[:v.Start] + value + text[v.End:]
	}
	if x == 1 {
		return text
	}
	v, _ := w.Value(fmt.Sprintf("element[%d].code", i))
	if w.Inline("element") {
		return text[:v.End] + ", weight = " + value + text[v.End:]
	}
	end := lineEnd(text, v.End)
	return text[:end] + "\nweight = " + value + text[end:]
}

// setKey writes a key of a table, "" the top.
func setKey(name, text, table, key, value string) string {
	w, path := place.Write(text), key
	if table != "" {
		path = table + "." + key
	}
	if v, ok := w.Value(path); ok {
		return text[:v.Start] + value + text[v.End:]
	}
	line := key + " = " + value
	if at, ok := w.Header(table); ok {
		end := lineEnd(text, at)
		return text[:end] + "\n" + line + text[end:]
	}
	if table == "" {
		return line + "\n" + text
	}
	return ended(text) + "\n[" + table + "]\n" + line + "\n"
}

// addItem adds an item to a list, in the way in which the list is written.
func addItem(w place.Written, list string, pairs ...string) string {
	if v, ok := w.Value(list); ok { // between brackets
		inside := w.Text[v.Start : v.End-1]
		item := "  { " + strings.Join(pairs, ", ") + " },\n"
		if n := w.Len(list); n > 0 {
			last, _ := w.Value(fmt.Sprintf("%s[%d]", list, n))
			if rest := strings.TrimSpace(w.Text[last.End : v.End-1]); !strings.HasPrefix(rest, ",") {
				inside = w.Text[v.Start:last.End] + "," + w.Text[last.End:v.End-1]
			}
		}
		return w.Text[:v.Start] + ended(inside) + item + w.Text[v.End-1:]
	}
	return ended(w.Text) + "\n[[" + list + "]]\n" + strings.Join(pairs, "\n") + "\n"
}

// leaveOut makes a comment of an indicator; one that shares its line with
// others is removed.
func leaveOut(name, text, code string) string {
	w := place.Write(text)
	i := itemOf(w, "indicator", code)
	if i == 0 {
		return text
	}
	v, _ := w.Value(fmt.Sprintf("indicator[%d]", i))
	from, to := lineStart(text, v.Start), lineEnd(text, v.End)
	after := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text[v.End:to]), ","))
	if strings.TrimSpace(text[from:v.Start]) == "" && (after == "" || strings.HasPrefix(after, "#")) {
		lines := strings.Split(text[from:to], "\n")
		for k, line := range lines {
			bare := strings.TrimLeft(line, " \t")
			lines[k] = line[:len(line)-len(bare)] + "# " + bare
		}
		return text[:from] + strings.Join(lines, "\n") + text[to:]
	}
	end := v.End
	if rest := strings.TrimLeft(text[end:], " \t\n\r"); strings.HasPrefix(rest, ",") {
		end = len(text) - len(rest) + 1
	}
	return text[:v.Start] + strings.TrimLeft(text[end:to], " \t") + text[to:]
}

// putIn reads an indicator that was made a comment again, or adds it.
func putIn(name, text string, d Indicator) string {
	w := place.Write(text)
	if itemOf(w, "indicator", d.Code) > 0 {
		return text
	}
	code := `code[ \t]*=[ \t]*"` + regexp.QuoteMeta(d.Code) + `"`
	inline := regexp.MustCompile(`(?m)^([ \t]*)#[ \t]*(\{[^\n]*` + code + `[^\n]*\})[ \t]*,?([ \t]*(?:#[^\n]*)?)$`)
	if v, ok := w.Value("indicator"); ok {
		if at := inline.FindStringSubmatchIndex(text[v.Start:v.End]); at != nil {
			in := text[v.Start:v.End]
			return closed(w, v.Start+at[0], text[:v.Start+at[0]]) + in[at[2]:at[3]] + in[at[4]:at[5]] + "," + in[at[6]:at[7]] + text[v.Start+at[1]:]
		}
	} else if at := regexp.MustCompile(`(?m)^# \[\[indicator\]\]\n(?:# [a-z_]+ = [^\n]*\n)*# ` + code + `[^\n]*(?:\n# [a-z_]+ = [^\n]*)*`).FindStringIndex(text); at != nil {
		block := strings.ReplaceAll("\n"+text[at[0]:at[1]], "\n# ", "\n")
		return text[:at[0]] + block[1:] + text[at[1]:]
	}
	return addItem(w, "indicator", fmt.Sprintf("code = %q", d.Code), fmt.Sprintf("parent = %q", d.Parent))
}

// closed returns head, the text before an item that comes back, with a comma
// after the item before it.
func closed(w place.Written, at int, head string) string {
	for i := w.Len("indicator"); i > 0; i-- {
		v, _ := w.Value(fmt.Sprintf("indicator[%d]", i))
		if v.End <= at {
			if !strings.HasPrefix(strings.TrimSpace(w.Text[v.End:]), ",") {
				return head[:v.End] + "," + head[v.End:]
			}
			return head
		}
	}
	return head
}

// ended is a text that ends with a line's end.
func ended(text string) string {
	if strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

func lineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

func lineEnd(text string, at int) int {
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		if n > 0 && text[at+n-1] == '\r' {
			n--
		}
		return at + n
	}
	return len(text)
}

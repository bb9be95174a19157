package sav

import (
	"fmt"
	"strings"
	"unicode"

	"vigie/fault"
)

var reserved = map[string]bool{
	"ALL": true, "AND": true, "BY": true, "EQ": true, "GE": true, "GT": true, "LE": true, "LT": true, "NE": true, "NOT": true,
	"OR": true, "TO": true, "WITH": true,
}

// mostName is the longest name, in bytes.
const mostName = 64

// ValidName reports whether SPSS accepts a name of variable: up to 64 bytes, a
// letter or @ first, then letters, digits and . _ $ # @, no point at the end,
// no word of its language.
func ValidName(name string) bool {
	if name == "" || len(name) > mostName || reserved[strings.ToUpper(name)] || strings.HasSuffix(name, ".") {
		return false
	}
	for i, c := range name {
		first := unicode.IsLetter(c) || c == '@'
		if !first && (i == 0 || !unicode.IsDigit(c) && !unicode.IsMark(c) && !strings.ContainsRune("._$#", c)) {
			return false
		}
	}
	return true
}

// shortNames gives each variable, and each segment of a very long one, a name
// of 8 bytes of its own.
func (f *File) shortNames() [][]string {
	taken, list := map[string]bool{}, make([][]string, len(f.Variables))
	for i, v := range f.Variables {
		for _, name := range []string{v.short, ascii8(v.Name)} {
			if list[i] == nil && name != "" && !taken[name] {
				taken[name], list[i] = true, []string{name}
			}
		}
	}
	next := 0
	for i, v := range f.Variables {
		for len(list[i]) < segments(v.Width) {
			next++
			if name := fmt.Sprintf("V%07d", next); !taken[name] {
				taken[name], list[i] = true, append(list[i], name)
			}
		}
	}
	return list
}

// ascii8 makes a short name of a name, "" when nothing is left of it.
func ascii8(name string) string {
	out := []byte{}
	for _, c := range strings.ToUpper(name) {
		if c >= 'A' && c <= 'Z' || len(out) > 0 && (c >= '0' && c <= '9' || c == '_') {
			out = append(out, byte(c))
		}
	}
	if out = out[:min(len(out), 8)]; reserved[string(out)] {
		return ""
	}
	return string(out)
}

// check refuses what a system file cannot hold.
func (f *File) check(name string) error {
	seen := map[string]string{}
	if len(f.Variables) == 0 {
		return fault.Invalidf("choisissez au moins une variable", "%s : aucune variable à écrire", name)
	}
	for _, v := range f.Variables {
		key := strings.ToUpper(v.Name)
		other, twice := seen[key]
		seen[key] = v.Name
		switch {
		case !ValidName(v.Name):
			return fault.Invalidf("une lettre, puis des lettres, des chiffres, . ou _, 64 octets au plus", "%s, variable « %s » : nom que SPSS refuse", name, v.Name)
		case twice:
			return fault.Invalidf("donnez-leur des noms différents", "%s : SPSS ne distingue pas les variables « %s » et « %s »", name, other, v.Name)
		case v.Width < 0 || v.Width > mostWidth:
			return fault.Invalidf("raccourcissez ces textes", "%s, variable « %s » : texte de %d octets, %d au plus", name, v.Name, v.Width, mostWidth)
		case v.Width == 0 && len(v.Number) != f.Rows, v.Width > 0 && len(v.Text) != f.Rows:
			return fault.Invalidf("donnez une valeur par enregistrement", "%s, variable « %s » : %d valeur(s) pour %d enregistrement(s)",
				name, v.Name, len(v.Number)+len(v.Text), f.Rows)
		case len(v.Missing.Values) > 3, v.Missing.Range && len(v.Missing.Values) > 1, len(v.Missing.Texts) > 3:
			return fault.Invalidf("gardez trois valeurs, ou un intervalle et une valeur", "%s, variable « %s » : trop de valeurs manquantes déclarées", name, v.Name)
		}
	}
	if w := f.Variable(f.Weight); f.Weight != "" && (w == nil || w.Width > 0) {
		return fault.Invalidf("donnez le nom d'une variable numérique", "%s : la pondération « %s » n'existe pas ou n'est pas un nombre", name, f.Weight)
	}
	return nil
}

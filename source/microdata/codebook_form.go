package microdata

import (
	"slices"
	"strings"

	"vigie/fault"
)

// questionnaire reads an XLSForm: the sheet survey has a row a question, the
// sheet choices the lists of answers.
//
// Source: xlsform.org, « XLSForm reference table ».
func questionnaire(name string, tables map[string][][]string) (*Codebook, error) {
	rows := tables["survey"]
	kind, question, label := heading(rows, "type"), heading(rows, "name"), labelHeading(rows)
	if kind < 0 || question < 0 {
		return nil, fault.Invalidf("vérifiez que c'est un questionnaire XLSForm", "%s, feuille « survey » : colonnes type et name attendues", name)
	}
	lists := choices(tables["choices"])
	b, seen := &Codebook{}, map[string]bool{}
	put := func(v Described) {
		if !seen[v.Name] {
			seen[v.Name] = true
			b.Variables = append(b.Variables, v)
		}
	}
	for _, row := range rows[1:] {
		words := strings.Fields(at(row, kind))
		v := Described{Name: at(row, question), Label: at(row, label)}
		if len(words) == 0 || v.Name == "" {
			continue
		}
		first := strings.ToLower(words[0])
		if len(words) > 1 && (first == "select" || first == "add") { // « select one from list », the old way
			first, words = oldSelect(words)
		}
		list := ""
		if len(words) > 1 {
			list = words[1]
		}
		switch first {
		case "select_one", "select1", "rank":
			for _, c := range lists[list] {
				v.add(c)
			}
			put(v)
		case "select_multiple":
			v.Text = true
			put(v)
			for _, c := range lists[list] { // exported as a 0/1 column a choice
				put(Described{Name: v.Name + "/" + c.Code, Label: strings.Trim(v.Label+" : "+c.Label, " :")})
			}
		case "text", "string", "barcode", "date", "time", "datetime", "geopoint", "note":
			v.Text = true
			put(v)
		case "integer", "int", "decimal", "range", "calculate":
			put(v)
		}
	}
	return b, nil
}

// oldSelect reads « select one from list » and « select all that apply from
// list » as the words of today.
func oldSelect(words []string) (string, []string) {
	kind := "select_multiple"
	if slices.Contains(words, "one") {
		kind = "select_one"
	}
	if i := slices.Index(words, "from"); i >= 0 && i+1 < len(words) {
		return kind, []string{kind, words[i+1]}
	}
	return kind, words[:1]
}

// choices reads the lists of answers by name.
func choices(rows [][]string) map[string][]Code {
	lists := map[string][]Code{}
	list, code, label := heading(rows, "list_name"), heading(rows, "name"), labelHeading(rows)
	if list < 0 {
		list = heading(rows, "list name")
	}
	if code < 0 {
		code = heading(rows, "value")
	}
	for _, row := range rows[min(1, len(rows)):] {
		if c := at(row, code); c != "" {
			lists[at(row, list)] = append(lists[at(row, list)], Code{Code: c, Label: at(row, label)})
		}
	}
	return lists
}

// at returns a cell, "" when the row does not reach it.
func at(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return row[i]
}

// heading finds a column by its title, -1 when it is absent.
func heading(rows [][]string, title string) int {
	if len(rows) == 0 {
		return -1
	}
	return slices.IndexFunc(rows[0], func(h string) bool { return strings.EqualFold(h, title) })
}

// labelHeading finds the column of labels: in French, else without a language,
// else the first.
func labelHeading(rows [][]string) int {
	best := -1
	if len(rows) == 0 {
		return best
	}
	for i, h := range rows[0] {
		title, language, _ := strings.Cut(strings.ToLower(h), ":")
		language = strings.TrimLeft(language, ":")
		switch {
		case title != "label":
		case strings.HasPrefix(language, "fr"):
			return i
		case best < 0 || language == "":
			best = i
		}
	}
	return best
}

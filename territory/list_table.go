package territory

import (
	"strings"
)

// cells cuts a line at tabs and semicolons, or at commas when a first line
// looked like a table of these.
func cells(line, sep string) []string {
	out := strings.Split(strings.ReplaceAll(line, "\t", ";"), sep)
	for i, c := range out {
		out[i] = strings.Trim(strings.TrimSpace(c), `"'«» `+"\u00a0\u202f\ufeff")
	}
	return out
}

// split cuts a text in lines and cells; table is true for three lines or more
// with the same number of cells, two at least.
func split(text, sep string) (lines [][]string, at []int, table bool) {
	table = true
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		row := cells(line, sep)
		table = table && len(row) > 1 && (len(lines) == 0 || len(row) == len(lines[0]))
		lines, at = append(lines, row), append(at, i+1)
	}
	return lines, at, table && len(lines) > 2
}

// entries cuts a text. Three lines or more with the same number of cells, two
// at least, are a table: its best column is read.
func (r *listReader) entries(text string) []listEntry {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	lines, at, table := split(text, ";")
	if !table {
		if byComma, _, ok := split(text, ","); ok && !r.rows(byComma) {
			lines, table = byComma, true
		}
	}
	only := -1
	if table {
		if only = r.column(lines); only >= 0 {
			r.remark(OneColumn, listEntry{at[0], lines[0][only]}, nil)
		}
	}
	var out []listEntry
	for i, row := range lines {
		for k, c := range row {
			if only >= 0 && k != only || c == "" {
				continue
			}
			for _, name := range r.apart(c, only >= 0) {
				if len(out) <= MostEntries {
					out = append(out, listEntry{at[i], name})
				}
			}
		}
	}
	return out
}

// rows reports whether each line is a list of its own: codes in all cells.
func (r *listReader) rows(lines [][]string) bool {
	for _, row := range lines[:min(len(lines), mostLooked)] {
		for _, c := range row[:min(len(row), mostColumns)] {
			if c != "" && !r.isCode(c) && !r.isName(c) {
				return false
			}
		}
	}
	return true
}

// apart cuts a cell at its commas, unless it is a column's or a name has them:
// « CC Forêts, Seine et Suzon ».
func (r *listReader) apart(cell string, column bool) []string {
	if column || !strings.Contains(cell, ",") || r.isName(cell) {
		return []string{cell}
	}
	var out []string
	for part := range strings.SplitSeq(cell, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// How far a table is looked at to find its column of territories.
const (
	mostColumns = 200
	mostLooked  = 200
)

// column is the column of a table that holds most codes, else most names.
func (r *listReader) column(lines [][]string) int {
	best, most := -1, 0
	for k := range lines[0][:min(len(lines[0]), mostColumns)] {
		score := 0
		for _, row := range lines[:min(len(lines), mostLooked)] {
			switch {
			case r.isCode(row[k]):
				score += 3
			case r.isName(row[k]):
				score++
			}
		}
		if score > most {
			best, most = k, score
		}
	}
	return best
}

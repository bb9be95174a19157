package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// perPage is the number of lines of a page of a table.
const perPage = 50

// deskColumn is a column of a table of Ts. Key names it in the address, for
// sorting by Order; no Order, no sorting. Wide keeps room for sentences.
type deskColumn[T any] struct {
	Key, Label string
	Numeric    bool
	Wide       bool
	Cell       func(T) deskCell
	Order      func(a, b T) int
}

// deskCell is one cell: a text or an instant, that leads somewhere when Href (a
// bare path) is set, with a badge for a state, a line in small below, links to
// bare paths, and buttons.
type deskCell struct {
	Text, Href, Small string
	At                time.Time
	Time              *moment // made ready of At
	Links             []link
	Badge             *badge
	Buttons           []deskButton
}

// badge says a state in a word. Tone is good, wait, bad or plain.
type badge struct{ Text, Tone string }

// deskTable is a table ready to be set.
type deskTable struct {
	words
	Caption      string
	Head         []deskHead
	Rows         [][]deskCell
	Empty        string // what to say, and to do, when there is no line
	Total        int
	From, To     int // the lines of this page, from 1
	Before, Next string
}

type deskHead struct {
	Label, Href, Sorted string // Sorted is ascending, descending or ""
	Numeric, Wide       bool
}

// tableFor makes a table of rows, sorted and cut into pages as the address
// asks: ?tri=nom, ?tri=-nom, ?page=2. Rows come in the order that is shown when
// the address asks for none.
func tableFor[T any](r *http.Request, v *visitor, caption, empty string, rows []T, columns []deskColumn[T]) *deskTable {
	q := r.URL.Query()
	t := &deskTable{words: v.words, Caption: caption, Empty: empty, Total: len(rows)}
	by, down := strings.CutPrefix(q.Get("tri"), "-")
	rows = slices.Clone(rows)
	for _, c := range columns {
		head := deskHead{Label: c.Label, Numeric: c.Numeric, Wide: c.Wide}
		if c.Order != nil {
			next := c.Key
			if c.Key == by {
				head.Sorted = "ascending"
				if next = "-" + c.Key; down {
					head.Sorted, next = "descending", c.Key
				}
				slices.SortStableFunc(rows, func(a, b T) int {
					if down {
						a, b = b, a
					}
					return c.Order(a, b)
				})
			}
			head.Href = v.at.String() + "?" + with(q, "tri", next, "page", "").Encode()
		}
		t.Head = append(t.Head, head)
	}
	page, _ := strconv.Atoi(q.Get("page")) // anything else is the first page
	from := min(max(page-1, 0), max(len(rows)-1, 0)/perPage) * perPage
	to := min(from+perPage, len(rows))
	if t.From, t.To = from+1, to; from > 0 {
		t.Before = v.at.String() + "?" + with(q, "page", strconv.Itoa(from/perPage)).Encode()
	}
	if to < len(rows) {
		t.Next = v.at.String() + "?" + with(q, "page", strconv.Itoa(from/perPage+2)).Encode()
	}
	for _, row := range rows[from:to] {
		cells := make([]deskCell, len(columns))
		for i, c := range columns {
			cells[i] = c.Cell(row)
			cells[i].Href, cells[i].Time = v.at.link(cells[i].Href), v.At(cells[i].At)
			for k, l := range cells[i].Links {
				cells[i].Links[k].Href = v.at.link(l.Href)
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// with returns the query with some values changed, "" takes one off.
func with(q url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for name, values := range q {
		out[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Del(pairs[i])
		if pairs[i+1] != "" {
			out.Set(pairs[i], pairs[i+1])
		}
	}
	return out
}

// Paged reports whether the table has several pages.
func (t *deskTable) Paged() bool { return t.Before != "" || t.Next != "" }

package report_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/report"
	"vigie/study"
	"vigie/territory"
)

// checker looks at documents of one edition for what must never be there, and
// remembers the links it has followed.
type checker struct {
	c       *edition.Content
	mu      sync.Mutex
	links   map[string]error
	unusual map[string]bool // reported once
}

func newChecker(c *edition.Content) *checker {
	return &checker{c: c, links: map[string]error{}, unusual: map[string]bool{}}
}

// fail reports a fault once a document kind, so that one fault of a template
// does not fill the screen.
func (k *checker) fail(t *testing.T, d *report.Document, what, text string) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	key := d.Kind + d.Lang + what
	if k.unusual[key] {
		return
	}
	k.unusual[key] = true
	t.Errorf("%s %s (%s): %s: %q", d.Kind, d.Path, d.Lang, what, text)
}

// document checks one document entirely.
func (k *checker) document(t *testing.T, d report.Document) {
	t.Helper()
	if _, err := json.Marshal(d); err != nil {
		t.Errorf("%s: %v", d.Path, err) // a NaN or an infinity
		return
	}
	k.texts(t, &d, reflect.ValueOf(d), "")
	k.frame(t, &d)
	anchors := map[string]bool{}
	for _, s := range d.Sections {
		if anchors[s.ID] || s.ID == "" {
			k.fail(t, &d, "section without an identifier of its own", s.ID)
		}
		anchors[s.ID] = true
	}
	seen := map[string]bool{}
	for i, s := range d.Sections {
		form := len(s.Blocks) == 1 && s.Blocks[0].Form != nil
		if s.Title == "" && i > 0 && !form { // the page's own title may do for the first
			k.fail(t, &d, "section without title", s.ID)
		}
		for _, b := range s.Blocks {
			k.block(t, &d, b, anchors, seen)
		}
	}
	for _, l := range slices.Concat(d.Crumbs, d.Links) {
		k.link(t, &d, l.Href, anchors)
	}
}

// frame checks what surrounds the sections.
func (k *checker) frame(t *testing.T, d *report.Document) {
	t.Helper()
	for name, text := range map[string]string{"title": d.Title, "id": d.ID, "summary": d.Summary, "edition": d.Edition.Number, "date": d.Edition.Date} {
		if text == "" {
			k.fail(t, d, "nothing for", name)
		}
	}
	if want := "/editions/" + d.Edition.Number + d.Path; d.Edition.Permanent != want {
		k.fail(t, d, "permanent address", d.Edition.Permanent)
	}
	if len(d.Answer) == 0 {
		k.fail(t, d, "no answer", d.Title)
	}
	n := 0
	for _, a := range d.Answer {
		n += len(sentence.FindAllString(a.Plain(), -1))
		if !strings.HasSuffix(strings.TrimSpace(a.Plain()), ".") {
			k.fail(t, d, "an answer that does not end", a.Plain())
		}
	}
	if n > 4 {
		k.fail(t, d, fmt.Sprintf("an answer of %d sentences", n), fmt.Sprint(d.Answer))
	}
}

var (
	sentence = regexp.MustCompile(`[.!?…](\s|$)`)
	number   = regexp.MustCompile(`NaN|\bInf\b|[+−-]Inf|(^|[^0-9\pL.,])[-−]0([.,]0+)?($|[^0-9.,])`)
	hidden   = map[string]bool{"Href": true, "ID": true, "Key": true, "Path": true, "Permanent": true, "Kind": true, "Lang": true, "Code": true,
		"Trace": true, "Sign": true, "Layout": true, "Action": true, "Name": true, "Tier": true, "Focus": true, "Within": true, "Number": true}
)

// texts visits every string that a person reads.
func (k *checker) texts(t *testing.T, d *report.Document, v reflect.Value, name string) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			k.texts(t, d, v.Elem(), name)
		}
	case reflect.Slice:
		for i := range v.Len() {
			k.texts(t, d, v.Index(i), name)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i).Name
			if !hidden[f] && f != "Value" || f == "Value" && v.Type() != reflect.TypeFor[report.Option]() && v.Type() != reflect.TypeFor[report.Field]() && !hidden[f] {
				k.texts(t, d, v.Field(i), f)
			}
		}
	case reflect.String:
		k.text(t, d, v.String(), name)
	}
}

func (k *checker) text(t *testing.T, d *report.Document, s, name string) {
	t.Helper()
	switch {
	case number.MatchString(s):
		k.fail(t, d, name+": no number for a reader", s)
	case strings.Contains(s, "%!") || strings.ContainsAny(s, "{}"):
		k.fail(t, d, name+": a message not filled", s)
	case strings.Contains(s, "  ") || strings.Contains(s, " \u00a0") || strings.Contains(s, "\u00a0 "):
		k.fail(t, d, name+": two spaces", s)
	case strings.Contains(s, ", ,") || strings.Contains(s, "..") || strings.Contains(s, " ,") || strings.Contains(s, "()"):
		k.fail(t, d, name+": something is left out", s)
	case d.Lang == "fr" && strings.Contains(s, "'"):
		k.fail(t, d, name+": a straight apostrophe", s)
	case d.Lang == "fr" && loose.MatchString(s) && !strings.Contains(s, "://"):
		k.fail(t, d, name+": a mark without its space", s)
	case strings.Contains(s, "report.") && !strings.Contains(s, " "):
		k.fail(t, d, name+": a key of the catalogue", s)
	}
}

// loose is an ordinary space, or none, before a high mark of French.
var loose = regexp.MustCompile(`[\pL0-9] [;:!?»%]|« |« `)

// block checks one block: one thing, whole.
func (k *checker) block(t *testing.T, d *report.Document, b report.Block, anchors, seen map[string]bool) {
	t.Helper()
	set := 0
	for i := range reflect.TypeFor[report.Block]().NumField() {
		if !reflect.ValueOf(b).Field(i).IsZero() {
			set++
		}
	}
	if set != 1 {
		k.fail(t, d, fmt.Sprintf("a block of %d things", set), fmt.Sprintf("%+v", b))
	}
	for _, text := range append(slices.Clone(b.List), b.Text, b.Note) {
		for _, s := range text {
			k.link(t, d, s.Href, anchors)
		}
	}
	for _, f := range b.Facts {
		k.link(t, d, f.Href, anchors)
		k.link(t, d, f.Trace, anchors)
		if f.Label == "" || f.Value == "" || f.Detail == "" {
			k.fail(t, d, "a key figure that stands alone", f.Label+f.Value)
		}
	}
	for _, c := range b.Cards {
		k.link(t, d, c.Href, anchors)
		if c.Title == "" {
			k.fail(t, d, "a card without title", c.Href)
		}
	}
	if b.Table != nil {
		k.table(t, d, b.Table, anchors)
		if b.Table.Caption == "" {
			k.fail(t, d, "a table without caption", b.Table.ID)
		}
	}
	if f := b.Figure; f != nil {
		if seen[f.ID] || f.ID == "" {
			k.fail(t, d, "a figure without an identifier of its own", f.ID)
		}
		seen[f.ID] = true
		k.figure(t, d, f, anchors)
	}
}

// figure checks that nothing of what must stand beside a chart is missing.
func (k *checker) figure(t *testing.T, d *report.Document, f *report.Figure, anchors map[string]bool) {
	t.Helper()
	for name, text := range map[string]string{"title": f.Title, "unit": f.Unit, "field": f.Field, "date": f.Date, "source": f.Source,
		"licence": f.Licence, "reading": f.Reading, "alt": f.Alt, "caption": f.Table.Caption} {
		if strings.TrimSpace(text) == "" {
			k.fail(t, d, "figure "+f.ID+" lacks its "+name, f.Title)
		}
	}
	k.table(t, d, &f.Table, anchors)
	if marks, rows := marks(f.Chart), len(f.Table.Rows); marks > rows || marks < rows && !published(f) || rows == 0 {
		k.fail(t, d, fmt.Sprintf("figure %s: %d marks", f.ID, marks), fmt.Sprintf("%d rows", rows))
	}
	switch c := f.Chart.(type) {
	case *report.Map:
		for _, a := range c.Areas {
			k.link(t, d, a.Href, anchors)
		}
	case *report.Ranking:
		for _, r := range c.Rows {
			k.link(t, d, r.Href, anchors)
			if r.HasInterval && (r.Lo > r.X || r.X > r.Hi || r.Lo < c.Axis.Min) {
				k.fail(t, d, "a rank outside its interval", fmt.Sprintf("%+v", r))
			}
		}
	case *report.Profile:
		for _, r := range c.Rows {
			k.link(t, d, r.Href, anchors)
		}
	case *report.Scatter:
		if len(c.Points) < 6 {
			k.fail(t, d, "objective and perceived by rank", fmt.Sprintf("%d common domains", len(c.Points)))
		}
	}
}

// published reports whether a figure shows values of the public record: its
// table has those quoted again and those without date too.
func published(f *report.Figure) bool {
	return slices.ContainsFunc(f.Table.Head, func(h report.Head) bool { return h.Key == "figure" })
}

// marks counts what a chart draws, as rows of its table: a series has a row a
// period.
func marks(c report.Chart) int {
	switch c := c.(type) {
	case *report.Map:
		return len(c.Areas)
	case *report.Ranking:
		return len(c.Rows)
	case *report.Heat:
		return len(c.Rows)
	case *report.Profile:
		return len(c.Rows)
	case *report.Scatter:
		return len(c.Points)
	case *report.Bars:
		return len(c.Rows)
	case *report.Voices:
		n := 0
		for _, r := range c.Rows {
			n += len(r.Marks)
		}
		return n
	case *report.Series:
		periods := map[float64]bool{}
		for _, l := range c.Lines {
			for _, p := range l.Points {
				periods[p.X] = true
			}
		}
		return len(periods)
	}
	return -1
}

func (k *checker) table(t *testing.T, d *report.Document, table *report.Table, anchors map[string]bool) {
	t.Helper()
	keys := map[string]bool{}
	for _, h := range table.Head {
		if h.Key == "" || h.Label == "" || keys[h.Key] {
			k.fail(t, d, "table "+table.Caption+": heading", h.Key)
		}
		keys[h.Key] = true
	}
	for _, row := range table.Rows {
		if len(row.Cells) != len(table.Head) {
			k.fail(t, d, fmt.Sprintf("table %s: %d cells under %d headings", table.Caption, len(row.Cells), len(table.Head)), fmt.Sprintf("%+v", row))
			continue
		}
		for i, cell := range row.Cells {
			k.link(t, d, cell.Href, anchors)
			k.link(t, d, cell.Trace, anchors)
			if i == 0 && cell.Text == "" {
				k.fail(t, d, "table "+table.Caption+": a row without heading", fmt.Sprintf("%+v", row))
			}
			if table.Head[i].Numeric && cell.Text == "" && cell.Sign == "" {
				k.fail(t, d, "table "+table.Caption+": an empty cell", table.Head[i].Key)
			}
			if cell.Sign == "nd" && cell.Value != nil {
				k.fail(t, d, "table "+table.Caption+": no data, and a number", cell.Text)
			}
		}
	}
}

// link follows a link: its form, and for ours that what it names exists.
func (k *checker) link(t *testing.T, d *report.Document, href string, anchors map[string]bool) {
	t.Helper()
	if href == "" {
		return
	}
	if here, ok := strings.CutPrefix(href, "#"); ok {
		if !anchors[here] {
			k.fail(t, d, "a link to no section of the page", href)
		}
		return
	}
	k.mu.Lock()
	err, ok := k.links[href]
	k.mu.Unlock()
	if !ok {
		err = k.resolve(href)
		k.mu.Lock()
		k.links[href] = err
		k.mu.Unlock()
	}
	if err != nil {
		k.fail(t, d, "a link that leads nowhere", href+" "+err.Error())
	}
}

// plainPages are the addresses without a variable part.
var plainPages = []string{"/", "/territoires", "/territoires/composer", "/ponderation", "/typologie", "/domaines", "/comparer", "/indicateurs", "/publications", "/methodes", "/donnees", "/recherche",
	"/editions", "/editions.atom", "/accessibilite", "/mentions-legales", "/etudes", "/tendances", "/calendrier", report.CalendarFile, report.CalendarFeed, "/pratiques", "/regards-croises"}

func (k *checker) resolve(href string) error {
	u, err := url.Parse(href)
	if err != nil {
		return err
	}
	if u.Scheme == "https" || u.Scheme == "http" {
		if u.Host == "" {
			return fmt.Errorf("no host")
		}
		return nil
	}
	path := u.Path
	for _, form := range []string{".pdf", ".csv", ".json", ".svg"} {
		path = strings.TrimSuffix(path, form)
	}
	if u.Scheme != "" || !strings.HasPrefix(path, "/") {
		return fmt.Errorf("neither /, # nor http")
	}
	if slices.Contains(plainPages, path) {
		return k.query(u.Query())
	}
	parts := strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)
	if len(parts) != 2 {
		return fmt.Errorf("no such page")
	}
	found := false
	switch parts[0] {
	case "territoires":
		_, found = k.c.Territory.Get(territory.Code(strings.TrimSuffix(strings.TrimSuffix(parts[1], "/rapport"), "/synthese")))
	case "domaines":
		_, found = k.c.Term("domain", parts[1])
	case "indicateurs":
		_, found = k.c.Catalogue.Get(indicator.Code(parts[1]))
	case "regards-croises":
		_, err := report.CrossItem(k.c, report.Request{Lang: lang.FR, Path: path}, parts[1])
		return err
	case "etudes":
		if wave, item, part := strings.Cut(parts[1], "/"); part {
			_, err := report.SurveyItem(k.c, report.Request{Lang: lang.FR, Path: path}, wave, item)
			return err
		}
		_, found = k.c.Register.Study(parts[1])
	case "programmes":
		_, found = k.c.Term("programme", parts[1])
	case "tendances":
		found = len(k.c.Published.Select(study.Filter{Construct: parts[1]})) > 0
	case "calendrier":
		_, found = k.c.Register.Event(parts[1])
	case "provenance":
		_, err := k.c.Trace(parts[1])
		return err
	case "editions":
		number, rest, _ := strings.Cut(parts[1], "/")
		if found = number == k.c.Manifest.Number; found && rest != "" {
			return k.resolve("/" + rest)
		}
	}
	if !found {
		return fmt.Errorf("no such page")
	}
	return k.query(u.Query())
}

func (k *checker) query(q url.Values) error {
	for _, code := range q["t"] {
		if _, ok := k.c.Territory.Get(territory.Code(code)); !ok && code != "" {
			return fmt.Errorf("no territory %q", code)
		}
	}
	return nil
}

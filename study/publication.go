package study

import (
	"cmp"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/taxonomy"
)

// Publication is one report, study, note or event of the observatory's record.
type Publication struct {
	ID        string // stable: made of programme and title
	Programme string // as written: ARPEA, transversal
	TitleFR   string
	TitleEN   string // the French title when it has no other
	Kind      string // term of the taxonomy publication_kind
	Date      Date
	AboutFR   string // audience or territory
	AboutEN   string
	NoteFR    string // what is not known of it, ""
	NoteEN    string
	Source    string // as recorded: an address, or a site and a title
}

// Title returns the title in one language.
func (p *Publication) Title(l lang.Lang) string { return either(l, p.TitleFR, p.TitleEN) }

// About returns the audience or territory in one language.
func (p *Publication) About(l lang.Lang) string { return either(l, p.AboutFR, p.AboutEN) }

// Note returns the note in one language, "" when there is none.
func (p *Publication) Note(l lang.Lang) string { return either(l, p.NoteFR, p.NoteEN) }

// URL returns the source when it is an address, "" otherwise.
func (p *Publication) URL() string {
	if strings.HasPrefix(p.Source, "https://") || strings.HasPrefix(p.Source, "http://") {
		return p.Source
	}
	return ""
}

func either(l lang.Lang, fr, en string) string {
	if l == lang.EN {
		return en
	}
	return fr
}

var publicationColumns = []string{"programme", "title", "kind", "date", "audience_or_territory", "source_address", "note"}

// ParsePublications reads the list of publications from CSV, latest first.
// translations, which may be nil, is a CSV of title, title_fr, title_en,
// about_fr, note_fr that puts the list's English cells in French; without it
// the cells stay as written. Errors are faults naming line and column: no
// title or source, an unknown kind or date, two publications with one ID.
func ParsePublications(name string, data, translations []byte, lists *taxonomy.Set) ([]Publication, error) {
	french, err := parseTranslations(translations)
	if err != nil {
		return nil, err
	}
	l, err := taxonomy.ReadList(name, data, publicationColumns...)
	if err != nil {
		return nil, err
	}
	var list []Publication
	seen := map[string]int{}
	for _, row := range l.Rows {
		p := parsePublication(row, lists)
		if t, ok := french[row.Cell("title")]; ok {
			p.translate(t)
		}
		if first := seen[p.ID]; first > 0 {
			row.Refuse("title", "distinguez les deux titres", "même programme et même titre que ligne %d", first)
		}
		seen[p.ID] = row.Line
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b Publication) int { return cmp.Compare(b.Date.SortKey(), a.Date.SortKey()) })
	return list, l.Err()
}

func parsePublication(row taxonomy.Row, lists *taxonomy.Set) Publication {
	title, about, note := row.Cell("title"), row.Cell("audience_or_territory"), row.Cell("note")
	p := Publication{
		ID: slug(row.Cell("programme") + " " + title), Programme: row.Cell("programme"), TitleFR: title, TitleEN: title,
		Date: parseDate(row, "date"), AboutFR: about, AboutEN: about, NoteFR: note, NoteEN: note,
		Source: row.Cell("source_address"),
	}
	kind, ok := lists.Written("publication_kind", row.Cell("kind"))
	if !ok {
		row.Refuse("kind", "donnez un code ou un alias de la liste des sortes de publication", "sorte « %s » inconnue", row.Cell("kind"))
	}
	p.Kind = kind.Code
	for _, column := range []string{"title", "source_address"} {
		if row.Cell(column) == "" {
			row.Refuse(column, "remplissez-la", "cellule vide")
		}
	}
	return p
}

// translate replaces the cells that the translation fills.
func (p *Publication) translate(row taxonomy.Row) {
	p.TitleFR = cmp.Or(row.Cell("title_fr"), p.TitleFR)
	p.TitleEN = cmp.Or(row.Cell("title_en"), p.TitleEN)
	p.AboutFR = cmp.Or(row.Cell("about_fr"), p.AboutFR)
	p.NoteFR = cmp.Or(row.Cell("note_fr"), p.NoteFR)
}

func parseTranslations(data []byte) (map[string]taxonomy.Row, error) {
	if data == nil {
		return nil, nil
	}
	l, err := taxonomy.ReadList("publication_fr.csv", data, "title", "title_fr", "title_en", "about_fr", "note_fr")
	if err != nil {
		return nil, err
	}
	rows := map[string]taxonomy.Row{}
	for _, row := range l.Rows {
		rows[row.Cell("title")] = row
	}
	return rows, nil
}

// slug returns the first ten words of s, folded and joined by hyphens, one of
// two equal neighbours left out.
func slug(s string) string {
	words := slices.Compact(strings.Fields(strings.Map(asciiOnly, lang.FoldLetters(s))))
	return strings.Join(words[:min(len(words), 10)], "-")
}

func asciiOnly(r rune) rune {
	if r < 0x80 {
		return r
	}
	return -1
}

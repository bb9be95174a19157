package indicator

import (
	"bytes"

	"github.com/pelletier/go-toml/v2"

	"vigie/fault"
	"vigie/lang"
)

// Licence is what a licence named in the catalogue is. Written is the
// catalogue's exact text.
type Licence struct {
	Written string `toml:"written"`
	NameFR  string `toml:"name_fr"`
	NameEN  string `toml:"name_en"`
	URL     string `toml:"url"`
	NoteFR  string `toml:"note_fr"` // a reserve, ""
	NoteEN  string `toml:"note_en"`
	Text    string `toml:"text"` // key of Licences.Text
}

// Name returns the licence's name in one language.
func (c *Licence) Name(l lang.Lang) string {
	if l == lang.EN {
		return c.NameEN
	}
	return c.NameFR
}

// Note returns the reserve in one language, "" when there is none.
func (c *Licence) Note(l lang.Lang) string {
	if l == lang.EN {
		return c.NoteEN
	}
	return c.NoteFR
}

// Licences is the table of licences, their full texts, and the mention that
// pages showing the figures carry.
type Licences struct {
	AttributionFR string            `toml:"attribution_fr"`
	AttributionEN string            `toml:"attribution_en"`
	List          []Licence         `toml:"licence"`
	Text          map[string]string `toml:"text"`
}

// Attribution returns the mention in one language.
func (t *Licences) Attribution(l lang.Lang) string {
	if l == lang.EN {
		return t.AttributionEN
	}
	return t.AttributionFR
}

// Of returns the licence that a catalogue writes so.
func (t *Licences) Of(written string) (*Licence, bool) {
	for i := range t.List {
		if t.List[i].Written == written {
			return &t.List[i], true
		}
	}
	return nil, false
}

// ParseLicences reads the table from TOML. Errors are faults: a text that is
// not TOML, an unknown key, a licence without name, address or full text, one
// given twice.
func ParseLicences(name string, data []byte) (*Licences, error) {
	t := &Licences{}
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(t); err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: name + " : illisible", Do: "corrigez la syntaxe TOML ou le nom de la clé", Err: err}
	}
	var l fault.List
	if t.AttributionFR == "" || t.AttributionEN == "" {
		l = append(l, fault.Invalidf("écrivez attribution_fr et attribution_en", "%s : mention des sources absente", name))
	}
	for i := range t.List {
		c := &t.List[i]
		if c.Written == "" || c.NameFR == "" || c.NameEN == "" || c.URL == "" || t.Text[c.Text] == "" {
			l = append(l, fault.Invalidf("donnez written, name_fr, name_en, url et text, clé de la table [text]",
				"%s, licence n° %d « %s » : incomplète", name, i+1, c.Written))
		}
		if first, ok := t.Of(c.Written); ok && first != c {
			l = append(l, fault.Invalidf("gardez une seule des deux", "%s : licence « %s » donnée deux fois", name, c.Written))
		}
		if l.Full() {
			break
		}
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

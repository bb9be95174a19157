package microdata

import (
	"bytes"
	"encoding/xml"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"vigie/fault"
)

// words is a text in one language.
type words struct {
	Language string `xml:"lang,attr"`
	Text     string `xml:",chardata"`
}

// inFrench chooses among languages: French, else the first; the quotes that
// some questionnaires put around a text are left out.
func inFrench(list []words) string {
	if len(list) == 0 {
		return ""
	}
	chosen := list[0]
	if i := slices.IndexFunc(list, func(w words) bool { return strings.HasPrefix(w.Language, "fr") }); i >= 0 {
		chosen = list[i]
	}
	text := strings.Join(strings.Fields(chosen.Text), " ")
	if len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"' {
		text = text[1 : len(text)-1]
	}
	return text
}

// codebookVariable is a var of DDI-Codebook 1.2 to 2.6.
type codebookVariable struct {
	Name  string  `xml:"name,attr"`
	Label []words `xml:"labl"`
	Codes []struct {
		Missing string  `xml:"missing,attr"`
		Value   string  `xml:"catValu"`
		Label   []words `xml:"labl"`
	} `xml:"catgry"`
	Invalid []struct {
		Item []struct {
			Value string `xml:"VALUE,attr"`
		} `xml:"item"`
		Range []struct {
			Low  string `xml:"min,attr"`
			High string `xml:"max,attr"`
		} `xml:"range"`
	} `xml:"invalrng"`
	Format struct {
		Type string `xml:"type,attr"`
	} `xml:"varFormat"`
}

// lifecycleVariable is a Variable of DDI-Lifecycle 3.
type lifecycleVariable struct {
	Name   []words   `xml:"VariableName>String"`
	Label  []words   `xml:"Label>Content"`
	List   []string  `xml:"VariableRepresentation>CodeRepresentation>CodeListReference>ID"`
	Subset []string  `xml:"VariableRepresentation>CodeRepresentation>CodeSubsetInformation>IncludedCode>CodeReference>ID"`
	Text   *struct{} `xml:"VariableRepresentation>TextRepresentation"`
}

type lifecycleList struct {
	ID    string          `xml:"ID"`
	Codes []lifecycleCode `xml:"Code"`
}

// lifecycleCode may hold others, when the list is a tree.
type lifecycleCode struct {
	ID       string          `xml:"ID"`
	Category string          `xml:"CategoryReference>ID"`
	Value    string          `xml:"Value"`
	Under    []lifecycleCode `xml:"Code"`
}

type lifecycleCategory struct {
	ID    string  `xml:"ID"`
	Label []words `xml:"Label>Content"`
}

// ddi gathers what a document says, in whatever order.
type ddi struct {
	book       *Codebook
	variables  []lifecycleVariable
	lists      map[string][]lifecycleCode
	codes      map[string]lifecycleCode
	categories map[string]string
}

// parseDDI reads DDI-Codebook and DDI-Lifecycle.
//
// Source: DDI Alliance, DDI-Codebook 2.5 (ddialliance.org) and DDI-Lifecycle
// 3.3.
func parseDDI(name string, data []byte) (*Codebook, error) {
	d := &ddi{book: &Codebook{}, lists: map[string][]lifecycleCode{}, codes: map[string]lifecycleCode{}, categories: map[string]string{}}
	in := xml.NewDecoder(bytes.NewReader(data))
	in.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(r), nil
	}
	for {
		token, err := in.Token()
		if err == io.EOF {
			break
		}
		if start, ok := token.(xml.StartElement); ok && err == nil {
			err = d.element(in, start)
		}
		if err != nil {
			line, _ := in.InputPos()
			return nil, fault.Invalidf("vérifiez que c'est un fichier DDI entier", "%s, ligne %d : XML illisible (%s)", name, line, shortened(err))
		}
	}
	d.resolve()
	return d.book, nil
}

func shortened(err error) string {
	text := err.Error()
	return text[:min(len(text), 120)]
}

// element reads one of the elements that matter, whole.
func (d *ddi) element(in *xml.Decoder, start xml.StartElement) error {
	lifecycle := strings.Contains(start.Name.Space, "logicalproduct")
	switch {
	case start.Name.Local == "var":
		var v codebookVariable
		if err := in.DecodeElement(&v, &start); err != nil {
			return err
		}
		d.book.Variables = append(d.book.Variables, v.described())
	case lifecycle && start.Name.Local == "Variable":
		var v lifecycleVariable
		if err := in.DecodeElement(&v, &start); err != nil {
			return err
		}
		d.variables = append(d.variables, v)
	case lifecycle && start.Name.Local == "CodeList":
		var l lifecycleList
		if err := in.DecodeElement(&l, &start); err != nil {
			return err
		}
		d.lists[l.ID] = d.flat(nil, l.Codes)
	case lifecycle && start.Name.Local == "Category":
		var c lifecycleCategory
		if err := in.DecodeElement(&c, &start); err != nil {
			return err
		}
		d.categories[c.ID] = inFrench(c.Label)
	}
	return nil
}

// flat lists the codes of a tree, the leaves only, and remembers each by its
// identifier.
func (d *ddi) flat(out, codes []lifecycleCode) []lifecycleCode {
	for _, c := range codes {
		if d.codes[c.ID] = c; len(c.Under) > 0 {
			out = d.flat(out, c.Under)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// resolve gives each variable of DDI-Lifecycle the codes it refers to.
func (d *ddi) resolve() {
	for _, v := range d.variables {
		out := Described{Name: inFrench(v.Name), Label: inFrench(v.Label), Text: v.Text != nil}
		for _, id := range v.List {
			for _, c := range d.lists[id] {
				out.add(Code{Code: c.Value, Label: d.categories[c.Category]})
			}
		}
		for _, id := range v.Subset {
			if c, ok := d.codes[id]; ok && len(v.List) == 0 {
				out.add(Code{Code: c.Value, Label: d.categories[c.Category]})
			}
		}
		if out.Name != "" {
			d.book.Variables = append(d.book.Variables, out)
		}
	}
}

func (v codebookVariable) described() Described {
	out := Described{Name: v.Name, Label: inFrench(v.Label), Text: v.Format.Type == "character"}
	invalid := map[string]bool{}
	for _, r := range v.Invalid {
		for _, item := range r.Item {
			invalid[strings.TrimSpace(item.Value)] = true
		}
		for _, span := range r.Range {
			low, err := strconv.ParseFloat(span.Low, 64)
			if err != nil {
				low = math.Inf(-1)
			}
			high, err := strconv.ParseFloat(span.High, 64)
			if err != nil {
				high = math.Inf(1)
			}
			if span.Low != "" || span.High != "" {
				out.Missing = append(out.Missing, Span{low, high})
			}
		}
	}
	for _, c := range v.Codes {
		code := Code{strings.TrimSpace(c.Value), inFrench(c.Label), c.Missing == "Y"}
		if code.Code == "" {
			continue
		}
		code.Missing = code.Missing || invalid[code.Code]
		delete(invalid, code.Code)
		out.add(code)
	}
	for _, value := range slices.Sorted(maps.Keys(invalid)) {
		if x, err := strconv.ParseFloat(value, 64); err == nil {
			out.Missing = append(out.Missing, Span{x, x})
		} else {
			out.add(Code{Code: value, Missing: true})
		}
	}
	return out
}

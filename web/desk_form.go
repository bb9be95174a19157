package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"vigie/fault"
)

// deskForm is a form of the back office. Action and Cancel are bare paths. A
// form that was refused is shown again with what was sent: call fill, then give
// the page its Err.
type deskForm struct {
	words
	Action  string
	Submit  string
	Cancel  string
	Intro   string
	Danger  bool // the button says that something ends
	Upload  bool // files are sent
	Hidden  []hiddenField
	Fields  []deskField
	Token   string
	Version string       // of what is edited; sent back as « version »
	Account string       // whose password is asked for, told to password managers
	Other   *link        // another way to the same end
	Passkey *passkeyForm // may be answered with a passkey instead
	Ask     string       // where a script asks for a passkey to be made, "" for none
	Failed  string       // said when that fails
}

// deskField is one field. Kind is text (the default), password, email, url,
// number, date, search, tel, area, code (an area of fixed width), check, select,
// radio, checks, file, or show: a value that is only read.
type deskField struct {
	Kind, Name, Label, Hint, Value string
	Options                        []deskOption
	Required, Wide                 bool
	Auto                           string // autocomplete
	Accept                         string // of a file
	Most, Rows                     int    // characters, lines
	Group                          string // the legend that it stands under
	Fault                          string
	Focus                          bool // the page opens there

	ID string // made ready
}

type deskOption struct {
	Value, Label, Hint string
	Selected           bool
	ID                 string
}

// deskFrame is the fields under one legend.
type deskFrame struct {
	Legend string
	Fields []deskField
}

// formFaults are what is wrong in a form, field by field: an Invalid fault.
type formFaults []deskFault

// Error lists what is wrong.
func (f formFaults) Error() string {
	var lines []string
	for _, one := range f {
		lines = append(lines, one.What)
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes it an Invalid fault.
func (f formFaults) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, What: "formulaire à corriger"}
}

// add notes what is wrong with a field.
func (f *formFaults) add(field, what, do string) {
	*f = append(*f, deskFault{Field: field, What: what, Do: do})
}

// err is the list as an error, nil when nothing is wrong.
func (f formFaults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// aboutField says of which field an Invalid error is.
func aboutField(field string, err error) error {
	if err == nil || fault.KindOf(err) != fault.Invalid {
		return err
	}
	what, do := told(err)
	return formFaults{{Field: field, What: what, Do: do}}
}

// fill puts what was sent into the fields, except passwords and files.
func (f *deskForm) fill(r *http.Request) {
	for i := range f.Fields {
		field := &f.Fields[i]
		sent := r.PostForm[field.Name]
		switch field.Kind {
		case "password", "file", "show":
		case "check":
			field.Value = ""
			if len(sent) > 0 {
				field.Value = "1"
			}
		case "select", "radio", "checks":
			field.Options = slices.Clone(field.Options)
			for k := range field.Options {
				field.Options[k].Selected = slices.Contains(sent, field.Options[k].Value)
			}
		default:
			field.Value = strings.ToValidUTF8(r.PostFormValue(field.Name), "?")
		}
	}
}

// ready returns the form as it is set: paths under the language, names of
// elements, faults beside their fields.
func (f *deskForm) ready(v *visitor, faults []deskFault) *deskForm {
	out := *f
	out.words, out.Token = v.words, formToken(v.secret)
	if v.secret == "" {
		out.Token = ""
	}
	out.Action = v.at.link(f.Action)
	if f.Cancel != "" {
		out.Cancel = v.at.link(f.Cancel)
	}
	out.Fields = slices.Clone(f.Fields)
	named := map[string]int{}
	for i := range out.Fields {
		field := &out.Fields[i]
		field.ID = fieldID(field.Name)
		if named[field.Name]++; named[field.Name] > 1 { // one name over several groups of choices
			field.ID += fmt.Sprintf("-groupe-%d", named[field.Name])
		}
		if field.Kind == "" {
			field.Kind = "text"
		}
		for k := range faults {
			if faults[k].Field == field.Name {
				field.Fault = joined(" ", faults[k].What, faults[k].Do)
			}
		}
		field.Options = slices.Clone(field.Options)
		for k := range field.Options {
			field.Options[k].ID = fmt.Sprintf("%s-%d", field.ID, k)
		}
	}
	return &out
}

// fieldID is the element's name of a field.
func fieldID(name string) string { return "champ-" + plainName(name) }

// Frames are the fields under their legends.
func (f *deskForm) Frames() []deskFrame {
	var frames []deskFrame
	for _, field := range f.Fields {
		if n := len(frames); n == 0 || frames[n-1].Legend != field.Group {
			frames = append(frames, deskFrame{Legend: field.Group})
		}
		last := &frames[len(frames)-1]
		last.Fields = append(last.Fields, field)
	}
	return frames
}

// Described lists what describes a field, for aria-describedby.
func (f deskField) Described() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-aide")
	}
	if f.Fault != "" {
		ids = append(ids, f.ID+"-faute")
	}
	return strings.Join(ids, " ")
}

// FieldID is the element that a line of the summary leads to, "" for none.
func (d deskFault) FieldID() string {
	if d.Field == "" {
		return ""
	}
	return fieldID(d.Field)
}

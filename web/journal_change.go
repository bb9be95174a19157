package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/journal"
	"vigie/lang"
)

// actorNames names actors to people: a person as long as the account exists.
type actorNames struct {
	words
	people map[string]string // by identifier, "" for an account that was erased
	order  []string
}

// actorNames reads the names of all accounts, at once.
func (s *Server) actorNames(r *http.Request, v *visitor) (*actorNames, error) {
	rows, err := s.Office.DB.People(r.Context())
	if err != nil {
		return nil, err
	}
	n := &actorNames{words: v.words, people: map[string]string{}}
	for _, p := range rows {
		n.people[p.ID] = p.Name
		if !p.Erased {
			n.order = append(n.order, p.ID)
		}
	}
	return n, nil
}

// of names an actor.
func (n *actorNames) of(a journal.Actor) string {
	kind, rest, _ := strings.Cut(string(a), ":")
	switch kind {
	case "person":
		return n.person(a.Person())
	case "token":
		return n.T("journal.by_program", "who", n.person(a.Person()))
	case "local":
		return n.T("journal.by_command", "who", rest)
	case string(journal.System):
		return n.T("journal.by_system")
	case string(journal.Visitor):
		return n.T("journal.by_visitor")
	case "link":
		return n.T("journal.by_link")
	}
	return string(a)
}

func (n *actorNames) person(id string) string {
	if name := n.people[id]; name != "" {
		return name
	}
	return n.T("journal.erased")
}

// options are those of a choice of who acted.
func (n *actorNames) options(chosen string) []deskOption {
	var out []deskOption
	add := func(value, label string) {
		out = append(out, deskOption{Value: value, Label: label, Selected: value == chosen})
	}
	for _, id := range n.order {
		add("person:"+id, n.people[id])
	}
	if id, ok := strings.CutPrefix(chosen, "person:"); ok && n.people[id] == "" {
		add(chosen, n.T("journal.erased"))
	}
	add("local:", n.T("journal.commands"))
	add(string(journal.System), n.T("journal.by_system"))
	return out
}

// change is one thing that an act changed.
type change struct {
	What   string `json:"what"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Long   bool   `json:"-"` // several lines: set as they are
}

// changesOf lists what an entry says of before and after, name by name.
func changesOf(v *visitor, names *actorNames, e journal.Entry) []change {
	before, after := map[string]string{}, map[string]string{}
	flattenJSON("", e.Before, names, before)
	flattenJSON("", e.After, names, after)
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	out := []change{}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		c := change{What: keyWord(v, k), Before: before[k], After: after[k]}
		if k == "state" {
			c.Before, c.After = stateWord(v, c.Before), stateWord(v, c.After)
		}
		c.Long = strings.Contains(c.Before+c.After, "\n")
		out = append(out, c)
	}
	return out
}

// stateWord says a state of the matrix, or of a run, in words.
func stateWord(v *visitor, state string) string {
	for _, key := range []string{"state." + state, "run.state_" + state} {
		if state != "" && lang.Has(v.l, key) {
			return v.T(key)
		}
	}
	return state
}

func keyWord(v *visitor, k string) string {
	if k == "" {
		return v.T("journal.value")
	}
	if key := "journal.key_" + k; lang.Has(v.l, key) {
		return v.T(key)
	}
	return k
}

// flattenJSON notes the texts of a JSON under dotted names; a list is one text.
func flattenJSON(name string, doc json.RawMessage, names *actorNames, to map[string]string) {
	if len(doc) == 0 {
		return
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(doc, &object) == nil && object != nil {
		for k, one := range object {
			flattenJSON(strings.TrimPrefix(name+"."+k, "."), one, names, to)
		}
		return
	}
	var list []json.RawMessage
	if json.Unmarshal(doc, &list) == nil && list != nil {
		var texts []string
		for _, one := range list {
			texts = append(texts, plainJSON(one, names))
		}
		to[name] = strings.Join(texts, ", ")
		return
	}
	to[name] = plainJSON(doc, names)
}

// plainJSON is a JSON as a text: a string without its quotes, a truth in words.
func plainJSON(doc json.RawMessage, names *actorNames) string {
	var text string
	if json.Unmarshal(doc, &text) == nil {
		if strings.HasPrefix(text, "person:") || strings.HasPrefix(text, "token:") || strings.HasPrefix(text, "local:") {
			return names.of(journal.Actor(text))
		}
		return text
	}
	if yes, err := strconv.ParseBool(string(doc)); err == nil && len(doc) > 1 {
		return names.T(map[bool]string{true: "journal.yes", false: "journal.no"}[yes])
	}
	if string(doc) == "null" {
		return ""
	}
	return string(doc)
}

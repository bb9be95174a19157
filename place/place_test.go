package place

import (
	"encoding/json"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"vigie/fault"
)

func TestAt(t *testing.T) {
	toTOML := Of("a.toml", []byte("x = 1\n[t]\ny = 2\n\n[[e]]\ncode = \"a\"\n[[e]]\ncode = \"b\"\nlist = [\n 1,\n 2]\n"))
	inline := Of("a.toml", []byte("i = [ # comment\n { code = \"a\" },\n { code = \"b\",\n   m = { k = 1 } },\n]\n[t]\ne = [[1], [{ z = 1 }]]\n"))
	toJSON := Of("a.json", []byte("{\n \"x\": 1,\n \"e\": [\n  {\"code\": \"a\"},\n  {\"code\": \"b\"}]\n}"))
	cases := []struct {
		lines      Lines
		path, want string
	}{
		{toTOML, "x", "a.toml, ligne 1"},
		{toTOML, "t.y", "a.toml, ligne 3"},
		{toTOML, "e[2].code", "a.toml, ligne 8"},
		{toTOML, "e[2].list[2]", "a.toml, ligne 9"},
		{toTOML, "e[2].weight", "a.toml, ligne 7"}, // not written: its table
		{toTOML, "nowhere", "a.toml"},
		{inline, "i[1].code", "a.toml, ligne 2"},
		{inline, "i[2].m.k", "a.toml, ligne 4"},
		{inline, "i[2].weight", "a.toml, ligne 3"},
		{inline, "t.e[2][1].z", "a.toml, ligne 7"},
		{toJSON, "x", "a.json, ligne 2"},
		{toJSON, "e[2].code", "a.json, ligne 5"},
		{toJSON, "e[2].weight", "a.json, ligne 5"},
	}
	for _, c := range cases {
		if got := c.lines.At(c.path); got != c.want {
			t.Errorf("At(%q) = %q; want %q", c.path, got, c.want)
		}
	}
}

func TestUnreadable(t *testing.T) {
	var tree map[string]any
	for name, raw := range map[string]string{"a.toml": "x = 1\ny = [\n", "a.json": "{\"x\": 1,\n ]"} {
		err := json.Unmarshal([]byte(raw), &tree)
		if name == "a.toml" {
			err = toml.Unmarshal([]byte(raw), &tree)
		}
		got := Unreadable(name, []byte(raw), err)
		f, ok := got.(*fault.Error)
		if !ok || f.Kind != fault.Invalid || f.What[:len("a.toml, ligne 2")] != name+", ligne 2" || f.Do == "" {
			t.Errorf("Unreadable(%s) = %v; want a fault at line 2", name, got)
		}
	}
}

func TestLine(t *testing.T) {
	for what, want := range map[string]int{"a.toml, ligne 12 : clé": 12, "a.toml, ligne 3, colonne 4 : écriture illisible": 3, "a.toml illisible": 0, "ligne 4": 0} {
		if got := Line(what); got != want {
			t.Errorf("Line(%q) = %d; want %d", what, got, want)
		}
	}
}

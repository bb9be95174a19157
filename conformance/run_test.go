package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"vigie/fault"
)

// directory is a made-up set of cases on four records.
func directory(cases ...string) fstest.MapFS {
	return fstest.MapFS{
		"data/x.csv":      {Data: []byte("g,y,w\na,1,10\na,2,10\nb,4,20\nb,,20\n")},
		"ref/01_one.json": {Data: []byte(`{"format":"vigie-cases/1","family":"survey","cases":[` + strings.Join(cases, ",") + `]}`)},
	}
}

func degf(id, expect string) string {
	return `{"id":"` + id + `","group":"01_one","function":"degf","data":["data/x.csv"],"design":{"data":"data/x.csv","ids":["1"],"strata":["g"],"weights":"w"},` +
		`"prep":[],"eval":[{"field":"df","op":"degf","args":{}}],"tol":1e-9` + expect + `}`
}

func TestRun(t *testing.T) {
	dir := directory(
		degf("01/good", `,"expect":{"df":2}`),
		degf("01/bad", `,"expect":{"df":3}`),
		degf("01/blind", `,"ask":["df"]`),
		strings.ReplaceAll(degf("01/unknown", `,"expect":{"df":2}`), `"op":"degf"`, `"op":"median_of_medians"`),
		strings.ReplaceAll(degf("01/value", `,"expect":{"df":2}`), `"strata"`, `"lonely_psu":"guess","strata"`),
		strings.ReplaceAll(degf("01/outside", `,"expect":{"df":2}`), `"design":{"data":"data/x.csv"`, `"design":{"data":"../x.csv"`),
	)
	r, err := Run(t.Context(), dir, "survey", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Cases != 6 || r.Agreed != 1 || r.Unchecked != 1 || r.OK() || len(r.Groups) != 1 {
		t.Errorf("report %+v", r)
	}
	want := []Failure{{"01/bad", "df", 2.0, 3.0}, {"01/unknown", "function", nil, nil}, {"01/value", "function", nil, nil}}
	got := r.Groups[0].Failures
	if len(got) != 4 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || got[3].ID != "01/outside" || got[3].Field != "error" {
		t.Errorf("failures %+v; want %+v and 01/outside", got, want)
	}
	var answers bytes.Buffer
	if err := r.WriteAnswers(&answers); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(answers.String(), "\n")
	if len(lines) != 7 || lines[0] != `{"id":"01/good","answer":{"df":2}}` || lines[2] != `{"id":"01/blind","answer":{"df":2}}` || lines[3] != `{"id":"01/unknown","answer":null}` {
		t.Errorf("answers %q", lines)
	}
}

// What is expected is out of the reach of what answers.
func TestExpectationsAreHidden(t *testing.T) {
	var seen []string
	spy := func(_ context.Context, _ fs.FS, c *Case) (any, error) {
		if c.Expect != nil {
			seen = append(seen, c.ID)
		}
		raw, err := json.Marshal(c.Tree)
		if bytes.Contains(raw, []byte("expect")) {
			seen = append(seen, c.ID)
		}
		return nil, err
	}
	cases, err := read(directory(degf("01/a", `,"expect":{"df":2}`)), "survey")
	if err != nil {
		t.Fatal(err)
	}
	run(t.Context(), family{spy, compareFields}, nil, &cases[0])
	if len(seen) > 0 {
		t.Errorf("expectations reached the family: %v", seen)
	}
}

func TestPanicIsAFailureOfItsCase(t *testing.T) {
	c := &Case{ID: "a", Group: "g", Expect: 1.0}
	boom := func(context.Context, fs.FS, *Case) (any, error) { panic("boum") }
	r := report("survey", []result{run(t.Context(), family{boom, compareFields}, nil, c)})
	if r.OK() || len(r.Groups[0].Failures) != 1 || !strings.Contains(r.Groups[0].Failures[0].Got.(string), "boum") {
		t.Errorf("report %+v", r)
	}
}

func TestTimeOut(t *testing.T) {
	never := func(context.Context, fs.FS, *Case) (any, error) { select {} }
	if _, err := answered(t.Context(), family{never, compareFields}, nil, &Case{ID: "a"}, time.Millisecond); err == nil || !strings.Contains(err.Error(), "arrêté après 1ms") {
		t.Errorf("a case that never ends: %v", err)
	}
}

func TestPrint(t *testing.T) {
	r, err := Run(t.Context(), directory(degf("01/good", `,"expect":{"df":2}`), degf("01/bad", `,"expect":{"df":3}`)), "survey", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := r.Print(&out); err != nil {
		t.Fatal(err)
	}
	const want = "group   cases  agreed  max rel err  first disagreement (id: field got / want)\n" +
		"01_one  2      1       3.3e-01      01/bad: df 2 / 3\n" +
		"total   2      1       3.3e-01      \n"
	if out.String() != want {
		t.Errorf("Print = %q; want %q", out.String(), want)
	}
}

func TestUnusableDirectories(t *testing.T) {
	cases := []struct {
		what, want string
		dir        fstest.MapFS
		o          Options
		family     string
	}{
		{"empty", "aucun cas de la famille", fstest.MapFS{}, Options{}, "survey"},
		{"another family", "aucun cas de la famille", fstest.MapFS{"cases.json": {Data: []byte(`{"format":"vigie-cases/1","family":"debate","cases":[{"id":"a"}]}`)}}, Options{}, "survey"},
		{"cut", "ref/01_one.json", fstest.MapFS{"ref/01_one.json": {Data: []byte(`{"format":`)}}, Options{}, "survey"},
		{"another format", "ref/01_one.json est au format « vigie-cases/2 »", fstest.MapFS{"ref/01_one.json": {Data: []byte(`{"format":"vigie-cases/2"}`)}}, Options{}, "survey"},
		{"no such case", "aucun cas ne porte", directory(degf("a", "")), Options{ID: "b"}, "survey"},
		{"no such group", "aucun cas ne porte", directory(degf("a", "")), Options{Group: "b"}, "survey"},
		{"no such family", "famille inconnue « surveys »", directory(degf("a", "")), Options{}, "surveys"},
	}
	for _, c := range cases {
		_, err := Run(t.Context(), c.dir, c.family, c.o)
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "\u00a0", " "), c.want) || fault.Do(err) == "" {
			t.Errorf("%s: %v; want %q", c.what, err, c.want)
		}
	}
}

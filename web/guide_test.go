package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie/doc"
	"vigie/lang"
)

// TestGuidePages: every guide is read in the back office by whoever has an
// account, whole, with titles in order; its links lead to pages that are there,
// and no page is without its title in the menu's language.
func TestGuidePages(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Luc", "reader"))
	b.reads(b.get(guidePath), http.StatusOK, "Mode d’emploi", "Analyste")
	for _, g := range guides {
		text := string(must(doc.Guide(g.File)))
		title, _, _ := strings.Cut(text, "\n")
		if own := lang.T(g.Lang, "guide.title_"+g.Name); g.Lang == lang.FR && lang.Typeset(lang.FR, title) != "# "+own {
			t.Errorf("%s begins with %q; its page is called %q", g.File, title, own)
		}
		for _, path := range []string{guidePath + "/" + g.Name, "/en" + guidePath + "/" + g.Name} {
			w := b.get(path)
			b.want(w, http.StatusOK)
			page := must(html.Parse(w.Body))
			article := all(page, "article[lang="+string(g.Lang)+"]")
			if len(article) != 1 {
				t.Errorf("%s: %d articles in the language of the guide", path, len(article))
				continue
			}
			if n, want := len(all(article[0], "h2")), strings.Count(text, "\n## "); n != want || want == 0 {
				t.Errorf("%s: %d titles; the guide has %d", path, n, want)
			}
			if len(all(page, "h1")) != 1 || len(all(article[0], "h1, img, script, [style]")) > 0 {
				t.Errorf("%s: a second title of the page, or what no guide holds", path)
			}
			for _, a := range all(article[0], "a[href]") {
				if to := attr(a, "href"); strings.HasPrefix(to, "/") && b.get(to).Code != http.StatusOK {
					t.Errorf("%s leads to %s, which is not there", path, to)
				}
			}
		}
	}
	b.want(b.get(guidePath+"/inconnu"), http.StatusNotFound)
	b.reads(b.get(exercisePath), http.StatusOK, "Inscrits en médiathèque")
	w := b.get(exercisePath + ".csv")
	if w.Body.String() != string(must(doc.ExerciseFile())) || !strings.Contains(w.Header().Get("Content-Disposition"), doc.Exercise) {
		t.Errorf("the exercise is sent as %q, %d bytes", w.Header().Get("Content-Disposition"), w.Body.Len())
	}
	o.nobody().want(o.nobody().get(guidePath+"/analyste"), http.StatusSeeOther)
	if w := b.get(guidePath + "/analyste"); !strings.Contains(w.Body.String(), "</strong>\u00a0: celui du producteur") {
		t.Error("a guide is set without the spaces of French")
	}
}

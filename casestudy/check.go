package casestudy

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// Lists is what a record is judged against.
type Lists struct {
	Terms *taxonomy.Set
	On    string                    // the day, ISO: terms are those in force, years not beyond it
	Place func(territory.Code) bool // whether a place exists; nil: every code of a known form
}

// Most characters of a field, by the last word of its path; others hold 500.
var most = map[string]int{"title": 250, "summary": 4000, "text": 4000, "sections": 12000, "address": 2000, "unit": 120, "period": 120, "licence": 120}

// mostItems is how many items a list may hold.
const mostItems = 200

// firstYear is the oldest year that an alliance may have begun in.
const firstYear = 1800

// Check lists what is wrong in a record, in reading order; what is missing is
// told by Completeness. Severe faults are what nobody should publish.
func Check(r Record, in Lists) []Fault {
	c := &checking{Lists: in, r: &r}
	c.texts()
	c.lists()
	c.years()
	c.actors()
	c.evidence()
	c.media()
	c.contacts()
	c.sources()
	c.rights()
	return c.faults
}

type checking struct {
	Lists
	faults
	r *Record
}

// texts checks what holds for each value: length, markup, codes, persons.
func (c *checking) texts() {
	if c.r.Title == "" {
		c.refuse("title", "donnez un titre : c'est le seul champ dont un brouillon a besoin", "titre absent")
	}
	if _, ok := lang.Parse(c.r.Language); !ok {
		c.refuse("language", "écrivez fr ou en", "langue « %s » inconnue", c.r.Language)
	}
	for _, l := range slices.Sorted(maps.Keys(c.r.Translations)) {
		if _, ok := lang.Parse(l); !ok || l == c.r.Language {
			c.refuse("translations", "gardez une traduction par langue, fr ou en, autre que celle de la fiche", "traduction en « %s »", l)
		}
	}
	for _, l := range Leaves(*c.r) {
		c.value(l.Path, l.Value)
	}
}

func (c *checking) value(path, value string) {
	words := strings.Split(path, ".")
	longest, ok := most[words[len(words)-1]]
	if i := slices.Index(words, "sections"); i >= 0 {
		longest, ok = most["sections"], true
		c.code(path, "case_section", words[len(words)-1])
	}
	if !ok {
		longest = 500
	}
	if n := utf8.RuneCountInString(value); n > longest {
		c.refuse(path, "raccourcissez ce texte", "%d caractères ; %d au plus", n, longest)
	}
	if clean, marked, hidden := cleanText(value, paragraphs(path)); clean != value {
		switch {
		case marked:
			c.refuse(path, "retirez les balises : seuls les paragraphes sont gardés", "texte qui contient du HTML")
		case hidden:
			c.refuse(path, "recopiez ce texte sans mise en forme", "caractères invisibles ou illisibles")
		}
	}
	switch list := ListOf(path); {
	case strings.HasPrefix(path, "territories."):
		c.place(path, territory.Code(value))
	case list != "":
		c.code(path, list, value)
	case !strings.HasSuffix(path, "address"):
		c.person(path, value)
	}
}

// code checks that a code is a term of its list, in force.
func (c *checking) code(path, list, code string) {
	if c.Terms == nil {
		return
	}
	t, ok := c.Terms.Term(list, code)
	switch {
	case !ok:
		do := "choisissez dans la liste"
		if near := nearestTerm(c.Terms, list, code); near.Code != "" {
			do = "voulez-vous dire « " + near.Code + " » (" + near.LabelFR + ") ?"
		}
		c.refuse(path, do, "« %s » n'est pas dans la liste « %s »", code, list)
	case !t.ValidOn(c.On):
		c.refuse(path, "choisissez un terme en vigueur", "« %s » (%s) n'est plus, ou pas encore, en vigueur", code, t.LabelFR)
	}
}

func (c *checking) place(path string, code territory.Code) {
	known := code.Level() != "" && code.Level() != territory.Composed
	if known && c.Place != nil {
		known = c.Place(code)
	}
	if !known {
		c.refuse(path, "choisissez le territoire par son nom, ou donnez son code : COM-25056, DEP-25, REG-27", "territoire « %s » inconnu", code)
	}
}

var (
	mail  = regexp.MustCompile(`(?i)[\p{L}\d._%+-]+(?:@| *\[(?:at|arobase)\] *)[\p{L}\d-]+(?:\.[\p{L}\d-]+)+`)
	phone = regexp.MustCompile(`(?:\+33 ?|\b0)[1-9](?:[ .-]?\d{2}){4}\b`)
	civil = regexp.MustCompile(`^(?:M\.|MM\.|Mr|Mme|Mlle|Monsieur|Madame|Dr|Docteur) `)
)

// person warns of what leads to somebody in particular.
func (c *checking) person(path, value string) {
	const do = "une fiche ne nomme que des organisations ; donnez leur page dans « Contacts »"
	if strings.ContainsAny(value, "@[") && mail.MatchString(value) {
		c.warn(path, do, "adresse de messagerie dans le texte")
	}
	if strings.ContainsAny(value, "0+") && phone.MatchString(value) {
		c.warn(path, do, "numéro de téléphone dans le texte")
	}
	if (strings.HasSuffix(path, ".name") || strings.HasSuffix(path, "organisation")) && civil.MatchString(value) {
		c.warn(path, "nommez l'organisation plutôt que la personne", "ce nom semble celui d'une personne")
	}
}

// lists checks what holds for each list.
func (c *checking) lists() {
	for i := range fields {
		f := &fields[i]
		if f.items == nil {
			continue
		}
		items := f.items(c.r)
		if len(items) > mostItems {
			c.refuse(f.path, "gardez l'essentiel", "%d éléments ; %d au plus", len(items), mostItems)
		}
		if f.parts != nil {
			continue
		}
		for n, it := range items {
			if slices.ContainsFunc(items[:n], func(o item) bool { return o[0] == it[0] }) {
				c.warn(f.path+"."+itoa(n+1), "gardez-le une fois", "« %s » est donné deux fois", it[0])
			}
		}
	}
}

func (c *checking) years() {
	start, end := c.r.StartYear, c.r.EndYear
	today := 0
	if len(c.On) >= 4 {
		today = number(c.On[:4])
	}
	for _, y := range []struct {
		path   string
		year   int
		beyond int
	}{{"start_year", start, 2}, {"end_year", end, 30}} {
		if y.year != 0 && (y.year < firstYear || today > 0 && y.year > today+y.beyond) {
			c.refuse(y.path, "écrivez l'année en quatre chiffres, ou rien si elle n'est pas connue", "année %d peu plausible", y.year)
		}
	}
	if start != 0 && end != 0 && start > end {
		c.refuse("end_year", "vérifiez les deux années", "la fin (%d) précède le début (%d)", end, start)
	}
}

func (c *checking) actors() {
	for n, a := range c.r.Actors {
		path := "actors." + itoa(n+1)
		if a.Name == "" {
			c.refuse(path+".name", "nommez l'organisation ou le groupe, ou retirez cette ligne", "acteur sans nom")
		}
	}
	for n, m := range c.r.Impacts {
		path := "impacts." + itoa(n+1)
		if m.Axis == "" {
			c.refuse(path+".axis", "choisissez performance, innovation ou confiance", "effet sans axe")
		}
		if m.Text == "" {
			c.refuse(path+".text", "dites ce qui a changé, ou retirez cette ligne", "effet sans texte")
		}
	}
}

func (c *checking) evidence() {
	for n, e := range c.r.Evidence {
		path := "evidence." + itoa(n+1)
		if e.Claim == "" {
			c.refuse(path+".claim", "dites ce que le chiffre ou le fait établit, ou retirez cette ligne", "preuve sans affirmation")
		}
		if e.Source < 0 || e.Source > len(c.r.Sources) {
			c.refuse(path+".source", "choisissez une source de la fiche", "source %d ; la fiche en a %d", e.Source, len(c.r.Sources))
		}
		if e.Value != nil && e.Unit == "" {
			c.warn(path+".unit", "écrivez l'unité : euros, personnes, hectares…", "valeur sans unité")
		}
	}
}

var artifact = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (c *checking) media() {
	for n, m := range c.r.Media {
		path := "media." + itoa(n+1)
		if m.Alt == "" {
			c.refuse(path+".alt", "dites en une phrase ce que l'image montre à qui ne la voit pas", "image sans texte de remplacement")
		}
		if m.Credit == "" {
			c.warn(path+".credit", "nommez l'auteur ou l'organisation qui détient les droits", "image sans crédit")
		}
		if !artifact.MatchString(m.Artifact) || m.Type != "image/jpeg" && m.Type != "image/png" {
			c.refuse(path+".artifact", "joignez de nouveau l'image par le formulaire", "image inconnue")
		}
	}
}

func (c *checking) contacts() {
	if len(c.r.Contacts) > 0 && (c.r.Consent.By == "" || c.r.Consent.On == "") {
		c.refuse("consent", "dites qui a donné son accord et quand, ou retirez les contacts", "contact sans accord de l'organisation")
	}
	for n, t := range c.r.Contacts {
		path := "contacts." + itoa(n+1)
		if t.Organisation == "" {
			c.refuse(path+".organisation", "nommez l'organisation", "contact sans organisation")
		}
		if to, ok := strings.CutPrefix(t.Address, "mailto:"); ok {
			if mail.FindString(to) != to {
				c.refuse(path+".address", "écrivez mailto:contact@exemple.fr", "adresse de messagerie mal écrite")
			} else if personal.MatchString(to) {
				c.warn(path+".address", "préférez une adresse de l'organisation : contact@…, accueil@…", "cette adresse semble celle d'une personne")
			}
			continue
		}
		c.address(path+".address", t.Address)
	}
}

// personal matches the mailbox of somebody: prenom.nom@, or at a public provider.
var personal = regexp.MustCompile(`(?i)^[a-zà-ÿ]+[._-][a-zà-ÿ]+@|@(?:gmail|orange|wanadoo|free|hotmail|outlook|yahoo|laposte|sfr|icloud|live|protonmail)\.`)

func (c *checking) sources() {
	for n, s := range c.r.Sources {
		path := "sources." + itoa(n+1)
		if s.Title == "" {
			c.refuse(path+".title", "donnez le titre de la page ou du document", "source sans titre")
		}
		if s.Address != "" {
			c.address(path+".address", s.Address)
		}
		if s.Date != "" && (!dated(s.Date) || c.On != "" && s.Date > c.On) {
			c.refuse(path+".date", "écrivez 2024, 2024-10 ou 2024-10-31", "date « %s » refusée", s.Date)
		}
	}
}

func (c *checking) address(path, address string) {
	if what, do := refusedAddress(address); what != "" {
		c.refuse(path, do, "%s", what)
	}
}

// licences are those under which the base may show and give a record.
var licences = []string{"CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC BY-NC-SA 4.0", "CC BY-ND 4.0", "CC BY-NC-ND 4.0", "Licence Ouverte 2.0"}

// Licences lists the licences that a record may have.
func Licences() []string { return slices.Clone(licences) }

func (c *checking) rights() {
	if l := c.r.Licence; l != "" && !slices.Contains(licences, l) {
		c.refuse("licence", "choisissez "+lang.Either(lang.FR, licences), "licence « %s » inconnue", l)
	}
	if on := c.r.Consent.On; on != "" && (len(on) != 10 || !dated(on) || c.On != "" && on > c.On) {
		c.refuse("consent.on", "écrivez le jour de l'accord : 2024-10-31", "date « %s » refusée", on)
	}
	if c.r.Consent.On != "" && c.r.Consent.By == "" {
		c.refuse("consent.by", "nommez l'organisation qui a donné son accord", "accord sans organisation")
	}
}

var dateForm = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$`)

// dated reports whether a text is an ISO day, month or year that exists.
func dated(s string) bool {
	m := dateForm.FindStringSubmatch(s)
	if m == nil || m[1] < strconv.Itoa(firstYear) {
		return false
	}
	year, month, day := number(m[1]), number(m[2]), number(m[3])
	if m[2] == "" {
		return true
	}
	longest := 31
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		longest = 29
	case month == 2:
		longest = 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		longest = 30
	}
	return month >= 1 && month <= 12 && (m[3] == "" || day >= 1 && day <= longest)
}

package study

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"vigie/fault"
	"vigie/stat/disclosure"
	"vigie/stat/survey"
	"vigie/taxonomy"
	"vigie/territory"
)

// planCheck gathers the faults of a plan.
type planCheck struct {
	*Plan
	list fault.List
}

func (c *planCheck) refuse(path, do, format string, args ...any) {
	if !c.list.Full() {
		c.list = append(c.list, c.fault(path, do, format, args...))
	}
}

var (
	itemCode   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	optionCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.+-]*$`)
)

// leastBase is the base under which no plan may publish a column.
const leastBase = 11

// validate refuses what the plan alone shows to be wrong.
func (p *Plan) validate() error {
	c := &planCheck{Plan: p}
	c.head()
	c.calibration()
	c.breakdowns()
	c.items()
	return c.list.Err()
}

func (c *planCheck) head() {
	for key, v := range map[string]string{"audience": c.Audience, "mode": c.Mode, "wave": c.Wave} {
		if v == "" {
			c.refuse(key, "ajoutez-la en tête du plan", "cette clé manque")
		}
	}
	slices.SortFunc(c.list, func(a, b *fault.Error) int { return strings.Compare(a.What, b.What) })
	if c.Year < 1900 || c.Year > 2200 {
		c.refuse("year", "écrivez l’année du terrain : year = 2021", "l’année du terrain manque ou est impossible")
	}
	if slices.Contains(c.Overlap, c.Wave) || c.After != "" && c.After == c.Wave {
		c.refuse("overlap", "nommez d’autres vagues", "la vague « %s » ne se recouvre ni ne se suit elle-même", c.Wave)
	}
	if w := c.Weights; w != nil && (w.Data == "" || w.By == "") {
		c.refuse("weight_file", "donnez data, le fichier, et by, la variable qui nomme le répondant", "fichier de poids incomplet")
	}
	s := c.Secrecy
	if s.Rule == "" {
		c.refuse("secrecy.rule", "nommez la règle : rule = \"survey\"", "la règle de secret manque")
	}
	if s.MinBase < leastBase {
		c.refuse("secrecy.min_base", fmt.Sprintf("écrivez min_base = %d, ou plus", leastBase), "une colonne de moins de %d répondants ne se publie pas ; le plan en demande %d", leastBase, s.MinBase)
	}
	if s.MinCell < 0 || s.MinCell > s.MinBase {
		c.refuse("secrecy.min_cell", "donnez un nombre de 0 (aucun minimum) à min_base", "minimum de citations %d impossible", s.MinCell)
	}
}

func (c *planCheck) calibration() {
	k := c.Calibration
	known := []string{"none", "given", "rake", "linear", "logit"}
	active := slices.Contains(known[2:], k.Method)
	switch {
	case !slices.Contains(known, k.Method):
		c.refuse("calibration.method", "choisissez parmi "+strings.Join(known, ", "), "méthode de calage « %s » inconnue", k.Method)
	case active && k.Margins == "" && len(k.Territories) == 0:
		c.refuse("calibration.method", "donnez margins, un fichier de marges, ou un [[calibration.territory]]", "un calage « %s » demande des marges", k.Method)
	case k.Method == "none" && (k.Margins != "" || len(k.Territories) > 0):
		c.refuse("calibration.method", "écrivez la méthode, ou « given » si l’institut a calé les poids", "des marges sont données et aucune méthode ne les suit")
	}
	if k.Margins != "" {
		if k.Year == 0 || k.Source == "" {
			c.refuse("calibration.margins", "donnez year, l’année des marges, et source, leur producteur et leur fichier", "des marges sans année ni source ne se défendent pas")
		} else if k.Year != c.Year && k.Reason == "" {
			c.refuse("calibration.year", "prenez les marges de l’année du terrain, ou dites pourquoi avec reason = \"…\"", "les marges sont de %d, le terrain de %d", k.Year, c.Year)
		}
	}
	if k.Bounds != nil && (len(k.Bounds) != 2 || !(k.Bounds[0] < 1 && k.Bounds[1] > 1 && k.Bounds[0] >= 0)) {
		c.refuse("calibration.bounds", "écrivez bounds = [0.3, 3]", "les bornes du rapport de poids sont deux nombres, de part et d’autre de 1")
	}
	if k.Bounds == nil && k.Method == "logit" {
		c.refuse("calibration.bounds", "écrivez bounds = [0.3, 3]", "la méthode logit demande des bornes")
	}
	if k.Bounds != nil && k.Method == "rake" {
		c.refuse("calibration.bounds", "prenez method = \"linear\" ou \"logit\"", "le calage « rake » ne borne pas les poids")
	}
	for i, t := range k.Territories {
		path := fmt.Sprintf("calibration.territory[%d]", i+1)
		b := slices.IndexFunc(c.Breakdowns, func(b PlannedBreakdown) bool { return b.Code == t.Breakdown })
		if b < 0 || !c.Breakdowns[b].Territory {
			c.refuse(path, "nommez un croisement du plan dont les niveaux sont des territoires", "« %s » n’est pas un croisement territorial", t.Breakdown)
		}
		if t.Vintage == 0 {
			c.refuse(path, "donnez vintage, le millésime du code officiel géographique", "le millésime manque")
		}
		if t.Vintage != 0 && t.Vintage != c.Year && k.Reason == "" {
			c.refuse(path, "prenez le millésime de l’année du terrain, ou dites pourquoi avec reason = \"…\"", "la population est celle du millésime %d, le terrain de %d", t.Vintage, c.Year)
		}
	}
}

func (c *planCheck) breakdowns() {
	seen := map[string]bool{}
	for i, b := range c.Breakdowns {
		path := fmt.Sprintf("breakdown[%d]", i+1)
		c.code(path, b.Code, seen)
		if b.X == "" {
			c.refuse(path, "donnez x, la variable du fichier", "le croisement « %s » n’a pas de variable", b.Code)
		}
		c.words(path+".label", b.Label)
		if len(b.Levels) < 2 {
			c.refuse(path+".levels", "donnez au moins deux niveaux", "le croisement « %s » a %d niveau", b.Code, len(b.Levels))
		}
		c.options(path+".levels", b.Levels, !b.Territory, true)
		for k, l := range b.Levels {
			if b.Territory && strings.HasPrefix(l.Code, "COM-") && c.Audience == "local_elected" {
				c.refuse(fmt.Sprintf("%s.levels[%d]", path, k+1), "croisez par région, département ou taille de commune",
					"un maire est seul dans sa commune : croiser par commune le désigne")
			}
		}
	}
}

func (c *planCheck) code(path, code string, seen map[string]bool) {
	if !itemCode.MatchString(code) {
		c.refuse(path+".code", "écrivez un code en minuscules, tel que cooperation_partners", "code « %s » impossible", code)
	}
	if seen[code] {
		c.refuse(path+".code", "donnez un code à chacun", "le code « %s » est donné deux fois", code)
	}
	seen[code] = true
}

func (c *planCheck) words(path string, w Words) {
	if w.FR == "" || w.EN == "" {
		c.refuse(path, "écrivez { fr = \"…\", en = \"…\" }", "un libellé manque en français ou en anglais")
	}
}

// options checks answers or levels: codes and answers once each.
func (c *planCheck) options(path string, options []PlannedOption, labelled, answered bool) {
	codes, answers := map[string]bool{}, map[string]bool{}
	for k, o := range options {
		at := fmt.Sprintf("%s[%d]", path, k+1)
		if !optionCode.MatchString(o.Code) {
			c.refuse(at, "écrivez un code de lettres, de chiffres et de tirets", "code « %s » impossible", o.Code)
		}
		if codes[o.Code] {
			c.refuse(at, "donnez un code à chaque réponse ; plusieurs réponses qui n’en font qu’une s’écrivent answers = [\"1\", \"2\"]", "le code « %s » est donné deux fois", o.Code)
		}
		codes[o.Code] = true
		if labelled && o.Domain == "" {
			c.words(at+".label", o.Label)
		}
		if answered && len(o.Answers) == 0 {
			c.refuse(at, "donnez answers, les réponses du fichier qui y correspondent", "« %s » ne correspond à aucune réponse", o.Code)
		}
		for _, a := range o.Answers {
			if answers[a] {
				c.refuse(at, "rattachez-la à un seul code", "la réponse « %s » est donnée deux fois", a)
			}
			answers[a] = true
		}
	}
}

func (c *planCheck) items() {
	if len(c.Items) == 0 {
		c.refuse("item", "ajoutez au moins un [[item]]", "le plan ne publie aucune question")
	}
	seen := map[string]bool{}
	for i := range c.Items {
		c.item(fmt.Sprintf("item[%d]", i+1), &c.Items[i], seen)
	}
	c.once()
}

// once refuses a variable that two items read, or an item and a breakdown: what
// is withheld of one could be worked out of the other.
func (c *planCheck) once() {
	reader := map[string]string{}
	for _, b := range c.Breakdowns {
		reader[b.X] = "le croisement « " + b.Code + " »"
	}
	for i := range c.Items {
		it := &c.Items[i]
		variables := it.X
		for _, o := range it.Options {
			if o.X != "" && !slices.Contains(variables, o.X) {
				variables = append(slices.Clone(variables), o.X)
			}
		}
		for _, x := range variables {
			if by := reader[x]; by != "" {
				c.refuse(fmt.Sprintf("item[%d]", i+1), "gardez l’une des deux lectures : ce que le secret retire de l’une se recalculerait par l’autre", "la variable « %s » est déjà lue par %s", x, by)
			}
			reader[x] = "la question « " + it.Code + " »"
		}
	}
}

// amountsRule names the rule of the amounts that people declare.
const amountsRule = "survey_amount"

// Obey checks the rule of secrecy of the plan against those of the observatory
// on a day: the plan may ask for more, never for less. Amounts take their own.
func (p *Plan) Obey(regimes []disclosure.Regime, day time.Time) error {
	r, ok := disclosure.RegimeOf(regimes, p.Secrecy.Rule, day)
	if !ok {
		return p.fault("secrecy.rule", "choisissez une règle de data/disclosure/rule.csv, telle que survey", "la règle de secret « %s » est inconnue ce jour", p.Secrecy.Rule)
	}
	if float64(p.Secrecy.MinBase) < r.Rule.MinUnits {
		return p.fault("secrecy.min_base", fmt.Sprintf("écrivez min_base = %g, ou plus", r.Rule.MinUnits), "la règle « %s » demande %g répondants, le plan %d", r.Code, r.Rule.MinUnits, p.Secrecy.MinBase)
	}
	if amounts, ok := disclosure.RegimeOf(regimes, amountsRule, day); ok {
		p.amounts = &amounts.Rule
	}
	return nil
}

func (c *planCheck) item(path string, it *PlannedItem, seen map[string]bool) {
	c.code(path, it.Code, seen)
	c.words(path+".wording", it.Wording)
	kind := survey.QuestionKind(it.Kind)
	if !slices.Contains(survey.QuestionKinds, it.Kind) {
		c.refuse(path+".kind", "choisissez parmi "+strings.Join(survey.QuestionKinds, ", "), "question de nature « %s » inconnue", it.Kind)
		return
	}
	if it.Base != "" && it.Base != "answered" && it.Base != "everyone" {
		c.refuse(path+".base", "écrivez answered ou everyone", "base « %s » inconnue", it.Base)
	}
	battery := kind == survey.ScoreQuestion && len(it.Options) > 0
	byOption := battery || kind == survey.MultipleQuestion
	switch {
	case byOption && it.Domains == nil && it.X != nil:
		c.refuse(path+".x", "donnez à chaque option sa variable : options = [{ code = \"…\", x = \"…\" }]", "une question « %s » a une variable par option", it.Kind)
	case byOption && slices.ContainsFunc(it.Options, func(o PlannedOption) bool { return o.X == "" }):
		c.refuse(path+".options", "donnez x à chaque option", "une option n’a pas de variable")
	case !byOption && kind != survey.RankedQuestion && len(it.X) != 1:
		c.refuse(path+".x", "donnez la variable : x = [\"Q12\"]", "une question « %s » a une variable, le plan en donne %d", it.Kind, len(it.X))
	case kind == survey.RankedQuestion && len(it.X) < 2:
		c.refuse(path+".x", "donnez une variable par rang, du premier au dernier", "un classement a au moins deux rangs")
	}
	c.options(path+".options", it.Options, true, !byOption)
	if n := len(it.Options); n < 2 && kind != survey.ScoreQuestion && kind != survey.NumberQuestion {
		c.refuse(path+".options", "donnez les réponses possibles", "la question « %s » a %d réponse possible", it.Code, n)
	}
	if kind == survey.RankedQuestion && len(it.X) > len(it.Options) {
		c.refuse(path+".x", "donnez au plus un rang par option", "%d rangs pour %d options", len(it.X), len(it.Options))
	}
	if kind == survey.NumberQuestion && len(it.Options) > 0 {
		c.refuse(path+".options", "retirez-les", "un nombre n’a pas d’options")
	}
	if kind == survey.ScoreQuestion && (len(it.Range) != 2 || !(it.Range[0] < it.Range[1])) {
		c.refuse(path+".range", "écrivez range = [0, 10]", "les deux bouts de l’échelle manquent")
	}
}

// Settle checks the plan against the lists of the observatory, and takes from
// them the labels that the plan leaves out: domains by the taxonomy, levels
// that are territories by a vintage of the geographic code.
func (p *Plan) Settle(set *taxonomy.Set, v *territory.Vintage) error {
	c := &planCheck{Plan: p}
	if _, ok := set.Term("audience", p.Audience); !ok {
		c.refuse("audience", "choisissez un code de la taxonomie des publics", "le public « %s » est inconnu", p.Audience)
	}
	for i := range p.Breakdowns {
		b := &p.Breakdowns[i]
		for k := range b.Levels {
			if b.Territory {
				c.territory(fmt.Sprintf("breakdown[%d].levels[%d]", i+1, k+1), &b.Levels[k], v)
			}
		}
	}
	for i := range p.Items {
		it := &p.Items[i]
		path := fmt.Sprintf("item[%d]", i+1)
		if _, ok := set.Term("construct", it.Construct); it.Construct != "" && !ok {
			c.refuse(path+".construct", "choisissez un code de la taxonomie des construits, ou ajoutez-l’y", "le construit « %s » est inconnu", it.Construct)
		}
		for k := range it.Options {
			o := &it.Options[k]
			if o.Domain == "" {
				continue
			}
			t, ok := set.Term("domain", o.Domain)
			if !ok {
				c.refuse(fmt.Sprintf("%s.options[%d]", path, k+1), "choisissez un code de la taxonomie des domaines", "le domaine « %s » est inconnu", o.Domain)
			}
			if o.Label == (Words{}) {
				o.Label = Words{t.LabelFR, t.LabelEN}
			}
		}
	}
	return c.list.Err()
}

func (c *planCheck) territory(path string, l *PlannedOption, v *territory.Vintage) {
	t, ok := v.Get(territory.Code(l.Code))
	if !ok {
		c.refuse(path, fmt.Sprintf("écrivez un code du millésime %d, tel que REG-84", v.Year), "le territoire « %s » est inconnu", l.Code)
		return
	}
	if l.Label == (Words{}) {
		l.Label = Words{t.Label, t.LabelEN}
		if t.LabelEN == "" {
			l.Label.EN = t.Label
		}
	}
}

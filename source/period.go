package source

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"vigie/dataset"
	"vigie/lang"
)

// instant is the answer given for one period text: "" when it is refused.
type instant struct {
	period string
	end    string // last day of what the text says
	status dataset.Status
	target bool // it ends after the delivery
}

// periods answers for the period texts of one table.
type periods struct {
	r        *reader
	t        *Period
	strip    *regexp.Regexp
	known    map[string]*instant
	lastText string
	last     *instant
}

func newPeriods(r *reader, t *Period) *periods {
	return &periods{r: r, t: t, strip: compiled(t.Strip), known: map[string]*instant{}}
}

// of answers for one text; column names the place in a fault.
func (x *periods) of(text []byte, column string) *instant {
	if x.last != nil && x.lastText == string(text) {
		return x.last
	}
	p := x.known[string(text)]
	if p == nil {
		p = x.read(string(text))
		x.known[string(text)] = p
		if p.period == "" {
			x.r.refuse(firstOf(column, x.t.Column), "écrivez 2022, 2022-Q3, 2022-07 ou 31/12/2022, ou corrigez [table.period] dans la description « "+x.r.d.Name+" »", "période « %s » refusée", string(text))
		}
	}
	x.lastText, x.last = string(text), p
	return p
}

func (x *periods) read(text string) *instant {
	p := &instant{status: dataset.Normal}
	text, p.status = x.r.unflag(text)
	if x.strip != nil {
		text = strings.TrimSpace(x.strip.ReplaceAllString(text, ""))
	}
	p.period, p.end = readPeriod(text, x.t.LastOf)
	p.target = x.r.d.Published != "" && p.end > x.r.d.Published
	if from := x.t.Provisional; p.status == dataset.Normal && from != "" && p.period >= from {
		p.status = dataset.Provisional
	}
	return p
}

// unflag removes the flags at the end of a text and returns their status.
func (r *reader) unflag(text string) (string, dataset.Status) {
	status := dataset.Normal
	for again := true; again; {
		again = false
		for _, f := range r.flags {
			at := f.form.FindStringIndex(text)
			if at == nil || at[0] == at[1] || at[1] != len(text) {
				continue
			}
			text, again = strings.TrimSpace(text[:at[0]]), true
			status = worse(status, f.status)
		}
	}
	return text, status
}

// worse returns the status that says more against a value.
func worse(a, b dataset.Status) dataset.Status {
	const order = "APEMS"
	if strings.IndexByte(order, byte(b)) > strings.IndexByte(order, byte(a)) {
		return b
	}
	return a
}

var (
	isoDate     = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.]*Z?)?$`)
	frenchDate  = regexp.MustCompile(`^(\d\d?)/(\d\d?)/(\d{4})$`)
	quarterForm = []*regexp.Regexp{
		regexp.MustCompile(`^(?P<y>\d{4})[-_ ]?[qt](?P<q>[1-4])$`),
		regexp.MustCompile(`^[qt](?P<q>[1-4])[-_ /]?(?P<y>\d{4})$`),
		regexp.MustCompile(`^(?P<q>[1-4])(?:er|e|eme|nd) ?trim(?:estre)?\.? ?(?P<y>\d{4})$`),
	}
	monthForm = []*regexp.Regexp{
		regexp.MustCompile(`^(?P<y>\d{4})[-_ ]?m?(?P<m>\d\d)$`),
		regexp.MustCompile(`^(?P<m>\d\d)/(?P<y>\d{4})$`),
		regexp.MustCompile(`^(?P<n>[a-z]+)[-_. ]+(?P<y>\d{4}|\d\d)$`),
	}
	monthNames = []string{"janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec"}
	plainYear  = regexp.MustCompile(`^\d{4}$`)
)

// readPeriod returns the period that a text says and its last day, "" for no
// known form. A date is its month; lastOf makes it its year or quarter, and a
// month or a quarter likewise.
func readPeriod(text, lastOf string) (period, end string) {
	year, month, day, step := parts(text)
	if year == 0 {
		return "", ""
	}
	first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	switch step {
	case "year":
		end = strconv.Itoa(year) + "-12-31"
	case "day":
		end = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		step = "month"
	case "quarter":
		end = first.AddDate(0, 3, -1).Format(time.DateOnly)
	default:
		end = first.AddDate(0, 1, -1).Format(time.DateOnly)
	}
	if lastOf == "year" || lastOf == "quarter" && step == "month" {
		step = lastOf
	}
	switch step {
	case "year":
		period = strconv.Itoa(year)
	case "quarter":
		period = strconv.Itoa(year) + "-Q" + strconv.Itoa((month+2)/3)
	default:
		period = first.Format("2006-01")
	}
	if !dataset.ValidPeriod(period) {
		return "", ""
	}
	return period, end
}

// parts reads the year, month (of a quarter its first), day and step (year,
// quarter, month or day) of a text, 0 for no known form.
func parts(text string) (year, month, day int, step string) {
	if plainYear.MatchString(text) {
		year, _ = strconv.Atoi(text) // four figures
		return year, 1, 1, "year"
	}
	if m := isoDate.FindStringSubmatch(text); m != nil {
		return realDay(m[1], m[2], m[3])
	}
	if m := frenchDate.FindStringSubmatch(text); m != nil {
		return realDay(m[3], m[2], m[1])
	}
	folded := strings.ToLower(strings.TrimSpace(text))
	if strings.ContainsFunc(folded, func(r rune) bool { return r > 0x7f }) {
		folded = strings.TrimSpace(lang.FoldLetters(folded))
	}
	for _, form := range quarterForm {
		if m := form.FindStringSubmatch(folded); m != nil {
			year, _ = strconv.Atoi(m[form.SubexpIndex("y")])
			q, _ := strconv.Atoi(m[form.SubexpIndex("q")])
			return year, 3*q - 2, 1, "quarter"
		}
	}
	for _, form := range monthForm {
		if m := form.FindStringSubmatch(folded); m != nil {
			year, _ = strconv.Atoi(m[form.SubexpIndex("y")])
			if year < 100 {
				year += 1900
				if year < 1950 {
					year += 100
				}
			}
			if month = monthOf(form, m); month >= 1 && month <= 12 {
				return year, month, 1, "month"
			}
		}
	}
	return 0, 0, 0, ""
}

func monthOf(form *regexp.Regexp, m []string) int {
	if i := form.SubexpIndex("m"); i >= 0 {
		n, _ := strconv.Atoi(m[i]) // two figures
		return n
	}
	name := m[form.SubexpIndex("n")]
	for i, start := range monthNames {
		if strings.HasPrefix(name, start) || len(name) >= 3 && strings.HasPrefix(start, name) {
			return i + 1
		}
	}
	return 0
}

func realDay(y, m, d string) (year, month, day int, step string) {
	year, _ = strconv.Atoi(y) // figures, as the expression says
	month, _ = strconv.Atoi(m)
	day, _ = strconv.Atoi(d)
	if t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC); t.Day() != day || int(t.Month()) != month {
		return 0, 0, 0, ""
	}
	return year, month, day, "day"
}

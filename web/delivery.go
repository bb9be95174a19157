package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// The pages of the files that people send.
const (
	deliveryPath = "/atelier/livraisons"
	sendPath     = deliveryPath + "/envoyer"

	mostUpload   = 300 << 20
	fileInput    = "fichier"
	addressInput = "adresse"
)

func (s *Server) deliveryDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + deliveryPath, Action: account.ReadDelivery, Anywhere: true, Handle: s.deliveryList, Menu: "desk.nav.data.delivery"},
		{Pattern: "GET " + sendPath, Action: account.SendDelivery, Anywhere: true, Handle: s.deliverySendShow},
		{Pattern: "POST " + sendPath, Action: account.SendDelivery, Anywhere: true, Handle: s.deliverySend, Body: mostUpload},
		{Pattern: "GET " + deliveryPath + "/{id}", Action: account.ReadDelivery, Object: s.deliveryObject, Handle: s.deliveryShow},
		{Pattern: "POST " + deliveryPath + "/{id}/lecture", Action: account.KeepDelivery, Object: s.deliveryObject, Handle: s.deliveryRead},
		{Pattern: "POST " + deliveryPath + "/{id}/garder", Action: account.KeepDelivery, Object: s.deliveryObject, Handle: s.deliveryKeep},
		{Pattern: "POST " + deliveryPath + "/{id}/telecharger", Action: account.SendDelivery, Object: s.deliveryPlace, Handle: s.deliveryAgain},
		{Pattern: "POST " + deliveryPath + "/{id}/ecarter", Action: account.DiscardDelivery, Object: s.deliveryObject, Handle: s.deliveryDiscard},
	}
}

// deliveryObject is the file sent that a request is about, as rights see it.
func (s *Server) deliveryObject(r *http.Request) (account.Object, error) {
	row, err := s.Office.DB.Delivery(r.Context(), r.PathValue("id"))
	if err != nil {
		return account.Object{}, err
	}
	return objectOfDelivery(row), nil
}

// deliveryPlace is the same without its state: what is sent once more.
func (s *Server) deliveryPlace(r *http.Request) (account.Object, error) {
	o, err := s.deliveryObject(r)
	o.State = account.None
	return o, err
}

func objectOfDelivery(row store.DeliveryRow) account.Object {
	return account.Object{State: row.State, Scopes: row.Within, By: row.By.Person()}
}

// deliveryLine is a file sent, in the list.
type deliveryLine struct {
	store.DeliveryRow
	Sender string `json:"sender"`
}

func (s *Server) deliveryList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	rows, err := s.Office.DB.Deliveries(r.Context())
	if err != nil {
		return err
	}
	names := s.namer(r)
	lines := []deliveryLine{}
	for _, row := range rows {
		if v.may(account.ReadDelivery, objectOfDelivery(row)) {
			lines = append(lines, deliveryLine{row, names(row.By)})
		}
	}
	title, err := s.datasetTitles(r, v)
	if err != nil {
		return err
	}
	p := deskPage{Template: "desk_list", Title: v.T("delivery.title"), Lead: v.T("delivery.lead"), Body: lines, Table: deliveryTable(r, v, lines, title)}
	if v.mayAnywhere(account.SendDelivery) {
		p.Actions = []link{{Label: v.T("delivery.send"), Href: sendPath}}
	}
	return s.show(w, r, v, p)
}

func deliveryTable(r *http.Request, v *visitor, lines []deliveryLine, title titled) *deskTable {
	return tableFor(r, v, v.T("delivery.title"), v.T("delivery.none"), lines, []deskColumn[deliveryLine]{
		{Key: "fichier", Label: v.T("delivery.file"), Order: func(a, b deliveryLine) int { return strings.Compare(a.FileName, b.FileName) },
			Cell: func(d deliveryLine) deskCell {
				return deskCell{Text: d.FileName, Href: deliveryPath + "/" + d.ID, Small: joined(" · ", deliverySize(v, &d.DeliveryRow), d.Scope)}
			}},
		{Key: "source", Label: v.T("delivery.source"), Order: func(a, b deliveryLine) int { return strings.Compare(a.Name, b.Name) },
			Cell: func(d deliveryLine) deskCell { return deskCell{Text: title(d.Kind, d.Name)} }},
		{Label: v.T("delivery.state"), Cell: func(d deliveryLine) deskCell { return deskCell{Badge: deliveryBadge(v, &d.DeliveryRow)} }},
		{Label: v.T("delivery.sender"), Cell: func(d deliveryLine) deskCell { return deskCell{Text: d.Sender} }},
		{Key: "date", Label: v.T("delivery.sent_at"), Order: func(a, b deliveryLine) int { return a.CreatedAt.Compare(b.CreatedAt) },
			Cell: func(d deliveryLine) deskCell { return deskCell{Text: v.When(d.CreatedAt)} }},
	})
}

func deliveryBadge(v *visitor, row *store.DeliveryRow) *badge {
	tone := map[account.State]string{account.Sent: "wait", account.Kept: "good"}[row.State]
	switch {
	case tone == "":
		tone = "plain"
	case !row.Arrived():
		return &badge{v.T("delivery.state_coming"), tone}
	}
	return &badge{v.T("delivery.state_" + string(row.State)), tone}
}

// deliverySize writes the size of a file sent, "" before it is there.
func deliverySize(v *visitor, row *store.DeliveryRow) string {
	if !row.Arrived() {
		return ""
	}
	return fileSize(v.l, row.Size)
}

// fileSize writes the size of a file.
func fileSize(l lang.Lang, bytes int64) string {
	if bytes < 1<<20 {
		return lang.T(l, "delivery.kilobytes", "n", lang.Number(l, max(1, float64(bytes)/1024), 0))
	}
	return lang.T(l, "delivery.megabytes", "n", lang.Number(l, float64(bytes)/(1<<20), 1))
}

// namer returns what names actors to people: a person by their name, a program
// by that of its person, a command by the machine's user.
func (s *Server) namer(r *http.Request) func(journal.Actor) string {
	known := map[string]string{}
	return func(a journal.Actor) string {
		id := a.Person()
		if id == "" {
			_, name, _ := strings.Cut(string(a), ":")
			return name
		}
		if _, ok := known[id]; !ok {
			known[id] = ""
			if row, err := s.Office.DB.Person(r.Context(), id); err == nil {
				known[id] = row.Name
			}
		}
		return known[id]
	}
}

// named says in an error of two persons who change one object who the first one
// is; it leaves any other error as it is.
func (s *Server) named(r *http.Request, v *visitor, err error) error {
	c, ok := errors.AsType[*store.Changed](err)
	if !ok {
		return err
	}
	who := s.namer(r)(c.By)
	if who == "" || c.At.IsZero() {
		return err
	}
	return &fault.Error{Kind: fault.Conflict, What: v.T("delivery.conflict", "who", who, "when", v.When(c.At)), Do: v.T("delivery.conflict_do")}
}

func (s *Server) deliverySendShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.deliverySendPage(w, r, v, nil)
}

func (s *Server) deliverySendPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	f := &deskForm{Action: sendPath, Submit: v.T("delivery.send_submit"), Cancel: deliveryPath, Upload: true, Fields: []deskField{
		{Kind: "file", Name: fileInput, Label: v.T("delivery.file"), Hint: v.T("delivery.file_hint", "most", megabytes(v.l, mostUpload)), Required: s.Office.Fetch == nil,
			Accept: ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.json,.xml,.zip,.gz,.geojson,.topojson,.toml"},
	}}
	if s.Office.Fetch != nil {
		f.Fields = append(f.Fields, deskField{Kind: "url", Name: addressInput, Label: v.T("delivery.address"), Hint: v.T("delivery.address_hint"), Most: 2000, Wide: true})
	}
	if scopes := scopesFor(v, account.SendDelivery); len(scopes) > 1 || len(scopes) == 1 && scopes[0] != "" {
		field := deskField{Kind: "select", Name: "etendue", Label: v.T("delivery.scope"), Hint: v.T("delivery.scope_hint")}
		for i, scope := range scopes {
			label := scope
			if scope == "" {
				label = v.T("delivery.scope_whole")
			}
			field.Options = append(field.Options, deskOption{Value: scope, Label: label, Selected: i == 0})
		}
		f.Fields = append(f.Fields, field)
	}
	f.Fields = append(f.Fields, deskField{Kind: "area", Name: "remarque", Label: v.T("delivery.remark"), Hint: v.T("delivery.remark_hint"), Most: 2000, Rows: 3})
	if wrong != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("delivery.send"), Lead: v.T("delivery.send_lead"), Crumbs: deliveryCrumbs(v), Form: f, Err: wrong})
}

func deliveryCrumbs(v *visitor) []link {
	return []link{{Label: v.T("delivery.title"), Href: deliveryPath}}
}

// deliverySend takes a file.
func (s *Server) deliverySend(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.receive(r, v)
	if err != nil && refused(err) {
		return s.deliverySendPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	said := v.T("delivery.sent")
	if !row.Arrived() {
		said = v.T("delivery.fetching")
	}
	return s.done(w, r, v, deliveryPath+"/"+row.ID, said)
}

// receive keeps the file of the form.
func (s *Server) receive(r *http.Request, v *visitor) (store.DeliveryRow, error) {
	var none store.DeliveryRow
	scope := r.PostFormValue("etendue")
	walk := s.Office.Walk(v.actor(), nil)
	within, err := walk.Within(r.Context(), scope)
	if err != nil {
		return none, err
	}
	if !v.may(account.SendDelivery, account.Object{Scopes: within}) || !slices.Contains(scopesFor(v, account.SendDelivery), scope) {
		return none, fault.Invalidf(v.T("delivery.scope_wrong_do"), "%s", v.T("delivery.scope_wrong"))
	}
	remark, err := shortText(v, r.PostFormValue("remarque"), 2000)
	if err != nil {
		return none, err
	}
	in := store.DeliveryInput{Origin: strings.TrimSpace(r.PostFormValue(addressInput)), Remark: remark, Scope: scope, Within: within}
	file, ok := v.sent(fileInput)
	switch {
	case ok && in.Origin != "":
		return none, aboutField(addressInput, fault.Invalidf(v.T("delivery.file_both_do"), "%s", v.T("delivery.file_both")))
	case ok:
		in.FileName, in.File = file.Name, file
		row, err := walk.SendFile(r.Context(), in)
		return row, aboutField(fileInput, err)
	case in.Origin != "":
		row, err := walk.FetchFile(r.Context(), s.Office.Fetch, in)
		if fault.KindOf(err) == fault.Denied {
			what, do := told(err)
			return row, formFaults{{Field: addressInput, What: what, Do: do}}
		}
		return row, aboutField(addressInput, err)
	}
	return none, aboutField(fileInput, fault.Invalidf(v.T("delivery.file_missing_do"), "%s", v.T("delivery.file_missing")))
}

// shortText refuses a text that is too long.
func shortText(v *visitor, text string, most int) (string, error) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "?"))
	if len([]rune(text)) > most {
		return "", fault.Invalidf(v.T("delivery.long_do", "n", most), "%s", v.T("delivery.long"))
	}
	return text, nil
}

// deliveryBody is a file sent, with what looking at it found. Step, Done, Total
// and Ended are those of the work under way.
type deliveryBody struct {
	store.DeliveryRow
	Sender  string               `json:"sender"`
	Checked *observatory.Checked `json:"checked,omitempty"`
	Failed  *deskFault           `json:"failed,omitempty"` // of the last work
	Step    string               `json:"step,omitempty"`
	Done    int                  `json:"done"`
	Total   int                  `json:"total"`
	Ended   bool                 `json:"ended"`
	Next    time.Time            `json:"next,omitzero"` // when it is tried again, after a failure
}

// deliveryState reads a file sent and its work, of one moment: when the work has
// changed the file while it was read, both are read again.
func (s *Server) deliveryState(r *http.Request, id string) (deliveryBody, error) {
	row, err := s.Office.DB.Delivery(r.Context(), id)
	for err == nil {
		var b deliveryBody
		if b, err = s.deliveryWork(r, row); err != nil {
			return b, err
		}
		before := row.Version
		if row, err = s.Office.DB.Delivery(r.Context(), id); err == nil && row.Version == before {
			return b, nil
		}
	}
	return deliveryBody{}, err
}

// deliveryWork adds to a file sent where its work stands.
func (s *Server) deliveryWork(r *http.Request, row store.DeliveryRow) (deliveryBody, error) {
	b := deliveryBody{DeliveryRow: row, Sender: s.namer(r)(row.By), Ended: true}
	for _, run := range []string{row.FetchRun, row.CheckRun, row.KeepRun} {
		if run == "" {
			continue
		}
		work, err := s.Office.DB.Run(r.Context(), run)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue // long past
		}
		if err != nil {
			return b, err
		}
		if err := b.take(work, run == row.CheckRun); err != nil {
			return b, err
		}
		if run == row.FetchRun && work.State == job.Done && row.State == account.Sent && !row.Arrived() {
			b.Ended = false // the file came after row was read; looking at it comes next
		}
	}
	return b, nil
}

// take notes where a work stands.
func (b *deliveryBody) take(work store.RunRow, looking bool) error {
	b.Failed = nil
	switch work.State {
	case job.Failed:
		b.Failed = &deskFault{What: work.FaultWhat, Do: work.FaultDo}
	case job.Waiting:
		b.Ended = false
		if work.FaultWhat != "" {
			b.Failed, b.Next = &deskFault{What: work.FaultWhat, Do: work.FaultDo}, work.At
		}
	case job.Done:
		if looking {
			b.Checked = &observatory.Checked{}
			return json.Unmarshal(work.Result, b.Checked)
		}
	default:
		b.Step, b.Done, b.Total, b.Ended = work.Step, work.Done, work.Total, false
	}
	return nil
}

// deliveryRead says how the file is to be read.
func (s *Server) deliveryRead(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id, version := r.PathValue("id"), formVersion(r)
	reading, err := s.reading(r.Context(), v, r.PostFormValue("lecture"), r.PostFormValue("annee"))
	if err == nil {
		_, err = s.Office.Walk(v.actor(), nil).ReadFile(r.Context(), id, version, reading)
	}
	return s.deliveryDone(w, r, v, id, err, "")
}

// formVersion is the version that a form was made from, 0 for none: a conflict.
func formVersion(r *http.Request) int {
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	return version
}

// reading is what a choice says: source:NAME, or a kind and a name, with the
// year of a geography.
func (s *Server) reading(ctx context.Context, v *visitor, choice, year string) (out store.Reading, err error) {
	if choice == "" {
		return out, nil // look for a description again
	}
	if name, ok := strings.CutPrefix(choice, "source:"); ok {
		d, err := observatory.Describe(ctx, s.Office.DB, name)
		if err != nil {
			return out, aboutField("lecture", fault.Invalidf(v.T("delivery.reading_do"), "%s", v.T("delivery.reading_wrong")))
		}
		return store.Reading{Kind: store.Observation, Name: d.Name, Description: d.Text}, nil
	}
	kind, name, _ := strings.Cut(choice, "/")
	out = store.Reading{Kind: store.DatasetKind(kind), Name: name}
	if out.Kind == store.Territory {
		out.Name += "-" + strings.TrimSpace(year)
	}
	return out, nil
}

// deliveryDone goes back to the page of a file, which says what is wrong when
// something is.
func (s *Server) deliveryDone(w http.ResponseWriter, r *http.Request, v *visitor, id string, err error, said string) error {
	if err != nil && refused(err) {
		return s.deliveryPage(w, r, v, id, s.named(r, v, err))
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, deliveryPath+"/"+id, said)
}

// deliveryKeep asks for a dataset to be made of the file.
func (s *Server) deliveryKeep(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id := r.PathValue("id")
	_, err := s.Office.Walk(v.actor(), nil).KeepFile(r.Context(), id, formVersion(r))
	return s.deliveryDone(w, r, v, id, err, v.T("delivery.keeping"))
}

// deliveryAgain asks once more for a file that did not come from its address.
func (s *Server) deliveryAgain(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id := r.PathValue("id")
	_, err := s.Office.Walk(v.actor(), nil).FetchAgain(r.Context(), id, formVersion(r))
	return s.deliveryDone(w, r, v, id, err, v.T("delivery.fetching"))
}

// deliveryDiscard sets the file aside.
func (s *Server) deliveryDiscard(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id := r.PathValue("id")
	err := s.Office.DB.DiscardDelivery(r.Context(), v.actor(), id, formVersion(r), s.Now())
	return s.deliveryDone(w, r, v, id, err, v.T("delivery.discarded"))
}

// deliveryAwaits tells the home which files wait for somebody to keep them.
func (s *Server) deliveryAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if !v.mayAnywhere(account.KeepDelivery) {
		return nil
	}
	rows, err := s.Office.DB.Deliveries(r.Context())
	if err != nil {
		return err
	}
	names := s.namer(r)
	for _, row := range rows {
		if row.State == account.Sent && row.Arrived() && v.may(account.KeepDelivery, objectOfDelivery(row)) && len(body.Awaits) < 20 {
			body.Awaits = append(body.Awaits, homeLine{Text: v.T("delivery.awaits", "file", row.FileName), Href: v.at.link(deliveryPath + "/" + row.ID),
				Small: joined(" · ", names(row.By), v.When(row.CreatedAt)), Badge: deliveryBadge(v, &row)})
		}
	}
	return nil
}

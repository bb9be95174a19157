package web

import (
	"testing"

	"vigie/account"
	"vigie/casestudy"
	"vigie/journal"
	"vigie/store"
)

// apiPractices is what a network's program does with its cases.
func apiPractices(t *testing.T, o *office, p *program) {
	record := fields{"title": "Une épicerie solidaire", "summary": "Tenue par ses clients.", "language": "fr", "territories": []string{"COM-01001"}, "domains": []string{"EMP"}}
	ask := fields{"network": "METI", "external_id": "meti-1", "record": record}
	var first, again apiCaseBrought
	p.does("POST", "/fiches", ask, &first)
	if first.Action != "added" || first.Case.State != casestudy.Submitted || first.Case.ExternalID != "meti-1" || first.Case.Network != "METI" {
		t.Errorf("%+v", first)
	}
	if p.does("POST", "/fiches", ask, &again); again.Action != "same" || again.Case.Version != first.Case.Version {
		t.Errorf("brought twice: %+v", again)
	}
	record["summary"] = "Tenue par ses clients depuis 2019."
	if p.does("POST", "/fiches", ask, &again); again.Action != "changed" || again.Case.ID != first.Case.ID || again.Case.Latest != 2 {
		t.Errorf("brought changed: %+v", again)
	}
	record["domains"] = []string{"ZZZ"}
	p.refuses(422, "ZZZ", "POST", "/fiches", ask)
	record["domains"] = []string{"EMP"}
	p.refuses(422, "external_id", "POST", "/fiches", fields{"external_id": "", "record": record})
	lent := o.program(o.newPerson("Paul", "contributor:DEP-44"), account.ScopeCase)
	lent.refuses(422, "os droits", "POST", "/fiches", fields{"external_id": "x", "record": record})
	record["territories"] = []string{"COM-44109"}
	lent.refuses(422, "os droits", "POST", "/fiches", fields{"external_id": "x", "network": "METI", "record": fields{"title": "T", "language": "fr"}})
	lent.refuses(404, "", "POST", "/fiches", fields{"external_id": "meti-1", "network": "METI", "record": record})
	record["territories"] = []string{"COM-01001"}

	var list struct{ Items []apiCaseLine }
	if p.does("GET", "/fiches?reseau=METI", nil, &list); len(list.Items) != 1 {
		t.Errorf("%d cases of the network", len(list.Items))
	}
	at := "/fiches/" + first.Case.ID
	var one apiCaseBody
	if p.does("GET", at, nil, &one); one.Record.Summary != record["summary"] {
		t.Errorf("%+v", one.Record)
	}
	row := must(o.db.Case(t.Context(), first.Case.ID))
	turn := func() store.CaseTurn {
		return store.CaseTurn{ID: row.ID, Version: row.Version, By: journal.LocalActor("essai"), At: o.now}
	}
	row = must(o.db.ReturnCase(t.Context(), turn(), []store.CaseNoteInput{{Field: "summary", Text: "Où ?"}}))
	record["summary"] = "Tenue par ses clients depuis 2019, à L’Abergement."
	p.refuses(409, "", "POST", at+"/modifier", fields{"version": row.Version - 1, "record": record})
	p.does("POST", at+"/modifier", fields{"version": row.Version, "record": record, "remark": "le lieu"}, &one)
	if len(one.Notes) != 1 || one.Case.Latest != 3 {
		t.Errorf("%+v", one)
	}
	p.refuses(422, "image", "POST", at+"/modifier", fields{"version": one.Case.Version, "record": fields{"title": "T", "language": "fr",
		"media": []fields{{"artifact": "x", "type": "image/png", "width": 1, "height": 1, "alt": "a"}}}})
	var line apiCaseLine
	if p.does("POST", at+"/proposer", fields{"version": one.Case.Version}, &line); line.State != casestudy.Submitted {
		t.Errorf("%+v", line)
	}
	p.refuses(404, "", "POST", at+"/proposer", fields{"version": line.Version})
	p.refuses(404, "", "POST", at+"/confirmer", fields{"version": line.Version})
	row = must(o.db.Case(t.Context(), row.ID))
	row = must(o.db.TakeCase(t.Context(), turn()))
	row = must(o.db.PublishCase(t.Context(), turn(), ""))
	if p.does("POST", at+"/confirmer", fields{"version": row.Version}, &line); line.ReviewDue == "" || line.State != casestudy.Published {
		t.Errorf("%+v", line)
	}
	for _, a := range []account.Action{account.ReviewCase, account.PublishCase} {
		for scope, actions := range account.Scopes {
			for _, b := range actions {
				if a == b {
					t.Errorf("a token of scope %s may do %s", scope, a)
				}
			}
		}
	}
}

package observatory

import (
	"context"
	"crypto/rand"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
)

// contributePath is where a secret link leads.
const contributePath = "/proposer/"

// NewCaseLink makes a secret link by which a network contributes without
// accounts. Nobody can read it again.
//
// Error: as store.DB.PutCaseLink.
func (w *Walk) NewCaseLink(ctx context.Context, label, network string, days, quota int) (Link, store.CaseLink, error) {
	code, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		return Link{}, store.CaseLink{}, err
	}
	l := Link{code, contributePath + code, w.Now.Add(time.Duration(days) * 24 * time.Hour).UTC().Truncate(time.Second)}
	row, err := w.DB.PutCaseLink(ctx, store.CaseLinkInput{Hash: hash, Label: label, Network: network, Expires: l.Expires, Quota: quota, By: w.By}, w.Now)
	return l, row, err
}

// Contribution is a case that somebody without an account brings by a secret
// link.
type Contribution struct {
	Code        string // of the link
	Record      casestudy.Record
	Contributor store.Contributor // to write to them; may be empty
	Remark      string
	Draft       bool // not handed in yet
}

// Contribute keeps a contribution for an editor to read, with the network of
// its link.
//
// Error: Denied for a link that serves no more; Invalid for a record with a
// severe fault, unless it is a draft, and for an impossible address.
func (w *Walk) Contribute(ctx context.Context, c Contribution) (row store.CaseRow, said []casestudy.Fault, err error) {
	hash := account.HashSecret(c.Code)
	link, err := w.DB.CaseLinkOf(ctx, hash, w.Now)
	if err != nil {
		return row, nil, err
	}
	if c.Contributor.Mail != "" {
		if c.Contributor.Mail, err = account.ParseMail(c.Contributor.Mail); err != nil {
			return row, nil, err
		}
	}
	g, err := w.CaseGround(ctx)
	if err != nil {
		return row, nil, err
	}
	c.Record, said = casestudy.Clean(c.Record)
	in := store.CaseInput{Record: c.Record, State: casestudy.Draft, Network: link.Network, Within: g.Within(&c.Record), Remark: c.Remark,
		By: journal.LinkActor(link.ID), Link: hash, Contributor: c.Contributor}
	if !c.Draft {
		in.State = casestudy.Submitted
		if err := severe(g.Check(c.Record, w.Now)); err != nil {
			return row, said, err
		}
	}
	row, err = w.DB.CreateCase(ctx, in, w.Now)
	return row, said, err
}

// severe makes an error of the severe faults of a record, nil when it has none.
func severe(all []casestudy.Fault) error {
	var list fault.List
	for _, f := range all {
		if f.Severe && !list.Full() {
			what := f.What
			if f.Field != "" {
				what = f.Field + " : " + what
			}
			list = append(list, &fault.Error{Kind: fault.Invalid, What: what, Do: f.Do})
		}
	}
	return list.Err()
}

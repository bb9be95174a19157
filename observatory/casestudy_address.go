package observatory

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/source/fetch"
	"vigie/store"
)

// CaseLinksRun asks whether the addresses of the cases that are shown answer.
const CaseLinksRun = "case_links"

// How the addresses are asked: each once a week, so many sites at a time, one
// page of a site after the other with a rest between, so many in one run.
const (
	askedAfter = 7 * 24 * time.Hour
	askedSites = 4
	mostAsked  = 3000
)

var askedRest = time.Second

// LinksResult is what a check of addresses leaves.
type LinksResult struct {
	Asked   int `json:"asked"`
	Failing int `json:"failing"` // of all those known
}

// CaseAddresses lists the addresses of a record, each with the path of its
// field.
func CaseAddresses(r *casestudy.Record) (out []CaseAddress) {
	for i, s := range r.Sources {
		if s.Address != "" {
			out = append(out, CaseAddress{fmt.Sprintf("sources.%d.address", i+1), s.Address})
		}
	}
	for i, c := range r.Contacts {
		if fetch.IsAddress(c.Address) {
			out = append(out, CaseAddress{fmt.Sprintf("contacts.%d.address", i+1), c.Address})
		}
	}
	return out
}

// CaseAddress is an address in a record.
type CaseAddress struct{ Field, Address string }

func runCaseLinks(ctx context.Context, s *Shop, w *Walk, _ struct{}) (any, error) {
	if s.Fetch == nil {
		return nil, errNoFetcher()
	}
	return w.CheckCaseLinks(ctx, s.Fetch, w.Now.Add(-24*time.Hour)) // who brings a case has just seen its sources
}

// CheckCaseLinks asks the addresses of the cases that are shown as they were
// before an instant, those that were not asked this week. Any public site may be asked: the list of sites to import
// from says nothing of sources. Done again, it asks what is left.
func (w *Walk) CheckCaseLinks(ctx context.Context, from *fetch.Fetcher, before time.Time) (r LinksResult, err error) {
	w.step("adresses")
	sites, err := w.addressesDue(ctx, before)
	if err != nil {
		return r, err
	}
	total := 0
	for _, list := range sites {
		total += len(list)
	}
	f := &fetch.Fetcher{Resolver: from.Resolver, Agent: from.Agent, Networks: from.Networks, Time: fetch.MostAsk}
	clock := steady(w.Now)
	var mu sync.Mutex
	g, within := errgroup.WithContext(ctx)
	g.SetLimit(askedSites)
	for _, list := range sites {
		g.Go(func() error {
			for i, address := range list {
				if i > 0 {
					select {
					case <-within.Done():
						return within.Err()
					case <-time.After(askedRest):
					}
				}
				status, err := f.Ask(within, address)
				if within.Err() != nil {
					return within.Err()
				}
				if err := w.DB.PutAddressCheck(within, store.AddressCheck{Address: address, Status: status, Fault: askFault(status, err), At: clock()}); err != nil {
					return err
				}
				mu.Lock()
				r.Asked++
				w.at(r.Asked, total)
				mu.Unlock()
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return r, err
	}
	checks, err := w.DB.AddressChecks(ctx)
	for _, c := range checks {
		if c.Fault != "" {
			r.Failing++
		}
	}
	return r, err
}

// askFault says what is wrong with an address, "" when it answers. A site that
// does not want to be asked by a program may answer a reader.
func askFault(status int, err error) string {
	switch {
	case err != nil:
		if f, ok := err.(*fault.Error); ok { //nolint:errorlint // told returns it as it is
			return f.What
		}
		return "le site ne répond pas"
	case status == 404 || status == 410:
		return fmt.Sprintf("la page n’existe plus (réponse %d)", status)
	case status >= 500:
		return fmt.Sprintf("le site est en panne (réponse %d)", status)
	}
	return ""
}

// addressesDue are the addresses to ask, by site: sites in order, the first that
// were never asked.
func (w *Walk) addressesDue(ctx context.Context, before time.Time) ([][]string, error) {
	entries, _, err := w.DB.Entries(ctx)
	if err != nil {
		return nil, err
	}
	checks, err := w.DB.AddressChecks(ctx)
	if err != nil {
		return nil, err
	}
	asked := map[string]time.Time{}
	for _, c := range checks {
		asked[c.Address] = c.At
	}
	var due []string
	for i := range entries {
		if entries[i].ChangedAt.After(before) {
			continue
		}
		for _, a := range CaseAddresses(&entries[i].Record) {
			if at, ok := asked[a.Address]; !ok || w.Now.Sub(at) >= askedAfter {
				due = append(due, a.Address)
			}
		}
	}
	slices.Sort(due)
	due = slices.Compact(due)
	slices.SortStableFunc(due, func(a, b string) int { return asked[a].Compare(asked[b]) })
	due = due[:min(len(due), mostAsked)]
	at := map[string]int{}
	var sites [][]string
	for _, address := range due {
		host := address
		if u, err := url.Parse(address); err == nil {
			host = u.Hostname()
		}
		if _, known := at[host]; !known {
			at[host] = len(sites)
			sites = append(sites, nil)
		}
		sites[at[host]] = append(sites[at[host]], address)
	}
	return sites, nil
}

// BrokenAddress is an address of a case that does not answer.
type BrokenAddress struct {
	Case  string `json:"case"` // identifier
	Title string `json:"title"`
	Field string `json:"field"`
	store.AddressCheck
}

// BrokenAddresses lists the addresses of the cases that are shown which did not
// answer last, each with the case and the field that it stands in.
func (w *Walk) BrokenAddresses(ctx context.Context) ([]BrokenAddress, error) {
	entries, _, err := w.DB.Entries(ctx)
	if err != nil {
		return nil, err
	}
	checks, err := w.DB.AddressChecks(ctx)
	if err != nil {
		return nil, err
	}
	failing := map[string]store.AddressCheck{}
	for _, c := range checks {
		if c.Fault != "" {
			failing[c.Address] = c
		}
	}
	var out []BrokenAddress
	for i := range entries {
		e := &entries[i]
		for _, a := range CaseAddresses(&e.Record) {
			if c, ok := failing[a.Address]; ok {
				out = append(out, BrokenAddress{e.ID, e.Record.Title, a.Field, c})
			}
		}
	}
	return out, nil
}

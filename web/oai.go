package web

import (
	_ "embed"
	"net/http"
	"net/netip"
	"net/url"

	"vigie/fault"
	"vigie/lang"
)

// oaiSchema is the address of the schema of our own format.
const oaiSchema = oaiPath + "/case.xsd"

//go:embed ui/practice/case.xsd
var caseSchema []byte

// mostOAI is the length of a request that is sent.
const mostOAI = 8 << 10

// oai answers harvesters.
func (s *Server) oai(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	if !s.exports.allow(s.client(r), 1) {
		s.fail(w, r, busy(lang.FR))
		return
	}
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, mostOAI)
		if err := r.ParseForm(); err != nil {
			s.failStatus(w, r, http.StatusBadRequest)
			return
		}
		q = r.PostForm
	}
	a, err := s.harvested(r, q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	send(w, r, a)
}

// harvested answers from the base as it is.
func (s *Server) harvested(r *http.Request, q url.Values) (answer, error) {
	email, err := s.contact(r)
	if err != nil {
		return answer{}, err
	}
	e, err := s.Edition(r.Context(), "", s.Now())
	if err != nil {
		return answer{}, err
	}
	held, err := s.Cases.get(r.Context(), e)
	if err != nil {
		return answer{}, err
	}
	harvest := harvest{Base: s.base(r), Name: lang.T(lang.FR, "practice.repository"), Email: email, At: held.at, Entries: held.harvest, Names: held.base.Names(), Page: oaiPage}
	body, err := encodeOAI(harvest.answer(q))
	return answer{status: http.StatusOK, kind: "text/xml; charset=utf-8", body: body, cache: revalidate}, err
}

// contact is where the keeper of the site is written to. The protocol asks for
// an address, and one that was made up would lead nowhere: only a site that
// answers on this machine alone has one without being told.
func (s *Server) contact(r *http.Request) (string, error) {
	if s.Contact != "" {
		return s.Contact, nil
	}
	u, err := url.Parse(s.base(r))
	if err == nil {
		ip, bad := netip.ParseAddr(u.Hostname())
		if u.Hostname() == "localhost" || bad == nil && ip.IsLoopback() {
			return "observatoire@localhost", nil
		}
	}
	return "", &fault.Error{Kind: fault.Unavailable, What: lang.T(lang.FR, "practice.no_contact"), Do: lang.T(lang.FR, "practice.no_contact_do")}
}

// oaiCase sends the schema of our own format.
func (s *Server) oaiCase(w http.ResponseWriter, r *http.Request) {
	etag := short(string(caseSchema))
	if !fresh(w, r, etag, revalidate) {
		send(w, r, answer{status: http.StatusOK, kind: "application/xml; charset=utf-8", body: caseSchema, etag: etag, cache: revalidate})
	}
}

// Package fetch brings a file from an address of the web, for an import, and
// from nowhere else: an address that a person gives must not make this machine
// talk to itself, to its neighbours or to what its host keeps for it.
//
// http and https only. The address that a name stands for is checked when the
// connection is opened, so that a name that changes its mind is of no use;
// every redirect is checked again. Size, time and redirects are bounded, no
// proxy of the environment is used, no cookie or password is sent, and an error
// never repeats what the other side said. Start with Fetcher.Get.
package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/idna"

	"vigie/fault"
)

// What a fetch may take when the Fetcher does not say.
const (
	MostBytes = 2 << 30
	MostTime  = 10 * time.Minute

	mostRedirects = 5
	mostHeader    = 64 << 10
	mostAddress   = 2000
	dialTimeout   = 10 * time.Second
	firstByte     = 60 * time.Second
)

// Fetcher fetches files. The zero value takes any public address, on the ports
// 80 and 443.
type Fetcher struct {
	Most  int64         // bytes of a file, MostBytes when 0
	Time  time.Duration // for the whole of it, MostTime when 0
	Hosts []string      // the only names that may be asked, when there are any; .example.org stands for all those under it

	// Networks are private addresses that may be asked all the same, on any
	// port: the intranet on which a producer leaves files.
	Networks []netip.Prefix

	Resolver *net.Resolver // the system's when nil
	Agent    string        // User-Agent

	Tell func(done, total int64) // bytes, as they come; of 0 when nobody knows
}

// Got is what was fetched.
type Got struct {
	Name  string // of the file: a plain name, safe to show and to keep
	Kind  string // media type that the server said, without parameters
	Bytes int64
	From  string // the address that gave the file, after redirects, without query
}

// IsAddress reports whether a text names something on the web rather than a
// file here.
func IsAddress(text string) bool {
	scheme, _, ok := strings.Cut(text, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// Check says whether an address may be asked at all, before anything is.
//
// Error: Invalid, Denied.
func (f *Fetcher) Check(address string) error {
	_, err := f.check(address)
	return err
}

// Get writes the file at an address to w.
//
// Error: Invalid when the address may not be asked, when the answer is no file
// or is too large; Denied when it leads to a network that is not public;
// Unavailable when the other side does not answer, or not in time.
func (f *Fetcher) Get(ctx context.Context, address string, w io.Writer) (Got, error) {
	u, err := f.check(address)
	if err != nil {
		return Got{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, positive(f.Time, MostTime))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Got{}, notAnAddress()
	}
	r.Header.Set("User-Agent", "vigie")
	if f.Agent != "" {
		r.Header.Set("User-Agent", f.Agent)
	}
	client := f.client()
	defer client.CloseIdleConnections()
	answer, err := client.Do(r)
	if err != nil {
		return Got{}, told(ctx, err)
	}
	defer answer.Body.Close()
	return f.take(ctx, answer, w)
}

// take writes the body of an answer, when it is a file and not too large.
func (f *Fetcher) take(ctx context.Context, answer *http.Response, w io.Writer) (Got, error) {
	most := positive(f.Most, MostBytes)
	if answer.StatusCode != http.StatusOK {
		return Got{}, refusedBy(answer.StatusCode)
	}
	if answer.Header.Get("Content-Encoding") != "" {
		return Got{}, fault.Invalidf("téléchargez ce fichier avec un navigateur, puis importez-le", "le serveur envoie un contenu comprimé qui n’a pas été demandé")
	}
	if answer.ContentLength > most {
		return Got{}, tooLarge(most)
	}
	body := &arriving{Reader: answer.Body, total: max(0, answer.ContentLength), tell: f.Tell}
	n, err := io.Copy(w, io.LimitReader(body, most+1))
	if cut, ok := errors.AsType[*cutShort](err); ok {
		return Got{}, told(ctx, cut.err)
	}
	if err != nil {
		return Got{}, err // of w
	}
	if n > most {
		return Got{}, tooLarge(most)
	}
	u := *answer.Request.URL
	u.RawQuery, u.Fragment = "", ""
	kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	return Got{Name: fileName(answer), Kind: plain(kind, 100), Bytes: n, From: u.String()}, nil
}

// arriving tells errors of the other side from those of the writer, and how far
// it is.
type arriving struct {
	io.Reader
	done, total int64
	tell        func(done, total int64)
}

type cutShort struct{ err error }

// Error says what stopped the answer.
func (c *cutShort) Error() string { return c.err.Error() }

// Read reads on.
func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	a.done += int64(n)
	if a.tell != nil {
		a.tell(a.done, a.total)
	}
	if err != nil && err != io.EOF {
		err = &cutShort{err}
	}
	return n, err
}

func (f *Fetcher) client() *http.Client {
	dialer := &net.Dialer{Timeout: dialTimeout, Resolver: f.Resolver, Control: f.control}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // never that of the environment: it would open what is refused here
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    dialTimeout,
			ResponseHeaderTimeout:  firstByte,
			MaxResponseHeaderBytes: mostHeader,
			DisableCompression:     true, // the bytes as they are, and none that swell
			DisableKeepAlives:      true,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: f.redirected,
	}
}

// redirected checks where a redirect leads as the first address was checked.
func (f *Fetcher) redirected(r *http.Request, via []*http.Request) error {
	if len(via) > mostRedirects {
		return fault.Invalidf("donnez l’adresse du fichier lui-même", "l’adresse renvoie plus de %d fois à une autre", mostRedirects)
	}
	if via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return fault.Invalidf("donnez l’adresse du fichier lui-même", "l’adresse renvoie d’une connexion chiffrée à une autre qui ne l’est pas")
	}
	u, err := f.check(r.URL.String())
	if err != nil {
		return err
	}
	r.URL, r.Host = u, ""
	r.Header.Del("Referer")
	return nil
}

// check returns an address as it may be asked: http or https, a name or a
// number written plainly, no password.
func (f *Fetcher) check(address string) (*url.URL, error) {
	if len(address) > mostAddress || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7F || r == '\\' }) {
		return nil, notAnAddress()
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.Host == "" {
		return nil, notAnAddress()
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.Invalidf("donnez une adresse qui commence par https://", "seules les adresses http et https sont acceptées")
	}
	if u.User != nil {
		return nil, fault.Invalidf("retirez le nom et le mot de passe de l’adresse", "l’adresse contient un mot de passe")
	}
	host, err := hostOf(u.Hostname())
	if err != nil {
		return nil, err
	}
	if len(f.Hosts) > 0 && !slices.ContainsFunc(f.Hosts, func(h string) bool {
		return h == host || strings.HasPrefix(h, ".") && strings.HasSuffix(host, h)
	}) {
		return nil, &fault.Error{Kind: fault.Denied, What: "cet observatoire n’importe rien de « " + host + " »",
			Do: "téléchargez le fichier avec un navigateur, puis envoyez-le ; ou demandez à qui administre le serveur d’ajouter « " + host + " » à fetch_hosts, dans vigie.toml, et de relancer le serveur"}
	}
	port := u.Port()
	u.Host, u.Fragment = host, ""
	if strings.Contains(host, ":") {
		u.Host = "[" + host + "]"
	}
	if port != "" {
		u.Host = u.Host + ":" + port
	}
	return u, nil
}

// hostOf returns a host as it is asked of the resolver. Numbers are written in
// one way only: 127.1, 0x7f.1 and 2130706433 are no names either.
func hostOf(host string) (string, error) {
	if a, err := netip.ParseAddr(host); err == nil && a.Zone() == "" {
		return a.String(), nil
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if again, wrong := idna.Lookup.ToASCII(ascii); err != nil || wrong != nil || again != ascii || ascii == "" || strings.ContainsAny(ascii, ":%_ ") {
		return "", notAnAddress()
	}
	if a, err := netip.ParseAddr(ascii); err == nil { // full-width digits and the like
		return a.String(), nil
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if last == "" || last[0] >= '0' && last[0] <= '9' {
		return "", notAnAddress()
	}
	return ascii, nil
}

// control is asked when a connection is about to be opened, with the number
// that the name stands for at that very moment.
func (f *Fetcher) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return errPrivate
	}
	at := to.Addr().WithZone("").Unmap()
	if slices.ContainsFunc(f.Networks, func(p netip.Prefix) bool { return p.Contains(at) }) {
		return nil
	}
	if !Public(at) {
		return errPrivate
	}
	if to.Port() != 80 && to.Port() != 443 {
		return errPort
	}
	return nil
}

var (
	errPrivate = &fault.Error{Kind: fault.Denied, What: "l’adresse mène à un réseau privé ou à cette machine",
		Do: "donnez une adresse publique ; pour un serveur de votre réseau, demandez à qui administre le serveur d’ajouter ce réseau à fetch_networks, dans vigie.toml, et de le relancer"}
	errPort = &fault.Error{Kind: fault.Denied, What: "l’adresse demande un autre port que 80 ou 443",
		Do: "donnez une adresse sans numéro de port"}
)

func notAnAddress() error {
	return fault.Invalidf("copiez l’adresse du fichier telle que le navigateur la montre : https://…", "ce n’est pas l’adresse d’un fichier")
}

func tooLarge(most int64) error {
	return fault.Invalidf("importez une partie du fichier, ou téléchargez-le puis importez-le par la commande", "le fichier dépasse %d Mo", most>>20)
}

func refusedBy(status int) error {
	kind, do := fault.Invalid, "ouvrez cette adresse dans un navigateur : elle doit donner le fichier"
	if status >= 500 || status == http.StatusTooManyRequests {
		kind, do = fault.Unavailable, "recommencez plus tard"
	}
	return &fault.Error{Kind: kind, What: fmt.Sprintf("le serveur ne donne pas ce fichier (réponse %d)", status), Do: do}
}

// told says what stopped a fetch, in words of ours only.
func told(ctx context.Context, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	if errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled) {
		return context.Canceled
	}
	kind, what := fault.Unavailable, "le serveur ne répond pas comme il devrait"
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		kind, what = fault.Invalid, "ce site n’existe pas, ou son nom n’est pas connu d’ici"
	case errors.As(err, &dns):
		what = "le nom de ce site n’a pas pu être cherché"
	case errors.As(err, &certificate):
		what = "le certificat du site n’est pas valable"
	case ctx.Err() != nil || timedOut(err):
		what = "le fichier n’est pas arrivé dans le temps permis"
	}
	return &fault.Error{Kind: kind, What: what, Do: "vérifiez l’adresse dans un navigateur, puis recommencez plus tard"}
}

func timedOut(err error) bool {
	var slow interface{ Timeout() bool }
	return errors.As(err, &slow) && slow.Timeout()
}

func positive[T int64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

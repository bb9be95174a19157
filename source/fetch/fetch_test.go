package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"vigie/fault"
)

// names is a resolver of the test: a real server of names, on this machine,
// that gives one answer after the other.
type names struct {
	mu      sync.Mutex
	answers map[string][]netip.Addr
}

func resolver(t *testing.T, answers map[string][]netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	n := &names{answers: answers}
	go n.serve(conn)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *names) serve(conn net.PacketConn) {
	buf := make([]byte, 1500)
	for {
		size, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:size]) != nil || len(m.Questions) == 0 {
			continue
		}
		q := m.Questions[0]
		m.Response, m.Additionals = true, nil
		if a, ok := n.next(q); ok {
			m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}, Body: body(a)}}
		}
		out, err := m.Pack()
		if err != nil {
			return
		}
		_, _ = conn.WriteTo(out, from) // the test fails on its own when it is not told
	}
}

func body(a netip.Addr) dnsmessage.ResourceBody {
	if a.Is4() {
		return &dnsmessage.AResource{A: a.As4()}
	}
	return &dnsmessage.AAAAResource{AAAA: a.As16()}
}

func (n *names) next(q dnsmessage.Question) (netip.Addr, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := strings.TrimSuffix(q.Name.String(), ".")
	left := n.answers[name]
	if len(left) == 0 || left[0].Is4() != (q.Type == dnsmessage.TypeA) {
		return netip.Addr{}, false
	}
	if len(left) > 1 {
		n.answers[name] = left[1:]
	}
	return left[0], true
}

// site is a server on an address of this machine, which counts who came.
func site(t *testing.T, at string, h http.HandlerFunc) (port string, came *atomic.Int32) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Skipf("no second address on this machine: %v", err)
	}
	came = new(atomic.Int32)
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came.Add(1)
		h(w, r)
	}), ReadHeaderTimeout: time.Second}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { s.Close() })
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port, came
}

const secret = "ne doit pas sortir"

// open lets 127.0.0.1 be asked, as if it were a site of the web: 127.0.0.2 is
// then the machine that must not be reached.
var open = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}

func TestRefusedAddresses(t *testing.T) {
	port, came := site(t, "127.0.0.1:0", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secret) })
	r := resolver(t, map[string][]netip.Addr{
		"interne.example":       {netip.MustParseAddr("127.0.0.1")},
		"prive.example":         {netip.MustParseAddr("10.0.0.5")},
		"metadata.example":      {netip.MustParseAddr("169.254.169.254")},
		"six.example":           {netip.MustParseAddr("::1")},
		"mappe.example":         {netip.MustParseAddr("::ffff:127.0.0.1")},
		"xn--prfet-csa.example": {netip.MustParseAddr("127.0.0.1")},
		"localhost":             {netip.MustParseAddr("127.0.0.1")},
	})
	f := &Fetcher{Resolver: r, Time: 3 * time.Second}
	for _, host := range []string{
		"127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.01",
		"localhost", "LOCALHOST.", "interne.example", "prive.example", "metadata.example", "six.example", "mappe.example", "préfet.example",
		"10.0.0.1", "172.16.5.4", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16",
		"198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1",
		"[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:a9fe:a9fe]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]",
		"[2001:0:7f00:1::]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25lo]", "[ff02::1]", "[fec0::1]", "[2001:db8::1]", "[100::1]",
		"①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "127.0.0.1%2F@example.org", "example.org@127.0.0.1", "127.0.0.1#@example.org", "[127.0.0.1]", "exa mple.org", "",
	} {
		for _, scheme := range []string{"http", "https"} {
			address := scheme + "://" + host + ":" + port + "/fichier.csv"
			var out bytes.Buffer
			_, err := f.Get(t.Context(), address, &out)
			kind := fault.KindOf(err)
			if err == nil || kind != fault.Invalid && kind != fault.Denied || out.Len() > 0 || strings.Contains(err.Error(), secret) {
				t.Errorf("Get(%q) = %v; want Invalid or Denied", address, err)
			}
		}
	}
	if came.Load() != 0 {
		t.Errorf("this machine was reached %d times", came.Load())
	}
}

func TestRefusedSchemes(t *testing.T) {
	for _, address := range []string{"file:///etc/passwd", "ftp://example.org/a", "gopher://example.org/", "dict://example.org:11211/", "data:text/csv,a", "jar:http://example.org!/a",
		"//example.org/a", "/etc/passwd", "example.org/a", "http:example.org", "http:///a", "https://", "", "http://a\r\nHost: b/", "http://example.org\\@127.0.0.1/", "javascript:alert(1)",
		"https://" + strings.Repeat("a", mostAddress) + ".org/", "http://u:p@example.org/"} {
		if _, err := new(Fetcher).Get(t.Context(), address, io.Discard); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("Get(%q) = %v; want Invalid", address, err)
		}
	}
}

// TestRebinding: a name that is a public site when it is asked first and this
// machine when it is asked again.
func TestRebinding(t *testing.T) {
	inside, reached := site(t, "127.0.0.2:0", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secret) })
	_, came := site(t, "127.0.0.1:"+inside, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://change.example:"+inside+"/2", http.StatusFound)
	})
	f := &Fetcher{Networks: open, Time: 3 * time.Second, Resolver: resolver(t, map[string][]netip.Addr{
		"change.example": {netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")}})}
	var out bytes.Buffer
	_, err := f.Get(t.Context(), "http://change.example:"+inside+"/1", &out)
	if fault.KindOf(err) != fault.Denied || err == nil || out.Len() > 0 || strings.Contains(err.Error(), secret) {
		t.Errorf("Get = %v; want Denied", err)
	}
	if came.Load() != 1 || reached.Load() != 0 {
		t.Errorf("the site was asked %d times, the machine inside %d; want 1 and 0", came.Load(), reached.Load())
	}
}

func TestRedirects(t *testing.T) {
	inside, reached := site(t, "127.0.0.2:0", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secret) })
	var to string
	port, came := site(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fichier.csv" {
			if r.Header.Get("Referer")+r.Header.Get("Cookie")+r.Header.Get("Authorization") != "" {
				t.Errorf("headers = %v", r.Header)
			}
			fmt.Fprint(w, "a;b\n")
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
		fmt.Fprint(w, secret)
	})
	f := &Fetcher{Networks: open, Time: 3 * time.Second, Resolver: resolver(t, map[string][]netip.Addr{"interne.example": {netip.MustParseAddr("127.0.0.2")}})}
	site := "http://127.0.0.1:" + port
	for _, to = range []string{"http://127.0.0.2:" + inside + "/", "//127.0.0.2:" + inside + "/", "http://interne.example:" + inside + "/", "http://[::ffff:127.0.0.2]:" + inside + "/",
		"http://2130706434:" + inside, "file:///etc/passwd", "ftp://127.0.0.1/", "/encore", "http://u:p@127.0.0.1:" + port + "/fichier.csv", "javascript:1", "http://[::1]:" + inside} {
		came.Store(0)
		_, err := f.Get(t.Context(), site+"/a", io.Discard)
		if k := fault.KindOf(err); err == nil || k != fault.Denied && k != fault.Invalid || strings.Contains(err.Error(), secret) {
			t.Errorf("redirect to %s: %v; want Denied or Invalid", to, err)
		}
		if came.Load() > mostRedirects+1 {
			t.Errorf("redirect to %s: %d requests", to, came.Load())
		}
	}
	if reached.Load() != 0 {
		t.Errorf("the machine inside was reached %d times", reached.Load())
	}
	to = "/fichier.csv"
	var out bytes.Buffer
	got, err := f.Get(t.Context(), site+"/a?clé=secret", &out)
	if err != nil || out.String() != "a;b\n" || got.Name != "fichier.csv" || got.Bytes != 4 || got.From != site+"/fichier.csv" || got.Kind != "text/plain" {
		t.Errorf("Get = %+v, %v, %q", got, err, out.String())
	}
}

func TestRedirectLeavesTLS(t *testing.T) {
	plainSite := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secret) }))
	defer plainSite.Close()
	safe := httptest.NewTLSServer(http.RedirectHandler(plainSite.URL, http.StatusFound))
	defer safe.Close()
	f := &Fetcher{Networks: open, Time: 3 * time.Second}
	if _, err := f.Get(t.Context(), safe.URL, io.Discard); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "certificat") {
		t.Errorf("a certificate that nobody signed: %v", err)
	}
	r, _ := http.NewRequest(http.MethodGet, plainSite.URL, nil)
	from, _ := http.NewRequest(http.MethodGet, safe.URL, nil)
	if err := f.redirected(r, []*http.Request{from}); fault.KindOf(err) != fault.Invalid || err == nil {
		t.Errorf("a redirect from https to http: %v", err)
	}
}

func TestLimits(t *testing.T) {
	release := make(chan bool)
	port, _ := site(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/grand":
			w.Header().Set("Content-Length", "1001")
			fmt.Fprint(w, strings.Repeat("x", 1001))
		case "/long":
			for range 1001 {
				fmt.Fprint(w, "x")
				w.(http.Flusher).Flush()
			}
		case "/lent":
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			<-release
		case "/muet":
			<-release
		case "/entete":
			w.Header().Set("X-A", strings.Repeat("x", mostHeader+1))
		case "/comprime":
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "x")
		case "/coupe":
			w.Header().Set("Content-Length", "500")
			fmt.Fprint(w, "x")
		case "/absent":
			http.Error(w, secret, http.StatusNotFound)
		case "/panne":
			http.Error(w, secret, http.StatusBadGateway)
		case "/juste":
			fmt.Fprint(w, strings.Repeat("x", 1000))
		}
	})
	t.Cleanup(func() { close(release) })
	f := &Fetcher{Networks: open, Most: 1000, Time: 400 * time.Millisecond}
	cases := map[string]fault.Kind{"/grand": fault.Invalid, "/long": fault.Invalid, "/lent": fault.Unavailable, "/muet": fault.Unavailable, "/entete": fault.Unavailable,
		"/comprime": fault.Invalid, "/coupe": fault.Unavailable, "/absent": fault.Invalid, "/panne": fault.Unavailable}
	for path, want := range cases {
		start := time.Now()
		var out bytes.Buffer
		_, err := f.Get(t.Context(), "http://127.0.0.1:"+port+path, &out)
		if err == nil || fault.KindOf(err) != want || fault.Do(err) == "" || strings.Contains(err.Error(), secret) || out.Len() > 1001 || time.Since(start) > 5*time.Second {
			t.Errorf("%s = %v after %v, %d bytes; want kind %d", path, err, time.Since(start), out.Len(), want)
		}
	}
	if got, err := f.Get(t.Context(), "http://127.0.0.1:"+port+"/juste", io.Discard); err != nil || got.Bytes != 1000 {
		t.Errorf("a file of the largest size = %+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Get(ctx, "http://127.0.0.1:"+port+"/juste", io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled = %v", err)
	}
}

func TestNoProxy(t *testing.T) {
	_, came := site(t, "127.0.0.1:0", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secret) })
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:9")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:9")
	c := new(Fetcher).client().Transport.(*http.Transport)
	if c.Proxy != nil || c.TLSClientConfig.MinVersion < tls.VersionTLS12 || came.Load() != 0 {
		t.Error("a proxy of the environment would be used, or an old TLS")
	}
}

func TestHosts(t *testing.T) {
	f := &Fetcher{Hosts: []string{"www.insee.fr", ".data.gouv.fr"}}
	for host, ok := range map[string]bool{"www.insee.fr": true, "WWW.INSEE.FR": true, "static.data.gouv.fr": true, "insee.fr": false, "data.gouv.fr": false, "data.gouv.fr.ailleurs.org": false, "8.8.8.8": false} {
		if _, err := f.check("https://" + host + "/a"); (err == nil) != ok {
			t.Errorf("check(%s) = %v; want allowed %v", host, err, ok)
		}
	}
}

func TestPublicPorts(t *testing.T) {
	f := new(Fetcher)
	for address, ok := range map[string]bool{"8.8.8.8:443": true, "8.8.8.8:80": true, "[2606:4700::1111]:443": true, "8.8.8.8:22": false, "8.8.8.8:8080": false,
		"[::ffff:8.8.8.8]:443": true, "10.0.0.1:443": false, "n’importe quoi": false} {
		if err := f.control("tcp", address, nil); (err == nil) != ok {
			t.Errorf("control(%s) = %v; want allowed %v", address, err, ok)
		}
	}
}

func TestFileName(t *testing.T) {
	for given, want := range map[string]string{"a.csv": "a.csv", "../../etc/passwd": "passwd", `..\..\a.csv`: "a.csv", "/": "", "": "", "..": "", ".": "",
		"a\x00b\r\nc.csv": "abc.csv", "\u202egnp.csv": "gnp.csv", "<img src=x>.csv": "<img src=x>.csv", strings.Repeat("é", 200) + ".csv": strings.Repeat("é", 146) + ".csv"} {
		if got := FileName(given); got != want {
			t.Errorf("FileName(%q) = %q; want %q", given, got, want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"http://127.0.0.1/", "https://préfet.example:443/a?b#c", "http://[::1%25lo]/", "http://0x7f.1/", "http://①.1/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := new(Fetcher).check(address)
		if err != nil {
			return
		}
		again, err := new(Fetcher).check(u.String())
		if err != nil || again.String() != u.String() || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("check(%q) = %s, then %v, %v", address, u, again, err)
		}
	})
}

package fetch

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"vigie/fault"
)

// TestAsk: HEAD, then GET where HEAD is not wanted; a status is no error, and
// nothing private is asked.
func TestAsk(t *testing.T) {
	var asked []string
	port, _ := site(t, "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		switch {
		case r.URL.Path == "/sans-head" && r.Method == http.MethodHead:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.URL.Path == "/parti":
			w.WriteHeader(http.StatusGone)
		case r.URL.Path == "/panne":
			w.WriteHeader(http.StatusBadGateway)
		case r.URL.Path == "/ailleurs":
			http.Redirect(w, r, "/ici", http.StatusMovedPermanently)
		case r.URL.Path == "/lent":
			time.Sleep(200 * time.Millisecond)
		}
	})
	f := &Fetcher{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Time: 100 * time.Millisecond}
	for _, c := range []struct {
		path   string
		status int
		asked  string
	}{
		{"/ici", 200, "[HEAD /ici]"},
		{"/sans-head", 200, "[HEAD /sans-head GET /sans-head]"},
		{"/parti", 410, "[HEAD /parti GET /parti]"},
		{"/panne", 502, "[HEAD /panne]"},
		{"/ailleurs", 200, "[HEAD /ailleurs HEAD /ici]"},
	} {
		asked = nil
		status, err := f.Ask(t.Context(), "http://127.0.0.1:"+port+c.path)
		if got := fmt.Sprint(asked); err != nil || status != c.status || got != c.asked {
			t.Errorf("%s = %d, %v, asked %s; want %d, %s", c.path, status, err, got, c.status, c.asked)
		}
	}
	if status, err := f.Ask(t.Context(), "http://127.0.0.1:"+port+"/lent"); status != 0 || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("too slow = %d, %v", status, err)
	}
	asked = nil
	if status, err := (&Fetcher{}).Ask(t.Context(), "http://127.0.0.1:"+port+"/ici"); status != 0 || fault.KindOf(err) != fault.Denied || asked != nil {
		t.Errorf("this machine = %d, %v, asked %v", status, err, asked)
	}
}

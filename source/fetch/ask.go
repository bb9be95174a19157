package fetch

import (
	"context"
	"io"
	"net/http"
	"time"
)

// MostAsk is how long asking whether an address answers may take.
const MostAsk = 20 * time.Second

// Ask says what an address answers, without bringing what is there: HEAD, then
// GET for a site that does not want HEAD or says that nothing is there. It
// returns the status of the last answer, 0 when there is none. The addresses
// that may be asked are those of Get.
//
// Error: Invalid, Denied, Unavailable, as Get; a status is no error.
func (f *Fetcher) Ask(ctx context.Context, address string) (status int, err error) {
	u, err := f.check(address)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, positive(f.Time, MostAsk))
	defer cancel()
	client := f.client()
	defer client.CloseIdleConnections()
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		r, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
		if err != nil {
			return 0, notAnAddress()
		}
		r.Header.Set("User-Agent", "vigie")
		if f.Agent != "" {
			r.Header.Set("User-Agent", f.Agent)
		}
		answer, err := client.Do(r)
		if err != nil {
			return 0, told(ctx, err)
		}
		_, _ = io.CopyN(io.Discard, answer.Body, 1<<10) // what the page says does not matter
		if err := answer.Body.Close(); err != nil {
			return 0, told(ctx, err)
		}
		if status = answer.StatusCode; status < 400 || status >= 500 && status != http.StatusNotImplemented {
			break
		}
	}
	return status, nil
}

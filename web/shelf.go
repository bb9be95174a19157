package web

import (
	"container/list"
	"net/http"
	"sync"

	"golang.org/x/sync/singleflight"
)

// shelfBytes bounds the answers kept ready. Measured on two cores: a
// territory's page takes about 10 ms to compose, draw and compress, and the
// load to hold is a thousand pages a second.
const shelfBytes = 64 << 20

// shelf keeps complete answers by ETag and encoding. An ETag names all that
// makes the bytes, so nothing on the shelf is ever stale; what has not been
// asked for longest goes first. Equal requests that arrive together are
// answered by one computation.
type shelf struct {
	flight singleflight.Group
	mu     sync.Mutex
	size   int
	order  *list.List // of *ready, most recent first
	held   map[string]*list.Element
}

// ready is an answer with the headers that are its own.
type ready struct {
	key    string
	header http.Header
	answer answer
}

func newShelf() *shelf { return &shelf{order: list.New(), held: map[string]*list.Element{}} }

// get returns the answer under key, made by produce when it is not held. A
// failure is not kept.
func (s *shelf) get(key string, produce func() (*ready, error)) (*ready, error) {
	s.mu.Lock()
	if at, ok := s.held[key]; ok {
		s.order.MoveToFront(at)
		s.mu.Unlock()
		return at.Value.(*ready), nil
	}
	s.mu.Unlock()
	v, err, _ := s.flight.Do(key, func() (any, error) {
		r, err := produce()
		if err != nil {
			return nil, err
		}
		r.key = key
		s.put(r)
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*ready), nil
}

func (s *shelf) put(r *ready) {
	if len(r.answer.body) > shelfBytes/8 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[r.key] = s.order.PushFront(r)
	s.size += weight(r)
	for s.size > shelfBytes {
		last := s.order.Back()
		old := s.order.Remove(last).(*ready)
		delete(s.held, old.key)
		s.size -= weight(old)
	}
}

// weight is the memory of an answer: its body, and about what surrounds it.
func weight(r *ready) int { return len(r.answer.body) + len(r.key) + 2048 }

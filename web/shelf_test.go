package web

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestShelfComputesOnce(t *testing.T) {
	s := newShelf()
	var made atomic.Int32
	var wait sync.WaitGroup
	for range 1000 {
		wait.Go(func() {
			r, err := s.get("clé", func() (*ready, error) {
				made.Add(1)
				time.Sleep(20 * time.Millisecond)
				return &ready{answer: answer{body: []byte("synthétique")}}, nil
			})
			if err != nil || string(r.answer.body) != "synthétique" {
				t.Errorf("get = %v, %v", r, err)
			}
		})
	}
	wait.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("1 000 equal requests made %d computations; want 1", n)
	}
}

func TestShelfIsBounded(t *testing.T) {
	s := newShelf()
	body := make([]byte, 1<<20)
	for i := range 200 {
		if _, err := s.get(fmt.Sprint(i), func() (*ready, error) { return &ready{answer: answer{body: body}}, nil }); err != nil {
			t.Fatal(err)
		}
		if s.size > shelfBytes || len(s.held) != s.order.Len() {
			t.Fatalf("after %d: %d bytes, %d held, %d in order", i, s.size, len(s.held), s.order.Len())
		}
	}
	if _, kept := s.held["0"]; kept {
		t.Error("the oldest is still held")
	}
	if _, kept := s.held["199"]; !kept {
		t.Error("the newest is not held")
	}
}

func TestShelfForgetsFailures(t *testing.T) {
	s := newShelf()
	broken := errors.New("panne")
	if _, err := s.get("k", func() (*ready, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("get = %v; want the failure", err)
	}
	if _, err := s.get("k", func() (*ready, error) { return &ready{header: http.Header{}}, nil }); err != nil {
		t.Errorf("get after a failure = %v; want an answer", err)
	}
}

package observatory_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"vigie/fault"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// TestMain runs the tests, or plays the child that a kill test kills.
func TestMain(m *testing.M) {
	if os.Getenv(shopDir) != "" {
		err := shopForever(context.Background())
		fmt.Fprintln(os.Stderr, err, fault.Do(err))
		os.Exit(1)
	}
	if dir := os.Getenv(childDir); dir != "" {
		do := walkForever
		if os.Getenv(childSMTP) != "" {
			do = sendForever
		}
		err := do(context.Background(), dir, store.Options{DatabaseURL: os.Getenv(childURL)})
		fmt.Fprintln(os.Stderr, err, fault.Do(err))
		os.Exit(1)
	}
	os.Exit(observatorytest.Main(m))
}

// whole leaves a long test, where no goroutines meet that do not elsewhere, out
// of a short run: the race detector makes it ten times longer for nothing.
func whole(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a long test: left to the whole run")
	}
}

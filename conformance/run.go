package conformance

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"vigie/fault"
)

// family answers a case, the answer in the shape of what is expected, and
// compares it. dir holds the files of the case.
type family struct {
	answer  func(ctx context.Context, dir fs.FS, c *Case) (any, error)
	compare func(dir fs.FS, c *Case, answer any) (comparison, error)
}

// families lists the families by name.
var families = map[string]family{
	"agreement":  {fielded(agreementFunctions), compareFields},
	"composite":  {parted(compositeFunctions), compareParts},
	"disclosure": {secrecy, compareDisclosure},
	"ranks":      {parted(rankFunctions), compareParts},
	"spatial":    {parted(spatialFunctions), compareParts},
	"survey":     {survey, compareFields},
}

// Families lists the names of the families, in order.
func Families() []string { return slices.Sorted(maps.Keys(families)) }

// limit is the time a case may take.
const limit = 60 * time.Second

// Options choose the cases: those of a group, or of an identifier; empty
// takes all.
type Options struct {
	Group, ID string
}

// Run answers every case of a family found in dir and compares the answers.
//
// dir is where the cases and all their files stand: nothing is read outside
// it. Cases run on as many processors as the program may use; the report does
// not depend on how many. A case that panics or takes more than a minute
// disagrees; the others go on.
//
// Error: a fault when the directory cannot be used.
func Run(ctx context.Context, dir fs.FS, name string, o Options) (*Report, error) {
	f, ok := families[name]
	if !ok {
		return nil, fault.NotFoundf("choisissez parmi "+strings.Join(Families(), ", "), "famille inconnue « %s »", name)
	}
	cases, err := read(dir, name)
	if err != nil {
		return nil, err
	}
	cases = slices.DeleteFunc(cases, func(c Case) bool {
		return o.Group != "" && c.Group != o.Group || o.ID != "" && c.ID != o.ID
	})
	if len(cases) == 0 {
		return nil, fault.NotFoundf("vérifiez --group et --id", "aucun cas ne porte ce groupe et cet identifiant")
	}
	results := make([]result, len(cases))
	var wait sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range next {
				results[i] = run(ctx, f, dir, &cases[i])
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	wait.Wait()
	return report(name, results), ctx.Err()
}

// result is what became of a case.
type result struct {
	c         *Case
	answer    any
	err       error
	unchecked bool
	compared  comparison
}

// run answers a case and compares.
func run(ctx context.Context, f family, dir fs.FS, c *Case) result {
	r := result{c: c}
	r.answer, r.err = answered(ctx, f, dir, c, limit)
	if r.err == nil {
		r.unchecked = c.Expect == nil
		r.compared, r.err = f.compare(dir, c, r.answer)
	}
	return r
}

// answered returns the answer of the family within the time limit. The
// goroutine of a case that does not stop is left to end with the program.
func answered(ctx context.Context, f family, dir fs.FS, c *Case, limit time.Duration) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type outcome struct {
		v   any
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- outcome{err: fmt.Errorf("panique : %v", r)}
			}
		}()
		asked := *c
		asked.Expect, asked.Tree = nil, maps.Clone(c.Tree)
		delete(asked.Tree, "expect")
		v, err := f.answer(ctx, dir, &asked)
		done <- outcome{v, err}
	}()
	select {
	case o := <-done:
		return o.v, o.err
	case <-ctx.Done():
		return nil, fmt.Errorf("arrêté après %v", limit)
	}
}

// Package cost measures what a piece of work takes, for the benches: CPU time
// of this process, memory of a finished one. It knows nothing of the works.
package cost

import (
	"math"
	"os"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// Peak returns the most memory a finished process held, in bytes.
func Peak(p *os.ProcessState) int64 {
	return p.SysUsage().(*syscall.Rusage).Maxrss << 10
}

// CPU returns the CPU seconds of this process, NaN where they are not known.
func CPU() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return math.NaN()
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// Median returns the median CPU time of several runs of a work, or its elapsed
// time, in seconds.
func Median(times int, elapsed bool, f func() error) (float64, error) {
	var spent []float64
	for range times {
		runtime.GC()
		start, wall := CPU(), time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		if elapsed {
			spent = append(spent, time.Since(wall).Seconds())
		} else {
			spent = append(spent, CPU()-start)
		}
	}
	slices.Sort(spent)
	return spent[len(spent)/2], nil
}

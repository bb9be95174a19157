// Command survey measures the survey engine beside R survey on one sample:
// raking, calibration, a calibrated table with standard errors, bootstrap
// replicates; their CPU time on one core, that the results agree, that two
// cores give the same bits faster, and that the cost is linear in rows.
//
// The sample is made by the recipe of sample.go when it is not there; the R
// side (survey.R) is left out with a message where Rscript or its package
// survey is missing. Run it by `make bench-survey`.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"vigie/tool/cost"
)

//go:embed survey.R
var script string

// work is a piece of the bench: CPU seconds and values to compare.
type work struct {
	seconds float64
	check   []float64
}

// bars are how many times faster than R each must be.
var bars = []struct {
	name, title string
	parts       []string // works that count together
	bar         float64
}{
	{"design", "plan de sondage", []string{"design"}, 0},
	{"rake", "calage sur 4 marges", []string{"rake"}, 15},
	{"calibrate linear", "calage linéaire", []string{"calibrate linear"}, 0},
	{"calibrate raking", "calage raking ratio", []string{"calibrate raking"}, 0},
	{"calibrate logit", "calage logit", []string{"calibrate logit"}, 0},
	{"means", "40 proportions", []string{"means"}, 0},
	{"table", "table calée 40 × 13, écarts-types", []string{"table"}, 40},
	{"on replicates", "500 répliques + 40 proportions", []string{"make", "on replicates"}, 40},
}

func main() {
	dir := flag.String("dir", "build/survey", "folder of the sample and of the results")
	child := flag.String("child", "", "measure one sample only (internal)")
	r := flag.String("r", "full", "R side: full, fast (no bootstrap) or none")
	flag.Parse()
	if *child != "" {
		exit(measure(*child))
		return
	}
	exit(compare(*dir, *r))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-survey :", err)
		os.Exit(1)
	}
}

// compare runs both sides and prints them.
func compare(dir, side string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	path, err := sample(dir, 200_000)
	if err != nil {
		return err
	}
	ours, peak, err := vigie(path, 1, "all")
	if err != nil {
		return err
	}
	theirs, why := reference(dir, path, side)
	if why != "" {
		fmt.Println("R :", why)
	}
	missed := show(ours, theirs)
	fmt.Printf("mémoire de Vigie : %d Mo (barre : 1 000 Mo)\n", peak>>20)
	if peak > 1000<<20 {
		missed++
	}
	n, err := scale(dir, path)
	if err != nil {
		return err
	}
	if missed += n; missed > 0 {
		return fmt.Errorf("%d barre(s) manquée(s)", missed)
	}
	return nil
}

// show prints a line a work and returns the bars missed.
func show(ours, theirs map[string]work) int {
	missed := 0
	fmt.Printf("%-36s %10s %10s %8s %6s  %s\n", "CPU, un cœur", "R (s)", "Vigie (s)", "rapport", "barre", "plus grand écart relatif")
	for _, b := range bars {
		our, their, known := 0.0, 0.0, true
		for _, p := range b.parts {
			our += ours[p].seconds
			w, ok := theirs[p]
			their += w.seconds
			known = known && ok
		}
		if !known {
			fmt.Printf("%-36s %10s %10.3f\n", b.title, "-", our)
			continue
		}
		bar, note := "", away(ours[b.name].check, theirs[b.name].check)
		if b.name == "on replicates" {
			note += " (autres tirages)"
		}
		if b.bar > 0 {
			bar = fmt.Sprintf("≥ %.0f", b.bar)
			if their/our < b.bar {
				missed++
				note += "  MANQUÉE"
			}
		}
		fmt.Printf("%-36s %10.3f %10.4f %8.1f %6s  %s\n", b.title, their, our, their/our, bar, note)
	}
	return missed
}

// away writes the largest relative difference of two lists.
func away(a, b []float64) string {
	if len(a) == 0 || len(a) != len(b) {
		return ""
	}
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(a[i]-b[i])/math.Abs(b[i]))
	}
	return fmt.Sprintf("%.1e", most)
}

// vigie measures in a process of its own, so that its memory and its number
// of cores are known.
func vigie(path string, cores int, works string) (map[string]work, int64, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, 0, err
	}
	c := exec.Command(self, "-child", works+":"+path)
	c.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(cores))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, 0, err
	}
	return parse(string(out)), cost.Peak(c.ProcessState), nil
}

// reference runs R; the second result says why it did not.
func reference(dir, path, side string) (map[string]work, string) {
	if side == "none" {
		return nil, "côté R non demandé"
	}
	if _, err := exec.LookPath("Rscript"); err != nil {
		return nil, "Rscript est absent : installez r-base-core et r-cran-survey pour comparer"
	}
	out := filepath.Join(dir, "r.tsv")
	source := filepath.Join(dir, "survey.R")
	if err := os.WriteFile(source, []byte(script), 0o666); err != nil {
		return nil, err.Error()
	}
	args := []string{source, path, path + ".margins", out}
	if side == "full" {
		args = append(args, "boot")
	}
	c := exec.Command("Rscript", args...)
	c.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
	said, failed := c.CombinedOutput()
	raw, err := os.ReadFile(out)
	if err != nil || failed != nil && len(raw) == 0 {
		return nil, "R a échoué : " + strings.TrimSpace(string(said))
	}
	if failed != nil {
		return parse(string(raw)), "R s’est arrêté en chemin : " + strings.TrimSpace(string(said))
	}
	return parse(string(raw)), ""
}

// parse reads lines work, seconds, values.
func parse(text string) map[string]work {
	out := map[string]work{}
	for line := range strings.Lines(text) {
		cell := strings.Split(strings.TrimSpace(line), "\t")
		if len(cell) < 2 {
			continue
		}
		var w work
		for k, c := range cell[1:] {
			v, err := strconv.ParseFloat(strings.TrimSpace(c), 64)
			if err != nil {
				continue
			}
			if k == 0 {
				w.seconds = v
			} else {
				w.check = append(w.check, v)
			}
		}
		out[cell[0]] = w
	}
	return out
}

// Command index measures the engine of composite indices on a synthetic index
// of 60 indicators, 16 domains, 4 dimensions and a top: CPU time on one core,
// memory, and that the cost is linear in units, indicators and replicates.
//
// The figures of COINr stand beside: measured once on a machine of two cores,
// read from the results of the shared bench when they are there. Run it by
// `make bench-index`.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"vigie/tool/cost"
)

// bar is a work with the most CPU seconds it may take, and what COINr took.
type bar struct {
	work, title string
	most        float64
	coinr       string // key of the results of the bench
}

var bars = []bar{
	{"build", "indice, 35 000 × 60 × 4 niveaux", 0.3, "build_35000x60_cpu_s"},
	{"ua101", "incertitude, 500 répliques, 101 unités", 0.3, "ua_101_cpu_s"},
	{"ua35000", "incertitude, 500 répliques, 35 000 unités", 60, ""},
	{"weights", "nouveaux poids → nouveaux rangs, 35 000 unités", 0.1, ""},
	{"lisa", "LISA, 35 000 unités, 999 permutations", 5, ""},
	{"sampling101", "incertitude et 12 indicateurs d’enquête, 101 unités", 0, ""},
	{"sampling35000", "incertitude et 12 indicateurs d’enquête, 35 000", 0, ""},
	{"sobol101", "indices de Sobol, 128 × 5 répliques, 101 unités", 0, ""},
}

// memory is the most that the longest work may hold, in bytes.
const memory = 1_000_000_000

func main() {
	child := flag.String("child", "", "measure one work only (internal)")
	shared := flag.String("coinr", "../shared/oracles/composite/bench/results.json", "figures of COINr")
	flag.Parse()
	var err error
	if *child != "" {
		err = measure(*child)
	} else {
		err = compare(*shared)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-index :", err)
		os.Exit(1)
	}
}

func compare(shared string) error {
	theirs, from := coinr(shared)
	fmt.Println(from)
	fmt.Printf("%-52s %10s %10s %8s %8s\n", "CPU, un cœur", "COINr (s)", "Vigie (s)", "rapport", "barre")
	missed := 0
	for _, b := range bars {
		ours, peak, err := alone(b.work)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%-52s", b.title)
		if v, ok := theirs[b.coinr]; ok {
			line += fmt.Sprintf(" %10.1f %10.4f %8.0f", v, ours, v/ours)
		} else {
			line += fmt.Sprintf(" %10s %10.4f %8s", "-", ours, "")
		}
		if b.most > 0 {
			line += fmt.Sprintf(" ≤ %.3g s", b.most)
			if ours > b.most {
				missed++
				line += "  MANQUÉE"
			}
		}
		fmt.Println(line)
		if strings.HasSuffix(b.work, "35000") {
			note := ""
			if peak > memory {
				missed++
				note = "  MANQUÉE"
			}
			fmt.Printf("%-52s %18d Mo %8s ≤ %d Mo%s\n", "  sa mémoire, au plus", peak/1e6, "", memory/1_000_000, note)
		}
	}
	steep, err := scale()
	if err != nil {
		return err
	}
	if missed += steep; missed > 0 {
		return fmt.Errorf("%d barre(s) manquée(s)", missed)
	}
	return nil
}

// scale prints the cost of one value of one replicate when the index grows in
// units, indicators or replicates, and counts the times it grows with it by
// more than half (timings are noisy): the cost would not be linear.
func scale() (steep int, err error) {
	fmt.Println("\nnanosecondes par unité × indicateur × réplique : un coût linéaire ne monte pas de gauche à droite")
	for _, sizes := range [][]string{
		{"2500:60:40", "5000:60:40", "10000:60:40", "20000:60:40", "40000:60:40"},
		{"10000:15:40", "10000:30:40", "10000:60:40", "10000:120:40"},
		{"10000:60:20", "10000:60:40", "10000:60:80", "10000:60:160"},
	} {
		var each []float64
		for _, size := range sizes {
			var n [3]float64
			for i, s := range strings.Split(size, ":") {
				n[i], _ = strconv.ParseFloat(s, 64) // written above
			}
			seconds, _, err := alone("size:" + size)
			if err != nil {
				return 0, err
			}
			each = append(each, seconds*1e9/(n[0]*n[1]*n[2]))
			fmt.Printf("%6.0f × %3.0f × %3.0f : %5.2f   ", n[0], n[1], n[2], each[len(each)-1])
		}
		if fmt.Println(); each[len(each)-1] > 1.5*each[0] {
			steep++
		}
	}
	return steep, nil
}

// alone measures a work in a process of its own, on one core.
func alone(work string) (seconds float64, peak int64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	c := exec.Command(self, "-child", work)
	c.Env = append(os.Environ(), "GOMAXPROCS=1")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", work, err)
	}
	seconds, err = strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return seconds, cost.Peak(c.ProcessState), err
}

// coinr reads the CPU seconds of COINr, and says where they come from.
func coinr(path string) (map[string]float64, string) {
	var all map[string]any
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		return nil, "COINr : pas de mesures (" + filepath.Base(path) + " est absent ou illisible), donnez-les par -coinr"
	}
	out := map[string]float64{}
	for k, v := range all {
		if f, ok := v.(float64); ok {
			out[k] = f
		}
	}
	return out, fmt.Sprintf("COINr %v, %v : secondes de processeur mesurées avec la même recette (%v) ; rapport à lire comme un ordre de grandeur, les machines diffèrent", all["coinr"], all["r"], all["machine"])
}

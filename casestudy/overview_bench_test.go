package casestudy_test

import (
	"testing"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/territory"
)

// The base of ten thousand cases read as a whole: once, then a cross, the gaps
// and a region at each page.
func BenchmarkReading(b *testing.B) {
	base := casestudy.NewBase(casestudytest.Synthetic(10_000, 1), casestudytest.Names())
	b.Run("overview", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			fresh := casestudy.NewBase(base.Entries(), casestudytest.Names())
			b.StartTimer()
			fresh.Overview()
		}
	})
	b.Run("cross", func(b *testing.B) {
		for b.Loop() {
			base.Cross(casestudy.Domain, casestudy.Region, nil, nil)
		}
	})
	ground := casestudy.Ground{}
	for _, t := range casestudytest.Places().ByLevel(territory.Region) {
		ground.Regions = append(ground.Regions, t.Code)
	}
	for _, d := range casestudytest.Lists().Terms("domain") {
		ground.Domains = append(ground.Domains, d.Code)
	}
	b.Run("gaps", func(b *testing.B) {
		for b.Loop() {
			base.Gaps(ground)
		}
	})
	b.Run("region", func(b *testing.B) {
		for b.Loop() {
			base.Dynamics(casestudy.Selection{Place: "REG-94"})
		}
	})
}

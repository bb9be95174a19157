package edition

import (
	"vigie/fault"
	"vigie/fragility"
	"vigie/territory"
)

// Reweigh returns the overall index of a tier under other weights of its
// domains, by code; those that are left out keep the edition's.
//
// Error: NotFound for a tier without overall index; Invalid for weights that
// are none: see fragility.Result.Reweigh.
func (c *Content) Reweigh(level territory.Level, weights map[string]float64) (*fragility.Reweighed, error) {
	r := c.Fragility[level]
	if r == nil {
		return nil, fault.NotFoundf("prenez un niveau qui a un indice d’ensemble", "aucun indice au niveau « %s »", level)
	}
	var domains []fragility.Domain
	for _, d := range c.Domains() {
		domains = append(domains, fragility.Domain{Code: d.Code, Dimension: d.Parent})
	}
	return r.Reweigh(c.Spec, domains, weights)
}

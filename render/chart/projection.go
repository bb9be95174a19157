package chart

import (
	"math"

	"vigie/territory"
)

// metres is a projected position: x to the east, y to the north.
type metres struct{ x, y float64 }

// Lambert-93 (EPSG:2154): conic conformal with two standard parallels on the
// GRS 80 ellipsoid.
const (
	grsA          = 6378137.0
	grsF          = 1 / 298.257222101
	lambertLat0   = 46.5
	lambertLat1   = 44.0
	lambertLat2   = 49.0
	lambertLon0   = 3.0
	falseEasting  = 700000.0
	falseNorthing = 6600000.0
)

// conic holds the constants of the projection.
type conic struct{ e, n, c, rho0 float64 }

// lambert93 computes the constants from the parameters above.
//
// Source: EPSG Guidance Note 7-2, Lambert Conic Conformal (2SP).
func lambert93() conic {
	k := conic{e: math.Sqrt(grsF * (2 - grsF))}
	m := func(lat float64) float64 {
		s := math.Sin(lat * math.Pi / 180)
		return math.Cos(lat*math.Pi/180) / math.Sqrt(1-k.e*k.e*s*s)
	}
	t1, t2 := k.isometric(lambertLat1), k.isometric(lambertLat2)
	k.n = (math.Log(m(lambertLat1)) - math.Log(m(lambertLat2))) / (math.Log(t1) - math.Log(t2))
	k.c = m(lambertLat1) / (k.n * math.Pow(t1, k.n))
	k.rho0 = grsA * k.c * math.Pow(k.isometric(lambertLat0), k.n)
	return k
}

// isometric is the t of the Guidance Note.
func (k conic) isometric(lat float64) float64 {
	s := math.Sin(lat * math.Pi / 180)
	return math.Tan(math.Pi/4-lat*math.Pi/360) / math.Pow((1-k.e*s)/(1+k.e*s), k.e/2)
}

func (k conic) project(p territory.LonLat) metres {
	rho := grsA * k.c * math.Pow(k.isometric(p.Lat), k.n)
	theta := k.n * (p.Lon - lambertLon0) * math.Pi / 180
	return metres{falseEasting + rho*math.Sin(theta), falseNorthing + k.rho0 - rho*math.Cos(theta)}
}

// The frames: metropolitan France, then the five overseas départements in the
// order in which the insets are drawn.
const (
	metropolis = iota
	guadeloupe
	martinique
	guyane
	reunion
	mayotte
	frames
)

// frameCentre is the origin of the local projection of each overseas frame.
var frameCentre = [frames]territory.LonLat{
	guadeloupe: {Lon: -61.5, Lat: 16.2}, martinique: {Lon: -61.0, Lat: 14.65}, guyane: {Lon: -53.1, Lat: 4.0},
	reunion: {Lon: 55.5, Lat: -21.1}, mayotte: {Lon: 45.15, Lat: -12.8},
}

// frameOf returns the frame of a position: the nearest overseas centre within
// four degrees, metropolitan France otherwise.
func frameOf(p territory.LonLat) int {
	best, near := metropolis, 4.0
	for f := guadeloupe; f < frames; f++ {
		if d := math.Hypot(p.Lon-frameCentre[f].Lon, p.Lat-frameCentre[f].Lat); d < near {
			best, near = f, d
		}
	}
	return best
}

// projector projects positions of the frame f: conic in metropolitan France,
// equirectangular around its centre overseas, where each is small.
func projector(f int) func(territory.LonLat) metres {
	if f == metropolis {
		return lambert93().project
	}
	o := frameCentre[f]
	metre := grsA * math.Pi / 180
	narrow := math.Cos(o.Lat * math.Pi / 180)
	return func(p territory.LonLat) metres {
		return metres{(p.Lon - o.Lon) * metre * narrow, (p.Lat - o.Lat) * metre}
	}
}

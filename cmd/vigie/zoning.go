package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"vigie/edition"
	"vigie/fault"
	"vigie/observatory"
	"vigie/territory"
)

// tellZonings lists the zonings imported.
func tellZonings(ctx context.Context, e *env, w *observatory.Walk, asJSON bool) error {
	all, _, err := w.Zonings(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(e.stdout).Encode(all)
	}
	for _, z := range all {
		fmt.Fprintf(e.stdout, "%s\t%s\t%d zones\t%s\t%s\n", z.Code, z.LabelFR, len(z.Zones), z.Producer, z.Part.FileName)
	}
	return nil
}

// tellZoning lists the zones of a zoning, or the communes of some of them with
// the line of the file that says so; with compose it keeps these as one composed
// territory and writes its address.
func tellZoning(ctx context.Context, e *env, w *observatory.Walk, code string, zones []string, compose, asJSON bool) error {
	all, now, err := w.Zonings(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(z edition.Zoning) bool { return z.Code == code })
	if i < 0 {
		return fault.NotFoundf("vigie territory --zonings les liste ; vigie import lit un fichier de zonages", "aucun zonage « %s » dans cet observatoire", code)
	}
	if len(zones) == 0 {
		return tellZones(e.stdout, &all[i], asJSON)
	}
	var found []*territory.Zone
	for _, asked := range zones {
		zone, ok := all[i].Zone(asked)
		if !ok {
			return fault.NotFoundf("vigie territory --zoning "+code+" les liste", "aucune zone « %s » dans le zonage « %s »", asked, code)
		}
		found = append(found, zone)
	}
	if compose {
		return composeZones(ctx, e, w, &all[i], found, now.Year)
	}
	if asJSON {
		return json.NewEncoder(e.stdout).Encode(found)
	}
	row, err := w.DB.Dataset(ctx, all[i].Part.Dataset)
	if err != nil {
		return err
	}
	var said observatory.Report
	if err := json.Unmarshal(row.Note, &said); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "code\tcommune\tzone\tligne de %s (%s)\n", row.FileName, row.File[:12])
	for _, zone := range found {
		for _, m := range zone.Members {
			fmt.Fprintf(e.stdout, "%s\t%s\t%s\t%s\n", m.Commune.Official(), now.Label(m.Commune), zone.Label, said.Place(int32(m.Line)))
		}
	}
	return nil
}

func tellZones(out io.Writer, z *edition.Zoning, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(z)
	}
	for _, zone := range z.Zones {
		fmt.Fprintf(out, "%s\t%s\tcommunes : %d\n", zone.Code, zone.Label, len(zone.Members))
	}
	return nil
}

// composeZones keeps the communes of zones as one composed territory.
func composeZones(ctx context.Context, e *env, w *observatory.Walk, z *edition.Zoning, zones []*territory.Zone, year int) error {
	name := ""
	if len(zones) == 1 {
		name = z.Name(zones[0])
	}
	var communes []territory.Code
	for _, zone := range zones {
		communes = append(communes, zone.Communes()...)
	}
	made, err := territory.Compose(name, year, communes)
	if err != nil {
		return err
	}
	if err := w.DB.PutComposed(ctx, made, w.Now); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s\tcommunes : %d\t/territoires/%s\n", made.Code, len(made.Communes), made.Code)
	return nil
}

// tellZoned counts what a file gives of each zoning.
func tellZoned(out io.Writer, said *observatory.Report) {
	for _, z := range said.Zonings {
		fmt.Fprintf(out, "zonage %s : %d zones, %d communes\n", z.Code, z.Zones, z.Communes)
	}
}

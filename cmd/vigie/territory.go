package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/territory"
)

// runTerritory says what became of codes, lists the events of a tier, or the
// zones of a zoning and their communes.
func runTerritory(ctx context.Context, e *env, args []string) error {
	f := flags(e, "territory", "[--dir DOSSIER] [--json] CODE… | --events ÉCHELON | --zonings | --zoning ZONAGE [--compose] [ZONE…]")
	c := configFlags(f)
	level := f.String("events", "", "`échelon` dont lister les événements entre les deux dernières géographies : commune, epci, departement ou region")
	zonings := f.Bool("zonings", false, "lister les zonages importés")
	zoning := f.String("zoning", "", "`zonage` dont lister les zones, ou les communes des zones nommées")
	compose := f.Bool("compose", false, "garder les communes de ces zones comme un territoire composé")
	asJSON := f.Bool("json", false, "écrire en JSON")
	codes, err := e.parse(f, args, 0, 1_000)
	if err != nil {
		return err
	}
	asked := 0
	for _, one := range []bool{*level != "", *zonings, *zoning != "", *zoning == "" && len(codes) > 0} {
		if one {
			asked++
		}
	}
	if asked != 1 || *compose && (*zoning == "" || len(codes) == 0) {
		f.Usage()
		return errUsage
	}
	if *level != "" && !slices.Contains(territory.Levels[1:], territory.Level(*level)) {
		return fault.Invalidf("écrivez commune, epci, departement ou region", "échelon « %s » inconnu", *level)
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	switch {
	case *zonings:
		return tellZonings(ctx, e, w, *asJSON)
	case *zoning != "":
		return tellZoning(ctx, e, w, *zoning, codes, *compose, *asJSON)
	}
	if *level != "" {
		from, to, events, err := w.Events(ctx, territory.Level(*level))
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(e.stdout).Encode(map[string]any{"from": from, "to": to, "events": events})
		}
		fmt.Fprintf(e.stdout, "de la géographie %d à %d : %d événements\n", from, to, len(events))
		for _, v := range events {
			fmt.Fprintf(e.stdout, "%s\t%s\t%s\t%s\t%s\t%s\n", v.Kind, v.Code, v.Label, v.NewLabel, joined(v.From), joined(v.To))
		}
		return nil
	}
	var all []territory.Code
	for _, code := range codes {
		all = append(all, territory.Code(code))
	}
	fates, err := w.Became(ctx, all)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(fates)
	}
	for _, f := range fates {
		fmt.Fprintln(e.stdout, f)
	}
	return nil
}

func joined(codes []territory.Code) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return strings.Join(out, " ")
}

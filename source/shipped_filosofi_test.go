package source

func init() {
	real = append(real,
		shipped{name: "filosofi_copie_departement", path: "derive-tiers/agg_dep.json.gz", rows: 8 * 96, totals: []total{
			{"niv_median_income", "DEP-75", "2019", 28_570, 0}, // the commune's, in the comparateur
			{"pau_poverty_rate", "DEP-75", "2019", 15, 0},
		}},
		shipped{name: "filosofi_copie_region", path: "derive-tiers/agg_reg.json.gz", rows: 8 * 14, totals: []total{
			{"niv_median_income", "REG-84", "2021", 23_800, 0}, // on the producer's page 7941411
			{"niv_median_income", "FR", "2021", 23_080, 0},
		}},
	)
}

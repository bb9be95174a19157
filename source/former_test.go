package source

import "testing"

// Observatories filled before keep descriptions of the first form.
func TestFormerDescription(t *testing.T) {
	d := parse(t, `name = "old"
title = "Essai"
producer = "Personne"
licence = "Aucune"
files = ["old.csv"]
[file]
encoding = "utf-8"
compression = "auto"
delimiter = ";"
decimal = ","
[territory]
levels = ["departement"]
vintage = 2026
[layout]
kind = "long"
[column]
territory = "où"
value = "valeur"
status = "statut"
[fixed]
indicator = "emp_unemployment_rate"
period = "2022"
[missing]
"-" = "S"
`)
	table, _, err := readText(t, d, "old.csv", "où;valeur;statut\nDEP-01;7,5;A\nDEP-02;-;S\n", smallEnv(t))
	if err != nil || table.Rows() != 2 || table.Columns[0].X[0] != 7.5 || table.Columns[0].Status[1] != 'S' {
		t.Errorf("%+v, %v", table, err)
	}
}

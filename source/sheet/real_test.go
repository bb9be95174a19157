package sheet_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"vigie/source/sheet"
)

// TestReal reads real files whole. The counts of the workbooks are those that
// a spreadsheet library gives, cell by cell.
func TestReal(t *testing.T) {
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	for _, c := range []struct {
		file                string
		sheets, rows, cells int
	}{
		{"drees-aide-sociale/minima-sociaux-donnees-departementales-par-dispositif.xlsx", 20, 0, 37233},
		{"elections/Presidentielle_2017_Resultats_Tour_2.xlsx", 5, 2809, 83300},
		{"insee-naissances/natality_2012.xlsx", 2, 294, 3301},
		{"communes-indicateurs/secheresse.xlsx", 1, 2031, 8124},
		{"insee-population/estim-pop-dep-sexe-aq-1975-2023.xls", 50, 0, 329418},
		{"ssmsi-delinquance/crime_2016_2024_departement.csv.gz", 1, 16363, 179993},
		{"drees-aide-sociale/ASDEPprevalaidessoc.csv.gz", 1, 2890, 34680},
		{"insee-comparateur/base_cc_comparateur_csv.zip", 2, 0, 0},
		{"derive-tiers/agg_reg.json.gz", 1, 15, 2175},
		{"sdmx/tests/INSEE/IPI-2010-A21.xml.gz", 1, 3231, 48465},
		{"sdmx/tests/ESTAT/demography-xs.xml", 1, 61, 549},
		{"sdmx/sdmx-json/agri.json", 1, 13, 156},
	} {
		h, err := os.Open(filepath.Join(dir, "data", filepath.FromSlash(c.file)))
		if os.IsNotExist(err) && os.Getenv("VIGIE_STRICT") != "1" {
			t.Skip("real files: the shared folder is not there")
		} else if err != nil {
			t.Fatal(err)
		}
		st, err := h.Stat()
		if err != nil {
			t.Fatal(err)
		}
		f, err := sheet.Open(filepath.Base(c.file), h, st.Size(), sheet.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		rows, cells := 0, 0
		for i := range f.Sheets() {
			if err := f.Rows(context.Background(), i, func(r sheet.Row) error {
				rows, cells = rows+1, cells+len(r.Cells)
				return nil
			}); err != nil {
				t.Errorf("%s: %v", c.file, err)
			}
		}
		if n := len(f.Sheets()); n != c.sheets || c.rows > 0 && rows != c.rows || c.cells > 0 && cells != c.cells {
			t.Errorf("%s: %d sheets, %d rows, %d cells, want %d, %d, %d", c.file, n, rows, cells, c.sheets, c.rows, c.cells)
		}
		h.Close()
	}
}

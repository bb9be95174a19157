package observatory_test

import (
	"fmt"
	"slices"
	"testing"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/report"
)

// alike are parts of which a like one is taken away.
var alike = []string{"departement", "epci", "vigie_starter_departement", "vigie_starter_epci", "published-items", "publications-fr"}

// TestLoadWithout takes one part after another away from an edition: it is then
// refused with a remedy, or every page still composes.
func TestLoadWithout(t *testing.T) {
	whole(t)
	whole := observatorytest.Content(t).Manifest
	small := *whole
	small.Parts = slices.DeleteFunc(slices.Clone(whole.Parts), func(p edition.Part) bool { return p.Name == "vigie_starter_commune" })
	for i, p := range small.Parts {
		if p.Role == edition.RoleTaxonomy || slices.Contains(alike, p.Name) || p.Role == edition.RoleTerritory && p.Name != "epci-2021" {
			continue
		}
		t.Run(p.Role+" "+p.Name, func(t *testing.T) {
			m := small
			m.Parts = slices.Delete(slices.Clone(small.Parts), i, i+1)
			c, err := observatory.Read(t.Context(), observatorytest.DB(t), &m)
			if err != nil {
				if fault.Do(err) == "" {
					t.Errorf("%v: no remedy", err)
				}
				t.Log(err, "; à faire :", fault.Do(err))
				return
			}
			if err := compose(c); err != nil {
				t.Error(err)
			}
		})
	}
}

// compose composes one page of each kind.
func compose(c *edition.Content) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a page panics: %v", r)
		}
	}()
	r := report.Request{Lang: lang.FR, Path: "/"}
	for _, f := range []func(*edition.Content, report.Request) (report.Document, error){report.Home, report.TerritoryList, report.DomainList, report.IndicatorList,
		report.Publications, report.Methods, report.Data} {
		if _, err := f(c, r); err != nil {
			return err
		}
	}
	if _, err := report.Territory(c, r, "DEP-08"); err != nil {
		return err
	}
	if _, err := report.Printed(c, r, "FR"); err != nil {
		return err
	}
	if _, err := report.Domain(c, r, "EMP"); err != nil {
		return err
	}
	_, err = report.Indicator(c, r, "emp_unemployment_rate")
	return err
}

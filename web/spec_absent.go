package web

import (
	"net/http"

	"vigie/fragility"
	"vigie/lang"
)

// absentTable lists the indicators of a specification that a tier does without.
func absentTable(r *http.Request, v *visitor, caption string, rows []fragility.Absent) *deskTable {
	return tableFor(r, v, caption, v.T("spec.try_all"), rows, []deskColumn[fragility.Absent]{
		{Label: v.T("spec.indicator"), Cell: func(a fragility.Absent) deskCell { return deskCell{Text: string(a.Indicator), Small: a.Domain} }},
		{Label: v.T("spec.why"), Cell: func(a fragility.Absent) deskCell {
			c := deskCell{Text: v.T("spec.absent." + string(a.Why))}
			if a.Why == fragility.Thin {
				c.Small = v.T("spec.absent_thin", "period", a.Period, "share", lang.Percent(v.l, 100*a.Share, 0))
			}
			return c
		}},
	})
}

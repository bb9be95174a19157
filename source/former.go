package source

import "vigie/territory"

// formerDescription is the first form of a description: one long table. The
// observatories that were filled under it keep such texts, which editions and
// traces read for ever.
type formerDescription struct {
	Name, Title, Producer, Licence, Page string
	Files                                []string
	File                                 struct{ Format, Encoding, Compression, Delimiter, Decimal string }
	Territory                            struct {
		Levels  []territory.Level
		Vintage int
	}
	Layout          struct{ Kind string }
	Column          formerColumns
	Fixed           struct{ Indicator, Period string }
	Status, Missing map[string]string
	Keep            struct{ Indicators []string }
}

type formerColumns struct {
	Indicator, Territory, Period, Value, Status string
	Ignore                                      []string
}

// today returns the description of the present form that reads the same.
func (f *formerDescription) today() *Description {
	d := &Description{Name: f.Name, Title: f.Title, Producer: f.Producer, Licence: f.Licence, Page: f.Page, Files: f.Files,
		Levels: f.Territory.Levels, Vintage: f.Territory.Vintage, Marks: f.Missing, Status: f.Status, Keep: Keep{Series: f.Keep.Indicators}}
	d.File = File{Format: "csv", Encoding: firstOf(f.File.Encoding, "utf-8"), Delimiter: firstOf(f.File.Delimiter, ","), Decimal: f.File.Decimal}
	t := Table{Territory: Place{Column: f.Column.Territory, Form: "vigie"}, Period: Period{Column: f.Column.Period, Fixed: f.Fixed.Period},
		Value: Value{Column: f.Column.Value, Status: f.Column.Status, Indicator: f.Column.Indicator}}
	if f.Fixed.Indicator != "" {
		t.Series = []Series{{Code: f.Fixed.Indicator, Column: f.Column.Value, Status: f.Column.Status}}
		t.Value = Value{}
	}
	d.Tables = []Table{t}
	return d
}

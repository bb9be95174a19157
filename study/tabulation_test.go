package study_test

import (
	"bytes"
	"testing"

	"vigie/lang"
	"vigie/study"
)

func TestTabulationSame(t *testing.T) {
	made := &study.Tabulation{Wave: "W-2021", Audience: "citizens", Items: []study.ItemTable{{
		Item: study.Item{Code: "trust", Kind: "score", Wording: study.Words{FR: "Confiance <de 0 à 10>"}},
		Tables: []study.Table{{Columns: []study.Column{{Base: 40, Cells: []study.Cell{
			{Line: study.MeanLine, Value: 6.5, SE: 0.2, Low: 6.1, High: 6.9}, {Line: "9", Percent: true, Secret: true},
		}}}}},
	}}}
	once, err := made.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := study.DecodeTabulation(once)
	if err != nil {
		t.Fatal(err)
	}
	again, err := read.Encode()
	if err != nil || !bytes.Equal(once, again) {
		t.Errorf("written again: %s, %v; want %s", again, err, once)
	}
	item, ok := read.Item("trust")
	if !ok {
		t.Fatal("no item")
	}
	table, ok := item.By("")
	if !ok {
		t.Fatal("no table of everybody")
	}
	if c, ok := table.Columns[0].Cell(study.MeanLine); !ok || c.Value != 6.5 {
		t.Errorf("mean = %+v, %v", c, ok)
	}
	if _, ok := table.Columns[0].Cell("8"); ok {
		t.Error("a line that nobody wrote is found")
	}
	if got := item.Wording.In(lang.EN); got != item.Wording.FR {
		t.Errorf("English wording = %q; want the French when there is none", got)
	}
	if _, err := study.DecodeTabulation([]byte(`{"wave":"W","inconnu":1}`)); err == nil {
		t.Error("an unknown field is passed over")
	}
}

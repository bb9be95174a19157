package dataset

import (
	"bytes"
	"strconv"
)

// Long writes the table as CSV, one observation a row, in the columns
// indicator, territory, period, value, status; a value is the shortest text
// that reads back to it, empty where the status has none.
func (t *Table) Long() []byte {
	var b bytes.Buffer
	b.WriteString("indicator,territory,period,value,status\n")
	for i := range t.Columns {
		c := &t.Columns[i]
		for k := range c.X {
			b.WriteString(string(c.Indicator) + "," + string(c.Territory[k]) + "," + c.Period + ",")
			if c.Status[k].HasValue() {
				b.Write(strconv.AppendFloat(b.AvailableBuffer(), c.X[k], 'f', -1, 64))
			}
			b.WriteByte(',')
			b.WriteByte(byte(c.Status[k]))
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

package sheet

import "vigie/fault"

// book opens a part in its format.
func (p *part) book(format string, o Options) (book, error) {
	switch format {
	case formatCSV:
		return newText(p, o)
	case formatXLSX:
		return newWorkbook(p)
	case formatXLS:
		return newBinaryBook(p)
	case formatJSON:
		return newTree(p, o)
	case formatSDMXML:
		return newMessage(p)
	case formatSDMXJSON:
		return newCube(p)
	}
	return nil, fault.Invalidf("enregistrez-le en csv", "%s : format %s non lu", p.where(), format)
}

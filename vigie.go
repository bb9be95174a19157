// Package vigie is the engine of an observatory of alliances for the common
// good: public files become the published pages and reports of territories,
// and every number can be walked back to its bytes.
//
// The tree is its table of contents, lowest first:
//
//	fault        the one error vocabulary
//	lang         messages in French and English, French numbers and dates
//	taxonomy     versioned reference lists: domains, profiles, impacts
//	territory    regions, départements, EPCI, communes, by vintage
//	indicator    what a column means: domain, unit, direction, source
//	dataset      an immutable table of observations with its provenance
//	fragility    from columns to indices with their uncertainty
//	study        published figures of studies
//	edition      what the public sees: a frozen, numbered set of results
//	report       the outline of a page or a report; no rendering
//	stat         statistics: pure functions on slices and matrices
//	source       bytes to columns, by declarative readers
//	render       charts, exports and PDF
//	store        the database and the bucket of artifacts
//	observatory  the walk: import, compute, publish, render
//	web          the site
//	cmd/vigie    one file per verb
package vigie

// Version is the version of the program, recorded with what it computes.
const Version = "0.1.0-dev"

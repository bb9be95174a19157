// Package vigie is the engine of an observatory of alliances for the common
// good: public files become the published pages and reports of territories,
// and every number can be walked back to its bytes.
//
// The tree is its table of contents. What we observe, plain types and pure
// rules:
//
//	taxonomy         reference lists by version: domains, profiles, impacts
//	territory        regions, départements, EPCI, communes, by vintage
//	indicator        what a column means: domain, unit, direction, source
//	dataset          an immutable table of observations with its provenance
//	index            a composite index as data: specification, table, result
//	fragility        from columns to indices with their uncertainty
//	estimate         an analysis of answers: design, preparation, estimates
//	study            published results of studies, publications
//	casestudy        practices that inspire: record, life, search, matching
//	edition          what the public sees: a frozen, numbered set of results
//	report           what a page or a report says: sections, figures, tables
//	account          people, roles, what each may do
//	journal          who did what, when: entries that are only ever added
//	lang             messages in French and English, French numbers and dates
//	place            where the keys of a specification stand
//	fault            the one error vocabulary
//
// How we compute, functions from slices to numbers:
//
//	stat/survey      estimates from a sample design, calibration, tests
//	stat/descr       moments, quantiles, missing values
//	stat/smallarea   areas too small for their own sample, and when not to publish
//	stat/cluster     groups of alike units: trees, k-means, silhouettes
//	stat/spatial     neighbours, autocorrelation, local clusters, rates, regions
//	stat/text        French words, distances of spelling, how alike two texts are
//	stat/composite   treat, normalise, aggregate, rank; sensitivity and inference of ranks
//	stat/agreement   how far coders of the same units agree: kappa, alpha
//	stat/trend       bursts in yearly counts
//	stat/disclosure  sensitive cells and what goes with them; cell keys, rounding
//
// The machine room, in the order of the walk:
//
//	data             embedded content: starter figures, lists, specifications
//	doc              the guides that the back office shows, embedded
//	source/sheet     files of any format to sheets of rows of cells
//	source/sav       SPSS system files, read and written
//	source           bytes to columns, by declarative descriptions
//	source/fetch     a file from an address of the web, and from nowhere else
//	source/microdata  files of answers of any format to the frame of a survey
//	source/detect    a description proposed for an unknown file
//	render/chart     figures to SVG
//	render/export    documents to CSV and JSON
//	render/pdf       documents to tagged PDF
//	mail             letters to a mail server, or to a folder
//	job              work behind the pages: taken, held, settled
//	store            the database and the bucket of artifacts
//	conformance      reference cases run through the engines
//	observatory      the walk: import, compute, publish, render, trace
//	web              the site; routes.go is its map
//	cmd/vigie        one file per verb
package vigie

// Version is the version of the program, recorded with what it computes.
const Version = "0.1.0-dev"

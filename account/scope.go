package account

import (
	"slices"
	"strings"

	"vigie/fault"
)

// Scope is what a program may do with a token, within what its person may.
type Scope string

// The scopes.
const (
	ScopeRead    Scope = "read"    // look at the work in progress
	ScopeImport  Scope = "import"  // describe sources, send and keep files
	ScopeText    Scope = "text"    // texts, publications, reference lists
	ScopeCase    Scope = "case"    // bring cases, change them, hand them in, say that they are still true
	ScopeCompute Scope = "compute" // specifications and computations
	ScopePropose Scope = "propose" // propose an edition, take the proposal back
)

// Scopes lists the scopes that a token can have, with their actions. Nothing
// that asks for a recent sign-in or for people is in any: approving, granting,
// erasing are done by a person.
var Scopes = map[Scope][]Action{
	ScopeRead: {
		ReadDesk, ReadSource, ReadDelivery, ReadDataset, ExportDataset, ReadText, ReadTaxonomy, ReadSpec, ReadRun, PreviewEdition, ReadCase,
	},
	ScopeImport:  {WriteSource, SendDelivery, KeepDelivery, DiscardDelivery, WithdrawDataset},
	ScopeText:    {WriteText, WriteTaxonomy, CorrectEdition},
	ScopeCase:    {ImportCase, WriteCase, SubmitCase, ConfirmCase},
	ScopeCompute: {WriteSpec, Compute, RetryRun, CancelRun},
	ScopePropose: {ProposeEdition, WithdrawProposal},
}

// ParseScopes reads a list of scopes, each parted from the next by a comma or a
// space; sorted, each once.
//
// Error: Invalid for a word that is no scope, and for none at all.
func ParseScopes(s string) ([]Scope, error) {
	var list []Scope
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if _, known := Scopes[Scope(word)]; !known {
			return nil, fault.Invalidf("choisissez parmi read, import, text, case, compute et propose", "« %s » n’est pas une portée de jeton", word)
		}
		list = append(list, Scope(word))
	}
	if len(list) == 0 {
		return nil, fault.Invalidf("choisissez parmi read, import, text, case, compute et propose", "jeton sans portée")
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// Program is a program that a person has given a token.
type Program struct {
	Person Person
	Token  string // identifier of the token
	Factor bool   // the person has a second factor
	Scopes []Scope
}

// May reports whether the program may do the action on the object: what
// everyone may, or what one of its scopes covers and its person may. A disabled
// person's programs may only what everyone may.
func (p *Program) May(a Action, o Object) bool {
	nobody := Person{}
	if nobody.May(a, o) {
		return true
	}
	covered := slices.ContainsFunc(p.Scopes, func(s Scope) bool { return slices.Contains(Scopes[s], a) })
	return covered && p.Person.May(a, o)
}

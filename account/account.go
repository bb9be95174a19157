// Package account says who works in an observatory and what each may do:
// persons, roles within a territory or a network, and the one matrix of role,
// action and state that every route obeys.
//
// It stores nothing, sends nothing and asks no clock: instants and randomness
// are arguments. Start with Matrix in matrix.go, then Person.May.
package account

import (
	"slices"
	"time"
)

// Role is what a person is in the observatory.
type Role string

// The roles. Nobody is the visitor without an account, whose rights everyone
// has; Member is whoever has an account, with or without a role granted.
const (
	Nobody        Role = "nobody"
	Member        Role = "member"
	Reader        Role = "reader"        // sees work in progress
	Contributor   Role = "contributor"   // sends files, for a territory or a network
	Editor        Role = "editor"        // writes texts, publications, errata
	Analyst       Role = "analyst"       // sources, imports, specifications, computations; proposes editions
	Publisher     Role = "publisher"     // approves what somebody else proposes
	Administrator Role = "administrator" // people, settings, journal
)

// Roles lists the roles that can be granted.
var Roles = [...]Role{Reader, Contributor, Editor, Analyst, Publisher, Administrator}

// Grant is a role held within a scope: a territory's code (REG-76), a network
// ("reseau:NOM"), or "" for the whole observatory.
type Grant struct {
	Role  Role   `json:"role"`
	Scope string `json:"scope,omitempty"`
}

// Person is somebody with an account. The zero Person is nobody.
type Person struct {
	ID       string // random, never reused; the journal knows nothing else of a person
	Mail     string // lower case
	Name     string
	Lang     string // fr or en
	Grants   []Grant
	Disabled bool
	Created  time.Time
}

// Object is what an action is about, as far as rights go: its state, and the
// scopes that it lies in, its own and those that contain it (a département, its
// region). No scope: only grants for the whole observatory reach it.
type Object struct {
	State  State
	Scopes []string
	By     string // the person who made or proposed it, "" when it does not matter
}

// May reports whether the person may do the action on the object.
func (p *Person) May(a Action, o Object) bool {
	if allowed(Nobody, a, o.State) {
		return true
	}
	if p.ID == "" || p.Disabled {
		return false
	}
	r, known := Matrix[a]
	if !known || r.Another && o.By == p.ID {
		return false
	}
	return allowed(Member, a, o.State) || slices.ContainsFunc(p.Grants, func(g Grant) bool {
		return allowed(g.Role, a, o.State) && (g.Scope == "" || slices.Contains(o.Scopes, g.Scope))
	})
}

// MayAnywhere reports whether the person may do the action on some object: what
// a menu or a list asks, never what guards an object.
func (p *Person) MayAnywhere(a Action) bool {
	r, known := Matrix[a]
	if !known {
		return false
	}
	if slices.Contains(r.Roles, Nobody) {
		return true
	}
	if p.ID == "" || p.Disabled {
		return false
	}
	return slices.Contains(r.Roles, Member) || slices.ContainsFunc(p.Grants, func(g Grant) bool { return slices.Contains(r.Roles, g.Role) })
}

func allowed(role Role, a Action, s State) bool {
	r, known := Matrix[a]
	return known && slices.Contains(r.Roles, role) && slices.Contains(r.States, s)
}

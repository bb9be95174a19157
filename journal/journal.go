// Package journal is the observatory's log of acts: who did what to which
// object, when, what it was before and after. Entries are only ever added, and
// each carries the hash of the one before, so that a change anywhere shows.
//
// No entry names a person otherwise than by an identifier: an account can be
// erased, the journal stays. Start with Act and Chain.
package journal

import (
	"encoding/json"
	"strings"
	"time"
)

// Actor is who acts: PersonActor, TokenActor, LocalActor, LinkActor, Visitor or
// System.
type Actor string

// System acts by itself: a mail sent again, an embargo that ends.
const System Actor = "system"

// Visitor is a reader without an account.
const Visitor Actor = "visitor"

// LinkActor is somebody without an account who has a secret link, by the
// identifier of the link.
func LinkActor(id string) Actor { return Actor("link:" + id) }

// PersonActor is a person signed in, by the identifier of the account.
func PersonActor(id string) Actor { return Actor("person:" + id) }

// LocalActor is somebody at the command line of the machine, by the name of the
// system's account.
func LocalActor(name string) Actor { return Actor("local:" + name) }

// TokenActor is a program that a person has given a token.
func TokenActor(person, token string) Actor { return Actor("token:" + person + "/" + token) }

// Person is the identifier of the person who acts, by themselves or by a
// program of theirs, "" for anyone else.
func (a Actor) Person() string {
	if id, ok := strings.CutPrefix(string(a), "person:"); ok {
		return id
	}
	if rest, ok := strings.CutPrefix(string(a), "token:"); ok {
		id, _, _ := strings.Cut(rest, "/")
		return id
	}
	return ""
}

// Act is something done, to be entered in the journal with it. Object is a noun
// and an identifier, edition:2026-1. Before and After are JSON, without secret
// or personal data, nil when there is nothing to say.
type Act struct {
	Actor  Actor           `json:"actor"`
	Action string          `json:"action"` // of account.Action, or a verb of its own
	Object string          `json:"object"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Entry is an act in its place in the journal.
type Entry struct {
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"` // UTC, to the second
	Act
	Previous string `json:"previous"` // hash of the entry before, "" for the first
	Hash     string `json:"hash"`
}

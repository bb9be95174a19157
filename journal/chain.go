package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"vigie/fault"
)

// Head is the last entry of a journal; the zero Head is that of an empty one.
// Noted elsewhere, it shows later that nothing before it was cut or rewritten.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// String writes a head as ParseHead reads it, 12:9f86….
func (h Head) String() string { return strconv.FormatInt(h.Seq, 10) + ":" + h.Hash }

// ParseHead reads what String writes.
//
// Error: Invalid.
func ParseHead(s string) (Head, error) {
	number, hash, ok := strings.Cut(s, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	if _, bad := hex.DecodeString(hash); !ok || err != nil || seq < 1 || bad != nil || len(hash) != 2*sha256.Size {
		return Head{}, fault.Invalidf("recopiez la tête telle que « vigie journal verify » l’écrit, NUMÉRO:EMPREINTE",
			"« %s » n’est pas une tête de journal", s)
	}
	return Head{seq, strings.ToLower(hash)}, nil
}

// Head is that of a journal which ends with the entry.
func (e Entry) Head() Head { return Head{e.Seq, e.Hash} }

// Check refuses an act that says not who, what or to what, or whose Before or
// After is no JSON.
//
// Error: Internal: only the program makes acts.
func (a *Act) Check() error {
	for _, text := range []string{string(a.Actor), a.Action, a.Object} {
		if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '\uFFFD' }) {
			return &fault.Error{What: fmt.Sprintf("acte « %s » sur « %s » par « %s » : inscription impossible au journal", a.Action, a.Object, a.Actor),
				Do: "signalez ce défaut"}
		}
	}
	for _, doc := range []json.RawMessage{a.Before, a.After} {
		if len(doc) > 0 && !json.Valid(doc) {
			return &fault.Error{What: "acte « " + a.Action + " » : l’avant ou l’après n’est pas du JSON", Do: "signalez ce défaut"}
		}
	}
	return nil
}

// Next is the entry of an act after the head of a journal. Before and After
// are compacted; the instant is kept in UTC, to the second.
func Next(h Head, at time.Time, a Act) Entry {
	a.Before, a.After = compact(a.Before), compact(a.After)
	e := Entry{Seq: h.Seq + 1, At: at.UTC().Truncate(time.Second), Act: a, Previous: h.Hash}
	e.Hash = e.sum()
	return e
}

func compact(doc json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if err := json.Compact(&b, doc); err != nil || b.Len() == 0 {
		return nil
	}
	return b.Bytes()
}

// sum is the SHA-256 of the entry's fields, each with its length before it, the
// hash of the entry before among them.
func (e *Entry) sum() string {
	h := sha256.New()
	for _, field := range []string{"vigie journal 1", strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339Nano), string(e.Actor),
		e.Action, e.Object, string(e.Before), string(e.After), e.Previous} {
		fmt.Fprintf(h, "%d:%s\n", len(field), field)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// How says what is wrong with a journal.
type How string

// The ways in which a chain is broken.
const (
	Changed   How = "changed"   // the entry is not what its hash says
	Missing   How = "missing"   // the entry is not there, later ones are
	Reordered How = "reordered" // the entry stands at another place
	Doubled   How = "doubled"   // the number of the entry comes again
	Detached  How = "detached"  // the entry does not follow the one before: one of the two was replaced
	Truncated How = "truncated" // the entry and all later ones are gone
	Rewritten How = "rewritten" // the entry is not the one that a head noted elsewhere names
	Surplus   How = "surplus"   // the entry came after the last one that was entered
)

var howFrench = map[How]string{
	Changed: "elle a été modifiée", Missing: "elle manque", Reordered: "elle n’est pas à sa place", Doubled: "son numéro revient deux fois",
	Detached: "elle ne suit pas la précédente : l’une des deux a été remplacée", Truncated: "elle manque, comme toutes les suivantes",
	Rewritten: "ce n’est pas celle que désigne la tête donnée", Surplus: "elle a été ajoutée hors du journal",
}

// Break is the first entry at which a journal is broken, and how.
type Break struct {
	Seq int64
	How How
}

// Error names the entry.
func (b *Break) Error() string {
	return fmt.Sprintf("journal : entrée %d : %s", b.Seq, howFrench[b.How])
}

// Fault is the break as a fault, with its remedy.
func (b *Break) Fault() *fault.Error {
	return &fault.Error{What: b.Error(), Do: "comparez avec une sauvegarde du journal, et cherchez qui a écrit dans la base"}
}

// Verify reads a whole journal in the order in which it stands, from its first
// entry, and returns its head. Each of the stated heads must be found in it.
//
// Error: a *Break that names the first broken entry; an error of entries.
func Verify(entries iter.Seq2[Entry, error], stated ...Head) (Head, error) {
	var last Head
	var gap *Break // a missing entry, as long as it may still come
	for e, err := range entries {
		if err != nil {
			return last, err
		}
		if gap != nil {
			if e.Seq == gap.Seq {
				return last, &Break{gap.Seq, Reordered}
			}
			continue
		}
		switch how := e.follows(last); how {
		case "":
		case Missing:
			gap = &Break{last.Seq + 1, Missing}
			continue
		default:
			return last, &Break{e.Seq, how}
		}
		for _, h := range stated {
			if h.Seq == e.Seq && h.Hash != e.Hash {
				return last, &Break{e.Seq, Rewritten}
			}
		}
		last = e.Head()
	}
	if gap != nil {
		return last, gap
	}
	for _, h := range stated {
		if h.Seq > last.Seq {
			return last, &Break{last.Seq + 1, Truncated}
		}
	}
	return last, nil
}

// follows says what is wrong with an entry after the last good one, "" if
// nothing is.
func (e *Entry) follows(last Head) How {
	switch {
	case e.Seq > last.Seq+1:
		return Missing
	case e.Seq <= last.Seq:
		return Doubled
	case e.sum() != e.Hash:
		return Changed
	case e.Previous != last.Hash:
		return Detached
	}
	return ""
}

package casestudy

import "time"

// State is where a case stands in its editorial life.
type State string

// The states: written by its author; handed in; being read by an editor; shown
// to all; shown, with a word that it is to be brought up to date; withdrawn from
// the base, its address still answered; made one with another, to which its
// address leads.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	InReview  State = "in_review"
	Published State = "published"
	ToUpdate  State = "to_update"
	Archived  State = "archived"
	Merged    State = "merged"
)

// Public reports whether readers see a case in this state.
func (s State) Public() bool { return s == Published || s == ToUpdate }

// Entry is a case as readers see it: its published record and the editorial
// facts beside it. An archived or merged case keeps an entry without a record.
type Entry struct {
	ID          string    `json:"id"`   // permanent, never given again
	Slug        string    `json:"slug"` // its address, permanent too
	State       State     `json:"state"`
	Version     int       `json:"version"` // of the record, 1-based
	Record      Record    `json:"record,omitzero"`
	Network     string    `json:"network,omitempty"`     // who brought it: ANPP, METI, RNMA…; "" for ours
	ExternalID  string    `json:"external_id,omitempty"` // its name there
	PublishedAt time.Time `json:"published_at,omitzero"`
	ChangedAt   time.Time `json:"changed_at,omitzero"`  // last change of what the public sees
	ReviewedAt  time.Time `json:"reviewed_at,omitzero"` // zero: no editor has read it yet, « à relire »
	ReviewDue   string    `json:"review_due,omitempty"` // ISO date of the next « toujours vrai ? »
	MergedInto  string    `json:"merged_into,omitempty"`
	Reason      string    `json:"reason,omitempty"` // why archived, for readers
}

// Reviewed reports whether an editor has read the case.
func (e *Entry) Reviewed() bool { return !e.ReviewedAt.IsZero() }

package account

// Action is something that is done, a noun and a verb.
type Action string

// State is that of the object of an action, None when it has none.
type State string

// The states. A delivery is a file that somebody sends: looked at, then kept
// as a dataset, perhaps withdrawn. An edition is proposed by one person,
// approved by another, under embargo until it is public, superseded one day.
const (
	None       State = ""
	Sent       State = "sent"
	Kept       State = "kept"
	Withdrawn  State = "withdrawn"
	Draft      State = "draft"
	Proposed   State = "proposed"
	Refused    State = "refused"
	Embargoed  State = "embargoed"
	Public     State = "public"
	Superseded State = "superseded"

	// Those of a case study, with Draft; see casestudy.State.
	Submitted State = "submitted"
	InReview  State = "in_review"
	Published State = "published"
	ToUpdate  State = "to_update"
	Archived  State = "archived"
	Merged    State = "merged"

	// Those of a survey, with Draft and Withdrawn: tabulated, then let into the
	// next edition.
	Checked  State = "checked"
	Approved State = "approved"
)

// The actions.
const (
	ReadPublic       Action = "public.read"
	ComposeTerritory Action = "territory.compose"
	SignIn           Action = "session.open"

	ManageOwn Action = "account.manage" // one's own
	ReadDesk  Action = "desk.read"

	ReadSource       Action = "source.read"
	WriteSource      Action = "source.write"
	SendDelivery     Action = "delivery.send"
	ReadDelivery     Action = "delivery.read"
	KeepDelivery     Action = "delivery.keep"
	DiscardDelivery  Action = "delivery.discard"
	ReadDataset      Action = "dataset.read"
	ExportDataset    Action = "dataset.export"
	WithdrawDataset  Action = "dataset.withdraw"
	ReadText         Action = "text.read" // published figures and publications of others
	WriteText        Action = "text.write"
	ReadTaxonomy     Action = "taxonomy.read"
	WriteTaxonomy    Action = "taxonomy.write"
	ReadSpec         Action = "spec.read"
	WriteSpec        Action = "spec.write"
	Compute          Action = "index.compute"
	ReadRun          Action = "run.read"
	RetryRun         Action = "run.retry"
	CancelRun        Action = "run.cancel"
	PreviewEdition   Action = "edition.preview"
	ProposeEdition   Action = "edition.propose"
	WithdrawProposal Action = "edition.withdraw"
	ApproveEdition   Action = "edition.approve"
	CorrectEdition   Action = "edition.correct" // an erratum

	ReadCase         Action = "case.read"
	WriteCase        Action = "case.write"   // of what is shown: a version that waits
	CorrectCase      Action = "case.correct" // what somebody has handed in
	SubmitCase       Action = "case.submit"
	ReviewCase       Action = "case.review" // take, annotate, send back
	PublishCase      Action = "case.publish"
	ConfirmCase      Action = "case.confirm" // still true
	FlagCase         Action = "case.flag"    // to bring up to date
	ArchiveCase      Action = "case.archive" // or bring back
	MergeCase        Action = "case.merge"
	ProposeAmendment Action = "case.propose"    // an amendment, by anybody
	ContributeCase   Action = "case.contribute" // by a secret link, without an account
	AmendCase        Action = "case.amend"      // merge or refuse an amendment
	CodeCase         Action = "case.code"       // mark passages
	LinkCase         Action = "case.link"       // secret links to contribute by
	ImportCase       Action = "case.import"     // many at once

	ReadSurvey     Action = "survey.read"  // what may be published, never the answers
	WriteSurvey    Action = "survey.write" // bring answers and a plan
	TabulateSurvey Action = "survey.tabulate"
	ApproveSurvey  Action = "survey.approve"
	WithdrawSurvey Action = "survey.withdraw"
	ExportSurvey   Action = "survey.export" // the answers themselves

	ReadPerson   Action = "person.read"
	ExportPerson Action = "person.export"
	InvitePerson Action = "person.invite"
	WritePerson  Action = "person.write" // the name and the address of somebody else
	GrantRole    Action = "person.grant"
	ErasePerson  Action = "person.erase"
	ReadMail     Action = "mail.read"
	ResendMail   Action = "mail.resend"
	ReadJournal  Action = "journal.read"
	ReadSetting  Action = "setting.read"
	Examine      Action = "setting.examine" // the journal, or the whole observatory
)

// Rule is one line of the matrix: the roles that may do an action, on an object
// in one of the states. Another asks for somebody else than who proposed the
// object: two persons. Recent asks to sign in again when that was long ago.
type Rule struct {
	Roles   []Role
	States  []State
	Another bool
	Recent  bool
}

var (
	everyone  = []Role{Nobody, Member, Reader, Contributor, Editor, Analyst, Publisher, Administrator}
	members   = everyone[1:]
	workers   = everyone[2:]
	stateless = []State{None}

	shown  = []State{Published, ToUpdate}
	inBase = []State{Draft, Submitted, InReview, Published, ToUpdate}
)

// Matrix is the one written matrix: what is not in it is refused.
var Matrix = map[Action]Rule{
	ReadPublic:       {Roles: everyone, States: []State{None, Public, Superseded}},
	ComposeTerritory: {Roles: everyone, States: stateless},
	SignIn:           {Roles: everyone, States: stateless},

	ManageOwn: {Roles: members, States: stateless},
	ReadDesk:  {Roles: members, States: stateless},

	ReadSource:       {Roles: workers, States: stateless},
	WriteSource:      {Roles: []Role{Analyst}, States: stateless},
	SendDelivery:     {Roles: []Role{Contributor, Editor, Analyst}, States: stateless},
	ReadDelivery:     {Roles: []Role{Contributor, Editor, Analyst, Publisher}, States: []State{None, Sent, Kept, Withdrawn}},
	KeepDelivery:     {Roles: []Role{Analyst}, States: []State{Sent}},
	DiscardDelivery:  {Roles: []Role{Contributor, Editor, Analyst}, States: []State{Sent}},
	ReadDataset:      {Roles: []Role{Reader, Editor, Analyst, Publisher}, States: []State{None, Kept, Withdrawn}},
	ExportDataset:    {Roles: []Role{Analyst, Publisher}, States: []State{Kept, Withdrawn}},
	WithdrawDataset:  {Roles: []Role{Analyst}, States: []State{Kept, Withdrawn}},
	ReadText:         {Roles: []Role{Reader, Editor, Analyst, Publisher}, States: stateless},
	WriteText:        {Roles: []Role{Editor, Analyst}, States: stateless},
	ReadTaxonomy:     {Roles: workers, States: stateless},
	WriteTaxonomy:    {Roles: []Role{Editor, Analyst}, States: stateless},
	ReadSpec:         {Roles: []Role{Reader, Editor, Analyst, Publisher}, States: []State{None, Draft, Kept}},
	WriteSpec:        {Roles: []Role{Analyst}, States: []State{None, Draft, Kept}},
	Compute:          {Roles: []Role{Analyst}, States: stateless},
	RetryRun:         {Roles: []Role{Analyst, Publisher, Administrator}, States: stateless},
	CancelRun:        {Roles: []Role{Analyst, Publisher, Administrator}, States: stateless},
	ReadRun:          {Roles: []Role{Editor, Analyst, Publisher, Administrator}, States: stateless},
	PreviewEdition:   {Roles: []Role{Reader, Editor, Analyst, Publisher}, States: []State{None, Proposed, Refused, Withdrawn, Embargoed, Public, Superseded}},
	ProposeEdition:   {Roles: []Role{Analyst, Publisher}, States: stateless},
	WithdrawProposal: {Roles: []Role{Analyst, Publisher}, States: []State{Proposed, Embargoed}}, // under embargo: recalled
	ApproveEdition:   {Roles: []Role{Publisher}, States: []State{Proposed}, Another: true, Recent: true},
	CorrectEdition:   {Roles: []Role{Editor, Analyst, Publisher}, States: []State{Public, Superseded}},

	ReadCase:         {Roles: []Role{Reader, Contributor, Editor, Analyst, Publisher}, States: append([]State{None, Archived, Merged}, inBase...)},
	WriteCase:        {Roles: []Role{Contributor, Editor}, States: []State{None, Draft, Published, ToUpdate}},
	CorrectCase:      {Roles: []Role{Editor}, States: []State{Submitted, InReview}},
	SubmitCase:       {Roles: []Role{Contributor, Editor}, States: []State{Draft}},
	ReviewCase:       {Roles: []Role{Editor}, States: []State{Submitted, InReview}, Another: true},
	PublishCase:      {Roles: []Role{Editor, Publisher}, States: []State{InReview, Published, ToUpdate}, Another: true},
	ConfirmCase:      {Roles: []Role{Contributor, Editor}, States: shown},
	FlagCase:         {Roles: []Role{Editor}, States: shown},
	ArchiveCase:      {Roles: []Role{Editor}, States: append([]State{Archived}, inBase...)},
	MergeCase:        {Roles: []Role{Editor}, States: inBase},
	ProposeAmendment: {Roles: everyone, States: shown},
	ContributeCase:   {Roles: everyone, States: stateless},
	AmendCase:        {Roles: []Role{Editor}, States: shown},
	CodeCase:         {Roles: []Role{Editor, Analyst}, States: shown},
	LinkCase:         {Roles: []Role{Editor}, States: stateless},
	ImportCase:       {Roles: []Role{Contributor, Editor}, States: stateless},

	ReadSurvey:     {Roles: []Role{Analyst, Publisher}, States: []State{None, Draft, Checked, Approved, Withdrawn}},
	WriteSurvey:    {Roles: []Role{Analyst}, States: stateless},
	TabulateSurvey: {Roles: []Role{Analyst}, States: []State{Draft, Checked}},
	ApproveSurvey:  {Roles: []Role{Publisher}, States: []State{Checked}, Another: true, Recent: true},
	WithdrawSurvey: {Roles: []Role{Analyst, Publisher}, States: []State{Draft, Checked, Approved}},
	ExportSurvey:   {Roles: []Role{Analyst}, States: []State{Draft, Checked, Approved, Withdrawn}, Recent: true},

	ReadPerson:   {Roles: []Role{Administrator}, States: stateless},
	ExportPerson: {Roles: []Role{Administrator}, States: stateless, Recent: true},
	InvitePerson: {Roles: []Role{Administrator}, States: stateless, Recent: true},
	WritePerson:  {Roles: []Role{Administrator}, States: stateless, Recent: true},
	GrantRole:    {Roles: []Role{Administrator}, States: stateless, Recent: true},
	ErasePerson:  {Roles: []Role{Administrator}, States: stateless, Recent: true},
	ReadMail:     {Roles: []Role{Administrator}, States: stateless},
	ResendMail:   {Roles: []Role{Administrator}, States: stateless},
	ReadJournal:  {Roles: []Role{Administrator}, States: stateless},
	ReadSetting:  {Roles: []Role{Administrator}, States: stateless},
	Examine:      {Roles: []Role{Administrator}, States: stateless},
}

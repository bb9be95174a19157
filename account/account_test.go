package account

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var (
	states  = []State{None, Sent, Kept, Withdrawn, Draft, Proposed, Refused, Embargoed, Public, Superseded, Submitted, InReview, Published, ToUpdate, Archived, Merged, Checked, Approved, "unheard-of"}
	actions = append(slices.Sorted(maps.Keys(Matrix)), "unheard.of", "")
	roles   = append([]Role{Nobody, "unheard-of", ""}, Roles[:]...)
)

// Every role, action and state: a person with one role for everything may do
// what the matrix says and nothing else.
func TestMayFollowsTheMatrix(t *testing.T) {
	n := 0
	for _, action := range actions {
		rule := Matrix[action]
		for _, state := range states {
			forAll := slices.Contains(rule.Roles, Nobody) && slices.Contains(rule.States, state)
			for _, role := range roles {
				n++
				p := Person{ID: "p", Grants: []Grant{{Role: role}}}
				want := forAll || (slices.Contains(rule.Roles, role) || slices.Contains(rule.Roles, Member)) && slices.Contains(rule.States, state)
				if got := p.May(action, Object{State: state}); got != want {
					t.Errorf("%s may %s in %q = %v; want %v", role, action, state, got, want)
				}
				p.Disabled = true
				if got := p.May(action, Object{State: state}); got != forAll {
					t.Errorf("disabled, %s may %s in %q = %v; want %v", role, action, state, got, forAll)
				}
				nobody := Person{Grants: []Grant{{Role: role}}}
				if got := nobody.May(action, Object{State: state}); got != forAll {
					t.Errorf("without account, %s may %s in %q = %v; want %v", role, action, state, got, forAll)
				}
			}
		}
	}
	t.Logf("%d combinations", n)
}

// The matrix names known roles and states, and no line is without either.
func TestMatrixIsWhole(t *testing.T) {
	for action, rule := range Matrix {
		if len(rule.Roles) == 0 || len(rule.States) == 0 {
			t.Errorf("%s: %d roles, %d states", action, len(rule.Roles), len(rule.States))
		}
		for _, role := range rule.Roles {
			if role != Nobody && role != Member && !slices.Contains(Roles[:], role) {
				t.Errorf("%s: unknown role %q", action, role)
			}
		}
		for _, s := range rule.States {
			if !slices.Contains(states[:len(states)-1], s) {
				t.Errorf("%s: unknown state %q", action, s)
			}
		}
		if slices.Contains(rule.Roles, Nobody) && (rule.Recent || rule.Another) {
			t.Errorf("%s: everyone may, but recently or by another", action)
		}
	}
}

func TestMayWithin(t *testing.T) {
	occitanie := Person{ID: "p", Grants: []Grant{{Role: Contributor, Scope: "REG-76"}}}
	cases := []struct {
		action Action
		object Object
		want   bool
	}{
		{SendDelivery, Object{Scopes: []string{"DEP-31", "REG-76"}}, true},
		{SendDelivery, Object{Scopes: []string{"REG-76"}}, true},
		{SendDelivery, Object{Scopes: []string{"DEP-75", "REG-11"}}, false},
		{SendDelivery, Object{}, false}, // the whole observatory
		{SendDelivery, Object{Scopes: []string{""}}, false},
		{KeepDelivery, Object{State: Sent, Scopes: []string{"REG-76"}}, false},
		{ReadPublic, Object{}, true},
	}
	for _, c := range cases {
		if got := occitanie.May(c.action, c.object); got != c.want {
			t.Errorf("May(%s, %v) = %v; want %v", c.action, c.object, got, c.want)
		}
	}
	if !occitanie.MayAnywhere(SendDelivery) || occitanie.MayAnywhere(KeepDelivery) || !occitanie.MayAnywhere(ReadPublic) || occitanie.MayAnywhere("unheard.of") {
		t.Error("MayAnywhere: want what some object allows")
	}
}

// Two persons: whatever their roles, nobody approves what they proposed.
func TestAnother(t *testing.T) {
	all := Person{ID: "p"}
	for _, r := range Roles {
		all.Grants = append(all.Grants, Grant{Role: r})
	}
	proposed := Object{State: Proposed, By: "p"}
	if all.May(ApproveEdition, proposed) {
		t.Error("the proposer approves")
	}
	proposed.By = "q"
	if !all.May(ApproveEdition, proposed) {
		t.Error("another publisher cannot approve")
	}
}

// For any person and any scopes a token may no more than its person, nothing
// that asks for a recent sign-in or for people, and without scope nothing but
// what everyone may.
func TestProgramMay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Person{ID: "p", Disabled: rapid.Bool().Draw(t, "disabled")}
		for range rapid.IntRange(0, 3).Draw(t, "grants") {
			p.Grants = append(p.Grants, Grant{rapid.SampledFrom(roles).Draw(t, "role"), rapid.SampledFrom([]string{"", "REG-76"}).Draw(t, "scope")})
		}
		scopes := rapid.SliceOf(rapid.SampledFrom(append(slices.Sorted(maps.Keys(Scopes)), "unheard-of"))).Draw(t, "scopes")
		program, nobody := Program{Person: p, Scopes: scopes}, Person{}
		o := Object{State: rapid.SampledFrom(states).Draw(t, "state"), Scopes: []string{rapid.SampledFrom([]string{"REG-76", "REG-11"}).Draw(t, "in")}}
		for _, a := range actions {
			may := program.May(a, o)
			if may && !p.May(a, o) {
				t.Errorf("a token may %s, its person may not", a)
			}
			if may && len(scopes) == 0 && !nobody.May(a, o) {
				t.Errorf("a token without scope may %s", a)
			}
			if may && Matrix[a].Recent {
				t.Errorf("a token may %s, which asks for a recent sign-in", a)
			}
		}
	})
}

// Every scope covers something, and together they leave out what is a person's
// alone.
func TestScopes(t *testing.T) {
	covered := map[Action]bool{}
	for s, list := range Scopes {
		if len(list) == 0 {
			t.Errorf("%s covers nothing", s)
		}
		for _, a := range list {
			covered[a] = true
		}
	}
	var left []Action
	for _, a := range slices.Sorted(maps.Keys(Matrix)) {
		if !covered[a] {
			left = append(left, a)
		}
	}
	cases := []Action{ReadSurvey, WriteSurvey, TabulateSurvey, ApproveSurvey, WithdrawSurvey, ExportSurvey, CorrectCase, ReviewCase, PublishCase, FlagCase, ArchiveCase, MergeCase, ProposeAmendment, ContributeCase, AmendCase, CodeCase, LinkCase}
	want := append(cases, ManageOwn, ExportPerson, WritePerson, ApproveEdition, ReadJournal, ReadMail, ResendMail, Examine, ErasePerson, GrantRole, InvitePerson, ReadPerson, ReadPublic, SignIn, ReadSetting, ComposeTerritory)
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("no scope covers %v; want %v", left, want)
	}
}

func BenchmarkMay(b *testing.B) {
	p := Person{ID: "p", Grants: []Grant{{Contributor, "REG-76"}, {Editor, ""}, {Analyst, ""}}}
	o := Object{State: Sent, Scopes: []string{"COM-31555", "DEP-31", "REG-76", "FR"}}
	for b.Loop() {
		p.May(KeepDelivery, o)
	}
}

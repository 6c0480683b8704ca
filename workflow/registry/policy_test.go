package registry

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/vet"
)

var writeRights = flag.Bool("write-rights", false, "write testdata/rights.md")

// TestRightsTable checks the code's decisions, not the rows of its table: every role tries every act, in its region
// and outside, on its own organization and another's, on itself and others.
func TestRightsTable(t *testing.T) {
	t.Parallel()
	const file = "testdata/rights.md"
	got := rightsTable()
	if *writeRights {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("who may do what has changed (%v); look at it, then: go test ./workflow/registry -run TestRightsTable "+
			"-write-rights\n%s", err, got)
	}
}

const inside, outside = "230302", "2301"

func rightsTable() string {
	var acts []workflow.Right
	for _, r := range workflow.Rights {
		if len(acts) == 0 || acts[len(acts)-1].Kind != r.Kind || acts[len(acts)-1].Act != r.Act {
			acts = append(acts, r)
		}
	}
	var b strings.Builder
	b.WriteString("Who may do what to records. R: in the region of the role. O: the own organization. S: oneself. X: " +
		"anybody else. " +
		"+: everywhere. The system may do all of it.\n\n| act |")
	roles := append([]workflow.Role{}, GrantableRoles...)
	for _, r := range roles {
		fmt.Fprintf(&b, " %s |", r)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(roles)) + "\n")
	for _, act := range acts {
		fmt.Fprintf(&b, "| %s.%s |", act.Kind, act.Act)
		for _, r := range roles {
			fmt.Fprintf(&b, " %s |", reachOf(r, act))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func reachOf(role workflow.Role, act workflow.Right) string {
	me := workflow.Actor{ID: "me", Organization: "mine",
		Roles: []workflow.Grant{{Role: role, Region: inside, Organization: "mine"}}}
	try := func(s workflow.Subject) bool { return workflow.May(me, act.Kind, act.Act, s) == nil }
	here := try(workflow.Subject{Region: inside + "004", Organization: "theirs", User: "you"})
	there := try(workflow.Subject{Region: outside, Organization: "theirs", User: "you"})
	own := try(workflow.Subject{Region: outside, Organization: "mine", User: "you"})
	self := try(workflow.Subject{Region: inside, Organization: "mine", User: "me"})
	switch {
	case there && self:
		return "+"
	case there:
		return "X"
	case here && own:
		return "R O"
	case here:
		return "R"
	case own:
		return "O"
	case self && act.Kind == workflow.KindUser:
		return "S"
	}
	return ""
}

func TestRefusalsOfRights(t *testing.T) {
	t.Parallel()
	officer := workflow.Actor{ID: "me", Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Region: inside}}}
	secadmin := workflow.Actor{ID: "me", Roles: []workflow.Grant{{Role: workflow.RoleSecadmin}}}
	round := workflow.Actor{ID: "me", Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Region: inside, Round: "r"}}}
	for name, row := range map[string]struct {
		who  workflow.Actor
		kind workflow.RecordKind
		act  string
		on   workflow.Subject
		want string
	}{
		"an officer outside the region": {officer, workflow.KindOrganization, "create",
			workflow.Subject{Region: outside}, "scope"},
		"an officer for the whole country": {officer, workflow.KindAgency, "create", workflow.Subject{}, "scope"},
		"an officer of one round only": {round, workflow.KindOrganization, "create",
			workflow.Subject{Region: inside}, "scope"},
		"somebody with another role is told whose": {secadmin, workflow.KindUser, "create", workflow.Subject{},
			"system administrator"},
		"nobody grants to themself": {secadmin, workflow.KindRole, "grant", workflow.Subject{User: "me"},
			"own account"},
		"nobody without a right and a known act": {workflow.Actor{ID: "x"}, workflow.KindCalendar, "set",
			workflow.Subject{}, "decider"},
		"an act that does not exist is nobody's": {officer, workflow.KindOrganization, "destroy",
			workflow.Subject{Region: inside}, "for"},
		"a password is everybody's own, not others": {officer, workflow.KindUser, "password", workflow.Subject{User: "you"},
			"themself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := workflow.May(row.who, row.kind, row.act, row.on)
			if r == nil || !r.Forbidden || !r.Message.Complete() || !strings.Contains(r.Message.EN, row.want) ||
				strings.Contains(r.Message.ZH+r.Message.EN, "%!") {
				t.Errorf("got %+v, want words with %q", r, row.want)
			}
		})
	}
	for _, r := range workflow.Rights {
		if !r.Why.Complete() || r.Role != "" && !r.Role.Label().Complete() {
			t.Errorf("%s.%s by %s: a reason and names in both languages are expected", r.Kind, r.Act, r.Role)
		}
		if !vet.May(workflow.Actor{Roles: []workflow.Grant{{Role: r.Role}}}, r.Kind, r.Act) {
			t.Errorf("May denies what the table gives: %s.%s by %s", r.Kind, r.Act, r.Role)
		}
	}
	if workflow.May(workflow.System(), workflow.KindWorkflow, "load", workflow.Subject{}) != nil {
		t.Error("the system may not")
	}
}

package workflow

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var writeRights = flag.Bool("write-rights", false, "write testdata/rights.md")

// TestRightsTable holds the decisions of the code, not the rows of its table: every role tries every act, in its region
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
		t.Errorf("who may do what has changed (%v); look at it, then: go test ./workflow -run TestRightsTable "+
			"-write-rights\n%s", err, got)
	}
}

const inside, outside = "230302", "2301"

func rightsTable() string {
	var acts []Right
	for _, r := range Rights {
		if len(acts) == 0 || acts[len(acts)-1].Kind != r.Kind || acts[len(acts)-1].Act != r.Act {
			acts = append(acts, r)
		}
	}
	var b strings.Builder
	b.WriteString("Who may do what to records. R: in the region of the role. O: the own organization. S: oneself. X: " +
		"anybody else. " +
		"+: everywhere. The system may do all of it.\n\n| act |")
	roles := append([]Role{}, GrantableRoles...)
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

// reachOf tries an act from all sides.
func reachOf(role Role, act Right) string {
	me := Actor{ID: "me", Organization: "mine", Roles: []Grant{{Role: role, Region: inside, Organization: "mine"}}}
	try := func(s subject) bool { return may(me, act.Kind, act.Act, s) == nil }
	here := try(subject{region: inside + "004", organization: "theirs", user: "you"})
	there := try(subject{region: outside, organization: "theirs", user: "you"})
	own := try(subject{region: outside, organization: "mine", user: "you"})
	self := try(subject{region: inside, organization: "mine", user: "me"})
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
	case self && act.Kind == KindUser:
		return "S"
	}
	return ""
}

func TestRefusalsOfRights(t *testing.T) {
	t.Parallel()
	officer := Actor{ID: "me", Roles: []Grant{{Role: RoleOfficer, Region: inside}}}
	secadmin := Actor{ID: "me", Roles: []Grant{{Role: RoleSecadmin}}}
	round := Actor{ID: "me", Roles: []Grant{{Role: RoleOfficer, Region: inside, Round: "r"}}}
	for name, row := range map[string]struct {
		who  Actor
		kind RecordKind
		act  string
		on   subject
		want string
	}{
		"an officer outside the region":             {officer, KindOrganization, "create", subject{region: outside}, "scope"},
		"an officer for the whole country":          {officer, KindAgency, "create", subject{}, "scope"},
		"an officer of one round only":              {round, KindOrganization, "create", subject{region: inside}, "scope"},
		"somebody with another role is told whose":  {secadmin, KindUser, "create", subject{}, "system administrator"},
		"nobody grants to themself":                 {secadmin, KindRole, "grant", subject{user: "me"}, "own account"},
		"nobody without a right and a known act":    {Actor{ID: "x"}, KindCalendar, "set", subject{}, "decider"},
		"an act that does not exist is nobody's":    {officer, KindOrganization, "destroy", subject{region: inside}, "for"},
		"a password is everybody's own, not others": {officer, KindUser, "password", subject{user: "you"}, "themself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := may(row.who, row.kind, row.act, row.on)
			if r == nil || !r.Forbidden || !r.Message.Complete() || !strings.Contains(r.Message.EN, row.want) ||
				strings.Contains(r.Message.ZH+r.Message.EN, "%!") {
				t.Errorf("got %+v, want words with %q", r, row.want)
			}
		})
	}
	for _, r := range Rights {
		if !r.Why.Complete() || r.Role != "" && !r.Role.Label().Complete() {
			t.Errorf("%s.%s by %s: a reason and names in both languages are expected", r.Kind, r.Act, r.Role)
		}
		if !May(Actor{Roles: []Grant{{Role: r.Role}}}, r.Kind, r.Act) {
			t.Errorf("May denies what the table gives: %s.%s by %s", r.Kind, r.Act, r.Role)
		}
	}
	if may(System(), KindWorkflow, "load", subject{}) != nil {
		t.Error("the system may not")
	}
}

package catalog_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// testdata/foreign has the workflows of other systems: NAME.yaml defines one in our language, NAME.moves lists the
// other system's moves under our names. The lists begin with notes:
//
//	# workflow-cases/FILE.json MACHINE        the table that the list restates ("ours": moves that are in no table)
//	# who OURS=THEIRS,THEIRS ...              our parties and their names there
//	# when CONDITION KEY=VALUE ...            the situation for moves with that condition

// listedMove is a line of a list. Condition "ours" marks an act for what their form or setting carries, which is no
// move of theirs; "ours:X" is one under condition X. Under "born" the state is that of a new linked case.
type listedMove struct {
	from, action, to, event string
	who                     []string
	condition               string
	ours                    bool
}

func (v listedMove) String() string { return v.from + " " + v.action + " " + v.to }

type list struct {
	moves  []listedMove
	source string
	theirs map[string][]string // our party: their names
	when   map[string][]string // condition: what holds
}

func listed(t *testing.T, file string) list {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := list{theirs: map[string][]string{}, when: map[string][]string{"": nil, "born": nil}}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		words := strings.Fields(line)
		switch {
		case words[0] == "#" && strings.HasPrefix(words[1], "workflow-cases/"):
			out.source = strings.TrimPrefix(strings.TrimSuffix(words[1], ".json"), "workflow-cases/") + "/" + words[2]
		case words[0] == "#" && words[1] == "who":
			for _, w := range words[2:] {
				ours, theirs, _ := strings.Cut(w, "=")
				out.theirs[ours] = strings.Split(theirs, ",")
			}
		case words[0] == "#" && words[1] == "when":
			out.when[words[2]] = words[3:]
		case words[0] != "#":
			words = append(words, "")
			v := listedMove{from: words[0], action: words[1], to: words[2], event: words[3], who: strings.Split(words[4], ","),
				condition: words[5]}
			if after, ours := strings.CutPrefix(v.condition, "ours"); ours {
				v.ours, v.condition = true, strings.TrimPrefix(after, ":")
			}
			if _, known := out.when[v.condition]; !known {
				t.Fatalf("%s: %s: unknown condition %s", file, v, v.condition)
			}
			out.moves = append(out.moves, v)
		}
	}
	return out
}

func (l list) has(state workflow.State, action string) bool {
	return slices.ContainsFunc(l.moves, func(v listedMove) bool { return v.from == string(state) && v.action == action })
}

func (l list) leads(from, to workflow.State) bool {
	return slices.ContainsFunc(l.moves, func(v listedMove) bool { return v.from == string(from) && v.to == string(to) })
}

func eachForeign(t *testing.T, visit func(t *testing.T, m *machine.Machine, l list)) {
	t.Helper()
	files, err := filepath.Glob("testdata/foreign/*.yaml")
	if err != nil || len(files) < 25 {
		t.Fatal(len(files), "files", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".yaml"), func(t *testing.T) {
			t.Parallel()
			visit(t, foreignMachine(t, strings.TrimSuffix(filepath.Base(f), ".yaml")),
				listed(t, strings.TrimSuffix(f, ".yaml")+".moves"))
		})
	}
}

func foreignMachine(t *testing.T, name string) *machine.Machine {
	t.Helper()
	b, err := os.ReadFile("testdata/foreign/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := catalog.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// situated returns simulated cases in a state, by actor: three reviewers are assigned, the officer leads the case.
func situated(t *testing.T, m *machine.Machine, state string, holds []string) map[string]workflow.Facts {
	t.Helper()
	s, err := vet.NewSimulation(m, calendar.MustDate("2026-03-02"), nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]workflow.Facts{}
	for _, actor := range s.Actors() {
		f := s.Facts(actor)
		f.Case.State = workflow.State(state)
		f.Case.Lead = s.Facts("officer").Actor.ID
		for _, r := range []string{"reviewer1", "reviewer2", "reviewer3"} {
			f.Case.Assignments = append(slices.Clone(f.Case.Assignments), workflow.Assignment{User: s.Facts(r).Actor.ID,
				Name: r})
		}
		f.Case.Data, f.Case.Counts, f.Case.Doers = map[string]any{}, map[string]int{}, map[string][]workflow.ID{}
		for _, h := range holds {
			situate(t, m, &f, h)
		}
		out[actor] = f
	}
	return out
}

// situate makes one condition hold: data.X=V, done.ACTION, desk.X=N (answers of others), stored=STATE, clock.X=over,
// ceiling=below. The actor sets field.X=V.
func situate(t *testing.T, m *machine.Machine, f *workflow.Facts, what string) {
	t.Helper()
	key, v, _ := strings.Cut(what, "=")
	kind, name, _ := strings.Cut(key, ".")
	const other = "00000000-0000-7000-8000-0000000009ff"
	switch kind {
	case "data":
		f.Case.Data[name] = v
		if b, err := strconv.ParseBool(v); err == nil {
			f.Case.Data[name] = b
		}
	case "done":
		f.Case.Doers[name] = []workflow.ID{other}
	case "desk":
		others(t, m, f, name, v)
	case "stored":
		f.Case.StoredState = workflow.State(v)
	case "clock":
		f.Case.Clocks = []workflow.Clock{{Name: name, Due: calendar.MustDate("2026-02-27")}}
	case "ceiling":
		round := *f.Round
		round.Rules.AwardCeiling = f.Case.Awarded - 1
		f.Round = &round
	case "field":
	default:
		t.Fatalf("unknown condition %s", what)
	}
}

// others answers at a desk for other parties, where each party answers once.
func others(t *testing.T, m *machine.Machine, f *workflow.Facts, desk, count string) {
	t.Helper()
	n, err := strconv.Atoi(count)
	at := slices.IndexFunc(m.Definition().Desks, func(d define.DeskDef) bool { return d.Name == desk })
	if err != nil || at < 0 {
		t.Fatal(desk, count, err)
	}
	d := m.Definition().Desks[at]
	for _, p := range d.Parties {
		mine := slices.ContainsFunc(m.Definition().Parties, func(x workflow.Party) bool {
			return x.Name == p &&
				slices.ContainsFunc(x.Roles, f.Actor.Has)
		})
		if n > 0 && (d.Each == "person" || !mine) {
			f.Case.Approvals = append(f.Case.Approvals, workflow.Approval{Desk: desk, Party: p,
				By: "00000000-0000-7000-8000-0000000009f" + strconv.Itoa(n), Answer: d.Answers[0].Value})
			n--
		}
	}
}

// insiders lists the actors who belong to the applicant and hold another role.
func insiders() (out []string) {
	for _, r := range registry.GrantableRoles {
		if r != workflow.RolePreparer {
			out = append(out, vet.Insider(r))
		}
	}
	return out
}

// mayPlay lists the simulated actors that a party's definition allows.
func mayPlay(p workflow.Party) []string {
	if p.Relation == workflow.RelSystem {
		return []string{"system"}
	}
	own, loose := p.Relation == workflow.RelOwn, p.Independent != nil && !*p.Independent
	var out []string
	for _, r := range p.Roles {
		switch {
		case own && r == workflow.RolePreparer: // every insider is also a preparer
			out = append(out, insiders()...)
		case own || loose:
			out = append(out, vet.Insider(r))
		// of other applicants: the applicant's own are insiders
		case r == workflow.RolePreparer || r == workflow.RoleCertifier:
			if r == workflow.RoleCertifier {
				out = append(out, "peer")
			}
			continue
		}
		if r == workflow.RoleReviewer {
			out = append(out, "reviewer1", "reviewer2", "reviewer3") // the other two are not assigned
			continue
		}
		out = append(out, string(r))
	}
	return out
}

func may(t *testing.T, m *machine.Machine, parties []string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, name := range parties {
		at := slices.IndexFunc(m.Definition().Parties, func(p workflow.Party) bool { return p.Name == name })
		if at < 0 {
			t.Fatalf("the list knows a party %q, the definition does not", name)
		}
		for _, actor := range mayPlay(m.Definition().Parties[at]) {
			out[actor] = true
		}
	}
	return out
}

// attempt makes a move with the fields that a person would fill in.
func attempt(m *machine.Machine, f workflow.Facts, v listedMove, holds []string) (workflow.Decision, error) {
	fields := map[string]any{}
	for _, o := range m.Offers(f) {
		if o.Name == v.action {
			fields = o.Examples()
		}
	}
	for _, h := range holds {
		if after, ok := strings.CutPrefix(h, "field."); ok {
			name, value, _ := strings.Cut(after, "=")
			fields[name] = value
		}
	}
	return m.Decide(context.Background(), f, workflow.Command{Action: v.action, Note: "理由", Fields: fields})
}

// TestForeignMachines: every listed move succeeds for its parties and is refused to all others; without its condition
// it fails; no unlisted pair of state and action is possible.
func TestForeignMachines(t *testing.T) {
	t.Parallel()
	eachForeign(t, func(t *testing.T, m *machine.Machine, l list) {
		made, forbidden, held, refused := 0, 0, 0, 0
		for _, v := range l.moves {
			a, b := l.try(t, m, v)
			made, forbidden = made+a, forbidden+b
			held += l.tryWithout(t, m, v)
		}
		for _, e := range m.Edges() {
			if e.From != "" && e.From != e.To && !l.leads(e.From, e.To) {
				t.Errorf("%s %s %s is not listed", e.From, e.Action, e.To)
			}
		}
		for _, st := range m.Definition().States {
			refused += l.tryUnlisted(t, m, st.Name)
		}
		t.Logf("%d states, %d moves: made %d times by who may, refused %d times to who may not, %d times for want of the "+
			"condition; %d pairs of state and action that are not listed, refused to everybody",
			len(m.Definition().States), len(l.moves), made, forbidden, held, refused)
	})
}

func (l list) try(t *testing.T, m *machine.Machine, v listedMove) (made, forbidden int) {
	t.Helper()
	holds, allowed := l.when[v.condition], may(t, m, v.who)
	for actor, f := range situated(t, m, v.from, holds) {
		d, err := attempt(m, f, v, holds)
		if !allowed[actor] {
			forbidden++
			var missing *workflow.NotOffered
			var no *workflow.Refused
			if !errors.As(err, &missing) && (!errors.As(err, &no) || !no.Forbidden()) {
				t.Errorf("%s by %s, who may not: %v", v, actor, err)
			}
			continue
		}
		made++
		landed := string(d.Case.State)
		if v.condition == "born" && err == nil && len(d.Children) == 1 {
			landed = string(foreignMachine(t, d.Children[0].Case.Workflow).Definition().Initial)
		}
		if err != nil || landed != v.to {
			t.Errorf("%s by %s: %v, leads to %q", v, actor, err, landed)
		}
	}
	if made == 0 {
		t.Errorf("%s: nobody may", v)
	}
	return made, forbidden
}

// tryWithout checks that a move without its condition leads elsewhere or is refused.
func (l list) tryWithout(t *testing.T, m *machine.Machine, v listedMove) (held int) {
	t.Helper()
	if len(l.when[v.condition]) == 0 {
		return 0
	}
	allowed := may(t, m, v.who)
	for actor, f := range situated(t, m, v.from, nil) {
		if !allowed[actor] {
			continue
		}
		held++
		if d, err := attempt(m, f, v, without(m, v)); err == nil && string(d.Case.State) == v.to {
			t.Errorf("%s by %s without its condition", v, actor)
		}
	}
	return held
}

// without returns another answer than the move's, where its condition is one.
func without(m *machine.Machine, v listedMove) (out []string) {
	for _, a := range m.Definition().Actions {
		if a.Name != v.action {
			continue
		}
		for _, f := range a.Fields {
			for _, c := range f.Choices {
				if len(f.Choices) > 1 && c.Value != v.condition {
					out = []string{"field." + f.Name + "=" + c.Value}
				}
			}
		}
	}
	return out
}

// tryUnlisted tries all unlisted actions of a state, as every actor.
func (l list) tryUnlisted(t *testing.T, m *machine.Machine, st workflow.State) (refused int) {
	t.Helper()
	cases := situated(t, m, string(st), nil)
	var tried []string
	for _, a := range m.Definition().Actions {
		if l.has(st, a.Name) || a.Auto || slices.Contains(tried, a.Name) { // automatic actions are part of a listed move
			continue
		}
		tried = append(tried, a.Name)
		refused++
		for actor, f := range cases {
			var missing *workflow.NotOffered
			if _, err := m.Decide(context.Background(), f, workflow.Command{Action: a.Name, Note: "理由"}); !errors.As(err,
				&missing) {
				t.Errorf("%s in %s by %s is not listed, got %v", a.Name, st, actor, err)
			}
		}
	}
	return refused
}

// Package vet tries, draws and compares definitions, and says who may approve them.
package vet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Simulation runs actions by roles in memory, to try a definition before it has cases. Its facts are invented (a
// round with rules, three reviewers, one agency); it opens no children and moves no money.
type Simulation struct {
	m     *machine.Machine
	f     workflow.Facts
	actor map[string]workflow.Actor
}

type Step struct {
	Line     int                `json:"line"`
	Text     string             `json:"text"`
	From, To workflow.State     `json:"-"`
	Moved    string             `json:"moved,omitempty"` // "applied -> screened"
	Refusals []workflow.Refusal `json:"refusals,omitempty"`
	// an expectation that did not hold, or a line that does not parse
	Failed string `json:"failed,omitempty"`
}

func SimulationRules() workflow.Rules {
	return workflow.Rules{MinReviews: 3, PassPoints: 6000, NoticePeriod: calendar.Period{N: 5, Unit: calendar.Workday},
		CorrectionPeriod: calendar.Period{N: 5, Unit: calendar.Workday}, CosignPeriod: calendar.Period{N: 5,
			Unit: calendar.Workday},
		CosignSilence: "lapse", Cosigners: "competent", SignPeriod: calendar.Period{N: 15, Unit: calendar.Workday},
		ReportPeriod:    calendar.Period{N: 3, Unit: calendar.Month},
		ObjectionPeriod: calendar.Period{N: 5, Unit: calendar.Workday}, AllowProvisional: true,
		Tranches: []workflow.TrancheRule{{Share: 6000}, {Share: 4000, Reports: 1}}}
}

// NewSimulation opens a case of the machine's workflow on a day.
func NewSimulation(m *machine.Machine, on calendar.Date, form json.RawMessage) (*Simulation, error) {
	now := on.Start().Add(9 * time.Hour)
	opens, closes := now.AddDate(0, 0, -1), now.AddDate(0, 2, 0)
	const org, agency, round = "00000000-0000-7000-8000-0000000000a1", "00000000-0000-7000-8000-0000000000a2",
		"00000000-0000-7000-8000-0000000000a3"
	place := region.Code("230302")
	s := &Simulation{m: m, actor: map[string]workflow.Actor{"system": workflow.System(), "objector": workflow.Objector()}}
	for i, r := range machine.KnownRoles {
		if r != workflow.RoleSystem && r != workflow.RoleObjector && r != workflow.RoleReviewer {
			s.actor[string(r)] = workflow.Actor{ID: fmt.Sprintf("00000000-0000-7000-8000-0000000001%02d", i), Name: string(r),
				Roles: []workflow.Grant{simulated(r, org, agency, place)}}
		}
		if r != workflow.RoleSystem && r != workflow.RoleObjector && r != workflow.RolePreparer {
			name := Insider(r)
			held := simulated(r, org, agency, place)
			if r == workflow.RoleReviewer {
				held = workflow.Grant{Role: r, Round: round}
			}
			s.actor[name] = workflow.Actor{ID: fmt.Sprintf("00000000-0000-7000-8000-0000000003%02d", i), Name: name,
				Roles: []workflow.Grant{held, simulated(workflow.RolePreparer, org, agency, place)}}
		}
	}
	s.actor["peer"] = workflow.Actor{ID: "00000000-0000-7000-8000-000000000401", Name: "peer", // of another applicant
		Roles: []workflow.Grant{simulated(workflow.RoleCertifier, "00000000-0000-7000-8000-0000000000a4", agency, place)}}
	var candidates []workflow.Candidate
	for i := 1; i <= 5; i++ {
		name := fmt.Sprintf("reviewer%d", i)
		s.actor[name] = workflow.Actor{ID: fmt.Sprintf("00000000-0000-7000-8000-0000000002%02d", i), Name: name,
			Roles: []workflow.Grant{{Role: workflow.RoleReviewer, Round: round}}}
		if i <= 3 {
			candidates = append(candidates, workflow.Candidate{User: s.actor[name].ID, Name: name})
		}
	}
	s.f = workflow.Facts{Now: now, Calendar: calendar.Shipped(), Actor: s.opener(),
		Round: &workflow.Round{ID: round, Name: workflow.Text{ZH: "模拟批次", EN: "Simulated round"}, State: "open",
			Opens: &opens, Closes: &closes,
			Version: 1, Rules: SimulationRules(), Form: form, Total: 1_000_000_00, Kind: m.Def.Name, Region: place},
		Organization: &workflow.Organization{ID: org, Name: "模拟组织", Standing: "good", CreditCode: "simulated", Version: 1,
			Region: place, Topics: []string{"children"}},
		Parent: &workflow.ParentFacts{ID: round, Ref: "GA-0", State: "funded", Stage: workflow.Funded, Version: 1,
			Awarded: 2_000_000,
			Paid:    1_000_000}, Candidates: workflow.Candidates{Reviewers: candidates,
			Agencies: []workflow.Competent{{Agency: agency, Name: workflow.Text{ZH: "妇联", EN: "Women's federation"},
				Topic: "children"}}}}
	c := workflow.Case{ID: workflow.NewID(now), Ref: m.Def.Prefix + "-0", Workflow: m.Def.Name, Organization: org,
		Round:  round,
		Region: place,
		Lead:   s.f.Actor.ID, Topics: []string{"children"}, Title: "模拟", Currency: "CNY", Parent: round, Awarded: 1,
		Tranche: 1}
	if m.Def.Name == "round" { // a round is its own round
		c.ID, c.Parent, s.f.Parent = round, "", nil
		s.f.Round.State = m.Def.Initial
	}
	c.Requested, c.Awarded = money.Fen(2_000_000), money.Fen(2_000_000)
	born, err := m.OpenCase(context.Background(), c, s.f)
	s.f.Case = born.Case
	return s, err
}

// Insider names the actor who holds the role and is also a preparer of the applicant.
func Insider(r workflow.Role) string { return string(r) + "_insider" }

func simulated(r workflow.Role, org, agency workflow.ID, place region.Code) workflow.Grant {
	switch r {
	case workflow.RolePreparer, workflow.RoleCertifier:
		return workflow.Grant{Role: r, Organization: org}
	case workflow.RoleCosigner:
		return workflow.Grant{Role: r, Agency: agency}
	}
	return workflow.Grant{Role: r, Region: place}
}

// opener returns an actor who may open the case, or finance's maker where only another case opens it.
func (s *Simulation) opener() workflow.Actor {
	if len(s.m.Def.Open) > 0 {
		if roles := s.m.Parties[s.m.Def.Open[0]].Roles; len(roles) > 0 {
			return s.actor[string(roles[0])]
		}
	}
	return s.actor[string(workflow.RoleFinanceMaker)]
}

func (s *Simulation) State() workflow.State { return s.f.Case.State }

func (s *Simulation) Facts(actor string) workflow.Facts {
	f := s.f
	f.Actor = s.actor[actor]
	return f
}

func (s *Simulation) Actors() []string { return slices.Sorted(maps.Keys(s.actor)) }

// Run runs a script of lines:
//
//	ACTOR ACTION [field=value ...] [note=text]   other fields take the action's examples
//	wait 5wd                                      moves the clock to the morning after so many days
//	parent over                                   the parent case ends
//	expect STATE | expect refused RULE            about the state now, or the last action
//	# comment
func (s *Simulation) Run(script string) (steps []Step, ok bool) {
	ok = true
	var last *workflow.Refused
	for i, line := range strings.Split(script, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		step := Step{Line: i + 1, Text: line, From: s.f.Case.State}
		last = s.line(&step, strings.Fields(line), last)
		step.To = s.f.Case.State
		if step.To != step.From {
			step.Moved = string(step.From) + " -> " + string(step.To)
		}
		ok = ok && step.Failed == ""
		steps = append(steps, step)
	}
	return steps, ok
}

func (s *Simulation) line(step *Step, words []string, last *workflow.Refused) *workflow.Refused {
	switch {
	case words[0] == "wait" && len(words) == 2:
		p, err := calendar.ParsePeriod(words[1])
		if err != nil {
			step.Failed = err.Error()
			return last
		}
		s.f.Now = s.f.Calendar.Last(s.f.Today(), p).Last.Start().Add(9 * time.Hour)
	case words[0] == "parent" && len(words) == 2 && words[1] == "over":
		if s.f.Parent != nil {
			over := *s.f.Parent
			over.State, over.Outcome = "terminated", "terminated"
			s.f.Parent = &over
		}
	case words[0] == "expect":
		step.Failed = s.expect(words[1:], last)
	case len(words) < 2 || s.actor[words[0]].ID == "":
		step.Failed = "not understood: ACTOR ACTION, with an actor of " + strings.Join(s.Actors(), ", ")
	default:
		return s.do(step, words)
	}
	return last
}

func (s *Simulation) expect(words []string, last *workflow.Refused) string {
	switch {
	case len(words) == 2 && words[0] == "refused":
		if last == nil || !slices.ContainsFunc(last.Refusals, func(r workflow.Refusal) bool { return r.Rule == words[1] }) {
			return fmt.Sprintf("the last action was not refused by %s", words[1])
		}
	case len(words) == 1:
		if string(s.f.Case.State) != words[0] {
			return fmt.Sprintf("the state is %s", s.f.Case.State)
		}
	default:
		return "not understood: expect STATE, or expect refused RULE"
	}
	return ""
}

// do acts. A refusal is a result, not a failure.
func (s *Simulation) do(step *Step, words []string) *workflow.Refused {
	err := s.Act(words[0], words[1], arguments(words[2:]))
	var refused *workflow.Refused
	var missing *workflow.NotOffered
	switch {
	case err == nil:
	case errors.As(err, &refused):
		step.Refusals = refused.Refusals
		return refused
	case errors.As(err, &missing):
		step.Refusals = []workflow.Refusal{*workflow.No("not_offered", "「%[1]s」状态下没有这个操作", "not offered in state %[2]s",
			missing.Label.ZH,
			missing.State)}
		return &workflow.Refused{Action: words[1], Refusals: step.Refusals}
	default:
		step.Failed = err.Error()
	}
	return nil
}

// arguments reads field=value words; a word without "=" continues the value before it.
func arguments(words []string) map[string]string {
	out, last := map[string]string{}, ""
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			out[k], last = v, k
		} else if last != "" {
			out[last] += " " + w
		}
	}
	return out
}

// Act carries an action out in memory; other fields take the offer's examples.
func (s *Simulation) Act(actor, action string, given map[string]string) error {
	f := s.Facts(actor)
	f.Schema = s.m.Def.Form
	cmd := workflow.Command{Action: action, Fields: map[string]any{}, Note: "模拟 simulated"}
	if t := s.m.Transition(f.Case.State, action); t != nil {
		cmd.Fields = s.m.Offer(t, &f).Examples()
	}
	for k, v := range given {
		if k == "note" {
			cmd.Note = v
			continue
		}
		cmd.Fields[k] = value(v)
	}
	d, err := s.m.Decide(context.Background(), f, cmd)
	if err != nil {
		return err
	}
	s.f.Case = d.Case
	s.f.Objected(d.Objections)
	if d.Round != nil {
		s.f.Round.State = d.Round.State
	}
	return nil
}

func value(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if b, err := strconv.ParseBool(s); err == nil {
		return b
	}
	return s
}

func (s *Simulation) Clone() *Simulation {
	c := *s
	c.f.Case = s.f.Case.Clone()
	if s.f.Round != nil {
		r := *s.f.Round
		c.f.Round = &r
	}
	return &c
}

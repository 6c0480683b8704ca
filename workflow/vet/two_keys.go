package vet

import (
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// Rules of money have two keys: the loader of a definition does not approve it. The release approves its own
// definitions.

// DefinitionStatus says whether a version opens cases.
type DefinitionStatus string

// A case keeps the version of its birth, whatever the status.
const (
	DefinitionWaiting   DefinitionStatus = "waiting"
	DefinitionApproved  DefinitionStatus = "approved"
	DefinitionWithdrawn DefinitionStatus = "withdrawn"
)

// DefinitionStanding is a version's status and the people behind it.
type DefinitionStanding struct {
	Status      DefinitionStatus `json:"status" enum:"waiting,approved,withdrawn"`
	Loader      workflow.ID      `json:"-"`                   // "" is the release
	By          workflow.ID      `json:"-"`                   // who approved or withdrew it
	LoadedBy    string           `json:"loaded_by,omitempty"` // empty: it came with the release
	Loaded      *time.Time       `json:"loaded_at,omitempty"`
	ApprovedBy  string           `json:"approved_by,omitempty"`
	Approved    *time.Time       `json:"approved_at,omitempty"`
	WithdrawnBy string           `json:"withdrawn_by,omitempty"`
	Withdrawn   *time.Time       `json:"withdrawn_at,omitempty"`
}

// MayHaveCases reports whether cases may live under the version: it is approved, or was.
func (s DefinitionStanding) MayHaveCases() bool {
	return s.Status == DefinitionApproved || s.Approved != nil
}

// Done reports whether this person set this status before: a repetition changes nothing.
func (s DefinitionStanding) Done(to DefinitionStatus, by workflow.ID) bool {
	return s.Status == to && s.By == by
}

func (s DefinitionStanding) Same(o DefinitionStanding) bool {
	at := func(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }
	return s.Status == o.Status && s.Loader == o.Loader && s.By == o.By && s.ApprovedBy == o.ApprovedBy &&
		s.WithdrawnBy == o.WithdrawnBy &&
		at(s.Approved, o.Approved) && at(s.Withdrawn, o.Withdrawn)
}

func (s DefinitionStatus) Label() workflow.Text {
	switch s {
	case DefinitionApproved:
		return workflow.Text{ZH: "已批准", EN: "approved"}
	case DefinitionWithdrawn:
		return workflow.Text{ZH: "已停用", EN: "withdrawn"}
	}
	return workflow.Text{ZH: "待批准", EN: "waiting for approval"}
}

// MayApprove checks last whether the session is fresh, so that only approvers are asked for the password.
func MayApprove(a workflow.Actor, s DefinitionStanding) error {
	if err := Allow(a, workflow.KindWorkflow, "approve", workflow.Subject{}); err != nil {
		return err
	}
	switch {
	case a.ID == workflow.SystemID || s.Loader == a.ID:
		return refuseDefinition("approve", "two_keys", "装入的人不能批准，请由另一位安全管理员批准",
			"who loaded a definition does not approve it: another security administrator does")
	case s.Status == DefinitionApproved:
		return refuseDefinition("approve", "approved_already", "这个版本已经批准", "this version is approved already")
	}
	return a.RequireFresh(workflow.Confirms(workflow.KindWorkflow, []string{"approve"}))
}

func refuseDefinition(act, rule, zh, en string) error {
	return &workflow.Refused{Action: "workflow." + act,
		Refusals: []workflow.Refusal{{Rule: rule, Message: workflow.Text{ZH: zh, EN: en}}}}
}

func MayWithdraw(a workflow.Actor, s DefinitionStanding) error {
	if err := Allow(a, workflow.KindWorkflow, "withdraw", workflow.Subject{}); err != nil {
		return err
	}
	if s.Status == DefinitionWithdrawn {
		return refuseDefinition("withdraw", "withdrawn_already", "这个版本已经停用", "this version is withdrawn already")
	}
	return a.RequireFresh(workflow.Confirms(workflow.KindWorkflow, []string{"withdraw"}))
}

// SeesApprovals reports whether the actor loads, approves or audits definitions.
func SeesApprovals(a workflow.Actor) bool {
	return May(a, workflow.KindWorkflow, "load") || May(a, workflow.KindWorkflow, "approve") ||
		a.Has(workflow.RoleAuditadmin)
}

// DefinitionApproval tells an approver what a version changes and which promises it keeps.
type DefinitionApproval struct {
	Name    string        `json:"name"`
	Version int           `json:"version"`
	Title   workflow.Text `json:"title"`
	DefinitionStanding
	Against    int          `json:"against,omitempty" doc:"The approved version that it is compared with; absent where the workflow is new."`
	Changes    []Change     `json:"changes" doc:"What differs, in words; of a new workflow, all of it."`
	Difference []Difference `json:"difference" doc:"What differs, by place in the definition."`
	Invariants []Invariant  `json:"invariants"`
}

// ApprovalOf compares a version with the approved one, nil if there is none.
func ApprovalOf(m *machine.Machine, s DefinitionStanding, against *machine.Machine) *DefinitionApproval {
	out := &DefinitionApproval{Name: m.Def.Name, Version: m.Def.Version, Title: m.Def.Title, DefinitionStanding: s,
		Changes: []Change{}, Difference: []Difference{}, Invariants: Invariants(m)}
	before := &define.Definition{}
	if against != nil {
		before, out.Against = &against.Def, against.Def.Version
	}
	out.Changes = append(out.Changes, Changes(against, m)...)
	out.Difference = append(out.Difference, Differences(before, &m.Def)...)
	return out
}

// Invariant is a promise about money and independence that a definition keeps or breaks.
type Invariant struct {
	Name   string          `json:"name"`
	Label  workflow.Text   `json:"label"`
	Holds  bool            `json:"holds"`
	Breaks []workflow.Text `json:"breaks,omitempty" doc:"The actions or parties that do not keep it."`
}

// Invariants returns the promises. Compile refuses breaches of some; the approver judges the others.
func Invariants(m *machine.Machine) []Invariant {
	actions := func(breaks func(*define.ActionDef) bool) (out []workflow.Text) {
		for i := range m.Def.Actions {
			if a := &m.Def.Actions[i]; breaks(a) {
				out = append(out, a.Label)
			}
		}
		return out
	}
	var loose []workflow.Text
	for i := range m.Def.Parties {
		if p := &m.Def.Parties[i]; p.Independent != nil && !*p.Independent {
			loose = append(loose, p.Label)
		}
	}
	list := []Invariant{
		{Name: "money_is_the_staffs", Label: workflow.Text{ZH: "动用资金的操作只由工作人员办理，重复提交只办理一次，记在批次的资金上",
			EN: "What takes money is the staff's, under a key, on the envelope of a round"}},
		{Name: "envelope", Label: workflow.Text{ZH: "拟资助和立项前核对批次余额", EN: "Proposals and awards look at the round's envelope"},
			Breaks: actions(func(a *define.ActionDef) bool {
				return a.Has(define.Holds, define.Awards) && !binds(m.GuardsOf(a), marked(define.Envelope))
			})},
		{Name: "reviews", Label: workflow.Text{ZH: "拟资助或立项前评审份数已够",
			EN: "Enough reviews are in before an award is proposed or made"},
			Breaks: unreviewed(m)},
		{Name: "public_notice", Label: workflow.Text{ZH: "立项前公示期满，没有未答复的异议",
			EN: "An award waits for the end of its notice and for every objection"},
			Breaks: actions(func(a *define.ActionDef) bool {
				return a.Has(define.Awards) && !(binds(m.GuardsOf(a), func(g define.Guard) bool { return waitsForNotice(m, g) }) &&
					binds(m.GuardsOf(a), marked(define.Unopposed)))
			})},
		{Name: "two_persons", Label: workflow.Text{ZH: "立项、办理拨付、复核放款各由不同的人办理",
			EN: "Awarding, preparing a payment and releasing it are different people's"},
			Breaks: actions(func(a *define.ActionDef) bool { return oneHand(m, a) })},
		{Name: "signed_text", Label: workflow.Text{ZH: "拨付前双方已签署协议，协议文本先于签署制发",
			EN: "Money goes out once both sides have signed an agreement whose text was there before"},
			Breaks: actions(func(a *define.ActionDef) bool {
				return a.Has(define.Tranches) && !binds(m.GuardsOf(a), marked(define.Signed))
			})},
		{Name: "independence", Label: workflow.Text{ZH: "申报单位的人不能以工作人员身份办理", EN: "Nobody of the applicant acts as the staff"},
			Breaks: loose},
	}
	for i := range list {
		list[i].Holds = len(list[i].Breaks) == 0
	}
	return list
}

// unreviewed lists the acts that make an award without reviews, at their own guards or at those of the proposal
// before.
func unreviewed(m *machine.Machine) (out []workflow.Text) {
	proposed := len(having(m, define.Holds)) > 0
	for i := range m.Def.Actions {
		a := &m.Def.Actions[i]
		if (a.Has(define.Holds) || a.Has(define.Awards) && !proposed) && !binds(m.GuardsOf(a), marked(define.Reviews)) {
			out = append(out, a.Label)
		}
	}
	return out
}

// oneHand reports whether one person may do an action on money and the step before it: proposal and award, award and
// preparing a payment, preparing and releasing it.
func oneHand(m *machine.Machine, a *define.ActionDef) bool {
	before := map[define.Mark][]string{define.Awards: having(m, define.Holds), define.Tranches: having(m, define.Awards),
		define.Pays: {workflow.CreateAction}}
	for mark, steps := range before {
		if !a.Has(mark) {
			continue
		}
		if len(steps) == 0 { // the step before is another workflow's: require separation from some other act of this one
			if !binds(m.GuardsOf(a), func(g define.Guard) bool {
				return slices.ContainsFunc(g.Traits().Separates, func(name string) bool { return name != a.Name })
			}) {
				return true
			}
		}
		for _, step := range steps {
			if !binds(m.GuardsOf(a), func(g define.Guard) bool {
				return slices.Contains(g.Traits().Separates, step)
			}) {
				return true
			}
		}
	}
	return false
}

func having(m *machine.Machine, mark define.Mark) (out []string) {
	for i := range m.Def.Actions {
		if a := &m.Def.Actions[i]; a.Has(mark) {
			out = append(out, a.Name)
		}
	}
	return out
}

// waitsForNotice reports whether the guard waits for the end of a published notice's clock.
func waitsForNotice(m *machine.Machine, g define.Guard) bool {
	t := g.Traits()
	return t.Has(define.Notice) && slices.ContainsFunc(t.Reads.Clocks, m.Publishes)
}

// binds reports whether a matching guard must hold whenever all of them do. An any_of binds only if all its branches
// match.
func binds(guards []define.Guard, meant func(define.Guard) bool) bool {
	return slices.ContainsFunc(guards, func(g define.Guard) bool {
		if e, ok := g.(define.Either); ok {
			return !slices.ContainsFunc(e.Some, func(x define.Guard) bool { return !binds([]define.Guard{x}, meant) })
		}
		return meant(g)
	})
}

func marked(mark define.Mark) func(define.Guard) bool {
	return func(g define.Guard) bool { return g.Traits().Has(mark) }
}

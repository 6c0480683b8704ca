package desk

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/form"
	"incubase/workflow/machine"
)

// Open decides on a new case: who may open one, what it needs, where it lies.
func Open(m *machine.Machine, ctx context.Context, l workflow.Loaded, o Opening) (workflow.OpenedCase, error) {
	f := l.Facts
	faults := missing(m, l, o)
	c := workflow.Case{ID: o.ID, Workflow: m.Def.Name, Round: o.Round, Organization: o.Organization, Project: o.Project,
		Lead: f.Actor.ID, Currency: "CNY"}
	if c.ID == "" {
		c.ID = workflow.NewID(f.Now)
	}
	locate(&c, l)
	if f.Organization != nil { // at its own place, wherever the case is to lie
		if err := mayOpen(m, &f, &c); err != nil {
			return workflow.OpenedCase{}, err
		}
	}
	faults = append(faults, c.SetFields(o.Fields)...)
	if len(faults) > 0 {
		return workflow.OpenedCase{}, &workflow.Invalid{Fields: faults}
	}
	if err := mayOpen(m, &f, &c); err != nil {
		if _, placed := o.Fields["region"]; placed {
			err = &workflow.Invalid{Fields: []workflow.FieldError{{Field: "fields.region", Message: workflow.Text{
				ZH: "请填写您工作范围内的地区", EN: "a place within your scope is expected"}}}}
		}
		return workflow.OpenedCase{}, err
	}
	if f.Round != nil && m.Def.Name != machine.RoundWorkflow {
		if no := machine.RoundAnnounced(define.Input{Facts: &f}); no != nil {
			return workflow.OpenedCase{}, &workflow.Refused{Action: workflow.CreateAction, Refusals: []workflow.Refusal{*no}}
		}
	}
	if faults := misplaced(&c, f, o); len(faults) > 0 {
		return workflow.OpenedCase{}, &workflow.Invalid{Fields: faults}
	}
	if m.ForApplicant(m.Def.Open, f.Actor, &c) {
		c.Doers = map[string][]workflow.ID{workflow.SaveAction: {f.Actor.ID}}
	}
	return m.OpenCase(ctx, c, f)
}

// mayOpen refuses actors who play none of the parties that open cases, where the case lies.
func mayOpen(m *machine.Machine, f *workflow.Facts, c *workflow.Case) error {
	switch {
	case slices.ContainsFunc(m.Def.Open, func(n string) bool { return m.Plays(m.Parties[n], f.Actor, c) }):
		return nil
	case f.Organization != nil && !m.Party(f.Actor, c):
		return workflow.ErrNotFound // another organization's: answered as if it did not exist
	}
	return &workflow.Refused{Action: workflow.CreateAction, Refusals: []workflow.Refusal{*workflow.Forbid("role",
		"您不能发起%[1]s", "you may not open: %[2]s", m.Def.Title.ZH, m.Def.Title.EN)}}
}

func missing(m *machine.Machine, l workflow.Loaded, o Opening) []workflow.FieldError {
	var out []workflow.FieldError
	given := map[string]workflow.ID{"organization": o.Organization, "project": o.Project, "round": o.Round}
	found := map[string]bool{"organization": l.Facts.Organization != nil, "project": l.Project != nil,
		"round": l.Facts.Round != nil}
	for _, n := range []string{"organization", "project", "round"} {
		switch {
		case given[n] == "" && slices.Contains(m.Def.Needs, n):
			out = append(out, workflow.FieldError{Field: n, Message: workflow.Text{ZH: "请选择", EN: "please choose one"}})
		case given[n] != "" && !found[n]:
			out = append(out, workflow.FieldError{Field: n, Message: workflow.Text{ZH: "没有这条记录", EN: "there is no such record"}})
		}
	}
	if r := l.Facts.Round; r != nil && r.Kind != m.Def.Name {
		out = append(out, workflow.FieldError{Field: "round", Message: workflow.Text{ZH: "这个批次不受理「" + m.Def.Title.ZH + "」",
			EN: "the round does not take cases of this kind: " + m.Def.Title.EN}})
	}
	if l.Project != nil && l.Facts.Organization != nil && l.Project.Organization != l.Facts.Organization.ID {
		out = append(out, workflow.FieldError{Field: "project", Message: workflow.Text{ZH: "这个项目不属于所选组织",
			EN: "the project is not the organization's"}})
	}
	return out
}

// misplaced refuses a place or track outside the round, and a place that the organization's own people may not
// choose: the place decides which staff handles a case.
func misplaced(c *workflow.Case, f workflow.Facts, o Opening) []workflow.FieldError {
	var out []workflow.FieldError
	if r := f.Round; r != nil {
		_, placed := o.Fields["region"]
		switch {
		case c.Region.Within(r.Region):
		case placed:
			out = append(out, workflow.FieldError{Field: "fields.region", Message: workflow.Text{
				ZH: "这个地区不在批次的范围内，请更正，或另选批次",
				EN: "the place is outside the round's region: correct it, or choose another round"}})
		default:
			out = append(out,
				workflow.FieldError{Field: "round", Message: workflow.Text{ZH: "项目或组织所在地区不在这个批次的范围内，请另选批次",
					EN: "the place of the project or organization is outside the round's region; choose another round"}})
		}
		if c.Track != "" && !slices.Contains(r.Tracks, c.Track) {
			out = append(out, workflow.FieldError{Field: "fields.track", Message: workflow.Text{ZH: "这个批次没有这个赛道",
				EN: "the round has no such track"}})
		}
	}
	staff := slices.ContainsFunc(f.Actor.Roles, func(g workflow.Grant) bool {
		return g.Organization == "" &&
			c.Region.Within(g.Region)
	})
	if org := f.Organization; org != nil && !staff && f.Actor.ID != workflow.SystemID &&
		!workflow.Nearby(org.Region, c.Region) {
		field := "project"
		if _, said := o.Fields["region"]; said {
			field = "fields.region"
		}
		out = append(out, workflow.FieldError{Field: field, Message: workflow.FarAway})
	}
	return out
}

// locate takes place, title and topics from the project, else from the organization.
func locate(c *workflow.Case, l workflow.Loaded) {
	if org := l.Facts.Organization; org != nil {
		c.Region, c.Topics, c.Title = org.Region, org.Topics, org.Name
	}
	if p := l.Project; p != nil {
		c.Title = p.Title
		if p.Region != "" {
			c.Region = p.Region
		}
		if len(p.Topics) > 0 {
			c.Topics = p.Topics
		}
	}
	if r := l.Facts.Round; r != nil {
		c.Agency = r.Agency
	}
}

// Opens returns the newest approved definition, or the refusal that says why the workflow opens no case.
func (d *Desk) Opens(ctx context.Context, name string) (*machine.Machine, error) {
	m := d.Machines.Opens(name, 0)
	if m == nil && d.Learn != nil {
		if err := d.Learn(ctx); err != nil {
			return nil, err
		}
		m = d.Machines.Opens(name, 0)
	}
	if m == nil {
		return nil, d.closedWorkflow(name)
	}
	return m, nil
}

func (d *Desk) closedWorkflow(name string) error {
	if m := d.Machines.Machine(name, 0); m != nil {
		return notApproved(name, m.Def.Version)
	}
	return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "workflow", Message: workflow.Text{ZH: "没有这个流程",
		EN: "no such workflow"}}}}
}

func notApproved(name string, version int) error {
	return &workflow.Refused{Action: workflow.CreateAction, Refusals: []workflow.Refusal{*workflow.No("not_approved",
		"流程 %[1]s 第 %[2]d 版尚未批准或已停用，不能新开案件；请安全管理员在「流程」中批准",
		"version %[2]d of workflow %[1]s waits for approval or was withdrawn, so it opens no case; a security "+
			"administrator approves it under Workflows", name, version)}}
}

// deliver completes new children, each by the newest approved definition of its workflow.
func (d *Desk) deliver(ctx context.Context, f workflow.Facts, children []workflow.OpenedCase) error {
	for i, b := range children {
		m, err := d.Opens(ctx, b.Case.Workflow)
		if err != nil {
			return err
		}
		parent := f.Case
		f := f
		f.Parent = &workflow.ParentFacts{ID: parent.ID, Ref: parent.Ref, State: parent.State, Stage: parent.Stage,
			Version: parent.Version}
		born, err := m.OpenCase(ctx, b.Case, f)
		if err != nil {
			return err
		}
		children[i] = born
	}
	return nil
}

// Draft decides on saving the answers, or the fields of the action named in field "for".
func Draft(m *machine.Machine, f workflow.Facts, cmd workflow.Command) (workflow.Draft, error) {
	d := workflow.Draft{Case: f.Case.ID, Actor: f.Actor.ID, Slot: workflow.AnswersSlot, At: f.Now}
	by := m.States[f.Case.State].Edit
	action, _ := cmd.Fields["for"].(string)
	allowed := []string{"answers"}
	body := map[string]any{}
	for k, v := range cmd.Fields {
		if k != "for" {
			body[k] = v
		}
	}
	if action == "" {
		if !m.Edits(f.Actor, &f.Case) {
			return d, &workflow.Refused{Action: workflow.SaveAction, Refusals: []workflow.Refusal{*notEditor(m, f.Case.State)},
				Offers: m.Offers(f)}
		}
	} else {
		t := m.Transition(f.Case.State, action)
		if t == nil {
			return d, &workflow.NotOffered{Action: action, State: f.Case.State, Label: m.States[f.Case.State].Label,
				Offers: m.Offers(f)}
		}
		if !m.May(t, f.Actor, &f.Case) {
			return d, &workflow.Refused{Action: workflow.SaveAction, Refusals: []workflow.Refusal{*m.NotParty(t)},
				Offers: m.Offers(f)}
		}
		if !t.AsksAnswers() {
			d.Slot = action
		}
		allowed, by = fieldNames(t, &f), t.Def.By
	}
	d.Helps = d.Slot == workflow.AnswersSlot && m.ForApplicant(by, f.Actor, &f.Case)
	if d.Slot != workflow.AnswersSlot {
		return d, d.Keep(body, allowed)
	}
	if cmd.Merge {
		body["answers"] = f.Merged(body["answers"])
	}
	f.Schema = m.Def.Form
	answers, _ := body["answers"].(map[string]any)
	if answers != nil {
		answers = form.Tidy(f.Form(), answers)
		f.Undeclared(answers)
		body["answers"] = answers
	}
	if err := d.Keep(body, allowed); err != nil {
		return d, err
	}
	d.After, d.Version = f.DraftNumber, f.Case.Version
	d.Succeed(&f, answers, cmd.Unseen)
	return d, nil
}

func fieldNames(t *machine.Transition, f *workflow.Facts) []string {
	var out []string
	for _, x := range t.Asks(f) {
		out = append(out, x.Name)
	}
	return out
}

func notEditor(m *machine.Machine, s workflow.State) *workflow.Refusal {
	if len(m.States[s].Edit) == 0 {
		return workflow.No("not_editable", "「%[1]s」状态下不能修改申报内容", "nothing can be edited while the case is: %[2]s",
			m.States[s].Label.ZH, m.States[s].Label.EN)
	}
	return workflow.Forbid("role", "您不能修改这份申报", "you may not edit this application")
}

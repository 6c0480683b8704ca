package workflow

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"incubase/workflow/clean"
	"incubase/workflow/form"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// MaxDraft is the largest draft kept, in bytes.
const MaxDraft = 256 << 10

// Open decides the birth of a case: who may open one, what it needs, where it lies.
func (m *Machine) Open(ctx context.Context, l Loaded, o Opening) (Birth, error) {
	f := l.Facts
	faults := m.missing(l, o)
	c := Case{ID: o.ID, Workflow: m.def.Name, Round: o.Round, Organization: o.Organization, Project: o.Project,
		Lead: f.Actor.ID, Currency: "CNY"}
	if c.ID == "" {
		c.ID = NewID(f.Now)
	}
	locate(&c, l)
	faults = append(faults, c.adopt(o.Fields)...)
	if len(faults) > 0 {
		return Birth{}, &Invalid{Fields: faults}
	}
	if !slices.ContainsFunc(m.def.Open, func(n string) bool { return m.plays(m.parties[n], f.Actor, &c) }) {
		if l.Facts.Organization != nil && !m.party(f.Actor, &c) {
			return Birth{}, ErrNotFound // another organization's: as if it did not exist
		}
		return Birth{}, &Refused{Action: CreateAction,
			Refusals: []Refusal{*forbid("role", "您不能发起%[1]s", "you may not open: %[2]s", m.def.Title.ZH, m.def.Title.EN)}}
	}
	if f.Round != nil && m.def.Name != RoundWorkflow {
		if no := roundAnnounced(input{Facts: &f}); no != nil {
			return Birth{}, &Refused{Action: CreateAction, Refusals: []Refusal{*no}}
		}
	}
	if faults := misplaced(&c, f, o); len(faults) > 0 {
		return Birth{}, &Invalid{Fields: faults}
	}
	if m.forApplicant(m.def.Open, f.Actor, &c) {
		c.Doers = map[string][]ID{SaveAction: {f.Actor.ID}}
	}
	return m.bear(ctx, c, f)
}

// missing lists what the definition needs and the opening does not name, or that does not fit together.
func (m *Machine) missing(l Loaded, o Opening) []FieldError {
	var out []FieldError
	given := map[string]ID{"organization": o.Organization, "project": o.Project, "round": o.Round}
	found := map[string]bool{"organization": l.Facts.Organization != nil, "project": l.Project != nil,
		"round": l.Facts.Round != nil}
	for _, n := range []string{"organization", "project", "round"} {
		switch {
		case given[n] == "" && slices.Contains(m.def.Needs, n):
			out = append(out, FieldError{n, Text{ZH: "请选择", EN: "please choose one"}})
		case given[n] != "" && !found[n]:
			out = append(out, FieldError{n, Text{ZH: "没有这条记录", EN: "there is no such record"}})
		}
	}
	if r := l.Facts.Round; r != nil && r.Kind != m.def.Name {
		out = append(out, FieldError{"round", Text{ZH: "这个批次不受理「" + m.def.Title.ZH + "」",
			EN: "the round does not take cases of this kind: " + m.def.Title.EN}})
	}
	if l.Project != nil && l.Facts.Organization != nil && l.Project.Organization != l.Facts.Organization.ID {
		out = append(out, FieldError{"project", Text{ZH: "这个项目不属于所选组织", EN: "the project is not the organization's"}})
	}
	return out
}

// misplaced refuses a place or a track that the round does not take, and a place that the organization's own people may
// not choose: whose staff handles a case follows from its place.
func misplaced(c *Case, f Facts, o Opening) []FieldError {
	var out []FieldError
	if r := f.Round; r != nil {
		if !c.Region.Within(r.Region) {
			out = append(out,
				FieldError{"round", Text{ZH: "项目或组织所在地区不在这个批次的范围内，请另选批次",
					EN: "the place of the project or organization is outside the round's region; choose another round"}})
		}
		if c.Track != "" && !slices.Contains(r.Tracks, c.Track) {
			out = append(out, FieldError{"fields.track", Text{ZH: "这个批次没有这个赛道", EN: "the round has no such track"}})
		}
	}
	staff := slices.ContainsFunc(f.Actor.Roles, func(g Grant) bool {
		return g.Organization == "" &&
			c.Region.Within(g.Region)
	})
	if org := f.Organization; org != nil && !staff && f.Actor.ID != SystemID && !nearby(org.Region, c.Region) {
		field := "project"
		if _, said := o.Fields["region"]; said {
			field = "fields.region"
		}
		out = append(out, FieldError{field, farAway})
	}
	return out
}

// nearby reports whether a place lies in the organization's own county (or city, or province, where it is registered
// with that): as far as its own people may choose it.
func nearby(home, place region.Code) bool {
	if county := home.County(); county != "" {
		home = county
	}
	return place.Within(home)
}

var farAway = Text{ZH: "本组织的人只能选择本组织所在县（市、区）内的地区；其他地区请由基地工作人员代办",
	EN: "the organization's own people choose a place in its own county; ask the base's staff for another place"}

// locate takes place, title and topics from the project, else from the organization.
func locate(c *Case, l Loaded) {
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

// adopt takes over what the opener said of a case: title, track, requested_fen, region, kind, agency.
func (c *Case) adopt(fields map[string]any) []FieldError {
	var out []FieldError
	bad := func(field, zh, en string) { out = append(out, FieldError{"fields." + field, Text{ZH: zh, EN: en}}) }
	for name, v := range fields {
		s, isText := v.(string)
		switch name {
		case "title":
			line, problem := clean.Line(s, 1, maxTitle)
			if !isText || problem != nil {
				bad(name, "请写 1 到 200 个字的标题", "a title has 1 to 200 characters")
			}
			c.Title = line
		case "track":
			line, problem := clean.Line(s, 0, 40)
			if !isText || problem != nil {
				bad(name, "没有这个赛道", "there is no such track")
			}
			c.Track = line
		case "requested_fen":
			n, ok := integer(v)
			if !ok || n < 0 || n > int64(money.Max) {
				bad(name, "应为以分计的整数", "a whole number of fen is expected")
			}
			c.Requested = fen(n)
		case "region":
			code, err := region.Parse(s)
			if !isText || err != nil {
				bad(name, "没有这样的区划代码", "there is no such region code")
			}
			c.Region = code
		case "agency":
			c.Agency = s
		case "kind":
			c.Data = map[string]any{"kind": s}
		default:
			bad(name, "没有这一项", "there is no such field")
		}
	}
	return out
}

// bear gives a case its first event, clocks and duties.
func (m *Machine) bear(ctx context.Context, c Case, f Facts) (Birth, error) {
	c.DefinitionVersion, c.State, c.Version, c.LastHash = m.def.Version, m.def.Initial, 0, Hash{}
	c.Born = f.Now.UTC().Truncate(time.Microsecond)
	f.Case = c
	w := m.begin(ctx, f, Command{}, nil)
	w.doer(CreateAction)
	w.land("", m.def.Initial)
	if err := w.event(CreateAction, "", m.def.Initial); err != nil {
		return Birth{}, err
	}
	d, err := w.finish()
	if err != nil {
		return Birth{}, err
	}
	return Birth{Case: d.Case, Event: d.Events[0], Duties: d.Duties}, nil
}

// opens finds the newest approved definition of a workflow, or says why it opens no case.
func (d *Desk) opens(ctx context.Context, name string) (*Machine, error) {
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

// closedWorkflow says why a workflow opens no case.
func (d *Desk) closedWorkflow(name string) error {
	if m := d.Machines.Machine(name, 0); m != nil {
		return notApproved(name, m.def.Version)
	}
	return &Invalid{Fields: []FieldError{{"workflow", Text{ZH: "没有这个流程", EN: "no such workflow"}}}}
}

// notApproved is a version that opens no case: it waits for approval, or was withdrawn.
func notApproved(name string, version int) error {
	return &Refused{Action: CreateAction, Refusals: []Refusal{*no("not_approved",
		"流程 %[1]s 第 %[2]d 版尚未批准或已停用，不能新开案件；请安全管理员在「流程」中批准",
		"version %[2]d of workflow %[1]s waits for approval or was withdrawn, so it opens no case; a security "+
			"administrator approves it under Workflows", name, version)}}
}

// deliver completes the children that a decision opened: each by the newest approved definition of its own workflow.
func (d *Desk) deliver(ctx context.Context, f Facts, births []Birth) error {
	for i, b := range births {
		m, err := d.opens(ctx, b.Case.Workflow)
		if err != nil {
			return err
		}
		parent := f.Case
		f := f
		f.Parent = &ParentFacts{ID: parent.ID, Ref: parent.Ref, State: parent.State, Stage: parent.Stage,
			Version: parent.Version}
		born, err := m.bear(ctx, b.Case, f)
		if err != nil {
			return err
		}
		births[i] = born
	}
	return nil
}

// Draft decides the saving of work in progress: the answers by those who may edit them, or the fields of an action
// that is the actor's to do (named in field "for").
func (m *Machine) Draft(f Facts, cmd Command) (Draft, error) {
	d := Draft{Case: f.Case.ID, Actor: f.Actor.ID, Slot: AnswersSlot, At: f.Now}
	by := m.states[f.Case.State].Edit
	action, _ := cmd.Fields["for"].(string)
	allowed := []string{"answers"}
	body := map[string]any{}
	for k, v := range cmd.Fields {
		if k != "for" {
			body[k] = v
		}
	}
	if action == "" {
		if !m.edits(f.Actor, &f.Case) {
			return d, &Refused{Action: SaveAction, Refusals: []Refusal{*m.notEditor(f.Case.State)}, Offers: m.Offers(f)}
		}
	} else {
		t := m.transition(f.Case.State, action)
		if t == nil {
			return d, &NotOffered{Action: action, State: f.Case.State, Label: m.states[f.Case.State].Label, Offers: m.Offers(f)}
		}
		if !m.may(t, f.Actor, &f.Case) {
			return d, &Refused{Action: SaveAction, Refusals: []Refusal{*m.notParty(t)}, Offers: m.Offers(f)}
		}
		if !t.asksAnswers() {
			d.Slot = action
		}
		allowed, by = t.fieldNames(&f), t.def.By
	}
	d.Helps = d.Slot == AnswersSlot && m.forApplicant(by, f.Actor, &f.Case)
	if d.Slot != AnswersSlot {
		return d, d.keep(body, allowed)
	}
	if cmd.Merge {
		body["answers"] = f.merged(body["answers"])
	}
	f.schema = m.def.Form
	answers, _ := body["answers"].(map[string]any)
	if answers != nil {
		answers = form.Tidy(f.form(), answers)
		f.undeclared(answers)
		body["answers"] = answers
	}
	if err := d.keep(body, allowed); err != nil {
		return d, err
	}
	d.After, d.Version = f.DraftNumber, f.Case.Version
	d.succeed(&f, answers, cmd.Unseen)
	return d, nil
}

// merged is what was saved of the answers, with changes to single ones; what was submitted, where nothing was saved
// since.
func (f *Facts) merged(changes any) map[string]any {
	out := map[string]any{}
	var saved struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
	if json.Unmarshal(f.Draft, &saved) != nil || len(saved.Answers) == 0 {
		_ = json.Unmarshal(f.Answers, &saved.Answers) // none yet: begin again
	}
	for name, v := range saved.Answers {
		out[name] = v
	}
	given, _ := changes.(map[string]any)
	for name, v := range given {
		if out[name] = v; v == nil {
			delete(out, name)
		}
	}
	return out
}

func (t *transition) fieldNames(f *Facts) []string {
	var out []string
	for _, x := range t.asks(f) {
		out = append(out, x.Name)
	}
	return out
}

// keep checks the shape of a draft: known fields, not too large. Half-finished content is what drafts are for.
func (d *Draft) keep(body map[string]any, allowed []string) error {
	if v, given := body["answers"]; given {
		if _, isObject := v.(map[string]any); !isObject {
			return &Invalid{Fields: []FieldError{{"fields.answers",
				Text{ZH: "应为一份表格的答案（对象）", EN: "the answers of a form are expected, an object"}}}}
		}
	}
	for name := range body {
		if !slices.Contains(allowed, name) {
			return &Invalid{Fields: []FieldError{{"fields." + name, Text{ZH: "没有这一项", EN: "there is no such field"}}}}
		}
	}
	if text := nulText(body); text != "" {
		return &Invalid{Fields: []FieldError{{"fields." + text,
			Text{ZH: "有不可见的控制字符，请删去", EN: "it has invisible control characters; take them out"}}}}
	}
	raw, err := json.Marshal(body)
	if err != nil || len(raw) > MaxDraft {
		return &Invalid{Fields: []FieldError{{"fields", Text{ZH: "草稿太大", EN: "the draft is too large"}}}}
	}
	d.Body = raw
	return nil
}

// nulText finds the text with a NUL, which no database keeps; anything else may stand in a draft.
func nulText(body map[string]any) (field string) {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		raw, err := json.Marshal(map[string]any{name: body[name]})
		if err == nil && strings.Contains(strings.ReplaceAll(string(raw), `\\`, ""), `\u0000`) {
			return name
		}
	}
	return ""
}

func (m *Machine) notEditor(s State) *Refusal {
	if len(m.states[s].Edit) == 0 {
		return no("not_editable", "「%[1]s」状态下不能修改申报内容", "nothing can be edited while the case is: %[2]s",
			m.states[s].Label.ZH, m.states[s].Label.EN)
	}
	return forbid("role", "您不能修改这份申报", "you may not edit this application")
}

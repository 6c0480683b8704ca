package machine

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/form"
)

type checker struct {
	define.Checker
	m    *Machine
	uses map[*define.ActionDef][]define.Effect
}

func (c *checker) fail(format string, args ...any) { c.Fail(format, args...) }

var (
	namePattern   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	prefixPattern = regexp.MustCompile(`^[A-Z]{1,4}$`)
)

func (c *checker) name(what, s string) {
	if !namePattern.MatchString(s) {
		c.fail("%s %q: a name is up to 40 of a-z, 0-9 and _, beginning with a letter", what, s)
	}
}

func (c *checker) names() {
	d := &c.m.Def
	c.name("workflow", d.Name)
	if d.Version < 1 {
		c.fail("version: must be at least 1")
	}
	if !prefixPattern.MatchString(d.Prefix) {
		c.fail("prefix %q: one to four capital letters", d.Prefix)
	}
	for i := range d.Parties {
		p := &d.Parties[i]
		c.name("party", p.Name)
		if c.m.Parties[p.Name] != nil {
			c.fail("party %s is declared twice", p.Name)
		}
		c.m.Parties[p.Name] = p
		c.party(p)
	}
	for i := range d.Groups {
		g := &d.Groups[i]
		c.name("group", string(g.Name))
		if g.In != "" && c.m.groups[g.In] == nil {
			c.fail("group %s: lies in %s, which is not declared before it", g.Name, g.In)
		}
		if c.m.groups[g.Name] != nil {
			c.fail("group %s is declared twice", g.Name)
		}
		c.m.groups[g.Name] = g
	}
	for i := range d.States {
		c.state(&d.States[i])
	}
	if c.m.States[d.Initial] == nil {
		c.fail("initial: unknown state %q", d.Initial)
	}
	for _, n := range d.Needs {
		if !slices.Contains([]string{"organization", "project", "round"}, n) {
			c.fail("needs: %q is not organization, project or round", n)
		}
	}
	for _, n := range d.Unique {
		if !slices.Contains(d.Needs, n) {
			c.fail("unique: %q is not among what a case needs", n)
		}
	}
	checkUnique(c, "unique", d.Unique)
	c.someParties("open", d.Open)
}

var KnownRoles = []workflow.Role{workflow.RolePreparer, workflow.RoleCertifier, workflow.RoleOfficer,
	workflow.RoleChecker, workflow.RoleReviewer, workflow.RoleCosigner, workflow.RoleDecider,
	workflow.RoleFinanceMaker, workflow.RoleFinanceChecker, workflow.RoleEvaluator, workflow.RoleAnalyst,
	workflow.RoleAuditor, workflow.RoleSysadmin, workflow.RoleSecadmin,
	workflow.RoleAuditadmin, workflow.RoleSystem, workflow.RoleObjector}

func (c *checker) party(p *workflow.Party) {
	for _, r := range p.Roles {
		if !slices.Contains(KnownRoles, r) {
			c.fail("party %s: unknown role %s", p.Name, r)
		}
	}
	switch {
	case p.Side != "" && p.Side != workflow.SideApplicant && p.Side != workflow.SideStaff:
		c.fail("party %s: side is applicant or staff", p.Name)
	case p.Independent != nil && p.Applicant():
		c.fail("party %s: independent is said of a party of the staff", p.Name)
	case p.Independent != nil && !*p.Independent && p.Source == "":
		c.fail("party %s: independent: false needs a source: on what does it rest that insiders act as staff?", p.Name)
	case p.Applicant() && (p.Relation == workflow.RelSystem || p.Relation == workflow.RelPublic):
		c.fail("party %s: the system and the public are not of the applicant's side", p.Name)
	}
	switch p.Relation {
	case workflow.RelOwn, workflow.RelScope, workflow.RelAssigned, workflow.RelCompetent, workflow.RelLead:
		if len(p.Roles) == 0 {
			c.fail("party %s: relation %s needs roles", p.Name, p.Relation)
		}
	case workflow.RelAnyone, workflow.RelSystem, workflow.RelPublic:
	default:
		c.fail("party %s: unknown relation %q", p.Name, p.Relation)
	}
}

func (c *checker) state(s *define.StateDef) {
	c.name("state", string(s.Name))
	if c.m.States[s.Name] != nil || c.m.groups[s.Name] != nil {
		c.fail("state %s is declared twice", s.Name)
	}
	c.m.States[s.Name] = s
	if s.In != "" && c.m.groups[s.In] == nil {
		c.fail("state %s: unknown group %s", s.Name, s.In)
	}
	if !slices.Contains([]string{"applied", "reviewed", "funded", "reported", "none", "keep"}, s.Stage) {
		c.fail("state %s: unknown stage %q", s.Name, s.Stage)
	}
	c.someParties("state "+string(s.Name)+": see", s.See)
	c.someParties("state "+string(s.Name)+": edit", s.Edit)
}

func (c *checker) someParties(at string, names []string) {
	for _, n := range names {
		if c.m.Parties[n] == nil {
			c.fail("%s: unknown party %s", at, n)
		}
	}
}

func (c *checker) words() {
	d := &c.m.Def
	both := func(at string, t workflow.Text) {
		if !t.Complete() {
			c.fail("%s: words are missing in one language", at)
		}
	}
	both("title", d.Title)
	both("about", d.About)
	if d.Form != "" {
		for _, p := range form.Check(json.RawMessage(d.Form)) {
			c.fail("form: %s: %s", p.Field, p.Message)
		}
		c.limits()
	}
	for _, p := range d.Parties {
		both("party "+p.Name, p.Label)
	}
	for _, s := range slices.Sorted(maps.Keys(d.Stages)) {
		both("stages: "+string(s), d.Stages[s])
		if !slices.Contains(d.PublicStages(), s) {
			c.fail("stages: %s: no state has this stage", s)
		}
	}
	for _, g := range d.Groups {
		both("group "+string(g.Name), g.Label)
	}
	for _, s := range d.States {
		both("state "+string(s.Name), s.Label)
		if (s.Public != workflow.Text{}) {
			both("state "+string(s.Name)+": public", s.Public)
		}
		if s.Shown != "" && c.m.States[s.Shown] == nil {
			c.fail("state %s: shown as unknown state %s", s.Name, s.Shown)
		}
	}
	for i := range d.Actions {
		c.actionWords(&d.Actions[i], both)
	}
}

func (c *checker) actionWords(a *define.ActionDef, both func(string, workflow.Text)) {
	at := "action " + a.Name
	c.name("action", a.Name)
	if slices.Contains(builtIn, a.Name) {
		c.fail("%s: the name is taken", at)
	}
	if !a.Never {
		both(at, a.Label)
		if len(a.By) == 0 && !a.Auto {
			c.fail("%s: nobody may do it (by)", at)
		}
	}
	c.someParties(at+": by", a.By)
	if a.Note != "" && a.Note != "required" {
		c.fail("%s: note is \"required\" or absent", at)
	}
	if len(a.From) == 0 {
		c.fail("%s: from is missing", at)
	}
	for _, s := range a.From {
		if c.m.States[s] == nil && c.m.groups[s] == nil {
			c.fail("%s: unknown state %s", at, s)
		}
	}
	seen := map[string]bool{}
	for i := range a.Fields {
		f := &a.Fields[i]
		if seen[f.Name] {
			c.fail("%s: field %s is declared twice", at, f.Name)
		}
		seen[f.Name] = true
		c.field(at, f)
		both(at+": field "+f.Name, f.Label)
	}
	if a.Desk != "" && !seen["answer"] {
		c.fail("%s: an answer at desk %s needs a field \"answer\"", at, a.Desk)
	}
}

var fieldTypes = []string{"text", "money", "integer", "points", "boolean", "choice", "date", "answers", "attachments"}

func (c *checker) field(at string, f *define.FieldDef) {
	at += ": field " + f.Name
	c.name(at, f.Name)
	if !slices.Contains(fieldTypes, f.Type) {
		c.fail("%s: unknown type %q", at, f.Type)
	}
	if f.Per != "" && (f.Per != workflow.PerCriterion || f.Type != "points") {
		c.fail("%s: only points go by criterion", at)
	}
	if (f.Type == "choice") != (len(f.Choices) > 0) {
		c.fail("%s: choices belong to type choice", at)
	}
	for _, x := range f.Choices {
		if !x.Label.Complete() {
			c.fail("%s: choice %s lacks a language", at, x.Value)
		}
	}
	if f.Required && f.Example == nil && f.Type != "answers" {
		c.fail("%s: a required field needs an example", at)
	}
	for _, b := range []any{f.Min, f.Max} {
		if _, err := define.NewBounds(b); err != nil {
			c.fail("%s: %v", at, err)
		}
	}
	if s, ok := f.Example.(string); ok && len(s) > 0 && s[0] == '$' {
		if _, err := workflow.NewRef(s); err != nil {
			c.fail("%s: example: %v", at, err)
		}
	}
}

func (c *checker) timers() {
	seen, clocks := map[string]bool{}, c.Known.Clocks
	check := func(at string, list []workflow.TimerDef, states []workflow.State) {
		for _, t := range list {
			c.name(at+": timer", t.Name)
			if seen[t.Name] {
				c.fail("%s: timer %s is declared twice", at, t.Name)
			}
			seen[t.Name] = true
			if !t.Label.Complete() {
				c.fail("%s: timer %s lacks words in one language", at, t.Name)
			}
			if _, err := workflow.NewSpan(t.Period); err != nil {
				c.fail("%s: timer %s: %v", at, t.Name, err)
			}
			c.timerAction(at, t, states)
		}
	}
	for _, g := range c.m.Def.Groups {
		check("group "+string(g.Name), g.Timers, c.m.inside(g.Name))
	}
	for _, s := range c.m.Def.States {
		check("state "+string(s.Name), s.Timers, []workflow.State{s.Name})
	}
	for _, s := range c.m.Def.States {
		for _, p := range s.Pauses {
			if !slices.Contains(clocks, p) {
				c.fail("state %s: pauses unknown clock %s", s.Name, p)
			}
		}
	}
}

// timerAction requires that a timer can fire: in its state, or in at least one state of its group.
func (c *checker) timerAction(at string, t workflow.TimerDef, states []workflow.State) {
	if t.Action == "" {
		return
	}
	for _, s := range states {
		if tr := c.m.Transition(s, t.Action); tr != nil && c.firable(tr.Def) {
			return
		}
	}
	c.fail("%s: timer %s: action %s does not leave it, or the system cannot fire it", at, t.Name, t.Action)
}

func (m *Machine) inside(group workflow.State) []workflow.State {
	var out []workflow.State
	for _, s := range m.Def.States {
		if slices.Contains(m.chain(s.Name)[1:], group) {
			out = append(out, s.Name)
		}
	}
	return out
}

func (c *checker) graph() {
	reached, stuck := c.m.topology()
	for _, s := range c.m.Def.States {
		switch {
		case !reached[s.Name]:
			c.fail("state %s: nothing leads here", s.Name)
		case stuck[s.Name] && s.Outcome == "":
			c.fail("state %s: a dead end that is no outcome: nothing leads on from it", s.Name)
		}
	}
}

func (c *checker) desks() {
	for i := range c.m.Def.Desks {
		d := &c.m.Def.Desks[i]
		at := "desk " + d.Name
		c.name("desk", d.Name)
		need, err := workflow.NewRef(d.Need)
		if err != nil {
			c.fail("%s: need: %v", at, err)
		}
		if !slices.Contains([]string{"party", "person", "agency"}, d.Each) {
			c.fail("%s: each is party, person or agency", at)
		}
		if d.Restart == "" {
			d.Restart = "all"
		}
		if d.Restart != "all" && d.Restart != "later" {
			c.fail("%s: restart is all or later", at)
		}
		if len(d.Answers) == 0 {
			c.fail("%s: answers are missing", at)
		}
		c.someParties(at, append(slices.Clone(d.Parties), d.Veto...))
		if c.m.Desks[d.Name] != nil {
			c.fail("%s is declared twice", at)
		}
		c.m.Desks[d.Name] = &define.CompiledDesk{Def: d, Order: i, Need: need}
	}
}

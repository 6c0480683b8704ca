package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

// Definitions keeps workflow definitions.
type Definitions interface {
	machine.Machines
	Names() []string
	Versions(name string) []int
	// Check decodes and compiles a definition in YAML without keeping it; *workflow.Invalid says everything wrong with it.
	Check(source string) (*machine.Machine, error)
	// Load keeps it; a version in use never changes.
	Load(ctx context.Context, actor workflow.Actor, source, key string) (*machine.Machine, error)
	// Standing says how a version stands; of one that there is not, nothing.
	Standing(name string, version int) vet.DefinitionStanding
	// Approval describes a version for its approver, or workflow.ErrNotFound.
	Approval(name string, version int) (*vet.DefinitionApproval, error)
	// Approve and Withdraw change how a version stands, under workflow.MayApprove and MayWithdraw.
	Approve(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
	Withdraw(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
}

var (
	definitionsTitle = text.Text{ZH: "流程", EN: "Workflows"}
	checkTitle       = text.Text{ZH: "检查流程定义", EN: "Check a definition"}
	diffTitle        = text.Text{ZH: "两个版本的差别", EN: "What differs between two versions"}
)

// maxSource is as much of a definition as the API takes.
const maxSource = 1_000_000

// flow is a workflow in the list.
type flow struct {
	Name     string
	Title    text.Text
	Versions []int
}

func (s *site) definitions(v *visit) error {
	return v.show(http.StatusOK, definitionsTitle, definitionsPage(s.flows(), s.waitingVersions(), mayLoad(v)))
}

func (s *site) flows() (out []flow) {
	for _, n := range s.Definitions.Names() {
		out = append(out, flow{n, s.Definitions.Machine(n, 0).Definition().Title, s.Definitions.Versions(n)})
	}
	return out
}

func (f *flow) newest() int { return slices.Max(f.Versions) }

// definition is one version of a workflow.
type definition struct {
	define.Definition
	Machine  *machine.Machine
	Versions []version
	Status   vet.DefinitionStatus
	Moves    []move
}

// move is one row of the table beside the diagram.
type move struct {
	From, Action, To text.Text
	By, Guards       []text.Text
}

// machine finds the definition that the address names.
func (s *site) machine(v *visit, version string) (*machine.Machine, error) {
	n := 0
	if version != "" {
		var err error
		if n, err = strconv.Atoi(version); err != nil || n < 1 {
			return nil, workflow.ErrNotFound
		}
	}
	if m := s.Definitions.Machine(v.Param("name"), n); m != nil {
		return m, nil
	}
	return nil, workflow.ErrNotFound
}

func (s *site) definitionPage(v *visit) error {
	m, err := s.machine(v, v.QueryParam("version"))
	if err != nil {
		return err
	}
	d := defined(m)
	d.Versions, d.Status = s.versions(d.Name), s.Definitions.Standing(d.Name, d.Version).Status
	return v.show(http.StatusOK, d.Title, definitionView(d))
}

// defined reads a machine as its page shows it.
func defined(m *machine.Machine) *definition {
	d := &definition{Definition: m.Definition(), Machine: m}
	states, parties, actions := map[workflow.State]text.Text{}, map[string]text.Text{}, map[string]define.ActionDef{}
	for _, s := range d.States {
		states[s.Name] = s.Label
	}
	for _, p := range d.Parties {
		parties[p.Name] = p.Label
	}
	for _, a := range d.Actions {
		actions[a.Name] = a
	}
	for _, e := range m.Edges() {
		a, known := actions[e.Action]
		if i := slices.IndexFunc(d.Actions, func(x define.ActionDef) bool {
			return x.Name == e.Action &&
				slices.Contains(x.From, e.From)
		}); i >= 0 {
			a = d.Actions[i] // the entry nearest to the state
		}
		if !known {
			continue
		}
		x := move{From: states[e.From], Action: a.Label, To: states[e.To]}
		for _, by := range a.By {
			x.By = append(x.By, parties[by])
		}
		for _, g := range m.Guards(e.From, e.Action) {
			x.Guards = append(x.Guards, g.Label())
		}
		d.Moves = append(d.Moves, x)
	}
	return d
}

// diagram serves the state diagram as a picture of its own: nothing in it can act on a page.
func (s *site) diagram(v *visit) error {
	m, err := s.machine(v, v.QueryParam("version"))
	if err != nil {
		return err
	}
	v.Response().Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	return v.Blob(http.StatusOK, "image/svg+xml; charset=utf-8", []byte(vet.SVG(m, v.frame.Lang)))
}

func (s *site) diff(v *visit) error {
	from, err := s.machine(v, v.QueryParam("from"))
	if err != nil {
		return err
	}
	to, err := s.machine(v, v.QueryParam("to"))
	if err != nil {
		return err
	}
	a, b := from.Definition(), to.Definition()
	return v.show(http.StatusOK, diffTitle, diffPage(&a, &b, vet.Differences(&a, &b)))
}

// trial is a definition being checked.
type trial struct {
	entryForm
	Found *definition
	Than  int // the version it is compared with; 0: the workflow is new
	Diff  []vet.Difference
}

func (s *site) checkPage(v *visit) error {
	if !mayLoad(v) {
		return workflow.ErrNotFound
	}
	return v.show(http.StatusOK, checkTitle, trialPage(&trial{entryForm: newEntry(nil)}))
}

func mayLoad(v *visit) bool { return vet.May(*v.frame.Actor, workflow.KindWorkflow, "load") }

// checkDefinition says everything that is wrong with a definition, or how it differs from the one in use; and keeps it
// where that was asked for.
func (s *site) checkDefinition(v *visit) error {
	if !mayLoad(v) {
		return workflow.ErrNotFound
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	x := &trial{entryForm: givenEntry(form)}
	source := strings.ReplaceAll(form.Get("source"), "\r\n", "\n") // browsers send both
	if len(source) > maxSource {
		x.Faults["source"] = say(v.ctx, "定义太长，最多 1 MB", "the definition is too long: at most 1 MB")
		return v.show(http.StatusRequestEntityTooLarge, checkTitle, trialPage(x))
	}
	var m *machine.Machine
	if form.Get("what") == "load" {
		if m, err = s.Definitions.Load(v.ctx, *v.frame.Actor, source, keyOf(x.Key, "load")); err == nil {
			return v.onward(fmt.Sprintf("/workflows/%s?version=%d", m.Definition().Name, m.Definition().Version), "saved")
		}
	} else if m, err = s.Definitions.Check(source); err == nil {
		x.compare(m, s.Definitions)
		return v.show(http.StatusOK, checkTitle, trialPage(x))
	}
	status, known := x.explain(v, err)
	if !known {
		return err
	}
	return v.show(status, checkTitle, trialPage(x))
}

func (x *trial) compare(m *machine.Machine, in Definitions) {
	x.Found = defined(m)
	old := in.Machine(x.Found.Name, 0)
	if old == nil {
		return
	}
	was := old.Definition()
	x.Than, x.Diff = was.Version, vet.Differences(&was, &x.Found.Definition)
}

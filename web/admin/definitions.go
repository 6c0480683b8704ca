package admin

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

// maxSource is the API's limit.
const maxSource = 1_000_000

type flow struct {
	Name     string
	Title    text.Text
	Versions []int
}

func (s *AdminPages) DefinitionsPage(v *ui.Visit) error {
	return v.Show(http.StatusOK, ui.DefinitionsTitle, definitionsPage(s.flows(), s.waitingVersions(), mayLoad(v)))
}

func (s *AdminPages) flows() (out []flow) {
	for _, n := range s.Definitions.Names() {
		out = append(out, flow{n, s.Definitions.Machine(n, 0).Definition().Title, s.Definitions.Versions(n)})
	}
	return out
}

func (f *flow) newest() int { return slices.Max(f.Versions) }

type definition struct {
	define.Definition
	Machine  *machine.Machine
	Versions []version
	Status   vet.DefinitionStatus
	Moves    []move
}

type move struct {
	From, Action, To text.Text
	By, Guards       []text.Text
}

func (s *AdminPages) machine(v *ui.Visit, version string) (*machine.Machine, error) {
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

func (s *AdminPages) DefinitionPage(v *ui.Visit) error {
	m, err := s.machine(v, v.QueryParam("version"))
	if err != nil {
		return err
	}
	d := defined(m)
	d.Versions, d.Status = s.versions(d.Name), s.Definitions.Standing(d.Name, d.Version).Status
	return v.Show(http.StatusOK, d.Title, definitionView(d))
}

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

// Diagram serves the state diagram as an image: its content cannot act on a page.
func (s *AdminPages) Diagram(v *ui.Visit) error {
	m, err := s.machine(v, v.QueryParam("version"))
	if err != nil {
		return err
	}
	v.Response().Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	return v.Blob(http.StatusOK, "image/svg+xml; charset=utf-8", []byte(vet.SVG(m, v.Frame.Lang)))
}

func (s *AdminPages) Diff(v *ui.Visit) error {
	from, err := s.machine(v, v.QueryParam("from"))
	if err != nil {
		return err
	}
	to, err := s.machine(v, v.QueryParam("to"))
	if err != nil {
		return err
	}
	a, b := from.Definition(), to.Definition()
	return v.Show(http.StatusOK, ui.DiffTitle, diffPage(&a, &b, vet.Changes(from, to), vet.Differences(&a, &b)))
}

type trial struct {
	ui.EntryForm
	Found   *definition
	Than    int // the version compared with; 0: the workflow is new
	Changes []vet.Change
	Diff    []vet.Difference
}

func (s *AdminPages) CheckPage(v *ui.Visit) error {
	if !mayLoad(v) {
		return workflow.ErrNotFound
	}
	return v.Show(http.StatusOK, ui.CheckTitle, trialPage(&trial{EntryForm: ui.NewEntry(nil)}))
}

func mayLoad(v *ui.Visit) bool { return vet.May(*v.Frame.Actor, workflow.KindWorkflow, "load") }

// CheckDefinition lists a definition's faults or its differences from the version in use; it stores the definition if
// the form says so.
func (s *AdminPages) CheckDefinition(v *ui.Visit) error {
	if !mayLoad(v) {
		return workflow.ErrNotFound
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	x := &trial{EntryForm: ui.GivenEntry(form)}
	source := strings.ReplaceAll(form.Get("source"), "\r\n", "\n") // browsers send either
	if len(source) > maxSource {
		x.Faults["source"] = ui.Say(v.Ctx, sayTheDefinitionIsToo)
		return v.Show(http.StatusRequestEntityTooLarge, ui.CheckTitle, trialPage(x))
	}
	var m *machine.Machine
	if form.Get("what") == "load" {
		if m, err = s.Loader.Load(v.Ctx, *v.Frame.Actor, source); err == nil {
			return v.Onward(fmt.Sprintf("/workflows/%s?version=%d", m.Definition().Name, m.Definition().Version), "saved")
		}
	} else if m, err = s.Loader.Check(source); err == nil {
		x.compare(m, s.Definitions)
		return v.Show(http.StatusOK, ui.CheckTitle, trialPage(x))
	}
	status, known := x.Explain(v, err)
	if !known {
		return err
	}
	return v.Show(status, ui.CheckTitle, trialPage(x))
}

func (x *trial) compare(m *machine.Machine, in machine.Machines) {
	x.Found = defined(m)
	old := in.Machine(x.Found.Name, 0)
	if old == nil {
		return
	}
	was := old.Definition()
	x.Than, x.Changes, x.Diff = was.Version, vet.Changes(old, m), vet.Differences(&was, &x.Found.Definition)
}

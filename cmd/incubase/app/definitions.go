package app

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

// Definitions takes in what an administrator loads.
type Definitions struct{ In *Installation }

// Check decodes and compiles a definition without keeping it.
func (d Definitions) Check(source string) (*machine.Machine, error) {
	e, err := d.read(source)
	return e.Machine, err
}

// read decodes and compiles a definition, and holds it against those there are.
func (d Definitions) read(source string) (catalog.Entry, error) {
	def, err := catalog.Decode([]byte(source))
	if err != nil {
		return catalog.Entry{}, faulty(err)
	}
	e, err := catalog.NewEntry(def)
	if err != nil {
		return catalog.Entry{}, faulty(err)
	}
	if err := d.In.Catalog.Fits(def); err != nil {
		return catalog.Entry{}, faulty(err)
	}
	return e, nil
}

func (d Definitions) Load(ctx context.Context, actor workflow.Actor, source string) (*machine.Machine, error) {
	if !vet.May(actor, workflow.KindWorkflow, "load") {
		return nil, &workflow.Refused{Action: "workflow.load", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: workflow.Text{ZH: "只有系统管理员可以装入流程定义", EN: "only the system administrator may load a definition"}}}}
	}
	return d.Take(ctx, actor, source)
}

// Take stores a definition, for an administrator over HTTP and for the command line.
func (d Definitions) Take(ctx context.Context, actor workflow.Actor, source string) (*machine.Machine, error) {
	e, err := d.read(source)
	if err != nil {
		return nil, err
	}
	if err := d.In.DB.DefineBy(ctx, actor.ID, e.Machine); err != nil {
		if isChanged(err) {
			return nil, faulty(catalog.ErrChanged)
		}
		return nil, err
	}
	if err := d.In.Learn(ctx); err != nil {
		return nil, err
	}
	def := e.Machine.Definition()
	return d.In.Catalog.Machine(def.Name, def.Version), nil
}

func (d Definitions) Approve(ctx context.Context, actor workflow.Actor, name string, version int,
	note string) (*vet.DefinitionApproval, error) {
	return d.stand(ctx, actor, name, version, note, vet.DefinitionApproved, vet.MayApprove)
}

func (d Definitions) Withdraw(ctx context.Context, actor workflow.Actor, name string, version int,
	note string) (*vet.DefinitionApproval, error) {
	return d.stand(ctx, actor, name, version, note, vet.DefinitionWithdrawn, vet.MayWithdraw)
}

// stand changes how a version stands, as the database has it at this moment; a repetition by the same person changes
// nothing.
func (d Definitions) stand(ctx context.Context, actor workflow.Actor, name string, version int, note string,
	to vet.DefinitionStatus, may func(workflow.Actor,
		vet.DefinitionStanding) error) (*vet.DefinitionApproval, error) {
	if utf8.RuneCountInString(note) > 500 {
		return nil, &workflow.Invalid{Fields: []workflow.FieldError{{Field: "note",
			Message: workflow.Text{ZH: "最多 500 字", EN: "at most 500 characters"}}}}
	}
	for try := 1; ; try++ {
		if err := d.In.Learn(ctx); err != nil {
			return nil, err
		}
		e := d.In.Catalog.Entry(name, version)
		if e == nil {
			return nil, workflow.ErrNotFound
		}
		if e.Standing.Done(to, actor.ID) {
			return d.In.Catalog.Approval(name, version)
		}
		if err := may(actor, e.Standing); err != nil {
			return nil, err
		}
		if err := d.In.DB.StandDefinition(ctx, actor.ID, name, version, to, note); err != nil &&
			(!errors.Is(err, workflow.ErrMoved) || try == 3) {
			return nil, err
		}
	}
}

// Try tries a version on the live cases of its workflow; workflow.ErrNotFound for who may not.
func (d Definitions) Try(ctx context.Context, actor workflow.Actor, name string, version int) (*vet.Trial, error) {
	if !vet.MayTry(actor) {
		return nil, workflow.ErrNotFound
	}
	if err := d.In.Learn(ctx); err != nil {
		return nil, err
	}
	e := d.In.Catalog.Entry(name, version)
	if e == nil {
		return nil, workflow.ErrNotFound
	}
	return d.Trial(ctx, actor, e.Machine)
}

// Trial tries a definition, loaded or not, on the live cases of its workflow. It writes nothing.
func (d Definitions) Trial(ctx context.Context, actor workflow.Actor, m *machine.Machine) (*vet.Trial, error) {
	try := vet.NewTry(m)
	live, err := d.In.DB.Spread.Live(ctx, m.Def.Name, vet.TrialCases, func(l *workflow.Loaded) error {
		c := &l.Facts.Case
		old := d.In.Catalog.Machine(c.Workflow, c.DefinitionVersion)
		if old == nil {
			return fmt.Errorf("case %s: no definition %s version %d", c.Ref, c.Workflow, c.DefinitionVersion)
		}
		d.In.Desk.Complete(&l.Facts, actor)
		try.Case(old, l.Facts, desk.Visible(old, l.Facts) && old.Shown(actor, c, c.State) == c.State)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("try %s version %d on live cases: %w", m.Def.Name, m.Def.Version, err)
	}
	return try.Result(live), nil
}

// faulty says what is wrong with a definition. The decoder has words in both languages; the compiler's are for
// administrators and exist in English.
func faulty(err error) error {
	var f *catalog.Fault
	if errors.As(err, &f) {
		m := f.Message
		if f.Line > 0 {
			m = workflow.Text{ZH: fmt.Sprintf("第 %d 行：%s", f.Line, m.ZH), EN: fmt.Sprintf("line %d: %s", f.Line, m.EN)}
		}
		return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "source", Message: m}}}
	}
	return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "source",
		Message: workflow.Text{ZH: "流程定义有误：" + err.Error(), EN: err.Error()}}}}
}

package machine

import (
	"context"
	"maps"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// effect changes the working copy of the case and collects what the commit must write. It is pure.
type effect interface {
	Apply(w *define.Work)
}

type effectFunc func(w *define.Work)

func (f effectFunc) Apply(w *define.Work) { f(w) }

type effectMaker func(*checker, *workflow.Params) effect

var effectMakers map[string]effectMaker

func init() {
	effectMakers = map[string]effectMaker{}
	for _, part := range []map[string]effectMaker{reviewEffects, noticeEffects, objectionEffects, moneyEffects,
		paperEffects, plainEffects} {
		maps.Copy(effectMakers, part)
	}
}

func EffectNames() []string { return define.SortedKeys(effectMakers) }

// ledger marks effects that post money: their actions require an idempotency key.
type ledger struct{ effectFunc }

// vetted is an effect that checks fields once all have their types.
type vetted struct {
	effectFunc
	problems func(*workflow.Facts, map[string]any) []workflow.FieldError
}

func (t *Transition) vet(f *workflow.Facts, fields map[string]any) error {
	var out []workflow.FieldError
	for _, e := range t.effects {
		if v, ok := e.(vetted); ok {
			out = append(out, v.problems(f, fields)...)
		}
	}
	if len(out) > 0 {
		return &workflow.Invalid{Fields: out}
	}
	return nil
}

func simply(f func(*define.Work)) effectMaker {
	return func(*checker, *workflow.Params) effect { return effectFunc(f) }
}

func posting(f func(*define.Work)) effectMaker {
	return func(*checker, *workflow.Params) effect { return ledger{f} }
}

// work is a decision of this machine.
type work struct {
	define.Work
	ctx context.Context
	m   *Machine
	at  *Transition
	// resumed means that the branch taken returns to the stored state.
	resumed bool
}

// Begin works on a copy of the case, so that the caller's facts stay as they were.
func (m *Machine) Begin(ctx context.Context, f workflow.Facts, cmd workflow.Command, fields map[string]any) *work {
	w := &work{ctx: ctx, m: m,
		Work: define.Work{Facts: f, Note: cmd.Note, Fields: fields, Engine: m, Plans: m.plans}}
	w.D.Before = f.Case
	w.Case, w.Waiting = f.Case.Clone(), slices.Clone(f.Waiting)
	return w
}

var plainEffects = map[string]effectMaker{
	"freeze_answers": simply(freezeAnswers),
	"coached":        simply(coach),
	"store_state":    func(*checker, *workflow.Params) effect { return storeState{} },
	"count": func(_ *checker, p *workflow.Params) effect {
		name := p.Need("name")
		p.Free(name)
		return effectFunc(func(w *define.Work) { w.Count(name) })
	},
	"record": func(_ *checker, p *workflow.Params) effect {
		names := p.Texts("fields")
		if len(names) == 0 {
			p.Fail("fields are missing")
		}
		return effectFunc(func(w *define.Work) {
			for _, n := range names {
				if v, ok := w.Fields[n]; ok {
					w.Record(n, v)
				}
			}
		})
	},
	"forget": func(_ *checker, p *workflow.Params) effect {
		facts, actions, counts := p.Texts("facts"), p.Texts("actions"), p.Texts("counts")
		if len(facts)+len(actions)+len(counts) == 0 {
			p.Fail("facts, actions or counts are missing")
		}
		p.Free(counts...)
		return effectFunc(func(w *define.Work) {
			for _, n := range facts {
				delete(w.C().Data, n)
			}
			for _, a := range actions {
				delete(w.C().Doers, a)
			}
			for _, n := range counts {
				delete(w.C().Counts, n)
			}
		})
	},
	"restart_desk": func(c *checker, p *workflow.Params) effect {
		d := c.m.Desks[p.Need("desk")]
		if d == nil {
			p.Fail("unknown desk")
		}
		return effectFunc(func(w *define.Work) { d.Void(w.C()) })
	},
	"bind_attachments": simply(func(w *define.Work) {
		list, _ := w.Fields["attachments"].([]string)
		w.D.Attach = append(w.D.Attach, list...)
	}),
	"delete_draft": simply(func(w *define.Work) {
		c := w.C()
		c.Title, c.Topics, c.Requested = "", nil, 0
		w.D.Discard = true
	}),
	"emit": func(_ *checker, p *workflow.Params) effect {
		p.Need("topic")
		return effectFunc(func(*define.Work) {}) // nothing sends messages yet
	},
	"signal": func(_ *checker, p *workflow.Params) effect {
		action := p.Need("action")
		return effectFunc(func(w *define.Work) { w.Signal(action) })
	},
}

type storeState struct{}

func (storeState) Apply(w *define.Work) { w.C().StoredState = w.From }

type deskAnswer struct {
	m *Machine
	d *define.CompiledDesk
}

func (e deskAnswer) Apply(w *define.Work) {
	party, agency := seat(e.d, e.m, &w.Facts)
	w.C().Approvals = append(w.C().Approvals, workflow.Approval{Desk: e.d.Def.Name, Order: e.d.Order, Party: party,
		By: w.Actor.ID, Name: w.Actor.Name, Agency: agency, Answer: w.Text("answer"), Text: w.Text(define.TextField),
		At: w.Now})
}

package machine

import (
	"context"
	"maps"
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
)

// effect changes the working copy of the case and collects what the commit must write. It is pure.
type effect interface {
	Apply(w *work)
}

type effectFunc func(w *work)

func (f effectFunc) Apply(w *work) { f(w) }

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

func simply(f func(*work)) effectMaker {
	return func(*checker, *workflow.Params) effect { return effectFunc(f) }
}

func posting(f func(*work)) effectMaker {
	return func(*checker, *workflow.Params) effect { return ledger{f} }
}

type work struct {
	ctx    context.Context
	m      *Machine
	f      workflow.Facts // Case is the working copy
	cmd    workflow.Command
	Fields map[string]any // checked and typed: int64, string, bool, []string, json.RawMessage
	at     *Transition
	// resumed means that the branch taken returns to the stored state.
	resumed bool
	issues  []issue // papers to write once the action has landed
	d       workflow.Decision
}

// Begin works on a copy of the case, so that the caller's facts stay as they were.
func (m *Machine) Begin(ctx context.Context, f workflow.Facts, cmd workflow.Command, fields map[string]any) *work {
	w := &work{ctx: ctx, m: m, f: f, cmd: cmd, Fields: fields}
	w.d.Before = f.Case
	w.f.Case, w.f.Waiting = f.Case.Clone(), slices.Clone(f.Waiting)
	return w
}

func (w *work) C() *workflow.Case { return &w.f.Case }

func (w *work) today() calendar.Date { return w.f.Today() }

// next is the case's version after the event being decided.
func (w *work) next() int { return w.d.Before.Version + len(w.d.Events) + 1 }

func (w *work) text(field string) string  { s, _ := w.Fields[field].(string); return s }
func (w *work) number(field string) int64 { n, _ := w.Fields[field].(int64); return n }
func (w *work) yes(field string) bool     { b, _ := w.Fields[field].(bool); return b }

func (w *work) count(name string) {
	if w.C().Counts == nil {
		w.C().Counts = map[string]int{}
	}
	w.C().Counts[name]++
}

func (w *work) record(name string, v any) {
	if w.C().Data == nil {
		w.C().Data = map[string]any{}
	}
	w.C().Data[name] = v
}

var plainEffects = map[string]effectMaker{
	"freeze_answers": simply(freezeAnswers),
	"coached":        simply(coach),
	"store_state":    func(*checker, *workflow.Params) effect { return storeState{} },
	"count": func(_ *checker, p *workflow.Params) effect {
		name := p.Need("name")
		p.Free(name)
		return effectFunc(func(w *work) { w.count(name) })
	},
	"record": func(_ *checker, p *workflow.Params) effect {
		names := p.Texts("fields")
		if len(names) == 0 {
			p.Fail("fields are missing")
		}
		return effectFunc(func(w *work) {
			for _, n := range names {
				if v, ok := w.Fields[n]; ok {
					w.record(n, v)
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
		return effectFunc(func(w *work) {
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
		return effectFunc(func(w *work) { d.Void(w.C()) })
	},
	"bind_attachments": simply(func(w *work) {
		list, _ := w.Fields["attachments"].([]string)
		w.d.Attach = append(w.d.Attach, list...)
	}),
	"delete_draft": simply(func(w *work) {
		c := w.C()
		c.Title, c.Topics, c.Requested = "", nil, 0
		w.d.Discard = true
	}),
	"emit": func(_ *checker, p *workflow.Params) effect {
		p.Need("topic")
		return effectFunc(func(*work) {}) // nothing sends messages yet
	},
	"signal": func(_ *checker, p *workflow.Params) effect {
		action := p.Need("action")
		return effectFunc(func(w *work) { w.signal(action) })
	},
}

type storeState struct{}

func (storeState) Apply(w *work) { w.C().StoredState = w.at.from }

type deskAnswer struct{ d *define.CompiledDesk }

func (e deskAnswer) Apply(w *work) {
	party, agency := seat(e.d, w.m, &w.f)
	w.C().Approvals = append(w.C().Approvals, workflow.Approval{Desk: e.d.Def.Name, Order: e.d.Order, Party: party,
		By: w.f.Actor.ID, Name: w.f.Actor.Name, Agency: agency, Answer: w.text("answer"), Text: w.text(define.TextField),
		At: w.f.Now})
}

func (w *work) signal(action string) {
	c := w.C()
	if c.Parent == "" {
		return
	}
	fields := map[string]any{"child": c.ID}
	if c.Tranche > 0 {
		fields["tranche"] = c.Tranche
	}
	if kind, ok := c.Data["kind"].(string); ok {
		fields["kind"] = kind
	}
	if c.Paid > 0 {
		fields["amount_fen"] = int64(c.Paid)
	}
	w.d.Signals = append(w.d.Signals, workflow.Signal{To: c.Parent, Action: action, Fields: fields})
}

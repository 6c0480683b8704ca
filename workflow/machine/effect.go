package machine

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

func init() {
	for _, defs := range [][]define.EffectDef{reviewEffects, noticeEffects, objectionEffects, childEffects, paperEffects,
		resultEffects, plainEffects} {
		define.Effects(defs...)
	}
}

// Short forms for the tables of effects.
type (
	asks  = map[string]string
	words = []string
	marks = []define.Mark
)

// using is an effect whose parameters add to its traits.
func using(t define.Traits, f func(*define.Work)) define.Effect {
	return define.Effect{Traits: t, Apply: f}
}

func (t *Transition) vet(f *workflow.Facts, fields map[string]any) error {
	var out []workflow.FieldError
	for i := range t.effects {
		if vet := t.effects[i].Vet; vet != nil {
			out = append(out, vet(f, fields)...)
		}
	}
	if len(out) > 0 {
		return &workflow.Invalid{Fields: out}
	}
	return nil
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

var plainEffects = []define.EffectDef{
	{Name: "freeze_answers", About: `field "answers" becomes the next revision; title, topics and ` +
		`requested_fen follow`,
		Traits: define.Traits{Asks: asks{"answers": "answers"}},
		Make:   define.Simply(freezeAnswers)},
	{Name: "coached", About: "the actor coached the organization, and for the round's look-back neither " +
		"scores nor decides on its other cases",
		Make: define.Simply(coach)},
	{Name: "store_state", About: "stores the state for $stored",
		Traits: define.Traits{Marks: marks{define.Stores}},
		Make:   define.Simply(func(w *define.Work) { w.C().StoredState = w.From })},
	{Name: "count", About: "adds one to a counter", Params: define.ParamsOf("name*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name := p.Need("name")
			p.Free(name)
			return using(define.Traits{Keeps: define.Names{Counts: words{name}}}, func(w *define.Work) { w.Count(name) })
		}},
	{Name: "record", About: "records fields as facts of the case", Params: define.ParamsOf("fields*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			names := p.Texts("fields")
			if len(names) == 0 {
				p.Fail("fields are missing")
			}
			t := define.Traits{Reads: define.Names{Fields: names}, Keeps: define.Names{Facts: names}}
			return using(t, func(w *define.Work) {
				for _, n := range names {
					if v, ok := w.Fields[n]; ok {
						w.Record(n, v)
					}
				}
			})
		}},
	{Name: "forget", About: `removes facts, lets acts under "once" be done again, resets counters`,
		Params: define.ParamsOf("facts actions counts"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			facts, actions, counts := p.Texts("facts"), p.Texts("actions"), p.Texts("counts")
			if len(facts)+len(actions)+len(counts) == 0 {
				p.Fail("facts, actions or counts are missing")
			}
			p.Free(counts...)
			return define.Applying(func(w *define.Work) {
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
		}},
	{Name: "restart_desk", About: "voids answers by the desk's restart rule", Params: define.ParamsOf("desk*"),
		Make: func(c *define.Checker, p *workflow.Params) define.Effect {
			d := c.Desks[p.Need("desk")]
			if d == nil {
				p.Fail("unknown desk")
			}
			return define.Applying(func(w *define.Work) { d.Void(w.C()) })
		}},
	{Name: "bind_attachments", About: `binds the uploads in field "attachments"`,
		Traits: define.Traits{Asks: asks{"attachments": "attachments"}},
		Make: define.Simply(func(w *define.Work) {
			list, _ := w.Fields["attachments"].([]string)
			w.D.Attach = append(w.D.Attach, list...)
		})},
	{Name: "delete_draft", About: "deletes answers, files and title of a draft that was never submitted",
		Traits: define.Traits{Marks: marks{define.Discards}},
		Make: func(c *define.Checker, p *workflow.Params) define.Effect {
			if a := c.Action; len(a.From) != 1 || a.From[0] != c.Def.Initial || a.Auto {
				p.Fail("only a draft can be deleted, by a person: from the initial state alone")
			}
			return define.Applying(func(w *define.Work) {
				c := w.C()
				c.Title, c.Topics, c.Requested = "", nil, 0
				w.D.Discard = true
			})
		}},
	{Name: "emit", About: "names a topic of messages about the act; none are sent yet", Params: define.ParamsOf("topic*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			p.Need("topic")
			return define.Applying(func(*define.Work) {}) // nothing sends messages yet
		}},
	{Name: "signal", About: "queues an action of the parent", Params: define.ParamsOf("action*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			action := p.Need("action")
			return define.Applying(func(w *define.Work) { w.Signal(action) })
		}},
}

// answers records an answer at a desk.
func (m *Machine) answers(d *define.CompiledDesk) define.Effect {
	return define.Applying(func(w *define.Work) {
		party, agency := seat(d, m, &w.Facts)
		w.C().Approvals = append(w.C().Approvals, workflow.Approval{Desk: d.Def.Name, Order: d.Order, Party: party,
			By: w.Actor.ID, Name: w.Actor.Name, Agency: agency, Answer: w.Text("answer"), Text: w.Text(define.TextField),
			At: w.Now})
	})
}

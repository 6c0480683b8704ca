package workflow

import (
	"context"
	"maps"
	"slices"

	"incubase/workflow/calendar"
)

// effect is a value of the closed registry: it changes the working copy of the case and collects what the commit must
// write. It is pure; the store performs what it collected.
type effect interface {
	apply(w *work)
}

// effectFunc is an effect without parameters.
type effectFunc func(w *work)

func (f effectFunc) apply(w *work) { f(w) }

type effectMaker func(*checker, *params) effect

// effectMakers is the closed registry; registry.go documents it.
var effectMakers map[string]effectMaker

func init() {
	effectMakers = map[string]effectMaker{}
	for _, part := range []map[string]effectMaker{reviewEffects, noticeEffects, objectionEffects, moneyEffects,
		paperEffects, plainEffects} {
		maps.Copy(effectMakers, part)
	}
}

// EffectNames lists the registry, sorted.
func EffectNames() []string { return sortedKeys(effectMakers) }

// ledger marks the effects that post money: their actions require an idempotency key.
type ledger struct{ effectFunc }

// vetted is an effect that may find a field wrong, once all fields have their form.
type vetted struct {
	effectFunc
	problems func(*Facts, map[string]any) []FieldError
}

// vet collects what the effects of an action find wrong with its fields.
func (t *transition) vet(f *Facts, fields map[string]any) error {
	var out []FieldError
	for _, e := range t.effects {
		if v, ok := e.(vetted); ok {
			out = append(out, v.problems(f, fields)...)
		}
	}
	if len(out) > 0 {
		return &Invalid{Fields: out}
	}
	return nil
}

// simply makes an effect without parameters.
func simply(f func(*work)) effectMaker {
	return func(*checker, *params) effect { return effectFunc(f) }
}

func posting(f func(*work)) effectMaker {
	return func(*checker, *params) effect { return ledger{f} }
}

// work is a decision under way: the facts with a working copy of the case, and what the commit will write.
type work struct {
	ctx    context.Context
	m      *Machine
	f      Facts // Case is the working copy
	cmd    Command
	fields map[string]any // checked and typed: int64, string, bool, []string, json.RawMessage
	at     *transition
	// resumed: the branch taken returns to the stored state
	resumed bool
	issues  []issue // papers that the action issues, written once it has landed
	d       Decision
}

// begin copies the case, so that the facts stay what they were.
func (m *Machine) begin(ctx context.Context, f Facts, cmd Command, fields map[string]any) *work {
	w := &work{ctx: ctx, m: m, f: f, cmd: cmd, fields: fields}
	w.d.Before = f.Case
	w.f.Case, w.f.Waiting = f.Case.clone(), slices.Clone(f.Waiting)
	return w
}

// clone copies everything an effect may change in place.
func (c Case) clone() Case {
	c.Topics = slices.Clone(c.Topics)
	c.Assignments = slices.Clone(c.Assignments)
	c.Cosigns = slices.Clone(c.Cosigns)
	c.Approvals = slices.Clone(c.Approvals)
	c.Tranches = slices.Clone(c.Tranches)
	c.Clocks = slices.Clone(c.Clocks)
	for i := range c.Clocks {
		c.Clocks[i].Pauses = slices.Clone(c.Clocks[i].Pauses)
	}
	c.Counts = maps.Clone(c.Counts)
	c.Data = maps.Clone(c.Data)
	c.Doers = maps.Clone(c.Doers)
	return c
}

func (w *work) c() *Case { return &w.f.Case }

func (w *work) today() calendar.Date { return w.f.today() }

// next is the version the case will have after the event being decided.
func (w *work) next() int { return w.d.Before.Version + len(w.d.Events) + 1 }

func (w *work) text(field string) string  { s, _ := w.fields[field].(string); return s }
func (w *work) number(field string) int64 { n, _ := w.fields[field].(int64); return n }
func (w *work) yes(field string) bool     { b, _ := w.fields[field].(bool); return b }

func (w *work) count(name string) {
	if w.c().Counts == nil {
		w.c().Counts = map[string]int{}
	}
	w.c().Counts[name]++
}

func (w *work) record(name string, v any) {
	if w.c().Data == nil {
		w.c().Data = map[string]any{}
	}
	w.c().Data[name] = v
}

// plainEffects need no explanation beyond registry.go.
var plainEffects = map[string]effectMaker{
	"freeze_answers": simply(freezeAnswers),
	"coached":        simply(coach),
	"store_state":    func(*checker, *params) effect { return storeState{} },
	"count": func(_ *checker, p *params) effect {
		name := p.need("name")
		p.free(name)
		return effectFunc(func(w *work) { w.count(name) })
	},
	"record": func(_ *checker, p *params) effect {
		names := p.texts("fields")
		if len(names) == 0 {
			p.fail("fields are missing")
		}
		return effectFunc(func(w *work) {
			for _, n := range names {
				if v, ok := w.fields[n]; ok {
					w.record(n, v)
				}
			}
		})
	},
	"forget": func(_ *checker, p *params) effect {
		facts, actions, counts := p.texts("facts"), p.texts("actions"), p.texts("counts")
		if len(facts)+len(actions)+len(counts) == 0 {
			p.fail("facts, actions or counts are missing")
		}
		p.free(counts...)
		return effectFunc(func(w *work) {
			for _, n := range facts {
				delete(w.c().Data, n)
			}
			for _, a := range actions {
				delete(w.c().Doers, a)
			}
			for _, n := range counts {
				delete(w.c().Counts, n)
			}
		})
	},
	"restart_desk": func(c *checker, p *params) effect {
		d := c.m.desks[p.need("desk")]
		if d == nil {
			p.fail("unknown desk")
		}
		return effectFunc(func(w *work) { d.void(w.c()) })
	},
	"bind_attachments": simply(func(w *work) {
		list, _ := w.fields["attachments"].([]string)
		w.d.Attach = append(w.d.Attach, list...)
	}),
	"delete_draft": simply(func(w *work) {
		c := w.c()
		c.Title, c.Topics, c.Requested = "", nil, 0
		w.d.Discard = true
	}),
	"emit": func(_ *checker, p *params) effect {
		p.need("topic")
		return effectFunc(func(*work) {}) // there are no messages yet to send
	},
	"signal": func(_ *checker, p *params) effect {
		action := p.need("action")
		return effectFunc(func(w *work) { w.signal(action) })
	},
}

// storeState remembers where resume returns to.
type storeState struct{}

func (storeState) apply(w *work) { w.c().StoredState = w.at.from }

// deskAnswer keeps an answer given at a desk.
type deskAnswer struct{ d *desk }

func (e deskAnswer) apply(w *work) {
	party, agency := e.d.seat(w.m, &w.f)
	w.c().Approvals = append(w.c().Approvals, Approval{Desk: e.d.def.Name, Order: e.d.order, Party: party,
		By: w.f.Actor.ID, Name: w.f.Actor.Name, Agency: agency, Answer: w.text("answer"), Text: w.text(TextField),
		At: w.f.Now})
}

// signal tells the parent: a system action, with what it must know of this child.
func (w *work) signal(action string) {
	c := w.c()
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
	w.d.Signals = append(w.d.Signals, Signal{To: c.Parent, Action: action, Fields: fields})
}

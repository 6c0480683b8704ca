package cases

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// batch is one action on several cases: a preview, then the results.
type batch struct {
	Action  string
	Label   text.Text
	Note    bool // a reason is required
	Written string
	Key     string
	Cases   []batchCase
	Done    bool
	Choices []choice
	Fault   string
	List    *batchList // nil for cases chosen one by one
}

type batchCase struct {
	Ref, Title, Organization string
	Amount                   string
	Sum                      money.Fen
	Allowed                  bool // or done
	Why                      []string
	Outlook                  *desk.Outlook    // effects; nil if refused or done
	row                      *workflow.Loaded // of a list
}

// choice is an action that some chosen case allows and that has no fields of its own for each case.
type choice struct {
	Name  string
	Label text.Text
	Count int
}

// maxBatch limits the cases of one page; each runs alone.
const maxBatch = 60

var batchTitle = text.Text{ZH: "批量办理", EN: "Several at once"}

// BatchPage shows the actions for the chosen cases; with an action, its preview for each.
func (s *CasePages) BatchPage(v *ui.Visit) error {
	b, err := s.batch(v, v.QueryParams())
	if err != nil {
		return err
	}
	if err := s.foresee(v, b); err != nil {
		return err
	}
	b.Key = workflow.NewID(time.Now())
	return v.Show(http.StatusOK, batchTitle, batchView(b))
}

// foresee previews the action's messages and next actors for each case that allows it.
func (s *CasePages) foresee(v *ui.Visit, b *batch) error {
	for i := range b.Cases {
		c := &b.Cases[i]
		if !c.Allowed {
			continue
		}
		// The reason comes later and changes no effect.
		cmd := workflow.Command{Ref: c.Ref, Action: b.Action, Note: "…", Fields: map[string]any{}}
		var o *desk.Outlook
		var err error
		if c.row != nil {
			o, err = s.Desk.ForeseeRow(v.Ctx, *v.Frame.Actor, c.row, cmd)
		} else {
			o, err = s.Desk.Foresee(v.Ctx, *v.Frame.Actor, cmd)
		}
		var refused *workflow.Refused
		switch {
		case errors.As(err, &refused): // only the decision itself finds it
			c.Allowed, c.Why = false, nil
			for _, r := range refused.Refusals {
				c.Why = append(c.Why, r.Message.In(v.Frame.Lang))
			}
		case err != nil:
			return err
		}
		c.Outlook = o
	}
	return nil
}

func (s *CasePages) batch(v *ui.Visit, q url.Values) (*batch, error) {
	if q.Get("round") != "" {
		return s.listBatch(v, q)
	}
	refs := chosenRefs(q)
	if len(refs) == 0 || len(refs) > maxBatch {
		return nil,
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "ref", Message: text.Format("请选择 1 到 %[1]d 件",
				"choose 1 to %[1]d cases", maxBatch)}}}
	}
	b := &batch{Action: q.Get("action")}
	for _, ref := range refs {
		view, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, ref)
		if err != nil {
			return nil, err
		}
		b.take(v, view, nil)
	}
	return b, nil
}

func (b *batch) take(v *ui.Visit, view *workflow.View, l *workflow.Loaded) {
	c := batchCase{Ref: view.Case.Ref, Title: ui.Title(v.Ctx, &view.Case), Organization: view.Names.Organization, row: l,
		Sum: cmp.Or(view.Case.Awarded, view.Case.Requested)}
	if c.Sum > 0 {
		c.Amount = ui.AmountOf(v.Ctx, &view.Case, c.Sum)
	}
	b.weigh(&c, view, v.Frame.Lang)
	b.Cases = append(b.Cases, c)
}

func chosenRefs(q url.Values) []string {
	refs := strings.Fields(q.Get("refs"))
	for name := range q {
		if ref, ok := strings.CutPrefix(name, "ref."); ok { // unique names: a query may not repeat one
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// weigh notes the case's offers and its answer to the chosen action.
func (b *batch) weigh(c *batchCase, view *workflow.View, lang string) {
	c.Why = []string{text.Text{ZH: "现在没有这个操作", EN: "this is not offered now"}.In(lang)}
	for _, o := range view.Offers {
		if asksEach(o) {
			continue
		}
		if o.Allowed() {
			b.offer(o)
		}
		if o.Name != b.Action {
			continue
		}
		b.Label, b.Note, c.Allowed, c.Why = o.Label, o.Note, o.Allowed(), nil
		for _, r := range o.Refusals {
			c.Why = append(c.Why, r.Message.In(lang))
		}
	}
}

// asksEach reports whether an action has fields to fill for each case.
func asksEach(o workflow.Offer) bool {
	return slices.ContainsFunc(o.Fields, func(f workflow.OfferedField) bool { return f.Required })
}

func (b *batch) offer(o workflow.Offer) {
	i := slices.IndexFunc(b.Choices, func(x choice) bool { return x.Name == o.Name })
	if i < 0 {
		i = len(b.Choices)
		b.Choices = append(b.Choices, choice{Name: o.Name, Label: o.Label})
	}
	b.Choices[i].Count++
}

func (b *batch) ready() int { return len(b.allowed(true)) }

// allowed returns the cases that can be or were acted on (yes), or the others.
func (b *batch) allowed(yes bool) (out []batchCase) {
	for _, c := range b.Cases {
		if c.Allowed == yes {
			out = append(out, c)
		}
	}
	return out
}

func sum(cases []batchCase) (total money.Fen) {
	for _, c := range cases {
		total += c.Sum
	}
	return total
}

func (b *batch) refs() string {
	var out []string
	for _, c := range b.allowed(true) {
		out = append(out, c.Ref)
	}
	return strings.Join(out, " ")
}

// ActOnAll runs the action on each chosen case that allows it; each has a verdict of its own. Many cases become a
// job.
func (s *CasePages) ActOnAll(v *ui.Visit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	o := desk.BulkOrder{Action: form.Get("action"), Note: strings.TrimSpace(form.Get("note")),
		Fields: map[string]any{}, Refs: chosenRefs(form)}
	if key := form.Get("_key"); len(key) <= 60 {
		o.Key = key
	}
	o.Digest = ui.DigestOf(o.Action, o.Note, o.Refs)
	if len(o.Refs) >= desk.JobFrom {
		return s.startJob(v, form, o)
	}
	b, err := s.batch(v, chosenOnly(form))
	if err != nil {
		return err
	}
	b.Written, b.Key = o.Note, o.Key
	if b.Note && b.Written == "" {
		return s.askReason(v, b)
	}
	list, err := s.Bulk.Act(v.Ctx, *v.Frame.Actor, o)
	if err != nil {
		return err
	}
	for i := range b.Cases {
		b.Cases[i].judge(v, &list[i])
	}
	b.Done = true
	return v.Show(http.StatusOK, batchTitle, batchView(b))
}

// chosenOnly drops the list from a form: exactly the cases that were shown are acted on.
func chosenOnly(form url.Values) url.Values {
	out := maps.Clone(form)
	out.Del("round")
	return out
}

func (s *CasePages) askReason(v *ui.Visit, b *batch) error {
	if err := s.foresee(v, b); err != nil {
		return err
	}
	b.Fault = text.Text{ZH: "请写明理由", EN: "please give the reason"}.In(v.Frame.Lang)
	return v.Show(http.StatusUnprocessableEntity, batchTitle, batchView(b))
}

func (c *batchCase) judge(v *ui.Visit, x *desk.Verdict) {
	c.Allowed, c.Why = x.Done, nil
	if err := x.Err(); err != nil {
		p := edge.From(v.Ctx, err)
		c.Why = []string{strings.TrimSpace(p.Title + " " + p.Detail)}
	}
}

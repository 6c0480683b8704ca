package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/text"
)

// batch is one action on several cases: first what would happen to each, then what did.
type batch struct {
	Action  string
	Label   text.Text
	Note    bool // a reason is required
	Written string
	Key     string
	Cases   []batchCase
	Done    bool // it has been carried out
	Choices []choice
	Fault   string
}

// batchCase is one of them, with its verdict.
type batchCase struct {
	Ref, Title, Organization string
	Allowed                  bool // it can be done, or it was
	Why                      []string
	Outlook                  *workflow.Outlook // what it would bring about; nil where it is not to be done, or was
}

// choice is an action that at least one of the chosen cases allows and that asks nothing of each.
type choice struct {
	Name  string
	Label text.Text
	Count int
}

// maxBatch is how many cases one page may act on: each passes exactly the single path.
const maxBatch = 60

var batchTitle = text.Text{ZH: "批量办理", EN: "Several at once"}

// batchPage shows what could be done to the chosen cases, and with an action, what would happen to each.
func (s *site) batchPage(v *visit) error {
	b, err := s.batch(v, v.QueryParams())
	if err != nil {
		return err
	}
	if err := s.foresee(v, b); err != nil {
		return err
	}
	b.Key = workflow.NewID(time.Now())
	return v.show(http.StatusOK, batchTitle, batchView(b))
}

// foresee finds out what the action would bring about for each case that allows it: who would be told and asked.
func (s *site) foresee(v *visit, b *batch) error {
	for i := range b.Cases {
		c := &b.Cases[i]
		if !c.Allowed {
			continue
		}
		// The reason is written later; what it says changes nothing of what follows.
		o, err := s.Desk.Foresee(v.ctx, *v.frame.Actor, workflow.Command{Ref: c.Ref, Action: b.Action, Note: "…",
			Fields: map[string]any{}})
		var refused *workflow.Refused
		switch {
		case errors.As(err, &refused): // what only the decision itself finds out
			c.Allowed, c.Why = false, nil
			for _, r := range refused.Refusals {
				c.Why = append(c.Why, r.Message.In(v.frame.Lang))
			}
		case err != nil:
			return err
		}
		c.Outlook = o
	}
	return nil
}

// batch reads the chosen cases as they stand.
func (s *site) batch(v *visit, q url.Values) (*batch, error) {
	var refs []string
	for name := range q {
		if ref, ok := strings.CutPrefix(name, "ref."); ok { // a name each: a query may not repeat one
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	if len(refs) == 0 || len(refs) > maxBatch {
		return nil,
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "ref", Message: text.Format("请选择 1 到 %[1]d 件",
				"choose 1 to %[1]d cases", maxBatch)}}}
	}
	b := &batch{Action: q.Get("action")}
	for _, ref := range refs {
		view, err := s.Desk.Show(v.ctx, *v.frame.Actor, ref)
		if err != nil {
			return nil, err
		}
		c := batchCase{Ref: view.Case.Ref, Title: view.Case.Title, Organization: view.Names.Organization}
		b.weigh(&c, view, v.frame.Lang)
		b.Cases = append(b.Cases, c)
	}
	return b, nil
}

// weigh notes what the case offers, and what it says to the chosen action.
func (b *batch) weigh(c *batchCase, view *workflow.View, lang string) {
	c.Why = []string{text.Text{ZH: "现在没有这个操作", EN: "this is not offered now"}.In(lang)}
	for _, o := range view.Offers {
		if slices.ContainsFunc(o.Fields, func(f workflow.OfferedField) bool { return f.Required }) {
			continue // it asks something of each case
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

func (b *batch) offer(o workflow.Offer) {
	i := slices.IndexFunc(b.Choices, func(x choice) bool { return x.Name == o.Name })
	if i < 0 {
		i = len(b.Choices)
		b.Choices = append(b.Choices, choice{Name: o.Name, Label: o.Label})
	}
	b.Choices[i].Count++
}

// ready counts the cases that can be acted on.
func (b *batch) ready() int {
	n := 0
	for _, c := range b.Cases {
		if c.Allowed {
			n++
		}
	}
	return n
}

// actOnAll carries the action out on each chosen case that allows it; each has its own verdict, and none waits for
// another.
func (s *site) actOnAll(v *visit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	b, err := s.batch(v, form)
	if err != nil {
		return err
	}
	b.Written, b.Key = strings.TrimSpace(form.Get("note")), form.Get("_key")
	if b.Note && b.Written == "" {
		if err := s.foresee(v, b); err != nil {
			return err
		}
		b.Fault = text.Text{ZH: "请写明理由", EN: "please give the reason"}.In(v.frame.Lang)
		return v.show(http.StatusUnprocessableEntity, batchTitle, batchView(b))
	}
	for i := range b.Cases {
		c := &b.Cases[i]
		cmd := workflow.Command{Ref: c.Ref, Action: b.Action, Note: b.Written, Key: keyOf(b.Key, c.Ref),
			Digest: digestOf(c.Ref, b.Action, b.Written), Fields: map[string]any{}}
		_, err := s.Desk.Do(v.ctx, *v.frame.Actor, cmd)
		if errors.Is(err, workflow.ErrConfirm) { // asked once for all of them
			return err
		}
		c.Allowed, c.Why = err == nil, nil
		if err != nil {
			p := edge.From(v.ctx, err)
			c.Why = []string{strings.TrimSpace(p.Title + " " + p.Detail)}
		}
	}
	b.Done = true
	return v.show(http.StatusOK, batchTitle, batchView(b))
}

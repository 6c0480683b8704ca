package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/money"
)

// width bounds the cases that move concurrently.
const width = 6

// carryOut runs the plan moment by moment: rounds, then cases, then what fell due. The clock never goes back, so a
// repeated load soon passes what is done.
func (l *loader) carryOut(ctx context.Context, tasks []task) error {
	for len(tasks) > 0 {
		n := 1
		for n < len(tasks) && tasks[n].at == tasks[0].at {
			n++
		}
		if err := l.moment(ctx, tasks[:n]); err != nil {
			return err
		}
		tasks = tasks[n:]
	}
	return nil
}

func (l *loader) moment(ctx context.Context, tasks []task) error {
	at := tasks[0].at.time()
	if err := l.pass(ctx, at); err != nil {
		return err
	}
	byCase := map[string][]task{}
	var order []string
	for _, t := range tasks {
		if t.round != nil {
			if err := l.actOnRound(ctx, t); err != nil {
				return err
			}
			continue
		}
		if byCase[t.case_.Key] == nil {
			order = append(order, t.case_.Key)
		}
		byCase[t.case_.Key] = append(byCase[t.case_.Key], t)
	}
	g, abreast := errgroup.WithContext(ctx)
	g.SetLimit(width)
	for _, key := range order {
		g.Go(func() error {
			for _, t := range byCase[key] {
				if err := l.act(abreast, t); err != nil {
					return fmt.Errorf("case %s, step %d (%s by %s) on %s: %w", key, t.n, t.step.Do, t.step.By, t.at.day, err)
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return l.settle(ctx)
}

func (l *loader) act(ctx context.Context, t task) error {
	switch {
	case t.step.By == "clock":
		return nil // settle has run what the time made due
	case t.step.Do == "open":
		return l.open(ctx, t)
	}
	ref := l.refs.get(t.case_.Key)
	if t.step.On != "" {
		child, err := l.child(ctx, ref, t)
		if err != nil {
			return err
		}
		ref = child
	}
	actors, err := l.actors(ctx, t)
	if err != nil {
		return err
	}
	for _, a := range actors {
		if err := l.do(ctx, a, ref, t); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) do(ctx context.Context, a workflow.Actor, ref string, t task) error {
	fields, err := l.fields(ctx, t, a, ref)
	if err != nil {
		return err
	}
	cmd := workflow.Command{Ref: ref, Action: t.step.Do, Key: stepKey(t), Note: t.step.Note, Fields: fields}
	_, err = l.desk.Do(ctx, a, cmd)
	return err
}

// stepKey returns a step's idempotency key. Keys are scoped by actor, so several may take the same step.
func stepKey(t task) string { return fmt.Sprintf("demo/%s/%d", t.case_.Key, t.n) }

func (l *loader) open(ctx context.Context, t task) error {
	actors, err := l.actors(ctx, t)
	if err != nil {
		return err
	}
	o := desk.Opening{Workflow: t.kind, Key: stepKey(t), Organization: l.ids.get("organization/" + t.case_.Of),
		Round: l.ids.get("round/" + t.case_.Round)}
	if t.case_.Project != "" {
		o.Project = l.ids.get("project/" + t.case_.Of + "/" + t.case_.Project)
	}
	r, err := l.desk.Open(ctx, actors[0], o)
	if err != nil {
		return err
	}
	l.refs.set(t.case_.Key, r.View.Case.ID)
	return nil
}

// child returns the case's newest report or payment, or the one that this step moved before.
func (l *loader) child(ctx context.Context, ref string, t task) (string, error) {
	v, err := l.desk.Show(ctx, workflow.System(), ref)
	if err != nil {
		return "", err
	}
	for _, c := range slices.Backward(v.Children) {
		if c.Workflow == t.step.On {
			return c.ID, nil
		}
	}
	return "", fmt.Errorf("there is no %s", t.step.On)
}

// actors returns those who take a step. Reviewers and agencies come from the case, where the rules have chosen them.
func (l *loader) actors(ctx context.Context, t task) ([]workflow.Actor, error) {
	h := t.case_
	switch t.step.By {
	case "preparer", "certifier":
		return []workflow.Actor{l.people.get(t.step.By + "/" + h.Of)}, nil
	case "public":
		return []workflow.Actor{workflow.Objector()}, nil
	case "reviewers", "agencies":
		v, err := l.desk.Show(ctx, workflow.System(), l.refs.get(h.Key))
		if err != nil {
			return nil, err
		}
		if t.step.By == "agencies" {
			return l.agencies(v), nil
		}
		return l.reviewers(v), nil
	}
	return []workflow.Actor{l.staff(t.step.By, h)}, nil
}

func (l *loader) reviewers(v *workflow.View) (out []workflow.Actor) {
	for _, a := range v.Case.Assignments {
		if a.Live() {
			out = append(out, l.people.get(a.User))
		}
	}
	return out
}

func (l *loader) agencies(v *workflow.View) (out []workflow.Actor) {
	for _, c := range v.Case.Cosigns {
		if c.Open() {
			out = append(out, l.people.get("agency/"+c.Agency))
		}
	}
	return out
}

// staff returns the login, or that of the same office in the case's own county.
func (l *loader) staff(login string, h *history) workflow.Actor {
	if strings.HasPrefix(string(l.organization(h.Of).Region), "231102") {
		if a, ok := l.people.find(login + "-heihe"); ok {
			return a
		}
	}
	return l.people.get(login)
}

// fields fills in the placeholders.
func (l *loader) fields(ctx context.Context, t task, a workflow.Actor, ref string) (map[string]any, error) {
	out := maps.Clone(t.step.Fields)
	for k, v := range out {
		var err error
		switch v {
		case "$answers":
			out[k], err = l.answers(ctx, t, a, ref)
		case "$award":
			out[k], err = award(t.case_)
		case "$text":
			out[k], err = l.text(ctx, t, a, ref)
		case "$points":
			out[k] = 7000 + hash(t.case_.Key, a.Login)%2501
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// text returns the digest of the paper to sign, "" once it is signed.
func (l *loader) text(ctx context.Context, t task, a workflow.Actor, ref string) (any, error) {
	v, err := l.desk.Show(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	for _, o := range v.Offers {
		for _, x := range o.Fields {
			if o.Name == t.step.Do && x.Name == define.TextField {
				return x.Example, nil
			}
		}
	}
	return "", nil
}

func award(h *history) (int64, error) {
	text := h.Award
	if text == "" {
		text = h.Yuan
	}
	fen, err := money.ParseYuan(text)
	return int64(fen), err
}

// answers returns the form's examples with the history's own values.
func (l *loader) answers(ctx context.Context, t task, a workflow.Actor, ref string) (map[string]any, error) {
	v, err := l.desk.Show(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	out, err := exampleAnswers(v, t.step.Do)
	if err != nil || t.step.On != "" {
		return out, err
	}
	own, err := l.own(t.case_)
	for k, x := range own {
		if _, asked := out[k]; asked {
			out[k] = x
		}
	}
	catalog.Cover(out)
	return out, err
}

// exampleAnswers returns the examples of an offered action, none once it is done.
func exampleAnswers(v *workflow.View, action string) (map[string]any, error) {
	out := map[string]any{}
	for _, o := range v.Offers {
		for _, f := range o.Fields {
			if o.Name != action || f.Type != "answers" {
				continue
			}
			b, err := json.Marshal(f.Example)
			if err != nil {
				return nil, fmt.Errorf("encode the example of %s: %w", action, err)
			}
			return out, json.Unmarshal(b, &out)
		}
	}
	return out, nil
}

func (l *loader) own(h *history) (map[string]any, error) {
	out := map[string]any{}
	o := l.organization(h.Of)
	if h.Project == "" {
		out["title"], out["summary"] = o.Name, o.About
		return out, nil
	}
	for _, p := range o.Projects {
		if p.Key == h.Project {
			out["title"], out["summary"] = p.Title, p.Summary
		}
	}
	fen, err := money.ParseYuan(h.Yuan)
	out["requested_fen"] = int64(fen)
	return out, err
}

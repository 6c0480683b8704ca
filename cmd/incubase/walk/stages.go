package walk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

type caseView struct {
	ID        string          `json:"id"`
	Ref       string          `json:"ref"`
	State     string          `json:"state"`
	Stage     string          `json:"stage"`
	Version   int             `json:"version"`
	Requested int64           `json:"requested_fen"`
	Awarded   int64           `json:"awarded_fen"`
	Paid      int64           `json:"paid_fen"`
	Children  []child         `json:"children"`
	Actions   []offeredAction `json:"actions"`
}

type child struct {
	ID       string `json:"id"`
	Ref      string `json:"ref"`
	Workflow string `json:"workflow"`
	State    string `json:"state"`
}

type offeredAction struct {
	Name    string `json:"name"`
	Allowed bool   `json:"allowed"`
	Fields  schema `json:"fields"`
}

func (v caseView) offers(action string) bool {
	for _, a := range v.Actions {
		if a.Name == action {
			return a.Allowed
		}
	}
	return false
}

func (v caseView) newest(workflow string) (child, error) {
	for i := len(v.Children) - 1; i >= 0; i-- {
		if v.Children[i].Workflow == workflow {
			return v.Children[i], nil
		}
	}
	return child{}, fmt.Errorf("the case shows no %s", workflow)
}

type acted struct {
	Case caseView `json:"case"`
}

func (w *walk) stages(ctx context.Context) error {
	fmt.Fprintf(w.Out, "\n%-34s %4s   %9s %9s %9s\n", "stage", "done", "p50", "p95", "total")
	for _, s := range []struct {
		name string
		do   func(context.Context, *file) error
	}{
		{"filed: organization and project", w.register},
		{"signed up: certifier", w.signUp},
		{"applied", w.apply},
		{"admitted", w.admit},
		{"scored by three, co-signed", w.judge},
		{"proposed, on public notice", w.propose},
		{"reviewed: confirmed", w.confirm},
		{"agreement signed by both", w.sign},
		{"funded: first tranche", w.tranche("1")},
		{"progress report accepted", w.reporting("progress")},
		{"second tranche", w.tranche("2")},
		{"final report accepted", w.reporting("final")},
		{"reported: graded, settled, closed", w.finish},
	} {
		if s.name == "reviewed: confirmed" {
			if err := w.waitForNotices(ctx); err != nil {
				return err
			}
		}
		if err := w.stage(ctx, s.name, s.do); err != nil {
			return err
		}
	}
	return nil
}

// act does an action on a case. step is the action, or "action/which" where an application has several.
func (w *walk) act(ctx context.Context, who *client, f *file, id, step string, fields map[string]any) (caseView,
	error) {
	action, _, _ := strings.Cut(step, "/")
	body := map[string]any{}
	if len(fields) > 0 {
		body["fields"] = fields
	}
	var out acted
	err := who.post(ctx, "/cases/"+url.PathEscape(id)+"/actions/"+action, w.key(f, step), body, &out)
	return out.Case, err
}

func (w *walk) apply(ctx context.Context, f *file) error {
	var c caseView
	body := map[string]any{"workflow": "grant", "round": w.round.ID, "organization": f.organization, "project": f.project}
	if err := f.certifier.post(ctx, "/cases", w.key(f, "open"), body, &c); err != nil {
		return err
	}
	f.id = c.ID
	_, err := w.act(ctx, f.certifier, f, f.id, "submit", map[string]any{"answers": w.answers(f)})
	return err
}

func (w *walk) admit(ctx context.Context, f *file) error {
	_, err := w.act(ctx, w.staff["officer"], f, f.id, "admit", nil)
	return err
}

func (w *walk) judge(ctx context.Context, f *file) error {
	for i, login := range reviewers {
		who := w.staff[login]
		if _, err := w.act(ctx, who, f, f.id, "declare/"+login, map[string]any{"conflict": false}); err != nil {
			return err
		}
		points := map[string]any{"points": 7500 + 500*i, "comment": "The need is clear and the budget fits the work."}
		if _, err := w.act(ctx, who, f, f.id, "score/"+login, points); err != nil {
			return err
		}
	}
	for _, login := range agencies {
		if err := w.cosign(ctx, f, login); err != nil {
			return err
		}
	}
	return nil
}

// cosign answers for an agency if it was asked; otherwise it cannot see the case.
func (w *walk) cosign(ctx context.Context, f *file, login string) error {
	var c caseView
	err := w.staff[login].get(ctx, "/cases/"+f.id, &c)
	if isStatus(err, 404) {
		return nil
	}
	if err != nil {
		return err
	}
	if !c.offers("cosign") {
		return nil
	}
	_, err = w.act(ctx, w.staff[login], f, f.id, "cosign/"+login, map[string]any{"answer": "agree", "opinion": "Agreed."})
	return err
}

func (w *walk) propose(ctx context.Context, f *file) error {
	_, err := w.act(ctx, w.staff["officer"], f, f.id, "propose", map[string]any{"amount_fen": int64(f.amount)})
	return err
}

func (w *walk) waitForNotices(ctx context.Context) error {
	var out struct {
		Now time.Time `json:"now"`
	}
	if err := w.staff["officer"].post(ctx, "/demo/clock", "walk/"+w.run+"/clock", map[string]any{"advance": noticeWait},
		&out); err != nil {
		return fmt.Errorf("advance the clock past the notices: %w", err)
	}
	fmt.Fprintf(w.Out, "%-34s        the clock stands at %s\n", "notices run out", out.Now.Format(time.DateOnly))
	return nil
}

func (w *walk) confirm(ctx context.Context, f *file) error {
	_, err := w.act(ctx, w.staff["decider"], f, f.id, "confirm", nil)
	return err
}

func (w *walk) sign(ctx context.Context, f *file) error {
	text, err := f.certifier.agreement(ctx, f.id)
	if err != nil {
		return err
	}
	answer := map[string]any{"answer": "sign", "sha256": text}
	if _, err := w.act(ctx, f.certifier, f, f.id, "sign/certifier", answer); err != nil {
		return err
	}
	_, err = w.act(ctx, w.staff["officer"], f, f.id, "sign/officer", answer)
	return err
}

// agreement returns the digest of the agreement in force.
func (c *client) agreement(ctx context.Context, id string) (string, error) {
	var list struct {
		Items []struct {
			Kind   string     `json:"kind"`
			SHA256 string     `json:"sha256"`
			Voided *time.Time `json:"voided_at"`
		} `json:"items"`
	}
	if err := c.get(ctx, "/cases/"+url.PathEscape(id)+"/papers", &list); err != nil {
		return "", err
	}
	for _, p := range list.Items {
		if p.Kind == "agreement" && p.Voided == nil {
			return p.SHA256, nil
		}
	}
	return "", errors.New("no agreement has been issued")
}

// tranche pays the next instalment by two people, and waits until the application shows it.
func (w *walk) tranche(n string) func(context.Context, *file) error {
	return func(ctx context.Context, f *file) error {
		v, err := w.act(ctx, w.staff["finance1"], f, f.id, "pay/"+n, nil)
		if err != nil {
			return err
		}
		p, err := v.newest("payment")
		if err != nil {
			return err
		}
		before := v.Paid
		if _, err := w.act(ctx, w.staff["finance2"], f, p.ID, "release/"+n, nil); err != nil {
			return err
		}
		return w.until(ctx, f, "the payment arrives", func(c caseView) bool { return c.Paid > before && c.State == "funded" })
	}
}

// reporting opens, submits and accepts a report, and waits until the application counts it.
func (w *walk) reporting(kind string) func(context.Context, *file) error {
	return func(ctx context.Context, f *file) error {
		v, err := w.act(ctx, f.certifier, f, f.id, "report/"+kind, map[string]any{"kind": kind})
		if err != nil {
			return err
		}
		r, err := v.newest("report")
		if err != nil {
			return err
		}
		before := v.Version
		var open caseView
		if err := f.certifier.get(ctx, "/cases/"+r.ID, &open); err != nil {
			return err
		}
		answers, err := open.exampleFields("submit")
		if err != nil {
			return err
		}
		if _, err := w.act(ctx, f.certifier, f, r.ID, "submit/"+kind, answers); err != nil {
			return err
		}
		if _, err := w.act(ctx, w.staff["officer"], f, r.ID, "accept/"+kind, nil); err != nil {
			return err
		}
		return w.until(ctx, f, "the report counts", func(c caseView) bool { return c.Version > before })
	}
}

// until polls the application until it shows a signal of another case.
func (w *walk) until(ctx context.Context, f *file, what string, ok func(caseView) bool) error {
	deadline := time.Now().Add(15 * time.Second)
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 250*time.Millisecond) {
		var c caseView
		if err := w.staff["officer"].get(ctx, "/cases/"+f.id, &c); err != nil {
			return err
		}
		if ok(c) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited 15 s until %s; the case stands in %s", what, c.State)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (w *walk) finish(ctx context.Context, f *file) error {
	grade := map[string]any{"grade": "good", "evaluation": "The work was done as planned."}
	if _, err := w.act(ctx, w.staff["evaluator"], f, f.id, "evaluate", grade); err != nil {
		return err
	}
	if _, err := w.act(ctx, w.staff["finance2"], f, f.id, "settle", map[string]any{"returned_fen": 0}); err != nil {
		return err
	}
	v, err := w.act(ctx, w.staff["officer"], f, f.id, "close", nil)
	if err == nil && v.Stage != "reported" {
		err = fmt.Errorf("closed, and stands in %s", v.State)
	}
	return err
}

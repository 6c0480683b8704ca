package cases

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
)

// answerChange is an answer that changed since the page was shown.
type answerChange struct {
	ui.Question
	Then string // as the page showed it
	Who  string // the writer of the present text
	When time.Time
}

// signs reports whether the action submits the answers.
func (d *actPage) signs() bool {
	return slices.ContainsFunc(d.Fields, func(x input) bool { return x.Type == "answers" })
}

// text returns the paper that the action signs, or nil.
func (d *actPage) text() *paper.Paper {
	i := slices.IndexFunc(d.Papers, func(p paper.Paper) bool {
		return p.Kind == d.Offer.Paper && p.Voided == nil && p.Facts.Wording != nil
	})
	if d.Offer.Paper == "" || i < 0 {
		return nil
	}
	return &d.Papers[i]
}

// sum returns the amount in the signed text, for the button.
func (d *actPage) sum(ctx context.Context) string {
	p := d.text()
	if p == nil || p.Facts.Amount == 0 {
		return ""
	}
	return ui.Say(ctx, sayCNY, p.Facts.Amount.Yuan())
}

// deletes reports whether the action deletes a draft for good.
func (d *actPage) deletes() bool {
	return slices.ContainsFunc(d.Definition.Actions, func(a define.ActionDef) bool {
		return a.Name == d.Offer.Name && a.Has(define.Discards)
	})
}

// takesFiles reports whether the action's own page uploads files; a draft's files belong to the draft.
func (d *actPage) takesFiles() bool {
	return !d.signs() && slices.ContainsFunc(d.Fields, func(x input) bool { return x.Type == "attachments" })
}

// marks detect later changes of the answers shown.
func (d *actPage) marks() []ui.Question { return ui.Answered(d.FormOf(), d.Latest()) }

func (d *actPage) readDeclared(form url.Values) map[string]any {
	out := map[string]any{}
	d.Declared = map[string]bool{}
	for _, x := range d.Offer.Declarations {
		yes := form.Get("declare."+x.Name) == "true"
		out[x.Name], d.Declared[x.Name] = yes, yes
	}
	return out
}

// changed shows what was saved while the page was open and asks again. Input stays, except declarations, which were
// made of another text.
func (s *CasePages) changed(v *ui.Visit, d *actPage, form url.Values, since *workflow.Changed) error {
	now, err := s.actPage(v)
	if err != nil {
		return err
	}
	now.Note, now.Key, now.Again = d.Note, d.Key, since
	if since.Paper != "" {
		return v.Show(http.StatusPreconditionFailed, now.Offer.Label, actView(now))
	}
	for _, q := range now.marks() {
		if form.Get("was."+q.Name) == q.Mark() {
			continue
		}
		x := answerChange{Question: q, Then: form.Get("then." + q.Name), Who: since.Name, When: since.At}
		if w, known := now.Written[q.Name]; known {
			x.Who, x.When = w.Name, w.At
		}
		now.Differences = append(now.Differences, x)
	}
	for _, a := range now.Attachments {
		if !slices.Contains(form["file"], a.ID) {
			now.Added = append(now.Added, a.Name)
		}
	}
	now.Gone = len(form["file"]) + len(now.Added) - len(now.Attachments)
	return v.Show(http.StatusPreconditionFailed, now.Offer.Label, actView(now))
}

// bring uploads the files chosen on the action's page, for the action to name.
func (s *CasePages) bring(v *ui.Visit, d *actPage, form url.Values) error {
	sent := v.Request().MultipartForm
	if sent == nil {
		return nil
	}
	for i := range d.Fields {
		x := &d.Fields[i]
		if x.Type != "attachments" || d.signs() {
			continue
		}
		for _, head := range sent.File["file."+x.Name] {
			if head.Size == 0 {
				continue // none chosen
			}
			content, err := head.Open()
			if err != nil {
				return err
			}
			a, err := s.Uploads.Put(v.Ctx, v.Frame.Actor.ID, nil, path.Base(head.Filename), content)
			_ = content.Close()
			if err != nil {
				return err
			}
			form.Add("f."+x.Name, a.ID)
		}
	}
	return nil
}

// brought reads the files that a form names, if they still wait for its action.
func (s *CasePages) brought(v *ui.Visit, d *actPage) error {
	for i := range d.Fields {
		x := &d.Fields[i]
		for _, id := range x.Files {
			a, err := s.Attachments.Find(v.Ctx, id)
			if err != nil {
				continue // swept meanwhile; the action reports it
			}
			if a.Uploader == v.Frame.Actor.ID && a.Case == "" {
				d.Waiting = append(d.Waiting, *a)
			}
		}
	}
	return nil
}

// replacedOf returns replaced texts of a question, the newest first.
func (sh *Sheet) replacedOf(name string) []workflow.Replaced {
	return slices.DeleteFunc(slices.Clone(sh.Replaced), func(r workflow.Replaced) bool { return r.Question != name })
}

func (d *actPage) undeclared(name string) string {
	return d.Faults[workflow.DeclarationsField+"."+name]
}

func (d *actPage) declaration(name string) bool {
	name, _, _ = strings.Cut(name, ".")
	return slices.ContainsFunc(d.Offer.Declarations, func(x workflow.OfferedField) bool { return x.Name == name })
}

func (sh *Sheet) declarations() []ui.Question {
	return slices.DeleteFunc(slices.Clone(sh.All), func(q ui.Question) bool { return q.Kind != "confirm" })
}

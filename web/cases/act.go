package cases

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/define"
)

// actPage is the page of one action: fields, input and faults.
type actPage struct {
	*ui.Folder
	Offer   workflow.Offer
	Fields  []input
	Note    string
	Key     string // idempotency key of this form
	Version int
	Faults  map[string]string // by field, in the reader's words; "" for the whole
	Missing []ui.Question     // answers with faults
	Turn    *inTurn           // in a run through several cases
	Beside  bool              // reviewers read the answers beside the form

	Declared    map[string]bool
	Again       *workflow.Changed     // the draft changed while the page was open
	Differences []answerChange        // the changes
	Added       []string              // files added meanwhile
	Gone        int                   // files removed meanwhile
	Waiting     []workflow.Attachment // files uploaded for this action
}

func (s *CasePages) DoPage(v *ui.Visit) error {
	d, err := s.actPage(v)
	if err != nil {
		return err
	}
	d.Key = workflow.NewID(time.Now())
	if _, err := s.resume(v, d); err != nil {
		return err
	}
	d.begin(v.QueryParams())
	return v.Show(http.StatusOK, d.Offer.Label, actView(d))
}

// resume fills the fields with the saved draft of the action, if there is one.
func (s *CasePages) resume(v *ui.Visit, d *actPage) (bool, error) {
	if !d.keeps() {
		return false, nil
	}
	raw, err := s.Desk.Drafted(v.Ctx, *v.Frame.Actor, d.Case.ID, d.Offer.Name)
	var saved map[string]json.RawMessage
	if err != nil || json.Unmarshal(raw, &saved) != nil {
		return false, err
	}
	for i := range d.Fields {
		x := &d.Fields[i]
		x.Value = x.shown(saved[x.Name])
	}
	return len(saved) > 0, nil
}

// keeps reports whether the action is saved while it is written: answers have pages that save them.
func (d *actPage) keeps() bool {
	return d.Offer.Allowed() && len(d.Fields) > 0 && !slices.ContainsFunc(d.Fields,
		func(x input) bool { return x.Type == "answers" || x.Type == "attachments" })
}

// SaveAct saves an action while it is written; a script receives the time.
func (s *CasePages) SaveAct(v *ui.Visit) error {
	d, err := s.actPage(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	var cmd workflow.Command
	d.read(form, &cmd)
	return savedAt(v, s, s.keepAct(v, d, cmd.Fields))
}

func (s *CasePages) keepAct(v *ui.Visit, d *actPage, said map[string]any) error {
	fields := maps.Clone(said)
	fields["for"] = d.Offer.Name
	delete(fields, define.TextField) // the text is named when it is signed
	_, err := s.Desk.Do(v.Ctx, *v.Frame.Actor, workflow.Command{Ref: d.Case.ID, Action: workflow.SaveAction,
		Fields: fields})
	return err
}

// actPage finds the action among the offers. A known action that is not offered is shown refused, so that an old page
// or a second press explains the case's state.
func (s *CasePages) actPage(v *ui.Visit) (*actPage, error) {
	f, err := s.Folder(v, v.Param("ref"))
	if err != nil {
		return nil, err
	}
	d := &actPage{Folder: f, Version: f.Case.Version, Faults: map[string]string{}}
	if i := slices.IndexFunc(f.Offers, func(o workflow.Offer) bool { return o.Name == v.Param("action") }); i >= 0 {
		d.Offer = f.Offers[i]
	} else if d.Offer, err = f.Closed(v.Param("action")); err != nil {
		return nil, err
	}
	for _, x := range d.Offer.Fields {
		d.Fields = append(d.Fields, input{OfferedField: x})
	}
	if d.Turn = turnOf(v.FormValue("_back")); d.Turn != nil {
		d.Turn.Left, _ = strconv.Atoi(v.FormValue("left"))
	}
	d.Beside = !f.CanEdit && len(f.Answers) > 0 && len(f.Form) > 0 && f.Case.Stage == workflow.Applied
	return d, nil
}

// Act runs an action. Faults stand at their fields and all input stays. A form that comes a second time gets its
// first result, even if the case has moved on or out of sight.
func (s *CasePages) Act(v *ui.Visit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	cmd := workflow.Command{Ref: v.Param("ref"), Action: v.Param("action"), Key: form.Get("_key"),
		Digest: ui.DigestOf(v.Param("ref"), v.Param("action"), said(form))}
	if s.again(v, cmd) {
		return v.Onward(s.after(v, v.Param("ref"), form, nil), "done")
	}
	d, err := s.actPage(v)
	if err != nil {
		return err
	}
	saved, err := s.resume(v, d)
	if err != nil {
		return err
	}
	if err := s.bring(v, d, form); err != nil {
		problem := edge.From(v.Ctx, err)
		if problem.Status >= http.StatusInternalServerError {
			return err
		}
		d.read(form, &cmd)
		d.Faults["attachments"] = v.Says(problem)
		return v.Show(problem.Status, d.Offer.Label, actView(d))
	}
	d.read(form, &cmd)
	if !d.Offer.Allowed() {
		return v.Show(http.StatusConflict, d.Offer.Label, actView(d))
	}
	if saved { // fields missing from the form replace what was saved
		err = s.keepAct(v, d, cmd.Fields)
	}
	if err == nil {
		_, err = s.Desk.Do(v.Ctx, *v.Frame.Actor, cmd)
	}
	if err == nil {
		return v.Onward(s.after(v, d.Case.Ref, form, d.Fields), "done")
	}
	var since *workflow.Changed
	if errors.As(err, &since) {
		return s.changed(v, d, form, since)
	}
	if !d.explain(v, err) {
		return err
	}
	if err := s.brought(v, d); err != nil {
		return err
	}
	return v.Show(edge.StatusOf(err), d.Offer.Label, actView(d))
}

// again reports whether this form has already run. It never acts: no case has that version.
func (s *CasePages) again(v *ui.Visit, cmd workflow.Command) bool {
	none := -1
	cmd.Version = &none
	if cmd.Key == "" {
		return false
	}
	_, err := s.Desk.Do(v.Ctx, *v.Frame.Actor, cmd)
	return err == nil
}

// after returns the next page: the case, the receipt of a submission, the list that the button stood in, or home if
// the reader no longer sees the case.
func (s *CasePages) after(v *ui.Visit, ref string, form url.Values, fields []input) string {
	if back := form.Get("_back"); back != "" {
		return ui.Local(back)
	}
	view, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, ref)
	if err != nil {
		return "/"
	}
	to := "/cases/" + url.PathEscape(view.Case.Ref)
	if slices.ContainsFunc(fields, func(x input) bool { return x.Type == "answers" }) && len(view.Answers) > 0 {
		to += "/receipt"
	}
	return to
}

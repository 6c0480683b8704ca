package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// deed is the page of one action: what it asks, what was written, what is wrong with it.
type deed struct {
	*folder
	Offer   workflow.Offer
	Fields  []input
	Note    string
	Key     string // of this form: sent twice, it acts once
	Version int
	Faults  map[string]string // by name of the field, in the reader's words; "" for the whole
	Missing []question        // of the answers, what is wrong with each
	Turn    *inTurn           // in a run through several cases
	Beside  bool              // the answers stand beside the form: who judges them reads them

	Declared    map[string]bool       // what was ticked
	Again       *workflow.Changed     // the draft became another one while the page was open
	Differences []answerChange        // what of it
	Added       []string              // files that came meanwhile
	Gone        int                   // files that went
	Waiting     []workflow.Attachment // files that wait for this act
}

// input is one field of an action, as the page draws it.
type input struct {
	workflow.OfferedField
	Value string
	Files []string // ids, of a field for files
}

// doPage shows one action with its form.
func (s *site) doPage(v *visit) error {
	d, err := s.deed(v)
	if err != nil {
		return err
	}
	d.Key = workflow.NewID(time.Now())
	if _, err := s.resume(v, d); err != nil {
		return err
	}
	d.begin(v.QueryParams())
	return v.show(http.StatusOK, d.Offer.Label, deedPage(d))
}

// begin fills in the choices that the address makes: a list's button has made them.
func (d *deed) begin(q url.Values) {
	for i := range d.Fields {
		x := &d.Fields[i]
		if chosen := q.Get("f." + x.Name); slices.ContainsFunc(x.Choices, func(c workflow.Choice) bool { return c.Value == chosen }) {
			x.Value = chosen
		}
	}
}

// resume puts what was saved of an action into its fields, and tells whether anything was.
func (s *site) resume(v *visit, d *deed) (bool, error) {
	if !d.keeps() {
		return false, nil
	}
	raw, err := s.Desk.Drafted(v.ctx, *v.frame.Actor, d.Case.ID, d.Offer.Name)
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

// keeps tells whether an action is saved while it is written: it has fields to write, and the form's answers are not among them,
// which have pages of their own.
func (d *deed) keeps() bool {
	return d.Offer.Allowed() && len(d.Fields) > 0 && !slices.ContainsFunc(d.Fields, func(x input) bool { return x.Type == "answers" || x.Type == "attachments" })
}

// saveDeed keeps an action while it is written: for a script, which is told the time.
func (s *site) saveDeed(v *visit) error {
	d, err := s.deed(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	var cmd workflow.Command
	d.read(form, &cmd)
	return v.savedAt(s, s.keepDeed(v, d, cmd.Fields))
}

// keepDeed saves exactly what a form says of an action.
func (s *site) keepDeed(v *visit, d *deed, said map[string]any) error {
	fields := maps.Clone(said)
	fields["for"] = d.Offer.Name
	_, err := s.Desk.Do(v.ctx, *v.frame.Actor, workflow.Command{Ref: d.Case.ID, Action: workflow.SaveAction, Fields: fields})
	return err
}

// deed finds the action among the offers. One that the definition knows and that is none now is shown refused, so that who
// comes by an old page or a second press learns how the case stands.
func (s *site) deed(v *visit) (*deed, error) {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return nil, err
	}
	d := &deed{folder: f, Version: f.Case.Version, Faults: map[string]string{}}
	if i := slices.IndexFunc(f.Offers, func(o workflow.Offer) bool { return o.Name == v.Param("action") }); i >= 0 {
		d.Offer = f.Offers[i]
	} else if d.Offer, err = f.closed(v.Param("action")); err != nil {
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

// closed is an action of the definition that the case does not offer.
func (f *folder) closed(action string) (workflow.Offer, error) {
	for _, a := range f.Definition.Actions {
		if a.Name != action {
			continue
		}
		o := workflow.Offer{Name: a.Name, Label: a.Label, Refusals: []workflow.Refusal{{Rule: "state", Message: text.Format("本件现在是「%[1]s」，这一步不能办，或者已经办过了",
			"the case is now: %[2]s; this step cannot be taken, or it has been taken already", f.StateLabel.ZH, f.StateLabel.EN)}}}
		for _, x := range a.Fields {
			o.Fields = append(o.Fields, workflow.OfferedField{Name: x.Name, Label: x.Label, Type: x.Type, Choices: x.Choices})
		}
		return o, nil
	}
	return workflow.Offer{}, &workflow.NotOffered{Action: action, State: f.Case.State, Label: f.StateLabel, Offers: f.Offers}
}

// act carries an action out. What is wrong is said at its place, and everything written is still there. A form that comes
// a second time is answered with what it did the first time, even where the case has moved on or out of sight.
func (s *site) act(v *visit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	cmd := workflow.Command{Ref: v.Param("ref"), Action: v.Param("action"), Key: form.Get("_key"), Digest: digestOf(v.Param("ref"), v.Param("action"), said(form))}
	if s.again(v, cmd) {
		return v.onward(s.after(v, v.Param("ref"), form, nil), "done")
	}
	d, err := s.deed(v)
	if err != nil {
		return err
	}
	saved, err := s.resume(v, d)
	if err != nil {
		return err
	}
	if err := s.bring(v, d, form); err != nil {
		problem := edge.From(v.ctx, err)
		if problem.Status >= http.StatusInternalServerError {
			return err
		}
		d.read(form, &cmd)
		d.Faults["attachments"] = v.says(problem)
		return v.show(problem.Status, d.Offer.Label, deedPage(d))
	}
	d.read(form, &cmd)
	if !d.Offer.Allowed() {
		return v.show(http.StatusConflict, d.Offer.Label, deedPage(d))
	}
	if saved { // the form counts, and nothing that was saved before and is gone from it
		err = s.keepDeed(v, d, cmd.Fields)
	}
	if err == nil {
		_, err = s.Desk.Do(v.ctx, *v.frame.Actor, cmd)
	}
	if err == nil {
		return v.onward(s.after(v, d.Case.Ref, form, d.Fields), "done")
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
	return v.show(edge.StatusOf(err), d.Offer.Label, deedPage(d))
}

// said is what a person wrote in a form; the rest of it is ours.
func said(form url.Values) url.Values {
	out := maps.Clone(form)
	for name := range form {
		if strings.HasPrefix(name, "_") {
			delete(out, name)
		}
	}
	return out
}

// again tells whether this very form has been carried out before. It never acts: no case has that version.
func (s *site) again(v *visit, cmd workflow.Command) bool {
	none := -1
	cmd.Version = &none
	if cmd.Key == "" {
		return false
	}
	_, err := s.Desk.Do(v.ctx, *v.frame.Actor, cmd)
	return err == nil
}

// after an action the case is shown, after a submission its receipt; to whom the case is no longer open, what else waits; who
// pressed a button of a list comes back to the list.
func (s *site) after(v *visit, ref string, form url.Values, fields []input) string {
	if back := form.Get("_back"); back != "" {
		return local(back)
	}
	view, err := s.Desk.Show(v.ctx, *v.frame.Actor, ref)
	if err != nil {
		return "/"
	}
	to := "/cases/" + url.PathEscape(view.Case.Ref)
	if slices.ContainsFunc(fields, func(x input) bool { return x.Type == "answers" }) && len(view.Answers) > 0 {
		to += "/receipt"
	}
	return to
}

// read takes what was written out of the form. A field that is left empty was not said.
func (d *deed) read(form url.Values, cmd *workflow.Command) {
	d.Note, d.Key = strings.TrimSpace(form.Get("note")), cmd.Key
	cmd.Ref, cmd.Note, cmd.Fields = d.Case.ID, d.Note, map[string]any{}
	if n, err := strconv.Atoi(form.Get("_version")); err == nil {
		cmd.Version, d.Version = &n, n
	}
	for i := range d.Fields {
		x := &d.Fields[i]
		if x.Type == "attachments" {
			if x.Files = form["f."+x.Name]; len(x.Files) > 0 {
				cmd.Fields[x.Name] = anyOf(x.Files)
			}
			continue
		}
		switch x.Type {
		case workflow.DraftField:
			if shown := form.Get("f." + x.Name); shown != "" {
				cmd.Fields[x.Name] = shown
			}
			continue
		case workflow.DeclarationsField:
			cmd.Fields[x.Name] = d.readDeclared(form)
			continue
		}
		if x.Type == "answers" { // saved on their own pages; what was sent before counts where nothing was changed since
			if sent := d.unchanged(); sent != nil {
				cmd.Fields[x.Name] = sent
			}
			continue
		}
		x.Value = strings.TrimSpace(form.Get("f." + x.Name))
		if v := x.typed(); v != nil {
			cmd.Fields[x.Name] = v
		}
	}
}

// unchanged are the answers as they were sent last, where nothing has been saved since; otherwise nil.
func (d *deed) unchanged() map[string]any {
	if len(d.Draft) > 0 || len(d.Answers) == 0 {
		return nil
	}
	var out map[string]any
	r := json.NewDecoder(bytes.NewReader(d.Answers))
	r.UseNumber()
	if r.Decode(&out) != nil {
		return nil // then the form is asked for
	}
	return out
}

func anyOf(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// typed is what was written, as a request would have it; text where it cannot be understood, which is then refused.
func (x *input) typed() any {
	s := x.Value
	if s == "" {
		return nil
	}
	switch x.Type {
	case "money":
		if f, err := money.ParseYuan(s); err == nil {
			return int64(f)
		}
	case "points":
		if n, err := money.ParseHundredths(s); err == nil { // 85.5 points are 8550 hundredths
			return n
		}
	case "integer":
		if n, problem := clean.Whole(s); problem == nil {
			return n
		}
	case "boolean":
		return s == "true"
	}
	return s
}

// shown is a stored value as its field shows it.
func (x *input) shown(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || string(raw) == "null" || json.Unmarshal(raw, &s) == nil {
		return s
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	switch {
	case err != nil:
		return string(raw)
	case x.Type == "money":
		return money.Fen(n).Yuan()
	case x.Type == "points":
		return points(int(n))
	}
	return string(raw)
}

// explain puts what the desk said beside the fields; false for errors that a page of their own tells.
func (d *deed) explain(v *visit, err error) bool {
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	var stale *workflow.Stale
	say := func(t text.Text) string { return t.In(v.frame.Lang) }
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Fields {
			name := strings.TrimPrefix(f.Field, "fields.")
			if rest, ok := strings.CutPrefix(name, "answers."); ok && d.declaration(rest) {
				d.Faults[workflow.DeclarationsField+"."+rest] = say(f.Message)
				continue
			}
			if rest, ok := strings.CutPrefix(name, "answers"); ok {
				d.wrongAnswer(v, strings.TrimPrefix(rest, "."), say(f.Message))
				name = "answers"
			}
			if d.Faults[name] == "" || name != "answers" {
				d.Faults[name] = say(f.Message)
			}
		}
		if len(d.Missing) > 0 {
			delete(d.Faults, "answers") // each is said with a link to its question
		}
	case errors.As(err, &refused):
		d.Offer.Refusals = refused.Refusals
	case errors.As(err, &stale):
		d.Faults[""] = say(text.Text{ZH: "这一件刚刚被别人办过，请先看看现在的情况，再决定是否提交。您写的内容还在下面。", EN: "Somebody has just acted on this case. Look at how it stands now before you send. What you wrote is still below."})
		d.Version = stale.Current
	case errors.Is(err, workflow.ErrKeyReused):
		d.Faults[""] = say(text.Text{ZH: "这个表单先前已经办理过一次，这次的改动没有提交。如果确实要再办一次，请核对后再按一次按钮。", EN: "This form has been carried out once already; what you changed since was not sent. If you do want to do it once more, check it and press the button again."})
		d.Key = workflow.NewID(time.Now())
	default:
		return false
	}
	return true
}

// wrongAnswer notes what is wrong with one of the answers, by the name of its question.
func (d *deed) wrongAnswer(v *visit, field, message string) {
	name, _, _ := strings.Cut(field, ".")
	if name == "" {
		return
	}
	q := question{}
	if asked := find(d.Form, name); asked != nil {
		q = *asked
	}
	q.Hint = text.Text{ZH: message, EN: message}
	d.Missing = append(d.Missing, q)
}

// weighs tells whether the action asks for numbers by criterion.
func (d *deed) weighs() bool {
	return slices.ContainsFunc(d.Fields, func(x input) bool { return x.Weight > 0 })
}

// weighted is their weighted sum; a dash while one is missing.
func (d *deed) weighted() string {
	var sum int64
	for i := range d.Fields {
		x := &d.Fields[i]
		if x.Weight == 0 {
			continue
		}
		n, ok := x.typed().(int64)
		if !ok {
			return "—"
		}
		sum += n * int64(x.Weight)
	}
	return points(int((sum + 50) / 100))
}

// label of a fault's field.
func (d *deed) label(name string) text.Text {
	for _, x := range d.Fields {
		if x.Name == name {
			return x.Label
		}
	}
	if name == "note" {
		return d.noteLabel()
	}
	if rest, ok := strings.CutPrefix(name, workflow.DeclarationsField+"."); ok {
		for _, x := range d.Offer.Declarations {
			if x.Name == rest {
				return x.Label
			}
		}
	}
	return text.Text{}
}

// noteLabel is not the words of any field, which often ask for a comment of their own.
func (d *deed) noteLabel() text.Text {
	if d.Offer.Note {
		return text.Text{ZH: "理由", EN: "Reason"}
	}
	return text.Text{ZH: "备注", EN: "Remark"}
}

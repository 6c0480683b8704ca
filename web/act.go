package web

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
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
}

// input is one field of an action, as the page draws it.
type input struct {
	workflow.OfferedField
	Value string
}

// doPage shows one action with its form.
func (s *site) doPage(v *visit) error {
	d, err := s.deed(v)
	if err != nil {
		return err
	}
	d.Key = workflow.NewID(time.Now())
	return v.show(http.StatusOK, d.Offer.Label, deedPage(d))
}

// deed finds the action among the offers; one that is none is not found.
func (s *site) deed(v *visit) (*deed, error) {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Offers, func(o workflow.Offer) bool { return o.Name == v.Param("action") })
	if i < 0 {
		return nil, &workflow.NotOffered{Action: v.Param("action"), State: f.Case.State, Label: f.StateLabel, Offers: f.Offers}
	}
	d := &deed{folder: f, Offer: f.Offers[i], Version: f.Case.Version, Faults: map[string]string{}}
	for _, x := range d.Offer.Fields {
		d.Fields = append(d.Fields, input{x, ""})
	}
	return d, nil
}

// act carries an action out. What is wrong is said at its place, and everything written is still there.
func (s *site) act(v *visit) error {
	d, err := s.deed(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	cmd := d.command(form)
	_, err = s.Desk.Do(v.ctx, *v.frame.Actor, cmd)
	if err == nil {
		return v.onward(d.after(), "done")
	}
	if !d.explain(v, err) {
		return err
	}
	return v.show(http.StatusUnprocessableEntity, d.Offer.Label, deedPage(d))
}

// after an action the case is shown; after a submission its receipt.
func (d *deed) after() string {
	to := "/cases/" + url.PathEscape(d.Case.Ref)
	if slices.ContainsFunc(d.Fields, func(x input) bool { return x.Type == "answers" }) {
		to += "/receipt"
	}
	return to
}

// command reads the form. A field that is left empty was not said.
func (d *deed) command(form url.Values) workflow.Command {
	d.Note, d.Key = strings.TrimSpace(form.Get("note")), form.Get("_key")
	cmd := workflow.Command{Ref: d.Case.ID, Action: d.Offer.Name, Key: d.Key, Note: d.Note, Fields: map[string]any{}}
	if n, err := strconv.Atoi(form.Get("_version")); err == nil {
		cmd.Version, d.Version = &n, n
	}
	for i := range d.Fields {
		x := &d.Fields[i]
		if x.Type == "attachments" {
			if ids := form["f."+x.Name]; len(ids) > 0 {
				cmd.Fields[x.Name] = anyOf(ids)
			}
			continue
		}
		x.Value = strings.TrimSpace(form.Get("f." + x.Name))
		if v := x.typed(); v != nil {
			cmd.Fields[x.Name] = v
		}
	}
	b, _ := json.Marshal([]any{cmd.Ref, cmd.Action, cmd.Note, cmd.Fields})
	cmd.Digest = sha256.Sum256(b)
	return cmd
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
	if s == "" || x.Type == "answers" { // answers were saved on their own pages
		return nil
	}
	switch x.Type {
	case "money":
		if f, err := money.ParseYuan(s); err == nil {
			return int64(f)
		}
	case "points":
		if f, err := money.ParseYuan(s); err == nil { // 85.5 points are 8550 hundredths
			return int64(f)
		}
	case "integer":
		if n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64); err == nil {
			return n
		}
	case "boolean":
		return s == "true"
	}
	return s
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
			if rest, ok := strings.CutPrefix(name, "answers"); ok {
				d.wrongAnswer(v, strings.TrimPrefix(rest, "."), say(f.Message))
				name = "answers"
			}
			if d.Faults[name] == "" || name != "answers" {
				d.Faults[name] = say(f.Message)
			}
		}
	case errors.As(err, &refused):
		d.Offer.Refusals = refused.Refusals
	case errors.As(err, &stale):
		d.Faults[""] = say(text.Text{ZH: "这一件刚刚被别人办过，请先看看现在的情况，再决定是否提交。您写的内容还在下面。", EN: "Somebody has just acted on this case. Look at how it stands now before you send. What you wrote is still below."})
		d.Version = stale.Current
	default:
		return false
	}
	return true
}

// wrongAnswer notes what is wrong with one of the answers, by the name of its question.
func (d *deed) wrongAnswer(v *visit, field, message string) {
	name, _, _ := strings.Cut(field, ".")
	for _, q := range d.Form {
		if q.Name == name {
			q.Hint = text.Text{ZH: message, EN: message}
			d.Missing = append(d.Missing, q)
		}
	}
}

// label of a fault's field.
func (d *deed) label(name string) text.Text {
	for _, x := range d.Fields {
		if x.Name == name {
			return x.Label
		}
	}
	if name == "note" {
		return noteLabel
	}
	return text.Text{}
}

var noteLabel = text.Text{ZH: "说明", EN: "Note"}

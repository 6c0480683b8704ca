package web

import (
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
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// entryForm is what a form of a record carries: what was written, what is wrong with it, its key and the version it is
// about.
type entryForm struct {
	Values  url.Values
	Faults  map[string]string // by name of the field, in the reader's words
	Key     string            // sent twice, it acts once
	Version int
	Similar []registry.SimilarRecord // records that it may be: the page asks
}

func newEntry(values url.Values) entryForm {
	if values == nil {
		values = url.Values{}
	}
	return entryForm{Values: values, Faults: map[string]string{}, Key: workflow.NewID(time.Now())}
}

// givenEntry is a form as it was sent.
func givenEntry(form url.Values) entryForm {
	e := entryForm{Values: form, Faults: map[string]string{}, Key: form.Get("_key")}
	e.Version, _ = strconv.Atoi(form.Get("_version")) // anything else is no version
	return e
}

// explain notes why a form was refused; false for errors that a page of their own tells. Without a cause the faults are
// there.
func (e *entryForm) explain(v *visit, cause error) (status int, known bool) {
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	var stale *workflow.Stale
	var similar *registry.Similar
	switch {
	case cause == nil:
	case errors.As(cause, &similar):
		e.Similar = similar.Candidates
		return edge.StatusOf(cause), true
	case errors.As(cause, &invalid):
		for _, f := range invalid.Fields {
			e.fault(v, f.Field, f.Message.In(v.frame.Lang))
		}
	case errors.As(cause, &refused):
		for _, r := range refused.Refusals {
			e.Faults[r.Rule] = r.Message.In(v.frame.Lang)
		}
		return edge.StatusOf(cause), true
	case errors.As(cause, &stale):
		e.Version = stale.Current
		e.Faults["_version"] = say(v.ctx, "别人刚刚改过。您写的还在下面，请核对后再保存。",
			"Somebody has just changed it. What you wrote is below: check it and save again.")
		return edge.StatusOf(cause), true
	case errors.Is(cause, workflow.ErrKeyReused):
		e.Key = workflow.NewID(time.Now())
		e.Faults["_key"] = say(v.ctx, "这个表单先前已经保存过一次，这次的改动没有保存。请核对后再按一次。",
			"This form has been saved once already; what you changed since was not. Check it and press the button again.")
		return edge.StatusOf(cause), true
	default:
		return 0, false
	}
	return http.StatusUnprocessableEntity, true
}

// fault notes what is wrong with a field, beside what is noted already.
func (e *entryForm) fault(v *visit, name, said string) {
	if before := e.Faults[name]; before != "" && before != said {
		said = before + say(v.ctx, "；", "; ") + said
	}
	e.Faults[name] = said
}

// wrongNames are the names of what is wrong.
func (e *entryForm) wrongNames() []string { return slices.Sorted(maps.Keys(e.Faults)) }

// changed is what a form says of a field, if it has the field and says something new; nil otherwise.
func (e *entryForm) changed(name, now string) *string {
	s := strings.ReplaceAll(e.Values.Get(name), "\r\n", "\n") // browsers send both
	if !e.Values.Has(name) || s == now {
		return nil
	}
	return &s
}

// recordForm is the page of a form of one record.
type recordForm struct {
	entryForm
	Title  text.Text
	Back   string // address to go back to
	Where  string // what it is called
	Action string
	Groups []fieldGroup
}

func (f *recordForm) has(name string) bool {
	return slices.ContainsFunc(f.Groups, func(g fieldGroup) bool {
		return slices.ContainsFunc(g.Fields, func(x entryField) bool { return x.Name == name })
	})
}

// anchor is the field at which a fault is said; "" where it has none.
func (f *recordForm) anchor(name string) string {
	if f.has(name) {
		return name
	}
	return ""
}

// refuseRecord shows a record's form again with everything that is wrong with it.
func (v *visit) refuseRecord(f *recordForm, cause error) error {
	status, known := f.explain(v, cause)
	if !known {
		return cause
	}
	return v.show(status, f.Title, recordPage(f))
}

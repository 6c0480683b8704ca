package ui

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

// EntryForm is what a form of a record carries: what was written, what is wrong with it, its key and the version it is
// about.
type EntryForm struct {
	Values  url.Values
	Faults  map[string]string // by name of the field, in the reader's words
	Key     string            // sent twice, it acts once
	Version int
	Similar []registry.SimilarRecord // records that it may be: the page asks
}

func NewEntry(values url.Values) EntryForm {
	if values == nil {
		values = url.Values{}
	}
	return EntryForm{Values: values, Faults: map[string]string{}, Key: workflow.NewID(time.Now())}
}

// GivenEntry is a form as it was sent.
func GivenEntry(form url.Values) EntryForm {
	e := EntryForm{Values: form, Faults: map[string]string{}, Key: form.Get("_key")}
	e.Version, _ = strconv.Atoi(form.Get("_version")) // anything else is no version
	return e
}

// Explain notes why a form was refused; false for errors that a page of their own tells. Without a cause the faults are
// there.
func (e *EntryForm) Explain(v *Visit, cause error) (status int, known bool) {
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
			e.Fault(v, f.Field, f.Message.In(v.Frame.Lang))
		}
	case errors.As(cause, &refused):
		for _, r := range refused.Refusals {
			e.Faults[r.Rule] = r.Message.In(v.Frame.Lang)
		}
		return edge.StatusOf(cause), true
	case errors.As(cause, &stale):
		e.Version = stale.Current
		e.Faults["_version"] = Say(v.Ctx, saySomebodyHasJustChanged)
		return edge.StatusOf(cause), true
	case errors.Is(cause, workflow.ErrKeyReused):
		e.Key = workflow.NewID(time.Now())
		e.Faults["_key"] = Say(v.Ctx, sayThisFormHasBeen)
		return edge.StatusOf(cause), true
	default:
		return 0, false
	}
	return http.StatusUnprocessableEntity, true
}

// Fault notes what is wrong with a field, beside what is noted already.
func (e *EntryForm) Fault(v *Visit, name, said string) {
	if before := e.Faults[name]; before != "" && before != said {
		said = before + Say(v.Ctx, saySemicolon) + said
	}
	e.Faults[name] = said
}

// WrongNames are the names of what is wrong.
func (e *EntryForm) WrongNames() []string { return slices.Sorted(maps.Keys(e.Faults)) }

// Changed is what a form says of a field, if it has the field and says something new; nil otherwise.
func (e *EntryForm) Changed(name, now string) *string {
	s := strings.ReplaceAll(e.Values.Get(name), "\r\n", "\n") // browsers send both
	if !e.Values.Has(name) || s == now {
		return nil
	}
	return &s
}

// RecordForm is the page of a form of one record.
type RecordForm struct {
	EntryForm
	Title  text.Text
	Back   string // address to go back to
	Where  string // what it is called
	Action string
	Groups []FieldGroup
}

func (f *RecordForm) has(name string) bool {
	return slices.ContainsFunc(f.Groups, func(g FieldGroup) bool {
		return slices.ContainsFunc(g.Fields, func(x EntryField) bool { return x.Name == name })
	})
}

// anchor is the field at which a fault is said; "" where it has none.
func (f *RecordForm) anchor(name string) string {
	if f.has(name) {
		return name
	}
	return ""
}

// RefuseRecord shows a record's form again with everything that is wrong with it.
func (v *Visit) RefuseRecord(f *RecordForm, cause error) error {
	status, known := f.Explain(v, cause)
	if !known {
		return cause
	}
	return v.Show(status, f.Title, RecordPage(f))
}

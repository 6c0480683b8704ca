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

type EntryForm struct {
	Values  url.Values
	Faults  map[string]string // by field, in the reader's words
	Key     string            // idempotency key
	Version int
	Similar []registry.SimilarRecord // possible duplicates, to confirm
}

func NewEntry(values url.Values) EntryForm {
	if values == nil {
		values = url.Values{}
	}
	return EntryForm{Values: values, Faults: map[string]string{}, Key: workflow.NewID(time.Now())}
}

func GivenEntry(form url.Values) EntryForm {
	e := EntryForm{Values: form, Faults: map[string]string{}, Key: form.Get("_key")}
	e.Version, _ = strconv.Atoi(form.Get("_version")) // 0 if malformed
	return e
}

// Explain turns a refusal into faults of the form; false for errors that have a page of their own. A nil cause means
// that the faults are already noted.
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

func (e *EntryForm) Fault(v *Visit, name, said string) {
	if before := e.Faults[name]; before != "" && before != said {
		said = before + Say(v.Ctx, saySemicolon) + said
	}
	e.Faults[name] = said
}

func (e *EntryForm) WrongNames() []string { return slices.Sorted(maps.Keys(e.Faults)) }

// Changed returns the form's value of a field if it differs from now, else nil.
func (e *EntryForm) Changed(name, now string) *string {
	s := strings.ReplaceAll(e.Values.Get(name), "\r\n", "\n") // browsers send either
	if !e.Values.Has(name) || s == now {
		return nil
	}
	return &s
}

type RecordForm struct {
	EntryForm
	Title  text.Text
	Back   string // address
	Where  string // its name
	Action string
	Groups []FieldGroup
}

func (f *RecordForm) has(name string) bool {
	return slices.ContainsFunc(f.Groups, func(g FieldGroup) bool {
		return slices.ContainsFunc(g.Fields, func(x EntryField) bool { return x.Name == name })
	})
}

func (f *RecordForm) anchor(name string) string {
	if f.has(name) {
		return name
	}
	return ""
}

func (v *Visit) RefuseRecord(f *RecordForm, cause error) error {
	status, known := f.Explain(v, cause)
	if !known {
		return cause
	}
	return v.Show(status, f.Title, RecordPage(f))
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

// The library's validation is quadratic: its path grows by every name with a dot, and each fault keeps the whole
// object. So checker walks objects and lists, and gives the library single values only.

// checked holds the faults of a body until the library has checked the parameters.
type checked struct {
	faults []fault // the first edge.MaxFaults
	more   int     // not listed in faults
}

type checkedKey struct{}

// faultsOf returns the faults of the body, or nil.
func faultsOf(ctx context.Context) *checked {
	c, _ := ctx.Value(checkedKey{}).(*checked)
	return c
}

// check validates the JSON body against the operation's schema. The context carries the result.
func (s *service) check(c huma.Context, next func(huma.Context)) {
	body := edge.Body(c.Context())
	asked := c.Operation().RequestBody
	if body == nil || asked == nil || asked.Content["application/json"] == nil {
		next(c)
		return
	}
	var value any
	if json.Unmarshal(body, &value) != nil { // the edge has checked the syntax
		next(c)
		return
	}
	w := checker{ctx: c.Context(), schemas: s.api.OpenAPI().Components.Schemas}
	w.value(asked.Content["application/json"].Schema, value)
	if len(w.faults) > 0 {
		c = huma.WithValue(c, checkedKey{}, &w.checked)
	}
	next(c)
}

// checker walks through a value and its schema. It builds a path only for a fault.
type checker struct {
	checked
	ctx     context.Context
	schemas huma.Registry
	path    []string
	result  huma.ValidateResult
}

func (w *checker) value(s *huma.Schema, v any) {
	for s.Ref != "" {
		s = w.schemas.SchemaFromRef(s.Ref)
	}
	object, isObject := v.(map[string]any)
	list, isList := v.([]any)
	switch {
	case w.ctx.Err() != nil: // the client has gone or the time is over
	case isObject && s.Type == huma.TypeObject:
		w.object(s, object)
	case isList && s.Type == huma.TypeArray:
		w.list(s, list)
	default:
		w.single(s, v)
	}
}

func (w *checker) object(s *huma.Schema, object map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		v, given := object[name]
		required := slices.Contains(s.Required, name)
		switch {
		case !given && required:
			w.tell(name, false, text.Text{ZH: "请填写", EN: "please fill this in"})
		case !given || v == nil && !required:
		default:
			w.at(name, s.Properties[name], v)
		}
	}
	others, _ := s.AdditionalProperties.(*huma.Schema)
	closed := s.AdditionalProperties == false
	if others == nil && !closed {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		switch {
		case s.Properties[name] != nil:
		case closed:
			w.tell(name, true, text.Text{ZH: "没有这一项", EN: "there is no such item"})
		default:
			w.at(name, others, object[name])
		}
	}
}

func (w *checker) list(s *huma.Schema, list []any) {
	switch {
	case s.MinItems != nil && len(list) < *s.MinItems:
		w.tell("", false, text.Format("至少 %d 项", "at least %d items", *s.MinItems))
	case s.MaxItems != nil && len(list) > *s.MaxItems: // its items are not checked
		w.tell("", false, text.Format("最多 %d 项", "at most %d items", *s.MaxItems))
		return
	}
	for i, v := range list {
		w.at("["+strconv.Itoa(i)+"]", s.Items, v)
	}
}

type day struct{}

func (day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-23"}}
}

// single validates a value that is no object or list. It accepts more ways to write a date than the library.
func (w *checker) single(s *huma.Schema, v any) {
	if text, ok := v.(string); ok && s.Format == "date" {
		var bad *calendar.Error
		if _, err := calendar.ReadDate(text); text != "" && errors.As(err, &bad) {
			w.tell("", false, bad.Text)
		}
		return
	}
	w.result.Reset()
	huma.Validate(w.schemas, s, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, v, &w.result)
	for _, err := range w.result.Errors {
		f := faultOf(err.(*huma.ErrorDetail)) // Validate adds no other type
		w.tell("", f.malformed, f.Message)
	}
}

func (w *checker) at(name string, s *huma.Schema, v any) {
	w.path = append(w.path, name)
	w.value(s, v)
	w.path = w.path[:len(w.path)-1]
}

// tell adds a fault, of the named item if name is not empty.
func (w *checker) tell(name string, malformed bool, message text.Text) {
	if len(w.faults) == edge.MaxFaults {
		w.more++
		return
	}
	var at strings.Builder
	for _, p := range append(w.path[:len(w.path):len(w.path)], name) {
		if p != "" && p[0] != '[' && at.Len() > 0 {
			at.WriteByte('.')
		}
		at.WriteString(edge.Short(p, 80))
	}
	w.faults = append(w.faults, fault{workflow.FieldError{Field: at.String(), Message: message}, malformed})
}

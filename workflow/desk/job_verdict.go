package desk

import (
	"errors"
	"slices"

	"incubase/workflow"
)

type Verdict struct {
	Ref     string         `json:"ref"` // as the request named it
	Done    bool           `json:"done,omitempty"`
	Version int            `json:"version,omitempty"`
	State   workflow.State `json:"state,omitempty"`
	Fault   *Fault         `json:"fault,omitempty"` // why it was not done
	err     error          // the original error; nil where the verdict was read from a store
}

// Fault is an error of the desk as a job keeps it: its reader gets the words and status of a single act.
type Fault struct {
	Kind      string             `json:"kind"`
	Action    string             `json:"action,omitempty"`
	State     workflow.State     `json:"state,omitempty"`
	Label     *workflow.Text     `json:"label,omitempty"`
	Refusals  []workflow.Refusal `json:"refusals,omitempty"`
	Forbidden bool               `json:"forbidden,omitempty"` // a refusal is about who the actor is
	Offers    []string           `json:"offers,omitempty"`    // names of the actions that the actor could do instead
	Invalid   *workflow.Invalid  `json:"invalid,omitempty"`
	Stale     *workflow.Stale    `json:"stale,omitempty"`
	Changed   *workflow.Changed  `json:"changed,omitempty"`
	Unnamed   *workflow.Unnamed  `json:"unnamed,omitempty"`
}

// errFailed is a failure that no user can act on; the log has the cause.
var errFailed = errors.New("a case of a job failed for an internal reason; the log names the job")

var plainFaults = map[string]error{"not_found": workflow.ErrNotFound, "key_reused": workflow.ErrKeyReused,
	"key_required": workflow.ErrKeyRequired, "key_in_flight": workflow.ErrKeyInFlight,
	"unconfirmed": workflow.ErrConfirm, "factor_required": workflow.ErrFactorRequired, "failed": errFailed}

func verdictOf(ref string, r *workflow.Receipt, err error) Verdict {
	if err != nil {
		return Verdict{Ref: ref, Fault: faultOf(err), err: err}
	}
	return Verdict{Ref: ref, Done: true, Version: r.View.Case.Version, State: r.View.Case.State}
}

// Err returns why the case was not done, nil where it was.
func (v *Verdict) Err() error {
	switch {
	case v.err != nil:
		return v.err
	case v.Fault != nil:
		return v.Fault.err()
	}
	return nil
}

func faultOf(err error) *Fault {
	var refused *workflow.Refused
	var gone *workflow.NotOffered
	f := &Fault{}
	switch {
	case errors.As(err, &refused):
		f.Kind, f.Action, f.Refusals, f.Forbidden = "refused", refused.Action, refused.Refusals, refused.Forbidden()
		f.Offers = namesOf(refused.Offers)
	case errors.As(err, &gone):
		f.Kind, f.Action, f.State, f.Label, f.Offers = "not_offered", gone.Action, gone.State, &gone.Label,
			namesOf(gone.Offers)
	case errors.As(err, &f.Invalid):
		f.Kind, f.Invalid = "invalid", bounded(f.Invalid)
	case errors.As(err, &f.Stale):
		f.Kind = "stale"
	case errors.As(err, &f.Changed):
		f.Kind = "changed"
	case errors.As(err, &f.Unnamed):
		f.Kind = "unnamed"
	default:
		f.Kind = "failed"
		for kind, known := range plainFaults {
			if errors.Is(err, known) {
				f.Kind = kind
			}
		}
	}
	return f
}

// maxKept faults of one case are kept, each cut to maxKeptText characters, so that a row can hold any job.
const maxKept, maxKeptText = 50, 200

func bounded(e *workflow.Invalid) *workflow.Invalid {
	out := *e
	out.Fields = slices.Clone(e.Fields[:min(len(e.Fields), maxKept)])
	out.More += len(e.Fields) - len(out.Fields)
	for i := range out.Fields {
		f := &out.Fields[i]
		f.Field, f.Message.ZH, f.Message.EN = short(f.Field), short(f.Message.ZH), short(f.Message.EN)
	}
	return &out
}

func short(s string) string {
	if r := []rune(s); len(r) > maxKeptText {
		return string(r[:maxKeptText-1]) + "…"
	}
	return s
}

func namesOf(offers []workflow.Offer) (out []string) {
	for _, o := range offers {
		if o.Allowed() {
			out = append(out, o.Name)
		}
	}
	return out
}

func (f *Fault) err() error {
	offers := make([]workflow.Offer, len(f.Offers))
	for i, name := range f.Offers {
		offers[i].Name = name
	}
	switch {
	case f.Kind == "refused":
		refusals := slices.Clone(f.Refusals)
		if f.Forbidden && len(refusals) > 0 {
			refusals[0].Forbidden = true
		}
		return &workflow.Refused{Action: f.Action, Refusals: refusals, Offers: offers}
	case f.Kind == "not_offered" && f.Label != nil:
		return &workflow.NotOffered{Action: f.Action, State: f.State, Label: *f.Label, Offers: offers}
	case f.Invalid != nil:
		return f.Invalid
	case f.Stale != nil:
		return f.Stale
	case f.Changed != nil:
		return f.Changed
	case f.Unnamed != nil:
		return f.Unnamed
	}
	if known := plainFaults[f.Kind]; known != nil {
		return known
	}
	return errFailed
}

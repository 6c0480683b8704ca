package workflow

import (
	"errors"
	"slices"
)

// ErrConfirm is an act that asks for the password once more: the session is not fresh. Nothing was written.
var ErrConfirm = errors.New("the act asks for the password again")

// Who sits down at a screen that somebody left open reads what its owner reads. What gives rights, accounts or money to
// others takes the password besides: a session is fresh for ten minutes after signing in and after each confirmation,
// in real time.
//
// confirmedRecords is the whole list of such changes of records, by the kind and the act; see edit.acts.
var confirmedRecords = map[RecordKind][]string{
	KindRole:         {"create", "end"},
	KindUser:         {"create", "change", "reset_started", "reset_approved", "reset_ended", "factor"},
	KindOrganization: {"contact"},
	KindWorkflow:     {"approve", "withdraw"},
	KindErasure:      {"erase"},
}

// ConfirmedEffects is the whole list of effects of such acts on cases, in every definition.
var ConfirmedEffects = []string{"post_payment"}

// ConfirmedActs are the names of the whole list, sorted: kinds with acts, and effects.
func ConfirmedActs() (out []string) {
	for kind, acts := range confirmedRecords {
		for _, act := range acts {
			out = append(out, string(kind)+"."+act)
		}
	}
	out = append(out, ConfirmedEffects...)
	slices.Sort(out)
	return out
}

// RequireFresh refuses acts of the list in a session that is not fresh.
func (a Actor) RequireFresh(listed bool) error {
	if listed && a.Unconfirmed {
		return ErrConfirm
	}
	return nil
}

// Confirms reports whether changing a record by these acts is on the list.
func Confirms(kind RecordKind, acts []string) bool {
	return slices.ContainsFunc(acts, func(act string) bool { return slices.Contains(confirmedRecords[kind], act) })
}

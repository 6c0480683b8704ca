package workflow

import (
	"errors"
	"slices"
)

// ErrConfirm means that nothing was written: the act needs the password again.
var ErrConfirm = errors.New("the act asks for the password again")

// ErrFactorRequired means that the actor's roles need a second factor, which must be enrolled first.
var ErrFactorRequired = errors.New("these roles need a second factor")

// confirmedRecords lists the changes of records, by kind and act, that need a fresh session, because they give
// rights, accounts or money to others: an unattended screen must not suffice. A session is fresh for ten minutes of
// real time after sign-in and after each confirmation. See edit.acts.
var confirmedRecords = map[RecordKind][]string{
	KindRole:         {"create", "end"},
	KindUser:         {"create", "change", "reset_started", "reset_approved", "reset_ended", "factor"},
	KindOrganization: {"contact"},
	KindWorkflow:     {"approve", "withdraw"},
	KindErasure:      {"erase"},
}

// ConfirmedRecords returns them sorted, as "kind.act".
func ConfirmedRecords() (out []string) {
	for kind, acts := range confirmedRecords {
		for _, act := range acts {
			out = append(out, string(kind)+"."+act)
		}
	}
	slices.Sort(out)
	return out
}

func (a Actor) RequireFresh(listed bool) error {
	if listed && a.Unconfirmed {
		return ErrConfirm
	}
	return nil
}

func Confirms(kind RecordKind, acts []string) bool {
	return slices.ContainsFunc(acts, func(act string) bool { return slices.Contains(confirmedRecords[kind], act) })
}

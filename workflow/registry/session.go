package registry

import (
	"time"

	"incubase/workflow"
)

// Session is a signed-in person.
type Session struct {
	ID      workflow.ID
	Token   string
	Actor   workflow.Actor
	Expires time.Time // the absolute limit
	Factor  bool      // the user has a second factor
	Lacks   bool      // the second factor that its roles need: it has to be enrolled first
	Told    *Told     // notice to show its owner at sign-in
}

// Told names the administrators who issued a reset code, for the owner to see at the next sign-in.
type Told struct {
	StartedBy  string    `json:"started_by"`
	ApprovedBy string    `json:"approved_by"`
	At         time.Time `json:"at"`
}

type SignIn struct {
	Login, Password, Address string
	Replaces                 string // token of this browser's present session, which ends with the new one
	Code                     string // of the second factor
	Ticket                   string // replaces login and password; see FactorWanted
}

// SessionInfo is one live session as its owner and the administrators see it.
type SessionInfo struct {
	ID      workflow.ID
	Address string // of an IPv6 address the network
	Created time.Time
	Seen    time.Time // to the minute
	Ends    time.Time // if it is not used before
	Current bool      // the one that asks
}

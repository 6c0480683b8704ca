package registry

import (
	"errors"
	"slices"
	"time"

	"incubase/workflow"
)

// ErrFactorRequired is an act of somebody whose roles need a second factor and who has none yet: enrolling comes first.
var ErrFactorRequired = errors.New("these roles need a second factor")

// ErrWrongFactor is a wrong code of a second factor, or one that was used already.
var ErrWrongFactor = errors.New("wrong code, or it was used already")

// FactorWanted is a sign-in whose password was right and that needs the code of the second factor besides.
type FactorWanted struct {
	Ticket string // stands for the password for five minutes, on the page that asks for the code
}

func (e *FactorWanted) Error() string { return "the code of the second factor is wanted" }

// factored are the roles that need a second factor, unless the installation's setting says otherwise.
var factored = []workflow.Role{workflow.RoleSysadmin, workflow.RoleSecadmin, workflow.RoleAuditadmin,
	workflow.RoleDecider, workflow.RoleFinanceMaker, workflow.RoleFinanceChecker}

// NeedsFactor reports whether a role of the actor needs a second factor.
func NeedsFactor(a workflow.Actor) bool {
	return slices.ContainsFunc(a.Roles, func(g workflow.Grant) bool { return slices.Contains(factored, g.Role) })
}

// SecondFactor is how a person's second factor stands.
type SecondFactor struct {
	Enrolled bool       `json:"enrolled"`
	Since    *time.Time `json:"since,omitempty"`
	Left     int        `json:"recovery_codes_left"`
	Required bool       `json:"required" doc:"The person's roles need one in this installation."`
}

// NewFactor is a secret that waits for its first code, shown once.
type NewFactor struct {
	Secret string `json:"secret" doc:"To be typed into the authenticator app."`
	URI    string `json:"uri" doc:"The same, as apps scan it."`
	QR     string `json:"qr" doc:"The same as a picture: a PNG as a data URI."`
}

// RecoveryCodes is how many codes a person is given for the day on which the device is lost.
const RecoveryCodes = 10

// NewRecoveryCodes makes them: 64 random bits each, kept as hashes and shown once.
func NewRecoveryCodes() []string {
	out := make([]string, RecoveryCodes)
	for i := range out {
		out[i] = newHalf()
	}
	return out
}

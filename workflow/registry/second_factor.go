package registry

import (
	"errors"
	"slices"
	"time"

	"incubase/workflow"
)

// ErrWrongFactor is a wrong or used code of a second factor.
var ErrWrongFactor = errors.New("wrong code, or it was used already")

// FactorWanted means that the password was right and a code of the second factor is needed too.
type FactorWanted struct {
	Ticket string // stands for the password for five minutes, on the page that asks for the code
}

func (e *FactorWanted) Error() string { return "the code of the second factor is wanted" }

// factored roles need a second factor, unless the installation's setting says otherwise.
var factored = []workflow.Role{workflow.RoleSysadmin, workflow.RoleSecadmin, workflow.RoleAuditadmin,
	workflow.RoleDecider, workflow.RoleFinanceMaker, workflow.RoleFinanceChecker}

func NeedsFactor(a workflow.Actor) bool {
	return slices.ContainsFunc(a.Roles, func(g workflow.Grant) bool { return slices.Contains(factored, g.Role) })
}

type SecondFactor struct {
	Enrolled bool       `json:"enrolled"`
	Since    *time.Time `json:"since,omitempty"`
	Left     int        `json:"recovery_codes_left"`
	Required bool       `json:"required" doc:"The person's roles need one in this installation."`
}

// NewFactor is a secret before its first code, shown once.
type NewFactor struct {
	Secret string `json:"secret" doc:"To be typed into the authenticator app."`
	URI    string `json:"uri" doc:"The same, as apps scan it."`
	QR     string `json:"qr" doc:"The same as a picture: a PNG as a data URI."`
}

// RecoveryCodes is how many codes a user gets for the loss of the device.
const RecoveryCodes = 10

// NewRecoveryCodes returns codes of 64 random bits, kept as hashes and shown once.
func NewRecoveryCodes() []string {
	out := make([]string, RecoveryCodes)
	for i := range out {
		out[i] = newHalf()
	}
	return out
}

package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

type Definitions interface {
	machine.Machines
	Names() []string
	Versions(name string) []int
	// Check decodes and compiles a definition in YAML without storing it; *workflow.Invalid lists all faults.
	Check(source string) (*machine.Machine, error)
	// Load stores a definition; a version in use never changes.
	Load(ctx context.Context, actor workflow.Actor, source, key string) (*machine.Machine, error)
	// Standing returns a version's approval state, or the zero value.
	Standing(name string, version int) vet.DefinitionStanding
	// Approval describes a version for its approver, or fails with workflow.ErrNotFound.
	Approval(name string, version int) (*vet.DefinitionApproval, error)
	// Approve and Withdraw change a version's approval state under vet.MayApprove and vet.MayWithdraw.
	Approve(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
	Withdraw(ctx context.Context, actor workflow.Actor, name string, version int,
		note string) (*vet.DefinitionApproval, error)
}

var (
	DefinitionsTitle = text.Text{ZH: "流程", EN: "Workflows"}
	CheckTitle       = text.Text{ZH: "检查流程定义", EN: "Check a definition"}
	DiffTitle        = text.Text{ZH: "两个版本的差别", EN: "What differs between two versions"}
)

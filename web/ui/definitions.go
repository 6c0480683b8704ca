package ui

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

// Definitions keeps workflow definitions.
type Definitions interface {
	machine.Machines
	Names() []string
	Versions(name string) []int
	// Check decodes and compiles a definition in YAML without keeping it; *workflow.Invalid says everything wrong with it.
	Check(source string) (*machine.Machine, error)
	// Load keeps it; a version in use never changes.
	Load(ctx context.Context, actor workflow.Actor, source, key string) (*machine.Machine, error)
	// Standing says how a version stands; of one that there is not, nothing.
	Standing(name string, version int) vet.DefinitionStanding
	// Approval describes a version for its approver, or workflow.ErrNotFound.
	Approval(name string, version int) (*vet.DefinitionApproval, error)
	// Approve and Withdraw change how a version stands, under workflow.MayApprove and MayWithdraw.
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

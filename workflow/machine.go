package workflow

import "context"

// SaveAction is built in: it keeps work in progress for those whom a state's edit list names.
const SaveAction = "save"

// Machine is a compiled, checked Definition. It never changes, so every request may share it.
type Machine struct{ def Definition }

// Edge is one legal move of a definition version, as the schema's foreign key knows it.
type Edge struct {
	Action   string
	From, To State
}

// Compile checks a definition and prepares it; the error lists everything wrong at once.
func Compile(def Definition) (*Machine, error) { panic("engine") }

// Definition is what was compiled.
func (m *Machine) Definition() Definition { panic("engine") }

// Edges are all legal moves, the birth ("create" from "") included, in a stable order.
func (m *Machine) Edges() []Edge { panic("engine") }

// Needs says which candidates the action's effects ask for.
func (m *Machine) Needs(action string) Needs { panic("engine") }

// Visible tells whether the actor may see the case as it stands.
func (m *Machine) Visible(f Facts) bool { panic("engine") }

// Offers are the actions leaving the state that concern one of the actor's roles, allowed or with every refusal.
func (m *Machine) Offers(f Facts) []Offer { panic("engine") }

// Decide carries the action out on paper: *NotOffered, *Refused, *Invalid, or the complete decision.
func (m *Machine) Decide(ctx context.Context, f Facts, cmd Command) (Decision, error) {
	panic("engine")
}

// Open decides the birth of a case.
func (m *Machine) Open(ctx context.Context, l Loaded, o Opening) (Birth, error) { panic("engine") }

// Draft decides the saving of work in progress.
func (m *Machine) Draft(f Facts, cmd Command) (Draft, error) { panic("engine") }

// Show is the case as the actor of the facts may see it.
func (m *Machine) Show(l Loaded) View { panic("engine") }

// After is the same view after a decision, without reading again.
func (m *Machine) After(l Loaded, d Decision) View { panic("engine") }

// ShowEvents masks a time line for the actor: reviewers' names, scores and objectors stay with those entitled.
func (m *Machine) ShowEvents(f Facts, events []Event) []Event { panic("engine") }

// Mermaid is the state diagram, generated.
func (m *Machine) Mermaid(lang string) string { panic("engine") }

// ScopeOf is what the actor may see, for lists.
func ScopeOf(actor Actor, machines Machines) Scope { panic("engine") }

// Keyed tells whether the decision has a ledger effect, so that an idempotency key is required.
func (d *Decision) Keyed() bool { panic("engine") }

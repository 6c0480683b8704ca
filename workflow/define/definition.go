package define

import (
	"fmt"
	"strconv"

	"incubase/workflow"
)

// Definition is a workflow as data: shipped as YAML in workflow/catalog, or loaded into a running installation. A
// version in use never changes: a new version is new rows.
type Definition struct {
	Name    string        `yaml:"name" json:"name"`
	Version int           `yaml:"version" json:"version"`
	Title   workflow.Text `yaml:"title" json:"title"`
	Prefix  string        `yaml:"prefix" json:"prefix"`                     // of reference numbers: GA gives GA-2026-0042
	About   workflow.Text `yaml:"about" json:"about"`                       // one paragraph for docs and administrators
	Source  []string      `yaml:"source,omitempty" json:"source,omitempty"` // documents that the process follows
	Needs   []string      `yaml:"needs,omitempty" json:"needs,omitempty"`   // of a new case: organization, project, round
	// organization, project, round: only one live case has the same ones
	Unique  []string       `yaml:"unique,omitempty" json:"unique,omitempty"`
	Initial workflow.State `yaml:"initial" json:"initial"`
	// its own words for the stages that its states have; without, the common ones
	Stages map[workflow.Stage]workflow.Text `yaml:"stages,omitempty" json:"stages,omitempty"`
	// JSON Schema of the answers; empty: the round's form
	Form string `yaml:"form,omitempty" json:"form,omitempty"`
	// parties who may open one; none: only another case's action does
	Open    []string         `yaml:"open,omitempty" json:"open,omitempty"`
	Parties []workflow.Party `yaml:"parties" json:"parties"`
	Groups  []Group          `yaml:"groups,omitempty" json:"groups,omitempty"` // superstates, outermost first
	States  []StateDef       `yaml:"states" json:"states"`
	Actions []ActionDef      `yaml:"actions" json:"actions"`
	Desks   []DeskDef        `yaml:"desks,omitempty" json:"desks,omitempty"`
}

// Group is a superstate: states inside inherit its actions and may override them by name.
type Group struct {
	Name   workflow.State      `yaml:"name" json:"name"`
	Label  workflow.Text       `yaml:"label" json:"label"`
	In     workflow.State      `yaml:"in,omitempty" json:"in,omitempty"`
	Timers []workflow.TimerDef `yaml:"timers,omitempty" json:"timers,omitempty"` // run while the case is anywhere inside
}

type StateDef struct {
	Name  workflow.State `yaml:"name" json:"name"`
	In    workflow.State `yaml:"in,omitempty" json:"in,omitempty"`
	Label workflow.Text  `yaml:"label" json:"label"`
	// softer name for the public; default the label
	Public workflow.Text `yaml:"public,omitempty" json:"public"`
	// applied, reviewed, funded, reported, none, keep
	Stage string `yaml:"stage" json:"stage"`
	// declined, withdrawn ...; may still have exits
	Outcome string `yaml:"outcome,omitempty" json:"outcome,omitempty"`
	// parties; empty: every party of the definition
	See  []string `yaml:"see,omitempty" json:"see,omitempty"`
	Edit []string `yaml:"edit,omitempty" json:"edit,omitempty"` // parties who may save the draft answers
	// the state shown to parties not in See
	Shown  workflow.State      `yaml:"shown_as,omitempty" json:"shown_as,omitempty"`
	Timers []workflow.TimerDef `yaml:"timers,omitempty" json:"timers,omitempty"` // run while the case is in this state
	Pauses []string            `yaml:"pauses,omitempty" json:"pauses,omitempty"` // clocks that stand still here
}

// ActionDef is an act. The same name may appear with another From: the entry nearest to the state wins.
type ActionDef struct {
	Name    string           `yaml:"name" json:"name"`
	Label   workflow.Text    `yaml:"label" json:"label"`
	From    []workflow.State `yaml:"from" json:"from"`                 // states or groups
	To      Target           `yaml:"to,omitempty" json:"to,omitempty"` // default: stays in the state
	By      []string         `yaml:"by" json:"by"`                     // parties
	Fields  []FieldDef       `yaml:"fields,omitempty" json:"fields,omitempty"`
	Guards  []Spec           `yaml:"guards,omitempty" json:"guards,omitempty"` // all must hold
	Effects []Spec           `yaml:"effects,omitempty" json:"effects,omitempty"`
	// field "answer" is an answer at this desk
	Desk string `yaml:"desk,omitempty" json:"desk,omitempty"`
	// fired by the system as soon as its guards hold
	Auto   bool `yaml:"auto,omitempty" json:"auto,omitempty"`
	Turn   bool `yaml:"turn,omitempty" json:"turn,omitempty"`     // the state waits for this act: it makes a duty
	Revert bool `yaml:"revert,omitempty" json:"revert,omitempty"` // a move back, drawn differently
	Never  bool `yaml:"never,omitempty" json:"never,omitempty"`   // removes an inherited action
	// actor, fields and records are for the staff only
	Secret bool `yaml:"secret,omitempty" json:"secret,omitempty"`
	// decides on the application, as commit_award does: barred for coaches of the organization
	Decides bool   `yaml:"decides,omitempty" json:"decides,omitempty"`
	Note    string `yaml:"note,omitempty" json:"note,omitempty"` // "required": the note must give a reason
}

// Target is where an action leads: the first branch whose When holds. YAML: a state name or a list of branches. Stay
// keeps the state; Stored returns to the stored one.
type Target []Branch

type Branch struct {
	To   workflow.State `yaml:"to" json:"to"`
	When []Spec         `yaml:"when,omitempty" json:"when,omitempty"` // all must hold; none in the last branch
}

const (
	Stay   workflow.State = "$stay"
	Stored workflow.State = "$stored"
)

// UnmarshalYAML accepts a plain state name or a list of branches.
func (t *Target) UnmarshalYAML(decode func(any) error) error {
	var one workflow.State
	if decode(&one) == nil {
		*t = Target{{To: one}}
		return nil
	}
	var many []Branch
	if err := decode(&many); err != nil {
		return fmt.Errorf("to: a state name, or a list of {to, when}: %w", err)
	}
	*t = many
	return nil
}

// Spec names a guard or an effect of the closed registry, with its parameters. YAML: "notice_elapsed", or {scores:
// {min: $round.min_reviews}}.
type Spec struct {
	Name   string         `json:"name"`
	Params map[string]any `json:"params,omitempty"`
}

// UnmarshalYAML accepts a name, or a map of exactly one name to its parameters.
func (s *Spec) UnmarshalYAML(decode func(any) error) error {
	if decode(&s.Name) == nil {
		return nil
	}
	var m map[string]map[string]any
	if err := decode(&m); err != nil {
		return fmt.Errorf("a name, or {name: {parameters}}: %w", err)
	}
	if len(m) != 1 {
		return fmt.Errorf("exactly one name, got %d", len(m))
	}
	for s.Name, s.Params = range m {
	}
	return nil
}

// FieldDef is one input of an action. Fields become the JSON Schema that Offer carries.
type FieldDef struct {
	Name  string        `yaml:"name" json:"name"`
	Label workflow.Text `yaml:"label" json:"label"`
	// text, money, integer, points, boolean, choice, date, answers, attachments
	Type     string `yaml:"type" json:"type"`
	Required bool   `yaml:"required,omitempty" json:"required,omitempty"`
	// number, or a reference: $case.requested_fen, $round.award_ceiling_fen
	Min any `yaml:"min,omitempty" json:"min,omitempty"`
	// the same, or a list, of which the smallest counts; for text: characters
	Max     any               `yaml:"max,omitempty" json:"max,omitempty"`
	Choices []workflow.Choice `yaml:"choices,omitempty" json:"choices,omitempty"`
	// a valid value or a reference; required for required fields
	Example any `yaml:"example,omitempty" json:"example,omitempty"`
	// of a choice: the answer that a list offers as one press; no other field may be required
	Tap string `yaml:"tap,omitempty" json:"tap,omitempty"`
	// criterion: points for each criterion of a round that has any; the field itself is their weighted sum
	Per    string        `yaml:"per,omitempty" json:"per,omitempty"`
	Hint   workflow.Text `yaml:"-" json:"-"` // of a criterion
	Weight int           `yaml:"-" json:"-"`
}

// DeskDef is a desk that needs several answers of named parties.
type DeskDef struct {
	Name    string        `yaml:"name" json:"name"`
	Label   workflow.Text `yaml:"label" json:"label"`
	Parties []string      `yaml:"parties" json:"parties"`
	// each party, person or agency answers once
	Each string `yaml:"each" json:"each"`
	Need any    `yaml:"need" json:"need"` // number or reference
	// kind of the paper signed here: issued before, and named by its hash
	Paper   string            `yaml:"paper,omitempty" json:"paper,omitempty"`
	Answers []workflow.Choice `yaml:"answers" json:"answers"`               // the first counts as approval
	Veto    []string          `yaml:"veto,omitempty" json:"veto,omitempty"` // parties whose other answers veto
	// all (default): a restart voids every desk's answers; later: those of this desk and later ones
	Restart string `yaml:"restart,omitempty" json:"restart,omitempty"`
}

// NewBounds reads a bound: nothing, a number, a reference, or a list of them, of which the smallest counts.
func NewBounds(v any) ([]workflow.Ref, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []workflow.Ref
	for _, x := range list {
		if s, isText := x.(string); isText {
			if n, err := strconv.ParseInt(s, 10, 64); err == nil {
				x = n
			}
		}
		r, err := workflow.NewRef(x)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

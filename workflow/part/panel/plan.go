package panel

import (
	"cmp"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/text"
)

// Plan is a compiled panel of a definition.
type Plan struct {
	Def   *define.PanelDef
	Order int

	all      bool // the need is every seat
	need     workflow.Ref
	due      workflow.Span
	called   bool // an action opens it; else its parties answer as they come
	role     workflow.Role
	parties  []Candidate // of a panel of parties
	objects  []string    // answers that object
	reasoned []string    // answers that must say why
}

// Plans are the panels of a definition, in its order.
type Plans []*Plan

// Plan returns the panel of a name, nil if there is none.
func (ps Plans) Plan(name string) *Plan {
	for _, pl := range ps {
		if pl.Def.Name == name {
			return pl
		}
	}
	return nil
}

// The words of the language that name one thing each.
const (
	all       = "all"
	approvals = "approvals"
	wait      = "wait"
	lapse     = "lapse"
	reviewers = "round.reviewers"

	person = "person"
	agency = "agency"
	party  = "party"

	afterOwn       = "after_own"
	afterDeclaring = "after_declaring"
	always         = "always"
	never          = "never"
)

// What an action does to a panel.
const (
	DoesOpen     = "open"
	DoesDeclare  = "declare"
	DoesAnswer   = "answer"
	DoesWithdraw = "withdraw"
	DoesAdd      = "add"
	DoesReplace  = "replace"
	DoesRemind   = "remind"
	DoesReopen   = "reopen"
	DoesVoid     = "void"
	DoesResolve  = "resolve"
	DoesLapse    = "lapse"
	DoesRestart  = "restart"
)

var does = []string{DoesOpen, DoesDeclare, DoesAnswer, DoesWithdraw, DoesAdd, DoesReplace, DoesRemind, DoesReopen,
	DoesVoid, DoesResolve, DoesLapse, DoesRestart}

// settings are the settings of a round that panels read.
var settings = map[string]func(*workflow.Rules) string{
	"cosigners":      func(r *workflow.Rules) string { return r.Cosigners },
	"cosign_silence": func(r *workflow.Rules) string { return r.CosignSilence },
	"others": func(r *workflow.Rules) string {
		if r.OpenScores {
			return always
		}
		return afterOwn
	},
}

const roundPath = "$round."

// setting returns a word, or what the round says where it is a reference.
func setting(s, otherwise string, f *workflow.Facts) string {
	if name, ok := strings.CutPrefix(s, roundPath); ok {
		s = ""
		if read := settings[name]; read != nil {
			s = read(f.Rules())
		}
	}
	return cmp.Or(s, otherwise)
}

// Silence returns what silence means: wait, lapse, or the answer that it gives.
func (pl *Plan) Silence(f *workflow.Facts) string { return setting(pl.Def.Silence, wait, f) }

// off reports whether the round does without the panel.
func (pl *Plan) off(f *workflow.Facts) bool {
	for name, value := range pl.Def.Seats.Unless {
		return setting(roundPath+name, "", f) == value
	}
	return false
}

// scores reports whether its seats give points.
func (pl *Plan) scores() bool {
	return slices.ContainsFunc(pl.Def.Asks, func(f define.FieldDef) bool { return f.Type == "points" })
}

// matches reports whether a seat is of a party or kind of agency.
func (s *Seat) matches(name string) bool { return s.Party == name || s.Kind == name }

// counts reports whether a seat counts to the need.
func (pl *Plan) counts(s *Seat) bool {
	return s.answered() && (pl.Def.Counts != approvals || s.Answer.Value == pl.Def.Answers[0].Value)
}

// against reports whether a seat said no: it objected, or did not approve where approvals count.
func (pl *Plan) against(s *Seat) bool {
	return s.answered() && (slices.Contains(pl.objects, s.Answer.Value) ||
		pl.Def.Counts == approvals && s.Answer.Value != pl.Def.Answers[0].Value)
}

// Fault is a fault of a definition's panels.
type Fault struct{ Text workflow.Text }

func (f *Fault) Error() string { return f.Text.EN }

func fault(zh, en string, args ...any) *Fault { return &Fault{text.Format(zh, en, args...)} }

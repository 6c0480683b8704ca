package machine

import (
	"incubase/workflow"
	"incubase/workflow/define"
)

// Audience is the set of readers of an act's actor and fields.
type Audience int

const (
	Everybody Audience = iota // readers of the case; names of the other side are left out all the same
	agencies                  // staff in scope, and agencies asked
	insiders                  // staff in scope
	Objection                 // staff who know the objectors
)

var effectAudience = map[string]Audience{
	"cosign":        agencies,
	"declare":       insiders,
	"score":         insiders,
	"add_objection": Objection,
}

// Audience returns the narrowest audience of the action's effects and parties.
func (m *Machine) Audience(a *define.ActionDef) Audience {
	out := Everybody
	if a.Secret {
		out = insiders
	}
	for _, e := range a.Effects {
		out = max(out, effectAudience[e.Name])
	}
	for _, n := range a.By {
		switch m.Parties[n].Relation {
		case workflow.RelPublic:
			out = max(out, Objection)
		case workflow.RelAssigned:
			out = max(out, insiders)
		case workflow.RelCompetent:
			out = max(out, agencies)
		}
	}
	return out
}

func (t ActorParties) Reads(c Audience, objectors bool) bool {
	switch c {
	case Everybody:
		return true
	case agencies:
		return t.Inside() || t.By(workflow.RelCompetent)
	case insiders:
		return t.Inside()
	}
	return objectors
}

func (m *Machine) secretFacts() map[string]Audience {
	out := map[string]Audience{}
	for i := range m.Def.Actions {
		a := &m.Def.Actions[i]
		for _, e := range a.Effects {
			if e.Name != "record" {
				continue
			}
			for _, n := range (&workflow.Params{Given: e.Params}).Texts("fields") {
				out[n] = max(out[n], m.Audience(a))
			}
		}
	}
	return out
}

// MovedAction replaces, in a time line, an act into or out of a state that its reader is shown as another.
const MovedAction = "moved"

// checkShownAs refuses a state that is shown as another but differs in stage or outcome, by which lists filter.
func (c *checker) checkShownAs() {
	for i := range c.m.Def.States {
		s := &c.m.Def.States[i]
		if s.Shown == "" {
			continue
		}
		as := c.m.States[s.Shown]
		switch {
		case len(s.See) == 0:
			c.fail("state %s: shown as %s, but everybody sees it: name who does (see)", s.Name, s.Shown)
		case as.Shown != "":
			c.fail("state %s: shown as %s, which is shown as another itself", s.Name, s.Shown)
		case s.Stage != as.Stage || s.Outcome != as.Outcome:
			c.fail("state %s: shown as %s, but its stage or outcome tells them apart", s.Name, s.Shown)
		}
	}
}

package machine

import (
	"incubase/workflow"
	"incubase/workflow/define"
)

// Audience returns the narrowest audience of the action's effects and parties.
func (m *Machine) Audience(a *define.ActionDef) define.Audience {
	out := define.Everybody
	if a.Secret {
		out = define.Insiders
	}
	for _, e := range a.Effects {
		if d := define.EffectOf(e.Name); d != nil {
			out = max(out, d.Audience)
		}
	}
	for _, n := range a.By {
		switch m.Parties[n].Relation {
		case workflow.RelPublic:
			out = max(out, define.Objectors)
		case workflow.RelAssigned:
			out = max(out, define.Insiders)
		case workflow.RelCompetent:
			out = max(out, define.Agencies)
		}
	}
	return out
}

func (t ActorParties) Reads(c define.Audience, objectors bool) bool {
	switch c {
	case define.Everybody:
		return true
	case define.Agencies:
		return t.Inside() || t.By(workflow.RelCompetent)
	case define.Insiders:
		return t.Inside()
	}
	return objectors
}

func (c *checker) secretFacts() map[string]define.Audience {
	out := map[string]define.Audience{}
	for a, uses := range c.uses {
		for i := range uses {
			for _, n := range uses[i].Keeps.Facts {
				out[n] = max(out[n], c.m.Audience(a))
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

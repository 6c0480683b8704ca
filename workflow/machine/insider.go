package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// judges reports whether the action scores the application or decides on it; coaches of the organization do neither.
func (t *Transition) judges() bool {
	return t.Def.Decides || t.traits.Judges
}

// dependent returns the refusal of an actor whom the rule of independence bars, nil for others.
func (m *Machine) dependent(t *Transition, f *workflow.Facts) *workflow.Refusal {
	a, c := f.Actor, &f.Case
	if c.Insider(a) && slices.ContainsFunc(t.Def.By, func(n string) bool { return m.Parties[n].Holds(a, c) }) &&
		!m.May(t, a, c) {
		return workflow.Forbid("insider", "您属于申报单位，或代为填写过本件，不能再以工作人员身份办理，请由他人办理",
			"you belong to the applicant or wrote part of this case for it; somebody else of the staff must do this")
	}
	loose := func(n string) bool { p := m.Parties[n]; return !p.Barred() && m.Plays(p, a, c) }
	if t.judges() && f.Coached(a.ID) && !slices.ContainsFunc(t.Def.By, loose) {
		return workflow.Forbid("coached", "您在回避期内辅导过该组织，不参加本件的评分和决定，请由他人办理",
			"you coached this organization within the look-back period; somebody else must score and decide")
	}
	return nil
}

// ForApplicant reports whether the actor plays these parties through the applicant's side alone.
func (m *Machine) ForApplicant(parties []string, a workflow.Actor, c *workflow.Case) bool {
	plays := func(applicant bool) func(string) bool {
		return func(n string) bool { p := m.Parties[n]; return p.Applicant() == applicant && m.Plays(p, a, c) }
	}
	return a.ID != workflow.SystemID && slices.ContainsFunc(parties, plays(true)) &&
		!slices.ContainsFunc(parties, plays(false))
}

// helps records who wrote the case for the applicant, with the event that freezes the text.
func helps(w *define.Work, users ...workflow.ID) {
	c := w.C()
	if c.Doers == nil {
		c.Doers = map[string][]workflow.ID{}
	}
	all := slices.Clone(c.Doers[workflow.SaveAction])
	for _, u := range users {
		if u != workflow.SystemID && !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	if len(all) > 0 {
		c.Doers[workflow.SaveAction] = all
	}
}

func coach(w *define.Work) {
	if org := w.C().Organization; org != "" && w.Actor.ID != workflow.SystemID {
		w.D.Coached = &workflow.Coached{User: w.Actor.ID, At: w.Now}
	}
}

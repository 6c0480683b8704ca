package workflow

import (
	"slices"
	"time"

	"incubase/workflow/calendar"
)

// Independence is a rule of the engine, not of each definition: an insider of a case reads and acts only through
// parties of the applicant's side, on the case, on its children and on objections to it. An insider
//
//   - belongs to the organization, or holds a current role of it; or
// - saved answers of the case or of the case above it, or opened one of them, through a party of the applicant's side.
//
// Who coached the organization, on another case and within the round's look-back, neither scores nor decides;
// everything else is open to them. Opening a case as staff is not helping, and leading one says nothing.

// Side is whose business a party does.
type Side string

// The sides of a party.
const (
	SideApplicant Side = "applicant"
	SideStaff     Side = "staff"
)

// applicant reports whether the party is of the applicant's side.
func (p *Party) applicant() bool {
	return p.Side == SideApplicant || p.Side == "" && p.Relation == RelOwn
}

// barred reports whether insiders are kept out of the party: of the staff, unless the definition loosens it.
func (p *Party) barred() bool {
	return !p.applicant() && (p.Independent == nil || *p.Independent)
}

// Coached says that a person coached the case's organization on another case, and when that was last.
type Coached struct {
	User ID        `json:"user"`
	At   time.Time `json:"at"`
}

// lookBack is for how long a coach does not score or decide where the round says nothing.
var lookBack = calendar.Period{N: 3, Unit: calendar.Year}

// Houses are the organizations whose insider the actor is by account or role.
func (a Actor) Houses() []ID {
	var out []ID
	add := func(id ID) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	add(a.Organization)
	for _, g := range a.Roles {
		add(g.Organization)
	}
	return out
}

// insider reports whether the actor is an insider of the case. A case without an organization has none.
func (c *Case) insider(a Actor) bool {
	return c.Organization != "" && a.ID != SystemID && a.ID != ObjectorID &&
		(a.Organization == c.Organization || slices.ContainsFunc(a.Roles,
			func(g Grant) bool { return g.Organization == c.Organization }) || c.helped(a.ID))
}

// helped reports whether the person wrote the case for the applicant.
func (c *Case) helped(user ID) bool {
	return slices.Contains(c.Doers[SaveAction], user) || slices.Contains(c.Helpers, user)
}

// coached reports whether the person coached the organization within the round's look-back.
func (f *Facts) coached(user ID) bool {
	for _, x := range f.Case.Coaches {
		if x.User != user {
			continue
		}
		period := f.rules().LookBack
		if period.IsZero() {
			period = lookBack
		}
		if !f.Calendar.Last(calendar.DateOf(x.At), period).Last.Before(f.today()) {
			return true
		}
	}
	return false
}

// judges reports whether the action scores the application or decides on it: coaches of the organization do neither.
func (t *transition) judges() bool {
	return t.def.Decides || slices.ContainsFunc(t.def.Effects,
		func(e Spec) bool { return slices.Contains(judging, e.Name) })
}

// judging are the effects of panels that score, and of the act that decides.
var judging = []string{"declare", "score", "commit_award"}

// dependent are the reasons of independence why the actor may not do an action that a party of theirs may.
func (m *Machine) dependent(t *transition, f *Facts) *Refusal {
	a, c := f.Actor, &f.Case
	if c.insider(a) && slices.ContainsFunc(t.def.By, func(n string) bool { return m.parties[n].holds(a, c) }) &&
		!m.may(t, a, c) {
		return forbid("insider", "您属于申报单位，或代为填写过本件，不能再以工作人员身份办理，请由他人办理",
			"you belong to the applicant or wrote part of this case for it; somebody else of the staff must do this")
	}
	loose := func(n string) bool { p := m.parties[n]; return !p.barred() && m.plays(p, a, c) }
	if t.judges() && f.coached(a.ID) && !slices.ContainsFunc(t.def.By, loose) {
		return forbid("coached", "您在回避期内辅导过该组织，不参加本件的评分和决定，请由他人办理",
			"you coached this organization within the look-back period; somebody else must score and decide")
	}
	return nil
}

// forApplicant reports whether the actor does what these parties may through the applicant's side alone.
func (m *Machine) forApplicant(parties []string, a Actor, c *Case) bool {
	plays := func(applicant bool) func(string) bool {
		return func(n string) bool { p := m.parties[n]; return p.applicant() == applicant && m.plays(p, a, c) }
	}
	return a.ID != SystemID && slices.ContainsFunc(parties, plays(true)) && !slices.ContainsFunc(parties, plays(false))
}

// helps notes in the case's doers that people wrote it for the applicant, with the event that freezes what they wrote.
func (w *work) helps(users ...ID) {
	c := w.c()
	if c.Doers == nil {
		c.Doers = map[string][]ID{}
	}
	all := slices.Clone(c.Doers[SaveAction])
	for _, u := range users {
		if u != SystemID && !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	if len(all) > 0 {
		c.Doers[SaveAction] = all
	}
}

// coach notes that the actor coached the case's organization.
func coach(w *work) {
	if org := w.c().Organization; org != "" && w.f.Actor.ID != SystemID {
		w.d.Coached = &Coached{User: w.f.Actor.ID, At: w.f.Now}
	}
}

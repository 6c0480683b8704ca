package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
)

var reviewEffects = map[string]effectMaker{
	"assign_reviewers": simply(func(w *define.Work) {
		for _, r := range w.Candidates.Reviewers {
			assign(w, r)
		}
	}),
	"declare": simply(declare),
	"score": simply(func(w *define.Work) {
		if a := w.C().Assignment(w.Actor.ID); a != nil {
			a.Scored, a.Points, a.Comment, a.Criteria = true, int(w.Number("points")), w.Text("comment"), criterionScores(w)
		}
	}),
	"restart_review": simply(func(w *define.Work) {
		for i := range w.C().Assignments {
			a := &w.C().Assignments[i]
			a.Scored, a.Points, a.Comment, a.Criteria = false, 0, "", nil
		}
		w.C().Cosigns = nil
		w.StopClock(cosignClock)
	}),
	"ask_cosigners": simply(askCosigners),
	"cosign": simply(func(w *define.Work) {
		c := w.C().Awaited(w.Actor)
		if c == nil {
			return
		}
		now := w.Now
		c.Answer, c.Opinion, c.By, c.Done = w.Text("answer"), w.Text("opinion"), w.Actor.ID, &now
		restartCosignClock(w)
	}),
	"cosign_lapse": simply(func(w *define.Work) {
		now := w.Now
		for i := range w.C().Cosigns {
			c := &w.C().Cosigns[i]
			if c.Open() && w.Rules().CosignSilence == "lapse" && !now.Before(c.Due.End()) {
				c.Answer, c.By, c.Done = "lapsed", w.Actor.ID, &now
			}
		}
		restartCosignClock(w)
	}),
}

// Doing returns the action that has an effect, "" if there is none.
func (m *Machine) Doing(effect string) string {
	for _, a := range m.Def.Actions {
		if slices.ContainsFunc(a.Effects, func(e define.Spec) bool { return e.Name == effect }) {
			return a.Name
		}
	}
	return ""
}

func (m *Machine) Apart(effect string) (out []string) {
	for i := range m.Def.Actions {
		if a := &m.Def.Actions[i]; slices.ContainsFunc(a.Effects, func(e define.Spec) bool { return e.Name == effect }) {
			for i := range a.Guards {
				out = append(out, a.Guards[i].Separates()...)
			}
		}
	}
	return out
}

// assign binds a reviewer once; one with a conflict on record is not asked again.
func assign(w *define.Work, r workflow.Candidate) bool {
	for _, a := range w.C().Assignments {
		if a.User == r.User {
			return false
		}
	}
	if w.C().Helped(r.User) || w.Coached(r.User) {
		return false
	}
	for _, earlier := range w.Engine.Apart("score") { // do not ask reviewers whom separate_from would refuse
		if slices.Contains(w.C().Doers[earlier], r.User) {
			return false
		}
	}
	w.C().Assignments = append(w.C().Assignments, workflow.Assignment{User: r.User, Name: r.Name, At: w.Now})
	return true
}

// declare ends access at a conflict and brings in the round's next reviewer who is not yet on the case.
func declare(w *define.Work) {
	a := w.C().Assignment(w.Actor.ID)
	if a == nil {
		return
	}
	a.Declared, a.Conflict = true, w.Yes("conflict")
	if !a.Conflict {
		return
	}
	for _, r := range w.Candidates.Reviewers {
		if assign(w, r) {
			return
		}
	}
}

func askCosigners(w *define.Work) {
	if w.Rules().Cosigners == "none" {
		return
	}
	period := w.Rules().CosignPeriod
	if period.IsZero() {
		return // round_complete requires a period where co-signers are asked
	}
	due := w.Calendar.Last(w.Today(), period)
	for _, a := range w.Candidates.Agencies {
		if !asked(w, a.Agency) {
			w.C().Cosigns = append(w.C().Cosigns, workflow.Cosign{Agency: a.Agency, Name: a.Name, Topic: a.Topic, At: w.Now,
				Due: due.Last})
		}
	}
	restartCosignClock(w)
}

func asked(w *define.Work, agency workflow.ID) bool {
	for _, c := range w.C().Cosigns {
		if c.Agency == agency {
			return true
		}
	}
	return false
}

const cosignClock = "cosign"

// postpone moves the deadlines of unanswered co-signatures by the pauses since each was asked.
func postpone(w *define.Work, pauses []calendar.Pause) {
	for i := range w.C().Cosigns {
		c := &w.C().Cosigns[i]
		asked := calendar.DateOf(c.At)
		since := slices.DeleteFunc(slices.Clone(pauses), func(p calendar.Pause) bool { return p.From.Before(asked) })
		if c.Open() {
			d, _ := w.Calendar.Due(calendar.Clock{Start: asked, Period: w.Rules().CosignPeriod, Pauses: since}, w.Today())
			c.Due = d.Last
		}
	}
}

// restartCosignClock runs one clock to the earliest open deadline.
func restartCosignClock(w *define.Work) {
	var pauses []calendar.Pause
	if k := w.C().Clock(cosignClock); k != nil {
		pauses = k.Pauses
	}
	w.StopClock(cosignClock)
	var first *workflow.Cosign
	for i := range w.C().Cosigns {
		c := &w.C().Cosigns[i]
		if c.Open() && (first == nil || c.Due.Before(first.Due)) {
			first = c
		}
	}
	if first == nil {
		return
	}
	k := workflow.Clock{Name: cosignClock, Pauses: slices.DeleteFunc(pauses,
		func(p calendar.Pause) bool { return p.From.Before(calendar.DateOf(first.At)) }),
		Label: workflow.Text{ZH: "会签期限", EN: "Co-signature period"}, Start: calendar.DateOf(first.At),
		Period: w.Rules().CosignPeriod, Due: first.Due, Provisional: first.Due.After(w.Calendar.Through()),
		Since: w.Next()}
	if w.Rules().CosignSilence == "lapse" {
		k.Action = w.Engine.Doing("cosign_lapse")
	}
	w.C().Clocks = append(w.C().Clocks, k)
}

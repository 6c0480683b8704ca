package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
)

var reviewEffects = []define.EffectDef{
	{Name: "assign_reviewers", About: "assigns every reviewer granted on the round without a conflict",
		Traits: define.Traits{Needs: workflow.Needs{Reviewers: true}},
		Make: define.Simply(func(w *define.Work) {
			for _, r := range w.Candidates.Reviewers {
				assign(w, r)
			}
		})},
	{Name: "declare", About: "the actor's declaration of interests; a conflict brings in the next reviewer",
		Traits: define.Traits{Judges: true, Audience: define.Insiders, Needs: workflow.Needs{Reviewers: true},
			Asks: asks{"conflict": "boolean"}, Marks: marks{define.Declares}},
		Make: define.Simply(declare)},
	{Name: "score", About: "the actor's score",
		Traits: define.Traits{Judges: true, Audience: define.Insiders, Asks: asks{"points": "points"},
			Marks: marks{define.Scores}},
		Make: define.Simply(func(w *define.Work) {
			if a := w.C().Assignment(w.Actor.ID); a != nil {
				a.Scored, a.Points, a.Comment = true, int(w.Number("points")), w.Text("comment")
				a.Criteria = criterionScores(w)
			}
		})},
	{Name: "restart_review", About: "clears scores and co-signatures, for the next submission",
		Make: define.Simply(func(w *define.Work) {
			for i := range w.C().Assignments {
				a := &w.C().Assignments[i]
				a.Scored, a.Points, a.Comment, a.Criteria = false, 0, "", nil
			}
			w.C().Cosigns = nil
			w.StopClock(cosignClock)
		})},
	{Name: "ask_cosigners", About: "asks the agencies competent for the topics, and starts the clock of " +
		"their answers",
		Traits: define.Traits{Needs: workflow.Needs{Agencies: true}, Keeps: define.Names{Clocks: words{cosignClock}}},
		Make:   define.Simply(askCosigners)},
	{Name: "cosign", About: "the opinion of the actor's agency",
		Traits: define.Traits{Audience: define.Agencies, Asks: asks{"answer": "choice"}},
		Make: define.Simply(func(w *define.Work) {
			c := w.C().Awaited(w.Actor)
			if c == nil {
				return
			}
			now := w.Now
			c.Answer, c.Opinion, c.By, c.Done = w.Text("answer"), w.Text("opinion"), w.Actor.ID, &now
			restartCosignClock(w)
		})},
	{Name: "cosign_lapse", About: "agencies past their deadline lapse, where the round takes silence as no objection",
		Traits: define.Traits{Marks: marks{define.Lapses}},
		Make: define.Simply(func(w *define.Work) {
			now := w.Now
			for i := range w.C().Cosigns {
				c := &w.C().Cosigns[i]
				if c.Open() && w.Rules().CosignSilence == "lapse" && !now.Before(c.Due.End()) {
					c.Answer, c.By, c.Done = "lapsed", w.Actor.ID, &now
				}
			}
			restartCosignClock(w)
		})},
}

// Doing returns the action with an effect of the mark, "" if there is none.
func (m *Machine) Doing(mark define.Mark) string {
	for i := range m.Def.Actions {
		if a := &m.Def.Actions[i]; a.Has(mark) {
			return a.Name
		}
	}
	return ""
}

func (m *Machine) Apart(mark define.Mark) (out []string) {
	for i := range m.Def.Actions {
		if a := &m.Def.Actions[i]; a.Has(mark) {
			for _, g := range m.guards[a] {
				out = append(out, g.Traits().Separates...)
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
	for _, earlier := range w.Engine.Apart(define.Scores) { // do not ask reviewers whom separate_from would refuse
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
		k.Action = w.Engine.Doing(define.Lapses)
	}
	w.C().Clocks = append(w.C().Clocks, k)
}

package cases

import (
	"context"
	"net/http"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/text"
)

var jobTitle = text.Text{ZH: "批量办理进度", EN: "Progress of a bulk act"}

type jobView struct {
	*desk.Job
	Label    text.Text
	RoundRef string
	Verdicts []batchCase
}

// JobPage shows a job's progress; it refreshes itself, with or without scripts.
func (s *CasePages) JobPage(v *ui.Visit) error {
	j, err := s.Bulk.Jobs.Job(v.Ctx, v.Frame.Actor.ID, v.Param("id"))
	if err != nil {
		return err
	}
	x := &jobView{Job: j, Label: s.actionLabel(j.Action, j.Refs[0])}
	if j.Round != "" {
		if f, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, j.Round); err == nil { // the role may have ended
			x.RoundRef = f.Case.Ref
		}
	}
	for i := range j.Verdicts {
		c := batchCase{Ref: j.Verdicts[i].Ref}
		c.judge(v, &j.Verdicts[i])
		x.Verdicts = append(x.Verdicts, c)
	}
	if !j.State().Over() {
		v.Frame.Refresh = 3
	}
	return v.Show(http.StatusOK, jobTitle, jobProgress(x))
}

// StopJob ends a job before its last case and leads back to its page.
func (s *CasePages) StopJob(v *ui.Visit) error {
	if err := s.Bulk.Jobs.EndJob(v.Ctx, v.Frame.Actor.ID, v.Param("id"), desk.EndedByOwner); err != nil {
		return err
	}
	return v.Redirect(http.StatusSeeOther, "/jobs/"+v.Param("id"))
}

// of returns the cases that succeeded, or the others.
func (x *jobView) of(done bool) (out []batchCase) {
	for _, c := range x.Verdicts {
		if c.Allowed == done {
			out = append(out, c)
		}
	}
	return out
}

// actionLabel returns a definition's label of an action, by the prefix of the reference if possible.
func (s *CasePages) actionLabel(action, ref string) (label text.Text) {
	prefix, _, _ := strings.Cut(ref, "-")
	s.Desk.Machines.Each(func(m *machine.Machine) {
		d := m.Definition()
		for _, a := range d.Actions {
			if a.Name == action && (label == (text.Text{}) || d.Prefix == prefix) {
				label = a.Label
			}
		}
	})
	return label
}

// JobsOf returns the reader's jobs of the last week; with a round, those of its lists.
func (s *CasePages) JobsOf(v *ui.Visit, round workflow.ID) ([]ui.JobRow, error) {
	list, err := s.Bulk.Jobs.JobsOf(v.Ctx, v.Frame.Actor.ID, round)
	out := make([]ui.JobRow, len(list))
	for i, j := range list {
		out[i] = ui.JobRow{JobSummary: j, Label: s.actionLabel(j.Action, j.FirstRef)}
	}
	return out, err
}

// left returns the undecided cases.
func (x *jobView) left() []string { return x.Refs[len(x.Job.Verdicts):] }

func ended(jobs []ui.JobRow, over bool) (out []ui.JobRow) {
	for _, j := range jobs {
		if j.State().Over() == over {
			out = append(out, j)
		}
	}
	return out
}

func jobStands(ctx context.Context, state desk.JobState, total, decided, succeeded int) string {
	switch state {
	case desk.JobDone:
		return ui.Say(ctx, sayFinishedOfDoneRefused, total, succeeded, total-succeeded)
	case desk.JobCancelled, desk.JobExpired:
		return ui.Say(ctx, sayEndedEarly, total, succeeded, decided-succeeded, total-decided)
	case desk.JobRunning:
		return ui.Say(ctx, sayRunningOfDecidedOf, decided, total, succeeded)
	}
	return ui.Say(ctx, sayWaitingCasesAboutTo, total)
}

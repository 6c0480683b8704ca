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

// jobView is a job as its actor follows it.
type jobView struct {
	*desk.Job
	Label    text.Text
	RoundRef string
	Verdicts []batchCase
}

// JobPage shows how far a job has come. It renews itself while the job runs, with scripts and without.
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
	if j.State() != desk.JobDone {
		v.Frame.Refresh = 3
	}
	return v.Show(http.StatusOK, jobTitle, jobProgress(x))
}

// of are the verdicts on cases that were done, or on the others.
func (x *jobView) of(done bool) (out []batchCase) {
	for _, c := range x.Verdicts {
		if c.Allowed == done {
			out = append(out, c)
		}
	}
	return out
}

// actionLabel is what definitions call an action: the one whose references begin like this one's, or any.
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

// JobsOf are the reader's jobs of the last week; with a round, those of its lists.
func (s *CasePages) JobsOf(v *ui.Visit, round workflow.ID) ([]ui.JobRow, error) {
	list, err := s.Bulk.Jobs.JobsOf(v.Ctx, v.Frame.Actor.ID, round)
	out := make([]ui.JobRow, len(list))
	for i, j := range list {
		out[i] = ui.JobRow{JobSummary: j, Label: s.actionLabel(j.Action, j.FirstRef)}
	}
	return out, err
}

// ended are the jobs that are done, or those that are not.
func ended(jobs []ui.JobRow, done bool) (out []ui.JobRow) {
	for _, j := range jobs {
		if (j.State() == desk.JobDone) == done {
			out = append(out, j)
		}
	}
	return out
}

// jobStands says how far a job has come.
func jobStands(ctx context.Context, state desk.JobState, total, decided, succeeded int) string {
	switch state {
	case desk.JobDone:
		return ui.Say(ctx, sayFinishedOfDoneRefused, total, succeeded, total-succeeded)
	case desk.JobRunning:
		return ui.Say(ctx, sayRunningOfDecidedOf, decided, total, succeeded)
	}
	return ui.Say(ctx, sayWaitingCasesAboutTo, total)
}

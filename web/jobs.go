package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

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

// jobPage shows how far a job has come. It renews itself while the job runs, with scripts and without.
func (s *site) jobPage(v *visit) error {
	j, err := s.Bulk.Jobs.Job(v.ctx, v.frame.Actor.ID, v.Param("id"))
	if err != nil {
		return err
	}
	x := &jobView{Job: j, Label: s.actionLabel(j.Action, j.Refs[0])}
	if j.Round != "" {
		if f, err := s.Desk.Show(v.ctx, *v.frame.Actor, j.Round); err == nil { // the role may have ended
			x.RoundRef = f.Case.Ref
		}
	}
	for i := range j.Verdicts {
		c := batchCase{Ref: j.Verdicts[i].Ref}
		c.judge(v, &j.Verdicts[i])
		x.Verdicts = append(x.Verdicts, c)
	}
	if j.State() != desk.JobDone {
		v.frame.Refresh = 3
	}
	return v.show(http.StatusOK, jobTitle, jobProgress(x))
}

// refresh has browsers without scripts read the page again after some seconds.
func refresh(seconds int) templ.Component {
	return templ.Raw(fmt.Sprintf(`<noscript><meta http-equiv="refresh" content="%d"></noscript>`, seconds))
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
func (s *site) actionLabel(action, ref string) (label text.Text) {
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

// jobRow is a job in a list.
type jobRow struct {
	desk.JobSummary
	Label text.Text
}

// jobsOf are the reader's jobs of the last week; with a round, those of its lists.
func (s *site) jobsOf(v *visit, round workflow.ID) ([]jobRow, error) {
	list, err := s.Bulk.Jobs.JobsOf(v.ctx, v.frame.Actor.ID, round)
	out := make([]jobRow, len(list))
	for i, j := range list {
		out[i] = jobRow{j, s.actionLabel(j.Action, j.FirstRef)}
	}
	return out, err
}

// ended are the jobs that are done, or those that are not.
func ended(jobs []jobRow, done bool) (out []jobRow) {
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
		return say(ctx, fmt.Sprintf("已办完：共 %d 件，办成 %d 件，未办成 %d 件。", total, succeeded, total-succeeded),
			fmt.Sprintf("Finished: %d of %d done, %d refused.", succeeded, total, total-succeeded))
	case desk.JobRunning:
		return say(ctx, fmt.Sprintf("正在办理：已处理 %d 件，共 %d 件，办成 %d 件。", decided, total, succeeded),
			fmt.Sprintf("Running: %d of %d decided, %d of them done.", decided, total, succeeded))
	}
	return say(ctx, fmt.Sprintf("等待办理：共 %d 件，马上开始。", total), fmt.Sprintf("Waiting: %d cases, about to start.", total))
}

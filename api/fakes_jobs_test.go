package api_test

import (
	"context"
	"time"

	"incubase/workflow"
	"incubase/workflow/desk"
)

// jobs are in memory; the test is the worker.
type jobs struct {
	w    *world
	list []*desk.Job
}

func (s *jobs) find(fits func(*desk.Job) bool) *desk.Job {
	for _, j := range s.list {
		if fits(j) {
			return j
		}
	}
	return nil
}

func found(j *desk.Job) (*desk.Job, error) {
	if j == nil {
		return nil, workflow.ErrNotFound
	}
	return j, nil
}

func (s *jobs) AddJob(ctx context.Context, j desk.Job) (*desk.Job, error) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.list = append(s.list, &j)
	return &j, nil
}

func (s *jobs) JobByKey(_ context.Context, actor workflow.ID, key string) (*desk.Job, error) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	return found(s.find(func(j *desk.Job) bool { return j.Actor == actor && j.Key == key }))
}

func (s *jobs) Job(_ context.Context, actor, id workflow.ID) (*desk.Job, error) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	return found(s.find(func(j *desk.Job) bool { return j.Actor == actor && j.ID == id }))
}

func (s *jobs) JobsOf(_ context.Context, actor, _ workflow.ID) (out []desk.JobSummary, err error) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	for _, j := range s.list {
		if j.Actor == actor {
			out = append(out, desk.JobSummary{ID: j.ID, Action: j.Action, Total: len(j.Refs), Position: len(j.Verdicts),
				Succeeded: j.Succeeded(), Created: j.Created, Started: j.Started, Finished: j.Finished, Ended: j.Ended})
		}
	}
	return out, nil
}

func (s *jobs) EndJob(_ context.Context, actor, id workflow.ID, why desk.JobEnd) error {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	j := s.find(func(j *desk.Job) bool { return j.Actor == actor && j.ID == id })
	if j == nil {
		return workflow.ErrNotFound
	}
	if j.Finished == nil {
		j.Ended, j.Finished = why, &s.w.now
	}
	return nil
}

func (s *jobs) TakeJob(context.Context) (*desk.Job, error) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	j := s.find(func(j *desk.Job) bool { return j.Finished == nil })
	if j == nil {
		return nil, nil
	}
	j.Started = &s.w.now
	taken := *j
	return &taken, nil
}

func (s *jobs) KeepVerdicts(_ context.Context, j *desk.Job, more []desk.Verdict) error {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	kept := s.find(func(x *desk.Job) bool { return x.ID == j.ID })
	if kept.Verdicts = append(kept.Verdicts, more...); len(kept.Verdicts) == len(kept.Refs) {
		kept.Finished = &s.w.now
	}
	return nil
}

func (s *jobs) ReleaseJob(context.Context, *desk.Job, string, time.Duration) error { return nil }

func (s *jobs) ActorNow(_ context.Context, j *desk.Job) (workflow.Actor, bool, error) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.find(func(x *desk.Job) bool { return x.ID == j.ID }).Ended != "" {
		return workflow.Actor{}, false, desk.ErrEnded
	}
	for _, a := range people {
		if a.ID == j.Actor {
			return a, false, nil
		}
	}
	return workflow.Actor{ID: j.Actor}, false, nil
}

package api

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"incubase/workflow"
	"incubase/workflow/text"
)

func (s *service) service() {
	handle(s, route{method: "GET", path: "/healthz", id: "healthz", tag: "service", summary: "The process lives",
		open: true}, s.healthz)
	handle(s, route{method: "GET", path: "/readyz", id: "readyz", tag: "service",
		summary: "The database answers and its schema fits", open: true}, s.readyz)
	handle(s, route{method: "GET", path: "/metrics", id: "metrics", tag: "service", summary: "Figures for Prometheus",
		open: true, errors: []int{404}, produces: []string{"text/plain"},
		about: "For requests from this very machine; for others they can be served on an address of their own."}, s.metrics)
}

type StatusDoc struct {
	Status string `json:"status" enum:"ok"`
}

type statusOutput struct{ Body StatusDoc }

func (s *service) healthz(context.Context, *emptyInput) (*statusOutput, error) {
	return &statusOutput{StatusDoc{"ok"}}, nil
}

func (s *service) readyz(ctx context.Context, _ *emptyInput) (*statusOutput, error) {
	if err := s.Health.Ready(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", workflow.ErrBusy, err)
	}
	return &statusOutput{StatusDoc{"ok"}}, nil
}

func (s *service) demo() {
	handle(s, route{method: "POST", path: Base + "/demo/clock", id: "advanceClock", tag: "demo",
		summary: "Move the demonstration's clock forward",
		about:   "Any staff role. Timers that fall due fire within two seconds. It exists only in demo mode.",
		errors:  []int{403, 422}}, s.advance)
	handle(s, route{method: "GET", path: Base + "/demo/clock", id: "readClock", tag: "demo",
		summary: "What time it is in the demonstration"}, s.now)
}

type advanceInput struct {
	Body struct {
		Advance string `json:"advance" maxLength:"40" example:"P8D" doc:"An ISO 8601 duration."`
	}
}

type clockOutput struct {
	Body struct {
		Now time.Time `json:"now"`
	}
}

func (s *service) now(context.Context, *emptyInput) (*clockOutput, error) {
	out := &clockOutput{}
	out.Body.Now = s.Desk.Clock.Now().UTC()
	return out, nil
}

var duration = regexp.MustCompile(
	`^P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$`)

func (s *service) advance(ctx context.Context, in *advanceInput) (*clockOutput, error) {
	a := who(ctx)
	if a.Organization != "" || a.Has(workflow.RolePreparer) || a.Has(workflow.RoleCertifier) || len(a.Roles) == 0 {
		return nil, &workflow.Refused{Action: "demo.clock", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: text.Text{ZH: "只有工作人员可以拨动演示时钟", EN: "only staff may move the demonstration's clock"}}}}
	}
	m := duration.FindStringSubmatch(in.Body.Advance)
	if m == nil || in.Body.Advance == "P" || in.Body.Advance[len(in.Body.Advance)-1] == 'T' {
		return nil,
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "advance", Message: text.Text{ZH: "应为 ISO 8601 时长，如 P8D",
				EN: "an ISO 8601 duration like P8D is expected"}}}}
	}
	var n [8]int
	for i := 1; i < 8; i++ {
		n[i], _ = strconv.Atoi(m[i]) // digits or empty
	}
	by := time.Duration(n[3]*7+n[4])*24*time.Hour + time.Duration(n[5])*time.Hour + time.Duration(n[6])*time.Minute +
		time.Duration(n[7])*time.Second
	now, err := s.Demo.Advance(ctx, by, 12*n[1]+n[2])
	if err != nil {
		return nil, err
	}
	out := &clockOutput{}
	out.Body.Now = now.UTC()
	return out, nil
}

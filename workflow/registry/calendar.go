package registry

import (
	"context"
	"strconv"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/vet"
)

// CalendarEntry holds the days of a yearly notice.
type CalendarEntry struct {
	Name    string               `json:"name"`
	Source  string               `json:"source"` // number and date of the notice
	Through calendar.Date        `json:"through"`
	Days    []calendar.Exception `json:"days"`
}

// SetCalendar enters a calendar under a new name, or replaces the one with the id.
func (r *Registry) SetCalendar(ctx context.Context, actor workflow.Actor, id workflow.ID, n CalendarEntry,
	cmd RecordCommand) (*CalendarRecord, error) {
	if err := vet.Allow(actor, workflow.KindCalendar, "set", workflow.Subject{}); err != nil {
		return nil, err
	}
	c := CalendarRecord{ID: id, Name: n.Name, Source: n.Source, Through: n.Through, Days: n.Days}
	var f workflow.Faults
	c.check(&f)
	if id == "" {
		return create[CalendarRecord](ctx, r, actor, cmd, workflow.KindCalendar, func() (CalendarRecord, string, error) {
			c.ID = workflow.NewID(r.now())
			return c, "", f.Err()
		})
	}
	return Change(ctx, r, actor, cmd, workflow.KindCalendar, id, func(CalendarRecord) (Edit[CalendarRecord], error) {
		return Edit[CalendarRecord]{After: c, Op: "change"}, f.Err()
	})
}

func (c *CalendarRecord) check(f *workflow.Faults) {
	f.Line("name", &c.Name, 1, 80)
	f.Line("source", &c.Source, 1, 300)
	if c.Through.IsZero() {
		f.Say("through", "请填写通知覆盖到哪一天", "say through which day the notice is known")
	}
	if c.Days == nil {
		c.Days = []calendar.Exception{}
	}
	if len(c.Days) > 1000 {
		f.Say("days", "最多 1000 天", "at most 1000 days")
	}
	for i := range c.Days {
		at := "days." + strconv.Itoa(i)
		d := &c.Days[i]
		f.Line(at+".name", &d.Name, 0, 80)
		f.Line(at+".source", &d.Source, 0, 300)
		if !d.Date.IsZero() && d.Date.After(c.Through) {
			f.Say(at+".date", "晚于通知覆盖的最后一天", "it lies after the last day of the notice")
		}
	}
	if _, err := calendar.New(c.Name, c.Days, c.Through); err != nil {
		if bad, ok := err.(*calendar.Error); ok {
			f.Add("days", &bad.Text)
		} else {
			f.Say("days", "日期有误", "a day is wrong")
		}
	}
}

// InForce lays calendars over the shipped one, in order. The error names one that cannot be applied; the rest still
// hold.
func InForce(shipped *calendar.Calendar, records []CalendarRecord) (*calendar.Calendar, error) {
	out := shipped
	var failed error
	for _, c := range records {
		next, err := out.With(c.Name, c.Days, c.Through)
		if err != nil {
			failed = err
			continue
		}
		out = next
	}
	return out, failed
}

package main

import (
	"errors"
	"slices"

	"incubase/cmd/incubase/app"
	"incubase/workflow"
	"incubase/workflow/intake"
	"incubase/workflow/registry"
)

type importHolidays struct {
	app.Common
	reporting
	Name   string `help:"Name of the calendar; empty: after its year. One of that name is replaced." placeholder:"NAME"`
	Source string `help:"Number and date of the notice; empty: what the file says." placeholder:"TEXT"`
	File   string `arg:"" type:"existingfile" help:"JSON with year, papers and days, or a table (CSV, XLSX) with date, kind and name."`
}

// Run enters a yearly notice and recomputes the deadlines that depend on it.
func (c *importHolidays) Run(s *app.Session) error {
	bad := 0
	entry, err := intake.ReadHolidays(c.File, func(p intake.Problem) {
		bad++
		c.tell(s.Stdout, p)
	})
	if err != nil {
		return (&tableFlags{reporting: c.reporting, File: c.File}).unfit(err)
	}
	if bad > 0 {
		return errors.New(c.say("有 %d 处错误，没有写入", "%d problems; nothing was written", bad))
	}
	if c.Name != "" {
		entry.Name = c.Name
	}
	if c.Source != "" {
		entry.Source = c.Source
	}
	in, err := c.OpenExisting(s.Ctx, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	return c.enter(s, in, entry)
}

type holidayCounts struct {
	Name       string `json:"name"`
	Days       int    `json:"days"`
	Through    string `json:"through"`
	Changed    bool   `json:"changed"`
	Remeasured int    `json:"remeasured"` // cases whose deadlines moved or became certain
	DryRun     bool   `json:"dry_run"`
}

func (c *importHolidays) enter(s *app.Session, in *app.Installation, entry registry.CalendarEntry) error {
	known, err := in.DB.Calendars(s.Ctx)
	if err != nil {
		return err
	}
	n := holidayCounts{Name: entry.Name, Days: len(entry.Days), Through: entry.Through.String(), Changed: true,
		DryRun: c.DryRun}
	var id workflow.ID
	for _, k := range known {
		if k.Name == entry.Name {
			id = k.ID
			n.Changed = k.Source != entry.Source || k.Through != entry.Through || !slices.Equal(k.Days, entry.Days)
		}
	}
	if n.Changed && !c.DryRun {
		if _, err := in.Registry.SetCalendar(s.Ctx, workflow.System(), id, entry,
			registry.RecordCommand{Note: fileName(c.File)}); err != nil {
			for _, f := range registry.Faults(err) {
				c.tell(s.Stdout, intake.Problem{Column: f.Field, Code: "refused", Message: f.Message, Lost: true})
			}
			return err
		}
	}
	if !c.DryRun { // also the second time, to complete an interrupted run
		if err := in.Clock.Refresh(s.Ctx); err != nil {
			return err
		}
		if n.Remeasured, err = in.DB.Remeasure(s.Ctx, in.Desk); err != nil {
			return err
		}
	}
	did := c.say("已写入", "entered")
	switch {
	case !n.Changed:
		did = c.say("没有变化", "nothing has changed")
	case n.DryRun:
		did = c.say("试读，未写入", "dry run, nothing was written")
	}
	return c.sum(s.Stdout, n, c.say("%s：%d 天，覆盖到 %s，%s；重新计算期限 %d 件",
		"%s: %d days through %s, %s; %d cases have other last days now", n.Name, n.Days, n.Through, did, n.Remeasured))
}

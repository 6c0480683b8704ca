package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/intake"
	"incubase/workflow/region"
)

type importRegions struct {
	app.Common
	reporting
	Since string `required:"" help:"From which day the table holds." placeholder:"YYYY-MM-DD"`
	Whole bool   `help:"The file is the whole table at the levels it has: what it leaves out has ended. Otherwise it says what has changed."`
	File  string `arg:"" type:"existingfile" help:"Table (CSV, XLSX) with code and name, and successor and ended for those that are no more."`
}

// Run imports a newer table of divisions. Cases keep their codes; roles in a successor reach them.
func (c *importRegions) Run(s *app.Session) error {
	since, err := calendar.ReadDate(c.Since)
	if err != nil {
		return app.UsageError{Err: err}
	}
	t := &divisionTaker{c: c, s: s, x: records.RegionImport{Since: since, Note: fileName(c.File), At: time.Now()},
		rows: map[region.Code]intake.DivisionRow{}}
	flags := &tableFlags{reporting: c.reporting, File: c.File}
	if err := intake.ReadDivisions(c.File, t.problem, t.row); err != nil {
		return flags.unfit(err)
	}
	sum, err := hashOf(c.File)
	if err != nil {
		return err
	}
	t.x.Hash = workflow.Hash(sum)
	if t.in, err = c.OpenExisting(s.Ctx, c.Logger(s.Stderr)); err != nil {
		return err
	}
	defer t.in.Close()
	if err := t.sort(); err != nil {
		return err
	}
	if t.bad > 0 {
		return errors.New(c.say("有 %d 处错误，没有写入", "%d problems; nothing was written", t.bad))
	}
	return t.enter()
}

type divisionTaker struct {
	c     *importRegions
	s     *app.Session
	in    *app.Installation
	x     records.RegionImport
	rows  map[region.Code]intake.DivisionRow
	order []region.Code
	bad   int
}

func (t *divisionTaker) problem(p intake.Problem) {
	if p.Lost { // else it is only a notice
		t.bad++
	}
	t.c.tell(t.s.Stdout, p)
}

func (t *divisionTaker) row(r intake.DivisionRow) {
	if first, there := t.rows[r.Code]; there {
		t.problem(r.Line.Problem("code", "twice", workflow.Text{ZH: fmt.Sprintf("与第 %d 行是同一个代码", first.Line.Row),
			EN: fmt.Sprintf("row %d has the same code", first.Line.Row)}))
		return
	}
	t.rows[r.Code] = r
	t.order = append(t.order, r.Code)
}

// sort finds new and ended divisions. Higher levels come first, since full names build on them.
func (t *divisionTaker) sort() error {
	slices.SortFunc(t.order, func(a, b region.Code) int {
		if n := int(a.Level()) - int(b.Level()); n != 0 {
			return n
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	full := map[region.Code]string{}
	var levels []region.Level
	for _, code := range t.order {
		r := t.rows[code]
		if !slices.Contains(levels, code.Level()) {
			levels = append(levels, code.Level())
		}
		if r.Ended {
			t.end(r)
			continue
		}
		name, ok := t.fullName(r, full)
		if !ok {
			t.problem(r.Line.Problem("code", "no_parent", workflow.Text{ZH: fmt.Sprintf("上级区划 %s 不存在，请一并列出", code.Parent()),
				EN: fmt.Sprintf("there is no division %s that it lies in: list that too", code.Parent())}))
			continue
		}
		full[code] = name
		t.x.Divisions = append(t.x.Divisions, records.Division{Code: code, Name: r.Name, Full: name})
	}
	if !t.c.Whole {
		return nil
	}
	known, err := t.in.DB.DivisionCodes(t.s.Ctx, levels)
	for _, code := range known {
		if _, there := t.rows[code]; !there {
			t.x.Ended = append(t.x.Ended, records.Ending{Code: code})
		}
	}
	return err
}

// fullName returns a division's name with those above it, and false if one of them is missing.
func (t *divisionTaker) fullName(r intake.DivisionRow, full map[region.Code]string) (string, bool) {
	parent := r.Code.Parent()
	above := full[parent]
	if above == "" {
		above = t.in.Divisions.Name(parent)
	}
	if p, listed := t.rows[parent]; parent != "" && (above == "" || listed && p.Ended) {
		return "", false
	}
	if parent.Level() == region.City {
		above = intake.WithoutFiller(above)
	}
	return above + r.Name, true
}

func (t *divisionTaker) end(r intake.DivisionRow) {
	if to := r.Successor; to != "" {
		next, listed := t.rows[to]
		if to == r.Code || listed && next.Ended || !listed && !t.in.Divisions.Known(to) {
			t.problem(r.Line.Problem("successor", "no_successor", workflow.Text{ZH: "后继区划不存在或也已终止，请写最终的后继",
				EN: "there is no such division, or it has ended too: name the final successor"}))
			return
		}
	}
	t.x.Ended = append(t.x.Ended, records.Ending{Code: r.Code, Successor: r.Successor})
}

type divisionCounts struct {
	Rows   int  `json:"rows"`
	Loaded int  `json:"loaded"` // new or renamed
	Ended  int  `json:"ended"`
	Below  int  `json:"below"` // full names changed by a division above
	DryRun bool `json:"dry_run"`
}

func (t *divisionTaker) enter() error {
	n := divisionCounts{Rows: len(t.order), DryRun: t.c.DryRun}
	t.x.Dry = t.c.DryRun
	done, err := t.in.DB.ImportRegions(t.s.Ctx, t.x)
	if err != nil {
		return err
	}
	n.Loaded, n.Ended, n.Below = done.Loaded, done.Ended, done.Below
	did := t.c.say("已写入", "entered")
	if t.c.DryRun {
		did = t.c.say("试读，可写入", "dry run, to be entered")
	}
	return t.c.sum(t.s.Stdout, n, t.c.say("共 %d 行，%s：新增或更名 %d 个，终止 %d 个，随上级更名 %d 个",
		"%d rows, %s: %d new or of another name, %d ended, %d whose full name follows",
		n.Rows, did, n.Loaded, n.Ended, n.Below))
}

package workflow_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/money"
	"incubase/workflow/part/award"
)

func field(name, kind string) define.FieldDef {
	f := define.FieldDef{Name: name, Label: both(name), Type: kind}
	if kind == "choice" {
		f.Choices = []workflow.Choice{{Value: "agree", Label: both("agree")}, {Value: "object", Label: both("object")}}
	}
	return f
}

type fields = map[string]any

func words(v ...any) string { return strings.TrimSuffix(fmt.Sprintln(v...), "\n") }

func sums(d workflow.Decision) string {
	var out []string
	for _, p := range d.Postings {
		out = append(out, fmt.Sprintf("%s %s>%s %d", p.Kind, strings.SplitN(p.Debit, ":", 2)[0],
			strings.SplitN(p.Credit, ":", 2)[0], p.Amount))
	}
	e := d.Envelope
	return fmt.Sprint(strings.Join(out, ", "), " | ", e.Held, " ", e.HeldAwards, " ", e.Committed, " ", e.Paid, " ",
		e.Returned, " ", e.Awards)
}

func awarded(committed, paid money.Fen, ts ...award.Tranche) change {
	return func(f *workflow.Facts) {
		f.Case.Awarded, f.Case.Committed, f.Case.Paid = 1000, committed, paid
		tranches(ts...)(f)
	}
}

func paidIn(d workflow.Decision) []award.Tranche { return award.Of(&d.Case).Tranches }

func holding(f *workflow.Facts) {
	awarded(0, 0, award.Tranche{N: 1, Amount: 1000})(f)
	f.Case.Held = 1000
}

var day = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC) // nine in Beijing

var effectRows = []struct {
	name   string
	effect define.Spec
	set    change
	asks   []define.FieldDef
	said   fields
	got    func(workflow.Decision) any
	want   any
}{
	{"a coach is noted", spec("coached"), nothing, nil, nil, func(d workflow.Decision) any {
		return words(d.Coached.User,
			d.Coached.At)
	}, words(officerID, day)},
	{"answers become the next revision, and what lists read of them columns", spec("freeze_answers"), nothing,
		[]define.FieldDef{field("answers", "answers")},
		fields{"answers": map[string]any{"title": "星期三学校", "requested_fen": json.Number("500"), "topics": []any{"children"}}},
		func(d workflow.Decision) any {
			return words(d.Case.AnswersRevision, d.Case.Title, int64(d.Case.Requested), d.Case.Topics, string(d.Answers))
		}, `1 星期三学校 500 [children] {"requested_fen":500,"title":"星期三学校","topics":["children"]}`},
	{"answers stand in the log by their number only", spec("freeze_answers"), nothing,
		[]define.FieldDef{field("answers", "answers")},
		fields{"answers": map[string]any{"title": "甲"}}, func(d workflow.Decision) any { return d.Events[0].Payload },
		`{"fields":{"answers":{"revision":1}}}`},
	{"every candidate is assigned once", spec("assign_reviewers"), func(f *workflow.Facts) {
		f.Candidates.Reviewers = []workflow.Candidate{{User: "r1"}, {User: "r2"}, {User: "r3"}}
		f.Case.Assignments = []workflow.Assignment{{User: "r1", Conflict: true}}
		f.Case.Doers = map[string][]workflow.ID{"pause": {"r2"}}
	}, nil, nil, func(d workflow.Decision) any {
		return words(len(d.Case.Assignments), d.Case.Assignments[1].User)
	}, "2 r3"}, // r1 has a conflict on record, r2 did what scorers may not have done
	{"agencies are asked, with a clock", spec("ask_cosigners"), nothing, nil, nil, func(d workflow.Decision) any {
		k := d.Case.Clock("cosign")
		return words(len(d.Case.Cosigns), d.Case.Cosigns[0].Due, k.Due, k.Action)
	}, "1 2026-03-09 2026-03-09 time_out"},
	{"an agency is not asked twice", spec("ask_cosigners"), func(f *workflow.Facts) {
		f.Case.Cosigns = []workflow.Cosign{{Agency: f.Candidates.Agencies[0].Agency, Answer: "agree"}}
	}, nil, nil, func(d workflow.Decision) any { return words(len(d.Case.Cosigns), d.Case.Clock("cosign") == nil) },
		"1 true"},
	{"a round without co-signature asks nobody", spec("ask_cosigners"),
		round(func(r *workflow.Round) { r.Rules.Cosigners = "none" }), nil, nil,
		func(d workflow.Decision) any { return len(d.Case.Cosigns) }, 0},
	{"where silence counts for nothing, no clock fires", spec("ask_cosigners"),
		round(func(r *workflow.Round) { r.Rules.CosignSilence = "wait" }), nil, nil,
		func(d workflow.Decision) any { return d.Case.Clock("cosign").Action }, ""},
	{"a declaration without conflict", spec("declare"), assigned(workflow.Assignment{}),
		[]define.FieldDef{field("conflict", "boolean")}, fields{"conflict": false},
		func(d workflow.Decision) any {
			a := d.Case.Assignments[0]
			return words(a.Declared, a.Conflict, a.Live())
		}, "true false true"},
	{"a conflict brings in another", spec("declare"), assigned(workflow.Assignment{}),
		[]define.FieldDef{field("conflict", "boolean")}, fields{"conflict": true},
		func(d workflow.Decision) any {
			return words(d.Case.Assignments[0].Live(), len(d.Case.Assignments), d.Case.Assignments[1].Live())
		}, "false 2 true"},
	{"a score", spec("score"), assigned(workflow.Assignment{Declared: true}),
		[]define.FieldDef{field("points", "points"), field("comment", "text")},
		fields{"points": json.Number("8550"), "comment": "好"}, func(d workflow.Decision) any {
			a := d.Case.Assignments[0]
			return words(a.Scored, a.Points, a.Comment)
		}, "true 8550 好"},
	{"an agency's answer ends its clock", spec("cosign"), func(f *workflow.Facts) {
		f.Actor.Roles = append(slices.Clone(f.Actor.Roles), workflow.Grant{Role: workflow.RoleCosigner, Agency: "x"})
		f.Case.Cosigns = []workflow.Cosign{{Agency: "x", At: day, Due: calendar.MustDate("2026-03-09")}}
		f.Case.Clocks = []workflow.Clock{{Name: "cosign", Due: calendar.MustDate("2026-03-09")}}
	}, []define.FieldDef{field("answer", "choice")}, fields{"answer": "object"}, func(d workflow.Decision) any {
		return words(d.Case.Cosigns[0].Answer, d.Case.Cosigns[0].By == officerID, d.Case.Clock("cosign") == nil)
	}, "object true true"},
	{"silence past the deadline lapses, before it does not", spec("cosign_lapse"), func(f *workflow.Facts) {
		f.Case.Cosigns = []workflow.Cosign{{Agency: "x", Due: calendar.MustDate("2026-03-01")},
			{Agency: "y", At: day, Due: calendar.MustDate("2026-03-09")}}
	}, nil, nil, func(d workflow.Decision) any {
		return words(d.Case.Cosigns[0].Answer, d.Case.Cosigns[1].Open(), d.Case.Clock("cosign").Due)
	}, "lapsed true 2026-03-09"},
	{"a proposed award is held", spec("hold_award"), awarded(0, 0), nil, nil,
		func(d workflow.Decision) any { return words(sums(d), int64(d.Case.Held), d.Keyed()) },
		"hold envelope>held 1000 | 1000 1 0 0 0 0 1000 true"},
	{"what is held goes back, and no key is asked for", spec("release_hold"), holding, nil, nil,
		func(d workflow.Decision) any {
			return words(sums(d), int64(d.Case.Held), int64(d.Case.Awarded), len(paidIn(d)), d.Keyed())
		}, "unhold held>envelope 1000 | -1000 -1 0 0 0 0 0 0 0 false"},
	{"where nothing is held nothing goes back", spec("release_hold"), awarded(0, 0), nil, nil,
		func(d workflow.Decision) any { return sums(d) }, " | 0 0 0 0 0 0"},
	{"what is held becomes a commitment", spec("commit_award"), holding, nil, nil,
		func(d workflow.Decision) any { return words(sums(d), int64(d.Case.Held)) },
		"unhold held>envelope 1000, commit envelope>commitment 1000 | -1000 -1 1000 0 0 1 0"},
	{"an award with its tranches", spec("propose"), nothing, []define.FieldDef{field("amount_fen", "money")},
		fields{"amount_fen": json.Number("1001")},
		func(d workflow.Decision) any {
			t := paidIn(d)
			return words(int64(d.Case.Awarded), len(t), int64(t[0].Amount+t[1].Amount), t[1].Reports)
		}, "1001 2 1001 1"},
	{"an award in one piece where no rule splits it", spec("propose"),
		round(func(r *workflow.Round) { r.Rules.Tranches = nil }), []define.FieldDef{field("amount_fen", "money")},
		fields{"amount_fen": json.Number("7")}, func(d workflow.Decision) any {
			return words(len(paidIn(d)),
				int64(paidIn(d)[0].Amount))
		}, "1 7"},
	{"an award too small for all its shares", spec("propose"), nothing, []define.FieldDef{field("amount_fen", "money")},
		fields{"amount_fen": json.Number("1")},
		func(d workflow.Decision) any {
			return words(len(paidIn(d)), paidIn(d)[0].N, int64(paidIn(d)[0].Amount))
		}, "1 1 1"},
	{"what was scored and co-signed is asked again", spec("restart_review"), func(f *workflow.Facts) {
		assigned(workflow.Assignment{Declared: true, Scored: true, Points: 8000, Comment: "好"})(f)
		f.Case.Cosigns = []workflow.Cosign{{Agency: "x", Answer: "agree"}, {Agency: "y"}}
		f.Case.Clocks = []workflow.Clock{{Name: "cosign", Due: calendar.MustDate("2026-03-09")}}
	}, nil, nil, func(d workflow.Decision) any {
		a := d.Case.Assignments[0]
		return words(a.Declared, a.Scored, a.Points, a.Comment == "", len(d.Case.Cosigns), len(d.Case.Clocks))
	}, "true false 0 true 0 0"},
	{"facts and acts are taken back", spec("forget", "facts", []any{"grade"}, "actions", []any{"settle"}),
		func(f *workflow.Facts) {
			f.Case.Data, f.Case.Doers = map[string]any{"grade": "good", "mood": "x"}, map[string][]workflow.ID{"settle": {"a"},
				"pay": {"b"}}
		}, nil, nil, func(d workflow.Decision) any {
			return words(d.Case.Data["grade"], d.Case.Data["mood"], len(d.Case.Doers["settle"]), len(d.Case.Doers["pay"]))
		}, "<nil> x 0 1"},
	{"a clock begins", spec("start_clock", "name", "bell", "period", "$round.notice_period", "label_zh", "钟", "label_en",
		"bell"), nothing, nil, nil,
		func(d workflow.Decision) any { return words(d.Case.Clock("bell").Due, d.Case.Due) }, "2026-03-09 2026-03-09"},
	{"a clock begins again", spec("start_clock", "name", "tick", "period", "1wd", "label_zh", "钟", "label_en", "tick"),
		clock("2026-05-01"), nil, nil,
		func(d workflow.Decision) any { return words(len(d.Case.Clocks), d.Case.Clock("tick").Due) }, "1 2026-03-03"},
	{"a clock ends", spec("stop_clock", "name", "tick"), clock("2026-05-01"), nil, nil,
		func(d workflow.Decision) any { return len(d.Case.Clocks) }, 0},
	{"a clock stands still", spec("pause_clock", "name", "tick"), clock("2026-05-01"), nil, nil,
		func(d workflow.Decision) any {
			k := d.Case.Clock("tick")
			return words(k.Paused, k.Stopped, len(k.Pauses), len(d.Case.Alarms(true)))
		}, "true true 1 0"},
	{"a clock goes on", spec("resume_clock", "name", "tick"), func(f *workflow.Facts) {
		clock("2026-05-01")(f)
		k := &f.Case.Clocks[0]
		k.Paused, k.Stopped, k.Pauses = true, true, []calendar.Pause{{From: calendar.MustDate("2026-03-02")}}
	}, nil, nil, func(d workflow.Decision) any {
		k := d.Case.Clock("tick")
		return words(k.Paused, k.Stopped, k.Pauses[0].To)
	}, "false false 2026-03-02"},
	{"a clock gets more time from its last day", spec("extend_clock", "name", "tick", "period", "5wd"),
		clock("2026-03-09"), nil, nil,
		func(d workflow.Decision) any { return d.Case.Clock("tick").Due.String() }, "2026-03-16"},
	{"a named objection counts", spec("add_objection"), nothing, []define.FieldDef{field("text", "text"),
		field("name", "text")}, fields{"text": "不符", "name": "李四"},
		func(d workflow.Decision) any {
			o := d.Objections[0]
			return words(o.N, o.Open(), o.Anonymous, d.Case.Counts["objections_holding"], o.Due, d.Case.Clock("objection").Due)
		}, "1 true false 1 2026-03-09 2026-03-09"},
	{"a name of spaces is none", spec("add_objection"), nothing, []define.FieldDef{field("text", "text"),
		field("name", "text")}, fields{"text": "不符", "name": "  "},
		func(d workflow.Decision) any { return d.Objections[0].Anonymous }, true},
	{"an anonymous one does not", spec("add_objection"), nothing, []define.FieldDef{field("text", "text")},
		fields{"text": "不符"},
		func(d workflow.Decision) any { return d.Objections[0].Open() }, false},
	{"unless the round's rule says so", spec("add_objection"),
		round(func(r *workflow.Round) { r.Rules.AnonymousObjections = true }), []define.FieldDef{field("text", "text")},
		fields{"text": "不符"},
		func(d workflow.Decision) any { return d.Objections[0].Open() }, true},
	{"one objection is resolved, and its number alone is told to the store", spec("resolve_objection"), waiting(1, 2),
		[]define.FieldDef{field("upheld", "boolean"), field("reason", "text"), field("objection", "integer")},
		fields{"upheld": false, "reason": "经核实", "objection": json.Number("2")}, func(d workflow.Decision) any {
			o := d.Objections[0]
			return words(len(d.Objections), o.N, o.Open(), o.Reason, d.Case.Counts["objections_holding"],
				d.Case.Counts["objections_waiting"])
		}, "1 2 false 经核实 1 1"},
	{"all objections are resolved", spec("resolve_objection"), waiting(1, 2),
		[]define.FieldDef{field("upheld", "boolean"), field("reason", "text")}, fields{"upheld": true, "reason": "属实"},
		func(d workflow.Decision) any {
			return words(d.Objections[0].Upheld, d.Objections[1].Upheld, d.Case.Counts["objections_holding"],
				d.Case.Counts["objections_waiting"])
		}, "true true 0 0"},
	{"one on top of a day's share holds nothing", spec("add_objection"), func(f *workflow.Facts) {
		f.Case.Counts = map[string]int{"objections": 20, "objections_waiting": 20, "objections_holding": 20,
			"objections_day": 20260302, "objections_today": 20}
	}, []define.FieldDef{field("text", "text"), field("name", "text")}, fields{"text": "不符", "name": "李四"},
		func(d workflow.Decision) any {
			o := d.Objections[0]
			return words(o.N, o.Unconfirmed, o.Open(), o.Due == nil, d.Case.Counts["objections_holding"],
				d.Case.Counts["objections_unconfirmed"], len(d.Case.Clocks))
		}, "21 true false true 20 1 0"},
	{"the next day has a share of its own", spec("add_objection"), func(f *workflow.Facts) {
		f.Case.Counts = map[string]int{"objections": 40, "objections_day": 20260301, "objections_today": 40}
	}, []define.FieldDef{field("text", "text"), field("name", "text")}, fields{"text": "不符", "name": "李四"},
		func(d workflow.Decision) any {
			return words(d.Objections[0].N, d.Objections[0].Open(), d.Case.Counts["objections_today"])
		}, "41 true 1"},
	{"an unconfirmed one is counted", spec("confirm_objection"), func(f *workflow.Facts) {
		waiting(1, 2)(f)
		f.Waiting[1].Unconfirmed, f.Waiting[1].Counts = true, false
		f.Case.Counts["objections_holding"], f.Case.Counts["objections_unconfirmed"] = 1, 1
	}, []define.FieldDef{field("objection", "integer")}, nil, func(d workflow.Decision) any {
		o := d.Objections[0]
		return words(len(d.Objections), o.N, o.Open(), o.Since, d.Case.Counts["objections_holding"],
			d.Case.Counts["objections_unconfirmed"])
	}, "1 2 true 2026-03-02 2 0"},

	{"a commitment", spec("commit_award"), awarded(0, 0), nil, nil,
		func(d workflow.Decision) any { return words(sums(d), int64(d.Case.Committed)) },
		"commit envelope>commitment 1000 | 0 0 1000 0 0 1 1000"},
	{"the release of an award of which nothing was paid", spec("release_commitment"),
		awarded(1000, 0, award.Tranche{N: 1, Amount: 1000}), nil, nil,
		func(d workflow.Decision) any { return words(sums(d), int64(d.Case.Committed)) },
		"release commitment>envelope 1000 | 0 0 -1000 0 0 -1 0"},
	{"the release of what is not paid", spec("release_commitment"),
		awarded(1000, 600, award.Tranche{N: 1, Amount: 600, Payment: "p", Paid: &paidAt},
			award.Tranche{N: 2, Amount: 400}), nil, nil,
		func(d workflow.Decision) any { return words(sums(d), int64(d.Case.Committed)) },
		"release commitment>envelope 400 | 0 0 -400 0 0 0 600"},
	{"nothing is released twice", spec("release_commitment"), awarded(600, 600), nil, nil,
		func(d workflow.Decision) any { return sums(d) }, " | 0 0 0 0 0 0"},
	{"a payment's cancelling gives its tranche back", spec("cancel_payment"), func(f *workflow.Facts) {
		awarded(0, 0)(f)
		f.Parent = &workflow.ParentFacts{Ref: "GA-1", Paid: 1, Version: 3}
	}, nil, nil, func(d workflow.Decision) any { return sums(d) }, "release commitment>envelope 1000 | 0 0 -1000 0 0 0"},
	{"and the award no longer counts where nothing was paid", spec("cancel_payment"), func(f *workflow.Facts) {
		awarded(0, 0)(f)
		parent("terminated", "reviewed", "terminated")(f)
	}, nil, nil, func(d workflow.Decision) any { return sums(d) }, "release commitment>envelope 1000 | 0 0 -1000 0 0 -1"},
	{"a payment", spec("post_payment"), awarded(0, 0), nil, nil, func(d workflow.Decision) any { return sums(d) },
		"pay commitment>paid 1000 | 0 0 0 1000 0 0"},
	{"a tranche was paid", spec("tranche_paid"), awarded(1000, 0, award.Tranche{N: 1, Amount: 600, Payment: "p"},
		award.Tranche{N: 2, Amount: 400}),
		[]define.FieldDef{field("tranche", "integer")}, fields{"tranche": json.Number("1")}, func(d workflow.Decision) any {
			return words(int64(d.Case.Paid), paidIn(d)[0].Paid != nil, paidIn(d)[1].Paid == nil)
		}, "600 true true"},
	{"a tranche told twice counts once", spec("tranche_paid"),
		awarded(1000, 600, award.Tranche{N: 1, Amount: 600, Payment: "p", Paid: &paidAt}),
		[]define.FieldDef{field("tranche", "integer")}, fields{"tranche": json.Number("1")},
		func(d workflow.Decision) any { return int64(d.Case.Paid) }, int64(600)},
	{"a cancelled tranche is promised no more", spec("tranche_cancelled"),
		awarded(1000, 0, award.Tranche{N: 1, Amount: 600, Payment: "p"}),
		[]define.FieldDef{field("tranche", "integer")}, fields{"tranche": json.Number("1")}, func(d workflow.Decision) any {
			return words(int64(d.Case.Committed), paidIn(d)[0].Payment == "")
		}, "400 true"},
	{"an unspent rest goes back", spec("settle"), awarded(1000, 1000), []define.FieldDef{field("returned_fen", "money")},
		fields{"returned_fen": json.Number("30")},
		func(d workflow.Decision) any {
			return words(sums(d), d.Case.Data["settled"], int64(d.Case.Returned), d.Keyed())
		}, "return paid>returned 30 | 0 0 0 0 30 0 true 30 false"},
	{"nothing unspent posts nothing", spec("settle"), awarded(1000, 1000),
		[]define.FieldDef{field("returned_fen", "money")}, fields{"returned_fen": json.Number("0")},
		func(d workflow.Decision) any { return words(sums(d), d.Case.Data["settled"]) }, " | 0 0 0 0 0 0 true"},
	{"the next tranche's payment is born", spec("open_tranche", "workflow", "payment"),
		awarded(1000, 0, award.Tranche{N: 1, Amount: 600, Payment: "p", Paid: &paidAt}, award.Tranche{N: 2, Amount: 400}),
		nil, nil,
		func(d workflow.Decision) any {
			b := d.Children[0].Case
			return words(b.Ref, b.Workflow, int64(b.Awarded), b.Tranche, b.Parent == d.Case.ID,
				paidIn(d)[1].Payment == b.ID, d.Keyed())
		}, "SM-0-P2 payment 400 2 true true true"},
	{"a report is born", spec("open_report", "workflow", "report"), nothing,
		[]define.FieldDef{{Name: "kind", Label: both("kind"), Type: "text"}}, fields{"kind": "final"},
		func(d workflow.Decision) any {
			b := d.Children[0].Case
			return words(b.Ref, b.Data["kind"], d.Case.Counts["reports"])
		}, "SM-0-R1 final 1"},
	{"the next stage is born as a case of its own", spec("open_case", "workflow", "proposal"), func(f *workflow.Facts) {
		f.Case.Counts, f.Case.Title, f.Case.Requested, f.Case.Lead = map[string]int{"opened": 1}, "园艺", 500, officerID
	}, nil, nil, func(d workflow.Decision) any {
		b := d.Children[0].Case
		return words(b.Ref, b.Workflow, b.Title, int64(b.Requested), b.Parent == d.Case.ID, b.Lead == officerID, d.Keyed())
	}, "SM-0-N2 proposal 园艺 500 true true false"},
	{"an accepted report counts, and by its kind", spec("report_accepted"), nothing,
		[]define.FieldDef{field("kind", "text")}, fields{"kind": "final"},
		func(d workflow.Decision) any {
			return words(d.Case.Counts["accepted"], d.Case.Counts["accepted_final"])
		}, "1 1"},
	{"the parent is told", spec("signal", "action", "tranche_paid"), func(f *workflow.Facts) {
		f.Case.Paid,
			f.Case.Data = 5, map[string]any{"kind": "final"}
	}, nil, nil,
		func(d workflow.Decision) any {
			s := d.Signals[0]
			return words(s.To == d.Case.Parent, s.Action, s.Fields["tranche"], s.Fields["amount_fen"], s.Fields["kind"])
		}, "true tranche_paid 1 5 final"},
	{"what is said is kept", spec("record", "fields", []any{"mood"}), nothing, []define.FieldDef{field("mood", "text")},
		fields{"mood": "x"}, func(d workflow.Decision) any { return d.Case.Data["mood"] }, "x"},
	{"a result in words, for a year", spec("result", "name", "mark", "field", "mark", "until", "1y", "label_zh", "分",
		"label_en", "mark"), nothing, []define.FieldDef{field("mark", "points")}, fields{"mark": json.Number("8550")},
		func(d workflow.Decision) any {
			r := d.Results[0]
			return words(len(d.Results), r.Name, r.Label.EN, r.Value, r.Shown.ZH, r.On, r.Until)
		}, "1 mark mark 8550 85.50 2026-03-02 2027-03-02"},
	{"a case without an organization gives no result", spec("result", "name", "mark", "field", "mark", "label_zh", "分",
		"label_en", "mark"), func(f *workflow.Facts) { f.Case.Organization = "" },
		[]define.FieldDef{field("mark", "points")}, fields{"mark": json.Number("8550")},
		func(d workflow.Decision) any { return len(d.Results) }, 0},
	{"a result is withdrawn", spec("withdraw_result", "name", "way"), nothing, nil, nil,
		func(d workflow.Decision) any { return words(len(d.Results), d.Results[0].Name, d.Results[0].Value) },
		"1 way <nil>"},
	{"a counter goes up", spec("count", "name", "laps"),
		func(f *workflow.Facts) { f.Case.Counts = map[string]int{"laps": 2} }, nil, nil,
		func(d workflow.Decision) any { return d.Case.Counts["laps"] }, 3},
	{"what was counted begins again", spec("forget", "counts", []any{"laps"}),
		func(f *workflow.Facts) { f.Case.Counts = map[string]int{"laps": 2, "falls": 1} }, nil, nil,
		func(d workflow.Decision) any { return words(d.Case.Counts["laps"], d.Case.Counts["falls"]) }, "0 1"},
	{"where it stood is remembered", spec("store_state"), nothing, nil, nil,
		func(d workflow.Decision) any { return d.Case.StoredState }, workflow.State("a")},
	{"a desk begins again", spec("restart_desk", "desk", "board"),
		answered(workflow.Approval{Desk: "board", Answer: "yes"}), nil, nil,
		func(d workflow.Decision) any { return d.Case.Approvals[0].Void }, true},
	{"uploads are bound", spec("bind_attachments"), nothing, []define.FieldDef{field("attachments", "attachments")},
		fields{"attachments": []any{officerID}},
		func(d workflow.Decision) any { return words(d.Attach) }, "[" + officerID + "]"},
	{"a draft is deleted", spec("delete_draft"), func(f *workflow.Facts) {
		f.Case.Title, f.Case.Requested,
			f.Case.Topics = "x", 5, []string{"elderly"}
	}, nil, nil,
		func(d workflow.Decision) any {
			return words(d.Discard, d.Case.Title, int64(d.Case.Requested), len(d.Case.Topics))
		}, "true  0 0"},
	{"a paper says what stands once the action has landed", spec("issue", "paper", "award", "voids", []any{"award"}),
		func(f *workflow.Facts) {
			f.Case.Awarded, f.Round.Rules.DocumentWord, f.AgencyName.ZH = 1000, "黑民社孵", "某区民政局"
		}, nil, nil, func(d workflow.Decision) any {
			p := d.Papers[0]
			return words(len(d.Papers), p.Kind, p.Word, p.Year, p.Serial, p.Seq == d.Case.Version, p.Facts.Amount,
				p.Facts.Issuer,
				d.Voids)
		}, "1 award 黑民社孵 2026 0 true 1000 某区民政局 [{award 2}]"},
	{"a paper only where it is wanted", spec("issue", "paper", "notice", "notice", "tick", "if", "upheld"), nothing,
		[]define.FieldDef{field("upheld", "boolean")}, fields{"upheld": false},
		func(d workflow.Decision) any { return len(d.Papers) }, 0},
	{"papers lose their force", spec("void_papers", "papers", []any{"notice"}), nothing, nil, nil,
		func(d workflow.Decision) any { return words(d.Voids) }, "[{notice 2}]"},
	{"a topic of messages is named, and nothing happens yet", spec("emit", "topic", "bell.rung"), nothing, nil, nil,
		func(d workflow.Decision) any { return words(d.Signals, d.Papers, d.Postings) }, "[] [] []"},
}

// TestEffects also checks that the facts stay unchanged and the doer is recorded.
func TestEffects(t *testing.T) {
	t.Parallel()
	for _, tt := range effectRows {
		t.Run(tt.effect.Name+": "+tt.name, func(t *testing.T) {
			t.Parallel()
			m := trialOf(t, nil, []define.Spec{tt.effect}, tt.asks...)
			f := simulated(t, m)
			tt.set(&f)
			before, err := json.Marshal(f.Case)
			if err != nil {
				t.Fatal(err)
			}
			d, err := m.Decide(context.Background(), f, workflow.Command{Action: "act", Fields: tt.said})
			if err != nil {
				t.Fatal(err)
			}
			if got := tt.got(d); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if after, err := json.Marshal(f.Case); err != nil || string(after) != string(before) {
				t.Errorf("the facts were changed:\n%s\n%s", before, after)
			}
			if !slices.Contains(d.Case.Doers["act"], officerID) || d.Case.Version != f.Case.Version+1 ||
				d.Events[0].Verify(f.Case.LastHash, false) != nil {
				t.Errorf("doers %v, version %d", d.Case.Doers, d.Case.Version)
			}
		})
	}
}

func TestEveryEffectIsTried(t *testing.T) {
	t.Parallel()
	for _, name := range define.EffectNames() {
		tried := false
		for _, tt := range effectRows {
			tried = tried || tt.effect.Name == name
		}
		if !tried {
			t.Errorf("effect %s has no row", name)
		}
	}
}

func TestPostingsBalanceInTheEnvelope(t *testing.T) {
	t.Parallel()
	for _, tt := range effectRows {
		m := trialOf(t, nil, []define.Spec{tt.effect}, tt.asks...)
		f := simulated(t, m)
		tt.set(&f)
		d, err := m.Decide(context.Background(), f, workflow.Command{Action: "act", Fields: tt.said})
		if err != nil {
			t.Fatal(err)
		}
		var want workflow.EnvelopeChange
		for _, p := range d.Postings {
			if p.Amount <= 0 || p.Grant == "" || p.Round == "" {
				t.Errorf("%s: %+v", tt.name, p)
			}
			switch p.Kind {
			case "hold":
				want.Held += p.Amount
			case "unhold":
				want.Held -= p.Amount
			case "commit":
				want.Committed += p.Amount
			case "release":
				want.Committed -= p.Amount
			case "pay":
				want.Paid += p.Amount
			case "return":
				want.Returned += p.Amount
			}
		}
		if e := d.Envelope; e.Held != want.Held || e.Committed != want.Committed || e.Paid != want.Paid ||
			e.Returned != want.Returned {
			t.Errorf("%s: envelope %+v, postings say %+v", tt.name, e, want)
		}
	}
}

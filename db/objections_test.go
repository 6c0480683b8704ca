package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
)

func object(t *testing.T, f *dbtest.Fixture, ref, text string) *workflow.Receipt {
	t.Helper()
	r, err := f.Desk.Do(context.Background(), workflow.Objector(), workflow.Command{Ref: ref, Action: "object",
		Fields: map[string]any{"text": text, "name": "李四", "contact": "13800000000"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// None is refused for its number, each has one number for all, and the case does not grow with them. Those beyond a
// day's share hold up nothing until counted.
func TestManyObjections(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ctx := context.Background()
	ref := f.NewGrant()
	f.Walk(ref, "proposed")
	words := strings.Repeat("公示的活动地点与实际不符。", 100)
	size := func() (row, loaded int) {
		var v *workflow.View
		var err error
		if v, err = f.Desk.Show(ctx, f.Actor("officer"), ref); err != nil {
			t.Fatal(err)
		}
		if len(v.Objections) > workflow.ObjectionsShown {
			t.Errorf("%d are shown", len(v.Objections))
		}
		if err := f.Owner(t).QueryRow(`select pg_column_size(c.*) from cases c where ref = $1`, ref).Scan(&row); err != nil {
			t.Fatal(err)
		}
		return row, len(v.Objections)
	}
	const many = 154
	first := object(t, f, ref, words)
	small, _ := size()
	for i := 2; i <= many; i++ {
		object(t, f, ref, fmt.Sprintf("%s %d", words, i))
	}
	large, shown := size()
	if large > small+64 || shown != workflow.ObjectionsShown {
		t.Errorf("the case's row has %d bytes with one objection and %d with %d; %d are shown", small, large, many, shown)
	}
	c := f.Case(ref)
	if made, waiting := c.Objections(); made != many || waiting != many ||
		c.Counts["objections_holding"] != workflow.ObjectionsADay ||
		c.Counts["objections_unconfirmed"] != many-workflow.ObjectionsADay {
		t.Errorf("%v", c.Counts)
	}

	n, code, err := f.DB.ObjectionCode(ctx, c.ID, first.Event.Seq)
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	listed, err := f.DB.Objections(ctx, c.ID, 0, 10)
	if err != nil || len(listed) != 10 || listed[0].N != 1 || listed[0].Text != words ||
		listed[0].Contact != "13800000000" || listed[0].Code != "" {
		t.Fatalf("%v %v", len(listed), err)
	}
	follow := func() *workflow.Followed {
		o, err := f.DB.FollowObjection(ctx, strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := follow(); o.N != 1 || o.Ref != ref || !o.Counts || o.Due == nil || o.Resolved != nil {
		t.Errorf("%+v", o)
	}

	answer := map[string]any{"upheld": false, "reason": "经核实，地点已更正", "objection": 1}
	var refused *workflow.Refused
	if _, err := f.Try("officer", ref, "resolve", answer); !errors.As(err, &refused) ||
		refused.Refusals[0].Rule != "role" {
		t.Errorf("who proposed answers: %v", err)
	}
	f.Do("decider", ref, "resolve", answer)
	if o := follow(); o.Resolved == nil || o.Upheld || o.Answer != "经核实，地点已更正" {
		t.Errorf("%+v", o)
	}
	f.Do("officer", ref, "count_objection", map[string]any{"how": "已电话核实", "objection": many})
	if c = f.Case(ref); c.Counts["objections_holding"] != workflow.ObjectionsADay ||
		c.Counts["objections_waiting"] != many-1 {
		t.Errorf("one answered and one counted: %v", c.Counts)
	}
	if problems := verified(t, f.DB); len(problems) > 0 {
		t.Error(problems)
	}
	f.Clock.Advance(20 * 24 * time.Hour)
	if _, err := f.Try("decider", ref, "confirm", nil); !errors.As(err, &refused) ||
		!strings.Contains(refused.Refusals[0].Message.EN, "20") {
		t.Errorf("confirmed over what is open: %v", err)
	}
	f.Do("decider", ref, "resolve", map[string]any{"upheld": false, "reason": "逐条核实，均不属实"})
	if c = f.Case(ref); c.Counts["objections_holding"] != 0 || c.Counts["objections_waiting"] != 0 ||
		c.Counts["objections_unconfirmed"] != 0 || c.Clock("objection") != nil {
		t.Errorf("%v %v", c.Counts, c.Clocks)
	}
	f.Do("decider", ref, "confirm", nil)
}

func TestATamperedObjectionIsNamed(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "proposed")
	object(t, f, ref, "公示的活动地点与实际不符")
	object(t, f, ref, "预算与公示不符")
	f.Do("decider", ref, "resolve", map[string]any{"upheld": false, "reason": "经核实，地点已更正", "objection": 1})
	if problems := verified(t, f.DB); len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, change := range []string{"text = 'x' where n = 1", "name = '王五' where n = 1", "contact = '' where n = 2",
		"reason = '没有查' where n = 1",
		"upheld = true where n = 1", "answered_by = (select id from users where id <> answered_by limit 1) where n = 1",
		"counts = false where n = 2"} {
		tx, err := f.Owner(t).Begin()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = tx.Exec("create table if not exists kept as select * from objections")
		if _, err := tx.Exec("update objections set " + change); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if problems := verified(t, f.DB); len(problems) == 0 || len(problems) > 2 { // by its MAC and by its event
			t.Errorf("%s: %v", change, problems)
		}
		if _, err := f.Owner(t).Exec(
			"begin; delete from objections; insert into objections select * from kept; commit"); err != nil {
			t.Fatal(err)
		}
	}
}

func verified(t *testing.T, d *db.DB) (problems []string) {
	t.Helper()
	if _, _, err := d.Verify(context.Background(),
		func(p pg.Problem) { problems = append(problems, p.String()) }); err != nil {
		t.Fatal(err)
	}
	return problems
}

package cases

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/region"
)

type actRow struct {
	EventRow
	Ref          string      `db:"ref"`
	Title        string      `db:"title"`
	Region       region.Code `db:"region"`
	Round        *string     `db:"round_id"`
	Agency       *string     `db:"agency_id"`
	Organization *string     `db:"organization_id"`
}

const actList = "acts"

// Acts reads a page of a period's acts on the cases in scope, latest first; see workflow.Acts. events_at limits the
// read to the period; the rest is filtered.
func (d *Cases) Acts(ctx context.Context, scope workflow.Scope, q workflow.ActQuery) (list []workflow.Act, next string,
	err error) {
	at, err := pg.ParseSpot(q.Cursor, actList, func(key string) bool { _, _, ok := actKey(key); return key == "" || ok })
	if err != nil {
		return nil, "", err
	}
	limit := pg.PageSize(q.Limit)
	text, args := composeActs(scope, q, at, limit+1)
	if text == "" {
		return nil, "", nil
	}
	var rows []actRow
	if err := d.Read.AllOnce(ctx, &rows, "list acts", text, args...); err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = pg.Spot{List: actList, Key: fmt.Sprintf("%d %d", last.At.UnixMicro(), last.Seq), ID: last.Case}.String()
	}
	for i := range rows {
		r := &rows[i]
		list = append(list, workflow.Act{Event: r.Event(), Ref: r.Ref, Title: r.Title,
			Standing: workflow.Standing{Region: r.Region, Round: pg.Str(r.Round), Agency: pg.Str(r.Agency),
				Organization: pg.Str(r.Organization)}})
	}
	return list, next, nil
}

// actKey parses where a page ended: the time and the event's number within its case.
func actKey(key string) (at time.Time, seq int, ok bool) {
	micros, n, _ := strings.Cut(key, " ")
	us, err := strconv.ParseInt(micros, 10, 64)
	seq, err2 := strconv.Atoi(n)
	at = time.UnixMicro(us).UTC()
	return at, seq, err == nil && err2 == nil && seq > 0 && seq < 1<<31 && at.Year() >= 1900 && at.Year() < 10000
}

func composeActs(scope workflow.Scope, q workflow.ActQuery, after pg.Spot, limit int) (string, []any) {
	s := &statement{}
	var seen []string
	for _, share := range s.shares(scope) {
		seen = append(seen, "("+share.where+")")
	}
	if len(seen) == 0 {
		return "", nil
	}
	where := []string{"e.at >= " + s.arg(q.Since.Start(), "timestamptz"), "e.at < " + s.arg(q.Until.End(), "timestamptz"),
		"(" + strings.Join(seen, " or ") + ")"}
	if q.Who != "" {
		where = append(where,
			fmt.Sprintf("e.actor_id = any (array(select w.id from users w where w.login = lower(%[1]s) or position(%[1]s in "+
				"w.name) > 0))", s.arg(q.Who, "text")))
	}
	if q.Action != "" {
		where = append(where, "e.action = "+s.arg(q.Action, "text"))
	}
	if after.ID != "" {
		at, seq, _ := actKey(after.Key) // validated by ParseSpot
		where = append(where, fmt.Sprintf("(e.at, e.case_id, e.seq) < (%s, %s, %s)", s.arg(at, "timestamptz"),
			s.arg(after.ID, "uuid"), s.arg(seq, "int")))
	}
	return fmt.Sprintf(
		`select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id,
			u.name as actor_name, e.at,
		e.payload_hash, e.previous_hash, e.hash, c.ref, c.title, c.region, c.round_id, c.agency_id, c.organization_id
		from events e join cases c on c.id = e.case_id join users u on u.id = e.actor_id
		where %s order by e.at desc, e.case_id desc, e.seq desc limit %d`, strings.Join(where, " and "), limit), s.args
}

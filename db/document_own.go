package db

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

// ownRows is what nearly every transition writes of the case that moves. It reaches the statement as typed arrays.
type ownRows struct {
	first  *workflow.Event
	topic  string // of the message that it moved
	duties []dutyDoc
	timers []timerDoc
	fires  bool // there are or were clocks that fire
	board  []boardDoc

	rowMAC, rowsMAC, beforeMAC *string // of its first event, and of the case before it

	clocks, doers, counts, data, news string // JSON, written here and not while others wait for the statement
}

func newOwnRows(d *workflow.Decision, alarms []workflow.Clock) (ownRows, error) {
	c, news := &d.Case, newsOf(&d.Case, d.Outbox[:1])[0]
	o := ownRows{first: &d.Events[0], topic: news.Topic, duties: dutiesOf(c, d.Duties), timers: timersOf(c, alarms),
		fires: fires(&d.Before) || len(alarms) > 0, board: boardChange(&d.Before, c)}
	for _, x := range []struct {
		into *string
		of   any
	}{{&o.clocks, list(c.Clocks)}, {&o.doers, dict(c.Doers)}, {&o.counts, dict(c.Counts)}, {&o.data, dict(c.Data)}, {&o.news, news.Body}} {
		b, err := json.Marshal(x.of)
		if err != nil {
			return ownRows{}, fmt.Errorf("encode decision on case %s: %w", c.Ref, err)
		}
		*x.into = string(b)
	}
	return o, nil
}

// withoutOwn is the case less what is written at every transition: if that has not changed, the update leaves it alone.
func withoutOwn(c workflow.Case) workflow.Case {
	c.State, c.Stage, c.Outcome, c.StoredState, c.Version, c.LastHash = "", "", "", "", 0, workflow.Hash{}
	c.Clocks, c.Doers, c.Counts, c.Data = nil, nil, nil, nil
	c.Due, c.Updated, c.Closed = nil, time.Time{}, nil
	return c
}

func dutyColumns(rows []dutyDoc) []any {
	return []any{
		column(rows, func(d *dutyDoc) *string { return &d.Case }),
		column(rows, func(d *dutyDoc) *string { return &d.Key }),
		column(rows, func(d *dutyDoc) *string { return &d.Action }),
		column(rows, func(d *dutyDoc) *string { return (*string)(&d.Role) }),
		column(rows, func(d *dutyDoc) *string { return d.User }),
		column(rows, func(d *dutyDoc) *string { return d.Organization }),
		column(rows, func(d *dutyDoc) *string { return d.Agency }),
		column(rows, func(d *dutyDoc) *string { return &d.Region }),
		column(rows, func(d *dutyDoc) *string { return instant(d.Due) }),
	}
}

// dutySides says of each duty whether it is the staff's.
func dutySides(rows []dutyDoc) any {
	return column(rows, func(d *dutyDoc) *string { s := strconv.FormatBool(d.Staff); return &s })
}

func timerColumns(rows []timerDoc) []any {
	return []any{
		column(rows, func(t *timerDoc) *string { return &t.Case }),
		column(rows, func(t *timerDoc) *string { return &t.Name }),
		column(rows, func(t *timerDoc) *string { return number(int64(t.Since)) }),
		column(rows, func(t *timerDoc) *string { return instant(&t.Fires) }),
		column(rows, func(t *timerDoc) *string { return &t.Action }),
		column(rows, func(t *timerDoc) *string { s := strconv.FormatBool(t.Provisional); return &s }),
	}
}

func boardColumns(rows []boardDoc) []any {
	return []any{
		column(rows, func(b *boardDoc) *string { return number(int64(b.Sign)) }),
		column(rows, func(b *boardDoc) *string { return (*string)(&b.Province) }),
		column(rows, func(b *boardDoc) *string { return (*string)(&b.City) }),
		column(rows, func(b *boardDoc) *string { return (*string)(&b.County) }),
		column(rows, func(b *boardDoc) *string { return (*string)(&b.Street) }),
		column(rows, func(b *boardDoc) *string { return b.Agency }),
		column(rows, func(b *boardDoc) *string { return b.Round }),
		column(rows, func(b *boardDoc) *string { s := column(b.Topics, func(t *string) *string { return t }); return &s }),
		column(rows, func(b *boardDoc) *string { return (*string)(&b.Stage) }),
		column(rows, func(b *boardDoc) *string { return number(b.Amount) }),
		column(rows, func(b *boardDoc) *string { return day(b.Due) }),
		column(rows, func(b *boardDoc) *string { return number(int64(b.Awards)) }),
		column(rows, func(b *boardDoc) *string { return number(b.Committed) }),
		column(rows, func(b *boardDoc) *string { return number(b.Paid) }),
	}
}

// between stands between documents in JSON, which never have it: control characters are written as \u0001.
const between = "\x01"

// documents are one document in JSON of each, with between between them.
func documents(batch []*waiting, value func(*waiting) string) (string, error) {
	values := make([]string, len(batch))
	for i, w := range batch {
		if values[i] = value(w); values[i] == "" || strings.Contains(values[i], between) {
			return "", fmt.Errorf("case %s: this is no JSON: %.80q", w.commit.Decision.Case.Ref, values[i])
		}
	}
	return strings.Join(values, between), nil
}

// column is one value of each row as an array of PostgreSQL; nil is NULL. Room is made once.
func column[T any](rows []T, value func(*T) *string) string {
	values := make([]*string, len(rows))
	size := 2
	for i := range rows {
		v := value(&rows[i])
		if values[i] = v; v == nil {
			size += len("NULL,")
		} else {
			size += len(*v) + strings.Count(*v, `"`) + strings.Count(*v, `\`) + len(`"",`)
		}
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		if v == nil {
			b.WriteString("NULL")
			continue
		}
		b.WriteByte('"')
		for at := range len(*v) {
			if c := (*v)[at]; c == '"' || c == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte((*v)[at])
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

func number(n int64) *string {
	s := strconv.FormatInt(n, 10)
	return &s
}

func instant(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := micro(*t).Format(time.RFC3339Nano)
	return &s
}

func day(d *calendar.Date) *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

package db

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
)

// Limits of a page.
const (
	DefaultPage = 50
	MaxPage     = 200
)

// order is one of the closed list of sorts: a key of the case with its type, and a direction. The id breaks ties.
type order struct{ key, kind, dir, beyond string }

var orders = map[string]order{
	"updated": {"c.updated_at", "timestamptz", "desc", "<"}, // cases_updated, cases_city, cases_county
	"created": {"c.born_at", "timestamptz", "desc", "<"},
	"due":     {"coalesce(c.due_on, 'infinity')", "date", "asc", ">"},
	"ref":     {"c.ref", "text", "asc", ">"}, // cases_ref_key
	"amount":  {"coalesce(nullif(c.committed_fen, 0), nullif(c.awarded_fen, 0), c.requested_fen)", "bigint", "desc", "<"},
}

// Sorts are the names of the orders a list of cases can have; the first is the default.
var Sorts = []string{"updated", "created", "due", "ref", "amount"}

// cursor is where a page ended.
type cursor struct {
	Sort string      `json:"s"`
	Key  string      `json:"k"`
	ID   workflow.ID `json:"i"`
}

func (c cursor) String() string {
	b, _ := json.Marshal(c) // strings only
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(s, sort string) (*cursor, error) {
	if s == "" {
		return nil, nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Sort != sort || idOrNil(c.ID) == nil || !fits(c.Key, orders[sort].kind) {
		return nil, invalid("cursor", "翻页标记无效，请从第一页开始", "this cursor is not valid here; start from the first page")
	}
	return &c, nil
}

// fits tells whether a cursor's key is of the order's type, so that a forged one is refused and not an error of ours.
func fits(key, kind string) bool {
	var err error
	switch kind {
	case "timestamptz":
		_, err = time.Parse("2006-01-02 15:04:05.999999Z07:00", strings.Replace(key, "+00", "Z", 1))
	case "date":
		if key != "infinity" {
			_, err = time.Parse(time.DateOnly, key)
		}
	case "bigint":
		_, err = strconv.ParseInt(key, 10, 64)
	}
	return err == nil && len(key) < 80 && !strings.ContainsRune(key, 0)
}

func invalid(field, zh, en string) error {
	return &workflow.Invalid{Fields: []workflow.FieldError{{Field: field, Message: workflow.Text{ZH: zh, EN: en}}}}
}

// listRow is a case's facts with its place in the order.
type listRow struct {
	caseRow
	Key string `db:"page_key"`
}

// List reads a page of the cases in scope: each with the same facts as one loaded alone, so that its offers need no
// further query. next is empty on the last page.
func (d *DB) List(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) (items []workflow.Loaded, next string, err error) {
	if q.Sort == "" {
		q.Sort = Sorts[0]
	}
	o, ok := orders[q.Sort]
	if !ok {
		return nil, "", invalid("sort", "没有这种排序："+strings.Join(Sorts, "、"), "no such order; choose one of "+strings.Join(Sorts, ", "))
	}
	limit := pageSize(q.Limit)
	after, err := parseCursor(q.Cursor, q.Sort)
	if err != nil {
		return nil, "", err
	}
	text, args := compose(scope, q, o, after, limit+1)
	if text == "" {
		return nil, "", nil
	}
	var rows []listRow
	if err := d.read.allOf(ctx, &rows, "list cases", text, args...); err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = cursor{q.Sort, last.Key, last.ID}.String()
	}
	items, err = loadedAll(rows)
	return items, next, err
}

func pageSize(limit int) int {
	if limit <= 0 {
		return DefaultPage
	}
	return min(limit, MaxPage)
}

func loadedAll(rows []listRow) ([]workflow.Loaded, error) {
	items := make([]workflow.Loaded, 0, len(rows))
	forms := map[workflow.ID]json.RawMessage{} // sent once a round and page
	for i := range rows {
		l, err := rows[i].loaded()
		if err != nil {
			return nil, err
		}
		if r := l.Facts.Round; r != nil {
			if len(r.Form) > 0 {
				forms[r.ID] = r.Form
			}
			r.Form = forms[r.ID]
		}
		items = append(items, *l)
	}
	return items, nil
}

// statement is a text composed of constant fragments with its arguments.
type statement struct{ args []any }

// arg adds an argument and gives its place in the text.
func (s *statement) arg(v any, kind string) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args)) + "::" + kind
}

// compose writes the statement of a page: each share of the scope walks its own index in order and stops at the page's
// end; what they bring is merged. An empty scope gives no statement.
func compose(scope workflow.Scope, q workflow.CaseQuery, o order, after *cursor, limit int) (string, []any) {
	s := &statement{}
	shares := s.shares(scope)
	if len(shares) == 0 {
		return "", nil
	}
	filters := s.filters(scope.User, q)
	if after != nil {
		filters = append(filters, fmt.Sprintf("(%s, c.id) %s (%s, %s)", o.key, o.beyond, s.arg(after.Key, o.kind), s.arg(after.ID, "uuid")))
	}
	n := s.arg(limit, "int")
	ordered := fmt.Sprintf("order by k %[1]s, id %[1]s limit %[2]s", o.dir, n)
	parts := make([]string, len(shares))
	for i, share := range shares {
		where := append([]string{share}, filters...)
		parts[i] = fmt.Sprintf("(select c.id, %s as k from cases c where %s %s)", o.key, strings.Join(where, " and "), ordered)
	}
	form := "f.r_form"
	columns := strings.Replace(factColumns, form, "case when row_number() over (partition by f.r_id) = 1 then f.r_form end as r_form", 1)
	return fmt.Sprintf("with page as (select id, k from (%s) u %s) select %s, page.k::text as page_key from page join case_facts f on f.id = page.id order by page.k %[4]s, page.id %[4]s",
		strings.Join(parts, " union "), ordered, columns, o.dir), s.args
}

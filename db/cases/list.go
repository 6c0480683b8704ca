package cases

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/region"
)

// order is a sort of lists: a key of the case with its type, a direction, and the operator of later rows. The id
// breaks ties.
type order struct{ key, kind, dir, beyond string }

var orders = map[string]order{
	// cases_pkey, cases_county_id, cases_city_id: rows do not move while pages are read
	"id":      {"c.id", "uuid", "desc", "<"},
	"updated": {"c.updated_at", "timestamptz", "desc", "<"},                 // cases_updated, cases_city, cases_county
	"created": {"c.id", "uuid", "desc", "<"},                                // cases_pkey: ids ascend in time (UUIDv7)
	"due":     {"coalesce(c.due_on, 'infinity'::date)", "date", "asc", ">"}, // cases_due
	"ref":     {"c.ref", "text", "asc", ">"},                                // cases_ref_key
	"amount":  {"coalesce(nullif(c.committed_fen, 0), nullif(c.awarded_fen, 0), c.requested_fen)", "bigint", "desc", "<"},
}

// Sorts are the sorts of case lists; the first is the default.
var Sorts = []string{"updated", "id", "created", "due", "ref", "amount"}

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
	if err != nil || c.Sort != sort || pg.IdOrNil(c.ID) == nil || !fits(c.Key, kindOf(sort)) {
		return nil, pg.Invalid("cursor", "翻页标记无效，请从第一页开始", "this cursor is not valid here; start from the first page")
	}
	return &c, nil
}

func kindOf(sort string) string {
	if sort == noticeOrder {
		return "date"
	}
	return orders[sort].kind
}

// fits reports whether a cursor's key has the sort's type, so that a forged cursor is refused without a database
// error.
func fits(key, kind string) bool {
	var err error
	switch kind {
	case "timestamptz":
		var t time.Time // as PostgreSQL writes it: in UTC, in years that it knows
		t, err = time.Parse("2006-01-02 15:04:05.999999+00", key)
		if err == nil && t.Year() < 1900 {
			return false
		}
	case "date":
		if key != "infinity" {
			var t time.Time
			if t, err = time.Parse(time.DateOnly, key); err == nil && t.Year() < 1900 {
				return false
			}
		}
	case "uuid":
		if pg.IdOrNil(key) == nil {
			return false
		}
	case "bigint":
		_, err = strconv.ParseInt(key, 10, 64)
	}
	return err == nil && len(key) < 80 && !strings.ContainsRune(key, 0)
}

type listRow struct {
	caseRow
	Key string `db:"page_key"`
}

// List reads a page of whole cases in scope, with the same facts as Load, for exports and API calls. Pages use
// Summaries. next is empty on the last page.
func (d *Cases) List(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) (items []workflow.Loaded,
	next string, err error) {
	p, err := d.casePage(ctx, scope, q)
	if err != nil || p == nil {
		return nil, "", err
	}
	var rows []listRow
	if err := p.read(ctx, &rows, "list cases", p.facts(), p.args...); err != nil {
		return nil, "", err
	}
	if len(rows) > p.limit {
		rows = rows[:p.limit]
		last := rows[p.limit-1]
		next = cursor{p.sort, last.Key, last.ID}.String()
	}
	items = make([]workflow.Loaded, len(rows))
	for i := range rows {
		if err := rows[i].load(&items[i]); err != nil {
			return nil, "", err
		}
	}
	return items, next, nil
}

type casePage struct {
	which string // common table expressions; the last, page, has ids and sort keys
	args  []any
	dir   string
	sort  string
	limit int // the query reads one row more
	read  func(ctx context.Context, dest any, name, text string, args ...any) error
}

// casePage composes the query of a page; nil for an empty scope.
func (d *Cases) casePage(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) (*casePage, error) {
	if q.Sort == "" {
		q.Sort = Sorts[0]
	}
	o, ok := orders[q.Sort]
	if !ok {
		return nil, pg.Invalid("sort", "没有这种排序："+strings.Join(Sorts, "、"), "no such order; choose one of "+strings.Join(Sorts,
			", "))
	}
	after, err := parseCursor(q.Cursor, q.Sort)
	if err != nil {
		return nil, err
	}
	if q.Round, err = records.RoundOf(ctx, d.DB, q.Round); err != nil {
		return nil, err
	}
	if err := d.trackKnown(ctx, q.Track, q.Round); err != nil {
		return nil, err
	}
	if err := d.filtersKnown(ctx, &q); err != nil {
		return nil, err
	}
	words, err := d.words(ctx, narrow(scope, q), q)
	if err != nil {
		return nil, err
	}
	p := &casePage{dir: o.dir, sort: q.Sort, limit: pg.PageSize(q.Limit), read: d.Read.AllOf}
	if p.which, p.args = compose(scope, q, words, o, after, p.limit+1); p.which == "" {
		return nil, nil
	}
	// Common sorts stay prepared: planning takes longer than reading.
	if q.Sort != Sorts[0] && q.Sort != "id" || q.Words != "" {
		p.read = d.Read.AllOnce
	}
	return p, nil
}

func (p *casePage) facts() string {
	// "offset 0" keeps the planner from joining the whole view before it restricts to the page.
	return fmt.Sprintf("with %s select %s, page.k::text as page_key from page cross join lateral (select %s, %s from "+
		"case_facts c where c.id = page.id offset 0) f order by page.k %[5]s, page.id %[5]s",
		p.which, factColumns+", f.helpers, f.coaches", strings.ReplaceAll(factColumns, "f.", "c."), insiderColumns, p.dir)
}

// trackKnown refuses a track that no round, or not the given round, has.
func (d *Cases) trackKnown(ctx context.Context, track string, round workflow.ID) error {
	if track == "" {
		return nil
	}
	var known bool
	if err := d.Read.One(ctx, &known, "track_known", track, pg.IdOrNil(round)); err != nil {
		return fmt.Errorf("look for track %.40q: %w", track, err)
	}
	if !known {
		return pg.Invalid("track", "没有这个赛道，请用批次所列的赛道代码（GET /rounds 的 tracks）",
			"there is no such track; use the code of one that the round lists (tracks of GET /rounds)")
	}
	return nil
}

// filtersKnown refuses filters that name nothing: an empty list would suggest that there are no cases.
func (d *Cases) filtersKnown(ctx context.Context, q *workflow.CaseQuery) error {
	if q.Organization == "" && q.Project == "" && q.Agency == "" && q.Region == "" {
		return nil
	}
	place := q.Region
	if place.Level() == region.Community {
		place = place.Parent()
	}
	var known struct{ Organization, Project, Agency, Region bool }
	if err := d.Read.One(ctx, &known, "filters_known", pg.IdOrNil(q.Organization), pg.IdOrNil(q.Project),
		pg.IdOrNil(q.Agency),
		string(place)); err != nil {
		return fmt.Errorf("look for what a list is filtered by: %w", err)
	}
	switch {
	case !known.Organization:
		return pg.Invalid("organization", "没有这个组织，请用组织的 id", "there is no such organization; name it by its id")
	case !known.Project:
		return pg.Invalid("project", "没有这个项目，请用项目的 id", "there is no such project; name it by its id")
	case !known.Agency:
		return pg.Invalid("agency", "没有这个单位，请用 GET /agencies 所列的 id", "there is no such agency; GET /agencies lists the ids")
	case !known.Region:
		return pg.Invalid("region", "没有这个行政区划，请用 GET /regions 所列的代码",
			"there is no such division; GET /regions lists the codes")
	}
	return nil
}

type statement struct {
	args []any
	ctes []string
}

// arg adds an argument and returns its placeholder.
func (s *statement) arg(v any, kind string) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args)) + "::" + kind
}

// compose returns the query of a page: each share of the scope walks its own index in order and stops at the page's
// end; the results are merged. An empty scope gives no text.
func compose(scope workflow.Scope, q workflow.CaseQuery, words []searched, o order, after *cursor, limit int) (string,
	[]any) {
	s := &statement{}
	shares := s.shares(narrow(scope, q))
	if len(shares) == 0 {
		return "", nil
	}
	filters := s.filters(scope.User, scope.InsiderOf, q)
	if after != nil {
		filters = append(filters, fmt.Sprintf("(%s, c.id) %s (%s, %s)", o.key, o.beyond, s.arg(after.Key, o.kind),
			s.arg(after.ID, "uuid")))
	}
	// The limit is a literal: for a parameter the planner expects a tenth of all cases and reads everything.
	ordered := fmt.Sprintf("order by k %[1]s, id %[1]s limit %[2]d", o.dir, limit)
	parts := make([]string, len(shares))
	for i, share := range shares {
		filters := append(slices.Clone(filters), s.words(words, share.regional)...)
		where := append([]string{share.where}, filters...)
		from := "cases c"
		if share.small && (o != orders["updated"] || !share.walked) {
			// "offset 0" finds the share first and sorts it: walking an order for a few cases would meet them late.
			from, where = "(select c.* from cases c where "+share.where+" offset 0) c", append([]string{"true"}, filters...)
		}
		parts[i] = fmt.Sprintf("(select c.id, %s as k from %s where %s %s)", o.key, from, strings.Join(where, " and "),
			ordered)
	}
	ctes := append(s.ctes, fmt.Sprintf("page as (select id, k from (%s) u %s)", strings.Join(parts, " union "), ordered))
	return strings.Join(ctes, ", "), s.args
}

package db

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"incubase/workflow"
	"incubase/workflow/region"
)

// RecordQuery filters a list of records. Zero values do not filter; what a kind does not have does not apply to it.
type RecordQuery struct {
	Region       region.Code
	Organization workflow.ID
	Agency       workflow.ID
	Kind         string
	State        workflow.State
	Words        string
	Limit        int    // DefaultPage, at most MaxPage
	Cursor       string // where the last page ended
}

// listed is one row of a list: its document, and its key in the order.
type listed struct {
	Doc string `db:"doc"`
	Key string `db:"key"`
	ID  string `db:"id"`
}

// spot is where a page ended: the key of the order as text, and the id.
type spot struct {
	List string `json:"l"`
	Key  string `json:"k"`
	ID   string `json:"i"`
}

func (s spot) String() string {
	b, _ := json.Marshal(s) // strings only
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseSpot(cursor, list string, key func(string) bool) (spot, error) {
	s := spot{List: list}
	if cursor == "" {
		return s, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil || s.List != list || s.ID == "" || idOrNil(s.ID) == nil || !key(s.Key) ||
		strings.ContainsRune(s.Key+s.ID, 0) {
		return s, invalid("cursor", "翻页标记无效，请从第一页开始", "this cursor is not valid here; start from the first page")
	}
	return s, nil
}

func word(string) bool { return true }

// byID is the key of lists in the order of ids: none.
func byID(key string) bool { return key == "" }

// page reads one page of records: a row more than asked reports whether there is another page.
func page[T any](ctx context.Context, d *DB, name string, at spot, limit int, args ...any) (out []T, next string,
	err error) {
	if limit <= 0 {
		limit = DefaultPage
	}
	limit = min(limit, MaxPage)
	var rows []listed
	args = append(args, at.Key, at.ID, limit+1)
	if err := d.read.all(ctx, &rows, name, args...); err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = spot{at.List, last.Key, last.ID}.String()
	}
	out = make([]T, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Doc), &out[i]); err != nil {
			return nil, "", fmt.Errorf("%s: decode %s: %w", name, r.ID, err)
		}
	}
	return out, next, nil
}

// reach is a scope as three parameters: everything, own organizations, regions.
func reach(s workflow.RecordScope) []any {
	regions := make([]string, len(s.Regions))
	for i, r := range s.Regions {
		regions[i] = string(r)
	}
	return []any{s.Everything, pq.Array(list(s.Organizations)), pq.Array(regions)}
}

// Organizations lists organizations of the scope, the newest first. Those who keep accounts see all.
func (d *DB) Organizations(ctx context.Context, s workflow.RecordScope, q RecordQuery) ([]workflow.OrganizationRecord,
	string, error) {
	at, err := parseSpot(q.Cursor, "organizations", byID)
	if err != nil {
		return nil, "", err
	}
	s.Everything = s.Everything || s.Accounts
	args := append(reach(s), string(q.Region), q.Kind, pq.Array(identities(q.Words)))
	return page[workflow.OrganizationRecord](ctx, d, "organization_list", at, q.Limit, args...)
}

// Projects lists projects of the scope, the newest first.
func (d *DB) Projects(ctx context.Context, s workflow.RecordScope, q RecordQuery) ([]workflow.ProjectRecord, string,
	error) {
	at, err := parseSpot(q.Cursor, "projects", byID)
	if err != nil {
		return nil, "", err
	}
	args := append(reach(s), string(q.Region), idOrNil(q.Organization), pq.Array(patterns(q.Words)), q.Organization != "")
	return page[workflow.ProjectRecord](ctx, d, "project_list", at, q.Limit, args...)
}

// Rounds lists rounds: who is signed in sees those that have opened, staff of the region those in preparation too.
func (d *DB) Rounds(ctx context.Context, s workflow.RecordScope, q RecordQuery) ([]workflow.RoundRecord, string,
	error) {
	at, err := parseSpot(q.Cursor, "rounds", byID)
	if err != nil {
		return nil, "", err
	}
	to := reach(s)
	return page[workflow.RoundRecord](ctx, d, "round_list", at, q.Limit, to[0], to[2], string(q.Region), q.Kind,
		string(q.State), pq.Array(patterns(q.Words)))
}

// Users lists accounts of the scope by login: all for administrators, otherwise the own house and oneself.
func (d *DB) Users(ctx context.Context, s workflow.RecordScope, q RecordQuery) ([]workflow.UserRecord, string, error) {
	at, err := parseSpot(q.Cursor, "users", word)
	if err != nil {
		return nil, "", err
	}
	return page[workflow.UserRecord](ctx, d, "user_list", at, q.Limit, s.Everything || s.Accounts,
		pq.Array(list(s.Organizations)),
		idOrNil(s.User), pq.Array(patterns(q.Words)), pq.Array(members(s)))
}

func members(s workflow.RecordScope) []string {
	out := make([]string, len(s.Members))
	for i, c := range s.Members {
		out[i] = string(c)
	}
	return out
}

// Agencies lists agencies by region; everybody who is signed in may know them.
func (d *DB) Agencies(ctx context.Context, q RecordQuery) ([]workflow.AgencyRecord, string, error) {
	at, err := parseSpot(q.Cursor, "agencies", word)
	if err != nil {
		return nil, "", err
	}
	return page[workflow.AgencyRecord](ctx, d, "agency_list", at, q.Limit, string(q.Region), q.Kind,
		pq.Array(patterns(q.Words)))
}

// Competences lists what agencies are competent for now, of one agency or of all.
func (d *DB) Competences(ctx context.Context, q RecordQuery) ([]workflow.CompetenceRecord, string, error) {
	at, err := parseSpot(q.Cursor, "competences", word)
	if err != nil {
		return nil, "", err
	}
	return page[workflow.CompetenceRecord](ctx, d, "competence_list", at, q.Limit, idOrNil(q.Agency), q.Agency != "")
}

// Calendars are all calendars in the order they are laid over each other.
func (d *DB) Calendars(ctx context.Context) ([]workflow.CalendarRecord, error) {
	var docs []string
	if err := d.read.all(ctx, &docs, "calendar_list"); err != nil {
		return nil, err
	}
	out := make([]workflow.CalendarRecord, len(docs))
	for i, doc := range docs {
		if err := json.Unmarshal([]byte(doc), &out[i]); err != nil {
			return nil, fmt.Errorf("decode a calendar: %w", err)
		}
	}
	return out, nil
}

// Record is one record as those of the scope may see it, ErrNotFound otherwise.
func (d *DB) Record(ctx context.Context, s workflow.RecordScope, kind workflow.RecordKind, id workflow.ID,
	out any) error {
	if _, err := d.ReadRecord(ctx, kind, id, "", "", out); err != nil {
		return err
	}
	if id == "" || !s.Includes(out) {
		return workflow.ErrNotFound
	}
	return nil
}

package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
)

// stampRow is what tells one state of everything that a case is shown from apart from another. Whatever a case's own columns
// say changes with its version but the clocks, which are measured anew when a calendar comes; a round's with its version but
// the money; an organization's and a parent's with theirs. A test holds every statement to that. Other rows give but a name,
// which stands here itself. Answers are frozen under the number that the case has.
type stampRow struct {
	Version        *int       `db:"version"` // nil: no such case
	LastHash       []byte     `db:"last_hash"`
	Clocks         []byte     `db:"clocks"`
	RoundVersion   *int       `db:"r_version"`
	RoundCommitted *int64     `db:"r_committed_fen"`
	RoundAwards    *int       `db:"r_awards"`
	RoundHeld      *int64     `db:"r_held_fen"`
	RoundHeldN     *int       `db:"r_held_awards"`
	RoundUndecided int        `db:"r_undecided"`
	RoundOpens     *time.Time `db:"r_opens_at"`
	RoundCloses    *time.Time `db:"r_closes_at"`
	OrgVersion     *int       `db:"o_version"`
	ParentVersion  *int       `db:"p_version"`
	ProjectTitle   string     `db:"project_title"`
	AgencyName     string     `db:"agency_name"` // in both languages, a tab between
	RegionName     string     `db:"region_name"`
	Children       []byte     `db:"children"`
	insiderRow
}

// stampColumns are the columns of stampRow, of a case c with its round r: for statements that only ask for them. A query of
// its own for each name costs half of what the joins of case_facts do.
const stampColumns = `c.version, c.last_hash, c.clocks, r.version as r_version, r.committed_fen as r_committed_fen, r.awards as r_awards,
  r.held_fen as r_held_fen, r.held_awards as r_held_awards, r.opens_at as r_opens_at,
  case when r.id = c.id then (select count(*) from cases u where u.round_id = c.id and u.stage = 'applied' and u.outcome = ''
    and u.parent_id is null) else 0 end as r_undecided,
  r.closes_at as r_closes_at, (select o.version from organizations o where o.id = c.organization_id) as o_version,
  (select p.version from cases p where p.id = c.parent_id) as p_version,
  coalesce((select j.title from projects j where j.id = c.project_id), '') as project_title,
  coalesce((select a.name_zh || E'\t' || a.name_en from agencies a where a.id = c.agency_id), E'\t') as agency_name,
  coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region else c.street end), '') as region_name,
  (select jsonb_agg(jsonb_build_object('id', k.id, 'ref', k.ref, 'workflow', k.workflow, 'state', k.state, 'stage', k.stage)
      order by k.born_at, k.ref) from cases k where k.parent_id = c.id) as children,
  ` + insiderColumns

// stamp is that of a case that has been read whole.
func (r *caseRow) stamp() stampRow {
	return stampRow{&r.Version, r.LastHash, r.Clocks, r.RoundVersion, (*int64)(r.RoundCommitted), r.RoundAwards,
		(*int64)(r.RoundHeld), r.RoundHeldN, r.RoundUndecided, r.RoundOpens, r.RoundCloses, r.OrgVersion, r.ParentVersion,
		r.ProjectTitle, r.AgencyZH + "\t" + r.AgencyEN, r.RegionName, r.Children, r.insiderRow}
}

// stamped sums the row up; clocks are those of the row, decoded.
func (s *stampRow) stamped(clocks []workflow.Clock) *workflow.Stamp {
	parts := []string{string(s.LastHash), string(s.Clocks), s.ProjectTitle, s.AgencyName, s.RegionName, string(s.Children),
		string(s.Helpers), string(s.Coaches)}
	const digits = 12 // room for a number, mostly more than enough
	length := 9 * digits
	for _, p := range parts {
		length += len(p) + digits
	}
	var b strings.Builder
	b.Grow(length)
	number := func(n int64, there bool) {
		if there {
			b.WriteString(strconv.FormatInt(n, 10))
		}
		b.WriteByte(' ')
	}
	part := func(p string) {
		number(int64(len(p)), true)
		b.WriteString(p)
	}
	for _, n := range []*int{s.Version, s.RoundVersion, s.RoundAwards, s.RoundHeldN, &s.RoundUndecided, s.OrgVersion,
		s.ParentVersion} {
		number(int64(val(n)), n != nil)
	}
	number(val(s.RoundCommitted), s.RoundCommitted != nil)
	number(val(s.RoundHeld), s.RoundHeld != nil)
	for _, p := range parts {
		part(p)
	}
	out := &workflow.Stamp{Version: val(s.Version), Rows: b.String()}
	for _, k := range clocks {
		out.Turns = append(out.Turns, k.Fires())
	}
	if s.RoundOpens != nil {
		out.Turns = append(out.Turns, *s.RoundOpens)
	}
	if s.RoundCloses != nil { // the second of the closing is still open
		out.Turns = append(out.Turns, s.RoundCloses.Add(time.Second))
	}
	return out
}

// askedStampRow is a stampRow with what a single case is shown with beside it.
type askedStampRow struct {
	stampRow
	Draft  *string `db:"draft_mark"`
	Events *string `db:"events_mark"`
}

func (r *askedStampRow) stamp() (*workflow.Stamp, error) {
	if r.Version == nil {
		return nil, nil
	}
	var clocks []workflow.Clock
	if err := decode(r.Clocks, &clocks); err != nil {
		return nil, fmt.Errorf("read the clocks of a case: %w", err)
	}
	s := r.stamped(clocks).With(str(r.Draft)).With(str(r.Events))
	return &s, nil
}

// SessionAsking is SessionActor for who may have an answer about a case already: in the same question it brings the case's
// stamp, nil if there is no such case. events says that the answer was the time line.
func (d *DB) SessionAsking(ctx context.Context, token workflow.Hash, ref string, events bool) (s Session, stamp *workflow.Stamp, err error) {
	id, readable := identify(ref)
	parts := []string{"case"}
	if events {
		parts = append(parts, "events")
	}
	row, err := d.askSession(ctx, parts, sessionQuery{token, id, readable})
	if err != nil {
		return s, nil, err
	}
	if s, err = d.used(ctx, &row.sessionRow); err != nil {
		return s, nil, err
	}
	stamp, err = row.askedStampRow.stamp()
	return s, stamp, err
}

// ListStamps are the stamps of a page of List, and whether there is a further one, without reading what the page says.
func (d *DB) ListStamps(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) (stamps []workflow.Stamp, more bool, err error) {
	p, err := d.casePage(ctx, scope, q)
	if err != nil || p == nil {
		return nil, false, err
	}
	var rows []stampRow
	if err := p.read(ctx, &rows, "stamp cases", p.stamps(), p.args...); err != nil {
		return nil, false, err
	}
	if len(rows) > p.limit {
		rows, more = rows[:p.limit], true
	}
	for i := range rows {
		var clocks []workflow.Clock
		if err := decode(rows[i].Clocks, &clocks); err != nil {
			return nil, false, fmt.Errorf("read the clocks of a case: %w", err)
		}
		stamps = append(stamps, *rows[i].stamped(clocks))
	}
	return stamps, more, nil
}

// Origin names the database and its history: another after a restore to an earlier moment, when versions begin to be used
// again.
func (d *DB) Origin(ctx context.Context) (name string, err error) {
	if err = d.read.one(ctx, &name, "origin"); err != nil {
		return "", fmt.Errorf("ask which database it is: %w", err)
	}
	return name, nil
}

package cases

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"incubase/db/pg"
	"incubase/workflow"
)

type summaryRow struct {
	caseHead
	OrganizationName string `db:"organization_name"`
	RegionName       string `db:"region_name"`
	Helped           bool   `db:"helped"` // the reader wrote the case or its parent for the applicant
	Reviews          []byte `db:"reviews"`
	Cosigns          []byte `db:"cosigns"`
	Duties           []byte `db:"duties"`
	Key              string `db:"page_key"`
}

var headColumns = strings.ReplaceAll(strings.Join(columnsOf(reflect.TypeFor[caseHead]()), ", "), "f.", "c.")

// Summaries reads a page of the cases in scope. next is empty on the last page.
func (d *Cases) Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) (items []workflow.Listed,
	next string, err error) {
	p, err := d.casePage(ctx, scope, q)
	if err != nil || p == nil {
		return nil, "", err
	}
	var rows []summaryRow
	text := p.summaries(scope, q)
	if err := p.read(ctx, &rows, "list cases", text, p.args...); err != nil {
		return nil, "", err
	}
	if len(rows) > p.limit {
		rows = rows[:p.limit]
		next = cursor{p.sort, rows[p.limit-1].Key, rows[p.limit-1].ID}.String()
	}
	items = make([]workflow.Listed, len(rows))
	for i := range rows {
		if err := rows[i].listed(&items[i], scope.User); err != nil {
			return nil, "", fmt.Errorf("read case %s: %w", rows[i].Ref, err)
		}
	}
	return items, next, nil
}

// summaries composes the query of the page's rows: names by primary keys, duties by duties_pkey, case_parties_pkey.
// The reader's own reviews and opinions are read only if the scope can have some.
func (p *casePage) summaries(scope workflow.Scope, q workflow.CaseQuery) string {
	s := &statement{args: p.args}
	me, now := s.arg(pg.IdOrNil(scope.User), "uuid"), s.arg(q.Now.UTC(), "timestamptz")
	reviews, cosigns := "null", "null"
	if len(scope.Assigned)+len(scope.Free.Assigned) > 0 {
		reviews = "(select json_agg(x) from jsonb_array_elements(c.assignments) x where x ->> 'user' = (" + me + ")::text)"
	}
	if len(scope.Competent)+len(scope.Free.Competent) > 0 {
		var agencies []string
		for _, x := range append(scope.Competent[:len(scope.Competent):len(scope.Competent)], scope.Free.Competent...) {
			agencies = append(agencies, x.Agency)
		}
		cosigns = "(select json_agg(x) from jsonb_array_elements(c.cosigns) x where " +
			s.among("x ->> 'agency'", agencies, "text") + ")"
	}
	p.args = s.args
	return fmt.Sprintf(`with %[1]s select %[2]s, %[3]s as reviews, %[4]s as cosigns,
  coalesce((select o.name from organizations o where o.id = c.organization_id), '') as organization_name,
  coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region
    else c.street end), '') as region_name,
  exists (select from case_parties h where h.who = %[5]s and h.part = 'helper'
    and h.case_id in (c.id, c.parent_id)) as helped,
  (select json_agg(json_build_object('action', d.action, 'role', d.role, 'user', d.user_id, 'organization',
    d.organization_id, 'agency', d.agency_id, 'staff', d.staff, 'ready', d.ready or coalesce(d.ready_from <= %[6]s,
    false)) order by d.key) from duties d where d.case_id = c.id) as duties,
  page.k::text as page_key
from page join cases c on c.id = page.id order by page.k %[7]s, page.id %[7]s`,
		p.which, headColumns, reviews, cosigns, me, now, p.dir)
}

func (r *summaryRow) listed(l *workflow.Listed, reader workflow.ID) error {
	l.Case = r.head()
	if r.Helped {
		l.Case.Helpers = []workflow.ID{reader}
	}
	l.Names = workflow.Names{Organization: r.OrganizationName, Region: r.RegionName}
	return errors.Join(pg.Decode(r.Reviews, &l.Case.Assignments), pg.Decode(r.Cosigns, &l.Case.Cosigns),
		pg.Decode(r.Duties, &l.Duties))
}

package records

import (
	"context"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// RecordHistory returns the log of a record from its beginning, for audit administrators and auditors; ErrNotFound
// for others. Auditors see business records; accounts and rights are for audit administrators.
func (d *Records) RecordHistory(ctx context.Context, actor workflow.Actor, kind workflow.RecordKind,
	id string) ([]registry.RecordEntry, error) {
	if err := d.mayAudit(ctx, actor, kind, id); err != nil {
		return nil, err
	}
	var rows []struct {
		RecordLogRow
		ActorName string `db:"actor_name"`
	}
	if err := d.Read.All(ctx, &rows, "record_history", string(kind), id); err != nil {
		return nil, fmt.Errorf("read the log of %s %s: %w", kind, id, err)
	}
	if len(rows) == 0 {
		return nil, workflow.ErrNotFound
	}
	out := make([]registry.RecordEntry, len(rows))
	for i, r := range rows {
		out[i] = registry.RecordEntry{Kind: kind, Record: id, Seq: r.Seq, Op: r.Op, Actor: r.Actor, ActorName: r.ActorName,
			At: r.At, Body: pg.Str(r.Body), Erased: r.Erased, BodyHash: pg.HashOf(r.BodyHash), Previous: pg.HashOf(r.Previous),
			Hash: pg.HashOf(r.Hash)}
	}
	return out, nil
}

// mayAudit returns ErrNotFound unless the actor may read a record's log: auditors only within their region.
func (d *Records) mayAudit(ctx context.Context, actor workflow.Actor, kind workflow.RecordKind, id string) error {
	if actor.ID == workflow.SystemID || actor.Has(workflow.RoleAuditadmin) {
		return nil
	}
	var s registry.RecordScope
	for _, g := range actor.Roles {
		if g.Role == workflow.RoleAuditor && g.Round == "" {
			s.Regions = append(s.Regions, g.Region)
		}
	}
	var rec any
	switch kind {
	case workflow.KindOrganization:
		rec = &registry.OrganizationRecord{}
	case workflow.KindProject:
		rec = &registry.ProjectRecord{}
	case workflow.KindRound:
		rec = &workflow.RoundRecord{}
	case workflow.KindAgency:
		rec = &registry.AgencyRecord{}
	case workflow.KindCompetence:
		rec = &registry.CompetenceRecord{}
	case workflow.KindCalendar:
		rec = &registry.CalendarRecord{}
	}
	if rec == nil || s.Regions == nil {
		return workflow.ErrNotFound
	}
	return d.Record(ctx, s, kind, id, rec)
}

// Audit reads the trail, latest first, for audit administrators; ErrNotFound for others.
func (d *Records) Audit(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) (out []workflow.TrailRow,
	err error) {
	if !actor.Has(workflow.RoleAuditadmin) && actor.ID != workflow.SystemID {
		return nil, workflow.ErrNotFound
	}
	if q.Limit <= 0 {
		q.Limit = workflow.DefaultPage
	}
	var since, until *time.Time
	if !q.Since.IsZero() {
		t := q.Since.Start()
		since = &t
	}
	if !q.Until.IsZero() {
		t := q.Until.End()
		until = &t
	}
	err = d.Read.All(ctx, &out, "audit_list", q.Before, min(q.Limit, workflow.MaxPage), q.Act, q.Who, since, until)
	return out, err
}

type RecordLogRow struct {
	Kind     string    `db:"kind"`
	ID       string    `db:"record_id"`
	Seq      int       `db:"seq"`
	Op       string    `db:"op"`
	Actor    string    `db:"actor_id"`
	At       time.Time `db:"at"`
	BodyHash []byte    `db:"body_hash"`
	Previous []byte    `db:"previous_hash"`
	Hash     []byte    `db:"hash"`
	Body     *string   `db:"body"`
	Erased   bool      `db:"erased"`
	MAC      []byte    `db:"row_mac"`
	Row      []byte    `db:"row"` // the record now, on its last entry
}

package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"incubase/workflow"
)

// Note writes one row of the audit trail for an act that writes nothing else.
func (d *DB) Note(ctx context.Context, act string, actor workflow.ID, subject, address string, success bool,
	detail string) error {
	if err := d.write.exec(ctx, "audit_put", act, idOrNil(actor), subject, address, success, detail); err != nil {
		return fmt.Errorf("note %s in the audit trail: %w", act, err)
	}
	return nil
}

// RecordHistory is the log of one record, from its beginning: for audit administrators and auditors, ErrNotFound for
// anybody else. Auditors see business records; accounts and rights are the audit administrators'.
func (d *DB) RecordHistory(ctx context.Context, actor workflow.Actor, kind workflow.RecordKind,
	id string) ([]workflow.RecordEntry, error) {
	if err := d.mayAudit(ctx, actor, kind, id); err != nil {
		return nil, err
	}
	var rows []struct {
		recordLogRow
		ActorName string `db:"actor_name"`
	}
	if err := d.read.all(ctx, &rows, "record_history", string(kind), id); err != nil {
		return nil, fmt.Errorf("read the log of %s %s: %w", kind, id, err)
	}
	if len(rows) == 0 {
		return nil, workflow.ErrNotFound
	}
	out := make([]workflow.RecordEntry, len(rows))
	for i, r := range rows {
		out[i] = workflow.RecordEntry{Kind: kind, Record: id, Seq: r.Seq, Op: r.Op, Actor: r.Actor, ActorName: r.ActorName,
			At: r.At, Body: str(r.Body), Erased: r.Erased, BodyHash: hashOf(r.BodyHash), Previous: hashOf(r.Previous),
			Hash: hashOf(r.Hash)}
	}
	return out, nil
}

// mayAudit reports whether the actor may read the log of a record: an auditor of what lies in the region only.
func (d *DB) mayAudit(ctx context.Context, actor workflow.Actor, kind workflow.RecordKind, id string) error {
	if actor.ID == workflow.SystemID || actor.Has(workflow.RoleAuditadmin) {
		return nil
	}
	var s workflow.RecordScope
	for _, g := range actor.Roles {
		if g.Role == workflow.RoleAuditor && g.Round == "" {
			s.Regions = append(s.Regions, g.Region)
		}
	}
	var rec any
	switch kind {
	case workflow.KindOrganization:
		rec = &workflow.OrganizationRecord{}
	case workflow.KindProject:
		rec = &workflow.ProjectRecord{}
	case workflow.KindRound:
		rec = &workflow.RoundRecord{}
	case workflow.KindAgency:
		rec = &workflow.AgencyRecord{}
	case workflow.KindCompetence:
		rec = &workflow.CompetenceRecord{}
	case workflow.KindCalendar:
		rec = &workflow.CalendarRecord{}
	}
	if rec == nil || s.Regions == nil {
		return workflow.ErrNotFound
	}
	return d.Record(ctx, s, kind, id, rec)
}

// AuditEntry is one row of the trail of accounts.
type AuditEntry struct {
	ID        int64     `db:"id" json:"id"`
	At        time.Time `db:"at" json:"at"`
	Act       string    `db:"act" json:"act"`
	Actor     *string   `db:"actor_id" json:"actor,omitempty"`
	ActorName string    `db:"actor_name" json:"actor_name,omitempty"`
	Subject   string    `db:"subject" json:"subject,omitempty"`
	Address   string    `db:"address" json:"address,omitempty"`
	Success   bool      `db:"success" json:"success"`
	Detail    string    `db:"detail" json:"detail,omitempty"`
}

// Audit reads the trail, the latest first. It is for audit administrators only; ErrNotFound for anybody else.
func (d *DB) Audit(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) (out []AuditEntry, err error) {
	if !actor.Has(workflow.RoleAuditadmin) && actor.ID != workflow.SystemID {
		return nil, workflow.ErrNotFound
	}
	if q.Limit <= 0 {
		q.Limit = DefaultPage
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
	err = d.read.all(ctx, &out, "audit_list", q.Before, min(q.Limit, MaxPage), q.Act, q.Who, since, until)
	return out, err
}

// AddUser opens an account with roles, for the command line: the system acts. It is repeatable: what an interrupted try
// has done is found by its key.
func AddUser(ctx context.Context, r *workflow.Registry, n workflow.NewUser, roles []workflow.NewRole,
	key string) (*workflow.UserRecord, error) {
	system := workflow.System()
	made, err := r.AddUser(ctx, system, n, command(key, "user"))
	if err != nil {
		return nil, err
	}
	u := &made.UserRecord
	for i, role := range roles {
		g, err := r.GrantRole(ctx, system, u.ID, role, command(key, fmt.Sprintf("role-%d", i)))
		if err != nil {
			return u, fmt.Errorf("grant %s to %s: %w", role.Role, u.Login, err)
		}
		u.Roles = append(u.Roles, *g)
	}
	return u, nil
}

// command is a part of a larger request under a key of its own; without a key it is not remembered.
func command(key, part string) workflow.RecordCommand {
	if key == "" {
		return workflow.RecordCommand{}
	}
	return workflow.RecordCommand{Key: key + "/" + part}
}

// setupHolds is how long the token of a first start can be used.
const setupHolds = 24 * time.Hour

// NewSetupToken makes a one-time token that lets the first administrators in. "" where somebody administers the
// installation already.
func (d *DB) NewSetupToken(ctx context.Context) (token string, err error) {
	token = newToken()
	hash := TokenHash(token)
	var until time.Time
	err = d.write.row(ctx, "setup_new", []any{hash[:], setupHolds.Seconds()}, &until)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("keep a one-time token: %w", err)
	}
	return token, nil
}

// Setup uses a one-time token to make the first three administrators, in one statement: all of it happens or none, so
// that a refusal leaves the token as it was and nobody in. ErrTokenUsed the second time.
func (d *DB) Setup(ctx context.Context, token, address string, accounts []workflow.FirstAccount) error {
	hash := TokenHash(token)
	rows := make([]columns, len(accounts))
	for i, a := range accounts {
		said, err := json.Marshal(workflow.RecordBody{Record: a.User})
		if err != nil {
			return fmt.Errorf("encode %s: %w", a.User.Login, err)
		}
		granted, err := json.Marshal(workflow.RecordBody{Record: a.Role})
		if err != nil {
			return fmt.Errorf("encode the role of %s: %w", a.User.Login, err)
		}
		rows[i] = columns{"id": a.User.ID, "login": a.User.Login, "name": a.User.Name, "role_id": a.Role.ID,
			"role": a.Role.Role, "code": workflow.NewID(time.Now()), "first": workflow.HalfHash(a.First).String(),
			"second": workflow.HalfHash(a.Second).String(), "said": string(said), "granted": string(granted)}
	}
	body, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode the first administrators: %w", err)
	}
	var login, role string
	err = d.logged(ctx, "", "", func(t *txn) error {
		return t.row("setup_use", []any{hash[:], Neighbourhood(address), string(body), micro(accounts[0].User.Created),
			workflow.SystemID}, &login, &role)
	})
	var no *workflow.Refused
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return workflow.ErrTokenUsed
	case errors.As(err, &no):
		return &workflow.Refused{Action: "user.create", Refusals: no.Refusals}
	case err != nil:
		return fmt.Errorf("make the first administrators: %w", err)
	}
	return nil
}

// Tidy takes away what has no use any more: old throttles, sessions and keys, and uploads that no case ever named.
func (d *DB) Tidy(ctx context.Context) error {
	if err := d.write.exec(ctx, "tidy_accounts"); err != nil {
		return fmt.Errorf("tidy accounts: %w", err)
	}
	return nil
}

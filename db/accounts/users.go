package accounts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// Note writes an audit row for an act that writes nothing else.
func (d *Accounts) Note(ctx context.Context, act string, actor workflow.ID, subject, address string, success bool,
	detail string) error {
	if err := d.Write.Run(ctx, "audit_put", act, pg.IdOrNil(actor), subject, address, success, detail); err != nil {
		return fmt.Errorf("note %s in the audit trail: %w", act, err)
	}
	return nil
}

// AddUser opens an account with roles for the command line, as the system. After an interruption the same key
// continues.
func AddUser(ctx context.Context, r *registry.Registry, n registry.NewUser, roles []workflow.NewRole,
	key string) (*registry.UserRecord, error) {
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

// command gives a part of a larger request its own key; without a key it is not idempotent.
func command(key, part string) registry.RecordCommand {
	if key == "" {
		return registry.RecordCommand{}
	}
	return registry.RecordCommand{Key: key + "/" + part}
}

const setupHolds = 24 * time.Hour

// NewSetupToken returns a one-time token for the first administrators, "" if there is a system administrator.
func (d *Accounts) NewSetupToken(ctx context.Context) (token string, err error) {
	token = newToken()
	hash := TokenHash(token)
	var until time.Time
	err = d.Write.Row(ctx, "setup_new", []any{hash[:], setupHolds.Seconds()}, &until)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("keep a one-time token: %w", err)
	}
	return token, nil
}

// Setup uses a one-time token to create the first three administrators in one statement: a refusal leaves token and
// accounts unchanged. ErrTokenUsed the second time.
func (d *Accounts) Setup(ctx context.Context, token, address string, accounts []registry.FirstAccount) error {
	hash := TokenHash(token)
	rows := make([]pg.Columns, len(accounts))
	for i, a := range accounts {
		said, err := json.Marshal(registry.RecordBody{Record: a.User})
		if err != nil {
			return fmt.Errorf("encode %s: %w", a.User.Login, err)
		}
		granted, err := json.Marshal(registry.RecordBody{Record: a.Role})
		if err != nil {
			return fmt.Errorf("encode the role of %s: %w", a.User.Login, err)
		}
		rows[i] = pg.Columns{"id": a.User.ID, "login": a.User.Login, "name": a.User.Name, "role_id": a.Role.ID,
			"role": a.Role.Role, "code": workflow.NewID(time.Now()), "first": registry.HalfHash(a.First).String(),
			"second": registry.HalfHash(a.Second).String(), "said": string(said), "granted": string(granted)}
	}
	body, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode the first administrators: %w", err)
	}
	var login, role string
	err = d.Logged(ctx, "", "", func(t *pg.Tx) error {
		return t.Row("setup_use", []any{hash[:], Neighbourhood(address), string(body), pg.Micro(accounts[0].User.Created),
			workflow.SystemID}, &login, &role)
	})
	var no *workflow.Refused
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return registry.ErrTokenUsed
	case errors.As(err, &no):
		return &workflow.Refused{Action: "user.create", Refusals: no.Refusals}
	case err != nil:
		return fmt.Errorf("make the first administrators: %w", err)
	}
	return nil
}

// Tidy deletes old throttles, sessions, addresses, setup tokens, jobs and idempotency keys.
func (d *Accounts) Tidy(ctx context.Context) error {
	if err := d.Write.Run(ctx, "tidy_accounts"); err != nil {
		return fmt.Errorf("tidy accounts: %w", err)
	}
	return nil
}

package accounts

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// AccountFacts reads what decides about an account's code; see registry.Codes.
func (d *Accounts) AccountFacts(ctx context.Context, user workflow.ID) (*registry.AccountFacts, error) {
	var row struct {
		Organization string `db:"organization"`
		Region       string `db:"region"`
		Hash         string `db:"password_hash"`
		Heads        int    `db:"heads"`
		House        string `db:"starter_house"`
		Starter      string `db:"starter"`
	}
	err := d.Read.One(ctx, &row, "account_facts", pg.IdOrNil(user))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read what decides about user %s: %w", user, err)
	}
	f := &registry.AccountFacts{Organization: row.Organization, Region: region.Code(row.Region), Heads: row.Heads,
		Password: row.Hash, StarterHouse: row.House}
	if err := json.Unmarshal([]byte(row.Starter), &f.Starter); err != nil {
		return nil, fmt.Errorf("decode the roles of who started a code: %w", err)
	}
	return f, nil
}

// TryCode returns the account whose code has these halves; see registry.Codes. Tries count by address, and by account
// and address together, never by account alone, since strangers could lock its owner out and 64 bits cannot be
// guessed. Tries with one right half count on the code itself, which is void after registry.CodeTries.
func (d *Accounts) TryCode(ctx context.Context, login string, first, second workflow.Hash,
	address string) (workflow.ID, error) {
	place := Neighbourhood(address)
	login = knownLogin(login)
	in := buckets(login, place)
	in[0], in[1] = "code:"+in[1], "code-"+in[1]
	try, err := d.begin(ctx, login, place, in)
	if err != nil {
		return "", err
	}
	var row struct {
		ID     string `db:"id"`
		First  []byte `db:"first_hash"`
		Second []byte `db:"second_hash"`
	}
	err = d.Read.One(ctx, &row, "code_find", login)
	if errors.Is(err, sql.ErrNoRows) {
		return "", registry.ErrWrongCode
	}
	if err != nil {
		return "", fmt.Errorf("find a code: %w", err)
	}
	one, two := subtle.ConstantTimeCompare(row.First, first[:]), subtle.ConstantTimeCompare(row.Second, second[:])
	switch one + two {
	case 2:
		return row.ID, d.Write.Run(ctx, "throttle_forgive", try.buckets[0], try.buckets[1], try.buckets[2])
	case 1:
		if err := d.Write.Run(ctx, "code_wrong", row.ID, place, row.First); err != nil {
			return "", fmt.Errorf("count a wrong code: %w", err)
		}
	}
	return "", registry.ErrWrongCode
}

func (d *Accounts) SamePassword(ctx context.Context, hash, password string) (same bool, err error) {
	err = inTurn(ctx, func() error {
		same = matches(password, hash)
		return nil
	})
	return same, err
}

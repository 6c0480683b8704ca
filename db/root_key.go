package db

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"fmt"

	"github.com/lib/pq"
)

// ClaimRootKey lets one server at a time look which keys are believed and say which key it signs with. An error of choose changes
// nothing. The owner of the schema keeps the list: whoever has the server's role could otherwise sign with a key of his own.
func ClaimRootKey(ctx context.Context, ownerURL string, choose func(believed []crypto.PublicKey) (ed25519.PublicKey, error)) error {
	pool, err := ownerPool(ownerURL)
	if err != nil {
		return fmt.Errorf("look for the key that signs roots: %w", err)
	}
	defer pool.Close()
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("look for the key that signs roots: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	var signers pq.ByteaArray
	err = tx.QueryRowContext(ctx, `with turn as materialized (select pg_advisory_xact_lock(4097083628))
		select coalesce((select array_agg(k.signer order by k.since, k.signer) from root_keys k), '{}') from turn`).Scan(&signers)
	if err != nil {
		return fmt.Errorf("read the keys that sign roots: %w", err)
	}
	believed := make([]crypto.PublicKey, len(signers))
	for i, s := range signers {
		believed[i] = ed25519.PublicKey(s)
	}
	key, err := choose(believed)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `insert into root_keys (signer) values ($1) on conflict do nothing`, []byte(key)); err != nil {
		return fmt.Errorf("keep the key that signs roots: %w", err)
	}
	return tx.Commit()
}

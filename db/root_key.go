package db

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"fmt"

	"github.com/lib/pq"
)

// ClaimRootKey passes the trusted public keys to choose and stores the key that choose returns, one server at a time. An error of
// choose changes nothing. Only the schema's owner may write the list: the server's role could otherwise add a key of its own.
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

package pg

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"fmt"

	"github.com/lib/pq"

	"incubase/workflow"
)

// asOwner runs fn as the schema's owner, one server at a time: what fn decides holds for all servers.
func asOwner(ctx context.Context, ownerURL string, fn func(ownerTx) error) error {
	pool, err := OwnerPool(ownerURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock(4097083628)`); err != nil {
		return err
	}
	t := ownerTx{
		sums: func(statement string) (sums pq.ByteaArray, err error) {
			return sums, tx.QueryRowContext(ctx, statement).Scan(&sums)
		},
		keep: func(statement string, sum []byte) error {
			_, err := tx.ExecContext(ctx, statement, sum)
			return err
		},
	}
	if err := fn(t); err != nil {
		return err
	}
	return tx.Commit()
}

type ownerTx struct {
	sums func(statement string) (pq.ByteaArray, error)
	keep func(statement string, sum []byte) error
}

// ClaimRootKey passes the trusted public keys to choose and stores the key that it returns, one server at a time. An
// error of choose changes nothing. Only the schema's owner writes the list, so that the server's role cannot add a
// key.
func ClaimRootKey(ctx context.Context, ownerURL string,
	choose func(believed []crypto.PublicKey) (ed25519.PublicKey, error)) error {
	return claimed("signs roots", asOwner(ctx, ownerURL, func(tx ownerTx) error {
		signers, err := tx.sums(`select coalesce(array_agg(signer order by since, signer), '{}') from root_keys`)
		if err != nil {
			return err
		}
		believed := make([]crypto.PublicKey, len(signers))
		for i, s := range signers {
			believed[i] = ed25519.PublicKey(s)
		}
		key, err := choose(believed)
		if err != nil {
			return err
		}
		return tx.keep(`insert into root_keys (signer) values ($1) on conflict do nothing`, key)
	}))
}

// ClaimRowKey passes choose the fingerprint of the key that binds rows (nil for none) and stores that of the key it
// returns, one server at a time. An error of choose or a nil key changes nothing.
func ClaimRowKey(ctx context.Context, ownerURL string, choose func(known *workflow.Hash) (RowKey, error)) error {
	return claimed("binds rows", asOwner(ctx, ownerURL, func(tx ownerTx) error {
		sums, err := tx.sums(`select coalesce(array_agg(fingerprint order by since), '{}') from row_keys`)
		if err != nil {
			return err
		}
		var known *workflow.Hash
		if len(sums) > 0 {
			known = new(HashOf(sums[len(sums)-1]))
		}
		key, err := choose(known)
		if err != nil || key == nil {
			return err
		}
		sum := key.Fingerprint()
		return tx.keep(`insert into row_keys (fingerprint) values ($1::bytea) on conflict do nothing`, sum[:])
	}))
}

func claimed(what string, err error) error {
	if err != nil {
		return fmt.Errorf("look for the key that %s: %w", what, err)
	}
	return nil
}

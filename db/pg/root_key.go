package pg

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"database/sql"
	"fmt"

	"github.com/lib/pq"

	"incubase/workflow"
)

// Locks of work that one server does at a time.
const (
	claimLock = 4097083628
	aloneLock = 4097083629
)

// asOwner runs fn as the schema's owner, one server at a time: what fn decides holds for all servers.
func asOwner(ctx context.Context, ownerURL string, fn func(ownerTx) error) error {
	return locked(ctx, ownerURL, claimLock, func(tx *sql.Tx) error {
		return fn(ownerTx{
			sums: func(statement string) (sums pq.ByteaArray, err error) {
				return sums, tx.QueryRowContext(ctx, statement).Scan(&sums)
			},
			keep: func(statement string, sum []byte) error {
				_, err := tx.ExecContext(ctx, statement, sum)
				return err
			},
		})
	})
}

// Alone runs fn while no other server runs one.
func Alone(ctx context.Context, ownerURL string, fn func() error) error {
	return locked(ctx, ownerURL, aloneLock, func(*sql.Tx) error { return fn() })
}

func locked(ctx context.Context, ownerURL string, lock int64, fn func(*sql.Tx) error) error {
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
	if _, err := tx.ExecContext(ctx, `set local lock_timeout = 0`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock($1)`, lock); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
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

// ClaimFolder passes choose the fingerprint of the row key, which marks the folder of attachments, and whether one is
// marked already. It notes that one is where choose returns no error, one server at a time.
func ClaimFolder(ctx context.Context, ownerURL string, choose func(mark workflow.Hash, marked bool) error) error {
	return asOwner(ctx, ownerURL, func(tx ownerTx) error {
		all, err := tx.sums(`select coalesce(array_agg(fingerprint), '{}') from row_keys`)
		if err != nil || len(all) == 0 {
			return err
		}
		marked, err := tx.sums(`select coalesce(array_agg(fingerprint), '{}') from row_keys where folder_at is not null`)
		if err != nil {
			return err
		}
		if err := choose(HashOf(all[0]), len(marked) > 0); err != nil {
			return err
		}
		return tx.keep(`update row_keys set folder_at = coalesce(folder_at, now()) where fingerprint = $1::bytea`, all[0])
	})
}

func claimed(what string, err error) error {
	if err != nil {
		return fmt.Errorf("look for the key that %s: %w", what, err)
	}
	return nil
}

// Package accounts keeps people, their sessions, passwords, second factors and one-time codes.
package accounts

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file; the leading comment of a file says which index
// makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

// Accounts is this part of an open database.
type Accounts struct{ *pg.DB }

// New returns this part of a database.
func New(d *pg.DB) *Accounts { return &Accounts{d} }

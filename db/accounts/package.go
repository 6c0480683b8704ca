// Package accounts keeps users, their sessions, passwords, second factors and one-time codes.
package accounts

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file, each with the index that makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

type Accounts struct{ *pg.DB }

func New(d *pg.DB) *Accounts { return &Accounts{d} }

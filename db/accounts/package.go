// Package accounts keeps users, their sessions, passwords, second factors and one-time codes.
package accounts

import (
	"embed"

	"incubase/db/pg"
)

//go:embed sql/*.sql
var SQL embed.FS

type Accounts struct{ *pg.DB }

func New(d *pg.DB) *Accounts { return &Accounts{d} }

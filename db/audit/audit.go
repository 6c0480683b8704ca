// Package audit recomputes chains, bound rows and the ledger, signs the heads, and reports each inconsistent row.
package audit

import (
	"embed"

	"incubase/db/pg"
)

//go:embed sql/*.sql
var SQL embed.FS

type Verifier struct{ *pg.DB }

func New(d *pg.DB) *Verifier { return &Verifier{d} }

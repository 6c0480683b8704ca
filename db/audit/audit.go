// Package audit recomputes chains, bound rows and the ledger, signs the heads, and reports each inconsistent row.
package audit

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file, each with the index that makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

type Verifier struct{ *pg.DB }

func New(d *pg.DB) *Verifier { return &Verifier{d} }

// Package audit recomputes chains, bound rows and the ledger, signs the heads, and reports each row that cannot be.
package audit

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file; the leading comment of a file says which index
// makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

// Verifier is this part of an open database.
type Verifier struct{ *pg.DB }

// New returns this part of a database.
func New(d *pg.DB) *Verifier { return &Verifier{d} }

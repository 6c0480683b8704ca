// Package cases keeps cases: facts in one statement, a decision in one; lists, files, papers, objections and erasings
// with them.
package cases

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file; the leading comment of a file says which index
// makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

// Cases is this part of an open database.
type Cases struct{ *pg.DB }

// New returns this part of a database.
func New(d *pg.DB) *Cases { return &Cases{d} }

// Package board keeps the boards: counts that commits change by deltas and that are read at one moment.
package board

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file; the leading comment of a file says which index
// makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

// Boards reads and folds boards.
type Boards struct{ *pg.DB }

// New returns the boards of a database.
func New(d *pg.DB) *Boards { return &Boards{d} }

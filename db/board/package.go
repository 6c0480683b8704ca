// Package board keeps the boards: counts that commits change by deltas and that are read at one moment.
package board

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file, each with the index that makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

type Boards struct{ *pg.DB }

func New(d *pg.DB) *Boards { return &Boards{d} }

// Package board keeps the boards: counts that commits change by deltas and that are read at one moment.
package board

import (
	"embed"

	"incubase/db/pg"
)

//go:embed sql/*.sql
var SQL embed.FS

type Boards struct{ *pg.DB }

func New(d *pg.DB) *Boards { return &Boards{d} }

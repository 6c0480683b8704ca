// Package cases keeps cases: one statement reads the facts, one writes a decision; with lists, files, papers,
// objections and erasures.
package cases

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file, each with the index that makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

type Cases struct{ *pg.DB }

func New(d *pg.DB) *Cases { return &Cases{d} }

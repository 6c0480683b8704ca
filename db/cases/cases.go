// Package cases keeps cases: one statement reads the facts, one writes a decision; with lists, files, papers,
// objections and erasures.
package cases

import (
	"embed"

	"incubase/db/pg"
)

//go:embed sql/*.sql
var SQL embed.FS

type Cases struct{ *pg.DB }

func New(d *pg.DB) *Cases { return &Cases{d} }

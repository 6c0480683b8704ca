// Package records keeps organizations, projects, rounds, agencies, regions, calendars and definitions, and the log of
// what changed.
package records

import (
	"embed"

	"incubase/db/pg"
)

// SQL holds the statements of this package, one named query a file; the leading comment of a file says which index
// makes it fast.
//
//go:embed sql/*.sql
var SQL embed.FS

// Records is this part of an open database.
type Records struct{ *pg.DB }

// New returns this part of a database.
func New(d *pg.DB) *Records { return &Records{d} }

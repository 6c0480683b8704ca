// Package records keeps organizations, projects, rounds, agencies, regions, calendars and definitions, and logs their
// changes.
package records

import (
	"embed"

	"incubase/db/pg"
)

//go:embed sql/*.sql
var SQL embed.FS

type Records struct{ *pg.DB }

func New(d *pg.DB) *Records { return &Records{d} }

// Package admin serves the desks of administrators: definitions, erasings, the check of the whole.
package admin

import "incubase/web/ui"

// AdminPages are the pages of this package.
type AdminPages struct{ *ui.Site }

// New returns these pages on the shared site.
func New(s *ui.Site) *AdminPages { return &AdminPages{s} }

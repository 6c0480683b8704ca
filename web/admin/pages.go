// Package admin serves the administrators' pages: definitions, erasures, the check of all chains.
package admin

import "incubase/web/ui"

type AdminPages struct{ *ui.Site }

func New(s *ui.Site) *AdminPages { return &AdminPages{s} }

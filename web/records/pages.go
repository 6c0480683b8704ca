// Package records serves organizations, projects, agencies and calendars.
package records

import "incubase/web/ui"

// RecordPages are the pages of this package.
type RecordPages struct{ *ui.Site }

// New returns these pages on the shared site.
func New(s *ui.Site) *RecordPages { return &RecordPages{s} }

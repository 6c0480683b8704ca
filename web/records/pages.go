// Package records serves organizations, projects, agencies and calendars.
package records

import "incubase/web/ui"

type RecordPages struct{ *ui.Site }

func New(s *ui.Site) *RecordPages { return &RecordPages{s} }

// Package rounds serves rounds and the editor of their forms.
package rounds

import "incubase/web/cases"

// RoundPages are the pages of this package.
type RoundPages struct{ *cases.CasePages }

// New returns these pages beside those of cases, which they link and ask.
func New(s *cases.CasePages) *RoundPages { return &RoundPages{s} }

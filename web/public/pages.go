// Package public serves what everybody may read, boards, and what proves that nothing was changed.
package public

import "incubase/web/cases"

// PublicPages are the pages of this package.
type PublicPages struct{ *cases.CasePages }

// New returns these pages beside those of cases, which they link and ask.
func New(s *cases.CasePages) *PublicPages { return &PublicPages{s} }

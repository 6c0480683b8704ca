// Package cases serves cases: lists, the case, its acts, forms, files and papers, and acts on many.
package cases

import "incubase/web/ui"

// CasePages are the pages of this package.
type CasePages struct{ *ui.Site }

// New returns these pages on the shared site.
func New(s *ui.Site) *CasePages { return &CasePages{s} }

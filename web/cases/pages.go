// Package cases serves cases: lists, the case, its acts, forms, files and papers, and acts on many.
package cases

import "incubase/web/ui"

type CasePages struct{ *ui.Site }

func New(s *ui.Site) *CasePages { return &CasePages{s} }

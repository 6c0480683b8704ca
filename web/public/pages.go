// Package public serves pages for everybody, boards, and the verification of records.
package public

import "incubase/web/cases"

type PublicPages struct{ *cases.CasePages }

func New(s *cases.CasePages) *PublicPages { return &PublicPages{s} }

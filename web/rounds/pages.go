// Package rounds serves rounds and the editor of their forms.
package rounds

import "incubase/web/cases"

type RoundPages struct{ *cases.CasePages }

func New(s *cases.CasePages) *RoundPages { return &RoundPages{s} }

// Package accounts serves signing in, second factors, and the people that an administrator keeps.
package accounts

import "incubase/web/ui"

type AccountPages struct{ *ui.Site }

func New(s *ui.Site) *AccountPages { return &AccountPages{s} }

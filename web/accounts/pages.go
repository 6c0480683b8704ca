// Package accounts serves signing in, second factors, and the people that an administrator keeps.
package accounts

import "incubase/web/ui"

// AccountPages are the pages of this package.
type AccountPages struct{ *ui.Site }

// New returns these pages on the shared site.
func New(s *ui.Site) *AccountPages { return &AccountPages{s} }

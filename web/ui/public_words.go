package ui

import (
	"incubase/workflow/money"
)

// Capital is an amount in upper-case characters, as official papers write it.
func Capital(f money.Fen) string {
	s, err := money.Capital(f)
	if err != nil { // larger than there are words for; the figures stand beside it
		return ""
	}
	return s
}

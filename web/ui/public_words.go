package ui

import (
	"incubase/workflow/money"
)

// Capital writes an amount in upper-case characters (大写), as official papers do.
func Capital(f money.Fen) string {
	s, err := money.Capital(f)
	if err != nil { // too large for words; the figures stand beside it
		return ""
	}
	return s
}

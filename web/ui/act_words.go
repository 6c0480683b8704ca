package ui

import (
	"github.com/a-h/templ"
)

// Described ties an input to its fault.
func Described(fault, id string) templ.Attributes {
	if fault == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id + "-fault"}
}

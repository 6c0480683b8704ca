package app

import (
	"incubase/db/cases"
	"incubase/workflow/erase"
)

// Eraser erases, with the files in a folder.
func (in *Installation) Eraser(files *cases.Files) *erase.Eraser {
	return &erase.Eraser{Desk: in.Desk, Registry: in.Registry, Store: cases.Erasures{Cases: in.DB.Cases, Files: files}}
}

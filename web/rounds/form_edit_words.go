package rounds

import (
	"fmt"
	"strings"
)

func fieldOf(row int, name string) string { return fmt.Sprintf("q.%d.%s", row, name) }

func choiceOf(row, line int, name string) string {
	return fmt.Sprintf("q.%d.choices.%d.%s", row, line, name)
}

func columnOf(row, line int, name string) string {
	return fmt.Sprintf("q.%d.columns.%d.%s", row, line, name)
}

// id returns a row's anchor on the page.
func (e *formEdit) id(i int) string { return fmt.Sprintf("row-%d", i) }

// at returns a button's target, with the row to scroll to.
func (e *formEdit) at(i int) string { return fmt.Sprintf("/rounds/%s/form#row-%d", e.Round.Ref, i) }

// opened reports whether a row shows its fields: just touched, new or with a fault.
func (e *formEdit) opened(i int) bool {
	if e.Rows[i].ZH == "" || e.Open == i {
		return true
	}
	for name := range e.Faults {
		if strings.HasPrefix(name, fieldOf(i, "")) {
			return true
		}
	}
	return false
}

func (e *formEdit) anchor(name string) string {
	if strings.HasPrefix(name, "q.") {
		return name
	}
	return ""
}

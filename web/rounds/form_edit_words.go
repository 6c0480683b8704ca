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

// id of a row on its page; the row that a press was about has one of its own for the address to find.
func (e *formEdit) id(i int) string { return fmt.Sprintf("row-%d", i) }

// at is where a press goes, and where its page is read on.
func (e *formEdit) at(i int) string { return fmt.Sprintf("/rounds/%s/form#row-%d", e.Round.Ref, i) }

// opened reports whether a row shows its fields: it was just touched or is new, or something in it is wrong.
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

// anchor is the field at which a fault is said; "" where it has none.
func (e *formEdit) anchor(name string) string {
	if strings.HasPrefix(name, "q.") {
		return name
	}
	return ""
}

package workflow

import "incubase/workflow/calendar"

// Result is what an organization achieved in a case, as a grade or a star, to be read where it applies again. The
// latest of a case and name counts.
type Result struct {
	Name  string         `json:"name"`
	Label Text           `json:"label"`
	Value any            `json:"value"` // of the field: int64, string or bool; nil withdraws it
	Shown Text           `json:"shown"` // the value in words
	On    calendar.Date  `json:"on"`
	Until *calendar.Date `json:"until,omitempty"` // last day on which it holds; nil: without end
}

// PastResult is a result with the case that gave it.
type PastResult struct {
	Case     ID     `json:"case"`
	Ref      string `json:"ref"`
	Workflow string `json:"workflow"`
	Result
}

package ui

import (
	"fmt"

	"github.com/a-h/templ"

	"incubase/workflow/desk"
	"incubase/workflow/text"
)

// refresh has browsers without scripts read the page again after some seconds.
func refresh(seconds int) templ.Component {
	return templ.Raw(fmt.Sprintf(`<noscript><meta http-equiv="refresh" content="%d"></noscript>`, seconds))
}

// JobRow is a job in a list.
type JobRow struct {
	desk.JobSummary
	Label text.Text
}

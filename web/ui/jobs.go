package ui

import (
	"fmt"

	"github.com/a-h/templ"

	"incubase/workflow/desk"
	"incubase/workflow/text"
)

// refresh reloads the page in browsers without scripts.
func refresh(seconds int) templ.Component {
	return templ.Raw(fmt.Sprintf(`<noscript><meta http-equiv="refresh" content="%d"></noscript>`, seconds))
}

type JobRow struct {
	desk.JobSummary
	Label text.Text
}

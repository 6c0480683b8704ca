package workflow

import (
	"incubase/workflow/calendar"
)

// Today is the day of the command.
func (f *Facts) Today() calendar.Date { return calendar.DateOf(f.Now) }

package workflow

import (
	"incubase/workflow/calendar"
)

func (f *Facts) Today() calendar.Date { return calendar.DateOf(f.Now) }

package export

import (
	"time"

	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/text"
)

// Lists are the lists that can be exported.
var Lists = []string{"cases", "organizations", "rounds", "awards", "board"}

// Request asks for a list as a file, with the list's own filters.
type Request struct {
	List, Format, Lang string
	Cases              workflow.CaseQuery  // of cases
	Board              workflow.BoardQuery // without the day
	Region             region.Code         // of organizations and awards
	Words, Kind        string              // of organizations
	Round              workflow.ID         // of awards
	Most               int                 // more rows are refused; 0: no limit
}

// MaxRows limits a download; the command on the server has no limit.
const MaxRows = 50_000

func TooMany(most int) error {
	return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "q",
		Message: text.Format("超过 %d 行，请缩小范围后再导出，或在服务器上用 incubase export",
			"more than %d rows: narrow the list, or use incubase export on the server", most)}}}
}

func (r *Request) FileName(now time.Time) string {
	return "incubase-" + r.List + "-" + now.In(zone).Format("20060102-1504") + "." + r.Format
}

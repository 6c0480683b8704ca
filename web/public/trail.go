package public

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

var TrailTitle = text.Text{ZH: "登录与授权记录", EN: "Trail of accounts"}

type trailPart struct {
	Rows   []workflow.TrailRow
	Query  url.Values
	Faults map[string]string
	More   bool
}

const trailRows = 100

// Trail shows the audit administrator sign-ins and changes of accounts, by person, action and time.
func (s *PublicPages) Trail(v *ui.Visit) error {
	given := v.QueryParams()
	p := &trailPart{Query: url.Values{}, Faults: map[string]string{}}
	q := workflow.TrailQuery{Who: strings.TrimSpace(given.Get("who")), Act: given.Get("act"), Limit: trailRows}
	q.Before, _ = strconv.ParseInt(given.Get("before"), 10, 64) // malformed: the first page
	for name, day := range map[string]*calendar.Date{"since": &q.Since, "until": &q.Until} {
		if said := given.Get(name); said != "" {
			d, err := calendar.ReadDate(said)
			if err != nil {
				p.Faults[name] = text.Text{ZH: "请填日期，如 2026-11-23", EN: "write a day, such as 2026-11-23"}.In(v.Frame.Lang)
			}
			*day = d
		}
	}
	for _, name := range []string{"who", "act", "since", "until"} {
		if said := given.Get(name); said != "" {
			p.Query.Set(name, said)
		}
	}
	var err error
	if p.Rows, err = s.Accounts.Audit(v.Ctx, *v.Frame.Actor, q); err != nil {
		return err
	}
	p.More = len(p.Rows) == trailRows
	status := http.StatusOK
	if len(p.Faults) > 0 {
		p.Rows, p.More, status = nil, false, http.StatusUnprocessableEntity
	}
	return v.Show(status, TrailTitle, trailPage(p))
}

func (p *trailPart) earlier() string {
	q := url.Values{"before": {strconv.FormatInt(p.Rows[len(p.Rows)-1].N, 10)}}
	for name, list := range p.Query {
		q[name] = list
	}
	return "/trail?" + q.Encode()
}

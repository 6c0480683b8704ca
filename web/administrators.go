package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

// office is what one of the three administrators looks at first: each their own part, nothing of the others'.
type office struct {
	*AccountsNow
	Holidays  calendar.Date // the last day that an entered notice covers
	Workflows []flow
	Waiting   []flow // versions that wait for approval
	Checked   *audited
	actor     *workflow.Actor
	since     calendar.Date // of the sign-ins that were counted
}

// shownNames of a list; the query brings one more, so that the page knows whether there are more.
const shownNames = 10

// noticeAhead is how many days before the calendar ends its next year is asked for: the yearly notice comes in about
// November, so a year that is known to its end is not late before then.
const noticeAhead = 60

var officeTitle = text.Text{ZH: "要看的事", EN: "To look at"}

func (s *site) administratorHome(v *visit) (err error) {
	o := &office{actor: v.frame.Actor, Holidays: s.Desk.Clock.Calendar().Through(),
		since: calendar.DateOf(time.Now()).AddDays(-7)}
	if o.AccountsNow, err = s.Accounts.AccountsNow(v.ctx, *v.frame.Actor); err != nil {
		return err
	}
	if o.actor.Has(workflow.RoleSysadmin) {
		o.Workflows = s.flows()
	}
	if o.actor.Has(workflow.RoleSecadmin) {
		o.Waiting = s.waitingVersions()
	}
	if o.actor.Has(workflow.RoleAuditadmin) {
		o.Checked = s.checked.shown()
		if o.Checked.Root, err = s.Integrity.LastRoot(v.ctx); err != nil {
			return err
		}
	}
	return v.show(http.StatusOK, officeTitle, officePage(o))
}

// soon reports whether the next year's holidays are to be entered by now.
func (o *office) soon(ctx context.Context) bool {
	return calendar.DateOf(of(ctx).Now).AddDays(noticeAhead).After(o.Holidays)
}

// refused is where the refused sign-ins of the week are listed.
func (o *office) refused() string {
	return "/trail?" + url.Values{"act": {"login_refused"}, "since": {o.since.String()}}.Encode()
}

// checked says what came of the last check of everything.
func (o *office) checked(ctx context.Context) string {
	c := o.Checked
	switch {
	case c.Running:
		return say(ctx, "正在核对。", "A check is running.")
	case !c.Done:
		return say(ctx, "服务器启动以后还没有核对过。", "Nothing has been checked since the server started.")
	case c.Failed:
		return say(ctx, moment(ctx, c.Began)+" 的核对没有完成。", "The check of "+moment(ctx, c.Began)+" did not end.")
	case c.Count > 0:
		return say(ctx, fmt.Sprintf("%s 核对：有 %d 处对不上。", moment(ctx, c.Began), c.Count),
			fmt.Sprintf("Checked %s: %d rows do not hold.", moment(ctx, c.Began), c.Count))
	}
	return say(ctx, fmt.Sprintf("%s 核对：%d 条记录全部对得上。", moment(ctx, c.Began), c.Events+c.Entries),
		fmt.Sprintf("Checked %s: all %d entries hold.", moment(ctx, c.Began), c.Events+c.Entries))
}

func first[T any](list []T) []T { return list[:min(len(list), shownNames)] }

package admin

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// office is the overview of one of the three administrators: their own tasks only.
type office struct {
	*registry.AccountsNow
	Holidays  calendar.Date // the last day that an entered notice covers
	Workflows []flow
	Waiting   []flow // versions that wait for approval
	Checked   *ui.Audited
	actor     *workflow.Actor
	since     calendar.Date // of the sign-ins counted
}

// shownNames limits a list; the query reads one more to know whether there are more.
const shownNames = 10

// noticeAhead is how many days before the calendar's end the page asks for the next year: the yearly notice comes in
// about November.
const noticeAhead = 60

var officeTitle = text.Text{ZH: "要看的事", EN: "To look at"}

func (s *AdminPages) AdministratorHome(v *ui.Visit) (err error) {
	o := &office{actor: v.Frame.Actor, Holidays: s.Desk.Clock.Calendar().Through(),
		since: calendar.DateOf(time.Now()).AddDays(-7)}
	if o.AccountsNow, err = s.Accounts.AccountsNow(v.Ctx, *v.Frame.Actor); err != nil {
		return err
	}
	if o.actor.Has(workflow.RoleSysadmin) {
		o.Workflows = s.flows()
	}
	if o.actor.Has(workflow.RoleSecadmin) {
		o.Waiting = s.waitingVersions()
	}
	if o.actor.Has(workflow.RoleAuditadmin) {
		o.Checked = s.Checked.Shown()
		if o.Checked.Root, err = s.Integrity.LastRoot(v.Ctx); err != nil {
			return err
		}
	}
	return v.Show(http.StatusOK, officeTitle, officePage(o))
}

func (o *office) soon(ctx context.Context) bool {
	return calendar.DateOf(ui.Of(ctx).Now).AddDays(noticeAhead).After(o.Holidays)
}

func (o *office) refused() string {
	return "/trail?" + url.Values{"act": {"login_refused"}, "since": {o.since.String()}}.Encode()
}

func (o *office) checked(ctx context.Context) string {
	c := o.Checked
	switch {
	case c.Running:
		return ui.Say(ctx, sayACheckIsRunning)
	case !c.Done:
		return ui.Say(ctx, sayNothingHasBeenChecked)
	case c.Failed:
		return ui.Say(ctx, sayTheCheckOfDid, ui.Moment(ctx, c.Began))
	case c.Count > 0:
		return ui.Say(ctx, sayCheckedRowsDoNot, ui.Moment(ctx, c.Began), c.Count)
	}
	return ui.Say(ctx, sayCheckedAllEntriesHold, ui.Moment(ctx, c.Began), c.Events+c.Entries)
}

func first[T any](list []T) []T { return list[:min(len(list), shownNames)] }

func endingRight(ctx context.Context, r registry.EndingRight) string {
	return ui.Say(ctx, r.Role.Label()) + ui.Say(ctx, sayUntil) + ui.Day(ctx, calendar.DateOf(r.Until))
}

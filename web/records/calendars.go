package records

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"incubase/web/accounts"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

var (
	CalendarsTitle = text.Text{ZH: "节假日和调休", EN: "Holidays and make-up days"}
	NewCalendar    = text.Text{ZH: "录入年度通知", EN: "Enter a yearly notice"}
)

type calendarView struct {
	Known   calendar.Date // the last day that a notice covers
	Entries []registry.CalendarRecord
	Days    []calendar.Exception // in force
	Enters  bool
}

func (s *RecordPages) Calendars(v *ui.Visit) error {
	list, err := s.Places.Calendars(v.Ctx)
	if err != nil {
		return err
	}
	now := s.Desk.Clock.Calendar()
	c := &calendarView{Known: now.Through(), Entries: list, Days: now.Exceptions(), Enters: vet.May(*v.Frame.Actor,
		workflow.KindCalendar, "set")}
	return v.Show(http.StatusOK, CalendarsTitle, calendarsPage(c))
}

func calendarForm(v *ui.Visit) (*ui.RecordForm, error) {
	if !vet.May(*v.Frame.Actor, workflow.KindCalendar, "set") {
		return nil, workflow.ErrNotFound
	}
	return &ui.RecordForm{Title: NewCalendar, Back: "/calendars", Where: CalendarsTitle.In(v.Frame.Lang),
		Action: "/calendars/new", EntryForm: ui.NewEntry(url.Values{}), Groups: []ui.FieldGroup{{Fields: []ui.EntryField{
			{Name: "name", Label: ui.T("名称（如 2027年节假日）", "Name (such as: Holidays 2027)"), Kind: "text"},
			{Name: "source", Label: ui.T("通知的文号和日期", "Number and date of the notice"), Kind: "text"},
			{Name: "through", Label: ui.T("通知覆盖到哪天（如 2027-12-31）", "The last day it covers (such as 2027-12-31)"), Kind: "text"},
			{Name: "days", Label: ui.T("每行一天：日期、休或班、名称", "One day a line: date, off or work, name"), Kind: "long",
				Hint: ui.T("例如：2027-01-01 休 元旦；连续几天可写 2027-02-06..2027-02-12 休 春节；调休上班写 2027-02-14 班。周末不用写。",
					"Such as: 2027-01-01 off New Year; several days as 2027-02-06..2027-02-12 off Spring Festival; a weekend "+
						"worked as 2027-02-14 work. Leave other weekends out.")},
		}}}}, nil
}

func (s *RecordPages) CalendarFormPage(v *ui.Visit) error {
	f, err := calendarForm(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, f.Title, ui.RecordPage(f))
}

// AddCalendar adds a notice's days.
func (s *RecordPages) AddCalendar(v *ui.Visit) error {
	f, err := calendarForm(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f.EntryForm = ui.GivenEntry(form)
	n := registry.CalendarEntry{Name: strings.TrimSpace(form.Get("name")), Source: strings.TrimSpace(form.Get("source"))}
	if d := f.Day("through", v); d != nil {
		n.Through = *d
	}
	var wrong []text.Text
	n.Days, wrong = exceptions(form.Get("days"), n.Source)
	for _, w := range wrong {
		f.Faults["days"] = strings.TrimSpace(f.Faults["days"] + " " + w.In(v.Frame.Lang))
	}
	if len(f.Faults) == 0 {
		if _, err = s.Registry.SetCalendar(v.Ctx, *v.Frame.Actor, "", n, accounts.RecordCommand(v, "calendar",
			n)); err == nil {
			return v.Onward("/calendars", "saved")
		}
	}
	return v.RefuseRecord(f, err)
}

var dayKinds = []struct {
	word text.Text
	kind calendar.Kind
}{{ui.T("休", "off"), calendar.Holiday}, {ui.T("班", "work"), calendar.Makeup}}

func dayKind(word string) calendar.Kind {
	for _, k := range dayKinds {
		if word == k.word.ZH || strings.EqualFold(word, k.word.EN) {
			return k.kind
		}
	}
	return ""
}

// mostDays limits a run of days; no holiday is longer.
const mostDays = 31

// exceptions reads a day or a run of days from each line and reports every malformed line.
func exceptions(lines, source string) (out []calendar.Exception, wrong []text.Text) {
	for i, line := range strings.Split(strings.ReplaceAll(lines, "\r\n", "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		days, err := exception(line, source)
		if err != nil {
			wrong = append(wrong, text.Format("第 %[1]d 行看不懂：%[2]s。", "Line %[1]d cannot be read: %[2]s.", i+1,
				strings.TrimSpace(line)))
		}
		out = append(out, days...)
	}
	return out, wrong
}

func exception(line, source string) (out []calendar.Exception, err error) {
	parts := strings.Fields(line)
	if len(parts) < 2 || dayKind(parts[1]) == "" {
		return nil, fmt.Errorf("a line is a date, off or work, and a name")
	}
	first, last, run := strings.Cut(parts[0], "..")
	from, err := calendar.ReadDate(first)
	to := from
	if run && err == nil {
		to, err = calendar.ReadDate(last)
	}
	if err == nil && (to.Before(from) || from.DaysUntil(to) > mostDays) {
		err = fmt.Errorf("a run of days is at most %d long", mostDays)
	}
	for d := from; err == nil && !d.After(to); d = d.AddDays(1) {
		out = append(out, calendar.Exception{Date: d, Kind: dayKind(parts[1]), Name: strings.Join(parts[2:], " "),
			Source: source})
	}
	return out, err
}

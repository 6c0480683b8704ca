package intake

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// maxNotice is the largest file of holidays, in bytes.
const maxNotice = 1 << 20

// ReadHolidays reads the days of a yearly notice: JSON ({"year", "papers", "days": [{"name", "date", "isOffDay"}]})
// or a table with the columns date, kind (holiday or makeup, off or work) and name. Days off on weekends are no
// exceptions.
func ReadHolidays(path string, problem func(Problem)) (e registry.CalendarEntry, err error) {
	if strings.EqualFold(filepath.Ext(path), ".json") {
		e, err = holidaysJSON(path, problem)
	} else {
		e, err = holidaysTable(path, problem)
	}
	slices.SortFunc(e.Days, func(a, b calendar.Exception) int { return a.Date.Compare(b.Date) })
	if err == nil && len(e.Days) == 0 {
		err = unfit("文件里没有放假或调休的日子：通知还没有公布？", "the file has no days: is the notice not out yet?")
	}
	return e, err
}

func holidaysJSON(path string, problem func(Problem)) (e registry.CalendarEntry, err error) {
	f, err := os.Open(path)
	if err != nil {
		return e, err
	}
	defer f.Close()
	var doc struct {
		Year   int      `json:"year"`
		Papers []string `json:"papers"`
		Days   []struct {
			Name string `json:"name"`
			Date string `json:"date"`
			Off  *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	b, err := io.ReadAll(io.LimitReader(f, maxNotice+1))
	if err != nil {
		return e, err
	}
	if len(b) > maxNotice || json.Unmarshal([]byte(strings.TrimPrefix(string(b), "\uFEFF")), &doc) != nil ||
		doc.Year < 1950 || doc.Year > 2100 {
		return e, unfit("不是放假安排的 JSON 文件（应有 year、papers、days）",
			"it is no JSON file of holidays (year, papers and days are expected)")
	}
	source := strings.Join(doc.Papers, " ")
	e = entryOf(doc.Year, source)
	for i, d := range doc.Days {
		day, err := calendar.ParseDate(d.Date)
		at := Problem{Row: i + 1, Column: fmt.Sprintf("days[%d]", i), Lost: true}
		switch {
		case err != nil:
			at.Code, at.Message = "date", say("读不懂的日期：%s", "a date that cannot be read: %s", d.Date)
			problem(at)
		case d.Off == nil:
			at.Code, at.Message = "kind", say("没有写是放假还是上班（isOffDay）", "it does not say whether the day is off (isOffDay)")
			problem(at)
		default:
			add(&e, day, *d.Off, d.Name, source)
		}
	}
	return e, nil
}

func entryOf(year int, source string) registry.CalendarEntry {
	if source == "" {
		source = text.Format("%d 年放假安排", "holidays of %d", year).String()
	}
	source, _ = cut(source, 300)
	return registry.CalendarEntry{Name: strconv.Itoa(year) + " 年放假安排", Source: source, Through: calendar.Date{Year: year,
		Month: time.December, Day: 31}}
}

func add(e *registry.CalendarEntry, day calendar.Date, off bool, name, source string) {
	weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
	if off == weekend {
		return
	}
	kind := calendar.Makeup
	if off {
		kind = calendar.Holiday
	}
	name, _ = cut(name, 80)
	source, _ = cut(source, 300)
	e.Days = append(e.Days, calendar.Exception{Date: day, Kind: kind, Name: name, Source: source})
}

var holidayColumns = []Column{
	{Code: "date", Head: text.Text{ZH: "日期", EN: "Date"}, Required: true, Date: true},
	{Code: "kind", Head: text.Text{ZH: "类型", EN: "Kind"}, Required: true, Choices: []Choice{
		{"holiday", text.Text{ZH: "放假", EN: "off"}}, {"makeup", text.Text{ZH: "上班", EN: "work"}}}},
	{Code: "name", Head: text.Text{ZH: "名称", EN: "Name"}},
	{Code: "source", Head: text.Text{ZH: "依据", EN: "Source"}},
}

func holidaysTable(path string, problem func(Problem)) (e registry.CalendarEntry, err error) {
	year := 0
	err = ReadTable(path, holidayColumns, problem, func(l *Line) error {
		r := &reader{line: l, columns: holidayColumns}
		day, kind := r.date("date"), r.choice("kind")
		for _, p := range r.Problems {
			problem(p)
		}
		if day == nil || kind == "" {
			return nil
		}
		if year < day.Year {
			year = day.Year
		}
		add(&e, *day, kind == "holiday", l.Values["name"], l.Values["source"])
		return nil
	})
	if err == nil && len(e.Days) > 0 {
		days := e.Days
		e = entryOf(year, days[0].Source)
		e.Days = days
	}
	return e, err
}

package workflow

import (
	"maps"
	"regexp"
	"slices"

	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/region"
	"incubase/workflow/text"
	"incubase/workflow/topic"
)

// faults collects what is wrong with a request, so that a person is told everything at once.
type faults []FieldError

func (f *faults) say(field, zh, en string) { *f = append(*f, FieldError{field, Text{ZH: zh, EN: en}}) }

func (f *faults) add(field string, t *text.Text) {
	if t != nil {
		*f = append(*f, FieldError{field, *t})
	}
}

func (f *faults) err() error {
	if len(*f) == 0 {
		return nil
	}
	return &Invalid{Fields: *f}
}

func (f *faults) line(field string, s *string, minimum, maximum int) {
	var t *text.Text
	*s, t = clean.Line(*s, minimum, maximum)
	f.add(field, t)
}

func (f *faults) text(field string, s *string, minimum, maximum int) {
	var t *text.Text
	*s, t = clean.Text(*s, minimum, maximum)
	f.add(field, t)
}

// region reads a code, short or padded, that must exist.
func (f *faults) region(field, s string, known Regions, required bool) region.Code {
	code, err := region.Parse(s)
	if bad, ok := err.(*region.Error); ok {
		f.add(field, &bad.Text)
		return ""
	}
	return f.place(field, code, known, required)
}

func (f *faults) place(field string, code region.Code, known Regions, required bool) region.Code {
	look := code
	if code.Level() == region.Community {
		look = code.Street() // communities stand below the loaded table
	}
	switch {
	case code == "" && required:
		f.say(field, "请选择所在地区", "please choose the region")
	case code != "" && !known.Known(look):
		f.say(field, "没有这个地区", "there is no such region")
	}
	return code
}

func (f *faults) topics(field string, list []string) []string {
	f.add(field, topic.Problem(list))
	if list == nil {
		return []string{}
	}
	return list
}

func (f *faults) oneOf(field, s string, known []string) {
	if !slices.Contains(known, s) {
		f.say(field, "没有这个选项", "there is no such choice")
	}
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// IsID reports whether the text has the form of an id.
func IsID(s string) bool { return uuidForm.MatchString(s) }

// ids are all ids or empty.
func (f *faults) ids(list map[string]ID) {
	for _, field := range slices.Sorted(maps.Keys(list)) {
		if id := list[field]; id != "" && !IsID(id) {
			f.say(field, "没有这条记录", "there is no such record")
		}
	}
}

// phone puts telephones into their one form.
func (f *faults) phone(field string, s *string) {
	var t *text.Text
	*s, t = clean.Phone(*s)
	f.add(field, t)
}

// past is a day that has come.
func (f *faults) past(field string, d *calendar.Date, today calendar.Date) {
	if d != nil && d.After(today) {
		f.say(field, "日期不能晚于今天", "the date lies in the future")
	}
}

// set takes over what a request says of a field; nil leaves it.
func set[T any](to *T, from *T) bool {
	if from == nil {
		return false
	}
	*to = *from
	return true
}

// between says that a number is out of its range.
func (f *faults) between(field string, n, least, most int) {
	if n < least || n > most {
		t := text.Format("应在 %[1]d 到 %[2]d 之间", "between %[1]d and %[2]d is expected", least, most)
		f.add(field, &t)
	}
}

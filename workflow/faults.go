package workflow

import (
	"maps"
	"regexp"
	"slices"

	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/password"
	"incubase/workflow/region"
	"incubase/workflow/text"
	"incubase/workflow/topic"
)

// Faults collects faults, so that a person learns all of a request at once.
type Faults []FieldError

func (f *Faults) Say(field, zh, en string) { *f = append(*f, FieldError{field, Text{ZH: zh, EN: en}}) }

func (f *Faults) Add(field string, t *text.Text) {
	if t != nil {
		*f = append(*f, FieldError{field, *t})
	}
}

func (f *Faults) Err() error {
	if len(*f) == 0 {
		return nil
	}
	return &Invalid{Fields: *f}
}

func (f *Faults) Line(field string, s *string, minimum, maximum int) {
	var t *text.Text
	*s, t = clean.Line(*s, minimum, maximum)
	f.Add(field, t)
}

func (f *Faults) Text(field string, s *string, minimum, maximum int) {
	var t *text.Text
	*s, t = clean.Text(*s, minimum, maximum)
	f.Add(field, t)
}

// Region reads a code, short or padded, that must exist.
func (f *Faults) Region(field, s string, known Regions, required bool) region.Code {
	code, err := region.Parse(s)
	if bad, ok := err.(*region.Error); ok {
		f.Add(field, &bad.Text)
		return ""
	}
	return f.place(field, code, known, required)
}

func (f *Faults) place(field string, code region.Code, known Regions, required bool) region.Code {
	look := code
	if code.Level() == region.Community {
		look = code.Street() // communities are below the loaded table
	}
	switch {
	case code == "" && required:
		f.Say(field, "请选择所在地区", "please choose the region")
	case code != "" && !known.Known(look):
		f.Say(field, "没有这个地区", "there is no such region")
	}
	return code
}

func (f *Faults) Topics(field string, list []string) []string {
	f.Add(field, topic.Problem(list))
	if list == nil {
		return []string{}
	}
	return list
}

func (f *Faults) OneOf(field, s string, known []string) {
	if !slices.Contains(known, s) {
		f.Say(field, "没有这个选项", "there is no such choice")
	}
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// IsID reports whether a text is an id in lower case, as the program writes them. See IsUUID.
func IsID(s string) bool { return uuidForm.MatchString(s) }

func (f *Faults) IDs(list map[string]ID) {
	for _, field := range slices.Sorted(maps.Keys(list)) {
		if id := list[field]; id != "" && !IsID(id) {
			f.Say(field, "没有这条记录", "there is no such record")
		}
	}
}

func (f *Faults) Phone(field string, s *string) {
	var t *text.Text
	*s, t = clean.Phone(*s)
	f.Add(field, t)
}

func (f *Faults) Past(field string, d *calendar.Date, today calendar.Date) {
	if d != nil && d.After(today) {
		f.Say(field, "日期不能晚于今天", "the date lies in the future")
	}
}

func (f *Faults) between(field string, n, least, most int) {
	if n < least || n > most {
		t := text.Format("应在 %[1]d 到 %[2]d 之间", "between %[1]d and %[2]d is expected", least, most)
		f.Add(field, &t)
	}
}

// Within refuses a place that only staff may give a project of the organization: the place decides who handles its
// cases.
func (f *Faults) Within(field string, actor Actor, act string, home, place region.Code) {
	if place != "" && !Nearby(home, place) && May(actor, KindProject, act, Subject{Region: place}) != nil {
		f.Say(field, FarAway.ZH, FarAway.EN)
	}
}

// Password refuses weak passwords; about is what an attacker may know of the owner.
func (f *Faults) Password(field, chosen string, about ...string) {
	if why := password.Weak(chosen, about...); why != nil {
		f.Say(field, why.ZH, why.EN)
	}
}

package ui

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// ByPinyin sorts by the reading of Chinese names.
func ByPinyin[T any](list []T, name func(*T) string) {
	c := collate.New(language.MustParse("zh-u-co-pinyin"))
	var b collate.Buffer
	keys := make(map[string][]byte, len(list))
	for i := range list {
		n := name(&list[i])
		keys[n] = c.KeyFromString(&b, n)
	}
	slices.SortStableFunc(list, func(x, y T) int {
		return strings.Compare(string(keys[name(&x)]),
			string(keys[name(&y)]))
	})
}

type OrganizationView struct {
	registry.OrganizationRecord
	Place    string
	Host     string
	Projects []registry.ProjectRecord
	Results  []workflow.PastResult
	Edits    bool
	Enters   bool // projects
}

func T(zh, en string) text.Text { return text.Text{ZH: zh, EN: en} }

func OrganizationTexts(o *registry.OrganizationRecord) map[string]string {
	return map[string]string{"name": o.Name, "kind": o.Kind, "credit_code": o.CreditCode,
		"credit_override": o.CreditOverride, "filing_number": o.FilingNumber,
		"fiscal_host": o.FiscalHost, "region": string(o.Region), "address": o.Address, "contact": o.Contact, "phone": o.Phone,
		"about": o.About, "standing": o.Standing, "standing_reason": o.StandingReason}
}

func (e *EntryForm) Apart() registry.Apart {
	return registry.Apart{Another: e.Values.Get("another") == "true", Reason: strings.TrimSpace(e.Values.Get("reason"))}
}

// Day reads a date; nil if empty, with a fault if malformed.
func (e *EntryForm) Day(name string, v *Visit) *calendar.Date {
	s := strings.TrimSpace(e.Values.Get(name))
	if s == "" {
		return nil
	}
	d, err := calendar.ReadDate(s)
	if bad, ok := err.(*calendar.Error); ok {
		e.Faults[name] = bad.Text.In(v.Frame.Lang)
		return nil
	}
	return &d
}

func (f *RecordForm) OrganizationChange(v *Visit, o *registry.OrganizationRecord) registry.OrganizationChange {
	was := OrganizationTexts(o)
	x := func(name string) *string { return f.Changed(name, was[name]) }
	c := registry.OrganizationChange{Name: x("name"), Kind: x("kind"), CreditCode: x("credit_code"),
		CreditOverride: x("credit_override"), FilingNumber: x("filing_number"),
		FiscalHost: x("fiscal_host"), Region: x("region"), Address: x("address"), Contact: x("contact"), Phone: x("phone"),
		About: x("about"), Standing: x("standing"), StandingReason: x("standing_reason"), Apart: f.Apart()}
	if f.has("topics") && !slices.Equal(f.Values["topics"], o.Topics) {
		list := append([]string{}, f.Values["topics"]...)
		c.Topics = &list
	}
	if o.Founded != nil && f.Values.Has("founded") && strings.TrimSpace(f.Values.Get("founded")) == "" {
		f.Faults["founded"] = Say(v.Ctx, sayTheDayOfFounding)
	}
	if d := f.Day("founded", v); d != nil && (o.Founded == nil || *d != *o.Founded) {
		c.Founded = d
	}
	if d := f.Day("barred_until", v); d != nil && (o.BarredUntil == nil || *d != *o.BarredUntil) {
		c.BarredUntil = d
	}
	return c
}

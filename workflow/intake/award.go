package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// Award is a row of a 360Giving file. Unreadable fields are empty and named in Problems.
type Award struct {
	Row                    int
	Hash                   Sum
	ID                     string // the publisher's, or the row's own hash where it has none
	Title, Description     string
	Currency               string // ISO 4217; XXX where the file's is not one
	Applied, Awarded, Paid money.Fen
	On                     time.Time // of the award; zero where there is none
	Start, End             *calendar.Date
	Recipient, Funder      Organization
	Programme              string
	Individual             bool              // to a person, whose name is not kept
	Written                map[string]string // amounts and currency as the file writes them
	Problems               []Problem
	others                 []string
	earliest, latest       time.Time
}

type Organization struct{ ID, Name, Place, About string }

type fieldsOf map[string]json.RawMessage

// ReadAward reports in ok whether the row is a grant.
func ReadAward(row int, raw json.RawMessage, now time.Time) (a Award, ok bool) {
	a = Award{Row: row, Hash: sha256.Sum256(raw), Written: map[string]string{}, earliest: time.Date(1900, 1, 1, 0, 0, 0, 0,
		time.UTC), latest: now}
	var f fieldsOf
	if json.Unmarshal(raw, &f) != nil || f == nil {
		a.flag("", "not_an_object", "这一行不是一条资助记录，未导入", "this row is no grant; it was left out")
		a.Problems[0].Lost = true
		return a, false
	}
	if !f.grant() {
		a.flag("", "not_a_grant", "这一行没有 360Giving 资助记录的任何内容，未导入",
			"this row has nothing of a 360Giving grant; it was left out")
		a.Problems[0].Lost = true
		return a, false
	}
	a.identify(f)
	a.Description = a.text(f, "description", "", 20000, true)
	a.Currency = a.currency(f)
	a.amounts(f)
	a.dates(f)
	a.people(f)
	a.Title = a.text(f, "title", "", 200, false)
	if a.Title == "" {
		a.Title, _ = cut("资助 / Grant: "+a.Recipient.Name, 200)
		a.flag("title", "no_title", "没有标题，以受助方名称代替", "there is no title; the recipient's name stands for it")
	}
	for i := range a.Problems {
		a.Problems[i].ID = a.ID
	}
	return a, true
}

// grantsOwn are the properties of the standard that only grants have, unlike id, title or url.
var grantsOwn = []string{"amountAppliedFor", "amountAwarded", "amountDisbursed", "awardDate", "plannedDates",
	"actualDates", "recipientOrganization", "recipientIndividual", "fundingOrganization", "grantProgramme",
	"beneficiaryLocation", "fundingType", "fromOpenCall"}

func (f fieldsOf) grant() bool {
	return slices.ContainsFunc(grantsOwn, func(name string) bool { return len(f[name]) > 0 && string(f[name]) != "null" })
}

// IsGrant reports whether a row has a property that only 360Giving grants have.
func IsGrant(raw json.RawMessage) bool {
	var f fieldsOf
	return json.Unmarshal(raw, &f) == nil && f.grant()
}

func (a *Award) flag(column, code, zh, en string, args ...any) {
	a.Problems = append(a.Problems, Problem{Row: a.Row, Column: column, Code: code, Message: text.Format(zh, en, args...)})
}

func (a *Award) identify(f fieldsOf) {
	if a.ID = a.text(f, "id", "", 200, false); a.ID == "" {
		a.ID = "row-sha256:" + hex.EncodeToString(a.Hash[:])
		a.flag("id", "no_id", "没有编号，以本行内容的哈希值代替", "there is no identifier; the hash of the row stands for it")
	}
}

// plain returns a JSON text or number as text; ok is false for other values.
func plain(raw json.RawMessage) (s string, ok bool) {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "", true
	case raw[0] == '"':
		return s, json.Unmarshal(raw, &s) == nil
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return string(raw), true
	}
	return "", false
}

func (a *Award) text(f fieldsOf, name, path string, most int, lines bool) string {
	s, ok := plain(f[name])
	if !ok {
		a.flag(path+name, "not_text", "这里应是文字", "a text is expected here")
		return ""
	}
	s, touched := tidy(s, lines)
	if touched {
		a.flag(path+name, "invisible", "去掉了看不见的字符", "characters that cannot be seen were taken out")
	}
	s, long := cut(s, most)
	if long {
		a.flag(path+name, "too_long", "超过 %d 个字，后面的截去了", "longer than %d characters; the rest was cut off", most)
	}
	return s
}

func (a *Award) currency(f fieldsOf) string {
	written := a.text(f, "currency", "", 80, false)
	a.Written["currency"] = written
	code := strings.ToUpper(written)
	switch {
	case written == "":
		a.flag("currency", "no_currency", "没有写币种", "no currency is named")
		return money.NoCurrency
	case !money.KnownCurrency(code):
		a.flag("currency", "unknown_currency", "没有这个币种代码（ISO 4217）：%s", "there is no such code of ISO 4217: %s", written)
		return money.NoCurrency
	case code != written:
		a.flag("currency", "currency_form", "币种代码应为大写字母", "a currency's code has capital letters")
	}
	return code
}

func (a *Award) amounts(f fieldsOf) {
	a.Applied = a.amount(f, "amountAppliedFor", false)
	a.Awarded = a.amount(f, "amountAwarded", true)
	a.Paid = a.amount(f, "amountDisbursed", false)
	if a.Paid > a.Awarded {
		a.flag("amountDisbursed", "paid_above_awarded", "已付金额大于资助金额", "more was paid than awarded")
	}
}

func (a *Award) amount(f fieldsOf, name string, required bool) money.Fen {
	s, ok := plain(f[name])
	s = strings.TrimSpace(s)
	a.Written[name], _ = cut(s, 80)
	if s == "" && ok {
		if required {
			a.flag(name, "no_amount", "没有写金额", "no amount is given")
		}
		return 0
	}
	written := ok
	if string(f[name][:1]) == `"` {
		a.flag(name, "amount_is_text", "金额写成了文字", "the amount is written as a text")
		s, written = a.number(s)
	}
	n, exact, err := money.ParseMinor(s, a.Currency)
	switch {
	case !written || err != nil:
		a.flag(name, "bad_amount", "读不懂的金额：%s", "an amount that cannot be read: %s", a.Written[name])
		return 0
	case n < 0:
		a.flag(name, "negative_amount", "金额小于零：%s（按零记）", "the amount is less than zero: %s (kept as zero)", s)
		return 0
	case !exact:
		a.flag(name, "amount_rounded", "金额小于最小货币单位的部分截去了", "what is less than the currency's minor unit was cut off")
	case n == 0 && required:
		a.flag(name, "zero_amount", "金额为零", "the amount is zero")
	}
	return n
}

var symbols = map[string]string{"£": "GBP GIP FKP SHP EGP XXX", "€": "EUR XXX", "¥": "CNY JPY XXX",
	"$": "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP BBD BSD BZD XXX"}

// number returns an amount, written as a text, as JSON would write it. It accepts the award's own currency before or
// behind it, and commas between complete groups; points and commas of other countries are not guessed at.
func (a *Award) number(s string) (string, bool) {
	s = clean.Number(s)
	sign := ""
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		sign, s = "-", strings.TrimSpace(rest)
	}
	for mark, of := range symbols {
		if rest, found := strings.CutPrefix(s, mark); found && strings.Contains(of, a.Currency) {
			s = strings.TrimSpace(rest)
		}
	}
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, a.Currency), a.Currency))
	whole, frac, point := strings.Cut(s, ".")
	whole, ok := clean.Ungroup(whole)
	if !ok || whole == "" || strings.Trim(whole+frac, "0123456789") != "" || point && frac == "" ||
		len(frac) > money.Places(a.Currency) {
		return s, false
	}
	if point {
		whole += "." + frac
	}
	return sign + whole, true
}

func (a *Award) dates(f fieldsOf) {
	if t, ok := a.date(f, "awardDate", ""); ok {
		a.On = t
		switch {
		case t.Before(a.earliest):
			a.flag("awardDate", "date_out_of_range", "日期早得不合理", "the date is impossibly early")
			a.On = time.Time{}
		case t.After(a.latest):
			a.flag("awardDate", "date_in_future", "日期晚于今天", "the date lies in the future")
			a.On = time.Time{}
		}
	} else if _, given := f["awardDate"]; !given {
		a.flag("awardDate", "no_date", "没有写资助日期", "no date of the award is given")
	}
	planned, n := a.object(f, "plannedDates", "")
	if n == 0 {
		return
	}
	day := func(name string) *calendar.Date {
		if t, ok := a.date(planned, name, "plannedDates[0]."); ok {
			d := calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
			return &d
		}
		return nil
	}
	a.Start, a.End = day("startDate"), day("endDate")
	if a.Start != nil && a.End != nil && a.End.Before(*a.Start) {
		a.flag("plannedDates[0].endDate", "ends_before_start", "结束早于开始", "it ends before it starts")
	}
}

// dateForms holds the standard's forms first, then those that publishers write instead.
var dateForms = []struct {
	layout   string
	standard bool
}{
	{time.RFC3339, true}, {time.DateOnly, true}, {"2006-01", true}, {"2006", true}, {"2006-01-02T15:04:05", true},
	{"2006-01-02T15:04Z07:00", true},
	{"02/01/2006", false}, {"02/01/2006 15:04", false}, {"2/1/2006", false}, {"2006/01/02", false}, {"2006/1/2", false},
	{"02-01-2006", false},
	{"02.01.2006", false}, {"20060102", false}, {"2 January 2006", false}, {"02-Jan-2006", false},
	{"January 2, 2006", false}, {"2006-01-02 15:04:05", false},
}

// date ignores hour and zone: publishers mean the day that they write.
func (a *Award) date(f fieldsOf, name, path string) (time.Time, bool) {
	s, ok := plain(f[name])
	s = strings.TrimSpace(s)
	if s == "" && ok {
		return time.Time{}, false
	}
	for _, form := range dateForms {
		t, err := time.Parse(form.layout, s)
		if err != nil {
			continue
		}
		if !form.standard {
			a.flag(path+name, "date_form", "日期写法不合标准（%s），读作 %s", "the date is not written as the standard says (%s); read as %s",
				s, t.Format(time.DateOnly))
		}
		if t.Year() < 1000 {
			break
		}
		if form.layout == "2006" || form.layout == "2006-01" {
			a.flag(path+name, "date_incomplete", "日期只写到年或月（%s），记作当年或当月的第一天",
				"the date has a year or a month only (%s); kept as the first day of it", s)
		}
		return time.Date(t.Year(), t.Month(), t.Day(), 4, 0, 0, 0, time.UTC), true // noon in Shanghai
	}
	short, _ := cut(s, 40)
	a.flag(path+name, "bad_date", "读不懂的日期：%s", "a date that cannot be read: %s", short)
	return time.Time{}, false
}

// object returns the first object of a list, or one in a list's place, and their number.
func (a *Award) object(f fieldsOf, name, path string) (fieldsOf, int) {
	raw := f[name]
	if len(raw) == 0 || string(raw) == "null" {
		return nil, 0
	}
	var one fieldsOf
	if raw[0] == '{' && json.Unmarshal(raw, &one) == nil {
		a.flag(path+name, "not_a_list", "这里应是列表", "a list is expected here")
		return one, 1
	}
	var many []json.RawMessage
	if json.Unmarshal(raw, &many) != nil || len(many) > 0 && (json.Unmarshal(many[0], &one) != nil || one == nil) {
		a.flag(path+name, "not_a_list", "这里应是列表", "a list is expected here")
		return nil, 0
	}
	for _, other := range many[min(1, len(many)):] {
		var o struct{ Name string }
		if json.Unmarshal(other, &o) == nil && o.Name != "" {
			a.others = append(a.others, o.Name)
		}
	}
	return one, len(many)
}

func (a *Award) people(f fieldsOf) {
	funder, _ := a.object(f, "fundingOrganization", "")
	if a.Funder = a.organization(funder, "fundingOrganization[0]."); a.Funder.Name == "" && a.Funder.ID == "" {
		a.flag("fundingOrganization", "no_funder", "没有写资助方", "no funder is named")
	}
	programme, _ := a.object(f, "grantProgramme", "")
	a.Programme = a.text(programme, "title", "grantProgramme[0].", 1000, false)
	a.others = nil
	recipient, n := a.object(f, "recipientOrganization", "")
	if n > 1 {
		names, _ := cut(strings.Join(a.others, "; "), 300)
		a.flag("recipientOrganization", "several_recipients", "有 %d 个受助组织，取第一个；其余：%s",
			"there are %d recipients; the first is taken; the others: %s", n, names)
	}
	if n == 0 {
		a.individual(f)
		return
	}
	a.recipient(recipient)
}

// individual keeps no personal data of a grant to a person.
func (a *Award) individual(f fieldsOf) {
	if raw := f["recipientIndividual"]; len(raw) > 0 && string(raw) != "null" {
		a.Individual = true
		a.Recipient.Name = "个人 / individual"
		a.flag("recipientIndividual", "individual", "受助方是个人，姓名未保存", "the recipient is a person, whose name is not kept")
		return
	}
	a.Recipient.Name = "未写明 / not named"
	a.flag("recipientOrganization", "no_recipient", "没有写受助方", "no recipient is named")
}

func (a *Award) organization(f fieldsOf, path string) Organization {
	o := Organization{ID: a.text(f, "id", path, 200, false), Name: a.text(f, "name", path, 1000, false)}
	var place []string
	for _, part := range []string{"streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry"} {
		if s := a.text(f, part, path, 100, false); s != "" && !slices.Contains(place, s) {
			place = append(place, s)
		}
	}
	o.Place = strings.Join(place, ", ")
	var about []string
	for _, part := range []string{"charityNumber", "companyNumber", "url"} {
		if s := a.text(f, part, path, 200, false); s != "" {
			about = append(about, part+": "+s)
		}
	}
	o.About = strings.Join(about, "\n")
	return o
}

func (a *Award) recipient(f fieldsOf) {
	const path = "recipientOrganization[0]."
	o := a.organization(f, path)
	if o.Name == "" {
		a.flag(path+"name", "no_recipient_name", "受助方没有名称", "the recipient has no name")
		o.Name = o.ID
	}
	if o.ID == "" && o.Name != "" {
		a.flag(path+"id", "no_recipient_id", "受助方没有编号，按资助方和名称识别",
			"the recipient has no identifier; it is known by funder and name")
		o.ID, _ = cut("name:"+a.Funder.ID+":"+strings.ToLower(o.Name), 290)
	}
	if o.Name == "" {
		a.flag("recipientOrganization", "no_recipient", "没有写受助方", "no recipient is named")
		o.Name = "未写明 / not named"
	}
	a.Recipient = o
}

// RecordName is the recipient's name as a record keeps it: 2 to 100 characters.
func (a *Award) RecordName() string {
	name, _ := cut(a.Recipient.Name, 100)
	if len([]rune(name)) < 2 {
		name = fmt.Sprintf("%s (%s)", name, a.Recipient.ID)
		name, _ = cut(name, 100)
	}
	return name
}

package ui

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/money"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// EntryField is a field of a record's form; its name is the API's, so faults find it.
type EntryField struct {
	Name    string
	Label   text.Text
	Hint    text.Text
	Kind    string // text, long, number, points, money, moment, date, period, check, choice, many
	Choices []Option
}

type FieldGroup struct {
	Legend text.Text
	Fields []EntryField
}

// units of periods in forms
var units = []Option{{"wd", text.Text{ZH: "个工作日", EN: "working days"}},
	{"d", text.Text{ZH: "天（自然日）", EN: "calendar days"}},
	{"mo", text.Text{ZH: "个月", EN: "months"}}, {"y", text.Text{ZH: "年", EN: "years"}}}

const MomentLayout = "2006-01-02T15:04"

func PeriodsOf(r *workflow.Rules) map[string]*calendar.Period {
	return map[string]*calendar.Period{"rules.notice_period": &r.NoticePeriod,
		"rules.correction_period": &r.CorrectionPeriod, "rules.cosign_period": &r.CosignPeriod,
		"rules.sign_period": &r.SignPeriod, "rules.report_period": &r.ReportPeriod,
		"rules.objection_period": &r.ObjectionPeriod}
}

// Hundredths writes a number kept in hundredths: 7550 as 75.5.
func Hundredths(n int64) string {
	if n == 0 {
		return ""
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%d.%02d", n/100, n%100), "0"), ".")
}

type RoundReader struct {
	Given  url.Values
	Faults map[string]text.Text
	counts map[string]int // lines of each list by name; nil: not counted
}

func (x *RoundReader) Round() registry.NewRound {
	n := registry.NewRound{Kind: x.line("kind"), Region: x.line("region"), Agency: x.line("agency"),
		Opens: x.moment("opens_at"), Closes: x.moment("closes_at"), Total: x.money("total_fen")}
	n.Name = workflow.Text{ZH: x.line("name.zh"), EN: x.line("name.en")}
	n.Tracks = []workflow.Track{}
	for i := range x.Lines("tracks") {
		at := fmt.Sprintf("tracks.%d.", i)
		t := workflow.Track{Code: x.line(at + "code"), Name: workflow.Text{ZH: x.line(at + "name.zh"),
			EN: x.line(at + "name.en")}}
		if t != (workflow.Track{}) {
			n.Tracks = append(n.Tracks, t)
		}
	}
	rules := x.rules()
	n.Rules, n.Form = &rules, json.RawMessage("null")
	if form := x.line("form"); form != "" {
		n.Form = x.form(form)
	}
	return n
}

// form returns JSON as written; the registry checks it.
func (x *RoundReader) form(s string) json.RawMessage {
	if !json.Valid([]byte(s)) {
		var at *json.SyntaxError
		line := 0
		if err := json.Unmarshal([]byte(s), new(any)); asSyntax(err, &at) {
			line = strings.Count(s[:min(int(at.Offset), len(s))], "\n") + 1
		}
		x.Faults["form"] = text.Format("申报表不是有效的 JSON，问题在第 %d 行", "the form is no valid JSON; see line %d", line)
		return nil
	}
	return compact(json.RawMessage(s))
}

func (x *RoundReader) rules() workflow.Rules {
	r := workflow.Rules{MinReviews: x.number("rules.min_reviews"), MaxAwards: x.number("rules.max_awards"),
		PassPoints:   int(x.hundredths("rules.pass_points")),
		AwardCeiling: x.money("rules.award_ceiling_fen"), Cosigners: x.line("rules.cosigners"),
		CosignSilence: x.line("rules.cosign_silence"), Contact: x.line("rules.contact"),
		DocumentWord:        x.line("rules.document_word"),
		AnonymousObjections: x.Given.Get("rules.anonymous_objections") != "",
		AllowProvisional:    x.Given.Get("rules.allow_provisional") != "",
		OpenScores:          x.Given.Get("rules.open_scores") != "", Tranches: []workflow.TrancheRule{},
		Criteria: x.criteria()}
	for name, p := range PeriodsOf(&r) {
		*p = x.period(name)
	}
	for i := range x.Lines("rules.tranches") {
		at := fmt.Sprintf("rules.tranches.%d.", i)
		if x.line(at+"share_bp") != "" {
			r.Tranches = append(r.Tranches, workflow.TrancheRule{Share: money.BasisPoints(x.hundredths(at + "share_bp")),
				Reports: x.number(at + "reports")})
		}
	}
	for i := range x.Lines("rules.basis") {
		at := fmt.Sprintf("rules.basis.%d.", i)
		b := workflow.Basis{Rule: x.line(at + "rule"), Source: workflow.Text{ZH: x.line(at + "source.zh"),
			EN: x.line(at + "source.en")}, Since: x.day(at + "since")}
		if b != (workflow.Basis{}) {
			r.Basis = append(r.Basis, b)
		}
	}
	return r
}

func (x *RoundReader) criteria() (out []workflow.Criterion) {
	for i := range x.Lines("rules.criteria") {
		at := fmt.Sprintf("rules.criteria.%d.", i)
		c := workflow.Criterion{Code: x.line(at + "code"), Name: workflow.Text{ZH: x.line(at + "name.zh"),
			EN: x.line(at + "name.en")},
			Guide: workflow.Text{ZH: x.line(at + "guide.zh"), EN: x.line(at + "guide.en")}, Weight: x.number(at + "weight")}
		if c != (workflow.Criterion{}) {
			out = append(out, c)
		}
	}
	return out
}

func (x *RoundReader) line(name string) string { return strings.TrimSpace(x.Given.Get(name)) }

// maxLines limits a list on a page; no round has that many.
const maxLines = 200

// Lines returns the number of a list's lines; all lists are counted in one pass.
func (x *RoundReader) Lines(list string) int {
	if x.counts == nil {
		x.counts = map[string]int{}
		for name := range x.Given {
			x.count(name)
		}
	}
	return x.counts[list]
}

// count counts the lines that a field's name implies: q.3.choices.0.value is in lists q and q.3.choices.
func (x *RoundReader) count(name string) {
	start := 0 // of the part that may be a number
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '.' {
			continue
		}
		if n, err := strconv.Atoi(name[start:i]); start > 0 && err == nil && n >= 0 && n < maxLines {
			x.counts[name[:start-1]] = max(x.counts[name[:start-1]], n+1)
		}
		start = i + 1
	}
}

func (x *RoundReader) wrong(name string, why text.Text) { x.Faults[name] = why }

func (x *RoundReader) number(name string) int {
	s := x.line(name)
	if s == "" {
		return 0
	}
	n, problem := clean.Whole(s)
	if problem != nil {
		x.wrong(name, *problem)
	}
	return int(n)
}

// hundredths reads 75.5 as 7550.
func (x *RoundReader) hundredths(name string) int64 {
	s := strings.TrimSuffix(x.line(name), "%")
	if s == "" {
		return 0
	}
	n, err := money.ParseHundredths(s)
	if err != nil || n > 1_000_000 {
		x.wrong(name, text.Text{ZH: "请填数字，最多两位小数", EN: "write a number with two decimals at most"})
		return 0
	}
	return n
}

func (x *RoundReader) money(name string) money.Fen {
	s := x.line(name)
	if s == "" {
		return 0
	}
	f, err := money.ParseYuan(s)
	if err != nil {
		x.wrong(name, text.Text{ZH: "请填金额，如 30000 或 30,000.00", EN: "write an amount, such as 30000 or 30,000.00"})
	}
	return f
}

func (x *RoundReader) moment(name string) *time.Time {
	s := x.line(name)
	if s == "" {
		return nil
	}
	at, err := time.ParseInLocation(MomentLayout, strings.Replace(s, " ", "T", 1), calendar.Zone())
	if err != nil {
		x.wrong(name, text.Text{ZH: "请填日期和时间，如 2027-03-01 09:00", EN: "write day and time, such as 2027-03-01 09:00"})
		return nil
	}
	return &at
}

func (x *RoundReader) day(name string) (d calendar.Date) {
	s := x.line(name)
	if s == "" {
		return d
	}
	d, err := calendar.ReadDate(s)
	if bad, ok := err.(*calendar.Error); ok {
		x.wrong(name, bad.Text)
	}
	return d
}

func (x *RoundReader) period(name string) (p calendar.Period) {
	s := x.line(name)
	if s == "" {
		return p
	}
	p, err := calendar.ParsePeriod(s + x.line(name+".unit"))
	if err != nil {
		x.wrong(name, text.Text{ZH: "请填天数或月数（1 到 3650）", EN: "write how many, from 1 to 3650"})
	}
	return p
}

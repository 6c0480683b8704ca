package web

import (
	"bytes"
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

// entryField is one field of a form of a record; its name is the API's, so that faults find it.
type entryField struct {
	Name    string
	Label   text.Text
	Hint    text.Text
	Kind    string // text, long, number, points, money, moment, date, period, check, choice, many
	Choices []option
}

// fieldGroup is what stands together under a heading.
type fieldGroup struct {
	Legend text.Text
	Fields []entryField
}

// Lines that a round's form has room for at once; a saved form has room for more.
const (
	trancheLines = 4
	trackLines   = 3
	basisLines   = 3
	criteriaRoom = 4
)

// roundGroups are the plain fields of a round, in the order in which a base thinks of them. Numbers from law or local
// practice are the base's to write, with where they come from (basis).
func roundGroups() []fieldGroup {
	return []fieldGroup{
		{t("名称和时间", "Name and time"), []entryField{
			{Name: "name.zh", Label: t("批次名称（中文）", "Name of the round (Chinese)"), Kind: "text"},
			{Name: "name.en", Label: t("批次名称（英文，可不填）", "Name of the round (English, optional)"), Kind: "text"},
			{Name: "opens_at", Label: t("开始受理", "Opens"), Kind: "moment"},
			{Name: "closes_at", Label: t("截止时间（全系统只用这一个）", "Closes (the one deadline used everywhere)"), Kind: "moment"},
			{Name: "rules.contact", Label: t("咨询电话、地点和时间", "Where applicants ask: telephone, place, hours"), Kind: "text"},
			{Name: "rules.document_word", Label: t("机关代字（公文编号用，如 黑民社孵；不编号则留空）",
				"Code word of document numbers (empty: papers carry no number)"), Kind: "text"},
		}},
		{t("资金", "Money"), []entryField{
			{Name: "total_fen", Label: t("资金总额（元）", "Envelope (yuan)"), Kind: "money"},
			{Name: "rules.award_ceiling_fen", Label: t("单项最多（元，不限则留空）", "At most for one project (yuan; empty: no limit)"),
				Kind: "money"},
			{Name: "rules.max_awards", Label: t("资助名额（不限则留空）", "Awards (empty: no limit)"), Kind: "number"},
		}},
		{t("审查和评审", "Check and review"), []entryField{
			{Name: "rules.correction_period", Label: t("补正期限", "Time to correct"), Kind: "period"},
			{Name: "rules.min_reviews", Label: t("至少几份评审意见", "Reviews needed"), Kind: "number"},
			{Name: "rules.pass_points", Label: t("及格平均分（0—100）", "Mean to pass (0 to 100)"), Kind: "points"},
			{Name: "rules.open_scores", Label: t("评委声明回避后就能看到别人的评分（不勾选则交了自己的才能看）",
				"Reviewers see each other's scores once they have declared (otherwise once their own is in)"), Kind: "check"},
		}},
		{t("会签和公示", "Co-signing and public notice"), []entryField{
			{Name: "rules.cosigners", Label: t("请谁会签", "Who co-signs"), Kind: "choice",
				Choices: []option{{"competent", t("按职能分工，请有关单位会签", "the agencies competent for the topics")},
					{"none", t("不会签", "nobody")}}},
			{Name: "rules.cosign_period", Label: t("会签期限", "Time to co-sign"), Kind: "period"},
			{Name: "rules.cosign_silence", Label: t("到期没有答复", "Without an answer in time"), Kind: "choice",
				Choices: []option{{"lapse", t("视为没有意见", "silence is no objection")},
					{"wait", t("必须等到答复", "an answer is waited for")}}},
			{Name: "rules.notice_period", Label: t("公示期限", "Public notice"), Kind: "period"},
			{Name: "rules.objection_period", Label: t("异议答复期限", "Time to answer an objection"), Kind: "period"},
			{Name: "rules.anonymous_objections",
				Label: t("匿名异议同样要核查后才能立项", "An objection without a name holds up the award too"), Kind: "check"},
		}},
		{t("签约和报告", "Agreement and report"), []entryField{
			{Name: "rules.sign_period", Label: t("签约期限", "Time to sign"), Kind: "period"},
			{Name: "rules.report_period", Label: t("结项报告期限", "Time to report"), Kind: "period"},
			{Name: "rules.allow_provisional", Label: t("次年节假日未公布时，期限到了也照常办理", "Clocks act on provisional dates too"),
				Kind: "check"},
		}},
	}
}

// units of periods, as the form offers them.
var units = []option{{"wd", text.Text{ZH: "个工作日", EN: "working days"}},
	{"d", text.Text{ZH: "天（自然日）", EN: "calendar days"}},
	{"mo", text.Text{ZH: "个月", EN: "months"}}, {"y", text.Text{ZH: "年", EN: "years"}}}

const momentLayout = "2006-01-02T15:04"

// roundValues is a round as its form shows it.
func roundValues(r *workflow.RoundRecord) url.Values {
	out := url.Values{"kind": {r.Kind}, "region": {string(r.Region)}, "agency": {r.Agency}}
	out.Set("name.zh", r.Name.ZH)
	out.Set("name.en", r.Name.EN)
	for name, at := range map[string]*time.Time{"opens_at": r.Opens, "closes_at": r.Closes} {
		if at != nil {
			out.Set(name, at.In(calendar.Zone()).Format(momentLayout))
		}
	}
	out.Set("total_fen", amount(r.Total))
	for i, t := range r.Tracks {
		out.Set(fmt.Sprintf("tracks.%d.code", i), t.Code)
		out.Set(fmt.Sprintf("tracks.%d.name.zh", i), t.Name.ZH)
		out.Set(fmt.Sprintf("tracks.%d.name.en", i), t.Name.EN)
	}
	var pretty bytes.Buffer
	if len(r.Form) > 0 && json.Indent(&pretty, r.Form, "", "  ") == nil {
		out.Set("form", pretty.String())
	}
	rulesValues(&r.Rules, out)
	return out
}

func rulesValues(r *workflow.Rules, out url.Values) {
	for name, n := range map[string]int{"rules.min_reviews": r.MinReviews, "rules.max_awards": r.MaxAwards} {
		if n != 0 {
			out.Set(name, strconv.Itoa(n))
		}
	}
	out.Set("rules.pass_points", hundredths(int64(r.PassPoints)))
	out.Set("rules.award_ceiling_fen", amount(r.AwardCeiling))
	for name, p := range periodsOf(r) {
		if !p.IsZero() {
			out.Set(name, strconv.Itoa(p.N))
			out.Set(name+".unit", string(p.Unit))
		}
	}
	out.Set("rules.cosigners", r.Cosigners)
	out.Set("rules.cosign_silence", r.CosignSilence)
	out.Set("rules.contact", r.Contact)
	out.Set("rules.document_word", r.DocumentWord)
	for name, yes := range map[string]bool{"rules.anonymous_objections": r.AnonymousObjections,
		"rules.allow_provisional": r.AllowProvisional, "rules.open_scores": r.OpenScores} {
		if yes {
			out.Set(name, "true")
		}
	}
	for i, t := range r.Tranches {
		out.Set(fmt.Sprintf("rules.tranches.%d.share_bp", i), hundredths(int64(t.Share)))
		out.Set(fmt.Sprintf("rules.tranches.%d.reports", i), strconv.Itoa(t.Reports))
	}
	for i, c := range r.Criteria {
		at := fmt.Sprintf("rules.criteria.%d.", i)
		for name, s := range map[string]string{"code": c.Code, "name.zh": c.Name.ZH, "name.en": c.Name.EN,
			"guide.zh": c.Guide.ZH, "guide.en": c.Guide.EN, "weight": strconv.Itoa(c.Weight)} {
			out.Set(at+name, s)
		}
	}
	for i, b := range r.Basis {
		at := fmt.Sprintf("rules.basis.%d.", i)
		out.Set(at+"rule", b.Rule)
		out.Set(at+"source.zh", b.Source.ZH)
		out.Set(at+"source.en", b.Source.EN)
		out.Set(at+"since", b.Since.String())
	}
}

// periodsOf are the periods of rules by their names.
func periodsOf(r *workflow.Rules) map[string]*calendar.Period {
	return map[string]*calendar.Period{"rules.notice_period": &r.NoticePeriod,
		"rules.correction_period": &r.CorrectionPeriod, "rules.cosign_period": &r.CosignPeriod,
		"rules.sign_period": &r.SignPeriod, "rules.report_period": &r.ReportPeriod,
		"rules.objection_period": &r.ObjectionPeriod}
}

func amount(f money.Fen) string {
	if f == 0 {
		return ""
	}
	return f.Yuan()
}

// hundredths is a number kept in hundredths as people write it: 7550 is 75.5.
func hundredths(n int64) string {
	if n == 0 {
		return ""
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%d.%02d", n/100, n%100), "0"), ".")
}

// roundReader reads a round out of a form and notes what cannot be understood, each at its field.
type roundReader struct {
	given  url.Values
	faults map[string]text.Text
	counts map[string]int // lines of each list, by its name; nil: not counted yet
}

func newRoundReader(given url.Values) *roundReader {
	return &roundReader{given: given, faults: map[string]text.Text{}}
}

// round is what a form says; what it cannot say is in the faults.
func (x *roundReader) round() registry.NewRound {
	n := registry.NewRound{Kind: x.line("kind"), Region: x.line("region"), Agency: x.line("agency"),
		Opens: x.moment("opens_at"), Closes: x.moment("closes_at"), Total: x.money("total_fen")}
	n.Name = workflow.Text{ZH: x.line("name.zh"), EN: x.line("name.en")}
	n.Tracks = []workflow.Track{}
	for i := range x.lines("tracks") {
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

// form is JSON as it was written; whether it is a form is the registry's to say.
func (x *roundReader) form(s string) json.RawMessage {
	if !json.Valid([]byte(s)) {
		var at *json.SyntaxError
		line := 0
		if err := json.Unmarshal([]byte(s), new(any)); asSyntax(err, &at) {
			line = strings.Count(s[:min(int(at.Offset), len(s))], "\n") + 1
		}
		x.faults["form"] = text.Format("申报表不是有效的 JSON，问题在第 %d 行", "the form is no valid JSON; see line %d", line)
		return nil
	}
	return compact(json.RawMessage(s))
}

func (x *roundReader) rules() workflow.Rules {
	r := workflow.Rules{MinReviews: x.number("rules.min_reviews"), MaxAwards: x.number("rules.max_awards"),
		PassPoints:   int(x.hundredths("rules.pass_points")),
		AwardCeiling: x.money("rules.award_ceiling_fen"), Cosigners: x.line("rules.cosigners"),
		CosignSilence: x.line("rules.cosign_silence"), Contact: x.line("rules.contact"),
		DocumentWord:        x.line("rules.document_word"),
		AnonymousObjections: x.given.Get("rules.anonymous_objections") != "",
		AllowProvisional:    x.given.Get("rules.allow_provisional") != "",
		OpenScores:          x.given.Get("rules.open_scores") != "", Tranches: []workflow.TrancheRule{},
		Criteria: x.criteria()}
	for name, p := range periodsOf(&r) {
		*p = x.period(name)
	}
	for i := range x.lines("rules.tranches") {
		at := fmt.Sprintf("rules.tranches.%d.", i)
		if x.line(at+"share_bp") != "" {
			r.Tranches = append(r.Tranches, workflow.TrancheRule{Share: money.BasisPoints(x.hundredths(at + "share_bp")),
				Reports: x.number(at + "reports")})
		}
	}
	for i := range x.lines("rules.basis") {
		at := fmt.Sprintf("rules.basis.%d.", i)
		b := workflow.Basis{Rule: x.line(at + "rule"), Source: workflow.Text{ZH: x.line(at + "source.zh"),
			EN: x.line(at + "source.en")}, Since: x.day(at + "since")}
		if b != (workflow.Basis{}) {
			r.Basis = append(r.Basis, b)
		}
	}
	return r
}

// criteria are the lines of which anything is written.
func (x *roundReader) criteria() (out []workflow.Criterion) {
	for i := range x.lines("rules.criteria") {
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

func (x *roundReader) line(name string) string { return strings.TrimSpace(x.given.Get(name)) }

// maxLines of a list on a page: more than any round has.
const maxLines = 200

// lines returns up to where the fields of a list go. All lists are counted in one pass over the form.
func (x *roundReader) lines(list string) int {
	if x.counts == nil {
		x.counts = map[string]int{}
		for name := range x.given {
			x.count(name)
		}
	}
	return x.counts[list]
}

// count notes the lines that the name of a field implies: q.3.choices.0.value is of the lists q and q.3.choices.
func (x *roundReader) count(name string) {
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

func (x *roundReader) wrong(name string, why text.Text) { x.faults[name] = why }

func (x *roundReader) number(name string) int {
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
func (x *roundReader) hundredths(name string) int64 {
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

func (x *roundReader) money(name string) money.Fen {
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

func (x *roundReader) moment(name string) *time.Time {
	s := x.line(name)
	if s == "" {
		return nil
	}
	at, err := time.ParseInLocation(momentLayout, strings.Replace(s, " ", "T", 1), calendar.Zone())
	if err != nil {
		x.wrong(name, text.Text{ZH: "请填日期和时间，如 2027-03-01 09:00", EN: "write day and time, such as 2027-03-01 09:00"})
		return nil
	}
	return &at
}

func (x *roundReader) day(name string) (d calendar.Date) {
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

func (x *roundReader) period(name string) (p calendar.Period) {
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

package rounds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// Lines offered in an empty form; saved forms offer more.
const (
	trancheLines = 4
	trackLines   = 3
	basisLines   = 3
	criteriaRoom = 4
)

// roundGroups returns a round's fields in the order in which a base plans. Numbers from law or local practice are the
// base's to write, with their source (basis).
func roundGroups() []ui.FieldGroup {
	return []ui.FieldGroup{
		{Legend: ui.T("名称和时间", "Name and time"), Fields: []ui.EntryField{
			{Name: "name.zh", Label: ui.T("批次名称（中文）", "Name of the round (Chinese)"), Kind: "text"},
			{Name: "name.en", Label: ui.T("批次名称（英文，可不填）", "Name of the round (English, optional)"), Kind: "text"},
			{Name: "opens_at", Label: ui.T("开始受理", "Opens"), Kind: "moment"},
			{Name: "closes_at", Label: ui.T("截止时间（全系统只用这一个）", "Closes (the one deadline used everywhere)"), Kind: "moment"},
			{Name: "rules.contact", Label: ui.T("咨询电话、地点和时间", "Where applicants ask: telephone, place, hours"), Kind: "text"},
			{Name: "rules.document_word", Label: ui.T("机关代字（公文编号用，如 黑民社孵；不编号则留空）",
				"Code word of document numbers (empty: papers carry no number)"), Kind: "text"},
		}},
		{Legend: ui.T("资金", "Money"), Fields: []ui.EntryField{
			{Name: "total_fen", Label: ui.T("资金总额（元）", "Envelope (yuan)"), Kind: "money"},
			{Name: "rules.award_ceiling_fen", Label: ui.T("单项最多（元，不限则留空）", "At most for one project (yuan; empty: no limit)"),
				Kind: "money"},
			{Name: "rules.max_awards", Label: ui.T("资助名额（不限则留空）", "Awards (empty: no limit)"), Kind: "number"},
		}},
		{Legend: ui.T("审查和评审", "Check and review"), Fields: []ui.EntryField{
			{Name: "rules.correction_period", Label: ui.T("补正期限", "Time to correct"), Kind: "period"},
			{Name: "rules.min_reviews", Label: ui.T("至少几份评审意见", "Reviews needed"), Kind: "number"},
			{Name: "rules.pass_points", Label: ui.T("及格平均分（0—100）", "Mean to pass (0 to 100)"), Kind: "points"},
			{Name: "rules.open_scores", Label: ui.T("评委声明回避后就能看到别人的评分（不勾选则交了自己的才能看）",
				"Reviewers see each other's scores once they have declared (otherwise once their own is in)"), Kind: "check"},
		}},
		{Legend: ui.T("会签和公示", "Co-signing and public notice"), Fields: []ui.EntryField{
			{Name: "rules.cosigners", Label: ui.T("请谁会签", "Who co-signs"), Kind: "choice",
				Choices: []ui.Option{{Value: "competent", Label: ui.T("按职能分工，请有关单位会签", "the agencies competent for the topics")},
					{Value: "none", Label: ui.T("不会签", "nobody")}}},
			{Name: "rules.cosign_period", Label: ui.T("会签期限", "Time to co-sign"), Kind: "period"},
			{Name: "rules.cosign_silence", Label: ui.T("到期没有答复", "Without an answer in time"), Kind: "choice",
				Choices: []ui.Option{{Value: "lapse", Label: ui.T("视为没有意见", "silence is no objection")},
					{Value: "wait", Label: ui.T("必须等到答复", "an answer is waited for")}}},
			{Name: "rules.notice_period", Label: ui.T("公示期限", "Public notice"), Kind: "period"},
			{Name: "rules.objection_period", Label: ui.T("异议答复期限", "Time to answer an objection"), Kind: "period"},
			{Name: "rules.anonymous_objections",
				Label: ui.T("匿名异议同样要核查后才能立项", "An objection without a name holds up the award too"), Kind: "check"},
		}},
		{Legend: ui.T("签约和报告", "Agreement and report"), Fields: []ui.EntryField{
			{Name: "rules.sign_period", Label: ui.T("签约期限", "Time to sign"), Kind: "period"},
			{Name: "rules.report_period", Label: ui.T("结项报告期限", "Time to report"), Kind: "period"},
			{Name: "rules.allow_provisional", Label: ui.T("次年节假日未公布时，期限到了也照常办理", "Clocks act on provisional dates too"),
				Kind: "check"},
		}},
	}
}

func roundValues(r *workflow.RoundRecord) url.Values {
	out := url.Values{"kind": {r.Kind}, "region": {string(r.Region)}, "agency": {r.Agency}}
	out.Set("name.zh", r.Name.ZH)
	out.Set("name.en", r.Name.EN)
	for name, at := range map[string]*time.Time{"opens_at": r.Opens, "closes_at": r.Closes} {
		if at != nil {
			out.Set(name, at.In(calendar.Zone()).Format(ui.MomentLayout))
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
	out.Set("rules.pass_points", ui.Hundredths(int64(r.PassPoints)))
	out.Set("rules.award_ceiling_fen", amount(r.AwardCeiling))
	for name, p := range ui.PeriodsOf(r) {
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
		out.Set(fmt.Sprintf("rules.tranches.%d.share_bp", i), ui.Hundredths(int64(t.Share)))
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

func amount(f money.Fen) string {
	if f == 0 {
		return ""
	}
	return f.Yuan()
}

func newRoundReader(given url.Values) *ui.RoundReader {
	return &ui.RoundReader{Given: given, Faults: map[string]text.Text{}}
}

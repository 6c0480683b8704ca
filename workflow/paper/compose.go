package paper

import (
	"fmt"
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

func Compose(p *Paper) Document {
	x := &p.Facts
	d := Document{Issuer: x.Issuer, Number: p.Number(), Date: Day(x.Day), Signer: x.Issuer, Summary: summary(p)}
	if x.Issuer != "" {
		d.Printed = x.Issuer + "　" + Day(x.Day) + "印发"
	}
	if p.Draft {
		d.Stamp, d.Printed = "草稿，尚未印发", ""
	}
	if p.Voided != nil {
		d.Stamp = "本件已于" + Day(calendar.DateOf(*p.Voided)) + "作废"
	}
	if x.Contact != "" {
		d.Note = "联系方式：" + x.Contact
	}
	if w := x.Wording; w != nil {
		d.worded(p, w)
		return d
	}
	switch p.Kind {
	case Notice:
		d.notice(x)
	case Award:
		d.award(x)
	case Refusal:
		d.refusal(x)
	case Agreement:
		d.agreement(x)
	case Entry:
		d.entry(x)
	case Minutes:
		d.minutes(x)
	}
	return d
}

func (d *Document) say(format string, args ...any) {
	d.Body = append(d.Body, Block{Text: fmt.Sprintf(format, args...)})
}

func (d *Document) head(format string, args ...any) {
	d.Body = append(d.Body, Block{Head: true, Text: fmt.Sprintf(format, args...)})
}

func FileName(p *Paper) string {
	name := Labels[p.Kind].ZH
	if p.Kind == Refusal {
		name = Compose(p).Title
	}
	return name + " " + p.Facts.Ref
}

// firstParty signs for the public side: the responsible agency, or the base where there is none.
func (x *Facts) firstParty() string {
	if x.Issuer == "" {
		return "孵化基地管理单位"
	}
	return x.Issuer
}

func (x *Facts) applicant() string {
	if x.CreditCode == "" {
		return x.Organization
	}
	return x.Organization + "（统一社会信用代码：" + x.CreditCode + "）"
}

func (x *Facts) in() string {
	if x.Round.ZH == "" {
		return "申报"
	}
	return "“" + x.Round.ZH + "”申报"
}

func (d *Document) notice(x *Facts) {
	d.Title = "关于拟资助项目的公示"
	d.Signer = x.Issuer
	steps := "资料审查"
	if x.Reviews > 0 {
		steps += fmt.Sprintf("、专家评审（%d份评审意见）", x.Reviews)
	}
	if names := cosigners(x); names != "" {
		steps += "和" + names + "会签"
	}
	d.say("在%s中，经%s，拟对下列项目予以资助，现予公示。", x.in(), steps)
	d.head("一、项目名称")
	d.say("%s（受理号：%s）", x.Title, x.Ref)
	d.head("二、申报单位")
	d.say("%s", x.applicant())
	d.head("三、拟资助金额")
	d.say("%s", Amount(x.Amount))
	d.head("四、公示期限")
	d.say("自%s起，至%s止。", Day(x.From), Day(x.Until))
	d.head("五、异议的提出")
	d.say("公示期内，任何单位和个人对上述事项有异议的，可以提出，并说明事实和理由，注明受理号。姓名和联系方式予以保密。")
}

func cosigners(x *Facts) string {
	names := make([]string, len(x.Cosigners))
	for i, n := range x.Cosigners {
		names[i] = n.ZH
	}
	return strings.Join(names, "、")
}

func (d *Document) award(x *Facts) {
	d.Title, d.To = "立项通知书", x.Organization
	for _, n := range x.Cosigners {
		d.CopyTo = append(d.CopyTo, n.ZH)
	}
	d.say("你单位在%s中提出的“%s”项目（受理号：%s），经评审并公示期满，决定予以立项资助。现将有关事项通知如下。", x.in(), x.Title, x.Ref)
	d.head("一、资助金额")
	d.say("%s。", Amount(x.Amount))
	d.head("二、拨付安排")
	d.instalments(x)
	d.head("三、协议签订")
	if x.SignBy.IsZero() {
		d.say("请按要求签订项目资助协议。")
	} else {
		d.say("请于%s前（含当日）签订项目资助协议；逾期未签订的，本次资助失效。", Day(x.SignBy))
	}
	d.head("四、资金使用")
	d.say("资助资金专款专用，按批准的申报书和资助协议使用；请按期提交进度报告和结项报告，接受监督检查；结余资金按规定退回。")
}

func (d *Document) instalments(x *Facts) {
	if len(x.Tranches) < 2 {
		d.say("资助协议生效后一次拨付。")
		return
	}
	d.say("分%d期拨付：", len(x.Tranches))
	for _, t := range x.Tranches {
		when := "资助协议生效后拨付"
		if t.Reports > 0 {
			when = fmt.Sprintf("%d份报告通过后拨付", t.Reports)
		}
		d.say("第%d期：%s，%s。", t.N, Amount(t.Amount), when)
	}
}

func (d *Document) refusal(x *Facts) {
	d.Title, d.To = "不予立项通知书", x.Organization
	decided := "经审查评审，决定不予立项"
	if x.NotAdmitted {
		d.Title, decided = "不予受理通知书", "经资料审查，决定不予受理"
	}
	d.say("你单位在%s中提出的“%s”项目（受理号：%s），%s。", x.in(), x.Title, x.Ref, decided)
	d.head("理由")
	for _, line := range strings.Split(x.Reason, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			d.say("%s", line)
		}
	}
	if x.Contact != "" {
		d.say("如需了解有关情况，可以按所附联系方式询问。")
	}
}

func (d *Document) agreement(x *Facts) {
	d.Title, d.Signer, d.Printed = "项目资助协议", "", ""
	d.Number = "编号：" + x.Ref
	d.say("甲方（资助方）：%s", x.firstParty())
	d.say("乙方（受资助方）：%s", x.applicant())
	d.say("甲乙双方就乙方在%s中获准立项的“%s”项目（受理号：%s），订立本协议。", x.in(), x.Title, x.Ref)
	d.head("第一条　资助金额")
	d.say("甲方资助乙方%s。", Amount(x.Amount))
	d.head("第二条　拨付")
	d.instalments(x)
	d.head("第三条　资金使用")
	d.say("乙方将资助资金专款专用于本项目，按批准的申报书使用，单独核算，不挪作他用；结余资金按规定退回。")
	d.head("第四条　报告和监督")
	d.say("乙方按期提交进度报告和结项报告，保存有关凭证和记录，接受甲方和审计机关的监督检查。")
	d.head("第五条　暂停、终止和退回")
	d.say("乙方不按本协议使用资金或者不能继续执行项目的，甲方可以暂停拨付、终止资助，并要求退回未使用和违规使用的资金。")
	d.head("第六条　生效")
	d.say("本协议经双方在线签署后生效。")
	d.Attachments = []string{"获准立项的申报书（受理号：" + x.Ref + "）"}
}

// entry is between the base and the incoming organization. It does not repeat the base's own rules.
func (d *Document) entry(x *Facts) {
	d.Title, d.Signer, d.Printed = "入驻协议", "", ""
	d.Number = "编号：" + x.Ref
	d.say("甲方（基地管理单位）：%s", x.firstParty())
	d.say("乙方（入驻组织）：%s", x.applicant())
	d.say("甲方同意乙方的入驻申请（受理号：%s）。甲乙双方就乙方入驻孵化基地，订立本协议。", x.Ref)
	d.head("第一条　孵化期限和方式")
	d.say("孵化期限按甲方公布的管理办法，自办理入驻之日起计算；实体入驻或者虚拟入驻，在办理入驻时确定并记录。需要延期的，乙方在期满前三十日内提出申请。")
	d.head("第二条　场地和设施")
	d.say("甲方按入驻方式提供场地、设施和设备，办理入驻时列出清单，由双方签收；水电网等费用按管理办法承担。")
	d.head("第三条　服务")
	d.say("甲方提供政策咨询、能力培训、财务指导和资源对接，安排陪伴辅导并作记录。")
	d.head("第四条　乙方的义务")
	d.say("乙方按章程和申请书开展活动，按期报送数据，接受中期评估和期满评估；遵守安全、消防、保密和标识使用的规定，不将场地转租、转借，不擅自装修，不用于经营。")
	d.head("第五条　退出")
	d.say("孵化期满、乙方自愿退出、评估不合格、提供虚假材料、违反前条规定或者被依法列入名录的，乙方退出孵化，并按管理办法规定的期限移交场地和物品。")
	d.head("第六条　生效")
	d.say("本协议经双方在线签署后生效。")
}

// summary says what the paper says for readers of English; official papers are in Chinese.
func summary(p *Paper) text.Text {
	x := &p.Facts
	about := fmt.Sprintf("%s of %s (%s)", x.Title, x.Organization, x.Ref)
	zh := Labels[p.Kind].ZH + "：" + x.Organization + "“" + x.Title + "”（" + x.Ref + "）"
	var en string
	switch p.Kind {
	case Notice:
		en = fmt.Sprintf("It announces the intended award of CNY %s to %s. Objections are taken from %s until %s.",
			x.Amount.Yuan(), about, x.From, x.Until)
	case Award:
		en = fmt.Sprintf("It tells the organization that %s is awarded CNY %s, in %d instalment(s).", about, x.Amount.Yuan(),
			max(1, len(x.Tranches)))
		if !x.SignBy.IsZero() {
			en += fmt.Sprintf(" The agreement is to be signed by %s.", x.SignBy)
		}
	case Refusal:
		en = "It tells the organization that " + about + " is not awarded"
		if x.NotAdmitted {
			en = "It tells the organization that " + about + " is not admitted"
		}
		en += ", and why: " + x.Reason
	case Agreement:
		en = fmt.Sprintf("The agreement on the award of CNY %s for %s, signed by %d of %d sides.", x.Amount.Yuan(), about,
			len(p.Signed), len(x.Seats))
	case Entry:
		en = fmt.Sprintf("The agreement on the entry of %s (%s) into the incubator base, signed by %d of %d sides.",
			x.Organization, x.Ref, len(p.Signed), len(x.Seats))
	}
	return text.Text{ZH: zh, EN: en}
}

package paper

import (
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

func day(s string) calendar.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

func facts() Facts {
	return Facts{Issuer: "鸡冠区民政局", Ref: "GA-2026-0007", Title: "楼道议事会", Organization: "星火社工服务中心",
		CreditCode: "52230302MJ12345678", Round: text.Text{ZH: "2026年微公益", EN: "Small grants 2026"},
		Requested: 6_000_000, Amount: 5_000_050, Reviews: 3, Cosigners: []text.Text{{ZH: "区妇联"}, {ZH: "团区委"}},
		Tranches: []Tranche{{N: 1, Amount: 3_000_000}, {N: 2, Amount: 2_000_050, Reports: 1}},
		From:     day("2026-11-23"), Until: day("2026-11-27"), SignBy: day("2026-12-10"), Day: day("2026-11-30"),
		Reason: "预算与活动不符\n\n  请补充说明  ", Contact: "0467-2345678",
		Seats: []Seat{{Party: "officer", Label: text.Text{ZH: "经办人"}}, {Party: "certifier", Label: text.Text{ZH: "负责人"},
			Own: true}}}
}

func words(d Document) string {
	s := []string{d.Issuer, d.Number, d.Title, d.To}
	for _, b := range d.Body {
		s = append(s, b.Text)
	}
	s = append(s, d.AttachmentLines()...)
	for _, p := range d.Parties {
		s = append(s, p.Side+p.Name+p.Signed)
	}
	return strings.Join(append(s, d.Signer, d.Date, d.Note, d.Copies(), d.Printed, d.Stamp), "\n")
}

func TestWhatEachKindSays(t *testing.T) {
	t.Parallel()
	for kind, row := range map[string]struct {
		change    func(*Paper)
		says, not []string
	}{
		Notice: {says: []string{"关于拟资助项目的公示", "楼道议事会（受理号：GA-2026-0007）", "统一社会信用代码：52230302MJ12345678",
			"人民币50,000.50元（大写：人民币伍万元零伍角", "自2026年11月23日起，至2026年11月27日止", "异议", "专家评审（3份评审意见）",
			"区妇联、团区委会签", "黑鸡民孵〔2026〕12号", "鸡冠区民政局　2026年11月30日印发"}, not: []string{"协议"}},
		Award: {says: []string{"立项通知书", "星火社工服务中心", "分2期拨付", "第1期：人民币30,000.00元", "资助协议生效后拨付",
			"1份报告通过后拨付", "请于2026年12月10日前（含当日）签订", "抄送：区妇联，团区委。"}, not: []string{"不予"}},
		Refusal: {says: []string{"不予立项通知书", "决定不予立项", "预算与活动不符\n请补充说明\n", "按所附联系方式询问",
			"联系方式：0467-2345678"}, not: []string{"人民币", "不予受理"}},
		Agreement: {says: []string{"项目资助协议", "编号：GA-2026-0007", "甲方（资助方）：鸡冠区民政局",
			"乙方（受资助方）：星火社工服务中心", "第六条　生效", "附件：获准立项的申报书"}, not: []string{"印发", "〔2026〕"}},
		Entry: {says: []string{"入驻协议", "甲方（基地管理单位）：孵化基地管理单位", "第五条　退出"}, not: []string{"人民币"},
			change: func(p *Paper) { p.Facts.Issuer = "" }},
		Minutes: {says: []string{"2026年微公益立项评审决定纪要", "共收到申报2件", "声明有利害关系而回避1人次",
			"（一）批准立项1件，共计人民币50,000.50元", "1．星火社工服务中心“楼道议事会”（GA-2026-0007），人民币50,000.50元。",
			"（二）不予立项或者不予受理1件", "，未立项。", "提出立项建议：王经办。", "批准立项：（尚无）。"},
			not: []string{"联系方式"},
			change: func(p *Paper) {
				p.Facts.Decided = &Decision{Reviewers: 3, Conflicts: 1, Officers: []string{"王经办"}, Cases: []Decided{
					{Ref: "GA-2026-0007", Organization: "星火社工服务中心", Title: "楼道议事会", Amount: 5_000_050,
						Standing: StandsAwarded, Label: "已立项"},
					{Ref: "GA-2026-0008", Organization: "晨光互助会", Title: "旧物交换", Standing: StandsRefused, Label: "未立项"}}}
			}},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			p := &Paper{Kind: kind, Word: "黑鸡民孵", Year: 2026, Serial: 12, Facts: facts()}
			if row.change != nil {
				row.change(p)
			}
			d := Compose(p)
			all := words(d)
			for _, s := range row.says {
				if !strings.Contains(all, s) {
					t.Errorf("it does not say %q:\n%s", s, all)
				}
			}
			for _, s := range append(row.not, "%!", "0001年") {
				if strings.Contains(all, s) {
					t.Errorf("it says %q:\n%s", s, all)
				}
			}
			if !d.Summary.Complete() || d.Title == "" || len(d.Body) == 0 || !strings.HasPrefix(FileName(p), d.Title) &&
				kind == Refusal {
				t.Errorf("title %q, %d paragraphs, summary %+v, file %q", d.Title, len(d.Body), d.Summary, FileName(p))
			}
		})
	}
	if len(Labels) != len(Kinds) || slices.ContainsFunc(Kinds, func(k string) bool { return !Labels[k].Complete() }) {
		t.Errorf("%d kinds have %d labels", len(Kinds), len(Labels))
	}
}

func TestTheSameFactsLessMuch(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		kind   string
		change func(*Paper)
		says   string
	}{
		"one instalment":              {Award, func(p *Paper) { p.Facts.Tranches = p.Facts.Tranches[:1] }, "资助协议生效后一次拨付。"},
		"no last day to sign":         {Award, func(p *Paper) { p.Facts.SignBy = calendar.Date{} }, "请按要求签订项目资助协议。"},
		"no review and no co-signing": {Notice, func(p *Paper) { p.Facts.Reviews, p.Facts.Cosigners = 0, nil }, "经资料审查，拟"},
		"no round":                    {Notice, func(p *Paper) { p.Facts.Round = text.Text{} }, "在申报中，经"},
		"no credit code":              {Agreement, func(p *Paper) { p.Facts.CreditCode = "" }, "乙方（受资助方）：星火社工服务中心\n"},
		"not admitted":                {Refusal, func(p *Paper) { p.Facts.NotAdmitted = true }, "不予受理通知书\n"},
		"a draft":                     {Award, func(p *Paper) { p.Draft = true }, "草稿，尚未印发"},
		"void": {Award, func(p *Paper) {
			at := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC) // the next day in Beijing
			p.Voided = &at
		}, "本件已于2026年12月1日作废"},
		"minutes of nothing": {Minutes, func(*Paper) {}, "没有申报。"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &Paper{Kind: row.kind, Facts: facts()}
			row.change(p)
			if all := words(Compose(p)); !strings.Contains(all, row.says) || p.Number() != "" {
				t.Errorf("it does not say %q, number %q:\n%s", row.says, p.Number(), all)
			}
		})
	}
}

// TestAnUnknownKind: a kind of a later release shows its issuer and day, and nothing is made up.
func TestAnUnknownKind(t *testing.T) {
	t.Parallel()
	d := Compose(&Paper{Kind: "diploma", Facts: facts()})
	if len(d.Body) != 0 || d.Title != "" || d.Issuer != "鸡冠区民政局" || d.Date != "2026年11月30日" {
		t.Errorf("%+v", d)
	}
}

// TestAHostileNameInAText: names stay words, neither a format directive nor a paragraph.
func TestAHostileNameInAText(t *testing.T) {
	t.Parallel()
	const name = "%s%d%!v(PANIC) <b>{{.}}</b>”、“"
	for _, kind := range Kinds {
		f := facts()
		plain := Compose(&Paper{Kind: kind, Facts: f})
		f.Title, f.Organization, f.Cosigners, f.Reason = name, name, []text.Text{{ZH: name}}, name+"\n"+name
		f.Decided = &Decision{Officers: []string{name}}
		p := &Paper{Kind: kind, Facts: f}
		d := Compose(p)
		if all := words(d); strings.Contains(all, "MISSING") || strings.Contains(all, "EXTRA") ||
			kind != Minutes && !strings.Contains(all, name) {
			t.Errorf("%s: %s", kind, all)
		}
		if kind != Refusal && len(d.Body) != len(plain.Body) {
			t.Errorf("%s: %d paragraphs became %d", kind, len(plain.Body), len(d.Body))
		}
	}
}

// TestAFrozenText: the signed text stays whatever becomes of the facts, and its hash covers every line.
func TestAFrozenText(t *testing.T) {
	t.Parallel()
	p := &Paper{Kind: Agreement, Facts: facts()}
	p.Freeze()
	hash := p.Facts.Wording.SHA256()
	p.Facts.Amount, p.Facts.Organization = 1, "另一个组织"
	d := Compose(p)
	if d.SHA256 != hash || !strings.Contains(words(d), "50,000.50") || d.Stamp != "待签署" || d.Date != "" {
		t.Errorf("%+v", d)
	}
	at := time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	p.Signed = []Signature{{Party: "officer", Name: "王经办", At: at}, {Party: "certifier", Name: "李负责",
		At: at.AddDate(0, 0, 1)}}
	if d = Compose(p); d.Stamp != "" || d.Date != "2026年12月2日" || len(d.Parties) != 2 || p.Unsigned() ||
		d.Parties[1].Signed != "负责人　李负责　于2026年12月2日在线签署" {
		t.Errorf("%+v", d)
	}
	w := p.Facts.Wording
	for name, change := range map[string]func(){
		"number": func() { w.Number += " " }, "title": func() { w.Title += " " },
		"paragraph":  func() { w.Body[3].Text += " " },
		"attachment": func() { w.Attachments[0] += " " },
	} {
		before := w.SHA256()
		if change(); w.SHA256() == before {
			t.Errorf("the hash does not name the %s", name)
		}
	}
}

func TestANoticeIsPublicWhileItRuns(t *testing.T) {
	t.Parallel()
	p := &Paper{Kind: Notice, Facts: facts()}
	for at, want := range map[string]bool{"2026-11-22": false, "2026-11-23": true, "2026-11-27": true,
		"2026-11-28": false} {
		if p.Public(day(at)) != want {
			t.Errorf("on %s: %t", at, !want)
		}
	}
	now := time.Now()
	if p.Voided = &now; p.Public(day("2026-11-25")) {
		t.Error("a notice that is void is public")
	}
	if p = (&Paper{Kind: Award, Facts: facts()}); p.Public(day("2026-11-25")) {
		t.Error("a letter is public")
	}
}

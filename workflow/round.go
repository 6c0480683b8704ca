package workflow

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"incubase/workflow/form"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

var trackCode = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// Check checks the form of the fields. The guard round_complete says what a round needs to open.
func (d *RoundRecord) Check(f *Faults) {
	f.Line("name.zh", &d.Name.ZH, 2, 120)
	f.Line("name.en", &d.Name.EN, 0, 240)
	f.IDs(map[string]ID{"agency": d.Agency})
	if d.Opens != nil && d.Closes != nil && !d.Opens.Before(*d.Closes) {
		f.Say("closes_at", "截止时间应晚于开始时间", "the closing comes after the opening")
	}
	if d.Total < 0 || d.Total > money.Max {
		f.Say("total_fen", "资金总额超出范围", "the envelope is out of range")
	}
	if d.Tracks == nil {
		d.Tracks = []Track{}
	}
	seen := map[string]bool{}
	for i := range d.Tracks {
		at := "tracks." + strconv.Itoa(i)
		t := &d.Tracks[i]
		if !trackCode.MatchString(t.Code) || seen[t.Code] {
			f.Say(at+".code", "赛道代码应为小写字母、数字，且不重复", "a track's code is of small letters and digits, once each")
		}
		seen[t.Code] = true
		f.Line(at+".name.zh", &t.Name.ZH, 1, 60)
		f.Line(at+".name.en", &t.Name.EN, 0, 120)
	}
	if len(d.Tracks) > 30 {
		f.Say("tracks", "赛道最多 30 个", "at most 30 tracks")
	}
	if string(d.Form) == "null" {
		d.Form = nil
	}
	if d.Form != nil {
		d.Form = form.WithOrder(d.Form)
		for _, p := range form.Check(d.Form) {
			f.Add(p.Field, &p.Message)
		}
	}
	d.Rules.check(f)
}

// check refuses only impossible numbers: each is local practice.
func (r *Rules) check(f *Faults) {
	f.between("rules.min_reviews", r.MinReviews, 0, 50)
	f.between("rules.pass_points", r.PassPoints, 0, 10000)
	f.between("rules.max_awards", r.MaxAwards, 0, 100000)
	if r.AwardCeiling < 0 || r.AwardCeiling > money.Max {
		f.Say("rules.award_ceiling_fen", "单项上限超出范围", "the ceiling is out of range")
	}
	f.OneOf("rules.cosign_silence", r.CosignSilence, []string{"", "lapse", "wait"})
	f.OneOf("rules.cosigners", r.Cosigners, []string{"", "competent", "none"})
	f.Line("rules.contact", &r.Contact, 0, 200)
	f.Line("rules.document_word", &r.DocumentWord, 0, 20)
	if strings.ContainsFunc(r.DocumentWord, func(c rune) bool { return !unicode.IsLetter(c) }) {
		f.Say("rules.document_word", "机关代字只写文字，如 黑民社孵；年份和序号由系统编排",
			"a code word is letters alone, such as 黑民社孵; year and serial are given by the system")
	}
	f.between("rules.notice_period", r.NoticePeriod.N, 0, 1000)
	f.between("rules.correction_period", r.CorrectionPeriod.N, 0, 1000)
	f.between("rules.objection_period", r.ObjectionPeriod.N, 0, 1000)
	f.between("rules.cosign_period", r.CosignPeriod.N, 0, 1000)
	f.between("rules.sign_period", r.SignPeriod.N, 0, 1000)
	f.between("rules.report_period", r.ReportPeriod.N, 0, 1000)
	r.checkTranches(f)
	r.checkCriteria(f)
	for i := range r.Basis {
		at := "rules.basis." + strconv.Itoa(i)
		f.Line(at+".rule", &r.Basis[i].Rule, 1, 80)
		f.Line(at+".source.zh", &r.Basis[i].Source.ZH, 1, 300)
		f.Line(at+".source.en", &r.Basis[i].Source.EN, 0, 300)
	}
}

func (r *Rules) checkTranches(f *Faults) {
	var sum money.BasisPoints
	reports := 0
	for i, t := range r.Tranches {
		at := "rules.tranches." + strconv.Itoa(i)
		if t.Share <= 0 || t.Share > 10000 {
			f.Say(at+".share_bp", "比例应在 1 到 10000 之间（万分之一）", "a share is between 1 and 10000 basis points")
		}
		if t.Reports < reports || t.Reports > 20 {
			f.Say(at+".reports", "后一期需要的报告数不能少于前一期", "a later tranche cannot need fewer reports than an earlier one")
		}
		sum, reports = sum+t.Share, max(reports, t.Reports)
	}
	if len(r.Tranches) > 12 || len(r.Tranches) > 0 && sum != 10000 {
		f.Say("rules.tranches", "最多 12 期，各期比例之和应为 10000（100%）", "at most 12 tranches, whose shares add up to 10000 (100%)")
	}
}

type Regions interface {
	Known(region.Code) bool
}

func (r *RoundRecord) RecordKey() (RecordKind, ID) { return KindRound, r.ID }

func (r *RoundRecord) RecordVersion() *int { return &r.Version }

func (r *RoundRecord) Touch(at time.Time) { Touch(&r.Created, &r.Updated, at) }

func Touch(created, updated *time.Time, at time.Time) {
	if created.IsZero() {
		*created = at
	}
	if updated != created {
		*updated = at
	}
}

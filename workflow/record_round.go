package workflow

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"incubase/workflow/form"
	"incubase/workflow/money"
)

// RoundWorkflow is the definition that rounds live under.
const RoundWorkflow = "round"

const statePreparing State = "preparing"

// NewRound prepares a round. Whatever is left out can follow until it opens.
type NewRound struct {
	Name   Text            `json:"name"`
	Kind   string          `json:"kind"` // grant or incubation
	Region string          `json:"region"`
	Agency ID              `json:"agency,omitempty"`
	Opens  *time.Time      `json:"opens_at,omitempty"`
	Closes *time.Time      `json:"closes_at,omitempty"`
	Tracks []Track         `json:"tracks,omitempty"`
	Rules  *Rules          `json:"rules,omitempty"`
	Form   json.RawMessage `json:"form,omitempty"`
	Total  money.Fen       `json:"total_fen,omitempty"`
}

// RoundPatch says what to change; nil leaves a field as it is. Once the round has opened only a later closing remains,
// with its reason.
type RoundPatch struct {
	Name   *Text           `json:"name,omitempty"`
	Agency *ID             `json:"agency,omitempty"`
	Opens  *time.Time      `json:"opens_at,omitempty"`
	Closes *time.Time      `json:"closes_at,omitempty"`
	Tracks *[]Track        `json:"tracks,omitempty"`
	Rules  *Rules          `json:"rules,omitempty"`
	Form   json.RawMessage `json:"form,omitempty"`
	Total  *money.Fen      `json:"total_fen,omitempty"`
}

// OpenRound gives birth to a round: its case and its details in one statement.
func (r *Registry) OpenRound(ctx context.Context, actor Actor, n NewRound, cmd RecordCommand) (*RoundRecord, error) {
	d := RoundRecord{ID: NewID(r.now()), Name: n.Name, Kind: n.Kind, Agency: n.Agency, Opens: n.Opens, Closes: n.Closes,
		Tracks: n.Tracks, Form: n.Form, Total: n.Total, State: statePreparing}
	if n.Rules != nil {
		d.Rules = *n.Rules
	}
	var f faults
	d.Region = f.region("region", n.Region, r.Regions, true)
	if d.Region != "" || !May(actor, KindRound, "create") {
		if err := allow(actor, KindRound, "create", subject{region: d.Region}); err != nil {
			return nil, err
		}
	}
	if n.Kind == RoundWorkflow || !roundKinds[n.Kind] {
		f.say("kind", "批次类型应为 grant 或 incubation", "a round is of kind grant or incubation")
	} else {
		m, err := r.Desk.opens(ctx, n.Kind)
		if err != nil {
			return nil, err
		}
		d.Definition = m.Definition().Version
	}
	if d.check(&f); d.Form != nil {
		d.FormNumber = 1
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	fields := map[string]any{"title": d.Name.ZH, "region": string(d.Region), "kind": d.Kind}
	if d.Agency != "" {
		fields["agency"] = d.Agency
	}
	receipt, err := r.Desk.Open(ctx, actor, Opening{ID: d.ID, Workflow: RoundWorkflow, Key: cmd.Key, Digest: cmd.Digest,
		Fields: fields, Details: &d})
	if err != nil {
		return nil, err
	}
	return r.Round(ctx, receipt.View.Case.ID)
}

// roundKinds are the workflows whose applications come in rounds.
var roundKinds = map[string]bool{"grant": true, "incubation": true}

// Round reads a round's details, its state in words.
func (r *Registry) Round(ctx context.Context, id ID) (*RoundRecord, error) {
	var d RoundRecord
	if _, err := r.Store.ReadRecord(ctx, KindRound, id, "", "", &d); err != nil {
		return nil, err
	}
	return r.Labelled(&d), nil
}

// Labelled fills in the words of a round's state.
func (r *Registry) Labelled(d *RoundRecord) *RoundRecord {
	if m := r.Desk.Machines.Machine(RoundWorkflow, 0); m != nil {
		for _, s := range m.Definition().States {
			if s.Name == d.State {
				d.StateLabel = s.Label
			}
		}
	}
	return d
}

// ChangeRound changes a round while it is prepared; afterwards the closing may only move to a later time, for a reason.
func (r *Registry) ChangeRound(ctx context.Context, actor Actor, id ID, p RoundPatch, cmd RecordCommand) (*RoundRecord,
	error) {
	out, err := change(ctx, r, actor, cmd, KindRound, id, func(before RoundRecord) (edit[RoundRecord], error) {
		d, none := before, edit[RoundRecord]{}
		if before.State == statePreparing && !RecordScopeOf(actor).Sees(d.Region, "") {
			return none, ErrNotFound
		}
		if err := allow(actor, KindRound, "change", subject{region: d.Region}); err != nil {
			return none, err
		}
		if before.State != statePreparing {
			return extend(before, p, cmd.Note)
		}
		var f faults
		p.apply(&d)
		d.check(&f)
		return edit[RoundRecord]{after: d, op: "change"}, f.err()
	})
	if err != nil {
		return nil, err
	}
	return r.Labelled(out), nil
}

func (p RoundPatch) apply(d *RoundRecord) {
	set(&d.Name, p.Name)
	set(&d.Agency, p.Agency)
	set(&d.Tracks, p.Tracks)
	set(&d.Rules, p.Rules)
	set(&d.Total, p.Total)
	if p.Opens != nil {
		d.Opens = p.Opens
	}
	if p.Closes != nil {
		d.Closes = p.Closes
	}
	if p.Form != nil && !bytes.Equal(p.Form, d.Form) {
		d.Form, d.FormNumber = p.Form, d.FormNumber+1
	}
}

// extend moves the closing of an open round to a later time. Nothing else of it can change: applicants rely on it.
func extend(before RoundRecord, p RoundPatch, why string) (edit[RoundRecord], error) {
	var out edit[RoundRecord]
	only := p
	only.Closes = nil
	switch {
	case only.changes() || p.Closes == nil:
		return out, refuseRound("round_fixed", "批次开放后，规则、表单、资金和日期都不能再改，只能延长截止时间",
			"once a round has opened its rules, form, envelope and dates stand; only the closing may move to a later time")
	case before.State != "open":
		return out, refuseRound("round_fixed", "批次已经截止，不能再延期", "the round has closed; it cannot be extended")
	case before.Closes != nil && !p.Closes.After(*before.Closes):
		return out, refuseRound("round_only_later", "截止时间只能推迟，不能提前", "the closing may only move to a later time")
	case why == "":
		return out, &Invalid{Fields: []FieldError{{"note", Text{ZH: "请写明延期原因", EN: "say why it is extended"}}}}
	}
	after := before
	after.Closes = p.Closes
	return edit[RoundRecord]{after: after, op: "extend"}, nil
}

func (p RoundPatch) changes() bool {
	return p.Name != nil || p.Agency != nil || p.Opens != nil || p.Closes != nil || p.Tracks != nil || p.Rules != nil ||
		p.Form != nil || p.Total != nil
}

func refuseRound(rule, zh, en string) error {
	return &Refused{Action: "round.change", Refusals: []Refusal{*no(rule, "%[1]s", "%[2]s", zh, en)}}
}

var trackCode = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// check holds what is given to its form; what a round needs to open is the guard round_complete's to say.
func (d *RoundRecord) check(f *faults) {
	f.line("name.zh", &d.Name.ZH, 2, 120)
	f.line("name.en", &d.Name.EN, 0, 240)
	f.ids(map[string]ID{"agency": d.Agency})
	if d.Opens != nil && d.Closes != nil && !d.Opens.Before(*d.Closes) {
		f.say("closes_at", "截止时间应晚于开始时间", "the closing comes after the opening")
	}
	if d.Total < 0 || d.Total > money.Max {
		f.say("total_fen", "资金总额超出范围", "the envelope is out of range")
	}
	if d.Tracks == nil {
		d.Tracks = []Track{}
	}
	seen := map[string]bool{}
	for i := range d.Tracks {
		at := "tracks." + strconv.Itoa(i)
		t := &d.Tracks[i]
		if !trackCode.MatchString(t.Code) || seen[t.Code] {
			f.say(at+".code", "赛道代码应为小写字母、数字，且不重复", "a track's code is of small letters and digits, once each")
		}
		seen[t.Code] = true
		f.line(at+".name.zh", &t.Name.ZH, 1, 60)
		f.line(at+".name.en", &t.Name.EN, 0, 120)
	}
	if len(d.Tracks) > 30 {
		f.say("tracks", "赛道最多 30 个", "at most 30 tracks")
	}
	if string(d.Form) == "null" { // none yet
		d.Form = nil
	}
	if d.Form != nil {
		d.Form = form.WithOrder(d.Form)
		for _, p := range form.Check(d.Form) {
			f.add(p.Field, &p.Message)
		}
	}
	d.Rules.check(f)
}

// check holds the rules to their ranges; each number is local practice, so only what cannot be meant is refused.
func (r *Rules) check(f *faults) {
	f.between("rules.min_reviews", r.MinReviews, 0, 50)
	f.between("rules.pass_points", r.PassPoints, 0, 10000)
	f.between("rules.max_awards", r.MaxAwards, 0, 100000)
	if r.AwardCeiling < 0 || r.AwardCeiling > money.Max {
		f.say("rules.award_ceiling_fen", "单项上限超出范围", "the ceiling is out of range")
	}
	f.oneOf("rules.cosign_silence", r.CosignSilence, []string{"", "lapse", "wait"})
	f.oneOf("rules.cosigners", r.Cosigners, []string{"", "competent", "none"})
	f.line("rules.contact", &r.Contact, 0, 200)
	f.line("rules.document_word", &r.DocumentWord, 0, 20)
	if strings.ContainsFunc(r.DocumentWord, func(c rune) bool { return !unicode.IsLetter(c) }) {
		f.say("rules.document_word", "机关代字只写文字，如 黑民社孵；年份和序号由系统编排",
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
		f.line(at+".rule", &r.Basis[i].Rule, 1, 80)
		f.line(at+".source.zh", &r.Basis[i].Source.ZH, 1, 300)
		f.line(at+".source.en", &r.Basis[i].Source.EN, 0, 300)
	}
}

func (r *Rules) checkTranches(f *faults) {
	var sum money.BasisPoints
	reports := 0
	for i, t := range r.Tranches {
		at := "rules.tranches." + strconv.Itoa(i)
		if t.Share <= 0 || t.Share > 10000 {
			f.say(at+".share_bp", "比例应在 1 到 10000 之间（万分之一）", "a share is between 1 and 10000 basis points")
		}
		if t.Reports < reports || t.Reports > 20 {
			f.say(at+".reports", "后一期需要的报告数不能少于前一期", "a later tranche cannot need fewer reports than an earlier one")
		}
		sum, reports = sum+t.Share, max(reports, t.Reports)
	}
	if len(r.Tranches) > 12 || len(r.Tranches) > 0 && sum != 10000 {
		f.say("rules.tranches", "最多 12 期，各期比例之和应为 10000（100%）", "at most 12 tranches, whose shares add up to 10000 (100%)")
	}
}

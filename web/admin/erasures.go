package admin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/erase"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

var erasuresTitle = text.Text{ZH: "删除个人信息", EN: "Erasing personal data"}

// erasureFields identify each kind's subject, in the order of the form.
var erasureFields = []struct {
	Name  string
	Label text.Text
	Hint  text.Text
	Of    []workflow.ErasureKind
}{
	{"case", ui.T("申报（案件）编号", "Reference of the case"),
		ui.T("例如 GA-2026-0001，由提出删除的单位提供", "For example GA-2026-0001; named by the organization that asks for it"),
		[]workflow.ErasureKind{workflow.ErasePayload, workflow.EraseDraft, workflow.EraseAnswer, workflow.EraseObjector,
			workflow.EraseFile}},
	{"event", ui.T("办理过程中的序号", "Number of the event in its time line"), ui.T("第一项为 1", "The first is 1"),
		[]workflow.ErasureKind{workflow.ErasePayload}},
	{"question", ui.T("题目代码", "Name of the answer in the form"),
		ui.T("申报表中该题的代码，例如 contact_phone，可向系统管理员查询",
			"As the form calls it, for example contact_phone; the system administrator can look it up"),
		[]workflow.ErasureKind{workflow.EraseAnswer}},
	{"objection", ui.T("异议受理编号", "Number of the objection"), text.Text{}, []workflow.ErasureKind{workflow.EraseObjector}},
	{"file", ui.T("附件编号", "Id of the file"),
		ui.T("附件下载链接中 /files/ 之后的部分", "What follows /files/ in the link of the file"),
		[]workflow.ErasureKind{workflow.EraseFile}},
	{"user", ui.T("账号编号", "Id of the account"),
		ui.T("在“账号”中打开该账号，点“删除这个人的个人信息”，编号自动填入",
			"Open the account under Accounts and follow “Erase this person's data”: it is filled in"),
		[]workflow.ErasureKind{workflow.ErasePerson}},
	{"record", ui.T("登记种类", "Kind of record"), text.Text{}, []workflow.ErasureKind{workflow.EraseEntry}},
	{"record_id", ui.T("登记编号", "Id of the record"), ui.T("该登记页面地址的最后一段", "The end of the address of its page"),
		[]workflow.ErasureKind{workflow.EraseEntry}},
	{"entry", ui.T("变更记录的序号", "Number of the entry in its log"), ui.T("第一项为 1", "The first is 1"),
		[]workflow.ErasureKind{workflow.EraseEntry}},
}

// erasedRecords are the records whose logs may hold personal data.
var erasedRecords = []struct {
	Kind  workflow.RecordKind
	Label text.Text
}{
	{workflow.KindOrganization, ui.T("社会组织", "Organization")}, {workflow.KindProject, ui.T("项目", "Project")},
	{workflow.KindUser, ui.T("账号", "Account")}, {workflow.KindAgency, ui.T("协作单位", "Agency")},
}

func keptFor(ctx context.Context, months int) string {
	if months%12 == 0 {
		return ui.Say(ctx, sayYears, months/12)
	}
	return ui.Say(ctx, sayMonths, months)
}

// erasurePart is the list, or one erasure in preparation.
type erasurePart struct {
	List      []erase.Erased
	Next      string
	Periods   []erase.Retention
	May       bool
	Kind      workflow.ErasureKind
	Values    url.Values
	Faults    map[string]string
	Refusals  []string
	Preview   *erase.ErasurePreview
	Key       string
	Carefully bool // it may be a voucher
}

func (s *AdminPages) ErasuresPage(v *ui.Visit) error {
	p := &erasurePart{May: vet.May(*v.Frame.Actor, workflow.KindErasure, "erase")}
	var err error
	if p.List, p.Next, err = s.Erasures.Erasures(v.Ctx, *v.Frame.Actor, v.QueryParam("cursor"), 0); err != nil {
		return err
	}
	if p.Periods, err = s.Eraser.Retentions(v.Ctx, *v.Frame.Actor); err != nil {
		return err
	}
	return v.Show(http.StatusOK, erasuresTitle, erasuresPage(p))
}

func erasureOf(form url.Values) erase.Erasure {
	number := func(name string) int { n, _ := strconv.Atoi(strings.TrimSpace(form.Get(name))); return n }
	word := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	return erase.Erasure{Kind: workflow.ErasureKind(form.Get("kind")), Case: word("case"), Event: number("event"),
		Question: word("question"), Objection: number("objection"), File: word("file"), User: word("user"),
		Record: workflow.RecordKind(word("record")), RecordID: word("record_id"), Entry: number("entry"),
		Reason: form.Get("reason"), NoVoucher: form.Get("not_a_voucher") != ""}
}

// ErasurePage asks for the subject, then shows what goes and what stays and asks for the reason.
func (s *AdminPages) ErasurePage(v *ui.Visit) error {
	return s.prepareErasure(v, http.StatusOK, v.QueryParams(), nil)
}

func (s *AdminPages) prepareErasure(v *ui.Visit, status int, values url.Values, cause error) error {
	p := &erasurePart{May: true, Kind: workflow.ErasureKind(values.Get("kind")), Values: values,
		Faults: map[string]string{}, Key: values.Get("_key")}
	if p.Key == "" {
		p.Key = workflow.NewID(time.Now())
	}
	named := false
	for _, f := range erasureFields {
		named = named || f.Name != "record" && values.Get(f.Name) != ""
	}
	var err error
	if named || p.Kind == "" {
		p.Preview, err = s.Eraser.Preview(v.Ctx, *v.Frame.Actor, erasureOf(values))
	} else if !vet.May(*v.Frame.Actor, workflow.KindErasure, "erase") {
		_, err = s.Eraser.Preview(v.Ctx, *v.Frame.Actor, erase.Erasure{}) // refuses actors who may not erase
	}
	for _, fault := range []error{err, cause} {
		var invalid *workflow.Invalid
		var refused *workflow.Refused
		switch {
		case fault == nil:
		case errors.As(fault, &invalid):
			status = http.StatusUnprocessableEntity
			for _, f := range invalid.Fields {
				p.Faults[f.Field] = f.Message.In(v.Frame.Lang)
			}
		case errors.As(fault, &refused) && !refused.Forbidden():
			status = http.StatusConflict
			for _, r := range refused.Refusals {
				p.Refusals = append(p.Refusals, r.Message.In(v.Frame.Lang))
				p.Carefully = p.Carefully || r.Rule == "retention"
			}
		case errors.Is(fault, workflow.ErrNotFound):
			no := edge.From(v.Ctx, fault)
			status = no.Status
			p.Refusals = append(p.Refusals, v.Says(no))
		default:
			return fault
		}
	}
	if p.Preview != nil && p.Preview.Money {
		p.Carefully = p.Carefully || p.Kind == workflow.ErasePayload || p.Kind == workflow.EraseFile
	}
	return v.Show(status, erasuresTitle, erasureForm(p))
}

func (s *AdminPages) Erase(v *ui.Visit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	x := erasureOf(form)
	x.Key = ui.KeyOf(form.Get("_key"), "erase")
	named := x
	named.Key = ""
	x.Digest = ui.DigestOf(v.Request().URL.Path, named)
	if form.Get("sure") == "" {
		return s.prepareErasure(v, http.StatusUnprocessableEntity, form,
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "sure",
				Message: text.Text{ZH: "请勾选：知道删除后不能恢复", EN: "tick that you know it cannot be undone"}}}})
	}
	if _, err := s.Eraser.Erase(v.Ctx, *v.Frame.Actor, x); err != nil {
		if errors.Is(err, workflow.ErrConfirm) {
			return err
		}
		return s.prepareErasure(v, http.StatusOK, form, err)
	}
	return v.Onward("/erasures", "done")
}

func (p *erasurePart) goes() (out []text.Text) {
	add := func(n int, zh, en string) {
		if n > 0 {
			out = append(out, text.Text{ZH: strings.ReplaceAll(zh, "{n}", strconv.Itoa(n)),
				EN: strings.ReplaceAll(en, "{n}", strconv.Itoa(n))})
		}
	}
	x := p.Preview
	if p.Kind == workflow.ErasePerson {
		out = append(out, ui.T("姓名、登录名、密码和双重验证", "name, login, password and second factor"))
	}
	if p.Kind == workflow.EraseObjector {
		out = append(out, ui.T("异议人的姓名、联系方式和异议内容", "name, contact and text of who objected"))
	}
	add(x.Events, "办理过程中 {n} 步的内容", "what was said in {n} of its events")
	add(x.Answers, "{n} 次提交中的这项回答", "the answer in {n} submissions")
	add(x.Drafts, "{n} 份草稿中的内容", "what {n} drafts say")
	add(x.Files, "{n} 个附件", "{n} files")
	add(x.Entries, "{n} 条变更记录的内容", "what {n} entries of the log say")
	add(x.Sessions, "{n} 处登录", "{n} sessions")
	add(x.Roles, "{n} 项角色（收回）", "{n} roles (they end)")
	add(x.Cases, "{n} 件案件上的姓名（改为代号）", "the name on {n} cases (a pseudonym instead)")
	return out
}

func (p *erasurePart) stays() (out []text.Text) {
	out = []text.Text{ui.T("决定、金额、时间、状态和校验值", "decisions, sums, times, states and hashes"),
		ui.T("这次删除的记录：谁、何时、理由", "that this was erased: by whom, when and why")}
	if p.Preview.Papers > 0 {
		out = append(out, text.Format("已发出的 %d 份文书", "%d issued papers", p.Preview.Papers))
	}
	return out
}

package pg

import (
	"fmt"
	"strings"

	"github.com/lib/pq"

	"incubase/workflow"
	"incubase/workflow/text"
)

// refused maps an error of a statement that certainly did nothing.
func refused(e *pq.Error) error {
	switch e.Code {
	case "IB001": // give_up of the schema
		if strings.HasSuffix(e.Message, ": attachments") {
			return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "fields.attachments",
				Message: text.Text{ZH: "没有这个文件，或者不是您上传的；请重新上传", EN: "there is no such file of yours; upload it again"}}}}
		}
		return fmt.Errorf("%w: %w", workflow.ErrMoved, e)
	case "40001", "40P01":
		return fmt.Errorf("%w: %w", workflow.ErrMoved, e)
	case "23505", "23514", "23503", "23502", "23P01":
		if e.Constraint == "idempotency_keys_pkey" || e.Constraint == "drafts_one_after_another" {
			return fmt.Errorf("%w: %w", workflow.ErrMoved, e)
		}
		if r, ok := rules[e.Constraint]; ok {
			for _, words := range []*string{&r.Message.ZH, &r.Message.EN} { // {n} is the limit that was reached
				*words = strings.ReplaceAll(*words, "{n}", e.Detail)
			}
			return &workflow.Refused{Refusals: []workflow.Refusal{r}}
		}
		return e
	}
	if away(e) {
		return fmt.Errorf("%w: %w", workflow.ErrBusy, e)
	}
	return e
}

// rules maps the constraints that users can meet to refusals. Any other constraint means a bug.
var rules = map[string]workflow.Refusal{}

// Rule registers a constraint of the schema under the rule's public name, with its words.
func Rule(constraint, name, zh, en string) {
	rules[constraint] = workflow.Refusal{Rule: name, Message: text.Text{ZH: zh, EN: en}}
}

func init() {
	Rule("envelope_covers_commitments", "envelope", "本轮资金余额不足以支持这笔资助", "the round's envelope does not cover this award")
	Rule("commitments_cover_payments", "envelope", "本轮累计支付将超过已承诺的金额",
		"payments of the round would exceed what is committed")
	Rule("only_approved_definitions_open", "not_approved", "这个流程版本尚未批准或已停用，不能新开案件",
		"this version of the workflow waits for approval or was withdrawn, so it opens no case")
	Rule("held_or_committed", "envelope", "已经立项的资金不能再预占", "an award that is committed holds nothing more")
	Rule("one_live_application", "one_live_application", "这个项目在本批次已有一件在办的申报",
		"the project has a live application in this round already")
	Rule("payments_cover_returns", "envelope", "本轮退回的金额将超过已支付的金额", "returns of the round would exceed what was paid")
	Rule("amount_not_negative", "amount", "金额不能为负", "an amount cannot become negative")
	Rule("awards_within_maximum", "max_awards", "本轮可资助的项目数已用完", "the round's number of awards is used up")
	Rule("paid_within_commitment", "paid_within_commitment", "支付总额不能超过承诺的资助金额",
		"payments cannot exceed the committed award")
	Rule("returned_within_payments", "returned_within_payments", "退回金额不能超过已支付的金额", "returns cannot exceed what was paid")
	Rule("one_payment_per_tranche", "one_payment_per_tranche", "这一期款项已经支付过", "this instalment has already been paid")
	Rule("one_payment_case_per_tranche", "one_payment_per_tranche", "这一期款项已有支付单", "this instalment already has a payment")
	Rule("posting_amount_positive", "amount", "记账金额必须大于零", "a posted amount must be more than zero")
	Rule("title_length", "title_length", "标题不能超过 200 个字", "a title has at most 200 characters")
	Rule("topics_count", "topics_count", "领域标签最多 20 个", "at most 20 topics")
	Rule("draft_size", "draft_size", "草稿太大，无法保存", "the draft is too large to keep")
	Rule("payload_length", "payload_length", "提交的内容太大", "what was said is too large")
	Rule("drafts_of_a_round", "drafts_of_a_round", "本组织在这个批次已有 {n} 份未提交的草稿，达到上限；请先提交、撤回或删除不用的草稿",
		"the organization has {n} drafts in this round, as many as it may: submit, withdraw or delete what it does not need")
	Rule("projects_of_an_organization", "projects_of_an_organization", "本组织已登记 {n} 个项目，达到上限；请修改已有的项目，或联系基地工作人员",
		"the organization has {n} projects, as many as it may: change one that is there, or ask the base's staff")
	Rule("files_of_an_organization", "files_of_an_organization", "本组织上传的文件总量将超过 {n} MB 的上限；请压缩文件，或联系基地工作人员",
		"the organization's files would take more than {n} MiB: compress them, or ask the base's staff")
	Rule("round_name_zh", "round_name", "轮次名称应为 1 至 120 个字", "a round's name has 1 to 120 characters")
	Rule("round_form", "round_form", "申报表单应为 JSON Schema 对象，且不超过 1 MiB",
		"a round's form is a JSON Schema object of at most 1 MiB")
	Rule("round_dates_in_order", "round_dates", "截止时间必须晚于开放时间", "a round must close after it opens")
	Rule("foreign_money_is_imported", "currency", "只有导入的历史记录可以使用外币", "only imported records may be in another currency")
}

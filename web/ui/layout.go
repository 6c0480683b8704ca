package ui

import (
	"context"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

type link struct {
	To    string
	Label text.Text
	Here  bool
}

// links returns the reader's menu, the most used first.
func links(ctx context.Context) []link {
	f := Of(ctx)
	var out []link
	add := func(to, zh, en string) {
		out = append(out, link{To: to, Label: text.Text{ZH: zh, EN: en}, Here: here(f.Here, to)})
	}
	if f.Actor == nil {
		add("/calls", "正在受理", "Open calls")
		add("/notices", "公示", "Notices")
		add("/awards", "立项结果", "Awards")
		return out
	}
	add("/", "待办", "To do")
	if f.Actor.Has(workflow.RolePreparer) || f.Actor.Has(workflow.RoleCertifier) || f.Actor.Has(workflow.RoleOfficer) {
		add("/calls", "申报", "Apply")
	}
	if f.Opens {
		add("/start", "新办", "Start")
	}
	if registry.RecordScopeOf(*f.Actor).Accounts { // the three administrators touch no business
		add("/people", "账号", "Accounts")
		if f.Actor.Has(workflow.RoleSysadmin) {
			add("/agencies", "协作单位", "Agencies")
			add("/calendars", "节假日", "Holidays")
		}
		if f.Actor.Has(workflow.RoleSysadmin) || f.Actor.Has(workflow.RoleSecadmin) {
			add("/workflows", "流程", "Workflows")
		}
		if vet.May(*f.Actor, workflow.KindErasure, "list") {
			add("/erasures", "删除个人信息", "Erasing")
		}
		if f.Actor.Has(workflow.RoleAuditadmin) {
			add("/trail", "登录与授权记录", "Trail")
			add("/verify", "核对全部记录", "Check all")
		}
		return out
	}
	add("/cases", "案件", "Cases")
	if f.Actor.Has(workflow.RoleReviewer) {
		add("/reviews", "我的评审", "My reviews")
	}
	if f.Actor.Has(workflow.RoleCosigner) {
		add("/opinions", "会签意见", "Opinions")
	}
	if f.Actor.Has(workflow.RolePreparer) || f.Actor.Has(workflow.RoleCertifier) {
		add("/organizations", "本组织", "Organization")
	}
	if KeepsPeople(f.Actor) {
		add("/people", "账号", "Accounts")
	}
	if slices.ContainsFunc(f.Actor.Roles, func(g workflow.Grant) bool { return staffRoles[g.Role] }) {
		add("/board", "进度总览", "Board")
		add("/rounds", "批次", "Rounds")
		add("/records", "资料", "Records")
	}
	if f.Actor.Has(workflow.RoleAuditor) {
		add("/acts", "办理记录", "Who did what")
		add("/erasures", "删除清单", "Erasings")
	}
	if MayVerify(f.Actor) {
		add("/verify", "核对全部记录", "Check all")
	}
	return out
}

// staffRoles see boards.
var staffRoles = map[workflow.Role]bool{workflow.RoleOfficer: true, workflow.RoleChecker: true,
	workflow.RoleDecider:      true,
	workflow.RoleFinanceMaker: true, workflow.RoleFinanceChecker: true, workflow.RoleEvaluator: true,
	workflow.RoleAnalyst: true, workflow.RoleAuditor: true}

func here(path, to string) bool {
	path, _, _ = strings.Cut(path, "?")
	return path == to || to != "/" && strings.HasPrefix(path, to+"/")
}

func mode(ctx context.Context) string {
	if Of(ctx).Elder {
		return elder
	}
	return "plain"
}

func resized(ctx context.Context, step int) string {
	if i := slices.Index(sizes, Of(ctx).Size) + step; Of(ctx).Elder && i >= 0 && i < len(sizes) {
		return sizes[i]
	}
	return ""
}

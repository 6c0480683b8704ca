package workflow

import (
	"slices"

	"incubase/workflow/region"
)

type Where string

const (
	InRegion Where = "region" // the record lies in the region of the role
	Own      Where = "own"    // the record belongs to the organization of the role
	Self     Where = "self"   // the record is the actor
	Others   Where = "others" // everybody but the actor
	Anywhere Where = "anywhere"
)

type Right struct {
	Kind  RecordKind
	Act   string
	Role  Role // "" is any signed-in person
	Where Where
	Why   Text
}

// Rights is the whole table. The system (the command line, and the loading of data) may do all of it. The three
// administrators touch no business data, and the system and security administrators cannot do each other's part (GB/T
// 22239 8.1.5).
var Rights = []Right{
	{KindOrganization, "create", RoleOfficer, InRegion,
		Text{ZH: "孵化基地登记本地组织", EN: "the base registers the organizations of its place"}},
	{KindOrganization, "change", RoleOfficer, InRegion, Text{ZH: "更正登记事项", EN: "corrects what is registered"}},
	{KindOrganization, "contact", RoleOfficer, InRegion, Text{ZH: "更正联系信息", EN: "corrects how it is reached"}},
	{KindOrganization, "contact", RoleCertifier, Own,
		Text{ZH: "负责人维护本组织联系信息", EN: "the head keeps the organization's own contact details"}},
	{KindOrganization, "standing", RoleOfficer, InRegion, Text{ZH: "按名录更新信用状况", EN: "records the credit lists"}},
	{KindOrganization, "standing", RoleDecider, InRegion, Text{ZH: "按名录更新信用状况", EN: "records the credit lists"}},
	{KindProject, "create", RolePreparer, Own, Text{ZH: "本组织的品牌项目", EN: "branded projects of the own organization"}},
	{KindProject, "create", RoleCertifier, Own, Text{ZH: "本组织的品牌项目", EN: "branded projects of the own organization"}},
	{KindProject, "create", RoleOfficer, InRegion, Text{ZH: "代为录入", EN: "enters it on behalf"}},
	{KindProject, "change", RolePreparer, Own, Text{ZH: "本组织的品牌项目", EN: "branded projects of the own organization"}},
	{KindProject, "change", RoleCertifier, Own, Text{ZH: "本组织的品牌项目", EN: "branded projects of the own organization"}},
	{KindProject, "change", RoleOfficer, InRegion, Text{ZH: "代为录入", EN: "enters it on behalf"}},
	{KindRound, "create", RoleOfficer, InRegion, Text{ZH: "孵化基地筹备批次", EN: "the base prepares rounds"}},
	{KindRound, "change", RoleOfficer, InRegion,
		Text{ZH: "筹备中修改，受理后只能延期", EN: "while preparing; once open only a later closing"}},
	{KindUser, "create", RoleSysadmin, Anywhere, Text{ZH: "系统管理员开户", EN: "the system administrator opens accounts"}},
	{KindUser, "change", RoleSysadmin, Anywhere, Text{ZH: "更正姓名与单位", EN: "corrects name and house"}},
	{KindUser, "disable", RoleSysadmin, Others, Text{ZH: "停用与恢复账号", EN: "disables and restores accounts"}},
	{KindUser, "create_member", RoleOfficer, InRegion,
		Text{ZH: "为本地组织的人员开户", EN: "opens accounts for the people of the organizations of the place"}},
	{KindUser, "create_member", RoleCertifier, Own, Text{ZH: "负责人为本组织人员开户",
		EN: "the head opens accounts for the organization's own people"}},
	{KindUser, "reset", RoleSysadmin, Others, Text{ZH: "持一半代码，两人合办", EN: "holds one half of the code; it takes two"}},
	{KindUser, "reset", RoleSecadmin, Others, Text{ZH: "持一半代码，两人合办", EN: "holds one half of the code; it takes two"}},
	{KindUser, "reset_member", RoleOfficer, InRegion,
		Text{ZH: "本地组织人员的一半代码", EN: "one half for the people of the organizations of the place"}},
	{KindUser, "reset_member", RoleCertifier, Own, Text{ZH: "负责人持本组织人员的一半代码",
		EN: "the head holds one half for the organization's own people"}},
	{KindUser, "reset_member", RoleSecadmin, Others, Text{ZH: "没有其他负责人时代持一半",
		EN: "in the place of the head where the organization has no other"}},
	{KindUser, "reset_administrator", RoleSysadmin, Others,
		Text{ZH: "管理员的代码由另两员各持一半", EN: "an administrator's code takes the two others"}},
	{KindUser, "reset_administrator", RoleSecadmin, Others,
		Text{ZH: "管理员的代码由另两员各持一半", EN: "an administrator's code takes the two others"}},
	{KindUser, "reset_administrator", RoleAuditadmin, Others,
		Text{ZH: "管理员的代码由另两员各持一半", EN: "an administrator's code takes the two others"}},
	{KindUser, "sessions", "", Self, Text{ZH: "查看和结束本人的登录", EN: "sees and ends one's own sessions"}},
	{KindUser, "sessions", RoleSysadmin, Others, Text{ZH: "查看和结束他人的登录", EN: "sees and ends sessions of others"}},
	{KindUser, "sessions", RoleSecadmin, Others, Text{ZH: "查看和结束他人的登录", EN: "sees and ends sessions of others"}},
	{KindUser, "password", "", Self, Text{ZH: "本人修改密码", EN: "everybody's own password"}},
	{KindRole, "grant", RoleSecadmin, Others,
		Text{ZH: "安全管理员授权，不得授予本人", EN: "the security administrator grants rights, never to themself"}},
	{KindRole, "end", RoleSecadmin, Others, Text{ZH: "安全管理员收回授权", EN: "and ends them"}},
	{KindAgency, "create", RoleSysadmin, Anywhere, Text{ZH: "账号所属的单位", EN: "the houses that accounts belong to"}},
	{KindAgency, "create", RoleOfficer, InRegion, Text{ZH: "登记本地协作单位", EN: "registers the partner agencies of the place"}},
	{KindAgency, "change", RoleSysadmin, Anywhere, Text{ZH: "账号所属的单位", EN: "the houses that accounts belong to"}},
	{KindAgency, "change", RoleOfficer, InRegion, Text{ZH: "登记本地协作单位", EN: "registers the partner agencies of the place"}},
	{KindCompetence, "set", RoleDecider, InRegion,
		Text{ZH: "谁须会签由主管部门决定", EN: "who must co-sign is the approving bureau's to decide"}},
	{KindCompetence, "end", RoleDecider, InRegion,
		Text{ZH: "谁须会签由主管部门决定", EN: "who must co-sign is the approving bureau's to decide"}},
	{KindCalendar, "set", RoleSysadmin, Anywhere, Text{ZH: "按国务院办公厅年度通知录入", EN: "as the yearly notice publishes it"}},
	{KindCalendar, "set", RoleDecider, Anywhere, Text{ZH: "按国务院办公厅年度通知录入", EN: "as the yearly notice publishes it"}},
	{KindRegion, "pilot", RoleDecider, InRegion, Text{ZH: "标记试点地区", EN: "marks the places of the pilot"}},
	{KindErasure, "erase", RoleSecadmin, Others, Text{ZH: "安全管理员不看业务数据，也不从中得益；不得删除本人账号",
		EN: "the security administrator sees no business data and gains nothing by it; never one's own account"}},
	{KindErasure, "list", RoleSecadmin, Anywhere, Text{ZH: "谁在何时因何删除了什么",
		EN: "who erased what kind of thing, when and why"}},
	{KindErasure, "list", RoleAuditadmin, Anywhere, Text{ZH: "谁在何时因何删除了什么",
		EN: "who erased what kind of thing, when and why"}},
	{KindErasure, "list", RoleAuditor, Anywhere, Text{ZH: "谁在何时因何删除了什么",
		EN: "who erased what kind of thing, when and why"}},
	{KindWorkflow, "load", RoleSysadmin, Anywhere, Text{ZH: "装入流程定义的新版本", EN: "loads a new version of a definition"}},
	{KindWorkflow, "approve", RoleSecadmin, Anywhere, Text{ZH: "批准他人装入的版本", EN: "approves what another loaded"}},
	{KindWorkflow, "withdraw", RoleSecadmin, Anywhere, Text{ZH: "停用一个版本", EN: "withdraws a version"}},
}

type Subject struct {
	Region       region.Code
	Organization ID
	User         ID
}

// May returns nil if the actor may do the act, else a refusal that names the roles that may.
func May(a Actor, kind RecordKind, act string, s Subject) *Refusal {
	if a.ID == SystemID {
		return nil
	}
	var holders []Role
	for _, x := range Rights {
		if x.Kind != kind || x.Act != act {
			continue
		}
		if x.Reaches(a, s) {
			return nil
		}
		if !slices.Contains(holders, x.Role) {
			holders = append(holders, x.Role)
		}
	}
	return denied(a, kind, act, s, holders)
}

func (x Right) Reaches(a Actor, s Subject) bool {
	switch x.Where {
	case Self:
		return s.User == a.ID
	case Others:
		if s.User == a.ID {
			return false
		}
	}
	for _, g := range a.Roles {
		if x.Role != g.Role {
			continue
		}
		switch x.Where {
		case InRegion:
			if g.Round == "" && s.Region.Within(g.Region) {
				return true
			}
		case Own:
			if s.Organization != "" && g.OrganizationOf(a) == s.Organization {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func denied(a Actor, kind RecordKind, act string, s Subject, holders []Role) *Refusal {
	if s.User != "" && s.User == a.ID {
		return Forbid("separation", "不能对自己的账号这样做，请由另一位管理员办理", "not on your own account: ask another administrator")
	}
	for _, r := range holders {
		if a.Has(r) {
			return Forbid("role", "不在您的管辖范围内", "it lies outside the scope of your role")
		}
	}
	zh, en := "", ""
	for i, r := range holders {
		if i > 0 {
			zh, en = zh+"、", en+", "
		}
		zh, en = zh+r.Label().ZH, en+r.Label().EN
	}
	return Forbid("role", "须由%[1]s办理", "this is for: %[2]s", zh, en)
}

// Staff are the roles that see organizations, projects and rounds of their region.
var Staff = []Role{RoleOfficer, RoleChecker, RoleDecider, RoleFinanceMaker, RoleFinanceChecker, RoleEvaluator,
	RoleAnalyst, RoleAuditor}

package workflow

import (
	"slices"
	"time"
)

var roleLabels = map[Role]Text{
	RolePreparer:       {ZH: "申报填写人", EN: "preparer"},
	RoleCertifier:      {ZH: "组织负责人", EN: "certifier (head of the organization)"},
	RoleOfficer:        {ZH: "孵化基地项目官员", EN: "programme officer"},
	RoleChecker:        {ZH: "材料审核员", EN: "document checker"},
	RoleReviewer:       {ZH: "评审专家", EN: "reviewer"},
	RoleCosigner:       {ZH: "会签单位联系人", EN: "co-signer"},
	RoleDecider:        {ZH: "主管部门审批人", EN: "decider"},
	RoleFinanceMaker:   {ZH: "财务制单", EN: "finance maker"},
	RoleFinanceChecker: {ZH: "财务复核", EN: "finance checker"},
	RoleEvaluator:      {ZH: "绩效评估人", EN: "evaluator"},
	RoleAnalyst:        {ZH: "数据分析员", EN: "analyst"},
	RoleAuditor:        {ZH: "审计员", EN: "auditor"},
	RoleSysadmin:       {ZH: "系统管理员", EN: "system administrator"},
	RoleSecadmin:       {ZH: "安全管理员", EN: "security administrator"},
	RoleAuditadmin:     {ZH: "审计管理员", EN: "audit administrator"},
	RoleSystem:         {ZH: "系统", EN: "system"},
	RoleObjector:       {ZH: "公众", EN: "member of the public"},
	"":                 {ZH: "本人", EN: "the person themself"},
}

func (r Role) Label() Text { return roleLabels[r] }

// Administrative reports whether the role is one of the three that exclude each other and all business.
func (r Role) Administrative() bool {
	return r == RoleSysadmin || r == RoleSecadmin || r == RoleAuditadmin
}

type NewRole struct {
	Role         Role       `json:"role"`
	Region       string     `json:"region,omitempty"`
	Agency       ID         `json:"agency,omitempty"`
	Organization ID         `json:"organization,omitempty"`
	Round        ID         `json:"round,omitempty"`
	Country      bool       `json:"country,omitempty"` // everywhere, in place of a region: an empty field never means that
	Until        *time.Time `json:"until,omitempty"`   // nil: until ended
}

// Scope requires a region or round for roles of a place, or country explicitly.
func (f *Faults) Scope(n NewRole) {
	local := n.Role == RoleReviewer || slices.Contains(Staff, n.Role)
	switch {
	case local && n.Region == "" && n.Round == "" && !n.Country:
		f.Say("region", "请指明地区；确实是全国范围的，请选择全国（country）", "name the region; for the whole country say country")
	case n.Country && (!local || n.Region != ""):
		f.Say("country", "全国和地区只能选一项，且只用于分地区的角色", "the whole country goes with no region, and with roles of a place only")
	}
}

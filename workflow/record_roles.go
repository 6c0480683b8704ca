package workflow

import (
	"context"
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

// Label is the role's name for people.
func (r Role) Label() Text { return roleLabels[r] }

// GrantableRoles are those a person can be given, in the order of forms.
var GrantableRoles = []Role{RolePreparer, RoleCertifier, RoleOfficer, RoleChecker, RoleReviewer, RoleCosigner,
	RoleDecider,
	RoleFinanceMaker, RoleFinanceChecker, RoleEvaluator, RoleAnalyst, RoleAuditor, RoleSysadmin, RoleSecadmin,
	RoleAuditadmin}

// Administrative reports whether the role is one of the three powers that exclude each other and all business.
func (r Role) Administrative() bool {
	return r == RoleSysadmin || r == RoleSecadmin || r == RoleAuditadmin
}

// NewRole asks for a grant of a role.
type NewRole struct {
	Role         Role       `json:"role"`
	Region       string     `json:"region,omitempty"`
	Agency       ID         `json:"agency,omitempty"`
	Organization ID         `json:"organization,omitempty"`
	Round        ID         `json:"round,omitempty"`
	Country      bool       `json:"country,omitempty"` // in place of a region: everywhere, said and not forgotten
	Until        *time.Time `json:"until,omitempty"`   // nil: until ended
}

// GrantRole gives a user a role within a scope. It holds from the next request of the user on.
func (r *Registry) GrantRole(ctx context.Context, actor Actor, user ID, n NewRole, cmd RecordCommand) (*RoleRecord,
	error) {
	return create[RoleRecord](ctx, r, actor, cmd, KindRole, func() (RoleRecord, string, error) {
		if err := allow(actor, KindRole, "grant", subject{user: user}); err != nil {
			return RoleRecord{}, "", err
		}
		var u UserRecord
		if _, err := r.Store.ReadRecord(ctx, KindUser, user, "", "", &u); err != nil {
			return RoleRecord{}, "", err
		}
		g, err := r.grant(n)
		if err != nil {
			return RoleRecord{}, "", err
		}
		if rs := exclusive(u, g); len(rs) > 0 {
			return RoleRecord{}, "", &Refused{Action: "role.grant", Refusals: rs}
		}
		return RoleRecord{ID: NewID(r.now()), User: user, Grant: g, Since: r.now(), Until: n.Until}, "", nil
	})
}

// EndRole takes a role back; the user's next request is without it.
func (r *Registry) EndRole(ctx context.Context, actor Actor, id ID, cmd RecordCommand) (*RoleRecord, error) {
	return change(ctx, r, actor, cmd, KindRole, id, func(before RoleRecord) (edit[RoleRecord], error) {
		if err := allow(actor, KindRole, "end", subject{user: before.User}); err != nil {
			return edit[RoleRecord]{}, err
		}
		if before.Until != nil && before.Version > 1 {
			return edit[RoleRecord]{},
				&Refused{Action: "role.end", Refusals: []Refusal{*no("role_ended", "这项授权已经收回", "this role has already ended")}}
		}
		now := r.now()
		before.Until = &now
		return edit[RoleRecord]{after: before, op: "end"}, nil
	})
}

// grant checks what a role needs of its scope.
func (r *Registry) grant(n NewRole) (Grant, error) {
	var f faults
	g := Grant{Role: n.Role, Agency: n.Agency, Organization: n.Organization, Round: n.Round}
	if !slices.Contains(GrantableRoles, n.Role) {
		f.say("role", "没有这个角色，或不能授予", "there is no such role, or it cannot be granted")
	}
	g.Region = f.region("region", n.Region, r.Regions, false)
	own := n.Role == RolePreparer || n.Role == RoleCertifier
	f.ids(map[string]ID{"agency": n.Agency, "organization": n.Organization, "round": n.Round})
	switch {
	case own && n.Organization == "":
		f.say("organization", "填写人和负责人须指明所属组织", "a preparer or certifier acts for an organization: name it")
	case !own && n.Organization != "":
		f.say("organization", "只有填写人和负责人属于组织", "only preparers and certifiers act for an organization")
	}
	if n.Role == RoleCosigner && n.Agency == "" {
		f.say("agency", "会签人须指明所属单位", "a co-signer speaks for an agency: name it")
	}
	f.scope(n)
	if n.Role.Administrative() && (n.Region != "" || n.Agency != "" || n.Round != "") {
		f.say("region", "管理员角色没有管辖范围", "an administrator's role has no scope")
	}
	if n.Until != nil && !n.Until.After(time.Now()) { // rights live in real time, as sessions do
		f.say("until", "应晚于现在", "must lie in the future")
	}
	return g, f.err()
}

// scope: who works in a place is given one. The whole country is said, and never what an empty field means.
func (f *faults) scope(n NewRole) {
	local := n.Role == RoleReviewer || slices.Contains(staff, n.Role)
	switch {
	case local && n.Region == "" && n.Round == "" && !n.Country:
		f.say("region", "请指明地区；确实是全国范围的，请选择全国（country）", "name the region; for the whole country say country")
	case n.Country && (!local || n.Region != ""):
		f.say("country", "全国和地区只能选一项，且只用于分地区的角色", "the whole country goes with no region, and with roles of a place only")
	}
}

// Conflict is two duties that one person never holds at the same time. The schema has a constraint of the same name.
type Conflict struct {
	Rule string
	A, B []Role
	Why  Text
}

var business = slices.DeleteFunc(slices.Clone(GrantableRoles), Role.Administrative)

// Conflicts is the whole table. An officer may be the checker besides: small places have no two.
var Conflicts = []Conflict{
	{"powers_are_separate", []Role{RoleSysadmin}, append([]Role{RoleSecadmin, RoleAuditadmin}, business...), separation},
	{"powers_are_separate", []Role{RoleSecadmin}, append([]Role{RoleAuditadmin}, business...), separation},
	{"powers_are_separate", []Role{RoleAuditadmin}, business, separation},
	{"finance_is_two", []Role{RoleFinanceMaker}, []Role{RoleFinanceChecker},
		Text{ZH: "制单与复核须由两人办理", EN: "who prepares payments does not release them"}},
	{"deciding_is_apart", []Role{RoleDecider}, []Role{RoleOfficer, RoleChecker},
		Text{ZH: "审批与受理、审核须由不同的人办理", EN: "who decides neither prepares nor checks what is decided"}},
	{"auditing_is_apart", []Role{RoleAuditor}, []Role{RoleOfficer, RoleChecker, RoleReviewer, RoleDecider,
		RoleFinanceMaker, RoleFinanceChecker, RoleEvaluator},
		Text{ZH: "审计须独立于被审计的业务", EN: "who audits does not do what is audited"}},
}

var separation = Text{ZH: "三员分立", EN: "separation of administrators"}

// exclusive are the refusals of a role beside those the user holds.
func exclusive(u UserRecord, g Grant) []Refusal {
	var out []Refusal
	for _, have := range u.Roles {
		if have.Until != nil && !have.Until.After(time.Now()) {
			continue
		}
		for _, c := range Conflicts {
			if c.between(have.Role, g.Role) {
				out = append(out, *no(c.Rule, "%[1]s与%[2]s不能由同一人担任（%[5]s）：请先收回一项，或另设账号由他人担任",
					"nobody may be both %[4]s and %[3]s (%[6]s): end the one first, or give it to another person",
					have.Role.Label().ZH, g.Role.Label().ZH, g.Role.Label().EN, have.Role.Label().EN, c.Why.ZH, c.Why.EN))
			}
		}
	}
	return out
}

func (c Conflict) between(x, y Role) bool {
	return slices.Contains(c.A, x) && slices.Contains(c.B, y) || slices.Contains(c.A, y) && slices.Contains(c.B, x)
}

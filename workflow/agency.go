package workflow

// AgencyKind is a kind of agency with its usual competence, which forms propose (articles, table of agencies).
type AgencyKind struct {
	Code   string   `json:"code"`
	Label  Text     `json:"label"`
	Topics []string `json:"topics"`
	Action string   `json:"action"`
}

var AgencyKinds = []AgencyKind{
	{"civil_affairs", Text{ZH: "民政部门", EN: "civil affairs"}, []string{"*"}, "decide"},
	{"justice", Text{ZH: "司法行政部门", EN: "justice"}, []string{"mediation", "legal_aid", "law_publicity",
		"community_correction"}, "cosign"},
	{"culture", Text{ZH: "文化和旅游部门", EN: "culture and tourism"}, []string{"culture", "performance", "venues"},
		"cosign"},
	{"women", Text{ZH: "妇女联合会", EN: "women's federation"}, []string{"women", "children", "families",
		"left_behind_children"}, "cosign"},
	{"disabled", Text{ZH: "残疾人联合会", EN: "disabled persons' federation"}, []string{"disabled", "accessibility"},
		"cosign"},
	{"university", Text{ZH: "高校", EN: "university"}, []string{"*"}, "advise"},
	{"union", Text{ZH: "工会", EN: "trade union"}, []string{"workers", "riders", "migrant_workers"}, "view"},
	{"labour", Text{ZH: "人力资源和社会保障部门", EN: "labour bureau"}, []string{"labour_dispute", "training", "employment"},
		"comment"},
	{"street", Text{ZH: "街道（乡镇）", EN: "street or town"}, []string{"*"}, "view"},
	{"fire_rescue", Text{ZH: "消防救援机构", EN: "fire rescue"}, []string{"safety"}, "view"},
	{"health", Text{ZH: "卫生健康部门", EN: "health"}, []string{"health"}, "comment"},
	{"housing", Text{ZH: "住房和城乡建设（园林）部门", EN: "housing and gardens"}, []string{"environment"}, "view"},
	{"social_work", Text{ZH: "社会工作部门", EN: "Party social work department"}, []string{"*"}, "view"},
	{"incubator_base", Text{ZH: "社会组织孵化基地", EN: "incubator base"}, []string{"*"}, "view"},
	{"other", Text{ZH: "其他单位", EN: "other"}, nil, "view"},
}

// CompetenceActions are what an agency may be competent to do.
var CompetenceActions = []string{"cosign", "comment", "view", "decide", "advise"}

// AgencyKindOf returns the kind of a code, nil if there is none.
func AgencyKindOf(code string) *AgencyKind {
	for i := range AgencyKinds {
		if AgencyKinds[i].Code == code {
			return &AgencyKinds[i]
		}
	}
	return nil
}

package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

// versionTwo compiles a shipped definition as version 2 with some text replaced.
func versionTwo(t *testing.T, name string, pairs ...string) *machine.Machine {
	t.Helper()
	b, err := catalog.Source(name)
	if err != nil {
		t.Fatal(err)
	}
	s := strings.Replace(string(b), "version: 1\n", "version: 2\n", 1)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("%q is not in %s", pairs[i], name)
		}
		s = strings.ReplaceAll(s, pairs[i], pairs[i+1])
	}
	d, err := catalog.Decode([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const admission = "    guards: [organization_standing]\n    effects: [assign_reviewers, ask_cosigners]"

// TestTwoVersionsInWords: each edit is told as one change, in both languages.
func TestTwoVersionsInWords(t *testing.T) {
	t.Parallel()
	old := shipped(t).Machine("grant", 1)
	for _, tt := range []struct{ name, was, is, kind, where, what, en string }{
		{"nothing", "version: 1\n", "version: 1\n", "", "", "", ""},
		{"title", "en: Branded project grant}", "en: Project grant}", "changed", "流程",
			"名称：「品牌项目资助」的英文由「Branded project grant」改为「Project grant」", "name: “Branded project grant” becomes “Project grant”"},
		{"who may", "    from: [applied]\n    to: screened\n    by: [checker]",
			"    from: [applied]\n    to: screened\n    by: [checker, officer]",
			"added", "操作「通过审查，送评审」", "谁能办：增加「基地工作人员」", "who may: added “the base's officer”"},
		{"a condition", admission, strings.Replace(admission, "standing]", "standing, has_topics]", 1),
			"added", "操作「通过审查，送评审」", "条件：增加「写明了服务领域或受益人群」", "condition: added “topics are named”"},
		{"a parameter", "      - scores: {min: $round.min_reviews}\n      - pass", "      - scores: {min: 3}\n      - pass",
			"changed", "操作「拟立项并公示」", "条件：由「评审意见够数（至少：批次规定的评审份数）」改为「评审意见够数（至少：3）」",
			"condition: “enough reviews are in (at least: the round's number of reviews)” becomes " +
				"“enough reviews are in (at least: 3)”"},
		{"a period", "$round.sign_period or 15wd", "$round.sign_period or 20wd", "changed", "状态「已立项，待签约和首付款」",
			"没有规定的为 20 个工作日", "or 20 working days where it has none"},
		{"a field", "min: 1, max: [$case.requested_fen, $round.award_ceiling_fen], example: $case.requested_fen}\n" +
			"    guards:\n      - scores",
			"min: 1, max: $case.requested_fen, example: $case.requested_fen}\n    guards:\n      - scores", "changed",
			"操作「拟立项并公示」",
			"填写项：由「拟资助金额（分）（金额、必填、至少1、最多申请金额、批次规定的资助上限）」改为", "at most the amount requested"},
		{"a note", "    to: withdrawn\n    by: [certifier]\n    note: required\n",
			"    to: withdrawn\n    by: [certifier]\n", "removed",
			"操作「撤回申报」", "理由：取消「必须写明」", "reason: removed “required”"},
		{"money", "      - propose\n      - hold_award\n", "      - propose\n", "removed", "操作「拟立项并公示」", "", ""},
		{"who sees it", "see: [preparer, certifier, helper, officer, checker, decider, viewer]",
			"see: [preparer, certifier, helper, officer, checker, decider]", "removed", "状态「已撤回」", "谁能看：取消「分析与审计人员」",
			"who sees it: removed “analysts and auditors”"},
		{"a desk", "    each: party\n    need: 2", "    each: party\n    need: 1", "changed", "会签台「资助协议双方签署」",
			"需要几份同意：由「2」改为「1」", "answers needed: “2” becomes “1”"},
		{"a party's role", "en: the evaluator}, roles: [evaluator]", "en: the evaluator}, roles: [evaluator, auditor]",
			"added", "办理人「评估人」", "角色：增加「审计员」", "role: added “auditor”"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list := vet.Changes(old, versionTwo(t, "grant", strings.Replace(tt.was, "version: 1", "version: 2", 1),
				strings.Replace(tt.is, "version: 1", "version: 2", 1)))
			if tt.kind == "" {
				if len(list) > 0 {
					t.Fatalf("nothing was edited: %v", list)
				}
				return
			}
			if tt.name == "money" { // the effect and that it takes money
				if len(list) != 2 || list[0].What.ZH != "办理后：取消「预占批次资金」" ||
					list[1].What.EN != "money: removed “takes money, once under a key”" {
					t.Errorf("%v", list)
				}
				return
			}
			if len(list) != 1 {
				t.Fatalf("one edit, %d changes: %v", len(list), list)
			}
			c := list[0]
			if string(c.Kind) != tt.kind || c.Where.ZH != tt.where || !strings.Contains(c.What.ZH, tt.what) ||
				!strings.Contains(c.What.EN, tt.en) || !c.Where.Complete() {
				t.Errorf("%s %v: %v", c.Kind, c.Where, c.What)
			}
		})
	}
}

// TestNewAndGoneInWords: a state with another name is gone and new, and told apart by its name; of a new action all is
// told; a new workflow is told whole.
func TestNewAndGoneInWords(t *testing.T) {
	t.Parallel()
	old := shipped(t).Machine("grant", 1)
	list := vet.Changes(old, versionTwo(t, "grant", "screened", "in_review"))
	has := func(kind vet.ChangeKind, zh, what string) bool {
		return slices.ContainsFunc(list, func(c vet.Change) bool {
			return c.Kind == kind && c.Where.ZH == zh && strings.HasPrefix(c.What.ZH, what)
		})
	}
	if !has(vet.Added, "状态「评审与会签中」（in_review）", "新增状态") || !has(vet.Removed, "状态「评审与会签中」（screened）", "取消状态") {
		t.Errorf("a renamed state: %v", list)
	}
	list = vet.Changes(nil, old)
	if !has(vet.Added, "操作「拟立项并公示」", "资金：动用资金") || !has(vet.Added, "操作「拟立项并公示」", "办完到：拟立项公示中") ||
		!has(vet.Added, "操作「撤回申报」", "理由：必须写明") {
		t.Errorf("a new workflow: %v", list)
	}
	list = vet.Changes(versionTwo(t, "grant"), versionTwo(t, "grant",
		"  - name: reject\n", "  - name: refuse_entry\n"))
	if !has(vet.Removed, "操作「不予受理」（reject）", "取消操作") || !has(vet.Added, "操作「不予受理」（refuse_entry）", "新增操作") {
		t.Errorf("a renamed action: %v", list)
	}
}

// TestTheRegistryHasWords: every effect has words in both languages, and so has every reference of a shipped
// definition.
func TestTheRegistryHasWords(t *testing.T) {
	t.Parallel()
	for _, name := range define.EffectNames() {
		if !vet.EffectWords(name).Complete() {
			t.Errorf("effect %s has no words in vet/words.json", name)
		}
	}
	all := shipped(t)
	for _, name := range all.Names() {
		m := all.Machine(name, 0)
		for _, c := range vet.Changes(nil, m) {
			if !c.Where.Complete() || !c.What.Complete() {
				t.Errorf("%s: %+v", name, c)
			}
			if strings.Contains(c.What.ZH, "$") && !strings.Contains(c.What.ZH, "$fact.") {
				t.Errorf("%s: %v: a reference has no words: %s", name, c.Where, c.What.ZH)
			}
		}
	}
}

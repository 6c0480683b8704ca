package rounds

import "incubase/web/ui"

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// form_edit.go
var (
	sayColon = ui.T("：", ": ")
)

// form_edit.templ
var (
	sayApplicantsAnswerThemIn = ui.T(
		"按顺序排好，申报人一步一步填写。改动按“保存”以后才生效；批次开放以后不能再改。",
		"Applicants answer them in this order, step by step. Nothing changes before you save; once the round "+
			"has opened the form stands.")
	saySave            = ui.T("保存", "Save")
	sayAddAQuestionAt  = ui.T("在最前面加一题", "Add a question at the top")
	sayTheSelfCheckAnd = ui.T(
		"自查题和别的细节：看整份 JSON",
		"The self-check and other details: the whole form as JSON")
	sayThisIsWhereThe = ui.T(
		"系统从这一题知道申请多少资助，一般应保留。",
		"This is where the amount asked for is read from: it should stay.")
	sayQuestionChinese       = ui.T("题目（中文）", "Question (Chinese)")
	sayQuestionEnglish       = ui.T("题目（英文）", "Question (English)")
	sayHelpChineseOptional   = ui.T("填写说明（中文，可不填）", "Help (Chinese, optional)")
	sayHelpEnglishOptional   = ui.T("填写说明（英文，可不填）", "Help (English, optional)")
	sayExampleNeededWhereAn  = ui.T("示例（必填题要有）", "Example (needed where an answer is required)")
	sayAnAnswerIsRequired    = ui.T("必填", "An answer is required")
	sayForTheOrganizationAnd = ui.T(
		"只给本组织和工作人员看（电话、账号等）",
		"For the organization and the staff only (telephone, account)")
	sayBeginANewStep        = ui.T("从这一题另起一步", "Begin a new step here")
	sayChoicesAnEmptiedLine = ui.T("选项（清空一行即删去）", "Choices (an emptied line is removed)")
	sayChoice               = ui.T("第 %d 个选项", "Choice %d")
	sayChinese              = ui.T("中文", "Chinese")
	sayEnglish              = ui.T("英文", "English")
	sayWhatEachLineAsks     = ui.T("每行填什么（清空题目即删去）", "What each line asks (an emptied one is removed)")
	sayColumn               = ui.T("第 %d 栏", "Column %d")
	sayExample              = ui.T("示例", "Example")
	sayRequired             = ui.T("必填", "Required")
	sayUp                   = ui.T("上移", "Up")
	sayDown                 = ui.T("下移", "Down")
	sayAddBelow             = ui.T("在下面加一题", "Add below")
	sayRemove               = ui.T("删除", "Remove")
	sayKind                 = ui.T("类型", "Kind")
)

// round_words.go
var (
	sayTheTimeIsNot = ui.T("时间还没有定", "the time is not set yet")
	sayTo           = ui.T("%s 至 %s", "%s to %s")
	sayListComma    = ui.T("、", ", ")
)

// rounds.templ
var (
	sayRounds               = ui.T("批次", "Rounds")
	sayPrepareARound        = ui.T("筹备新批次", "Prepare a round")
	sayThereAreNoRounds     = ui.T("还没有批次。", "There are no rounds yet.")
	sayInAllProposedAwarded = ui.T(
		"总额 %s，拟立项 %s，已立项 %s，已拨付 %s",
		"%s in all, %s proposed, %s awarded, %s paid")
	sayHoldItAgainNext      = ui.T("照此新建一期", "Hold it again next year")
	sayAllRounds            = ui.T("全部批次", "All rounds")
	sayNow                  = ui.T("现在：", "Now: ")
	sayChangeRulesAndForm   = ui.T("修改规则和表单", "Change rules and form")
	sayExtendTheClosing     = ui.T("延长截止时间", "Extend the closing")
	sayRules                = ui.T("规则", "Rules")
	sayWhereTheRulesCome    = ui.T("规则依据", "Where the rules come from")
	sayTheForm              = ui.T("申报表", "The form")
	sayTimeLineAndFiles     = ui.T("办理过程和文件", "Time line and files")
	sayThereIsNoForm        = ui.T("还没有申报表。", "There is no form yet.")
	sayEachLineAsks         = ui.T("每项填：", "Each line asks: ")
	sayApplications         = ui.T("申报情况", "Applications")
	sayOverdue              = ui.T("超期", "Overdue")
	sayAllCasesOfThis       = ui.T("本批次全部案件", "All cases of this round")
	sayMoney                = ui.T("资金", "Money")
	sayEnvelope             = ui.T("总额", "Envelope")
	sayProposedHeld         = ui.T("拟立项（预占）", "Proposed (held)")
	sayAwarded              = ui.T("已立项", "Awarded")
	sayLeft                 = ui.T("还可立项", "Left")
	sayPaid                 = ui.T("已拨付", "Paid")
	sayAwardedOfTheEnvelope = ui.T("已立项占总额", "Awarded of the envelope")
	sayFilledInAfterA       = ui.T(
		"照“%s”填好，日期已推后一年，请核对后保存。保存后还可以修改，开放以前申报人看不到。",
		"Filled in after “%s”, a year later. Check it and save; it can be changed until it opens, and nobody "+
			"sees it before.")
	sayTheRoundIsOpen = ui.T(
		"批次已经开放：规则、表单和资金都不能再改，只能延长截止时间，申报人会看到新的时间。",
		"The round is open: rules, form and envelope stand. Only the closing can move to a later time; "+
			"applicants will see it.")
	sayWhyItIsExtended       = ui.T("延期原因", "Why it is extended")
	sayTheApplicationForm    = ui.T("申报表", "The application form")
	sayToChangeQuestionsSave = ui.T(
		"要改题目，先保存批次，再在批次页上按“修改题目”，逐题修改。下面是整份申报表（JSON Schema），保存时会逐处检查。",
		"To change questions, save the round, then press “Edit the questions” on its page. Below is the "+
			"whole form, a JSON Schema; each place is checked when it is saved.")
	sayApplicantsWillBeAsked = ui.T(
		"申报人会看到这些题目。还没有保存。",
		"Applicants will be asked this. It is not saved yet.")
	sayTheFormJSONSchema           = ui.T("申报表（JSON Schema）", "The form (JSON Schema)")
	saySeeWhatApplicantsWill       = ui.T("看看申报人会看到什么", "See what applicants will see")
	sayBeginWithTheRules           = ui.T("从现成的规则开始", "Begin with the rules of")
	sayNothing                     = ui.T("空白", "nothing")
	sayFillIn                      = ui.T("带入", "Fill in")
	sayPlaceRegionCodeSuch         = ui.T("受理地区（代码，如 230302）", "Place (region code, such as 230302)")
	sayResponsibleAgency           = ui.T("主管单位", "Responsible agency")
	sayCriteriaWithoutAnyReviewers = ui.T(
		"评分标准（不分项则评委只打一个总分）",
		"Criteria (without any, reviewers give one number)")
	sayEachIsScoredFrom = ui.T(
		"每项都按 0—100 打分，总分按权重算出；各项权重之和应为 100。",
		"Each is scored from 0 to 100; the total follows from the weights, which add up to 100.")
	sayCriterion        = ui.T("第 %d 项标准", "Criterion %d")
	sayCodeSmallLetters = ui.T("代码（小写字母）", "Code (small letters)")
	sayWeight           = ui.T("权重（%）", "Weight (%)")
	sayNameChinese      = ui.T("名称（中文）", "Name (Chinese)")
	sayNameEnglish      = ui.T("名称（英文）", "Name (English)")
	sayGuideChinese     = ui.T("评分说明（中文）", "Guide (Chinese)")
	sayGuideEnglish     = ui.T("评分说明（英文）", "Guide (English)")
	sayTranches         = ui.T("分期拨付", "Tranches")
	sayTheSharesAddUp   = ui.T(
		"各期比例之和应为 100%；“需要的报告”是付这一期以前应通过的报告数。",
		"The shares add up to 100 %; “reports” is how many accepted reports a tranche waits for.")
	sayTranche               = ui.T("第 %d 期", "Tranche %d")
	sayShare                 = ui.T("比例（%）", "Share (%)")
	sayReports               = ui.T("需要的报告", "Reports")
	sayTracksOptional        = ui.T("赛道（可不分）", "Tracks (optional)")
	sayTrack                 = ui.T("第 %d 个赛道", "Track %d")
	sayWhereTheRulesComeFrom = ui.T("规则依据（每个数从哪里来）", "Where the rules come from")
	saySource                = ui.T("第 %d 条依据", "Source %d")
	sayRule                  = ui.T("哪一项规则", "Rule")
	saySourceChinese         = ui.T("来源（中文）", "Source (Chinese)")
	saySourceEnglish         = ui.T("来源（英文）", "Source (English)")
	sayInForceSince          = ui.T("生效日期", "In force since")
)

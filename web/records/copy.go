package records

import "incubase/web/ui"

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// records.templ
var (
	sayRegistrationContactStandingAnd = ui.T(
		"登记事项、联系方式、信用状况和品牌项目。",
		"Registration, contact, standing and branded projects.")
	sayTheAgenciesThatAct = ui.T(
		"一起办事的单位，各管哪些领域和地区。",
		"The agencies that act together, and what each is competent for.")
	sayEveryPeriodCountsThe = ui.T(
		"所有期限都按这里的工作日计算。",
		"Every period counts the working days given here.")
	sayHowEachKindOf = ui.T(
		"每种案件怎样办：状态图、谁能办、要满足什么。",
		"How each kind of case is handled: diagrams, who may act, what must hold.")
	sayNameOrCreditCode   = ui.T("名称或统一社会信用代码", "Name or credit code")
	saySearch             = ui.T("查找", "Search")
	sayNothingWasFound    = ui.T("没有找到。", "Nothing was found.")
	sayChange             = ui.T("修改", "Change")
	sayItsCases           = ui.T("它的案件", "Its cases")
	sayResults            = ui.T("以往评价结果", "Results so far")
	sayBrandedProjects    = ui.T("品牌项目", "Branded projects")
	sayThereAreNoProjects = ui.T("还没有品牌项目。", "There are no projects yet.")
	sayKind               = ui.T("类型", "Kind")
	sayPlace              = ui.T("地区", "Place")
	sayCompetences        = ui.T("职能", "Competences")
	sayNoneIsSetYet       = ui.T("还没有设定。", "None is set yet.")
	sayColon              = ui.T("：", ": ")
	saySince              = ui.T("，自 ", ", since ")
	sayEnd                = ui.T("结束", "End")
	sayFromNowOnIt        = ui.T(
		"从现在起，新送审的案件不再请它会签；已经请它会签的照常办。",
		"From now on it is not asked about newly admitted cases; what it has been asked about goes on.")
	sayYesEndIt                 = ui.T("确定结束", "Yes, end it")
	sayKnownThroughLaterPeriods = ui.T(
		"已知的安排到%s为止；以后的期限按周末推算，标为“暂定”，新通知录入后自动重算。",
		"Known through %s. Later periods count weekends only and are marked provisional; they are computed "+
			"again when a notice is entered.")
	sayNoticesEntered     = ui.T("录入的通知", "Notices entered")
	sayThrough            = ui.T("，到", ", through ")
	sayDaysOffAndWeekends = ui.T("节假日和调休上班日", "Days off and weekends worked")
	sayOff                = ui.T("休", "off")
	sayWorked             = ui.T("班", "worked")
)

package public

import "incubase/web/ui"

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// board.templ
var (
	sayBoard                 = ui.T("进度总览", "Board")
	sayPlace                 = ui.T("所在地区", "Place")
	sayYourPlaces            = ui.T("您的地区：", "Your places: ")
	sayGroupBy               = ui.T("分组", "Group by")
	sayRegion                = ui.T("地区", "Place")
	sayRound                 = ui.T("批次", "Round")
	sayResponsibleAgency     = ui.T("主管单位", "Responsible agency")
	sayFieldAndBeneficiaries = ui.T("领域与人群", "Field and beneficiaries")
	sayWorkflow              = ui.T("流程", "Workflow")
	sayShow                  = ui.T("查看", "Show")
	sayACaseMayBelong        = ui.T(
		"一个案件可以属于几个领域，各行相加会多于总数。",
		"A case may belong to several fields: the rows add up to more than the whole.")
	sayLive                = ui.T("实时更新中", "Live")
	sayPausedLastFiguresOf = ui.T("已暂停，最近一次数据：", "Paused, last figures of ")
	sayThereAreNoCases     = ui.T("这里还没有案件。", "There are no cases here yet.")
	sayAsOf                = ui.T("截至 ", "As of ")
	sayCasesOfEachRow      = ui.T("各行的案件数，按阶段", "Cases of each row, by stage")
	sayTableOfProgress     = ui.T("进度表", "Table of progress")
	sayName                = ui.T("名称", "Name")
	sayOverdue             = ui.T("超期", "Overdue")
	saySum                 = ui.T("合计", "Sum")
)

// public.templ
var (
	sayPublicNotices    = ui.T("拟立项公示", "Public notices")
	sayWhileANoticeRuns = ui.T(
		"公示期内，任何人都可以提出异议，身份保密。",
		"While a notice runs anybody may object; who objects stays secret.")
	sayWhatBecameOfAn      = ui.T("查询异议处理结果", "What became of an objection")
	sayNoNoticeRunsNow     = ui.T("现在没有正在进行的公示。", "No notice runs now.")
	sayUntil               = ui.T("公示到 ", "until ")
	sayComma               = ui.T("，", ", ")
	sayNextPage            = ui.T("下一页", "Next page")
	sayAllNotices          = ui.T("全部公示", "All notices")
	sayReference           = ui.T("编号", "Number")
	sayOrganization        = ui.T("组织", "Organization")
	sayIntendedAward       = ui.T("拟资助", "Intended award")
	sayNotice              = ui.T("公示期", "Notice")
	sayTheOfficialNoticeTo = ui.T("公示正文（可打印）", "The official notice, to print")
	sayObject              = ui.T("提出异议", "Object")
	sayOnlyThoseWhoLook    = ui.T(
		"姓名和联系方式只有负责核查的人能看到。",
		"Only those who look into it see your name and contact.")
	sayAnObjectionWithoutA = ui.T(
		"不留姓名的异议同样会暂停立项，直到核查完。",
		"An objection without a name holds up the award too, until it has been looked into.")
	sayYouMayLeaveThem = ui.T(
		"不留姓名也可以提，供核查参考，但不会因此暂停立项。",
		"You may leave them out: it is looked into, but it does not hold up the award.")
	sayYouGetANumber = ui.T(
		"提交后会给您一个编号和查询码，凭查询码可以看到书面答复。",
		"You get a number and a code; with the code you can read the answer, in writing.")
	sayItHasNotBeen = ui.T(
		"还没有提交，您写的内容都还在：",
		"It has not been sent yet; what you wrote is still there:")
	sayForSafetyBrowsersDo = ui.T(
		"出于安全，浏览器不会保留所选的文件，请重新选择。",
		"For safety browsers do not keep chosen files: please choose them again.")
	sayWhatIsWrong        = ui.T("异议内容", "What is wrong")
	sayYourNameKeptSecret = ui.T("姓名或单位（保密）", "Your name (kept secret)")
	sayHowToReachYou      = ui.T("联系方式（保密）", "How to reach you (kept secret)")
	sayPhotosOrFilesAt    = ui.T("照片或文件，最多 %d 个", "Photos or files, at most %d")
	saySendTheObjection   = ui.T("提交异议", "Send the objection")
	sayObjectionNo        = ui.T("第 %d 号异议", "Objection no. %d")
	sayAbout              = ui.T("公示项目", "About")
	sayObjectionNumber    = ui.T("异议编号", "Number")
	sayReceived           = ui.T("收到时间", "Received")
	sayState              = ui.T("处理情况", "State")
	sayAnswer             = ui.T("书面答复", "Answer")
	sayCode               = ui.T("查询码", "Code")
	sayNoteTheCodeOr      = ui.T(
		"请记下查询码或收藏本页：凭它随时可以查看处理结果。除您以外没有人有这个查询码，请不要转给别人。",
		"Note the code or keep this page's address: with it you can read the outcome at any time. Nobody but "+
			"you has it; do not pass it on.")
	sayBackToTheNotices = ui.T("返回公示", "Back to the notices")
	sayACodeHas20       = ui.T(
		"查询码是 20 位字母和数字，请对照提交异议时给您的查询码再输一次。",
		"A code has 20 letters and digits: compare it with the one you were given when you objected, and "+
			"type it again.")
	sayLookItUp             = ui.T("查询", "Look it up")
	sayObjections           = ui.T("异议", "Objections")
	sayThereAreNoObjections = ui.T("没有异议。", "There are no objections.")
	sayAwards               = ui.T("立项结果", "Awards")
	sayFigures              = ui.T("看统计", "Figures")
	sayAll                  = ui.T("全部", "All")
	sayPlaceWithinIt        = ui.T("下级地区", "Place within it")
	saySearch               = ui.T("查找", "Search")
	sayThereAreNoSuch       = ui.T("没有符合条件的立项。", "There are no such awards.")
	sayProject              = ui.T("项目", "Project")
	sayAwarded              = ui.T("资助", "Awarded")
	sayPaid                 = ui.T("已拨付", "Paid")
	sayStage                = ui.T("阶段", "Stage")
	sayConfirmed            = ui.T("立项日期", "Confirmed")
	sayStatistics           = ui.T("统计", "Figures")
	sayTheAwardsThemselves  = ui.T("看立项结果", "The awards themselves")
	sayThereAreNoAwards     = ui.T("还没有立项。", "There are no awards yet.")
	sayAwardsOfEachRound    = ui.T("各批次的立项数，按阶段", "Awards of each round, by stage")
	sayTableOfFigures       = ui.T("统计表", "Table of figures")
	sayAllAwards            = ui.T("立项合计", "All awards")
)

// public_words.go
var (
	sayInAllAwardedPaid = ui.T("共 %d 项，资助 %s，已拨付 %s。", "In all: %d, %s awarded, %s paid.")
)

// trail.templ
var (
	sayWhoLoginOrName = ui.T("谁（登录名或姓名）", "Who (login or name)")
	sayAct            = ui.T("事项", "Act")
	sayFrom           = ui.T("从哪天", "From")
	sayTo             = ui.T("到哪天", "To")
	sayEachStepOfA    = ui.T(
		"案件上的每一步在案件页的办理过程里。",
		"Each step of a case is in the time line on its page.")
	sayThereIsNoSuch = ui.T("没有这样的记录。", "There is no such row.")
	sayTrail         = ui.T("记录", "Trail")
	sayTime          = ui.T("时间", "Time")
	sayWho           = ui.T("谁", "Who")
	sayOfWhat        = ui.T("对象", "Of what")
	sayAddress       = ui.T("地址", "Address")
	sayDetail        = ui.T("说明", "Detail")
	sayRefused       = ui.T("（被拒绝）", " (refused)")
	sayEarlier       = ui.T("更早的", "Earlier")
)

// verify.templ
var (
	sayEventsHangTogetherNone = ui.T(
		"%d 条记录首尾相连，没有被改动过。",
		"%d events hang together; none has been changed.")
	sayTheRecordOfThis = ui.T(
		"这一件的记录被改动过，或者少了记录。请保留现场，报告审计管理员。",
		"The record of this case has been changed, or something is missing. Leave everything as it is and "+
			"tell the audit administrator.")
	sayEachEventsHashFollows = ui.T(
		"每条记录的校验码由它的内容和前一条的校验码算出，刚刚重新算过。全部案件和账目由审计员在「核对全部记录」里核对。",
		"Each event's hash follows from what it says and the hash before it; they have just been computed "+
			"again. All cases and the ledger are checked by auditors under “Check all”.")
	sayNo                 = ui.T("序号", "No.")
	sayResult             = ui.T("结果", "Result")
	sayAction             = ui.T("办理", "Action")
	sayHash               = ui.T("校验码", "Hash")
	sayDoesNotMatch       = ui.T("不符", "does not match")
	sayMatchesWhatWasSaid = ui.T("相符（内容已依法删除）", "matches (what was said has been erased)")
	sayMatches            = ui.T("相符", "matches")
)

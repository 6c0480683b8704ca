package admin

import "incubase/web/ui"

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// administrators.go
var (
	sayACheckIsRunning       = ui.T("正在核对。", "A check is running.")
	sayNothingHasBeenChecked = ui.T(
		"服务器启动以后还没有核对过。",
		"Nothing has been checked since the server started.")
	sayTheCheckOfDid         = ui.T("%s 的核对没有完成。", "The check of %s did not end.")
	sayCheckedRowsDoNot      = ui.T("%s 核对：有 %d 处对不上。", "Checked %s: %d rows do not hold.")
	sayCheckedAllEntriesHold = ui.T("%s 核对：%d 条记录全部对得上。", "Checked %s: all %d entries hold.")
)

// administrators.templ
var (
	sayInUseDisabled  = ui.T("在用 %d 个，停用 %d 个。", "%d in use, %d disabled.")
	sayHoldNoRightYet = ui.T(
		"%d 个还没有权限：由安全管理员授予。",
		"%d hold no right yet: the security administrator grants them.")
	sayOpenAnAccount      = ui.T("开通账号", "Open an account")
	sayEnteredUntil       = ui.T("已录入到 %s。", "Entered until %s.")
	sayTheNextYearsNotice = ui.T(
		"下一年的通知一般在十一月前后公布，请录入；没有录入的年份，期限先按周末推算，注明“暂定”。",
		"The next year's notice comes out about November: please enter it. Until then periods count weekends "+
			"only and are marked provisional.")
	sayVersion                 = ui.T("：第 %s 版", ": version %s")
	sayVersionsOfWorkflowsTo   = ui.T("待批准的流程版本", "Versions of workflows to approve")
	sayRightsThatEndWithin     = ui.T("一个月内到期的权限", "Rights that end within a month")
	sayNone                    = ui.T("没有。", "None.")
	sayColon                   = ui.T("：", ": ")
	sayUntil                   = ui.T("，到 ", ", until ")
	sayDisabledAccounts        = ui.T("停用的账号", "Disabled accounts")
	sayInAll                   = ui.T("共 %d 个。", "%d in all.")
	sayDisabledAndStillHolding = ui.T("停用了，权限还没有收回：", "Disabled, and still holding rights:")
	sayInUseOfThem             = ui.T("在用 %d 个，其中 %d 个没有权限。", "%d in use, %d of them without a right.")
	saySignInsWereRefused      = ui.T(
		"最近七天有 %d 次登录被拒绝。",
		"%d sign-ins were refused in the last seven days.")
	sayNothingHasBeenSigned = ui.T("还没有签过名。", "Nothing has been signed yet.")
	sayLastSigned           = ui.T("最近一次签名：%s。", "Last signed %s.")
	sayThereAreMoreSee      = ui.T("还有更多，见账号", "There are more: see the accounts")
)

// definition_words.go
var (
	sayVersionN  = ui.T("第 %d 版", "version %d")
	sayListComma = ui.T("、", ", ")
)

// definitions.go
var (
	sayTheDefinitionIsToo = ui.T("定义太长，最多 1 MB", "the definition is too long: at most 1 MB")
)

// definitions.templ
var (
	sayEachWorkflowIsData = ui.T(
		"每个流程是一份数据：状态、谁能办、要满足什么。办理中的案件一直按它开始时的版本办。",
		"Each workflow is data: its states, who may act, what must hold. A case stays under the version it "+
			"began with.")
	sayVersionsThatWaitFor    = ui.T("待批准的版本", "Versions that wait for approval")
	sayWhatDiffers            = ui.T("与它的差别", "what differs")
	sayDiagram                = ui.T("状态图", "Diagram")
	sayStateDiagramTheTable   = ui.T("状态图；下面的表说的是同样的内容", "State diagram; the table below says the same")
	sayItRestsOn              = ui.T("依据", "It rests on")
	sayMoves                  = ui.T("怎样办", "Moves")
	sayTableOfMoves           = ui.T("办理表", "Table of moves")
	sayFrom                   = ui.T("现在", "From")
	sayAction                 = ui.T("办理", "Action")
	sayBy                     = ui.T("谁能办", "By")
	sayWhatMustHold           = ui.T("要满足什么", "What must hold")
	sayTo                     = ui.T("办完到", "To")
	sayStatesAndPeriods       = ui.T("状态和期限", "States and periods")
	sayTheyDoNotDiffer        = ui.T("没有差别。", "They do not differ.")
	sayDifferences            = ui.T("差别", "Differences")
	sayByPlace                = ui.T("逐项对照定义原文", "Details, by place in the definition")
	sayWhere                  = ui.T("哪里", "Where")
	sayWas                    = ui.T("原来", "Was")
	sayIs                     = ui.T("现在", "Is")
	sayNothing                = ui.T("没有", "nothing")
	sayTheDefinitionHasFaults = ui.T(
		"定义有误，写的都还在：",
		"The definition has faults; what you wrote is still there:")
	sayNoFaults          = ui.T("没有错误", "No faults")
	sayThisIsANew        = ui.T("这是一个新流程：", "This is a new workflow: ")
	sayComparedWithInUse = ui.T("与使用中的%s相比：", "Compared with %s in use:")
	sayTheDefinitionYAML = ui.T("流程定义（YAML）", "The definition (YAML)")
	sayCheck             = ui.T("检查", "Check")
	sayCheckAndLoad      = ui.T("检查并装入", "Check and load")
)

// erasures.go
var (
	sayYears  = ui.T("%d 年", "%d years")
	sayMonths = ui.T("%d 个月", "%d months")
)

// erasures.templ
var (
	sayDecisionsSumsAndHashes = ui.T(
		"决定、金额和校验值不予删除。本页登记删除的时间、经办人、理由和内容类别，不登记被删除的内容。",
		"Decisions, sums and hashes stay. This list says who erased what kind of thing, when and why, and "+
			"never what it said.")
	sayWhatToErase          = ui.T("删除内容", "What to erase")
	sayNext                 = ui.T("下一步", "Next")
	sayNothingHasBeenErased = ui.T("暂无删除记录。", "Nothing has been erased.")
	sayErasings             = ui.T("删除清单", "Erasings")
	sayTime                 = ui.T("时间", "Time")
	sayWhat                 = ui.T("删除内容", "What")
	sayOfWhat               = ui.T("对象", "Of what")
	sayByWhom               = ui.T("经办人", "By whom")
	sayWhy                  = ui.T("理由", "Why")
	sayEarlier              = ui.T("更早的", "Earlier")
	sayHowLongWhatIs        = ui.T("保存期限", "How long what is kept")
	saySince                = ui.T("（自%s起）", "(since %s)")
	saySeeWhatWouldGo       = ui.T("预览删除范围", "See what would go")
	sayGoes                 = ui.T("将删除", "Goes")
	sayThereIsNothingTo     = ui.T("没有可删除的内容。", "There is nothing to erase.")
	sayStays                = ui.T("将保留", "Stays")
	sayWhyAndOnWhat         = ui.T(
		"理由和依据（会一直保留，请勿写任何人的姓名、电话）",
		"Why, and on what basis (it stays: name nobody in it)")
	sayItIsNoVoucher = ui.T("这不是会计凭证", "It is no voucher of the accounts")
	sayIKnowThatThis = ui.T("已知悉：删除后不能恢复", "I know that this cannot be undone")
	sayErase         = ui.T("删除", "Erase")
)

// two_keys.go
var (
	sayRefuseThisVersion      = ui.T("不批准，停用这个版本", "Refuse this version")
	sayWithdrawItOpensNothing = ui.T("停用：不再用它开新案件", "Withdraw: it opens nothing any more")
	sayCameWithTheRelease     = ui.T("随程序版本发布", "came with the release")
	sayLoadedBy               = ui.T("%s 于 %s 装入", "loaded by %s, %s")
	sayTheRelease             = ui.T("程序发布方", "the release")
	sayApprovedBy             = ui.T("%s 于 %s 批准", "approved by %s, %s")
	sayWithdrawnBy            = ui.T("%s 于 %s 停用", "withdrawn by %s, %s")
)

// two_keys.templ
var (
	sayOnlyAnApprovedVersion = ui.T(
		"只有批准的版本能开新案件和批次；装入的人不能批准。已开的案件一直按开始时的版本办。",
		"Only an approved version opens cases and rounds; who loaded it does not approve it. A case stays "+
			"under the version it began with.")
	sayMoneyAndIndependence  = ui.T("资金与独立性", "Money and independence")
	sayKept                  = ui.T("符合：", "Kept: ")
	sayNotKept               = ui.T("不符合：", "Not kept: ")
	sayThisIsANewWorkflow    = ui.T("这是一个新流程，全部内容如下", "This is a new workflow; all of it")
	sayWhatDiffersFromThe    = ui.T("与已批准的%s相比", "What differs from the approved %s")
	sayApproveThisVersion    = ui.T("批准这个版本", "Approve this version")
	sayRemarkMayStayEmpty    = ui.T("说明（可不填）", "Remark (may stay empty)")
	sayDifferenceAndApproval = ui.T("差别与批准", "difference and approval")
	sayTrialOnLiveCases      = ui.T("在办案件试算", "Trial on live cases")
	sayTrialIsAComputation   = ui.T(
		"假设现有在办案件都改按这一版办理：有多少件会停住，有多少件的办理会受到不同的限制。只作试算，不改动任何案件；"+
			"已开的案件仍按开始时的版本办。案件多时最长需要约一分钟。",
		"Suppose that all live cases went on under this version: how many would come to a stop, and in how many an "+
			"act would be refused otherwise. It is a computation and changes no case: each stays under the version it "+
			"began with. With many cases it takes a minute at most.")
	sayTryIt      = ui.T("开始试算", "Try it")
	sayTryItAgain = ui.T("重新试算", "Try it again")
	sayCasesN     = ui.T("%d 件：", "%d: ")
	sayInState    = ui.T("「%s」，%s", "“%s”: %s")
)

// verify_all.templ
var (
	sayEveryChainOfCases = ui.T(
		"重新计算每一件案件和每一条资料的记录链、账目和签名。在后台进行，可以离开这一页；不影响别人办事。",
		"Every chain of cases and of records, the ledger and the signed roots are computed again. It runs in "+
			"the background: you may leave, and nobody is held up.")
	sayTheCheckThatBegan       = ui.T("%s %s 开始的核对正在进行。", "The check that %s began %s is running.")
	sayLookAgain               = ui.T("看看好了没有", "Look again")
	sayCheckNow                = ui.T("现在核对", "Check now")
	sayTheLastSignature        = ui.T("最近一次签名", "The last signature")
	sayNothingHasBeenSignedYet = ui.T(
		"还没有签过名。系统每小时签一次。",
		"Nothing has been signed yet; it is done every hour.")
	sayNo              = ui.T("序号", "No.")
	sayChains          = ui.T("记录链", "Chains")
	sayHash            = ui.T("校验码", "Hash")
	sayKeepTimeAndHash = ui.T(
		"把时间和校验码抄存在别处，以后就能证明这之前的记录没有人改过。",
		"Keep time and hash elsewhere: later they show that nobody has changed what was written before.")
	sayTheLastCheckDid = ui.T(
		"上一次核对没有做完，请再试一次；还不行，请系统管理员看日志。",
		"The last check did not come to its end. Try again; if it fails again, ask the system administrator "+
			"to look at the log.")
	sayEverythingMatchesEventsOf = ui.T(
		"全部相符：案件记录 %d 条，资料记录 %d 条，签名 %d 个，账目一致。",
		"Everything matches: %d events of cases, %d entries of records, %d signatures; the ledger agrees.")
	sayCheckedByIn    = ui.T("%s %s 核对，用时 %s", "Checked by %s, %s, in %s")
	sayRowsDoNotMatch = ui.T(
		"有 %d 处不符。请保留现场，报告审计管理员：",
		"%d rows do not match. Leave everything as it is and tell the audit administrator:")
)

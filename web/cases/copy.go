package cases

import "incubase/web/ui"

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// act.templ
var (
	sayWhatWasAppliedFor  = ui.T("申报内容", "What was applied for")
	sayGoToTheForm        = ui.T("跳到办理", "Go to the form")
	sayFiles              = ui.T("附件", "Files")
	sayItsAnswersAndFiles = ui.T(
		"草稿的内容和附件会一并删除，不能恢复。",
		"Its answers and files are deleted with it, for good.")
	sayWeightedTotal = ui.T("加权总分：", "Weighted total: ")
	sayKept          = ui.T("已暂存 ", "Kept ")
	sayNotKeptYetNo  = ui.T(
		"还没有暂存上：没有网络或登录已过期。请不要关闭这一页。",
		"Not kept yet: no connection, or your sign-in has ended. Leave this page open.")
	sayNotNowGoBack      = ui.T("先不办，返回", "Not now, go back")
	sayBack              = ui.T("返回", "Back")
	sayLeft              = ui.T("还有 %d 件", "%d left")
	sayLeaveThisOneShow  = ui.T("这件先放一放，看下一件", "Leave this one, show the next")
	sayBackToTheList     = ui.T("回到待办", "Back to the list")
	sayKeysAltSDoes      = ui.T("键盘：Alt+S 办理，Alt+N 下一件", "Keys: Alt+S does it, Alt+N next")
	sayThereAreNoFiles   = ui.T("还没有附件。", "There are no files yet.")
	sayAddFilesOrTake    = ui.T("添加或取出文件", "Add files or take some out")
	sayChooseFilesOrTake = ui.T("选择文件或拍照（可多选）", "Choose files or take a photo (several)")
	sayTheTextThatIs     = ui.T("所签文本", "The text that is signed")
	sayReadTheWholeText  = ui.T(
		"请阅读全文后再签署。",
		"Read the whole text before you sign. It is in Chinese.")
	sayDownloadAsPDF   = ui.T("下载 PDF", "Download as PDF")
	sayNotSignedYetThe = ui.T(
		"还没有签署：您打开这一页之后，文本有变动。请重新阅读下面的文本，再签一次。",
		"Not signed yet: the text is another one than this page showed. Read it as it stands below, then "+
			"sign once more.")
	sayNotSubmittedYetThe = ui.T(
		"还没有提交：您打开这一页之后，草稿又有改动。请核对以下变化，再提交一次。",
		"Not submitted yet: the draft has changed since you opened this page. Look at what changed, then "+
			"submit once more.")
	sayColon                        = ui.T("：", ": ")
	sayEmptied                      = ui.T("（已清空）", "(emptied)")
	sayTheListHasChanged            = ui.T("（清单已改，见下）", "(the list has changed, see below)")
	sayFileAdded                    = ui.T("新增附件：", "File added: ")
	sayFilesTakenOut                = ui.T("取出附件 %d 个", "Files taken out: %d")
	sayWhatYouWroteIt               = ui.T("您刚才写的（没有提交）", "What you wrote (it was not sent)")
	sayThisCannotBeDone             = ui.T("现在不能办理：", "This cannot be done now:")
	sayPleaseCorrectTheseEverything = ui.T(
		"请更正以下内容，其余的都还在：",
		"Please correct these; everything else is still there:")
	sayNothingHasBeenFilled = ui.T("还没有填写。", "Nothing has been filled in yet.")
	sayChangeIt             = ui.T("修改内容", "Change it")
	sayYes                  = ui.T("是", "Yes")
	sayNo                   = ui.T("否", "No")
)

// act_words.go
var (
	say0To100Up = ui.T("0 到 100，可有两位小数", "0 to 100, up to two decimals")
	sayTo       = ui.T("%s 到 %s", "%s to %s")
	sayAtMost   = ui.T("最多 %s", "at most %s")
)

// acts.templ
var (
	sayWhoLoginOrName = ui.T("谁（登录名或姓名）", "Who (login or name)")
	sayAction         = ui.T("动作", "Action")
	sayAll            = ui.T("全部", "All")
	sayFrom           = ui.T("从哪天", "From")
	sayToDay          = ui.T("到哪天", "To")
	saySearch         = ui.T("查找", "Search")
	sayWhoDidWhatIn   = ui.T(
		"您能看到的案件上，这段时间里谁办了什么；当时说了什么、附了什么，在案件页的办理过程里。一次最多查一年。",
		"Who did what in this time on the cases that you may see; what was said stands in the time line on "+
			"each case's page. A search covers a year at most.")
	sayThereIsNoSuch = ui.T("没有这样的记录。", "There is no such row.")
	sayTime          = ui.T("时间", "Time")
	sayWho           = ui.T("谁", "Who")
	sayDidWhat       = ui.T("办了什么", "Did what")
	sayCase          = ui.T("案件", "Case")
	sayEarlier       = ui.T("更早的", "Earlier")
)

// apply.templ
var (
	sayOpenCalls         = ui.T("正在受理", "Open calls")
	sayNoCallIsOpen      = ui.T("现在没有正在受理的批次。", "No call is open now.")
	sayCloses            = ui.T("截止：", "Closes: ")
	sayMayIApply         = ui.T("看看我能不能申报", "May I apply?")
	sayPlace             = ui.T("地区", "Place")
	sayClosingTime       = ui.T("截止时间", "Closes")
	sayWhatTheFormAsks   = ui.T("要填写什么", "What the form asks")
	sayWhereTheRulesCome = ui.T("规则依据", "Where the rules come from")
	sayMayIApplyQuestion = ui.T("我能申报吗？", "May I apply?")
	sayAsk               = ui.T("咨询：", "Ask: ")
	sayAFewQuestionsTell = ui.T(
		"答几个问题就知道，不用登录，也不会保存。",
		"A few questions tell. No sign-in, nothing is kept.")
	sayIsNot           = ui.T("不是", "No")
	saySeeTheAnswer    = ui.T("看结果", "See the answer")
	saySignInAndApply  = ui.T("登录并申报", "Sign in and apply")
	sayApply           = ui.T("申报：", "Apply: ")
	sayOnBehalfYouFill = ui.T(
		"代办：您替这个组织填写，系统会记下是您代办的；最后由组织负责人登录确认提交。",
		"On behalf: you fill in for the organization and it is recorded so; its head signs in and sends it.")
	sayFindTheOrganizationBy  = ui.T("按名称查找组织", "Find the organization by name")
	sayNoOrganizationWasFound = ui.T(
		"没有找到组织。请先请孵化基地登记您的组织。",
		"No organization was found. Ask the incubator base to register it first.")
	sayWhichOrganizationApplies = ui.T("哪个组织申报？", "Which organization applies?")
	sayNext                     = ui.T("下一步", "Next")
	sayOrganization             = ui.T("申报组织：", "Organization: ")
	sayWhichProject             = ui.T("哪个项目？", "Which project?")
	sayANewProject              = ui.T("新项目", "A new project")
	sayTitleOfTheNew            = ui.T("新项目的名称", "Title of the new project")
	sayWhomItServesAnd          = ui.T(
		"新项目服务谁、做什么（可多选；不选则沿用组织的）",
		"Whom it serves and what it does (several; none: the organization's)")
	sayTrack         = ui.T("赛道", "Track")
	sayBeginToFillIn = ui.T("开始填写", "Begin to fill in")
)

// open.templ
var (
	sayNothingToStart = ui.T("现在没有您可以发起的事项。", "There is nothing that you may start now.")
	sayNoRoundIsOpen  = ui.T("按批次受理，现在没有正在受理的批次。", "It is taken by rounds, and no round is open now.")
	sayWhichRound     = ui.T("哪个批次？", "Which round?")
	sayWithoutARound  = ui.T("不属于批次", "Without a round")
	sayTitle          = ui.T("事项名称", "Title")
	sayTitleOfTheCase = ui.T("事项名称（不填则用组织名称）", "Title (empty: the organization's name)")
	sayPlaceCode      = ui.T("所在地（地区代码，如 230302）", "Place (region code, such as 230302)")
	sayPlaceOfTheCase = ui.T("所在地（地区代码；不填则为项目或组织所在地）",
		"Place (region code; empty: that of the project or the organization)")
)

// apply_words.go
var (
	sayNotYetSeeWhat = ui.T("现在还不能申报，请先看上面的提示。", "Not yet: see what is said above.")
	sayYouMayApply   = ui.T("可以申报。", "You may apply.")
)

// bulk.templ
var (
	sayOfDone      = ui.T("办成 %d 件，共 %d 件。", "%d of %d done.")
	sayOfCanBeDone = ui.T(
		"可以办理 %d 件，共 %d 件。先看清楚每一件会怎样，再确认。",
		"%d of %d can be done. See what will happen to each, then confirm.")
	sayReasonTheSameFor = ui.T("理由（每一件都一样）", "Reason (the same for each)")
	sayNote             = ui.T("说明", "Note")
	sayThereAreManySo   = ui.T(
		"件数较多，将在后台逐件办理：您可以离开，随时从「待办」或批次页面回来看进度。已经办成的不会因为后面的办不成而撤回。",
		"There are many, so they are done one by one in the background: you may leave and come back from To "+
			"do or the round's page. What is done stays done whatever becomes of the rest.")
	sayBackToTheRound = ui.T("返回批次", "Back to the round")
	sayBackToTheCases = ui.T("返回案件", "Back to the cases")
	sayRound          = ui.T("批次", "Round")
	sayList           = ui.T("清单", "List")
	sayCanBeDone      = ui.T("可以办理", "Can be done")
	sayWillBeRefused  = ui.T("不能办理", "Will be refused")
	sayTheListHasMore = ui.T(
		"清单超过 %d 件：先办最早的 %d 件，办完再办其余的。",
		"The list has more than %d cases: these are the %d oldest; do the rest afterwards.")
	sayWillBeRefusedN   = ui.T("不能办理的 %d 件", "Will be refused: %d")
	sayCanBeDoneOne     = ui.T("可以办理的 %d 件，逐件查看", "Can be done: %d, one by one")
	sayNothingCanBeDone = ui.T(
		"所选案件没有可以一起办理的操作。",
		"Nothing can be done to the chosen cases together.")
	sayWhatIsToBe         = ui.T("办理哪一项？", "What is to be done?")
	sayPossibleFor        = ui.T("（%d 件可办）", " (possible for %d)")
	saySeeWhatWouldHappen = ui.T("先看结果", "See what would happen")
	sayChosenCases        = ui.T("所选案件", "Chosen cases")
	sayResult             = ui.T("结果", "Result")
	sayDone               = ui.T("已办理", "done")
	sayCanBeDoneHere      = ui.T("可以办理", "can be done")
	sayItWillStandIn      = ui.T("将处于：", "It will stand in: ")
	sayToldAs             = ui.T("告知：%s，显示为「%s」", "Told: %s, as “%s”")
	sayAskedNext          = ui.T("接下来请：", "Asked next: ")
	sayNobodyIsWaitedFor  = ui.T("之后不再等任何人", "Nobody is waited for then")
)

// bulk_words.go
var (
	sayConfirmForCases = ui.T("确认办理 %d 件", "Confirm for %d cases")
	sayInBrackets      = ui.T("（%s）", " (%s)")
	sayNamesInBrackets = ui.T("（%[1]s）", " (%[2]s)")
	saySeatsInBrackets = ui.T("（%d 位）", " (%d)")
)

// case.templ
var (
	sayThisIsWhatThe = ui.T(
		"这是申报人看到的样子，只能看，不能办理。",
		"This is what the applicant sees. You can look, and do nothing.")
	sayBackToMyPage                 = ui.T("回到我的页面", "Back to my page")
	sayPartOf                       = ui.T("属于", "part of")
	sayEarlierResults               = ui.T("该组织以往的评价结果", "What the organization achieved before")
	sayPaymentsAndReports           = ui.T("拨款与报告", "Payments and reports")
	saySeeItAsThe                   = ui.T("看看申报人看到的页面", "See it as the applicant does")
	sayProgress                     = ui.T("进度", "Progress")
	sayNow                          = ui.T("现在：", "Now: ")
	sayStopped                      = ui.T("已暂停", "stopped")
	sayComma                        = ui.T("，", ", ")
	sayProvisionalNextYearsHolidays = ui.T(
		"（暂定：次年节假日安排尚未公布）",
		" (provisional: next year's holidays are not published yet)")
	sayWhatMustHold    = ui.T("办理条件", "What must hold")
	sayMet             = ui.T("（已满足）", " (met)")
	sayWhatYouCanDo    = ui.T("您可以办理", "What you can do")
	sayFillIn          = ui.T("填写内容", "Fill in")
	sayMoney           = ui.T("资金", "Money")
	sayRequested       = ui.T("申请", "Requested")
	sayAwarded         = ui.T("资助", "Awarded")
	sayPaid            = ui.T("已拨付", "Paid")
	sayReturned        = ui.T("已退回", "Returned")
	sayWeightAndPoints = ui.T("（%d%%）：%s", " (%d %%): %s")
	sayReviews         = ui.T("评审", "Reviews")
	sayScoresOnAverage = ui.T("%d 份评分，平均 %.2f 分", "%d scores, %.2f on average")
	sayCoSignatures    = ui.T("会签", "Co-signatures")
	sayObjections      = ui.T("异议", "Objections")
	sayToBeAnswered    = ui.T("共 %d 件，待答复 %d 件。", "%d, to be answered: %d.")
	saySeeAll          = ui.T("看全部", "See all")
	sayOnRecord        = ui.T("办理记录", "On record")
	sayTakeOut         = ui.T("取出 %s", "Take out %s")
	sayTakeOutButton   = ui.T("取出", "Take out")
	sayAddAFileOr      = ui.T("添加文件或拍照", "Add a file or take a photo")
	sayUpload          = ui.T("上传", "Upload")
	sayTheFileWasNot   = ui.T("文件没有收下：", "The file was not taken in: ")
	sayTimeLine        = ui.T("办理过程", "Time line")
	sayNoN             = ui.T("第 %d 号", "No. %d")
	sayBySecret        = ui.T("提出人（保密）：", "By (secret): ")
	sayAnswer          = ui.T("书面答复：", "Answer: ")
)

// case_words.go
var (
	sayAReviewer               = ui.T("一位评审专家", "a reviewer")
	sayHasNotDeclaredInterests = ui.T("尚未作回避声明", "has not declared interests yet")
	sayWithdrewAConflictOf     = ui.T("已回避", "withdrew: a conflict of interest")
	sayPoints                  = ui.T("%.2f 分", "%.2f points")
	sayReviewing               = ui.T("评审中", "reviewing")
	sayNotAskedAnyMore         = ui.T("案件已经结束，不再征求意见", "not asked any more: the case has ended")
	sayUntil                   = ui.T("，截止 ", ", until ")
	sayToBeAnsweredBy          = ui.T("，答复期限 ", ", to be answered by ")
	sayUpheld                  = ui.T("成立", "upheld")
	sayNotUpheld               = ui.T("不成立", "not upheld")
	sayUnconfirmedMoreThanCame = ui.T(
		"待核实：当天异议超过 %d 件，核实计入前不影响立项",
		"unconfirmed: more than %d came that day; it holds nothing up until it is counted")
	sayAnonymousForInformation = ui.T("匿名异议，供参考", "anonymous: for information")
	sayToBeAnsweredIt          = ui.T("待答复，答复前不能立项", "to be answered; it holds up the award")
	sayUpheldTheIntendedAward  = ui.T("异议成立，取消拟立项资格（", "upheld: the intended award is cancelled (")
	sayClose                   = ui.T("）", ")")
	sayNotUpheldTheProcedure   = ui.T("异议不成立，按程序继续办理（", "not upheld: the procedure goes on (")
	sayTheApplicationHasCome   = ui.T(
		"该项目已经办结或不再拟立项，异议不再单独答复",
		"the application has come to an end; the objection is not answered separately")
	sayReceivedToBeConfirmed = ui.T(
		"已收到，待核实。当天收到的异议较多，核实您的联系方式或由工作人员计入后进入答复程序",
		"received, to be confirmed: many came that day, and it is answered once your contact is confirmed or "+
			"an officer counts it")
	sayBeingLookedIntoAnswered = ui.T("正在核查，最迟 ", "being looked into; answered by ")
	sayInWriting               = ui.T(" 书面答复", ", in writing")
	sayBeingLookedInto         = ui.T("正在核查", "being looked into")
)

// closing.go
var (
	sayApplicationsToThisRound = ui.T(
		"本批次申报已于 %s 截止。这份草稿没有提交，现在不能再提交。",
		"Applications to this round closed at %s. This draft was not submitted and cannot be submitted any "+
			"more.")
	sayThisRoundTakesNo = ui.T(
		"本批次已停止受理申报。这份草稿没有提交，现在不能再提交。",
		"This round takes no more applications. This draft was not submitted and cannot be submitted any "+
			"more.")
)

// closing.templ
var (
	sayReturnedOnPleaseCorrect = ui.T("退回补正（%s），请更正：", "Returned on %s. Please correct:")
	sayWhatYouCanStill         = ui.T(
		"还可以做的：查看、打印或抄下已写的内容，留到下一批次用；不再需要这份草稿的，可以删除。",
		"What you can still do: read, print or copy what is written, for the next round. If the draft is no "+
			"longer needed, delete it.")
	sayQuestionsOrSpecialCircumstances = ui.T("有疑问或者有特殊情况，请问：", "Questions, or special circumstances? Ask ")
	sayStop                            = ui.T("。", ".")
	sayApplicationsClose               = ui.T("申报截止时间：", "Applications close: ")
	sayStopBlank                       = ui.T("。", ". ")
	sayItCountsOnceYour                = ui.T(
		"截止前由单位负责人提交才算申报。",
		"It counts once your organization's head has submitted it before then.")
	sayReturnedPleaseCorrect      = ui.T("退回补正，请更正：", "Returned, please correct:")
	sayApplicationsHaveClosedThis = ui.T(
		"申报已截止，这份草稿没有提交，现在不能再提交。",
		"Applications have closed; this draft was not submitted and cannot be submitted any more.")
	saySeeWhatCanStill = ui.T("看看还能做什么", "See what can still be done")
	sayNextStep        = ui.T("下一步：", "Next: ")
)

// desks.go
var (
	sayAwardedSum                = ui.T("，立项 ", ", awarded ")
	sayMyScore                   = ui.T("我的评分：", "My score: ")
	sayNotScoredNoLonger         = ui.T("没有评分，已不再需要", "not scored; no longer asked")
	sayDeclareYourInterestsFirst = ui.T("请先声明有无利害关系", "declare your interests first")
	sayToBeScored                = ui.T("待评分", "to be scored")
	sayOrMore                    = ui.T("以上", " or more")
	sayGivenToYouScored          = ui.T(
		"分给您 %d 件%s：已评 %d 件，待评分 %d 件，待声明 %d 件。",
		"%d%s given to you: %d scored, %d to be scored, %d to be declared.")
)

// desks.templ
var (
	sayCasesOnWhichYour = ui.T(
		"请本单位会签的案件，本单位说了什么，后来怎样了。",
		"Cases on which your agency was asked: what it said, and what became of them.")
	sayYourAgencyHasNot    = ui.T("还没有请本单位会签的案件。", "Your agency has not been asked yet.")
	sayWeSaid              = ui.T("本单位意见", "We said")
	sayNowHead             = ui.T("现在", "Now")
	sayNextPage            = ui.T("下一页", "Next page")
	sayNoCaseHasBeen       = ui.T("还没有分给您评审的案件。", "No case has been given to you to review.")
	sayYourScoresAreNearly = ui.T(
		"您的评分几乎都一样（相差不到 2 分），很难分出先后。请看看是否拉开了差距。",
		"Your scores are nearly all alike (within 2 points); they hardly tell one project from another. "+
			"Please look whether they say what you mean.")
)

// files.go
var (
	sayChooseAFileFirst = ui.T("请先选择文件", "choose a file first")
)

// files.templ
var (
	sayYouCanSend  = ui.T("可以上传：", "You can send: ")
	sayAtMost20MiB = ui.T("；每个文件最多 20 MB。", "; at most 20 MiB each.")
)

// form_page.templ
var (
	sayStepOf              = ui.T("第 %d 步，共 %d 步", "Step %d of %d")
	sayProgressOfForm      = ui.T("填写进度", "Progress")
	sayNotSavedWhatYou     = ui.T("还没有保存，写的都还在：", "Not saved; what you wrote is still there: ")
	saySaved               = ui.T("已保存 ", "Saved ")
	sayNoConnectionWhatYou = ui.T(
		"没有网络：内容暂存在这台设备上，恢复后自动保存。",
		"No connection: what you wrote is kept on this device and saved when it is back.")
	sayYourSignInHas = ui.T(
		"登录已过期：内容暂存在这台设备上，按「保存，下一步」重新登录后就会保存。",
		"Your sign-in has ended: what you wrote is kept on this device. Press “Save, next”, sign in again, "+
			"and it is saved.")
	sayNotSavedYetWhat = ui.T(
		"还没有保存上：内容暂存在这台设备上，稍后自动再试。",
		"Not saved yet: what you wrote is kept on this device; it is tried again by itself.")
	sayWhatYouWriteIs = ui.T(
		"写完会自动保存，也可以随时离开。",
		"What you write is saved by itself; you may leave at any time.")
	sayBackStep                = ui.T("上一步", "Back")
	saySaveNext                = ui.T("保存，下一步", "Save, next")
	saySaveAndFillIn           = ui.T("保存，以后再填", "Save, and fill in the rest later")
	sayLine                    = ui.T("第 %d 项", "Line %d")
	saySaveAndAddA             = ui.T("保存并再加一项", "Save and add a line")
	sayTotal                   = ui.T("合计：", "Total: ")
	sayYuan                    = ui.T(" 元", "¥")
	sayWhatWasReplaced         = ui.T("被替换的内容（%d）", "What was replaced (%d)")
	sayWrittenByReplacedBy     = ui.T("%s 填写于 %s，被 %s 于 %s 替换", "Written by %s %s, replaced by %s %s")
	sayWhatYouWroteLast        = ui.T("上次（%s）填的", "What you wrote last time (%s)")
	sayUseItThenChange         = ui.T("采用上次的，再修改", "Use it, then change it")
	sayForExample              = ui.T("例如：", "For example: ")
	sayOnlyYourOrganizationAnd = ui.T(
		"这一项只有本组织和工作人员能看到。",
		"Only your organization and the staff see this.")
	sayCheckItOnceMore  = ui.T("检查一遍", "Check it once more")
	sayNothingIsMissing = ui.T("内容齐全。", "Nothing is missing.")
	sayChange           = ui.T("修改", "Change it")
	sayItIsSavedThe     = ui.T(
		"内容已保存。由组织负责人登录后检查并提交。",
		"It is saved. The organization's head signs in, checks and sends it.")
	sayDeclarationsOnSubmitting = ui.T("提交时的承诺", "Declarations on submitting")
	sayWhoSubmitsMakesThese     = ui.T(
		"以下承诺由提交人本人在提交时勾选：",
		"who submits makes these declarations at that moment:")
	sayItHasArrived     = ui.T("已经收到", "It has arrived")
	sayReference        = ui.T("编号", "Number")
	sayProject          = ui.T("项目", "Project")
	sayOrganizationHead = ui.T("组织", "Organization")
	sayAskHead          = ui.T("咨询", "Ask")
	sayHashOfTheContent = ui.T("内容校验码", "Hash of the content")
	sayKeepOrPrintThis  = ui.T(
		"请保存或打印这张回执。以后可以随时登录查看办到哪一步；需要补正时会一次告诉您全部内容。",
		"Keep or print this receipt. Sign in at any time to see where it stands; if something has to be "+
			"corrected you are told everything at once.")
	saySeeWhereItStands = ui.T("查看进度", "See where it stands")
)

// jobs.go
var (
	sayFinishedOfDoneRefused = ui.T(
		"已办完：共 %[1]d 件，办成 %[2]d 件，未办成 %[3]d 件。",
		"Finished: %[2]d of %[1]d done, %[3]d refused.")
	sayEndedEarly = ui.T(
		"未办完即停止：共 %[1]d 件，办成 %[2]d 件，未办成 %[3]d 件，其余 %[4]d 件没有办理结果，请逐件查看。",
		"Ended early: %[2]d of %[1]d done, %[3]d refused; the other %[4]d have no result here: look at each case.")
	sayRunningOfDecidedOf = ui.T(
		"正在办理：已处理 %d 件，共 %d 件，办成 %d 件。",
		"Running: %d of %d decided, %d of them done.")
	sayWaitingCasesAboutTo = ui.T("等待办理：共 %d 件，马上开始。", "Waiting: %d cases, about to start.")
)

// jobs.templ
var (
	sayStarted     = ui.T("开始于 ", "Started ")
	sayItRunsInThe = ui.T(
		"在后台逐件办理，您可以离开本页，从「待办」或批次页面再回来；本页会自动更新。",
		"It runs in the background, case by case: you may leave this page and come back from To do or the "+
			"round's page. It renews itself.")
	sayWhyItEnded  = ui.T("原因：%s。", "Why: %s.")
	sayNotBegun    = ui.T("没有办理的 %d 件", "Not begun: %d")
	sayIfYouStopIt = ui.T(
		"已办成 %d 件；停止后，已经办成的仍然有效，其余的不再办理。",
		"%d are done so far. If you stop it, what is done stays, and the others are not begun.")
	sayStopIt              = ui.T("停止办理", "Stop it")
	sayReloadNow           = ui.T("立即刷新", "Reload now")
	sayRefused             = ui.T("未办成的 %d 件", "Refused: %d")
	sayDoneN               = ui.T("办成的 %d 件", "Done: %d")
	sayBackToToDo          = ui.T("返回待办", "Back to To do")
	sayVerdictOnEachCase   = ui.T("各件结果", "Verdict on each case")
	sayBulkActs            = ui.T("批量办理", "Bulk acts")
	sayFinishedWithinAWeek = ui.T("近七天结束的 %d 项", "Finished within a week: %d")
	sayWholeLists          = ui.T("整批办理", "Whole lists")
	sayOfTheFirst200       = ui.T("（只统计前 200 件）", " (of the first 200)")
	saySomethingElse       = ui.T("其他操作", "Something else")
)

// next.go
var (
	sayOrMoreInBrackets = ui.T("（%d 件以上）", " (%d or more)")
	sayCasesInBrackets  = ui.T("（%d 件）", " (%d)")
)

// papers.templ
var (
	sayOfficialPapers      = ui.T("公文", "Official papers")
	sayVoid                = ui.T("已作废", "void")
	sayNotSignedByAll      = ui.T("待签署", "not signed by all yet")
	sayPrintOfficialPapers = ui.T("打印公文", "Print official papers")
	sayCopiesInBrackets    = ui.T("（%d 份）", " (%d)")
	sayDraftItIsNumbered   = ui.T(
		"（草稿：结束批次时编号印发）",
		" (draft: it is numbered and issued when the round is finished)")
	sayOfficialPapersAreIn = ui.T(
		"打印时只印公文，按 A4 公文格式排版。",
		"Official papers are in Chinese; printing gives the paper alone, in the official layout on A4.")
)

// search.templ
var (
	saySearchAccountsAndAgencies        = ui.T("查找账号和单位", "Search accounts and agencies")
	saySearchCasesOrganizationsProjects = ui.T(
		"查找案件、组织、项目、批次、单位",
		"Search cases, organizations, projects, rounds, agencies")
	sayNothingWasFoundAmong = ui.T(
		"在您能看到的范围里没有找到。换一个短一些的词试试，两个字就可以。",
		"Nothing was found among what you may see. Try a shorter word.")
	saySearchEverything = ui.T("查找全部种类", "Search everything")
)

// search_words.go
var (
	sayCount    = ui.T("%d 个", "%d")
	sayMoreThan = ui.T("%d 个以上", "more than %d")
)

// signing.go
var (
	sayCNY = ui.T("（%s 元）", " (CNY %s)")
)

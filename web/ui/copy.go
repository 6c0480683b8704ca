package ui

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// apply_words.go
var (
	sayRegisteredOrganizationsAndThose = T(
		"已登记的社会组织，或在街道（乡镇）备案的组织",
		"registered organizations, and those filed with their street or township")
	sayListComma = T("、", ", ")
)

// board.go
var (
	sayFiguresOfTheFields    = T("各领域的数字有更新。", "Figures of the fields have changed.")
	sayTheFiguresHaveChanged = T(
		"数据有更新：共 %d 件，超期 %d 件。",
		"The figures have changed: %d cases, %d overdue.")
	sayTheCountry = T("全国", "The country")
)

// board_words.go
var (
	sayNoPlaceFurtherDown = T("未分到下级地区", "No place further down")
	sayNone               = T("（未分组）", "(none)")
)

// case_words.go
var (
	sayYes = T("是", "yes")
	sayNo  = T("否", "no")
)

// chart.go
var (
	sayComma = T("，", ", ")
)

// chart.templ
var (
	sayThePictureHasThe = T(
		"图中只画最多的 %d 行，全部 %d 行在下面的表里。",
		"The picture has the %d largest rows; the table below has all %d.")
	sayColon = T("：", ": ")
)

// closing.go
var (
	sayDaysLeft                  = T("还剩 %d 天", "%d days left")
	sayLessThanAMinute           = T("还剩不到一分钟", "less than a minute left")
	sayTheBaseThatAnnounced      = T("发布本批次的孵化基地", "the base that announced the round")
	sayCorrectIt                 = T("更正内容", "Correct it")
	sayFillIn                    = T("填写内容", "Fill in")
	sayThenYourOrganizationsHead = T("，填好后由单位负责人提交", "; then your organization's head submits it")
	sayApplicationsClose         = T("；%s 截止，%s", ". Applications close %s, %s")
	sayTheLastDayIs              = T("；最后一天是 %s", ". The last day is %s")
)

// confirm.go
var (
	sayThePasswordIsWrong = T("密码不对", "The password is wrong")
)

// confirm.templ
var (
	sayWhatConcernsRightsAccounts = T(
		"涉及授权、账号、规则和放款的操作，登录十分钟后须再次输入密码。您写的内容都还在，确认后直接办理。",
		"What concerns rights, accounts, rules and payments takes your password again, ten minutes after you "+
			"signed in. What you wrote is still here and is sent once you confirm.")
	sayPassword       = T("密码", "Password")
	sayConfirmAndGoOn = T("确认并办理", "Confirm and go on")
	sayDoNotSendIt    = T("不办理，回到首页", "Do not send it; to the first page")
)

// export.go
var (
	sayExcel = T("Excel 表格", "Excel")
)

// export.templ
var (
	sayDownloadThisList = T("下载本表：", "Download this list: ")
)

// filters.templ
var (
	sayListsIKeep   = T("我保存的筛选", "Lists I keep")
	sayMyLists      = T("我的筛选：", "My lists: ")
	sayForget       = T("不再保存「%s」", "Forget “%s”")
	sayKeepThisList = T("保存这个筛选", "Keep this list")
	sayItsName      = T("起个名字", "Its name")
	sayKeep         = T("保存", "Keep")
)

// form_edit.go
var (
	sayQuestion       = T("第 %d 题", "Question %d")
	sayQuestionTitled = T("第 %d 题“%s”", "Question %d, “%s”")
)

// form_edit_words.go
var (
	sayNewQuestion              = T("%d. 新题目", "%d. New question")
	sayRequired                 = T("必填", "required")
	sayStep                     = T("第 %d 步", "step %d")
	sayCharactersAtLeast        = T("至少几个字", "Characters at least")
	sayLinesAtLeast             = T("至少几行", "Lines at least")
	sayNotLessThan              = T("不小于", "Not less than")
	sayCharactersAtMostBeyond   = T("最多几个字（超过 %d 字给多行）", "Characters at most (beyond %d: several lines)")
	sayLinesAtMost              = T("最多几行", "Lines at most")
	sayNotMoreThan              = T("不大于", "Not more than")
	sayMoreChoicesOrThe         = T("再加选项，或换了类型后刷新", "More choices, or the fields of another kind")
	sayOneMoreColumnOr          = T("再加一栏，或换了类型后刷新", "One more column, or the fields of another kind")
	sayAfterChoosingAnotherKind = T("换了类型：显示这一类的栏目", "After choosing another kind: show its fields")
)

// layout.templ
var (
	sayEn                    = T("zh-CN", "en")
	sayIncubase              = T("孵化通", "Incubase")
	saySkipToContent         = T("跳到正文", "Skip to content")
	saySignIn                = T("登录", "Sign in")
	sayMenu                  = T("菜单", "Menu")
	sayADemonstrationAllData = T("演示系统：数据均为示例。", "A demonstration: all data are examples.")
	sayOpenCalls             = T("正在受理", "Open calls")
	sayNotices               = T("公示", "Notices")
	sayAwards                = T("立项结果", "Awards")
	sayMainMenu              = T("主菜单", "Main menu")
	sayZh                    = T("en", "zh")
	sayZhCN                  = T("en", "zh-CN")
	sayOtherLanguage         = T("English", "中文")
	sayLarger                = T("字再大些", "Larger")
	saySmaller               = T("字小些", "Smaller")
	sayStandardSize          = T("标准字号", "Standard size")
	sayLargePrint            = T("大字版", "Large print")
	sayStopReading           = T("停止朗读", "Stop reading")
	sayReadAloud             = T("朗读", "Read aloud")
	sayYourAccount           = T("我的账号", "Your account")
	saySignOut               = T("退出", "Sign out")
	sayOptional              = T("（可不填）", " (optional)")
)

// organizations.go
var (
	sayTheDayOfFounding = T("成立日期可以更正，不能清空", "the day of founding can be corrected, not taken away")
)

// record_form.go
var (
	saySomebodyHasJustChanged = T(
		"别人刚刚改过。您写的还在下面，请核对后再保存。",
		"Somebody has just changed it. What you wrote is below: check it and save again.")
	sayThisFormHasBeen = T(
		"这个表单先前已经保存过一次，这次的改动没有保存。请核对后再按一次。",
		"This form has been saved once already; what you changed since was not. Check it and press the "+
			"button again.")
	saySemicolon = T("；", "; ")
)

// record_form.templ
var (
	saySave                         = T("保存", "Save")
	sayIsItOneOf                    = T("是不是已经登记的这一个？", "Is it one of these?")
	sayNoItIsAnother                = T("不是，这是另一个组织", "No, it is another organization")
	sayWhyItIsAnother               = T("为什么是另一个组织", "Why it is another organization")
	sayPleaseCorrectTheseEverything = T(
		"请更正以下内容，其余的都还在：",
		"Please correct these; everything else is still there:")
	sayUnit = T("的单位", ", unit")
)

// record_words.go
var (
	sayAllFields = T("全部领域", "all fields")
	sayDays      = T("%d 年（%d 天）", "%d (%d days)")
)

// round_words.go
var (
	sayCases                  = T("%d 件", "%d")
	sayWith                   = T("，共 ", " with ")
	sayAtLeastAMean           = T("至少 %d 份，平均 %s 分及格", "at least %d, a mean of %s passes")
	sayCountToo               = T("同样核查", "count too")
	sayAreTakenAndHold        = T("收下，不影响立项", "are taken, and hold nothing up")
	sayNoCosigners            = T("不会签", "none")
	sayByTheCompetentAgencies = T("有关单位按职能会签", "by the competent agencies")
	sayWithin                 = T("，%s内答复", ", within %s")
	saySilenceIsNoObjection   = T("，到期没有答复视为没有意见", ", silence is no objection")
	sayAnAnswerIsWaited       = T("，必须等到答复", ", an answer is waited for")
	sayChosen                 = T("（已选 %d 项）", " (%d chosen)")
)

// session.templ
var (
	sayYourSignInHas = T(
		"登录已过期，刚才的内容还没有提交，但都还在。请重新登录，然后继续提交。",
		"Your sign-in has ended. What you wrote has not been sent yet, and it is still here: sign in again "+
			"and go on.")
	sayLogin              = T("账号", "Login")
	sayIfYouHaveForgotten = T(
		"忘记密码或第一次登录：请联系您所在的孵化基地或系统管理员，取得代码后自己设置密码。",
		"If you have forgotten the password or sign in for the first time, ask your incubator base or the "+
			"system administrator for a code.")
	sayDoNotSendItTo   = T("不提交，回到首页", "Do not send it; to the first page")
	sayWhatWasSavedAnd = T("已经保存和提交的内容都还在。", "What was saved and sent before is still there.")
	sayToTheFirstPage  = T("回到首页", "To the first page")
	sayWhenYouAskFor   = T("求助时请报编号：", "When you ask for help, quote this number: ")
)

// signing.go
var (
	sayLines = T("%d 项", "%d lines")
	sayTotal = T("，合计 ", ", total ")
)

// results.templ
var (
	sayHoldsUntil = T("，有效期至 %s", ", holds until %s")
	sayHeldUntil  = T("，有效期已于 %s 届满", ", held until %s")
)

// visit.go
var (
	sayThisFormWasOpened = T(
		"这个表单是在重新登录以前打开的，已过期，还没有提交。写的内容都还在：",
		"This form was opened before you signed in again; it has expired and was not sent. What you wrote is "+
			"still here:")
)

// words.go
var (
	sayAmount      = T("%s 元", "¥%s")
	sayDaysOverdue = T("已超期 %d 天", "%d days overdue")
	sayDueToday    = T("今天截止", "due today")
	sayDueTomorrow = T("明天截止", "due tomorrow")
	sayDaysUntil   = T("还有 %d 天", "%d days left")
	sayUntitled    = T("（未命名）", "(untitled)")
)

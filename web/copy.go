package web

import "incubase/web/ui"

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// home.templ
var (
	sayToDo               = ui.T("待办", "To do")
	sayNothingWaitsForYou = ui.T("现在没有等您办理的事。", "Nothing waits for you now.")
	sayMoreThanWaitFor    = ui.T(
		"等您办理的超过 %d 件，每类中最急的在前。",
		"More than %d wait for you, the most urgent of each kind first.")
	sayWaitForYouThe            = ui.T("有 %d 件在等您，每类中最急的在前。", "%d wait for you, the most urgent of each kind first.")
	sayOneAfterAnother          = ui.T("逐件办理：", "One after another: ")
	sayThereAreMore             = ui.T("还有更多", "There are more")
	sayLater                    = ui.T("以后办理", "Later")
	sayNumberOfCases            = ui.T("%d 件", "%d")
	sayYoursToDoAnd             = ui.T("由您办理，现在条件还不具备。", "Yours to do, and not ready yet.")
	sayWhatNobodyCanDo          = ui.T("没有人可以办理的事", "What nobody can do")
	sayColon                    = ui.T("：", ": ")
	sayStop                     = ui.T("。", ". ")
	sayYouCan                   = ui.T("可以办理：", "You can: ")
	sayListComma                = ui.T("、", ", ")
	sayHasToWait                = ui.T("还不能办：", " has to wait: ")
	saySemicolon                = ui.T("；", "; ")
	sayIncubationAndGrantsFor   = ui.T("社会组织孵化与公益项目资助", "Incubation and grants for community organizations")
	sayApplyReviewNoticePayment = ui.T(
		"申报、评审、公示、拨款、结项，每一步办到哪里都看得见；不能办理时会说明原因。",
		"Apply, review, notice, payment, close-out: you see where each case stands, and why it cannot move "+
			"when it cannot.")
	saySignIn                         = ui.T("登录", "Sign in")
	sayOpenCalls                      = ui.T("正在受理的批次", "Open calls")
	sayCases                          = ui.T("案件", "Cases")
	sayOnly                           = ui.T("只看：", "Only: ")
	sayTheChosenRound                 = ui.T("所选批次", "the chosen round")
	sayTheChosenOrganization          = ui.T("所选组织", "the chosen organization")
	sayShowAll                        = ui.T("看全部", "Show all")
	saySearch                         = ui.T("查找", "Search")
	sayReferenceProjectOrOrganization = ui.T("编号、项目或组织名称", "reference, project or organization")
	sayWorkflow                       = ui.T("流程", "Workflow")
	sayAll                            = ui.T("全部", "All")
	sayStage                          = ui.T("阶段", "Stage")
	sayWaitingForMe                   = ui.T("等我办理", "Waiting for me")
	sayNow                            = ui.T("现在可办", "Now")
	sayOverdue                        = ui.T("已超期", "Overdue")
	sayNoCaseFits                     = ui.T("没有符合条件的案件。", "No case fits.")
	sayNext                           = ui.T("下一步", "Next")
	sayActOnSeveral                   = ui.T("批量办理", "Act on several")
	sayNextPage                       = ui.T("下一页", "Next page")
	sayChooseTheCasesTo               = ui.T("选择要一起办理的案件", "Choose the cases to act on together")
)
